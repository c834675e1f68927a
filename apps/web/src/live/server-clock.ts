/** Newest samples that vote: status comes every 5 s, so the page follows a server clock that was set back within a minute. */
const SAMPLES_MAX = 12;

/** What the page knows of the server's clock: server time minus monotonic local time, per sample. The PC's wall clock has no say (F70). */
export interface ServerClock {
  readonly offsets: readonly number[];
}

export const unsetClock: ServerClock = { offsets: [] };

/** Adds one instant that the server told, heard at `monotonic` (milliseconds of a clock that cannot be set). */
export const hear = (clock: ServerClock, serverTime: number, monotonic: number): ServerClock => ({
  offsets: [...clock.offsets, serverTime - monotonic].slice(-SAMPLES_MAX),
});

/**
 * Server time now, or null before the first sample. A message can only be delayed, and delay makes values look younger than they are; so
 * the sample with the least delay is believed.
 */
export const serverNow = (clock: ServerClock, monotonic: number): number | null =>
  clock.offsets.length === 0 ? null : Math.max(...clock.offsets) + monotonic;

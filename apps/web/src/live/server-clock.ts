/** Newest samples that vote: status comes every 5 s, so the page follows a server clock that was set back within a minute. */
const SAMPLES_MAX = 12;

/** What the page knows of the server's clock: server time minus monotonic local time (times the speed), per sample. The PC's wall clock has no say (F70). */
export interface ServerClock {
  readonly offsets: readonly number[];
  /** How many times faster than real time the server's date runs: 1, or more in a drill that plays a past flood. */
  readonly speed: number;
}

export const unsetClock: ServerClock = { offsets: [], speed: 1 };

/** Adds one instant that the server told, heard at `monotonic` (milliseconds of a clock that cannot be set). */
export const hear = (clock: ServerClock, serverTime: number, monotonic: number, speed = 1): ServerClock => ({
  offsets: [...(speed === clock.speed ? clock.offsets : []), serverTime - speed * monotonic].slice(-SAMPLES_MAX),
  speed,
});

/**
 * Server time now, or null before the first sample. A message can only be delayed, and delay makes values look younger than they are; so
 * the sample with the least delay is believed.
 */
export const serverNow = (clock: ServerClock, monotonic: number): number | null =>
  clock.offsets.length === 0 ? null : Math.max(...clock.offsets) + clock.speed * monotonic;

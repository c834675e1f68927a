/** The only source of time. `now` describes the world; `monotonic` measures waits and never goes back. Both in milliseconds. */
export abstract class Clock {
  abstract now(): number;
  abstract monotonic(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  abstract sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

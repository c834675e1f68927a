/** The only source of time. `now` describes the world; `monotonic` measures waits and never goes back. Both in milliseconds. */
export abstract class Clock {
  abstract now(): number;
  /** How many times as fast as real time the date runs: 1 but in a drill. What a person has real seconds for takes so many more of this clock's. */
  get speed(): number {
    return 1;
  }
  abstract monotonic(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  abstract sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

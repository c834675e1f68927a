import { Clock, SystemClock } from '#core';

/** A clock whose date a test sets, while waits take as long as they do: a whole service is led through the past at the speed of its work. */
export class SteeredClock extends Clock {
  readonly #real = new SystemClock();
  #now: number;

  constructor(now: number) {
    super();
    this.#now = now;
  }

  /** Moves the date on; only `jump` takes it back. */
  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at);
  }

  /** The wall clock alone jumps, forward or back, as after a correction by hand (F21). */
  jump(ms: number): void {
    this.#now += ms;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#real.monotonic();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#real.sleep(ms, signal);
  }
}

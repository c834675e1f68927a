import { Clock, SystemClock } from '#core';

/** A clock whose date a test sets, while waits take as long as they do: a whole service is led through the past at the speed of its work. */
export class SteeredClock extends Clock {
  readonly #real = new SystemClock();
  #now: number;

  constructor(now: number) {
    super();
    this.#now = now;
  }

  /** Moves the date; it never goes back here. */
  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at);
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

import type { Clock } from '#core';

/** How often something happened in the last whole stretch of time, by the monotonic clock: a pace that forgets within two stretches. */
export class RecentCount {
  readonly #clock: Clock;
  readonly #stretchMs: number;
  #from: number;
  #now = 0;
  #last = 0;

  constructor(clock: Clock, stretchMs: number) {
    this.#clock = clock;
    this.#stretchMs = stretchMs;
    this.#from = clock.monotonic();
  }

  add(): void {
    this.#turnOver();
    this.#now += 1;
  }

  get count(): number {
    this.#turnOver();
    return this.#last;
  }

  #turnOver(): void {
    const stretches = Math.floor((this.#clock.monotonic() - this.#from) / this.#stretchMs);
    if (stretches === 0) return;
    this.#last = stretches === 1 ? this.#now : 0;
    this.#now = 0;
    this.#from += stretches * this.#stretchMs;
  }
}

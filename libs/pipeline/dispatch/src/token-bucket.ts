import type { Clock } from '#core';

/** What a pause of the process may save up: longer than a slow commit, and no second sees more than a tenth above the rate. */
const BURST_SECONDS = 0.1;

/** Attempts a second, measured on the monotonic clock. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#burst = Math.max(perSecond * BURST_SECONDS, 1);
    this.#tokens = this.#burst;
    this.#filledAt = clock.monotonic();
  }

  /** How many may go now. */
  available(): number {
    const at = this.#clock.monotonic();
    this.#tokens = Math.min(this.#tokens + ((at - this.#filledAt) * this.#perSecond) / 1_000, this.#burst);
    this.#filledAt = at;
    return Math.floor(this.#tokens);
  }

  take(): void {
    this.#tokens -= 1;
  }

  /** Milliseconds until half a burst may go, so that a channel at its rate is served in small groups; 0 when one may go now. */
  waitMs(): number {
    return this.available() >= 1 ? 0 : ((Math.max(this.#burst / 2, 1) - this.#tokens) * 1_000) / this.#perSecond;
  }
}

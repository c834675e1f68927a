import type { Clock } from './clock.ts';

/** Wakes one loop: a ring before the wait is not lost, and many rings are one. */
export class Bell {
  readonly #clock: Clock;
  #rung = false;
  #waking: AbortController | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#rung = true;
    this.#waking?.abort();
  }

  /** Resolves at the next ring, or after `ms`. */
  async wait(ms: number): Promise<void> {
    if (!this.#rung) {
      this.#waking = new AbortController();
      await this.#clock.sleep(ms, this.#waking.signal);
      this.#waking = null;
    }
    this.#rung = false;
  }
}

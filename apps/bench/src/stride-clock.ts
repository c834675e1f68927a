import { Clock } from '#core';

/** A clock that is moved in strides: whoever sleeps wakes at the end of the stride in which it is due, both times alike. */
export class StrideClock extends Clock {
  readonly #startedAt: number;
  readonly #sleepers = new Map<() => void, number>();
  #now: number;

  constructor(now: number) {
    super();
    this.#startedAt = now;
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#startedAt;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((done) => {
      const wake = (): void => {
        this.#sleepers.delete(wake);
        signal?.removeEventListener('abort', wake);
        done();
      };
      this.#sleepers.set(wake, this.#now + ms);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** When the first of those who sleep is due; null while nobody sleeps. */
  get dueAt(): number | null {
    return this.#sleepers.size === 0 ? null : Math.min(...this.#sleepers.values());
  }

  moveTo(at: number): void {
    this.#now = at;
    for (const [wake, dueAt] of this.#sleepers) if (dueAt <= at) wake();
  }
}

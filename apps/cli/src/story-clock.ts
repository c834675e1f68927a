import { Clock } from '#core';

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** The clock of a story: it leaps from one instant at which something happens to the next, and nobody lives through the time in between. */
export class StoryClock extends Clock {
  readonly #startAt: number;
  readonly #sleepers = new Set<Sleeper>();
  #now: number;

  constructor(startAt: number) {
    super();
    this.#startAt = startAt;
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#startAt;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((done) => {
      const sleeper: Sleeper = {
        dueAt: this.#now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          done();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake, { once: true });
    });
  }

  /** Goes on to an instant, never back, and wakes at once everybody who slept up to it. */
  leapTo(at: number): void {
    this.#now = Math.max(this.#now, at);
    for (const { dueAt, wake } of this.#sleepers) if (dueAt <= this.#now) wake();
  }
}

import { setImmediate as turn } from 'node:timers/promises';
import { Clock } from '#core';

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test or a replay moves it. Monotonic time starts at 0. */
export class ManualClock extends Clock {
  #now: number;
  #monotonic = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = 0) {
    super();
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** How many sleep at the moment: a test waits for this before it moves the time. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((done) => {
      const sleeper: Sleeper = {
        dueAt: this.#monotonic + ms,
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

  /**
   * Moves both times forward. Sleepers wake in the order in which they are due, each at its own instant, and whoever sleeps again on the way
   * is woken again if that falls within the span.
   */
  async advance(ms: number): Promise<void> {
    const until = this.#monotonic + ms;
    for (;;) {
      // Whoever was woken gets to its next sleep before the time moves on.
      await turn();
      const next = this.#nextDue(until);
      if (!next) break;
      this.#moveTo(next.dueAt);
      next.wake();
    }
    this.#moveTo(until);
  }

  /** Goes on to an instant, never back, and wakes at once everybody who slept up to it: nobody lives through the time in between. */
  leapTo(at: number): void {
    this.#moveTo(this.#monotonic + Math.max(0, at - this.#now));
    for (const { dueAt, wake } of this.#sleepers) if (dueAt <= this.#monotonic) wake();
  }

  /** The wall clock alone jumps, forward or back, as after a correction by hand (F21). */
  jump(ms: number): void {
    this.#now += ms;
  }

  #nextDue(until: number): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of this.#sleepers) if (sleeper.dueAt <= until && (!next || sleeper.dueAt < next.dueAt)) next = sleeper;
    return next;
  }

  #moveTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}

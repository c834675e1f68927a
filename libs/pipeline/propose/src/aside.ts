import { LedgerFenced, LedgerUnavailable } from '#core';

/** One failure may come from what was read at that moment, and two be a coincidence (F10). */
const TRIES_MAX = 3;
/** Between two tries of what is set aside: people may be waiting for it once its cause is gone, and so seldom it does not weigh on the others. */
const AGAIN_MS = 10_000;
/** Failures remembered; more than a night has orders. Beyond it the oldest is forgotten, and counted anew if it is met again. */
const REMEMBERED_MAX = 500;

/** What the service could not do by itself three times, and does not wait for any more. */
export interface SetAside {
  /** The order, or the transition of an alert, that could not be worked off. */
  readonly id: string;
  readonly why: string;
}

interface Failure {
  readonly tries: number;
  readonly why: string;
  readonly againAt: number;
}

/** A database that is away, or another process that took over, is no fault of the one order: everything waits for it. */
export const isOfTheWorld = (cause: unknown): boolean => cause instanceof LedgerUnavailable || cause instanceof LedgerFenced;

/**
 * Counts how often each piece of work failed, so that one that always fails holds up no other (F10). What failed three times is set aside: it is
 * listed for whoever has to decide in its place, and tried again every ten seconds, for its cause may pass. Instants are monotonic.
 */
export class Aside {
  readonly #failures = new Map<string, Failure>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Set aside now, the oldest first. */
  get list(): readonly SetAside[] {
    return [...this.#failures].filter(([, { tries }]) => tries >= TRIES_MAX).map(([id, { why }]) => ({ id, why }));
  }

  /** What failed and was not done since. */
  get size(): number {
    return this.#failures.size;
  }

  /** Whether it is not to be tried at this instant. */
  rests(id: string, at: number): boolean {
    const failure = this.#failures.get(id);
    return failure !== undefined && failure.tries >= TRIES_MAX && at < failure.againAt;
  }

  /** Notes a failure. True once there were too many, so that the others go on without it. */
  failed(id: string, cause: unknown, at: number): boolean {
    const tries = (this.#failures.get(id)?.tries ?? 0) + 1;
    this.#failures.set(id, { tries, why: cause instanceof Error ? cause.message : String(cause), againAt: at + AGAIN_MS });
    if (this.#failures.size > REMEMBERED_MAX) this.done(this.#failures.keys().next().value!);
    if (tries === TRIES_MAX) this.#onChange();
    return tries >= TRIES_MAX;
  }

  /** It was done, or there is nothing left to do about it. */
  done(id: string): void {
    const failure = this.#failures.get(id);
    if (!failure) return;
    this.#failures.delete(id);
    if (failure.tries >= TRIES_MAX) this.#onChange();
  }

  /** Of the others nothing is left to do. */
  keepOnly(ids: readonly string[]): void {
    for (const id of this.#failures.keys()) if (!ids.includes(id)) this.done(id);
  }
}

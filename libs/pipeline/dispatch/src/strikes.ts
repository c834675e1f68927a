import { AssertionError } from 'node:assert/strict';
import type { TransitionId } from '#core';
import type { DispatchEvent } from './event.ts';

/** One failure may come from what was read at that moment, and two be a coincidence. */
const TRIES_MAX = 3;
/** What a mistake in this program throws; the world fails with errors of its own names. */
const FAULTS = [AssertionError, TypeError, RangeError, SyntaxError, ReferenceError] as const;

const isOwnFault = (cause: unknown): cause is Error => FAULTS.some((fault) => cause instanceof fault);

/** Counts how often the same transition could not be planned in a row. */
export class Strikes {
  readonly #onEvent: (event: DispatchEvent) => void;
  #last = { id: '', tries: 0 };

  constructor(onEvent: (event: DispatchEvent) => void) {
    this.#onEvent = onEvent;
  }

  /**
   * Whether a transition cannot be planned through a fault of this program, after three tries: then what follows is planned without it, and a
   * person is told who was not (F10). A ledger or a directory that is away is no such fault, and everything waits for it.
   */
  isOut(id: TransitionId, cause: unknown): boolean {
    if (!isOwnFault(cause)) return false;
    this.#last = { id, tries: this.#last.id === id ? this.#last.tries + 1 : 1 };
    if (this.#last.tries < TRIES_MAX) return false;
    this.#onEvent({ kind: 'unplannable', transitionId: id, why: cause.message });
    return true;
  }
}

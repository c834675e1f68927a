import {
  alertId,
  type Clock,
  type Delivery,
  type DispatchHold,
  isFromBefore,
  isOrderTransitionId,
  isOutdated,
  type Ledger,
  type Message,
  type OrderBook,
} from '#core';

/** How old a look may be: a release is seen within a second, also one that another process wrote down. */
const LOOK_MS = 1_000;
/** Later transitions of a gauge that are looked at; more within the life of any words would be flapping. */
const LATER_MAX = 100;

/** Whether dispatch is held (F20), and what of the words from before its release is still true. */
export class HeldWatch {
  readonly #ledger: Pick<Ledger, 'dispatchHold' | 'transition' | 'transitions' | 'alert'>;
  readonly #orders: Pick<OrderBook, 'transition' | 'transitions'> | null;
  readonly #clock: Clock;
  #looked: { readonly at: number; readonly hold: DispatchHold | null } | null = null;

  constructor(
    ledger: Pick<Ledger, 'dispatchHold' | 'transition' | 'transitions' | 'alert'>,
    orders: Pick<OrderBook, 'transition' | 'transitions'> | null,
    clock: Clock,
  ) {
    this.#ledger = ledger;
    this.#orders = orders;
    this.#clock = clock;
  }

  /** The next question is asked of the ledger. */
  forget(): void {
    this.#looked = null;
  }

  /** Why nothing may leave; null when it may. */
  async why(): Promise<string | null> {
    const hold = await this.#hold();
    return hold && hold.released === null ? hold.why : null;
  }

  /** Why nothing may leave, as it was known when somebody last looked. */
  get lastWhy(): string | null {
    const hold = this.#looked?.hold;
    return hold && hold.released === null ? hold.why : null;
  }

  /** Whether a word from before the release says what is not so any more. */
  async isOutdated({ transitionId }: Pick<Delivery, 'transitionId'>, message: Pick<Message, 'issuedAt'>): Promise<boolean> {
    if (!isFromBefore(await this.#hold(), message)) return false;
    if (isOrderTransitionId(transitionId)) return this.#isOldOrder(transitionId);
    const numbered = await this.#ledger.transition(transitionId);
    if (!numbered) return true;
    const { number, transition } = numbered;
    const newest = await this.#ledger.transitions({ gauge: transition.gauge, limit: LATER_MAX });
    const movedSince = newest.some(
      (other) => other.number > number && other.transition.ruleId === transition.ruleId && moves(other.transition),
    );
    const alert = await this.#ledger.alert(transition.ruleId, transition.gauge);
    return isOutdated(transition, { movedSince, raised: alert?.state === 'raised' ? { ...alert, id: alertId(alert) } : null });
  }

  /** Of an order only the newest word goes out. */
  async #isOldOrder(id: string): Promise<boolean> {
    const numbered = await this.#orders?.transition(id);
    if (!numbered) return true;
    const all = (await this.#orders?.transitions(numbered.transition.orderId)) ?? [];
    return all.some(({ number }) => number > numbered.number);
  }

  async #hold(): Promise<DispatchHold | null> {
    const at = this.#clock.monotonic();
    if (this.#looked && at - this.#looked.at < LOOK_MS) return this.#looked.hold;
    const hold = await this.#ledger.dispatchHold();
    this.#looked = { at, hold };
    return hold;
  }
}

/** Whether a transition moves its alert; reminders, calls and questions do not. */
const moves = ({ from, to, kind }: { readonly from: number; readonly to: number; readonly kind: string }): boolean =>
  from !== to && kind !== 'called';

import {
  type ChannelName,
  type Clock,
  type Delivery,
  type DeliveryState,
  isVoid,
  type Ledger,
  type OrderBook,
  type OrderId,
  type OrderTransition,
  type OrderTransitionId,
  type Recipient,
  toldBefore,
} from '#core';
import { deliveriesOf } from './told.ts';

/** How old a look at what is still under way may be. */
const LOOK_MS = 1_000;
/** Orders and looks remembered at once: those with deliveries under way are a handful. */
const REMEMBERED_MAX = 200;
const UNSETTLED: readonly DeliveryState[] = ['queued', 'sending'];

interface Look {
  readonly at: number;
  /** People who have not been told something earlier yet; null once and for all when there are none. */
  readonly untold: ReadonlySet<Recipient> | null;
}

/**
 * In which order one person hears about one evacuation order. An order and an update wait for nothing. A lift or a correction waits for as long as
 * something that it ends is unsettled for anyone among its own recipients, so it never overtakes it. What was never tried when the order was lifted or
 * corrected is not sent any more (F68).
 */
export class OrderPrecedence {
  readonly #ledger: Ledger;
  readonly #orders: OrderBook;
  readonly #clock: Clock;
  /** The questions rather than their answers: one that was under way when the order changed is forgotten with it. */
  readonly #histories = new Map<OrderId, Promise<readonly OrderTransition[]>>();
  readonly #looks = new Map<string, Look>();

  constructor(ledger: Ledger, orders: OrderBook, clock: Clock) {
    this.#ledger = ledger;
    this.#orders = orders;
    this.#clock = clock;
  }

  /**
   * The order has changed. Called before it is read who was told so far: whatever is claimed after this sees the change, and what was claimed before is
   * read as under way, so nobody is in between.
   */
  forget(order: OrderId): void {
    this.#histories.delete(order);
  }

  async turnOf(delivery: Pick<Delivery, 'transitionId' | 'channel' | 'recipients' | 'attempts'>): Promise<'go' | 'wait' | 'untrue'> {
    const { transitionId, channel, recipients, attempts } = delivery;
    const history = await this.#historyOf(transitionId);
    const transition = history.find(({ id }) => id === transitionId);
    // Forgotten by retention: nothing else is left of it either.
    if (!transition) return 'go';
    // Once somebody may have it, it is repeated until they do.
    if (attempts === 1 && isVoid(transition, history)) return 'untrue';
    if (transition.kind !== 'lifted' && transition.kind !== 'corrected') return 'go';
    const { untold } = await this.#look(transition, history, channel);
    return untold && recipients.some((recipient) => untold.has(recipient)) ? 'wait' : 'go';
  }

  async #historyOf(id: OrderTransitionId): Promise<readonly OrderTransition[]> {
    const order = id.split('/')[1]!;
    const known = await this.#histories.get(order);
    if (known?.some((transition) => transition.id === id)) return known;
    const asked = this.#orders.transitions(order).then((found) => found.map(({ transition }) => transition));
    keep(this.#histories, order, asked);
    try {
      return await asked;
    } catch (cause) {
      if (this.#histories.get(order) === asked) this.#histories.delete(order);
      throw cause;
    }
  }

  async #look(transition: OrderTransition, history: readonly OrderTransition[], channel: ChannelName): Promise<Look> {
    const key = `${transition.id} ${channel}`;
    const last = this.#looks.get(key);
    const at = this.#clock.monotonic();
    if (last && (last.untold === null || at - last.at < LOOK_MS)) return last;
    const look = { at, untold: await this.#untoldOf(toldBefore(transition, history), channel) };
    keep(this.#looks, key, look);
    return look;
  }

  async #untoldOf(ids: readonly OrderTransitionId[], channel: ChannelName): Promise<ReadonlySet<Recipient> | null> {
    const counts = await this.#ledger.deliveryCounts(ids);
    const open = counts.filter((count) => count.channel === channel && count.deliveries > 0 && UNSETTLED.includes(count.state));
    if (open.length === 0) return null;
    const now = this.#clock.now();
    const untold = new Set<Recipient>();
    // Only what is under way: one mailbox that puts us off for hours must not have a city's settled mails read every second.
    for (const id of new Set(open.map(({ transitionId }) => transitionId))) {
      for await (const delivery of deliveriesOf(this.#ledger, id, { state: UNSETTLED, channel })) {
        if (delivery.expiresAt > now) for (const recipient of delivery.recipients) untold.add(recipient);
      }
    }
    return untold;
  }
}

/** Remembers at most so many, the latest ones. */
function keep<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > REMEMBERED_MAX) map.delete(map.keys().next().value!);
}

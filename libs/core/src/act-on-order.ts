import { decideOrder, type OrderAsk, orderActId } from './decide-order.ts';
import type { Order, OrderAct, OrderId, OrderTransition } from './order.ts';
import { auditOfOrder } from './order-audit.ts';
import type { OrderBook } from './order-book.ts';
import type { OrderRefusalCode } from './order-table.ts';
import { standingAfter } from './standing-orders.ts';

/** Each try lost to somebody else who got something done; a night has not as many people at one order. */
const TRIES_MAX = 50;

/** Other orders looked at when one lets districts go; a city has fewer in force at once. */
const STANDING_MAX = 200;

/** What became of an act. `repeated`: it had been done before, and the order is what it has become since. */
export type OrderActResult =
  | { readonly kind: 'done' | 'repeated'; readonly order: Order; readonly transition: OrderTransition | null }
  | { readonly kind: 'refused'; readonly code: OrderRefusalCode; readonly order: Order }
  | { readonly kind: 'unknown' };

/**
 * Reads an order, decides on it and writes it down; when somebody came between, again. So of acts that come at once each meets the order as the one
 * before left it, and gets its own answer (F65). `key` makes the repeats of one request one act.
 */
export async function actOnOrder(
  book: OrderBook,
  id: OrderId,
  { askOf, key = null }: { readonly askOf: (order: Order) => OrderAsk; readonly key?: string | null },
): Promise<OrderActResult> {
  let before: Order | null = null;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const order = await book.order(id);
    if (!order) return { kind: 'unknown' };
    const ask = askOf(order);
    const { kind, by, role, at } = ask;
    // An act of a person is named by the version that they saw; one of the service by the one that it met.
    const version = ask.version ?? order.version;
    const actId = orderActId({ orderId: id, kind, by, version }, key);
    // A yes to what was undone or given since is no double click, unless its key says so.
    const isOld = key === null && (kind === 'confirm' || kind === 'breakGlass') && version !== order.version;
    if (!isOld && (await book.hasAct(actId))) return { kind: 'repeated', order, transition: null };
    // Nobody came between, so what was in the way is another proposal for the same districts.
    if (before?.revision === order.revision) return { kind: 'refused', code: 'alreadyProposed', order };
    const step = decideOrder(order, ask);
    if (step.kind === 'refused') return { ...step, order };
    const transition = await withStanding(book, step.transition);
    const act: OrderAct = { id: actId, orderId: id, kind, by, role, at, revision: step.order.revision, version, reason: reasonOf(ask) };
    const audit = auditOfOrder({ before: order, order: step.order, act, transition });
    const committed = await book.commit({ order: step.order, act, transition, audit });
    if (committed === 'committed') return { ...step, transition };
    before = order;
  }
  return { kind: 'refused', code: 'changed', order: before! };
}

/** Writes a new order down. `alreadyProposed` when an open proposal says the same; a repeat of one request is `repeated`. */
export async function proposeOrder(
  book: OrderBook,
  { order, transition }: { readonly order: Order; readonly transition: OrderTransition },
  { by, role, at, reason }: Pick<OrderAct, 'by' | 'role' | 'at' | 'reason'>,
): Promise<OrderActResult> {
  const act: OrderAct = { id: `${order.id}/propose`, orderId: order.id, kind: 'propose', by, role, at, revision: 1, version: 0, reason };
  const committed = await book.commit({ order, act, transition, audit: auditOfOrder({ before: null, order, act, transition }) });
  switch (committed) {
    case 'committed':
      return { kind: 'done', order, transition };
    case 'repeated':
      return { kind: 'repeated', order: (await book.order(order.id)) ?? order, transition: null };
    case 'stale':
      return { kind: 'refused', code: 'alreadyProposed', order };
  }
}

/** A change with what else holds in the districts that it lets go, so that its words never sound as if all were over. */
export async function withStanding<T extends OrderTransition | null>(book: Pick<OrderBook, 'orders'>, transition: T): Promise<T> {
  if (transition === null) return transition;
  const others = await book.orders({ open: true, limit: STANDING_MAX });
  const standing = standingAfter(
    transition,
    others.map(({ order }) => order),
  );
  return standing.length === 0 ? transition : { ...transition, standing };
}

function reasonOf(ask: OrderAsk): string {
  if ('reason' in ask) return ask.reason;
  if ('text' in ask) return ask.text;
  return 'why' in ask ? (ask.why ?? '') : '';
}

import {
  type Audit,
  isOpenOrder,
  nextLookAt,
  type NumberedOrder,
  type NumberedOrderTransition,
  type Order,
  type OrderAct,
  OrderBook,
  type OrderCommit,
  type OrderCommitted,
  proposalKey,
} from '#core';
import { MemoryAudit } from './memory-audit.ts';

/** The order book without durability, for tests. Every call takes effect at once and as a whole. */
export class MemoryOrderBook extends OrderBook {
  readonly #orders = new Map<string, NumberedOrder>();
  readonly #acts = new Map<string, OrderAct>();
  readonly #transitions: NumberedOrderTransition[] = [];
  readonly #audit: Audit;

  constructor(audit: Audit = new MemoryAudit()) {
    super();
    this.#audit = audit;
  }

  async commit({ order, act, transition, audit }: OrderCommit): Promise<OrderCommitted> {
    if (this.#acts.has(act.id)) return 'repeated';
    const known = this.#orders.get(order.id);
    if ((known?.order.revision ?? 0) !== order.revision - 1) return 'stale';
    const key = proposalKey(order);
    const isTaken = key !== null && [...this.#orders.values()].some(({ order: one }) => one.id !== order.id && proposalKey(one) === key);
    if (isTaken) return 'stale';
    this.#orders.set(order.id, { number: known?.number ?? this.#orders.size + 1, order });
    this.#acts.set(act.id, act);
    if (transition) this.#transitions.push({ number: this.#transitions.length + 1, transition });
    await this.#audit.append(audit);
    return 'committed';
  }

  async order(id: string): Promise<Order | null> {
    return this.#orders.get(id)?.order ?? null;
  }

  async numberOf(id: string): Promise<number> {
    return this.#orders.get(id)?.number ?? 0;
  }

  async orders({ open = false, before = Infinity, limit }: Parameters<OrderBook['orders']>[0]): Promise<readonly NumberedOrder[]> {
    return [...this.#orders.values()]
      .filter(({ number, order }) => number < before && (!open || isOpenOrder(order)))
      .toSorted((a, b) => b.number - a.number)
      .slice(0, limit);
  }

  async due(at: number, limit: number): Promise<readonly string[]> {
    return [...this.#orders.values()]
      .map(({ number, order }) => ({ number, order, lookAt: nextLookAt(order) ?? Infinity }))
      .filter(({ lookAt }) => lookAt <= at)
      .toSorted((a, b) => a.lookAt - b.lookAt || a.number - b.number)
      .slice(0, limit)
      .map(({ order }) => order.id);
  }

  async acts(id: string): Promise<readonly OrderAct[]> {
    return [...this.#acts.values()].filter(({ orderId }) => orderId === id);
  }

  async hasAct(id: string): Promise<boolean> {
    return this.#acts.has(id);
  }

  async transitionsAfter(number: number, limit: number): Promise<readonly NumberedOrderTransition[]> {
    return this.#transitions.slice(number, number + limit);
  }

  async transitions(id: string): Promise<readonly NumberedOrderTransition[]> {
    return this.#transitions.filter(({ transition }) => transition.orderId === id);
  }

  async transition(id: string): Promise<NumberedOrderTransition | null> {
    return this.#transitions.find(({ transition }) => transition.id === id) ?? null;
  }
}

import type { AuditDraft } from './audit.ts';
import type { Order, OrderAct, OrderId, OrderTransition, OrderTransitionId } from './order.ts';

/** An order as an act left it, with everything that is written down beside it. */
export interface OrderCommit {
  /** Its revision is one more than that of the order it was decided on. */
  readonly order: Order;
  readonly act: OrderAct;
  readonly transition: OrderTransition | null;
  readonly audit: readonly AuditDraft[];
}

/**
 * `repeated`: the act was written down before, and this changed nothing. `stale`: the order is not any more what the act was decided on, or such a
 * proposal is open already; nothing was written.
 */
export type OrderCommitted = 'committed' | 'repeated' | 'stale';

export interface NumberedOrder {
  readonly number: number;
  readonly order: Order;
}

export interface NumberedOrderTransition {
  readonly number: number;
  readonly transition: OrderTransition;
}

/** The orders that people gave or were asked to give, with every act on them. Its writes reject with `LedgerUnavailable` as the ledger's do. */
export abstract class OrderBook {
  /**
   * Order, act, transition and audit entries in one transaction, by compare-and-set on the order's revision: of two acts that were decided on the same
   * one, one is committed. Only one open proposal has the same `proposalKey`. Transitions are numbered without gaps.
   */
  abstract commit(commit: OrderCommit): Promise<OrderCommitted>;

  abstract order(id: OrderId): Promise<Order | null>;
  /** The number of an order among all, by which lists page; 0 when there is none. */
  abstract numberOf(id: OrderId): Promise<number>;
  /** Newest first, before the number when one is given; `open` leaves out what is over. */
  abstract orders(query: { readonly open?: boolean; readonly before?: number; readonly limit: number }): Promise<readonly NumberedOrder[]>;
  /** Orders that the service has to look at by itself at an instant (`nextLookAt`), the earliest first. By name only: none has to be readable for the others. */
  abstract due(at: number, limit: number): Promise<readonly OrderId[]>;
  /** The acts on an order in their order. */
  abstract acts(id: OrderId): Promise<readonly OrderAct[]>;
  /** Whether an act was written down. */
  abstract hasAct(id: string): Promise<boolean>;

  /** Transitions after a number, ascending without gaps. */
  abstract transitionsAfter(number: number, limit: number): Promise<readonly NumberedOrderTransition[]>;
  /** The transitions of an order in their order. */
  abstract transitions(id: OrderId): Promise<readonly NumberedOrderTransition[]>;
  abstract transition(id: OrderTransitionId): Promise<NumberedOrderTransition | null>;
}

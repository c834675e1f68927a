import { orderCopy, type OrderBook, type OrderTransition, type Playbook } from '#core';
import type { OrderCopyDto } from '#wire';
import { Refusal } from './refusal.ts';

export interface OrderCopiesOptions {
  readonly orders: Pick<OrderBook, 'transitions'>;
  readonly playbook: Playbook;
  /** The playbook that an order was decided by; null when it is not kept. */
  readonly playbookOf: (version: string) => Promise<Playbook | null>;
}

/** What staff copy onto screens that this service does not reach: area mail, the hub of municipalities, the portal, and the texts of the law. */
export class OrderCopies {
  readonly #options: OrderCopiesOptions;

  constructor(options: OrderCopiesOptions) {
    this.#options = options;
  }

  /** The texts of a change of an order, of the newest one that residents were told unless one is named. Refuses what nobody outside was told. */
  async of(orderId: string, transitionId?: string): Promise<OrderCopyDto> {
    const { orders, playbook, playbookOf } = this.#options;
    const told = (await orders.transitions(orderId)).map(({ transition }) => transition).filter(isTold);
    const transition = transitionId === undefined ? told.at(-1) : told.find(({ id }) => id === transitionId);
    if (!transition) {
      const what = transitionId === undefined ? `order ${orderId}` : `change ${transitionId} of order ${orderId}`;
      throw new Refusal('notFound', `residents were told of no ${what}`);
    }
    const decidedBy = (await playbookOf(transition.order.playbookVersion)) ?? playbook;
    return { ...orderCopy({ playbook: decidedBy, transition, told }), orderId, kind: transition.kind };
  }
}

type Told = OrderTransition & { readonly kind: OrderCopyDto['kind'] };

const isTold = (transition: OrderTransition): transition is Told => transition.kind !== 'proposed';

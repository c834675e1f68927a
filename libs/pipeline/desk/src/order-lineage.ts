import {
  type DeliveryClue,
  type Order,
  type OrderBook,
  type OrderLineageName,
  type OrderTransition,
  readLineageName,
  readOrderLineageName,
} from '#core';
import type { LineageDto, OrderLineageDto } from '#wire';
import { type LineageGround, lineageOf } from './lineage.ts';
import { groundsShown, orderShown } from './order-desk.ts';
import { Refusal } from './refusal.ts';
import { whatWasTold } from './what-was-told.ts';

export interface ChainGround extends LineageGround {
  readonly orders: Pick<OrderBook, 'order' | 'numberOf' | 'acts' | 'transitions'>;
}

/**
 * Walks back from anything that was told, of an alert (`lineageOf`) or of an order: from what a resident received to the words, to who decided with
 * which reasons, and to the grounds, each of which leads on to the transition of its rule (product promise 8). `of` is an id, a LINE retry key, or a
 * mail's Message-ID. `Refusal` when nothing has that name.
 */
export async function chainOf(of: string, addresses: LineageDto['addresses'], ground: ChainGround): Promise<LineageDto | OrderLineageDto> {
  const named = readOrderLineageName(of);
  if (named) return orderLineageOf(of, named, addresses, ground);
  const name = readLineageName(of);
  const id = name?.kind === 'clue' ? await deliveryOf(name.clue, ground) : null;
  const meant = id === null ? null : readOrderLineageName(id);
  if (meant) return orderLineageOf(of, meant, addresses, ground);
  // A key is looked for once: by the id that it led to, the rest is found at once.
  return id === null ? lineageOf(of, addresses, ground) : { ...(await lineageOf(id, addresses, ground)), of };
}

const deliveryOf = async (clue: DeliveryClue, { ledger }: ChainGround): Promise<string | null> =>
  (await ledger.findDelivery(clue))?.delivery.id ?? null;

async function orderLineageOf(
  of: string,
  { orderId, transitionId, messageId, deliveryId }: OrderLineageName,
  addresses: LineageDto['addresses'],
  ground: ChainGround,
): Promise<OrderLineageDto> {
  const { orders, ledger, playbook } = ground;
  const order = await orders.order(orderId);
  const told = order ? (await orders.transitions(orderId)).map(({ transition }) => transition) : [];
  if (!order || (transitionId !== null && told.every(({ id }) => id !== transitionId)))
    throw new Refusal('notFound', `nothing here is called ${of}.`);
  const delivery = deliveryId === null ? null : ((await ledger.findDelivery({ id: deliveryId }))?.delivery ?? null);
  const transitions: OrderLineageDto['transitions'] = [];
  for (const transition of told) {
    const isMeant = transitionId === null || transitionId === transition.id;
    const words = isMeant
      ? await whatWasTold(transition.id, { meant: { messageId, deliveryId }, delivery, addresses, ground })
      : { reach: [], messages: [], deliveriesLeftOut: 0 };
    transitions.push({ ...decided(transition), ...words });
  }
  const messages = transitions.flatMap((transition) => transition.messages);
  return {
    of,
    kind: deliveryId !== null ? 'delivery' : messageId !== null ? 'message' : transitionId !== null ? 'transition' : 'order',
    transitionId,
    messageId,
    deliveryId,
    forgotten:
      (messageId !== null && messages.every(({ id }) => id !== messageId)) ||
      (deliveryId !== null && messages.flatMap(({ deliveries }) => deliveries).every(({ id }) => id !== deliveryId)),
    addresses,
    timeZone: playbook?.city.timeZone ?? 'UTC',
    order: await whatIsKnown(order, ground),
    transitions,
  };
}

async function whatIsKnown(order: Order, { orders, playbook }: ChainGround): Promise<OrderLineageDto['order']> {
  const number = await orders.numberOf(order.id);
  const acts = await orders.acts(order.id);
  return {
    ...orderShown({ number, order }, playbook),
    playbookVersion: order.playbookVersion,
    grounds: groundsShown(order),
    acts: acts.map(({ kind, by, role, at, version, reason }) => ({ kind, by, role, at, version, reason })),
  };
}

const decided = ({ id, kind, at, by, confirmations, brokeGlass, corrects }: OrderTransition) => ({
  id,
  kind,
  at,
  by: [...by],
  confirmations: [...confirmations],
  brokeGlass,
  corrects: corrects?.id ?? null,
});

import { type Clock, isOrderTransitionId, type Keys, type Ledger, levelAfter, type OrderBook, type TransitionId } from '#core';
import { WebhookChannel } from '#channels/webhook';
import { RelayChannel } from '#mqtt';

/** Kinds of change of an alert that call people; all others end something, or only tell staff. */
const CALLS: ReadonlySet<string> = new Set(['raised', 'climbed', 'reminded', 'escalated']);

const SECRET_PURPOSE = 'webhook';
/** Two digests of 128 bits: the specification asks for 24 to 64 bytes. */
const SECRET_PARTS = ['1', '2'] as const;

/** The secret between us and one receiver of web hooks: it follows from the keys, so it is shown again on request and stored nowhere. */
export const webhookSecret = (keys: Keys, recipient: string): Uint8Array =>
  Buffer.concat(SECRET_PARTS.map((part) => Buffer.from(keys.digest(SECRET_PURPOSE, `${recipient}/${part}`), 'base64url')));

export interface NeighboursOptions {
  readonly keys: Keys;
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, 'transition'>;
  readonly orders: Pick<OrderBook, 'transition'>;
  /** Hosts within the city's own network that web hooks may call. */
  readonly innerHosts: readonly string[];
}

/** The ways to other systems and to lights and sirens. Real life only: no drill rings a siren (promise 7). */
export function openNeighbours({ keys, clock, ledger, orders, innerHosts }: NeighboursOptions) {
  const callsPeople = async (id: TransitionId): Promise<boolean> => {
    if (!isOrderTransitionId(id)) return CALLS.has((await ledger.transition(id))?.transition.kind ?? '');
    // Of an order by what holds after it: one that was lifted by mistake and goes on is no end.
    const told = await orders.transition(id);
    return told !== null && levelAfter(told.transition) !== null;
  };
  return {
    webhook: new WebhookChannel({ status: 'actual', clock, innerHosts, secretOf: (recipient) => webhookSecret(keys, recipient) }),
    relay: new RelayChannel({ status: 'actual', clock, callsPeople }),
  } as const;
}

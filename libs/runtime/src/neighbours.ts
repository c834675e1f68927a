import { type Clock, isOrderTransitionId, type Keys, type Ledger, type OrderBook, type TransitionId } from '#core';
import { WebhookChannel } from '#channels/webhook';
import { RelayChannel } from '#mqtt';

/** Kinds of change that call people; all others end something, or only tell staff. */
const CALLS: ReadonlySet<string> = new Set(['raised', 'climbed', 'reminded', 'escalated', 'given', 'updated']);

const SECRET_PURPOSE = 'webhook';
/** Two digests of 128 bits: the specification asks for 24 to 64 bytes. */
const SECRET_PARTS = ['1', '2'] as const;

/** The secret between us and one receiver of web hooks: it follows from the keys, so it is shown again on request and stored nowhere. */
export const webhookSecret = (keys: Keys, recipient: string): Uint8Array =>
  Buffer.concat(SECRET_PARTS.map((part) => Buffer.from(keys.digest(SECRET_PURPOSE, `${recipient}/${part}`), 'base64url')));

export interface NeighboursOptions {
  readonly keys: Keys;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly orders: OrderBook;
  /** Hosts within the city's own network that web hooks may call. */
  readonly innerHosts: readonly string[];
}

/** The ways to other systems and to lights and sirens. Real life only: no drill rings a siren (promise 7). */
export function openNeighbours({ keys, clock, ledger, orders, innerHosts }: NeighboursOptions) {
  const callsPeople = async (id: TransitionId): Promise<boolean> => {
    const told = isOrderTransitionId(id) ? await orders.transition(id) : await ledger.transition(id);
    return told !== null && CALLS.has(told.transition.kind);
  };
  return {
    webhook: new WebhookChannel({ status: 'actual', clock, innerHosts, secretOf: (recipient) => webhookSecret(keys, recipient) }),
    relay: new RelayChannel({ status: 'actual', clock, callsPeople }),
  } as const;
}

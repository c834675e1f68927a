import type { AlertId, TransitionId } from './alert.ts';
import type { DeliveryClue } from './ledger.ts';
import type { OrderId, OrderTransitionId } from './order.ts';

/** What a text in somebody's hand names. Ids are derived, so each one carries those of everything it came from. */
export type LineageName =
  | { readonly kind: 'alert'; readonly alertId: AlertId }
  | { readonly kind: 'transition'; readonly alertId: AlertId; readonly transitionId: TransitionId }
  | { readonly kind: 'message'; readonly alertId: AlertId; readonly transitionId: TransitionId; readonly messageId: string }
  | {
      readonly kind: 'delivery';
      readonly alertId: AlertId;
      readonly transitionId: TransitionId;
      readonly messageId: string;
      readonly deliveryId: string;
    }
  /** Leads to a delivery, which the ledger has to find. */
  | { readonly kind: 'clue'; readonly clue: DeliveryClue };

// Rules, gauges, routes, languages and channels are called by small letters, digits and hyphens, so none of the marks between them is ambiguous.
const DERIVED = /^([^@/#\s]+@[^@/#\s]+#\d+)(?:\/(\d+)(?:\/([^/\s]+)\/([^/\s]+)(?:\/([^/\s]+)\/([^/\s]+))?)?)?$/;
/** RFC 9562, as LINE wants its retry keys. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** `<identity@domain>`, the same without its brackets, or the envelope sender of a bounce. */
const MAIL = /^<?(?:b-)?([0-9a-f]{32})(?:-[0-9a-v]{26})?@[^\s<>@]+>?$/i;

/** Reads an alert, transition, message or delivery id, a LINE retry key, or a mail's Message-ID; null when it is none of them. */
export function readLineageName(text: string): LineageName | null {
  const name = text.trim();
  if (UUID.test(name)) return { kind: 'clue', clue: { key: name.toLowerCase() } };
  const mail = MAIL.exec(name)?.[1];
  if (mail !== undefined) return { kind: 'clue', clue: { mail: mail.toLowerCase() } };
  const [, alertId, ordinal, route, language, channel, chunk] = DERIVED.exec(name) ?? [];
  if (alertId === undefined) return null;
  if (ordinal === undefined) return { kind: 'alert', alertId };
  const transitionId = `${alertId}/${ordinal}`;
  if (route === undefined) return { kind: 'transition', alertId, transitionId };
  const messageId = `${transitionId}/${route}/${language}`;
  if (channel === undefined) return { kind: 'message', alertId, transitionId, messageId };
  return { kind: 'delivery', alertId, transitionId, messageId, deliveryId: `${messageId}/${channel}/${chunk}` };
}

/** What a text names of what was told of an order; null for what it does not go down to. */
export interface OrderLineageName {
  readonly orderId: OrderId;
  readonly transitionId: OrderTransitionId | null;
  readonly messageId: string | null;
  readonly deliveryId: string | null;
}

const OF_ORDER = /^(?:(o[0-9a-f]{12})|order\/([^/\s]+)\/\d+(?:\/[^/\s]+\/[^/\s]+(?:\/[^/\s]+\/[^/\s]+)?)?)$/;
/** Parts of the ids of a transition, a message and a delivery of an order. */
const PARTS = { transition: 3, message: 5, delivery: 7 } as const;

/** Reads the id of an order, or of a transition, a message or a delivery of one; null when it is none of them. */
export function readOrderLineageName(text: string): OrderLineageName | null {
  const name = text.trim();
  const [, whole, within] = OF_ORDER.exec(name) ?? [];
  if (whole !== undefined) return { orderId: whole, transitionId: null, messageId: null, deliveryId: null };
  if (within === undefined) return null;
  const parts = name.split('/');
  const upTo = (count: number): string | null => (parts.length >= count ? parts.slice(0, count).join('/') : null);
  return { orderId: within, transitionId: upTo(PARTS.transition), messageId: upTo(PARTS.message), deliveryId: upTo(PARTS.delivery) };
}

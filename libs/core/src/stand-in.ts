import type { Standby } from './directory.ts';
import { chunkName } from './plan.ts';
import { type Delivery, deliveryId, derivedUuid, type Message } from './delivery.ts';
import { homeAt, homesOf } from './homes.ts';
import { routePartsOf } from './delivery.ts';

/**
 * How long an order waits for LINE before it takes the other way as well. A million people take ten seconds at LINE's rate, the desk is alarmed
 * after one minute, and the second way is worth a double message when two have passed.
 */
export const ORDER_WAIT_MS = 2 * 60_000;

/** Why somebody of an audience is not told on a channel that they have blocked. */
export const BLOCKED_WHY = 'この方がLINEを止めているため送っていません';
/** Why congestion and facts are not sent when the month's plan runs out. */
export const QUOTA_WHY = '今月LINEで送れる残りを避難情報のために取っておくため送っていません';

/** Reasons of deliveries that were held back on one channel and go by another one. */
export const ELSEWHERE_WHYS: readonly string[] = [BLOCKED_WHY, QUOTA_WHY];

/** A delivery that a channel did not take, with the people of it who need another way. */
export interface Unreached {
  readonly delivery: Delivery;
  readonly message: Message;
  /** Those who need another way; all recipients when it is not one of them who blocked us. */
  readonly recipients: readonly string[];
}

/** Deliveries to be written in place of another one, in one transaction with the mark that they are. */
export interface StandIn {
  readonly deliveryId: string;
  /** The people of the delivery for whom it was looked. */
  readonly recipients: readonly string[];
  readonly deliveries: readonly Delivery[];
}

/** Why somebody is told by another way, for the record beside it. */
export function standInWhy({ state, lastReason, lane, attempts }: Delivery, isClosed: boolean): string {
  const said = lastReason === '' ? '' : `（${lastReason}）`;
  switch (state) {
    case 'refused':
      return `LINEが受け付けないため、登録された別の宛先に送ります${said}`;
    case 'dead':
      return `LINEに届いたか分からないため、登録された別の宛先にも送ります${said}`;
    case 'suppressed':
      return `LINEでは送らないため、登録された別の宛先に送ります${said}`;
    case 'sent':
      return 'LINEで受け付けられたあとに止められたため、登録された別の宛先にも送ります';
    case 'queued':
    case 'sending':
    case 'expired':
    case 'closed':
      if (isClosed) return `LINEで送れなくなっているため、登録された別の宛先に送ります${said}`;
      return `${lane === 'evacuation' && attempts === 0 ? 'LINEで送り始められない' : 'LINEが時間内に受け付けない'}ため、登録された別の宛先にも送ります${said}`;
  }
}

/**
 * The deliveries by which people hear the same words on the way that they named for this case: one for each, since mail goes to one person at a
 * time. In their own language where the words of this message exist in it, else as they were. The id follows from message, channel and person,
 * so that nobody gets it twice on one way, however often it is decided.
 */
export function standInsOf({
  unreached: { delivery, message, recipients },
  standbys,
  translations,
  why,
  now,
}: {
  readonly unreached: Unreached;
  /** In the order of the recipients; null for who named none. */
  readonly standbys: readonly (Standby | null)[];
  /** The words of the same transition that exist. */
  readonly translations: readonly Message[];
  readonly why: string;
  readonly now: number;
}): StandIn {
  const { routeId, extra } = routePartsOf(message);
  const deliveries = standbys.flatMap((standby, index): readonly Delivery[] => {
    if (!standby) return [];
    const recipient = recipients[index]!;
    const spoken = translations.find(
      (other) => other.language === standby.language && routePartsOf(other).routeId === routeId && routePartsOf(other).extra === extra,
    );
    const { id: messageId } = spoken ?? message;
    const id = deliveryId(messageId, standby.channel, chunkName([standby.recipient]));
    return [
      {
        id,
        messageId,
        transitionId: delivery.transitionId,
        channel: standby.channel,
        endpoint: standby.endpoint,
        lane: delivery.lane,
        status: delivery.status,
        recipients: [standby.recipient],
        retryKey: derivedUuid(`${id}@${message.issuedAt}`),
        state: 'queued',
        attempts: 0,
        dueAt: now,
        firstAttemptAt: null,
        settledAt: null,
        expiresAt: delivery.expiresAt,
        lastReason: '',
        receipt: '',
        ...(delivery.homes && { homes: homesOf([homeAt(delivery.homes, delivery.recipients.indexOf(recipient))]) }),
        standsFor: { deliveryId: delivery.id, recipient, why },
      },
    ];
  });
  return { deliveryId: delivery.id, recipients, deliveries };
}

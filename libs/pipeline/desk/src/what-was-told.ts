import {
  audienceKindOf,
  type Delivery,
  type Directory,
  type Ledger,
  mailIdentity,
  masked,
  type Message,
  type Playbook,
  type TransitionId,
} from '#core';
import type { LineageDto, LineageTransitionDto } from '#wire';
import { reachOf } from './desk.ts';

/** Deliveries of one transition that are listed; the rest is counted, and listed page by page under deliveries. */
const DELIVERIES_MAX = 100;
/** People shown of one delivery (LINE: up to 500 in one). */
const PEOPLE_MAX = 20;
/** What is read to say what was told. */
export interface ToldGround {
  readonly ledger: Pick<Ledger, 'deliveryCounts' | 'deliveries' | 'messages'>;
  /** Null where addresses cannot be opened: then people are told by number only. */
  readonly directory: Pick<Directory, 'contacts'> | null;
  /** For names; null where no playbook is at hand. */
  readonly playbook: Playbook | null;
}

type WhatWasTold = Pick<LineageTransitionDto, 'reach' | 'messages' | 'deliveriesLeftOut'>;

/** The words of a transition with their deliveries and how far they came; of a message or a delivery that is meant, it alone. */
export async function whatWasTold(
  id: TransitionId,
  {
    meant,
    delivery,
    addresses,
    ground: { ledger, directory, playbook },
  }: {
    readonly meant: { readonly messageId: string | null; readonly deliveryId: string | null };
    /** The delivery that was asked for: it may be older than those that are listed. */
    readonly delivery: Delivery | null;
    readonly addresses: LineageDto['addresses'];
    readonly ground: ToldGround;
  },
): Promise<WhatWasTold> {
  const counts = await ledger.deliveryCounts([id]);
  const newest = (await ledger.deliveries({ transitionId: id, limit: DELIVERIES_MAX })).map((one) => one.delivery);
  const listed = delivery && newest.every((one) => one.id !== delivery.id) ? [delivery, ...newest] : newest;
  const messages = (await ledger.messages(id)).filter((message) => meant.messageId === null || message.id === meant.messageId);
  const shown = listed.filter(({ id: one, messageId }) =>
    meant.deliveryId === null ? messages.some((message) => message.id === messageId) : one === meant.deliveryId,
  );
  const all = counts.reduce((sum, { deliveries }) => sum + deliveries, 0);
  const people = new Map<string, readonly string[]>();
  for (const one of shown) people.set(one.id, await peopleOf(one, directory, addresses));
  return {
    reach: reachOf(counts),
    messages: messages.map((message) => messageOf(message, { deliveries: shown, people, playbook })),
    deliveriesLeftOut: Math.max(0, all - shown.length),
  };
}

function messageOf(
  { id, routeId, language, subject, body, level, translated, issuedAt, expiresAt }: Message,
  {
    deliveries,
    people,
    playbook,
  }: {
    readonly deliveries: readonly Delivery[];
    readonly people: ReadonlyMap<string, readonly string[]>;
    readonly playbook: Playbook | null;
  },
): WhatWasTold['messages'][number] {
  return {
    id,
    routeId,
    audience: audienceKindOf(playbook, { routeId }),
    language,
    subject,
    body,
    level,
    translated,
    issuedAt,
    expiresAt,
    deliveries: deliveries
      .filter(({ messageId }) => messageId === id)
      .map((delivery) => ({
        id: delivery.id,
        channel: delivery.channel,
        endpoint: delivery.endpoint,
        state: delivery.state,
        attempts: delivery.attempts,
        firstAttemptAt: delivery.firstAttemptAt,
        settledAt: delivery.settledAt,
        expiresAt: delivery.expiresAt,
        lastReason: delivery.lastReason,
        receipt: delivery.receipt,
        key: delivery.channel === 'line' ? delivery.retryKey : mailIdentity(delivery.id),
        recipients: delivery.recipients.length,
        addresses: [...(people.get(delivery.id) ?? [])],
      })),
  };
}

/** The first people of a delivery: each by number, with the address where it can be opened. Who left has a number only. */
async function peopleOf(
  { channel, recipients }: Delivery,
  directory: ToldGround['directory'],
  addresses: LineageDto['addresses'],
): Promise<readonly string[]> {
  const first = recipients.slice(0, PEOPLE_MAX);
  const contacts = (await directory?.contacts(channel, first)) ?? [];
  return first.map((recipient, index) => {
    const address = contacts[index]?.address;
    return address === undefined ? recipient : `${recipient} ${addresses === 'whole' ? address : masked(address)}`;
  });
}

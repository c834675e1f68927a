import {
  type Delivery,
  ELSEWHERE_WHYS,
  homeAt,
  type Ledger,
  type Message,
  type ReachRow,
  type RecipientNote,
  type RecipientNoteState,
  SPLIT_REASON,
  strongerNote,
  type StandIn,
  type Unreached,
  type UnconfirmedCount,
  unconfirmedInAll,
} from '#core';

interface Noted {
  readonly deliveryId: string;
  readonly recipient: string;
  readonly state: RecipientNoteState;
  readonly at: number;
  readonly why: string;
}

/** What became of single recipients, for the ledger in memory. */
export class MemoryProof {
  readonly #notes = new Map<string, Noted>();
  /** Deliveries, and people of deliveries, for whom another way was looked for. */
  readonly #stoodIn = new Set<string>();

  /** As `Ledger.noteRecipient` promises. */
  note({ of, state, at, why }: RecipientNote, deliveries: Iterable<Delivery>): number {
    const meant = [...deliveries].filter((delivery) => {
      if ('deliveryId' in of && delivery.id !== of.deliveryId) return false;
      if ('recipient' in of && !delivery.recipients.includes(of.recipient)) return false;
      if (!('channel' in of)) return true;
      return delivery.channel === of.channel && delivery.state === 'sent' && (delivery.settledAt ?? 0) >= of.acceptedSince;
    });
    for (const { id, recipients } of meant) {
      for (const recipient of 'recipient' in of ? [of.recipient] : recipients) {
        const known = this.#notes.get(keyOf(id, recipient));
        if (known && strongerNote(known.state, state) === known.state) continue;
        this.#notes.set(keyOf(id, recipient), { deliveryId: id, recipient, state, at, why });
      }
    }
    return meant.length;
  }

  /** `told`: the deliveries of the transition; `byId`: any delivery. */
  reach(told: readonly Delivery[], byId: (id: string) => Delivery | undefined): readonly ReachRow[] {
    const sums = new Map<string, ReachRow>();
    for (const delivery of told.filter(({ state, lastReason }) => state !== 'refused' || lastReason !== SPLIT_REASON)) {
      const { channel, messageId, state, attempts, homes, standsFor, recipients } = delivery;
      const original = standsFor && byId(standsFor.deliveryId);
      for (const [index, recipient] of recipients.entries()) {
        const row: Omit<ReachRow, 'recipients'> = {
          channel,
          language: messageId.slice(messageId.lastIndexOf('/') + 1) as ReachRow['language'],
          state,
          attempted: attempts > 0,
          note: null,
          original: original
            ? {
                state: original.state,
                attempted: original.attempts > 0,
                note: this.#notes.get(keyOf(original.id, standsFor.recipient))?.state ?? null,
              }
            : null,
          districts: homes ? homeAt(homes, index) : null,
        };
        add(sums, row);
        const note = this.#notes.get(keyOf(delivery.id, recipient));
        if (note) add(sums, { ...row, note: note.state });
      }
    }
    return [...sums.values()];
  }

  /** `deliveries` in the order in which they were planned. */
  unreached(
    { now, orderDueBefore, isClosed, limit }: Parameters<Ledger['unreached']>[0],
    deliveries: readonly Delivery[],
    messageOf: (id: string) => Message | undefined,
  ): readonly Unreached[] {
    const alive = deliveries.filter(({ channel, status, expiresAt }) => channel === 'line' && status !== 'test' && expiresAt > now);
    const needs = ({ state, lastReason, lane, firstAttemptAt, dueAt }: Delivery): boolean => {
      if (state === 'refused') return lastReason !== SPLIT_REASON;
      if (state === 'suppressed') return ELSEWHERE_WHYS.includes(lastReason);
      if (state === 'queued' || state === 'sending')
        return isClosed || (lane === 'evacuation' && (firstAttemptAt ?? dueAt) <= orderDueBefore);
      return state === 'dead';
    };
    const open = alive.filter((delivery) => !this.#stoodIn.has(delivery.id) && needs(delivery));
    const blocked = [...this.#notes.values()]
      .filter(({ state, deliveryId, recipient }) => state === 'blocked' && !this.#stoodIn.has(keyOf(deliveryId, recipient)))
      .toSorted((a, b) => a.at - b.at)
      .flatMap(({ deliveryId, recipient }) => {
        const delivery = alive.find(({ id, state }) => id === deliveryId && state === 'sent');
        return delivery ? [{ delivery, recipients: [recipient] }] : [];
      });
    return [...open.slice(0, limit).map((delivery) => ({ delivery, recipients: delivery.recipients })), ...blocked.slice(0, limit)].flatMap(
      ({ delivery, recipients }) => {
        const message = messageOf(delivery.messageId);
        return message ? [{ delivery, message, recipients }] : [];
      },
    );
  }

  /** Marks that another way was looked for, and gives back which deliveries are to be written. */
  standIn({ deliveryId, recipients, deliveries }: StandIn, original: Delivery | undefined): readonly Delivery[] {
    if (!original) return [];
    const asking = new Set(recipients.filter((recipient) => this.#notes.get(keyOf(deliveryId, recipient))?.state === 'blocked'));
    for (const recipient of asking) this.#stoodIn.add(keyOf(deliveryId, recipient));
    if (original.state === 'sent') return deliveries.filter(({ standsFor }) => standsFor && asking.has(standsFor.recipient));
    this.#stoodIn.add(deliveryId);
    return deliveries;
  }

  forget(deliveryId: string): void {
    for (const [key, note] of this.#notes) if (note.deliveryId === deliveryId) this.#notes.delete(key);
  }
}

/** Deliveries of a lane that nobody accepted in time. */
export function unconfirmedAmong(
  deliveries: readonly Delivery[],
  { lane, dueBefore, now }: Parameters<Ledger['unconfirmed']>[0],
): readonly UnconfirmedCount[] {
  const open = deliveries.filter(
    (delivery) =>
      delivery.lane === lane &&
      ['queued', 'sending', 'dead'].includes(delivery.state) &&
      delivery.expiresAt > now &&
      (delivery.firstAttemptAt ?? delivery.dueAt) <= dueBefore,
  );
  return unconfirmedInAll(
    open.map(({ transitionId, channel, recipients, firstAttemptAt, dueAt }) => ({
      transitionId,
      channel,
      deliveries: 1,
      recipients: recipients.length,
      since: firstAttemptAt ?? dueAt,
    })),
  );
}

const keyOf = (deliveryId: string, recipient: string): string => JSON.stringify([deliveryId, recipient]);

function add(sums: Map<string, ReachRow>, row: Omit<ReachRow, 'recipients'>): void {
  const key = JSON.stringify(row);
  sums.set(key, { ...row, recipients: (sums.get(key)?.recipients ?? 0) + 1 });
}

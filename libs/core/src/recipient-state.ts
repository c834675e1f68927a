import type { ChannelName, Delivery, DeliveryState } from './delivery.ts';

/**
 * How one message stands with one person. `unknown`: it was tried, and nobody knows whether the channel has it. `failed`: the channel will not
 * take it, or it is too late.
 */
export type RecipientState = 'queued' | 'accepted' | 'bounced' | 'blocked' | 'confirmed' | 'failed' | 'suppressed' | 'unknown';

/** What becomes known of one person after the channel accepted the message; the stronger word stands, and comes first here. */
export const RECIPIENT_NOTES = ['confirmed', 'bounced', 'blocked'] as const;
export type RecipientNoteState = (typeof RECIPIENT_NOTES)[number];

/** Whom a note is about: by the delivery that a bounce or a button names, or by the person. */
export type NotedRecipient =
  /** All its recipients; a delivery by mail has one. */
  | { readonly deliveryId: string }
  /** One of its recipients. */
  | { readonly deliveryId: string; readonly recipient: string }
  /** On every delivery of a channel that was accepted since an instant. */
  | { readonly recipient: string; readonly channel: ChannelName; readonly acceptedSince: number };

/** A word about one person: the mail came back, they blocked us, they pressed "seen". */
export interface RecipientNote {
  readonly of: NotedRecipient;
  readonly state: RecipientNoteState;
  readonly at: number;
  /** What the other side said, for whoever asks. */
  readonly why: string;
}

/** Somebody who blocks us within this time of a message may have done so before they saw it: LINE tells neither, so another way is taken (D§3.2.6). */
export const BLOCKED_SOON_MS = 10 * 60_000;

/** How a message stands with everybody of a delivery of whom nothing else is noted. */
export function recipientStateOf({ state, attempts }: Pick<Delivery, 'state' | 'attempts'>): RecipientState {
  return state === 'queued' && attempts > 0 ? 'unknown' : STATES[state];
}

const STATES: Readonly<Record<DeliveryState, RecipientState>> = {
  queued: 'queued',
  sending: 'unknown',
  sent: 'accepted',
  refused: 'failed',
  expired: 'failed',
  // Nobody knows what became of it; that is why a person has to decide.
  dead: 'unknown',
  closed: 'failed',
  suppressed: 'suppressed',
};

/** Which of two notes on the same person and message stands. */
export const strongerNote = (a: RecipientNoteState, b: RecipientNoteState): RecipientNoteState =>
  RECIPIENT_NOTES.indexOf(a) <= RECIPIENT_NOTES.indexOf(b) ? a : b;

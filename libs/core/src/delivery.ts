import { createHash } from 'node:crypto';
import type { AlertLevel } from './alert-level.ts';
import type { TransitionId } from './alert.ts';
import type { Homes } from './homes.ts';
import type { OperationStatus } from './operation-status.ts';

/** `webhook`: neighbour systems; `relay`: rotating lights and sirens. */
export const CHANNELS = ['line', 'email', 'disaster-mail', 'webhook', 'relay'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** Lanes that a playbook's routes may take. Evacuation overtakes everything, facts overtake crowding. */
export const ROUTE_LANES = ['evacuation', 'flood', 'staff', 'congestion'] as const;
/** The index is the rank: lower goes first. The heartbeat goes when nobody else wants to. */
export const LANES = [...ROUTE_LANES, 'test'] as const;
export type Lane = (typeof LANES)[number];

/** やさしい日本語 is a language of its own (D§8). */
export const LANGUAGES = ['ja', 'ja-easy', 'en', 'zh-Hans', 'zh-Hant', 'ko', 'vi', 'pt'] as const;
export type Language = (typeof LANGUAGES)[number];

/** How browsers and readers of text know a language (BCP 47): やさしい日本語 is Japanese to them. */
export const languageTag = (language: Language): string => (language === 'ja-easy' ? 'ja' : language);

/**
 * A subscriber's number in decimal digits, given once and to nobody else ever. Whatever is stored, logged or shown of a person says this number;
 * only the directory knows the address behind it (S39).
 */
export type Recipient = string;

/** One transition in one language for one route: every channel says these words and this issue time (D§0 R5). */
export interface Message<S extends OperationStatus = OperationStatus> {
  readonly id: string;
  readonly transitionId: TransitionId;
  readonly routeId: string;
  readonly language: Language;
  readonly status: S;
  readonly subject: string;
  readonly body: string;
  /** The municipal level that these words put people under, by which a channel may colour them (D§2.1); null for facts and for an end. */
  readonly level: AlertLevel | null;
  /** False when the language has no words of its own and Japanese ones were taken (D§8). */
  readonly translated: boolean;
  /** The page that the words lead to, alone in a line of the body; null when they lead nowhere. */
  readonly link: string | null;
  readonly issuedAt: number;
  /** After this instant the words no longer help anybody and are not sent. */
  readonly expiresAt: number;
}

export const messageId = (transitionId: TransitionId, routeId: string, language: Language): string =>
  `${transitionId}/${routeId}/${language}`;

/**
 * `suppressed`: planned and held back on purpose, with the reason; it is never attempted. `closed`: a person settled a dead letter otherwise, and
 * said how.
 */
export const DELIVERY_STATES = ['queued', 'sending', 'sent', 'refused', 'expired', 'dead', 'closed', 'suppressed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/**
 * One message for one frozen part of an audience on one channel (LINE: up to 500 people; mail: one), stored before its first
 * attempt. The recipients never change under one id, because the retry key is derived from it.
 */
export interface Delivery<S extends OperationStatus = OperationStatus> {
  readonly id: string;
  readonly messageId: string;
  readonly transitionId: TransitionId;
  readonly channel: ChannelName;
  /** What must not starve others when it fails: `line`, or the mail domain. */
  readonly endpoint: string;
  readonly lane: Lane;
  readonly status: S;
  readonly recipients: readonly Recipient[];
  /** UUID told to LINE on the first attempt already (D§3.2). */
  readonly retryKey: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly dueAt: number;
  readonly firstAttemptAt: number | null;
  readonly settledAt: number | null;
  readonly expiresAt: number;
  readonly lastReason: string;
  readonly receipt: string;
  /** Where its people lived when they were frozen; not there for people who were not chosen by district. */
  readonly homes?: Homes;
  /** The delivery that did not reach one of its people, who hears the same words by this one; and why. */
  readonly standsFor?: { readonly deliveryId: string; readonly recipient: Recipient; readonly why: string };
}

/**
 * Words beside the ordinary ones of a transition on a route: asking staff about a flapping alert, telling them what stands when a silence
 * ends, or one message for many transitions. They stand behind the route's id, which holds no plus sign.
 */
export const extraRouteId = (routeId: string, extra: string): string => `${routeId}+${extra}`;

/** The route behind a message, and which extra words they are; empty for the ordinary ones. */
export function routePartsOf({ routeId }: Pick<Message, 'routeId'>): { readonly routeId: string; readonly extra: string } {
  const plus = routeId.indexOf('+');
  return plus < 0 ? { routeId, extra: '' } : { routeId: routeId.slice(0, plus), extra: routeId.slice(plus + 1) };
}

export const deliveryId = (message: string, channel: ChannelName, chunk: number | string): string => `${message}/${channel}/${chunk}`;

/** A UUID that follows from a text: the same delivery always carries the same key (RFC 9562 version 8 layout over SHA-256). */
export function derivedUuid(text: string): string {
  const hash = createHash('sha256').update(text).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const MAIL_IDENTITY_DIGITS = 32;

/** What a mail's Message-ID and envelope sender carry of its delivery: whoever holds a mail or a bounce finds the delivery by it (D§4.3). */
export const mailIdentity = (delivery: string): string =>
  createHash('sha256').update(delivery).digest('hex').slice(0, MAIL_IDENTITY_DIGITS);

/** What a channel said about one attempt. */
export type Outcome =
  /** The channel has it; `duplicate` when it already had it from an earlier attempt. */
  | { readonly kind: 'sent'; readonly receipt: string; readonly duplicate: boolean }
  /** Nobody knows yet, or not now: again with the same key. `unknown` when it may have been accepted. */
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly unknown: boolean;
      readonly afterMs?: number;
      /** The other side said so of these recipients, as a greylist does: it is alive. */
      readonly ofRecipients?: boolean;
    }
  /** Never with these recipients or words. */
  | { readonly kind: 'refused'; readonly reason: string; readonly scope: 'message' | 'recipients' }
  /** The channel as a whole is closed to us (token, plan, quota): page a person, other channels go on. */
  | { readonly kind: 'closed'; readonly reason: string };

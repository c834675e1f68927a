import type { TicketRange } from './alert.ts';
import type { ChannelName, Language, Recipient } from './delivery.ts';
import type { GaugeId } from './gauge.ts';

/** How the words of a mail are coded. Handsets from before smartphones read ISO-2022-JP only (D§4.2). */
export const CHARSETS = ['utf-8', 'iso-2022-jp'] as const;
export type Charset = (typeof CHARSETS)[number];

export interface Subscriber {
  readonly channel: ChannelName;
  readonly address: string;
  readonly language: Language;
  /** District codes; for staff empty. */
  readonly districts: readonly string[];
  /** What they want to hear: `flood`, `congestion`, … or `staff:{group}`. */
  readonly categories: readonly string[];
  /** Without one it stays as it was; UTF-8 for somebody new. */
  readonly charset?: Charset;
  /** The same person on another channel, who takes over when this one is blocked; `null` for nobody. Without one it stays as it was. */
  readonly standby?: Recipient | null;
}

/** `blocked`: the person closed this way for now. They are in no audience, keep their choices, and come back when they open it again. */
export type SubscriberState = 'active' | 'blocked';

/** Somebody as the directory has them. Districts and categories in the order of their codes. */
export interface KnownSubscriber extends Required<Subscriber> {
  readonly recipient: Recipient;
  readonly state: SubscriberState;
}

/** What a channel needs to reach one person. It is opened right before an attempt and kept nowhere. */
export interface Contact {
  readonly address: string;
  readonly charset: Charset;
  readonly language: Language;
}

export interface AudienceQuery {
  readonly channel: ChannelName;
  readonly category: string;
  /** Anyone in one of these districts; `null` for everybody of the category (staff). */
  readonly districts: readonly string[] | null;
  /** `active` unless told otherwise; `blocked` for those of the audience whom this channel does not reach now. */
  readonly state?: SubscriberState;
}

/**
 * The category of evacuation orders. Everybody who chose a district hears them, whatever else they chose, and nobody can switch them off while
 * they stay: who chose only crowding news must still hear that their street is to leave.
 */
export const EVACUATION_CATEGORY = 'evacuation';

/** Whether an audience is everybody of its districts, whether or not they chose its category. */
export const isAlwaysOn = ({ category, districts }: Pick<AudienceQuery, 'category' | 'districts'>): boolean =>
  category === EVACUATION_CATEGORY && districts !== null;

/** A number that somebody drew at a window and waits for. */
export interface Ticket {
  readonly gauge: GaugeId;
  readonly number: number;
  readonly channel: ChannelName;
  /** Of a subscriber of the channel. */
  readonly address: string;
  /** From then on it calls nobody. */
  readonly expiresAt: number;
}

/** A family at several windows; more is somebody who tries out numbers. */
export const TICKETS_PER_PERSON_MAX = 5;
/** No window is open for longer in a day, and numbers begin again the next. */
export const TICKET_MS_MAX = 12 * 3_600_000;
/** Machines print four digits at most. */
export const TICKET_NUMBER_MAX = 9_999;

/** Those whose tickets of a window are in a range, in force at an instant. */
export interface TicketQuery {
  readonly channel: ChannelName;
  readonly gauge: GaugeId;
  readonly near: TicketRange;
  readonly at: number;
}

/** One of an audience: who, and what must not starve others when it fails (`endpointOf`). */
export interface Addressee {
  readonly recipient: Recipient;
  readonly endpoint: string;
  /** Of the districts that were asked for, those that they chose; not there where none were asked for. */
  readonly districts?: readonly string[];
}

/** Somebody who was told something, and can be told what became of it. */
export interface Reachable extends Addressee {
  readonly language: Language;
}

/** Part of an audience in one language. */
export interface AudiencePage {
  readonly language: Language;
  readonly people: readonly Addressee[];
}

/** The way to somebody on another channel. */
export interface Standby extends Addressee {
  readonly channel: ChannelName;
  readonly language: Language;
}

/** How many of a channel and language there are: in a district who chose it, or in all (`null`). Who chose several is counted in each. */
export interface SubscriberCount {
  readonly channel: ChannelName;
  readonly language: Language;
  readonly district: string | null;
  readonly active: number;
  readonly blocked: number;
}

const MAIL_DOMAIN = /@([a-z0-9.-]{1,253})$/;

/**
 * What an address shares with others so that one failure is everybody's: `line`, the mail domain in small letters, the host of a web hook, the relay
 * itself. Kept in plain text beside the sealed address, so of a mail it holds nothing before the @. Empty for a broken address: all of them share
 * one queue.
 */
export function endpointOf(channel: ChannelName, address: string): string {
  switch (channel) {
    case 'line':
      return 'line';
    case 'webhook':
      return URL.canParse(address) ? new URL(address).host : '';
    case 'relay':
      return address;
    case 'email':
    case 'disaster-mail':
      return MAIL_DOMAIN.exec(address.trim().toLowerCase())?.[1] ?? '';
  }
}

/** The form by which an address is found again: mail by small letters, since nobody remembers how they wrote it and no relay in use tells them apart. */
export const lookupForm = (channel: ChannelName, address: string): string => (isMail(channel) ? address.trim().toLowerCase() : address);

const isMail = (channel: ChannelName): boolean => channel === 'email' || channel === 'disaster-mail';

/** Who wants to hear what, where, in which language. The only place that knows addresses. */
export abstract class Directory {
  /** Adds or replaces the choices of one address on one channel. Somebody new gets the next number; who is known keeps theirs, and their state. */
  abstract subscribe(subscribers: readonly Subscriber[]): Promise<void>;
  /** Forgets somebody with address, choices and tickets. Their number is never given again. */
  abstract leave(channel: ChannelName, address: string): Promise<boolean>;
  /** As `leave`; and when it resolves, nothing of them is in the files any more, not in a free page either (S41). */
  erase(channel: ChannelName, address: string): Promise<boolean> {
    return this.leave(channel, address);
  }
  /** Everybody who matches, each once, in a stable order: by language, then by number, in pages of at most `pageMax`. */
  abstract audience(query: AudienceQuery, pageMax: number): AsyncIterable<AudiencePage>;
  /** The ways to some people of a channel, each in its place; `null` for who left. Of at most `CONTACTS_MAX` at once. */
  abstract contacts(channel: ChannelName, recipients: readonly Recipient[]): Promise<readonly (Contact | null)[]>;
  /** Somebody with their choices; `null` when nobody subscribed with the address. */
  abstract subscriber(channel: ChannelName, address: string): Promise<KnownSubscriber | null>;
  /** The number behind an address; `null` when nobody subscribed with it. */
  abstract recipientOf(channel: ChannelName, address: string): Promise<Recipient | null>;
  /** Somebody by number; `null` for who left. */
  abstract subscriberOf(recipient: Recipient): Promise<KnownSubscriber | null>;
  /** Closes or opens a way; `false` for who left. Again changes nothing. */
  abstract setState(recipient: Recipient, state: SubscriberState): Promise<boolean>;
  /**
   * How some people of a channel are reached now, each in their place, wherever they live by now and whatever they chose since; `null` for who
   * left or is blocked. Of at most `CONTACTS_MAX`.
   */
  abstract reachable(channel: ChannelName, recipients: readonly Recipient[]): Promise<readonly (Reachable | null)[]>;
  /** Who takes over for some people, each in its place; `null` without a standby, or when that one left or is blocked too. Of at most `CONTACTS_MAX`. */
  abstract standbys(recipients: readonly Recipient[]): Promise<readonly (Standby | null)[]>;
  /**
   * Keeps a ticket for a subscriber, and forgets all that have expired before `now`. One of the same number and window stays as it is, with the
   * later end. `unknown` when nobody subscribed with the address, `tooMany` beyond `TICKETS_PER_PERSON_MAX` in force.
   */
  abstract drawTicket(ticket: Ticket, now: number): Promise<'drawn' | 'unknown' | 'tooMany'>;
  /** Holders of tickets, each once, in the order and the pages of `audience`. Who leaves holds no ticket any more. */
  abstract ticketHolders(query: TicketQuery, pageMax: number): AsyncIterable<AudiencePage>;
  /** Tickets of a range are told: they call nobody again. Again changes nothing. */
  abstract useTickets(gauge: GaugeId, range: TicketRange): Promise<void>;
  /** How many there are, by channel, language and district, in this order; only what is above zero. */
  abstract counts(): Promise<readonly SubscriberCount[]>;
}

/** The largest part of an audience that one request of a channel holds (LINE, D§3.1): opening as many takes a few milliseconds. */
export const CONTACTS_MAX = 500;

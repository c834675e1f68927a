import type { TicketRange } from './alert.ts';
import type { ChannelName, Language } from './delivery.ts';
import type { GaugeId } from './gauge.ts';

export interface Subscriber {
  readonly channel: ChannelName;
  readonly address: string;
  readonly language: Language;
  /** District codes; for staff empty. */
  readonly districts: readonly string[];
  /** What they want to hear: `flood`, `congestion`, … or `staff:{group}`. */
  readonly categories: readonly string[];
}

export interface AudienceQuery {
  readonly channel: ChannelName;
  readonly category: string;
  /** Anyone in one of these districts; `null` for everybody of the category (staff). */
  readonly districts: readonly string[] | null;
}

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

/** Part of an audience in one language. */
export interface AudiencePage {
  readonly language: Language;
  readonly addresses: readonly string[];
}

/** Who wants to hear what, where, in which language. */
export abstract class Directory {
  /** Adds or replaces the choices of one address on one channel. */
  abstract subscribe(subscribers: readonly Subscriber[]): Promise<void>;
  abstract leave(channel: ChannelName, address: string): Promise<boolean>;
  /** Everybody who matches, each once, in a stable order: by language, then by address number, in pages of at most `pageMax`. */
  abstract audience(query: AudienceQuery, pageMax: number): AsyncIterable<AudiencePage>;
  /**
   * Keeps a ticket for a subscriber, and forgets all that have expired before `now`. One of the same number and window stays as it is, with the
   * later end. `unknown` when nobody subscribed with the address, `tooMany` beyond `TICKETS_PER_PERSON_MAX` in force.
   */
  abstract drawTicket(ticket: Ticket, now: number): Promise<'drawn' | 'unknown' | 'tooMany'>;
  /** Holders of tickets, each once, in the order and the pages of `audience`. Who leaves holds no ticket any more. */
  abstract ticketHolders(query: TicketQuery, pageMax: number): AsyncIterable<AudiencePage>;
  /** Tickets of a range are told: they call nobody again. Again changes nothing. */
  abstract useTickets(gauge: GaugeId, range: TicketRange): Promise<void>;
  /** Subscribers by channel. */
  abstract counts(): Promise<Readonly<Partial<Record<ChannelName, number>>>>;
}

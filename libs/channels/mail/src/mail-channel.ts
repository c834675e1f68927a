import { carries, Channel, closingMark, isMailAddress, mailDomainOf, mailIdentity } from '#core';
import type { Charset, Contact, Delivery, Message, OperationStatus, Outcome, Recipient } from '#core';
import { outcomeOfFailure } from './mail-outcome.ts';
import type { MailPace } from './mail-pace.ts';
import type { MailTransport } from './mail-transport.ts';
import { alternatives, mailbox, type MailPicture, mailWords, type MailWords, pagePart, rawMail } from './mail-words.ts';
import { type MailSender, senderOf } from './sender.ts';

export interface MailChannelSettings<S extends OperationStatus> {
  /** Staff and partners, or residents who signed up. */
  readonly name: 'email' | 'disaster-mail';
  readonly transport: MailTransport;
  /** The one sender that residents are told to allow: `備え市 <alert@city.example.jp>`. */
  readonly from: string;
  /** The envelope sender of a mail by its identity, which tells what a bounce is about (VERP, D§4.3); without it bounces go to the sender. */
  readonly returnTo?: (identity: string) => string;
  /** What this sender is for. Deliveries of another status are refused, so a drill cannot leak (promise 7, F67). */
  readonly status: S;
  /** What it carries besides: real life's sender carries the heartbeat. */
  readonly also?: readonly S[];
  readonly perSecondMax?: number;
  /** Slows down for domains that think ill of us; full speed for all without one. */
  readonly pace?: MailPace;
  /** How somebody leaves with one click (RFC 8058); without it mails say nothing about leaving. */
  readonly leaving?: (recipient: Recipient) => WaysToLeave;
  /** What is sent along with the words of a message, the same to everybody; null for nothing. When it fails, the words go alone. */
  readonly enclose?: (message: Message<S>) => Promise<MailEnclosure | null>;
  readonly onEvent?: (event: MailChannelEvent) => void;
}

/** How somebody stops getting mail: by one click on a page, and by a mail to an address; null where no mail arrives. */
export interface WaysToLeave {
  readonly url: string;
  readonly address: string | null;
}

/** What staff get beside the words: more plain text behind them, and the same as a page with pictures. */
export interface MailEnclosure {
  readonly text: string;
  readonly html: string;
  readonly pictures: readonly MailPicture[];
}

/** What a person should know of a message. */
export type MailChannelEvent =
  /** It has characters that old handsets lack, and went to them in UTF-8. */
  | { readonly kind: 'charsetLost'; readonly messageId: string; readonly characters: readonly string[] }
  /** It went without what should have been enclosed. */
  | { readonly kind: 'enclosureFailed'; readonly messageId: string; readonly why: string };

/** Over what one process hands to a relay with ready-made mails (6,000/s measured): by default the connections are the bound. */
const PER_SECOND_MAX = 10_000;

/** What is kept of the relay's last word as proof. */
const RECEIPT_CHARS_MAX = 200;

/** Messages whose words are kept ready: those of one event in all languages and charsets, and of the one before. */
const READY_MAX = 64;

/**
 * Mail as a way to people: one mail per recipient, with an identity that follows from the delivery. The words are coded once per message and
 * charset; only the headers are each recipient's own. A repeat after a lost answer may arrive twice, under the same Message-ID.
 */
export class MailChannel<S extends OperationStatus = OperationStatus> extends Channel<S> {
  readonly name: 'email' | 'disaster-mail';
  readonly statuses: readonly S[];
  readonly chunkMax = 1;
  /** One for each connection, counted until it is written down: so a crash repeats no more than one for each (P4). */
  readonly inFlightMax: number;
  readonly perSecondMax: number;
  /** A repeated mail carries its old Message-ID however late it is: only the expiry of the message ends the repeats. */
  readonly repeatSafeMs = Number.POSITIVE_INFINITY;

  private readonly settings: MailChannelSettings<S>;
  private readonly sender: MailSender;
  private readonly underWay = new Set<Promise<Outcome>>();
  private readonly ready = new Map<string, Promise<MailWords>>();

  /** Throws when `from` is no sender. */
  constructor(settings: MailChannelSettings<S>) {
    super();
    this.settings = settings;
    this.name = settings.name;
    this.statuses = [settings.status, ...(settings.also ?? [])];
    this.sender = senderOf(settings.from);
    this.inFlightMax = settings.transport.connectionsMax;
    this.perSecondMax = settings.perSecondMax ?? PER_SECOND_MAX;
    settings.transport.join();
  }

  /** Hands one mail to the relay. Every end of it becomes an outcome, within 60 seconds (F57). */
  async attempt(delivery: Delivery<S>, message: Message<S>, contacts: readonly Contact[]): Promise<Outcome> {
    if (!carries(this, { delivery, message })) {
      return { kind: 'refused', reason: `this sender is for ${this.statuses.join()} only`, scope: 'message' };
    }
    const [contact, ...more] = contacts;
    if (contact === undefined || more.length > 0 || !isMailAddress(contact.address)) {
      return { kind: 'refused', reason: 'not one mail address of the plain form', scope: 'recipients' };
    }
    const waitMs = this.settings.pace?.take(mailDomainOf(contact.address)) ?? 0;
    if (waitMs > 0) return { kind: 'retry', reason: 'this domain refused us and is written to slowly', unknown: false, afterMs: waitMs };
    const attempt = this.handOver(delivery, message, contact);
    this.underWay.add(attempt);
    try {
      return await attempt;
    } finally {
      this.underWay.delete(attempt);
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.underWay);
    this.settings.transport.leave();
  }

  private async handOver(delivery: Delivery<S>, message: Message<S>, { address, charset }: Contact): Promise<Outcome> {
    const identity = mailIdentity(delivery.id);
    const messageId = `<${identity}@${this.sender.domain}>`;
    const words = await this.wordsOf(message, charset);
    const fields = [
      `From: ${mailbox(this.sender, words.charset)}`,
      `To: ${address}`,
      `Subject: ${words.subject}`,
      `Date: ${dateText(message.issuedAt)}`,
      `Message-ID: ${messageId}`,
      `List-Id: <${this.name}.${this.sender.domain}>`,
      ...this.leavingFields(delivery.recipients[0]),
      'Auto-Submitted: auto-generated',
    ];
    const envelope = { from: this.settings.returnTo?.(identity) ?? this.sender.address, to: [address] };
    const { response, failure } = await this.settings.transport.send({ envelope, raw: rawMail(fields, words.part) });
    if (failure) return outcomeOfFailure(failure);
    const lost = words.lost.length > 0 ? ` (UTF-8: ${words.lost.join('')})` : '';
    return { kind: 'sent', receipt: `${messageId}${lost} ${response}`.slice(0, RECEIPT_CHARS_MAX), duplicate: false };
  }

  private leavingFields(recipient: Recipient | undefined): readonly string[] {
    const { leaving } = this.settings;
    if (!leaving || recipient === undefined) return [];
    const { url, address } = leaving(recipient);
    return [
      `List-Unsubscribe: <${url}>${address === null ? '' : `,\r\n <mailto:${address}>`}`,
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    ];
  }

  /** The words of a message in a charset, coded when the first reader of them is met. */
  private wordsOf(message: Message<S>, charset: Charset): Promise<MailWords> {
    const key = `${charset} ${message.id}`;
    const known = this.ready.get(key);
    if (known) return known;
    const words = this.code(message, charset);
    this.ready.set(key, words);
    const [oldest] = this.ready.keys();
    if (this.ready.size > READY_MAX && oldest !== undefined) this.ready.delete(oldest);
    return words;
  }

  private async code(message: Message<S>, charset: Charset): Promise<MailWords> {
    const { onEvent } = this.settings;
    const enclosure = await this.enclosureOf(message);
    const body = enclosure === null ? message.body : [message.body, enclosure.text, closingMark(message)].filter(Boolean).join('\n\n');
    const words = mailWords({ subject: message.subject, body }, charset);
    if (words.lost.length > 0) onEvent?.({ kind: 'charsetLost', messageId: message.id, characters: words.lost });
    if (enclosure === null) return words;
    const [outer, inner] = ['a', 'r'].map((kind) => `=_${kind}${mailIdentity(message.id)}`);
    return { ...words, part: alternatives([words.part, pagePart(enclosure, inner!)], outer!) };
  }

  private async enclosureOf(message: Message<S>): Promise<MailEnclosure | null> {
    const { enclose, onEvent } = this.settings;
    try {
      return (await enclose?.(message)) ?? null;
    } catch (cause) {
      // The alarm is worth more than its picture.
      onEvent?.({ kind: 'enclosureFailed', messageId: message.id, why: cause instanceof Error ? cause.message : String(cause) });
      return null;
    }
  }
}

/** As RFC 5322 §3.3 writes an instant, in UTC. */
export const dateText = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');

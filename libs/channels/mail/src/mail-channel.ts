import type { NodemailerError, SendMailOptions } from 'nodemailer';
import { carries, Channel, isMailAddress, mailDomainOf, mailIdentity } from '#core';
import type { Contact, Delivery, Message, OperationStatus, Outcome } from '#core';
import { outcomeOfFailure } from './mail-outcome.ts';
import type { MailTransport } from './mail-transport.ts';

export interface MailChannelSettings<S extends OperationStatus> {
  /** Staff and partners, or residents who signed up. */
  readonly name: 'email' | 'disaster-mail';
  readonly transport: MailTransport;
  /** The one sender that residents are told to allow: `備え市 <alert@city.example.jp>`. */
  readonly from: string;
  /** Domain of the envelope senders, where bounces arrive; by default that of `from`. */
  readonly bounceDomain?: string;
  /** What this sender is for. Deliveries of another status are refused, so a drill cannot leak (promise 7, F67). */
  readonly status: S;
  readonly perSecondMax?: number;
}

/** Over what one process hands to a relay with ready-made mails (6,000/s measured): by default the connections are the bound. */
const PER_SECOND_MAX = 10_000;

/** What is kept of the relay's last word as proof. */
const RECEIPT_CHARS_MAX = 200;

/**
 * Mail as a way to people: one plain mail per recipient, with an identity that follows from the delivery. A repeat after a lost answer may arrive
 * twice, under the same Message-ID.
 */
export class MailChannel<S extends OperationStatus = OperationStatus> extends Channel<S> {
  readonly name: 'email' | 'disaster-mail';
  readonly statuses: readonly S[];
  readonly chunkMax = 1;
  /** Twice the connections keeps all of them busy; what is handed to the pool beyond that only costs memory. */
  readonly inFlightMax: number;
  readonly perSecondMax: number;
  /** A repeated mail carries its old Message-ID however late it is: only the expiry of the message ends the repeats. */
  readonly repeatSafeMs = Number.POSITIVE_INFINITY;

  private readonly settings: MailChannelSettings<S>;
  private readonly domain: string;
  private readonly underWay = new Set<Promise<Outcome>>();

  /** Throws when `from` is no sender. */
  constructor(settings: MailChannelSettings<S>) {
    super();
    const sender = /<([^<>]*)>$/.exec(settings.from)?.[1] ?? settings.from;
    if (!isMailAddress(sender) || /[\r\n]/.test(settings.from)) throw new Error(`not a sender: ${JSON.stringify(settings.from)}`);
    this.settings = settings;
    this.name = settings.name;
    this.statuses = [settings.status];
    this.domain = mailDomainOf(sender);
    this.inFlightMax = 2 * settings.transport.connectionsMax;
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
    const attempt = this.handOver(this.mailOf(delivery, message, contact.address));
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

  private async handOver(mail: SendMailOptions): Promise<Outcome> {
    try {
      const { messageId, response, accepted, rejectedErrors } = await this.settings.transport.send(mail);
      const [rejected] = rejectedErrors ?? [];
      if (accepted.length === 0 && rejected !== undefined) return outcomeOfFailure(rejected);
      return { kind: 'sent', receipt: `${messageId} ${response}`.slice(0, RECEIPT_CHARS_MAX), duplicate: false };
    } catch (error) {
      return outcomeOfFailure(error as NodemailerError);
    }
  }

  private mailOf(delivery: Delivery, message: Message, address: string): SendMailOptions {
    const identity = mailIdentity(delivery.id);
    return {
      // One envelope sender per delivery tells which mail a bounce is about (D§4.3).
      envelope: { from: `b-${identity}@${this.settings.bounceDomain ?? this.domain}`, to: [address] },
      from: this.settings.from,
      to: { name: '', address },
      subject: message.subject,
      text: message.body,
      date: new Date(message.issuedAt),
      messageId: `<${identity}@${this.domain}>`,
      headers: { 'List-Id': `<${this.name}.${this.domain}>`, 'Auto-Submitted': 'auto-generated' },
    };
  }
}

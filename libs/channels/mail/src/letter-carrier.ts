import { isMailAddress, LetterCarrier, type Outcome, type OutgoingLetter } from '#core';
import { dateText } from './mail-channel.ts';
import { outcomeOfFailure } from './mail-outcome.ts';
import type { MailTransport } from './mail-transport.ts';
import { mailbox, mailWords, rawMail } from './mail-words.ts';
import { type MailSender, senderOf } from './sender.ts';

export interface MailLetterCarrierSettings {
  readonly transport: MailTransport;
  readonly from: string;
  /** Where people write to: an empty answer begins anew. */
  readonly entryAddress: string;
  /** The envelope sender of a letter by its identity; without it bounces go to the sender. */
  readonly returnTo?: (identity: string) => string;
}

/** Letters by the same transport as messages, and behind them: a letter goes only when a connection has nothing else to do. */
export class MailLetterCarrier extends LetterCarrier {
  private readonly settings: MailLetterCarrierSettings;
  private readonly sender: MailSender;

  /** Throws when `from` is no sender. */
  constructor(settings: MailLetterCarrierSettings) {
    super();
    this.settings = settings;
    this.sender = senderOf(settings.from);
    settings.transport.join();
  }

  get isFree(): boolean {
    return this.settings.transport.hasSpare;
  }

  async carry({ id, address, charset, subject, body, writtenAt }: OutgoingLetter): Promise<Outcome> {
    if (!isMailAddress(address)) return { kind: 'refused', reason: 'not one mail address of the plain form', scope: 'recipients' };
    const words = mailWords({ subject, body }, charset);
    const messageId = `<${id}@${this.sender.domain}>`;
    const fields = [
      `From: ${mailbox(this.sender, words.charset)}`,
      `To: ${address}`,
      `Reply-To: ${this.settings.entryAddress}`,
      `Subject: ${words.subject}`,
      `Date: ${dateText(writtenAt)}`,
      `Message-ID: ${messageId}`,
      // An answering machine must not answer this one (RFC 3834).
      'Auto-Submitted: auto-replied',
    ];
    // Not from nobody, for some carriers take such mail for spam; what comes back to this address is never answered.
    const envelope = { from: this.settings.returnTo?.(id) ?? this.sender.address, to: [address] };
    const { response, failure } = await this.settings.transport.send({ envelope, raw: rawMail(fields, words.part) });
    return failure ? outcomeOfFailure(failure) : { kind: 'sent', receipt: `${messageId} ${response}`, duplicate: false };
  }

  close(): Promise<void> {
    this.settings.transport.leave();
    return Promise.resolve();
  }
}

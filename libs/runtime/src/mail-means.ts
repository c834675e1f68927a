import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  bounceAddressOf,
  type Bounces,
  type Clock,
  type Keys,
  leaveAddressOf,
  leavingTokenOf,
  type LetterCarrier,
  type Letters,
  type Message,
  type OperationStatus,
  returnTokenOf,
} from '#core';
import {
  type DkimKey,
  MailChannel,
  type MailChannelSettings,
  type MailEnclosure,
  MailLetterCarrier,
  MailPace,
  MailTransport,
  senderOf,
} from '#channels/mail';
import type { Logger } from './logger.ts';
import type { MailSettings, Settings } from './settings.ts';

/** What real life has beside the channels to write to single people and to hear from them; a drill has none. */
export interface MailDesk {
  readonly letters: Letters;
  readonly bounces: Bounces;
  readonly carrier: LetterCarrier;
  readonly pace: MailPace;
}

/** What is enclosed in mails to staff; who makes it is known only when the playbook is, which is later than the channels. */
export class Enclosures {
  #make: ((message: Message) => Promise<MailEnclosure | null>) | null = null;

  use(make: (message: Message) => Promise<MailEnclosure | null>): void {
    this.#make = make;
  }

  of(message: Message): Promise<MailEnclosure | null> {
    return this.#make?.(message) ?? Promise.resolve(null);
  }
}

/** One way out for all mail of a place, for messages and letters alike. */
export interface MailMeans<S extends OperationStatus> {
  readonly channels: readonly MailChannel<S>[];
  readonly enclosures: Enclosures;
  readonly pace: MailPace;
  readonly carrier: MailLetterCarrier;
}

export interface MailMeansOptions<S extends OperationStatus> {
  readonly mail: MailSettings;
  readonly publicUrl: Settings['http']['publicUrl'];
  readonly status: S;
  readonly also?: readonly S[];
  readonly keys: Keys;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Opens the way to the relay. Throws with the name of a file that cannot be used. */
export function openMail<S extends OperationStatus>({
  mail,
  publicUrl,
  status,
  also = [],
  keys,
  clock,
  logger,
}: MailMeansOptions<S>): MailMeans<S> {
  const transport = new MailTransport({
    url: mail.smtpUrl,
    // A relay on this machine is reached without a wire; everywhere else mail leaves only under TLS (F59).
    requireTls: !isOwnMachine(mail.smtpUrl),
    ...(mail.ca !== null && { ca: readFile(mail.ca, 'SONAE_SMTP_CA').toString() }),
    ...(mail.dkim && { dkim: dkimKey(mail.dkim) }),
  });
  // Where no mail arrives, bounces and leaving by mail would go nowhere, and a receiver that looks for their address would refuse the mail.
  const returning = mail.inbound && { returnTo: (identity: string) => bounceAddressOf(returnTokenOf(keys, identity), mail.domain) };
  const pace = new MailPace(clock);
  const enclosures = new Enclosures();
  const common: Omit<MailChannelSettings<S>, 'name'> = {
    transport,
    from: mail.from,
    ...returning,
    status,
    also,
    pace,
    onEvent: (event) =>
      logger.warn(
        event.kind === 'charsetLost'
          ? `${event.messageId} has characters that old handsets lack (${event.characters.join('')}): it went to them in UTF-8`
          : `${event.messageId} went without its enclosure: ${event.why}`,
        'mail',
      ),
  };
  const leaving: MailChannelSettings<S>['leaving'] = (recipient) => {
    const token = leavingTokenOf(keys, recipient);
    return { url: `${publicUrl.replace(/\/$/, '')}/u/${token}`, address: mail.inbound && leaveAddressOf(token, mail.domain) };
  };
  return {
    channels: [
      new MailChannel({ ...common, name: 'email', enclose: (message) => enclosures.of(message) }),
      new MailChannel({ ...common, name: 'disaster-mail', leaving }),
    ],
    enclosures,
    pace,
    carrier: new MailLetterCarrier({ transport, from: mail.from, entryAddress: mail.entryAddress, ...returning }),
  };
}

/** The address in a sender with a name. */
export const senderAddressOf = ({ from }: Pick<MailSettings, 'from'>): string => senderOf(from).address;

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether an address is reached from this machine only. */
export const isOwnMachine = (url: string): boolean => LOOPBACK.has(new URL(url).hostname);

/** A file that a setting names is not there, or not what it should be. */
export class FileUnusable extends Error {
  override readonly name = 'FileUnusable';
}

function dkimKey({ key, domain, selector }: NonNullable<MailSettings['dkim']>): DkimKey {
  try {
    return { domain, selector, key: createPrivateKey(readFile(key, 'SONAE_DKIM_KEY')) };
  } catch (cause) {
    if (cause instanceof FileUnusable) throw cause;
    throw new FileUnusable(`${key}: it is no private key in PEM form; make one, or leave SONAE_DKIM_KEY out and let the relay sign`, {
      cause,
    });
  }
}

function readFile(file: string, setting: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new FileUnusable(
      `${file}: it cannot be read (${cause instanceof Error ? cause.message : String(cause)}); put it there, or change ${setting}`,
      {
        cause,
      },
    );
  }
}

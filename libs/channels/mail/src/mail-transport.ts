import type { KeyObject } from 'node:crypto';
import type { SMTPPoolOptions } from 'nodemailer';
import { type HandedOver, MailThread } from './mail-thread.ts';

export interface MailTransportSettings {
  /** `smtp://user:password@host:port`, or `smtps://` for TLS from the first byte. */
  readonly url: string;
  /** No mail leaves in clear: a relay that does not offer STARTTLS gets none (F59). Without it TLS is used where it is offered. */
  readonly requireTls: boolean;
  /** PEM certificates of the city's own authority, when the relay's is not publicly known. */
  readonly ca?: string;
  readonly connectionsMax?: number;
  /** Signs every mail, when the city's relay does not (D§4.3). */
  readonly dkim?: DkimKey;
  readonly timeouts?: Partial<MailTimeouts>;
}

/** With which key mail is signed, and where the other side finds its public half: `{selector}._domainkey.{domain}`. */
export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
  /** A key object: with a text that is read for every mail, signing takes twice as long (measured). */
  readonly key: KeyObject;
}

export interface MailTimeouts {
  /** From the look-up of the name to the end of STARTTLS. */
  readonly connectMs: number;
  readonly greetingMs: number;
  /** Silence in a session. */
  readonly silenceMs: number;
  /** The whole attempt with its wait for a connection, against a relay that trickles (F57). */
  readonly attemptMs: number;
}

const TIMEOUTS: MailTimeouts = { connectMs: 10_000, greetingMs: 10_000, silenceMs: 30_000, attemptMs: 60_000 };

/** Beyond 20 connections the rate hardly rises (measured: +8 % at 50). */
const CONNECTIONS_MAX = 20;

/** Signed header fields. The two of RFC 8058 must be among them, and the signer's own list lacks the second. */
const SIGNED_FIELDS = [
  'from',
  'reply-to',
  'to',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'list-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'auto-submitted',
].join(':');

/** How long a relay may take to hang up after we did. */
const GOODBYE_MS = 1_000;

/** A mail as it goes out, and from whom and to whom it goes whatever stands in it. */
export interface ReadyMail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly raw: Buffer;
}

/**
 * One pool of connections to the city's relay, shared by every mail channel. The pool is never used as a queue: a channel keeps no more mails
 * under way than there are connections, and the rest waits in the ledger.
 */
export class MailTransport {
  readonly connectionsMax: number;
  private readonly thread: MailThread;
  private users = 0;
  private underWay = 0;

  constructor({ url, requireTls, ca, connectionsMax = CONNECTIONS_MAX, dkim, timeouts }: MailTransportSettings) {
    const { connectMs, greetingMs, silenceMs, attemptMs } = { ...TIMEOUTS, ...timeouts };
    this.connectionsMax = connectionsMax;
    const pool: SMTPPoolOptions = {
      pool: true,
      ...relayOf(url),
      requireTLS: requireTls,
      ...(ca !== undefined && { tls: { ca } }),
      maxConnections: connectionsMax,
      // Repeats belong to the ledger. The pool's own one is for a session that the relay closed while idle, before any of the mail was read.
      maxRequeues: 1,
      maxMessages: Number.MAX_SAFE_INTEGER,
      connectionTimeout: connectMs,
      greetingTimeout: greetingMs,
      socketTimeout: silenceMs,
      socketCloseTimeout: GOODBYE_MS,
      ...(dkim && { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.key, headerFieldNames: SIGNED_FIELDS } }),
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    this.thread = new MailThread({ pool, attemptMs });
  }

  /** Hands one mail over and tells how that ended, at the latest when the whole attempt has taken too long. Never rejects. */
  async send(mail: ReadyMail): Promise<HandedOver> {
    this.underWay += 1;
    try {
      return await this.thread.send(mail);
    } finally {
      this.underWay -= 1;
    }
  }

  /** Whether a connection has nothing to do. */
  get hasSpare(): boolean {
    return this.underWay < this.connectionsMax;
  }

  /** A channel begins to use the pool. */
  join(): void {
    this.users += 1;
  }

  /** A channel needs the pool no longer; with the last one the connections go. */
  leave(): void {
    this.users -= 1;
    if (this.users === 0) this.thread.close();
  }
}

/** Only what names the relay is read from the address, so that no setting of this file can be overridden by a query string. */
function relayOf(text: string): SMTPPoolOptions {
  const url = URL.parse(text);
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    // Without the text: it may carry a password.
    throw new Error('the relay must be given as smtp://host:port or smtps://host:port');
  }
  const user = decodeURIComponent(url.username);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(url.port !== '' && { port: Number(url.port) }),
    secure: url.protocol === 'smtps:',
    ...(user !== '' && { auth: { user, pass: decodeURIComponent(url.password) } }),
  };
}

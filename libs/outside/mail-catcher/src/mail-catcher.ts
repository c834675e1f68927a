import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { domainToASCII } from 'node:url';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { CaughtMail, messageIdOf } from './caught-mail.ts';
import { MailFaults } from './faults.ts';
import { mailPage, mailPageHeaders, richPage } from './mail-page.ts';
import { sendBlankMail } from './send-blank-mail.ts';

export interface MailCatcherSettings {
  readonly smtpPort: number;
  readonly httpPort: number;
  readonly host?: string;
  readonly now?: () => number;
  /** How many mails are kept; the oldest go first. */
  readonly mailsMax?: number;
  /** What became of every mail is appended to this file, one JSON object a line, before the sender hears of it. */
  readonly historyFile?: string;
  /** Offers STARTTLS with this key and certificate; without it the relay speaks in clear only. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Where a service hears mail, and to which address people send an empty one. */
export interface MailEntry {
  readonly port: number;
  readonly address: string;
}

/** One recipient or mail as the catcher answered it. */
export interface MailEvent {
  readonly at: number;
  readonly verdict: 'kept' | 'lost' | 'refused';
  /** What the sender heard; 0 when it heard nothing. */
  readonly code: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly messageId: string;
}

/** A day of a large drill; at 3 KB a mail about 30 MB. */
const MAILS_MAX = 10_000;
/** No mail of ours comes near it. */
const MAIL_BYTES_MAX = 256 * 1024;
const CLIENTS_MAX = 200;
/** Whoever waits for something to come about gives up after this, on a machine that may be slow and busy. */
const UNTIL_MS_MAX = 120_000;
const SILENCE_MS = 60_000;

/** A relay that keeps what it gets: a real SMTP server with scripted faults, and a page at `/` that shows the mails. */
export class MailCatcher {
  /** Greylisting, tar pit, planned faults, answers by domain. */
  readonly faults = new MailFaults();
  private readonly settings: MailCatcherSettings;
  private readonly now: () => number;
  private readonly smtp: SMTPServer;
  private readonly http: Server;
  private readonly kept: CaughtMail[] = [];
  private readonly noted: MailEvent[] = [];
  /** Sockets by remote port, to break one off on purpose. */
  private readonly sockets = new Map<number, Socket>();
  private readonly waits = new Set<NodeJS.Timeout>();
  private readonly watchers = new Set<() => void>();
  private serial = 0;
  private entry: MailEntry | null = null;

  private constructor(settings: MailCatcherSettings) {
    this.settings = settings;
    this.now = settings.now ?? Date.now;
    this.smtp = new SMTPServer({
      disabledCommands: settings.tls === undefined ? ['AUTH', 'STARTTLS'] : ['AUTH'],
      ...settings.tls,
      logger: false,
      disableReverseLookup: true,
      // Quoted local parts such as `"a..b."@` of Japanese handsets are taken as their carriers do.
      lenientAddressParsing: true,
      maxAllowedUnauthenticatedCommands: false,
      size: MAIL_BYTES_MAX,
      maxClients: CLIENTS_MAX,
      socketTimeout: SILENCE_MS,
      closeTimeout: 1,
      onConnect: (_, done) => done(this.faults.takeGreeting() ? reply(421, '4.3.2 Try again later') : null),
      onMailFrom: (_, __, done) => this.later(() => done()),
      onRcptTo: ({ address }, session, done) => this.later(() => done(this.recipientProblem(plainAddress(address), session))),
      onData: (stream, session, done) => void this.receive(stream, session, done),
    });
    // A client that breaks off in mid-mail is part of the tests, not a fault of the catcher.
    this.smtp.on('error', () => this.changed());
    this.smtp.server.on('connection', (socket) => {
      const port = socket.remotePort ?? 0;
      this.sockets.set(port, socket);
      socket.once('close', () => this.sockets.delete(port));
    });
    this.http = createServer((request, response) => {
      this.show(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    });
  }

  /** Resolves once both ports are open. */
  static async start(settings: MailCatcherSettings): Promise<MailCatcher> {
    const catcher = new MailCatcher(settings);
    const host = settings.host ?? '127.0.0.1';
    const open = [once(catcher.smtp.server, 'listening'), once(catcher.http, 'listening')];
    catcher.smtp.listen(settings.smtpPort, host);
    catcher.http.listen(settings.httpPort, host);
    await Promise.all(open);
    return catcher;
  }

  /** Ends every connection, in mid-mail or not. */
  async stop(): Promise<void> {
    for (const timer of this.waits) clearTimeout(timer);
    const closed = Promise.withResolvers<void>();
    this.smtp.close(() => closed.resolve());
    for (const socket of this.sockets.values()) socket.destroy();
    this.http.closeAllConnections();
    this.http.close();
    await closed.promise;
  }

  /** Where to send, as `SONAE_SMTP_URL` wants it. */
  get smtpUrl(): string {
    return `smtp://${placeOf(this.smtp.server.address())}`;
  }

  /** The page. */
  get url(): string {
    return `http://${placeOf(this.http.address())}`;
  }

  /** From now on the page offers to send an empty mail to a service, as a resident does. */
  offerEntry(entry: MailEntry): void {
    this.entry = entry;
  }

  /** Mails that were kept, oldest first. */
  get mails(): readonly CaughtMail[] {
    return this.kept;
  }

  /** Every answer about a mail or a recipient, oldest first; bounded like the mails. */
  get events(): readonly MailEvent[] {
    return this.noted;
  }

  mailsTo(address: string): readonly CaughtMail[] {
    return this.kept.filter(({ to }) => to.includes(address));
  }

  /** Resolves when the condition holds; looked at after every event. Rejects after `withinMs`. */
  async until(condition: (catcher: MailCatcher) => boolean, withinMs = UNTIL_MS_MAX): Promise<void> {
    const deadline = AbortSignal.timeout(withinMs);
    while (!condition(this)) {
      if (deadline.aborted) throw new Error(`not within ${withinMs} ms; ${this.kept.length} mails so far`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.watchers.add(resolve);
      deadline.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      this.watchers.delete(resolve);
    }
  }

  private recipientProblem(to: string, session: SMTPServerSession): Error | null {
    const from = senderOf(session);
    const answer = this.faults.recipientAnswer(from, to);
    if (answer === null) return null;
    this.note({ verdict: 'refused', code: answer.code, from, to: [to], messageId: '' });
    return reply(answer.code, answer.text ?? 'Refused');
  }

  private async receive(stream: SMTPServerDataStream, session: SMTPServerSession, done: (error?: Error | null) => void): Promise<void> {
    try {
      const raw = Buffer.concat(await stream.toArray());
      const answer = stream.sizeExceeded ? this.refuse(session, raw, 552, 'Message too large') : this.take(session, raw);
      if (answer === 'break') this.sockets.get(session.remotePort)?.destroy();
      else if (answer !== 'silence') this.later(() => done(answer));
    } catch (error) {
      done(error as Error);
    }
  }

  /** Keeps a mail, or does what the planned fault says: an error to answer with, null for 250, or no answer at all. */
  private take(session: SMTPServerSession, raw: Buffer): Error | null | 'break' | 'silence' {
    const fault = this.faults.takeData();
    if (fault === 'data451') return this.refuse(session, raw, 451, '4.3.0 Try again later');
    if (fault === 'data554') return this.refuse(session, raw, 554, '5.6.0 Message refused');
    if (fault === 'dropAfterData') {
      this.note({ ...seenOf(session, raw), verdict: 'lost', code: 0 });
      return 'break';
    }
    const { from, to, messageId } = seenOf(session, raw);
    this.kept.push(new CaughtMail({ id: (this.serial += 1), at: this.now(), from, to, secure: session.secure, raw }));
    if (this.kept.length > (this.settings.mailsMax ?? MAILS_MAX)) this.kept.shift();
    this.note({ from, to, messageId, verdict: 'kept', code: fault === null ? 250 : 0 });
    if (fault === null) return null;
    return fault === 'dropAfterAccept' ? 'break' : 'silence';
  }

  private refuse(session: SMTPServerSession, raw: Buffer, code: number, text: string): Error {
    this.note({ ...seenOf(session, raw), verdict: 'refused', code });
    return reply(code, text);
  }

  private note(event: Omit<MailEvent, 'at'>): void {
    const noted = { at: this.now(), ...event };
    if (this.settings.historyFile !== undefined) appendFileSync(this.settings.historyFile, `${JSON.stringify(noted)}\n`);
    this.noted.push(noted);
    if (this.noted.length > (this.settings.mailsMax ?? MAILS_MAX)) this.noted.shift();
    this.changed();
  }

  private changed(): void {
    for (const watcher of this.watchers) watcher();
  }

  private later(answer: () => void): void {
    if (this.faults.tarpitMs === 0) return answer();
    const timer = setTimeout(() => {
      this.waits.delete(timer);
      answer();
    }, this.faults.tarpitMs);
    this.waits.add(timer);
  }

  private async show(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://mail');
    if (request.method === 'POST' && pathname === '/send' && this.entry) {
      const fields = new URLSearchParams(await bodyOf(request));
      const said = await sendBlankMail({ port: this.entry.port, from: fields.get('from') ?? '', to: this.entry.address }).catch(String);
      response.writeHead(303, { location: `/?said=${encodeURIComponent(said)}` }).end();
      return;
    }
    if (request.method !== 'GET' || !['/', '/rich'].includes(pathname)) {
      response.writeHead(404).end();
      return;
    }
    const chosen = Number(searchParams.get('mail') ?? 0);
    if (pathname === '/rich') {
      const { markup, headers } = richPage(await this.kept.find(({ id }) => id === chosen)?.read());
      response.writeHead(200, headers).end(markup);
      return;
    }
    const page = await mailPage({ mails: this.kept, chosen, entry: this.entry?.address ?? null, said: searchParams.get('said') });
    response.writeHead(200, mailPageHeaders()).end(page.markup);
  }
}

const reply = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

/** A form with one address. */
const FORM_BYTES_MAX = 4_096;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > FORM_BYTES_MAX) return '';
  }
  return text;
}

const senderOf = ({ envelope }: SMTPServerSession): string => (envelope.mailFrom === false ? '' : envelope.mailFrom.address);

const seenOf = (session: SMTPServerSession, raw: Buffer): Pick<MailEvent, 'from' | 'to' | 'messageId'> => ({
  from: senderOf(session),
  to: session.envelope.rcptTo.map(({ address }) => plainAddress(address)),
  messageId: messageIdOf(raw),
});

/** As people write it: `"a..b"@` of a handset without the quotes that SMTP wants, and the domain as it is on the wire. */
function plainAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at).replace(/^"(.*)"$/, '$1')}@${domainToASCII(address.slice(at + 1))}`;
}

function placeOf(address: AddressInfo | string | null): string {
  const { address: host, family, port } = address as AddressInfo;
  return `${family === 'IPv6' ? `[${host}]` : host}:${port}`;
}

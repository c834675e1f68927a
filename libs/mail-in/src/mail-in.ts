import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { domainToASCII } from 'node:url';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import {
  type Clock,
  type DeliveryReport,
  type InboundPlace,
  inboundPlaceOf,
  type InboundPlaces,
  isAutomatic,
  isMachineAnswer,
  isMailAddress,
} from '#core';
import { Guests } from './guests.ts';
import { readAtMost } from './read-at-most.ts';
import { readContent } from './read-content.ts';

/** One mail to one address of ours, as far as anything follows from it: nothing of what somebody wrote is kept. */
export interface ReceivedMail {
  readonly place: InboundPlace;
  /** The envelope sender; empty for the null sender, and for one that is no plain address (F60). */
  readonly sender: string;
  /** Whether nobody wrote it by hand: never answered. */
  readonly automatic: boolean;
  /** Whether an answering machine says that it wrote it. */
  readonly machineAnswer: boolean;
  /** What a delivery status notification says; empty for any other mail. */
  readonly reports: readonly DeliveryReport[];
}

export interface MailInSettings {
  readonly port: number;
  readonly host: string;
  /** Offers STARTTLS; without it the port speaks in clear only. */
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer } | null;
  readonly places: InboundPlaces;
  readonly clock: Clock;
  /** Resolves once what follows from the mail would survive a power cut: only then the other side hears 250. */
  readonly receive: (mail: ReceivedMail) => Promise<'taken' | 'full'>;
  /** Told why a mail was put off; the other side comes again. */
  readonly onTrouble?: (why: string) => void;
  readonly limits?: Partial<MailInLimits>;
}

export interface MailInLimits {
  /** A bounce carries the mail that it is about, which is small; nothing else that we read is larger than a page. */
  readonly mailBytes: number;
  /** Open sessions in all … */
  readonly clients: number;
  /** … and of one address. The city's own relay hands everything in from one. */
  readonly clientsOfOne: number;
  /** Mails of one address within a minute; beyond it is asked to come again. */
  readonly mailsAMinuteOfOne: number;
  /** Addresses of ours in one mail. */
  readonly recipients: number;
  /** Silence in a session, and the whole session. */
  readonly silenceMs: number;
  readonly sessionMs: number;
}

const LIMITS: MailInLimits = {
  mailBytes: 256 * 1024,
  clients: 50,
  clientsOfOne: 20,
  mailsAMinuteOfOne: 600,
  recipients: 10,
  silenceMs: 30_000,
  sessionMs: 5 * 60_000,
};

/** How long open sessions may take to end when the service stops. */
const CLOSE_MS = 500;

/**
 * The door for mail to the service: empty mails of people who sign up, their leaving, and bounces. It takes mail for these addresses only, relays
 * nothing, keeps nothing of what was written, and answers 250 when what follows is stored.
 */
export class MailIn {
  readonly #settings: MailInSettings;
  readonly #limits: MailInLimits;
  readonly #guests: Guests;
  readonly #smtp: SMTPServer;

  private constructor(settings: MailInSettings) {
    this.#settings = settings;
    this.#limits = { ...LIMITS, ...settings.limits };
    const { mailBytes, clients, clientsOfOne, mailsAMinuteOfOne, silenceMs, sessionMs } = this.#limits;
    this.#guests = new Guests({ clock: settings.clock, clientsOfOne, mailsAMinuteOfOne });
    this.#smtp = new SMTPServer({
      name: settings.places.domain,
      banner: '',
      disabledCommands: settings.tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
      ...settings.tls,
      logger: false,
      disableReverseLookup: true,
      // Quoted local parts such as `"a..b."@` of Japanese handsets are taken as their carriers do.
      lenientAddressParsing: true,
      size: mailBytes,
      maxClients: clients,
      socketTimeout: silenceMs,
      closeTimeout: CLOSE_MS,
      onMailFrom: ({ address }, { remoteAddress }, done) => done(this.#senderProblem(address, remoteAddress)),
      onRcptTo: ({ address }, { envelope }, done) => done(this.#recipientProblem(address, envelope.rcptTo.length)),
      onData: (stream, session, done) => void this.#take(stream, session, done),
    });
    // A client that breaks off in mid-mail concerns itself only.
    this.#smtp.on('error', () => undefined);
    this.#smtp.server.prependListener('connection', (socket: Socket) => this.#admit(socket, sessionMs));
  }

  /** Resolves once the port is open; rejects with what Node says when it cannot be. */
  static async open(settings: MailInSettings): Promise<MailIn> {
    const door = new MailIn(settings);
    const listening = once(door.#smtp.server, 'listening');
    door.#smtp.listen(settings.port, settings.host);
    await listening;
    return door;
  }

  get port(): number {
    return (this.#smtp.server.address() as AddressInfo).port;
  }

  /** New sessions are offered the renewed certificate; open ones go on. Throws when the files cannot be used. */
  renewTls({ key, cert }: { readonly key: Buffer; readonly cert: Buffer }): void {
    this.#smtp.updateSecureContext({ key, cert });
  }

  /** Takes nothing new; what was not answered with 250 comes again. */
  async close(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#smtp.close(() => closed.resolve());
    await closed.promise;
  }

  #admit(socket: Socket, sessionMs: number): void {
    const { remoteAddress = '' } = socket;
    if (!this.#guests.enter(remoteAddress)) {
      socket.end('421 4.7.0 Too many connections\r\n', () => socket.destroy());
      return;
    }
    const over = setTimeout(() => socket.destroy(), sessionMs).unref();
    socket.once('close', () => {
      clearTimeout(over);
      this.#guests.leave(remoteAddress);
    });
  }

  #senderProblem(address: string, remote: string): Error | null {
    const sender = plainAddress(address);
    if (sender !== '' && !isMailAddress(sender)) return reply(553, '5.1.7 Not a sender address');
    return this.#guests.mayHandIn(remote) ? null : reply(451, '4.7.0 Too many mails, please try again later');
  }

  #recipientProblem(address: string, before: number): Error | null {
    if (inboundPlaceOf(plainAddress(address), this.#settings.places) === null) return reply(550, '5.1.1 No such address here');
    return before < this.#limits.recipients ? null : reply(452, '4.5.3 Too many recipients');
  }

  async #take(stream: SMTPServerDataStream, session: SMTPServerSession, done: (error?: Error | null) => void): Promise<void> {
    try {
      done(await this.#data(stream, session));
    } catch (error) {
      // The client broke off: nobody hears this.
      done(error as Error);
    }
  }

  /** An answer other than 250, or null. */
  async #data(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<Error | null> {
    const raw = await readAtMost(stream, this.#limits.mailBytes);
    if (raw === null) return reply(552, '5.3.4 Message too large');
    const { places, receive, onTrouble } = this.#settings;
    const sender = envelope.mailFrom === false ? '' : plainAddress(envelope.mailFrom.address);
    const { fields, reports } = await readContent(raw);
    const automatic = isAutomatic({ sender, fields }, places);
    const machineAnswer = isMachineAnswer({ fields });
    try {
      for (const { address } of envelope.rcptTo) {
        const place = inboundPlaceOf(plainAddress(address), places);
        if (place && (await receive({ place, sender, automatic, machineAnswer, reports })) === 'full')
          return reply(452, '4.3.1 Busy, please try again later');
      }
      return null;
    } catch (cause) {
      onTrouble?.(cause instanceof Error ? cause.message : String(cause));
      return reply(451, '4.3.0 Please try again later');
    }
  }
}

const reply = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

/** As people write it: `"a..b"@` of a handset without the quotes that SMTP wants, and the domain as it is on the wire. */
function plainAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? address : `${address.slice(0, at).replace(/^"(.*)"$/, '$1')}@${domainToASCII(address.slice(at + 1))}`;
}

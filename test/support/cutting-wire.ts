import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Where a wire is cut: when a recipient was named; within the mail; when the mail was handed over, and taken, but before that is said. The last is
 * what nobody can tell from a mail that was lost.
 */
export type Cut = 'atRecipient' | 'withinMail' | 'beforeAnswer';

/** One mail that went over the wire as a whole. */
export interface HandOver {
  /** When its end did. */
  readonly at: number;
  readonly messageId: string;
  readonly to: string;
  /** What the relay answered; 0 as long as it did not. */
  readonly code: number;
  /** Whether the wire was cut before the sender heard that. */
  readonly isCut: boolean;
}

const DOT = '\r\n.\r\n';

/** A wire between a sender of mail and a relay that speaks SMTP in clear. It passes everything on, and is cut where it is told to be. */
export class CuttingWire {
  readonly #handOvers: HandOver[] = [];
  /** Asked once for each mail that is begun, with the address that it is for. */
  cutOf: (to: string) => Cut | null = () => null;
  cuts = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(port: number) {
    this.#server = createServer((sender) => {
      const relay = connect(port, '127.0.0.1');
      for (const [one, other] of [
        [sender, relay],
        [relay, sender],
      ] as const) {
        this.#sockets.add(one);
        one.setNoDelay(true).setEncoding('latin1');
        one
          .on('error', () => one.destroy())
          .once('close', () => {
            this.#sockets.delete(one);
            other.destroy();
          });
      }
      const session = new Session({ wire: this, handOvers: this.#handOvers, sender, relay });
      sender.on('data', (text: string) => session.said(text));
      relay.on('data', (text: string) => session.answered(text));
    });
  }

  /** A wire to the relay on a port of this machine. */
  static async to(port: number): Promise<CuttingWire> {
    const wire = new CuttingWire(port);
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  /** In the order in which they went over. */
  get handOvers(): readonly HandOver[] {
    return this.#handOvers;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** One connection. The envelope may come in one piece, but a mail only after the relay asked for it. */
class Session {
  readonly #wire: CuttingWire;
  readonly #handOvers: HandOver[];
  readonly #sender: Socket;
  readonly #relay: Socket;
  #to = '';
  #cut: Cut | null = null;
  /** What was read of the mail; null outside of one. */
  #mail: string | null = null;
  /** Number of the mail that was handed over and is not answered yet. */
  #handedOver: number | null = null;

  constructor({
    wire,
    handOvers,
    sender,
    relay,
  }: {
    readonly wire: CuttingWire;
    readonly handOvers: HandOver[];
    readonly sender: Socket;
    readonly relay: Socket;
  }) {
    this.#wire = wire;
    this.#handOvers = handOvers;
    this.#sender = sender;
    this.#relay = relay;
  }

  said(text: string): void {
    if (this.#mail !== null) return this.#saidOfMail(text);
    const recipient = /^RCPT TO:<([^>]*)>/im.exec(text)?.[1];
    if (recipient !== undefined) {
      this.#to = recipient;
      this.#cut = this.#wire.cutOf(recipient);
      if (this.#cut === 'atRecipient') return this.#sever();
    }
    this.#relay.write(text, 'latin1');
  }

  answered(text: string): void {
    if (this.#handedOver !== null) {
      const isCut = this.#cut === 'beforeAnswer';
      this.#handOvers[this.#handedOver] = { ...this.#handOvers[this.#handedOver]!, code: Number(text.slice(0, 3)), isCut };
      this.#handedOver = null;
      if (isCut) return this.#sever();
    } else if (/^354/m.test(text)) this.#mail = '';
    this.#sender.write(text, 'latin1');
  }

  #saidOfMail(text: string): void {
    if (this.#cut === 'withinMail') return this.#sever();
    this.#mail += text;
    if (this.#mail?.endsWith(DOT)) {
      const messageId = /^message-id:\s*(\S+)/im.exec(this.#mail)?.[1] ?? '';
      this.#handedOver = this.#handOvers.length;
      this.#handOvers.push({ at: performance.now(), messageId, to: this.#to, code: 0, isCut: false });
      this.#mail = null;
    }
    this.#relay.write(text, 'latin1');
  }

  #sever(): void {
    this.#wire.cuts += 1;
    this.#sender.resetAndDestroy();
    this.#relay.destroy();
  }
}

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A mail as the sink took it: answered with 250 right after `onMail` returned. */
export interface SunkMail {
  readonly to: string;
  readonly messageId: string;
  readonly raw: Buffer;
}

/** No mail of a run comes near it. */
const MAIL_BYTES_MAX = 256 * 1024;
const END = Buffer.from('\r\n.\r\n');

/**
 * The least that is still a mail server: it speaks SMTP (RFC 5321) with one recipient a mail, keeps nothing and costs little, so that on two cores
 * who hands over is measured and not who takes. No TLS, as for a relay on the same machine.
 */
export class MailSink {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(onMail: (mail: SunkMail) => void): Promise<MailSink> {
    const server = createServer({ noDelay: true }, (socket) => new Session(socket, onMail).begin());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new MailSink(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
}

class Session {
  readonly #socket: Socket;
  readonly #onMail: (mail: SunkMail) => void;
  #pending: Buffer = Buffer.alloc(0);
  #inData = false;
  #to = '';

  constructor(socket: Socket, onMail: (mail: SunkMail) => void) {
    this.#socket = socket;
    this.#onMail = onMail;
  }

  begin(): void {
    // A sender that is killed breaks off in mid-mail; what was not ended with a dot was never taken.
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('data', (chunk: Buffer) => this.#hear(chunk));
    this.#socket.write('220 sink.example.jp ESMTP\r\n');
  }

  #hear(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    if (this.#pending.length > MAIL_BYTES_MAX) this.#socket.destroy();
    while (this.#inData ? this.#takeMail() : this.#takeCommand());
  }

  #takeMail(): boolean {
    const end = this.#pending.indexOf(END);
    if (end < 0) return false;
    const raw = this.#pending.subarray(0, end + 2);
    this.#pending = this.#pending.subarray(end + END.length);
    this.#inData = false;
    this.#onMail({ to: this.#to, messageId: messageIdOf(raw), raw });
    this.#socket.write('250 2.0.0 Taken\r\n');
    return this.#pending.length > 0;
  }

  #takeCommand(): boolean {
    const end = this.#pending.indexOf('\r\n');
    if (end < 0) return false;
    const line = this.#pending.toString('latin1', 0, end);
    this.#pending = this.#pending.subarray(end + 2);
    const answer = this.#answer(line);
    if (answer !== '') this.#socket.write(answer);
    return this.#pending.length > 0;
  }

  #answer(line: string): string {
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
        return '250-sink.example.jp\r\n250 8BITMIME\r\n';
      case 'MAIL':
      case 'RSET':
        this.#to = '';
        return '250 2.1.0 OK\r\n';
      case 'RCPT':
        if (this.#to !== '') return '452 4.5.3 One recipient a mail\r\n';
        this.#to = /<([^>]*)>/.exec(line)?.[1] ?? '';
        return '250 2.1.5 OK\r\n';
      case 'DATA':
        if (this.#to === '') return '503 5.5.1 No recipient\r\n';
        this.#inData = true;
        return '354 Go on\r\n';
      case 'QUIT':
        this.#socket.end('221 2.0.0 Bye\r\n');
        return '';
      case 'NOOP':
        return '250 2.0.0 OK\r\n';
      default:
        return '502 5.5.2 Not known here\r\n';
    }
  }
}

/** Message-ID of a mail; '' when it has none. */
function messageIdOf(raw: Buffer): string {
  const head = raw.toString('latin1', 0, raw.indexOf('\r\n\r\n'));
  return /^message-id:\s*(\S+)/im.exec(head)?.[1] ?? '';
}

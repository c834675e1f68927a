import { connect, type Socket } from 'node:net';
import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet';

type Connect = Partial<IConnectPacket> & { readonly id: string; readonly key?: string };

/** An MQTT client that does exactly what a test says and nothing by itself, down to single bytes. */
export class RawDevice {
  readonly socket: Socket;
  /** Packets that came and were not asked for yet. */
  readonly received: Packet[] = [];
  private readonly wanted: { readonly cmd: Packet['cmd']; readonly found: (packet: Packet) => void }[] = [];
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  isClosed = false;

  constructor(port: number, host = '127.0.0.1') {
    this.socket = connect({ port, host, noDelay: true });
    const parse = parser();
    parse.on('packet', (packet: Packet) => this.take(packet));
    this.socket.on('data', (bytes: Buffer) => void parse.parse(bytes));
    // What a refusal looks like to a client; `closed` tells.
    this.socket.on('error', () => undefined);
    this.closed = new Promise((done) => {
      this.socket.once('close', () => {
        this.isClosed = true;
        done();
      });
    });
  }

  /** Connects with a key; resolves with the return code of CONNACK, or `closed`. */
  static async open(port: number, claim: Connect): Promise<{ readonly device: RawDevice; readonly code: number | 'closed' }> {
    const device = new RawDevice(port);
    return { device, code: await device.hello(claim) };
  }

  async hello({ id, key, ...more }: Connect): Promise<number | 'closed'> {
    const credentials = key === undefined ? {} : { username: id, password: Buffer.from(key) };
    this.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: id,
      ...credentials,
      ...more,
    });
    const answer = await this.next('connack');
    return answer === 'closed' ? 'closed' : (answer.returnCode ?? -1);
  }

  send(packet: Packet): void {
    this.sendBytes(generate(packet));
  }

  sendBytes(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** Publishes with QoS 1; resolves with the packet id acknowledged, or `closed`. */
  async publish(topic: string, payload: string | Buffer, { messageId = 1, retain = false } = {}): Promise<number | 'closed'> {
    this.send({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain, messageId });
    const answer = await this.next('puback');
    return answer === 'closed' ? 'closed' : (answer.messageId ?? -1);
  }

  /** The next packet of a kind, or `closed`. */
  next<C extends Packet['cmd']>(cmd: C): Promise<Extract<Packet, { cmd: C }> | 'closed'> {
    const at = this.received.findIndex((packet) => packet.cmd === cmd);
    if (at >= 0) return Promise.resolve(this.received.splice(at, 1)[0] as Extract<Packet, { cmd: C }>);
    const came = new Promise<Packet>((found) => this.wanted.push({ cmd, found })) as Promise<Extract<Packet, { cmd: C }>>;
    return Promise.race([came, this.closed.then(() => 'closed' as const)]);
  }

  /** Ends without a word, as a link that dies. */
  vanish(): void {
    this.socket.destroy();
  }

  private take(packet: Packet): void {
    const at = this.wanted.findIndex(({ cmd }) => cmd === packet.cmd);
    if (at < 0) this.received.push(packet);
    else this.wanted.splice(at, 1)[0]!.found(packet);
  }
}

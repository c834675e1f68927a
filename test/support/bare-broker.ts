import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ReportBody } from '#wire';
import { Aedes } from 'aedes';

/** A bare broker for tests: keeps what was published in `…/obs`, can forget everything and come back on the same port. */
export class BareBroker {
  readonly packets: { readonly device: string; readonly reports: readonly ReportBody[] }[] = [];
  readonly states: { readonly device: string; readonly text: string }[] = [];
  readonly acks: string[] = [];
  readonly refused = new Set<string>();
  private aedes!: Aedes;
  private server!: Server;
  private sockets = new Set<Socket>();
  private port = 0;
  private waiters: (() => void)[] = [];

  static async start(): Promise<BareBroker> {
    const broker = new BareBroker();
    await broker.up();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Everything of a device, in order of arrival. */
  reports(device: string): readonly ReportBody[] {
    return this.packets.filter((packet) => packet.device === device).flatMap(({ reports }) => reports);
  }

  async up(): Promise<void> {
    this.aedes = await Aedes.createBroker({
      authenticate: (client, _name, _key, done) => {
        const error = Object.assign(new Error('no'), { returnCode: 5 as const });
        if (this.refused.has(client.id)) done(error, null);
        else done(null, true);
      },
      authorizePublish: (_client, packet, done) => {
        const [, , device = '', leaf] = packet.topic.split('/');
        const text = packet.payload.toString();
        if (leaf === 'obs') this.packets.push({ device, reports: [JSON.parse(text)].flat() as ReportBody[] });
        if (leaf === 'state') this.states.push({ device, text });
        if (leaf === 'ack') this.acks.push(text);
        done(null);
        setImmediate(() => this.changed());
      },
    });
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      this.aedes.handle(socket);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.server.listen(this.port, '127.0.0.1', resolve);
    await promise;
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Gone with all sessions, retained messages and open sockets. */
  async down(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const socket of this.sockets) socket.destroy();
    this.server.close(() => resolve());
    await promise;
    const closed = Promise.withResolvers<void>();
    this.aedes.close(() => closed.resolve());
    await closed.promise;
  }

  async tell(topic: string, message: object, retain: boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const payload = Buffer.from(JSON.stringify(message));
    this.aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain, dup: false }, () => resolve());
    await promise;
  }

  /** Resolves when the condition holds after something arrived. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.waiters.push(resolve);
      });
    }
  }

  private changed(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const wake of waiters) wake();
  }
}

import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { DeviceId } from '#core';
import { BROKER_LIMITS, type BrokerCounters, type BrokerLimits, type BrokerOptions } from './broker-options.ts';
import { type Heard, isDeviceId, topicOf } from './device-topic.ts';
import { Doors } from './doors.ts';
import { guardSocket } from './guard-socket.ts';
import { Lobby } from './lobby.ts';
import { type Refusal, REFUSALS } from './judge-connect.ts';
import { attachWebSocket } from './web-socket.ts';

export interface TlsFiles {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** With it a certificate whose CN is the device id serves in place of a key. */
  readonly ca?: string | Buffer;
}

export interface ListenOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  readonly host?: string;
  readonly tls?: TlsFiles;
}

/**
 * The built-in MQTT 3.1.1 broker: devices in front, `admit` behind. Devices are known by their keys and speak and hear below their own
 * branch only. Nothing is forwarded from device to device.
 */
export class Broker {
  private readonly options: BrokerOptions;
  private readonly limits: BrokerLimits;
  private readonly doors: Doors;
  private readonly lobby: Lobby;
  private readonly listeners: Server[] = [];
  private readonly streams = new Set<Duplex>();
  private readonly detach: (() => void)[] = [];
  private readonly refused: Record<Refusal, number>;
  private readonly ending = new AbortController();
  private refreshing: Promise<void> = Promise.resolve();

  constructor(options: BrokerOptions) {
    this.options = options;
    this.limits = { ...BROKER_LIMITS, ...options.limits };
    this.doors = new Doors(this.limits);
    this.refused = Object.fromEntries(REFUSALS.map((refusal) => [refusal, 0])) as Record<Refusal, number>;
    this.lobby = new Lobby({ ...options, limits: this.limits, onRefused: (refusal) => this.refuse(refusal) });
  }

  /** Reads the keys; rejects when that is not possible, for a broker that knows nobody would turn everybody away. */
  async start(): Promise<void> {
    await this.lobby.open();
    this.refreshing = this.refreshKeys();
  }

  /** Listens for TCP or TLS connections, once the broker is started. Resolves with the port. */
  async listen({ port, host, tls }: ListenOptions): Promise<number> {
    const server = tls ? this.tlsServer(tls) : createServer(SOCKET, (socket) => this.accept(socket, socket.remoteAddress ?? ''));
    await new Promise<void>((listening, failed) => {
      server.once('error', failed).listen(port, host, () => {
        server.off('error', failed);
        listening();
      });
    });
    // Out of file descriptors (F17): those who are in stay in, and the system takes the next when there is room.
    server.on('error', (cause) => this.options.onFault?.('a listener failed', cause));
    this.listeners.push(server);
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Where devices connect without TLS; null before `listen`. */
  get plainPort(): number | null {
    const address = this.listeners.find((server) => !('setSecureContext' in server))?.address();
    return typeof address === 'object' && address !== null ? address.port : null;
  }

  /** Renews the certificate of TLS listeners; sessions that are open go on (F39). */
  renewTls(tls: TlsFiles): void {
    for (const server of this.listeners) if ('setSecureContext' in server) (server as TlsServer).setSecureContext(tls);
  }

  /** Offers MQTT over WebSocket at `/mqtt` of an HTTP server. */
  attach(server: HttpServer): void {
    this.detach.push(attachWebSocket(server, (stream, request) => this.accept(stream, request.socket.remoteAddress ?? '')));
  }

  /**
   * Says something to a device, QoS 1, if it listens now or has a session. `retain` keeps it for the next subscription; an empty payload
   * clears it. Resolves when it was handed to the socket; a device that takes nothing is dropped after `drainMs`.
   */
  publishTo(
    device: DeviceId,
    leaf: Heard,
    payload: string | Uint8Array,
    { retain = false }: { readonly retain?: boolean } = {},
  ): Promise<void> {
    if (!isDeviceId(device)) return Promise.reject(new RangeError(`${JSON.stringify(device)} is not the id of a device`));
    return this.lobby.say({ topic: topicOf(device, leaf), payload: Buffer.from(payload), retain });
  }

  /** Whether this is a valid key of the device, for those who hand in by another way than MQTT. */
  admits(device: DeviceId, key: string): boolean {
    return this.lobby.admits(device, key);
  }

  /** Takes an `obs` that came by another door, at the pace of its device (S28). Resolves when it is kept; waits no longer once `gone`. */
  receive(device: DeviceId, payload: Buffer, gone: () => boolean): Promise<void> {
    return this.lobby.receive(device, payload, gone);
  }

  /** Whether a device is connected now. Its absence proves nothing: sleepers disconnect on purpose (D§7). */
  isConnected(device: DeviceId): boolean {
    return this.lobby.has(device);
  }

  get counters(): BrokerCounters {
    return { connections: this.doors.open, ...this.lobby.counters, refused: { ...this.refused } };
  }

  /** Closes every connection. What was not acknowledged will be repeated. */
  async stop(): Promise<void> {
    this.ending.abort();
    for (const detach of this.detach) detach();
    const closed = this.listeners.map((server) => new Promise<void>((done) => void server.close(() => done())));
    await this.lobby.close();
    for (const stream of this.streams) stream.destroy();
    await Promise.all([...closed, this.refreshing]);
  }

  private tlsServer(tls: TlsFiles): TlsServer {
    const mutual = tls.ca === undefined ? {} : { requestCert: true, rejectUnauthorized: false };
    const server = createTlsServer(
      { ...SOCKET, ...tls, ...mutual, minVersion: 'TLSv1.2', handshakeTimeout: this.limits.connectMs },
      (socket) => {
        // Not rejected in the handshake: a device with a foreign certificate may still have a key, and is refused with a reason if not.
        const name: unknown = socket.authorized ? socket.getPeerCertificate().subject.CN : null;
        this.accept(socket, socket.remoteAddress ?? '', typeof name === 'string' ? name : null);
      },
    );
    // A handshake that fails is the client's affair; the socket is already destroyed.
    server.on('tlsClientError', () => this.refuse('malformed'));
    return server;
  }

  private accept(stream: Duplex, address: string, certified: DeviceId | null = null): void {
    const full = this.ending.signal.aborted ? 'tooMany' : this.doors.enter(address);
    if (full) {
      this.refuse(full);
      stream.on('error', ignore).destroy();
      return;
    }
    this.streams.add(stream);
    stream.once('close', () => {
      this.streams.delete(stream);
      this.doors.leave(address);
    });
    if (stream instanceof Socket) stream.setNoDelay(true);
    this.lobby.welcome(
      guardSocket(stream, (breach) => this.refuse(breach)),
      { address, certified },
    );
  }

  private refuse(refusal: Refusal): void {
    this.refused[refusal] += 1;
  }

  private async refreshKeys(): Promise<void> {
    const { clock, onFault } = this.options;
    const { signal } = this.ending;
    for (;;) {
      await clock.sleep(this.limits.refreshMs, signal);
      if (signal.aborted) return;
      await this.lobby
        .refresh()
        .catch((cause: unknown) => onFault?.('device keys could not be read; the ones at hand stay in force', cause));
    }
  }
}

/** Small reads: what a connection may hold in memory while it waits is a few of them. */
const SOCKET = { noDelay: true, highWaterMark: 16 * 1024 };

/** A connection that is turned away may break while it is closed. */
const ignore = () => undefined;

import type { Duplex } from 'node:stream';
import type { DeviceId } from '#core';
import type { AuthenticateError, Client, ConnectPacket, PublishPacket, Subscription } from 'aedes';
import type { BrokerCounters, BrokerLimits, BrokerOptions } from './broker-options.ts';
import { DeviceKeys } from './device-keys.ts';
import { DeviceSessions } from './device-sessions.ts';
import { mayHear, type Said, topicOf } from './device-topic.ts';
import { judgeConnect, type Refusal, type ReturnCode } from './judge-connect.ts';
import { Pace, reportsIn } from './pace.ts';
import { refusalOfError } from './refusal-of-error.ts';
import { ServiceAedes } from './service-aedes.ts';

/** Takeovers closer together than this belong together. */
const TAKEOVERS_WITHIN_MS = 10 * 60_000;
/** More takeovers than this say nothing more. */
const TAKEOVERS_MAX = 100;

/** A connection that has not said who it is. */
interface Guest {
  readonly address: string;
  /** Device id that a certificate vouches for. */
  readonly certified: DeviceId | null;
  verdict: ReturnType<typeof judgeConnect>;
}

/** A connection whose device is proven. */
interface Session {
  readonly device: DeviceId;
  readonly address: string;
  /** Digest of the key it showed; null when it showed a certificate. */
  readonly digest: Buffer | null;
  readonly obs: string;
  readonly pace: Pace | null;
}

type LobbyOptions = BrokerOptions & { readonly limits: BrokerLimits; readonly onRefused: (refusal: Refusal) => void };
type Done = (error?: Error | null) => void;

/** Ends a connection for a reason that was counted where it was found. */
class Ended extends Error {
  override readonly name = 'Ended';
}

/** Lets devices in, decides what they may say and hear, and hands what they say to the service. */
export class Lobby {
  private readonly options: LobbyOptions;
  private readonly aedes: ServiceAedes;
  private readonly keys = new DeviceKeys();
  private readonly store = new DeviceSessions();
  private readonly guests = new WeakMap<Client, Guest>();
  /** Outlives the connection for as long as packets of it are under way, its Will for one. */
  private readonly sessions = new WeakMap<Client, Session>();
  private readonly live = new Map<DeviceId, Client>();
  private readonly paces = new Map<DeviceId, Pace>();
  private readonly takeovers = new Map<DeviceId, readonly number[]>();
  private packets = 0;
  private held = 0;
  private failed = 0;
  private takeoverCount = 0;

  constructor(options: LobbyOptions) {
    this.options = options;
    const { limits } = options;
    this.aedes = new ServiceAedes({
      connectTimeout: limits.connectMs,
      drainTimeout: limits.drainMs,
      persistence: this.store,
      // Our topics have four levels.
      maxTopicLevels: 8,
      // Packets that arrive in one read with the CONNECT; a read is bounded, so this only has to be ample.
      queueLimit: 1000,
      maxInflightInbound: 64,
      // Deliveries to stuck subscribers that may be under way before others wait for them.
      concurrency: 1000,
      preConnect: (client, packet, done) => this.preConnect(client, packet, done),
      authenticate: (client, username, password, done) => this.authenticate(client, username, password, done),
      authorizePublish: (client, packet, done) => this.publish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => this.subscribe(client, subscription, done),
    });
    this.aedes.on('clientError', (_, error) => this.ended(error));
    this.aedes.on('connectionError', (_, error) => this.ended(error));
    (this.aedes as NodeJS.EventEmitter).on('error', (cause) => options.onFault?.('the broker stumbled', cause));
  }

  async open(): Promise<void> {
    await this.refresh();
    await this.aedes.listen();
  }

  close(): Promise<void> {
    return new Promise((done) => this.aedes.close(() => done()));
  }

  /** Takes a connection whose bytes are measured. */
  welcome(stream: Duplex, { address, certified }: { readonly address: string; readonly certified: DeviceId | null }): void {
    const client = this.aedes.handle(stream);
    this.guests.set(client, { address, certified, verdict: null });
    stream.once('close', () => {
      const device = this.sessions.get(client)?.device;
      if (device !== undefined && this.live.get(device) === client) this.live.delete(device);
    });
  }

  /** Whether this is a valid key of the device. */
  admits(device: DeviceId, key: string): boolean {
    return this.keys.verify(device, Buffer.from(key)) !== null;
  }

  /** Reads the keys anew, and closes connections whose key is no longer valid (S4). */
  async refresh(): Promise<void> {
    await this.keys.refresh(this.options.accounts, this.options.clock.now());
    for (const [device, client] of this.live) {
      const digest = this.sessions.get(client)?.digest;
      if (digest ? this.keys.holds(device, digest) : this.keys.knows(device)) continue;
      this.options.onRefused('revoked');
      client.close();
    }
    const exists = (device: DeviceId) => this.keys.knows(device);
    this.store.forgetAllBut(exists);
    for (const kept of [this.paces, this.takeovers]) for (const device of kept.keys()) if (!exists(device)) kept.delete(device);
  }

  say({ topic, payload, retain }: { readonly topic: string; readonly payload: Buffer; readonly retain: boolean }): Promise<void> {
    return new Promise((done, failed) => {
      this.aedes.say({ cmd: 'publish', qos: 1, dup: false, topic, payload, retain }, (error) => (error ? failed(error) : done()));
    });
  }

  has(device: DeviceId): boolean {
    return this.live.has(device);
  }

  get counters(): Omit<BrokerCounters, 'connections' | 'refused'> {
    const { packets, held, failed } = this;
    return { connected: this.live.size, packets, held, failed, takeovers: this.takeoverCount, dropped: this.store.dropped };
  }

  private preConnect(client: Client, packet: ConnectPacket, done: (error: Error | null, success: boolean) => void): void {
    const { protocolVersion = 4, clientId, username, will } = packet;
    const verdict = judgeConnect({
      protocolVersion,
      clientId,
      username,
      will: will && { topic: will.topic, payload: Buffer.from(will.payload) },
    });
    const guest = this.guests.get(client);
    if (guest) guest.verdict = verdict;
    // aedes answers an unknown version itself, and asks nobody.
    if (verdict?.refusal === 'mqtt5') this.options.onRefused('mqtt5');
    done(null, true);
  }

  private authenticate(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    const guest = this.guests.get(client)!;
    const refused = (refusal: Refusal, returnCode: ReturnCode) => {
      this.options.onRefused(refusal);
      done(Object.assign(new Ended(refusal), { returnCode }), null);
    };
    if (guest.verdict) return refused(guest.verdict.refusal, guest.verdict.returnCode);
    const device = client.id;
    const digest = username !== undefined && password !== undefined ? this.keys.verify(device, password) : null;
    const proven = digest !== null || (guest.certified === device && this.keys.knows(device));
    if (!proven) return refused('badKey', 4);
    const { address } = guest;
    this.noticeTakeover(device, address);
    this.sessions.set(client, { device, address, digest, obs: topicOf(device, 'obs'), pace: this.paceOf(device) });
    this.live.set(device, client);
    done(null, true);
  }

  private noticeTakeover(device: DeviceId, to: string): void {
    const former = this.live.get(device);
    if (!former || former.closed) return;
    const now = this.options.clock.monotonic();
    const recent = [...(this.takeovers.get(device) ?? []).filter((at) => now - at < TAKEOVERS_WITHIN_MS), now].slice(-TAKEOVERS_MAX);
    this.takeovers.set(device, recent);
    this.takeoverCount += 1;
    this.options.onTakeover?.(device, { from: this.sessions.get(former)?.address ?? '', to, recent: recent.length });
  }

  private paceOf(device: DeviceId): Pace | null {
    const { readingsPerSecond, burst } = this.options.limits;
    if (!Number.isFinite(readingsPerSecond)) return null;
    let pace = this.paces.get(device);
    if (!pace) this.paces.set(device, (pace = new Pace({ clock: this.options.clock, perSecond: readingsPerSecond, burst })));
    return pace;
  }

  /** The same for what a device hands in by another door: in its turn, and kept when it resolves. Never begun once the caller is `gone`. */
  async receive(device: DeviceId, payload: Buffer, gone: () => boolean): Promise<void> {
    const pace = this.paceOf(device);
    if (pace) {
      await new Promise<void>((begin) => {
        if (pace.take({ readings: reportsIn(payload), begin, gone })) this.held += 1;
      });
    }
    await this.options.admit(device, payload, this.options.clock.now());
  }

  /** What a device says, before it is acknowledged: aedes writes the PUBACK when `done` is called without an error (rule 1). */
  private publish(client: Client | null, packet: PublishPacket, done: Done): void {
    const session = client ? this.sessions.get(client) : undefined;
    if (!client || !session) return done(new Ended('nobody'));
    const said = saidOn(packet.topic, session);
    if (!said) {
      this.options.onRefused(packet.topic.startsWith('$') ? 'systemTopic' : 'foreignTopic');
      return done(new Ended(packet.topic));
    }
    this.packets += 1;
    const begin = () => this.hand(session.device, said, packet, done);
    if (!session.pace) return begin();
    const readings = said === 'obs' ? reportsIn(packet.payload as Buffer) : 1;
    if (session.pace.take({ readings, begin, gone: () => client.closed })) this.held += 1;
  }

  private hand(device: DeviceId, said: Said, packet: PublishPacket, done: Done): void {
    const payload = packet.payload as Buffer;
    const receivedAt = this.options.clock.now();
    if (said !== 'obs') {
      this.options.onMessage?.(device, said, payload, receivedAt);
      return done(null);
    }
    // oxlint-disable promise/no-callback-in-promise -- aedes takes callbacks; both branches end in one
    this.options.admit(device, payload, receivedAt).then(
      () => done(null),
      (cause: unknown) => {
        this.failed += 1;
        done(new Ended('not kept', { cause }));
      },
    );
    // oxlint-enable promise/no-callback-in-promise
  }

  private subscribe(client: Client, subscription: Subscription, done: (error: Error | null, granted?: Subscription | null) => void): void {
    const session = this.sessions.get(client);
    if (session && mayHear(session.device, subscription.topic)) return done(null, subscription);
    this.options.onRefused('foreignSubscription');
    // SUBACK 0x80 for this one; the others of the packet are judged by themselves.
    done(null, null);
  }

  private ended(error: Error): void {
    if (error instanceof Ended) return;
    const refusal = refusalOfError(error);
    if (refusal) this.options.onRefused(refusal);
  }
}

/** Own topics only; `obs` is nearly always the one and is compared first. */
function saidOn(topic: string, { device, obs }: Session): Said | null {
  if (topic === obs) return 'obs';
  for (const leaf of ['event', 'state', 'ack'] as const) if (topic === topicOf(device, leaf)) return leaf;
  return null;
}

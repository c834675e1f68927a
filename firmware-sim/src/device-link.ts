import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { type Backoff, BACKOFF, waitMs } from './backoff.ts';
import { hash32, seeded } from './seeded.ts';

/** Where a device speaks to, and as whom. */
export interface LinkOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly broker: string;
  readonly device: string;
  readonly key: string;
  /** Certificate of the authority that signed the broker's, for `mqtts:`; else the system's authorities. */
  readonly ca?: Buffer | undefined;
  readonly backoff?: Backoff;
}

export interface LinkEvents {
  /** The broker let the device in; `known` tells whether it still had the session of last time. */
  readonly up: (known: boolean) => void;
  readonly down: () => void;
  /** Why an attempt failed, in the words of the network or the broker. */
  readonly failed: (reason: string, refused: boolean) => void;
  readonly message: (leaf: string, payload: Buffer) => void;
}

/** Long enough for a laden mobile network, short enough that a broker without disk is left for another attempt. */
const PUBACK_MS_MAX = 60_000;
const CONNECT_MS_MAX = 10_000;
const KEEPALIVE_S = 60;

/**
 * The radio of a device: one MQTT 3.1.1 session at QoS 1, `clean=false`, reconnecting by itself with a jittered exponential back-off.
 * It remembers nothing: what was not acknowledged when the connection broke is the caller's to send again.
 */
export class DeviceLink {
  private readonly options: LinkOptions;
  private readonly events: LinkEvents;
  private readonly random: () => number;
  private client: MqttClient | null = null;
  private wanted = false;
  private attempt = 0;
  private retry: NodeJS.Timeout | undefined;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.options = options;
    this.events = events;
    this.random = seeded(hash32(options.device) ^ Date.now());
  }

  get isUp(): boolean {
    return this.client?.connected ?? false;
  }

  /** Begins to try, until `cut` or `close`. */
  open(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.attempt = 0;
    this.dial();
  }

  /** The radio is gone without a word: the broker will tell the Last Will. */
  cut(): void {
    this.wanted = false;
    clearTimeout(this.retry);
    const { client } = this;
    if (!client) return;
    // Not only when the socket reports it: who opens again in the same breath must not find the old connection.
    this.client = null;
    client.end(true);
    this.events.down();
  }

  /** Resolves with whether the broker acknowledged; false when the connection broke before. */
  async publish(leaf: string, payload: string, retain = false): Promise<boolean> {
    const { client } = this;
    if (!client?.connected) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const tooLong = setTimeout(() => client.end(true), PUBACK_MS_MAX);
    const broken = () => resolve(false);
    client.once('close', broken);
    client.publish(topicOf(this.options.device, leaf), payload, { qos: 1, retain }, (error) => resolve(!error));
    const acknowledged = await promise;
    clearTimeout(tooLong);
    client.off('close', broken);
    return acknowledged;
  }

  /** Says good-bye and resolves when the socket is closed. */
  async close(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.retry);
    const { client } = this;
    if (!client) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const forced = setTimeout(() => client.end(true), GOODBYE_MS_MAX);
    client.once('close', resolve);
    client.end(!client.connected);
    if (this.client === null) resolve();
    await promise;
    clearTimeout(forced);
  }

  private dial(): void {
    const { broker, device, key, ca } = this.options;
    const options: IClientOptions = {
      protocolVersion: 4,
      clientId: device,
      username: device,
      password: key,
      clean: false,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_MS_MAX,
      // A client per connection: back-off, memory and resubscription are the device's, not the library's.
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      will: { topic: topicOf(device, 'state'), payload: Buffer.from('{"online":false}'), qos: 1, retain: true },
      ...(ca ? { ca } : {}),
    };
    const client = connect(broker, options);
    this.client = client;
    client.on('connect', ({ sessionPresent }) => {
      this.attempt = 0;
      client.subscribe(
        ['cfg', 'cmd', 'ack'].map((leaf) => topicOf(device, leaf)),
        { qos: 1 },
        (error) => {
          if (error && client.connected) this.events.failed(error.message, true);
        },
      );
      this.events.up(sessionPresent);
    });
    client.on('message', (topic, payload) => this.events.message(topic.slice(topic.lastIndexOf('/') + 1), payload));
    client.on('error', (error) => this.events.failed(reasonOf(error), REFUSED.has(codeOf(error))));
    client.once('close', () => this.closed(client));
  }

  private closed(client: MqttClient): void {
    if (this.client !== client) return;
    this.client = null;
    // Ends the library's own timers; the socket is gone already.
    client.end(true);
    this.events.down();
    if (!this.wanted) return;
    this.retry = setTimeout(() => this.dial(), waitMs(this.options.backoff ?? BACKOFF, this.attempt, this.random()));
    this.attempt += 1;
  }
}

const GOODBYE_MS_MAX = 2_000;

/** Topics of product §7. */
export const topicOf = (device: string, leaf: string): string => `sonae/v1/${device}/${leaf}`;

/** CONNACK codes of MQTT 3.1.1 §3.2.2.3 that another attempt will not change: bad id, bad key, not authorised. */
const REFUSED: ReadonlySet<unknown> = new Set([2, 4, 5]);

const codeOf = (error: object): unknown => ('code' in error ? error.code : undefined);

/** An attempt at `localhost` fails once per address, and says so in parts only. */
function reasonOf(error: Error): string {
  const parts = error instanceof AggregateError ? error.errors.map(String) : [];
  return error.message || parts.join('; ') || error.name;
}

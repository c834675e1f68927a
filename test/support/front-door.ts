import { createHash } from 'node:crypto';
import { type Gauge, type GaugeId, SystemClock } from '#core';
import { MemoryAccounts, MemoryQuarantine, MemoryReadingLog } from '#memory';
import { Broker, type BrokerLimits, type BrokerOptions } from '#mqtt';
import { Intake } from '#pipeline/intake';
import { aGauge } from './builders.ts';
import { RawDevice } from './raw-device.ts';

type Message = { readonly device: string; readonly leaf: string; readonly payload: string };

/** The broker and the intake as a service has them, on memory: the way of a packet until it is kept. Every device's key is `key of {id}`. */
export class FrontDoor {
  readonly log = new MemoryReadingLog();
  readonly quarantine = new MemoryQuarantine();
  readonly accounts = new MemoryAccounts();
  readonly clock = new SystemClock();
  readonly messages: Message[] = [];
  readonly takeovers: string[] = [];
  readonly intake: Intake;
  readonly broker: Broker;
  port = 0;
  private readonly devices = new Set<RawDevice>();

  private constructor(gauges: ReadonlyMap<GaugeId, Gauge>, limits: Partial<BrokerLimits>, admit?: BrokerOptions['admit']) {
    const { log, quarantine, accounts, clock } = this;
    this.intake = new Intake({ log, quarantine, clock, gauges: () => gauges });
    this.broker = new Broker({
      accounts,
      clock,
      limits,
      admit: admit ?? ((device, payload, receivedAt) => this.intake.admit(device, payload, receivedAt)),
      onMessage: (device, leaf, payload) => this.messages.push({ device, leaf, payload: Buffer.from(payload).toString() }),
      onTakeover: (device, { recent }) => this.takeovers.push(`${device} ${recent}`),
    });
  }

  static async open({
    devices = ['d1', 'd2'],
    limits = {},
    admit,
  }: {
    readonly devices?: readonly string[];
    readonly limits?: Partial<BrokerLimits>;
    readonly admit?: BrokerOptions['admit'];
  } = {}): Promise<FrontDoor> {
    const gauges = new Map(devices.map((device) => [`g-${device}`, aGauge({ id: `g-${device}`, device })]));
    const door = new FrontDoor(gauges, limits, admit);
    for (const device of devices) await door.addKey(device, keyOf(device));
    await door.intake.start();
    await door.broker.start();
    door.port = await door.broker.listen({ port: 0, host: '127.0.0.1' });
    return door;
  }

  async addKey(device: string, key: string): Promise<void> {
    const keyHash = createHash('sha256').update(key).digest('hex');
    await this.accounts.addDeviceKey({ device, keyHash, createdAt: this.clock.now(), revokedAt: null });
  }

  /** A device that has connected with its own key. */
  async device(id: string, more: Partial<Parameters<RawDevice['hello']>[0]> = {}): Promise<RawDevice> {
    const { device, code } = await RawDevice.open(this.port, { id, key: keyOf(id), ...more });
    this.remember(device);
    if (code !== 0) throw new Error(`${id} was not let in: ${code}`);
    return device;
  }

  /** A connection that has said nothing. */
  stranger(): RawDevice {
    const device = new RawDevice(this.port);
    this.remember(device);
    return device;
  }

  private remember(device: RawDevice): void {
    this.devices.add(device);
    void device.closed.then(() => this.devices.delete(device));
  }

  async seqs(device: string): Promise<readonly (number | null)[]> {
    const entries = await this.log.after(0, 100_000);
    return entries.filter((entry) => entry.reading.gauge === `g-${device}`).map((entry) => entry.reading.seq);
  }

  async close(): Promise<void> {
    for (const device of this.devices) device.vanish();
    await this.broker.stop();
    await this.intake.stop();
  }
}

export const keyOf = (device: string): string => `key of ${device}`;

export const obs = (device: string): string => `sonae/v1/${device}/obs`;

/** Resolves when it is so; a test that waits in vain fails by its own time-out. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((next) => setTimeout(next, 5));
}

import type { Quantity } from '#core';
import type { Backoff } from './backoff.ts';
import { LifeClock } from './life-clock.ts';
import type { Scenario } from './scenario.ts';
import { SimDevice } from './sim-device.ts';
import { SimProblem } from './sim-problem.ts';

export interface FleetOptions {
  /** URL of the broker, such as `mqtt://127.0.0.1:1883`. */
  readonly broker: string;
  /** Key of each device. */
  readonly keys: Readonly<Record<string, string>>;
  readonly scenario: Scenario;
  /** Instead of the scenario's own. */
  readonly speed?: number | undefined;
  readonly ca?: Buffer | undefined;
  readonly backoff?: Backoff;
  /** The wall clock, epoch milliseconds. */
  readonly now?: () => number;
  /** How long the first connection of the whole fleet may take. */
  readonly connectMsMax?: number;
  /** Devices that call at once in a second; a fleet that boots does not knock as one. */
  readonly callsPerSecond?: number;
}

export interface FleetFigures {
  readonly devices: number;
  readonly connected: number;
  /** Reports that the broker acknowledged, and those that still wait in the devices. */
  readonly acknowledged: number;
  readonly waiting: number;
  /** Reports that a full memory had to drop. */
  readonly dropped: number;
  readonly connects: number;
  /** Instant of the world, milliseconds since the scenario's hour 0. */
  readonly worldAt: number;
}

/** One device as a test holds it in its hand. */
export interface DeviceHandle {
  /** Sends values as measurements `everyMs` apart, the last one now, and resolves when the broker acknowledged them all. */
  reports(values: readonly number[], options?: { readonly everyMs?: number; readonly quantity?: Quantity }): Promise<void>;
  /** The radio goes and comes back; what is measured meanwhile is sent afterwards. */
  cut(): void;
  restore(): void;
  reboot(): void;
  readonly isUp: boolean;
  readonly figures: SimDevice['figures'];
}

const CONNECT_MS_MAX = 15_000;
const CALLS_PER_SECOND = 400;
/** Half a minute is a quick crest; a test that cares gives its own interval. */
const EVERY_MS = 60_000;

/** Simulated devices on one broker, all in this process. */
export class Fleet {
  private readonly devices: ReadonlyMap<string, SimDevice>;
  private readonly clock: LifeClock;
  private waiters: (() => void)[] = [];
  private calls: NodeJS.Timeout[] = [];

  /** Boots the devices and resolves when each one is connected (those in a radio gap excepted). Rejects with what is wrong, and leaves nothing behind. */
  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    try {
      await fleet.connected(options);
    } catch (problem) {
      await fleet.close();
      throw problem;
    }
    return fleet;
  }

  private constructor({
    broker,
    keys,
    scenario,
    speed = scenario.speed,
    ca,
    backoff,
    now,
    callsPerSecond = CALLS_PER_SECOND,
  }: FleetOptions) {
    const keyless = scenario.devices.map(({ spec }) => spec.id).filter((id) => !keys[id]);
    if (keyless.length > 0) throw new SimProblem(keyMissing(keyless));
    this.clock = new LifeClock({ speed, beginsAtMs: scenario.beginsAtMs, ...(now ? { now } : {}) });
    const changed = () => this.changed();
    this.devices = new Map(
      scenario.devices.map(({ spec, course, dayHour, faults }) => {
        const place = { device: spec.id, course, dayHour, intervalH: spec.observeEveryMs / 3_600_000 };
        const link = { broker, device: spec.id, key: keys[spec.id] ?? '', ca, ...(backoff ? { backoff } : {}) };
        return [spec.id, new SimDevice({ spec, place, faults, clock: this.clock, hastiestMs: scenario.hastiestMs, link, changed })];
      }),
    );
    for (const [index, device] of [...this.devices.values()].entries()) {
      this.calls.push(setTimeout(() => device.start(), (index * 1000) / callsPerSecond));
    }
  }

  /** The device of this id; throws when the scenario has none. */
  device(id: string): DeviceHandle {
    const device = this.devices.get(id);
    if (!device) throw new SimProblem(`no device ${id} in this scenario`);
    return {
      reports: async (values, { everyMs = EVERY_MS, quantity = 'level' } = {}) => {
        device.enter(
          values.map((value) => ({ [quantity]: value })),
          everyMs,
        );
        await this.until(() => device.memory.waiting === 0);
      },
      cut: () => device.cut(),
      restore: () => device.restore(),
      reboot: () => device.reboot(),
      get isUp() {
        return device.isUp;
      },
      get figures() {
        return device.figures;
      },
    };
  }

  /** Resolves when no device has anything left to send. */
  async settled(): Promise<void> {
    await this.until(() => this.all().every(({ memory }) => memory.waiting === 0));
  }

  /** Resolves when the condition holds; it is looked at whenever a device connects or a packet is acknowledged. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.waiters.push(resolve);
      });
    }
  }

  get figures(): FleetFigures {
    const all = this.all();
    const sum = (of: (device: SimDevice) => number) => all.reduce((total, device) => total + of(device), 0);
    return {
      devices: all.length,
      connected: all.filter(({ isUp }) => isUp).length,
      acknowledged: sum(({ figures }) => figures.acknowledged),
      waiting: sum(({ figures }) => figures.waiting),
      dropped: sum(({ figures }) => figures.dropped),
      connects: sum(({ figures }) => figures.connects),
      worldAt: this.clock.at(),
    };
  }

  /** Signs every device off: a clean good-bye, so that no Last Will is told. */
  async close(): Promise<void> {
    for (const call of this.calls) clearTimeout(call);
    await Promise.all(this.all().map(async (device) => device.close()));
    this.changed();
  }

  private all(): readonly SimDevice[] {
    return [...this.devices.values()];
  }

  private async connected({
    broker,
    connectMsMax = CONNECT_MS_MAX + (this.devices.size * 1000) / CALLS_PER_SECOND,
  }: FleetOptions): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.changed();
    }, connectMsMax);
    try {
      await this.until(
        () => late || this.all().every((device) => device.isUp || device.isSilent) || this.all().some(({ failure }) => failure?.refused),
      );
    } finally {
      clearTimeout(timer);
    }
    const refused = this.all().find(({ failure }) => failure?.refused);
    if (refused) {
      throw new SimProblem(
        `the broker ${broker} refuses ${refused.id} (${refused.failure?.reason}); check its key in the keys file, or make a new one with: npm run sonae -- device rotate ${refused.id}`,
      );
    }
    const out = this.all().filter((device) => !device.isUp && !device.isSilent);
    if (out.length > 0) {
      const reason = out.find(({ failure }) => failure)?.failure?.reason ?? 'no answer';
      throw new SimProblem(
        `${out.length} of ${this.devices.size} devices cannot reach the broker ${broker} (${reason}); is the service running, and is this its address?`,
      );
    }
  }

  private changed(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const wake of waiters) wake();
  }
}

/** What to say about devices without a key. */
export function keyMissing(ids: readonly string[]): string {
  const more = ids.length > 3 ? ` and ${ids.length - 3} more` : '';
  return `no key for ${ids.slice(0, 3).join(', ')}${more}; add {"${ids[0]}": "…"} to the keys file, from: npm run sonae -- device add ${ids[0]}`;
}

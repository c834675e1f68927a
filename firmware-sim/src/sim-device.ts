import { cfgMessage, cmdMessage, keptMessage, type ReportBody } from '#wire';
import { type Place, valuesAt } from './course.ts';
import { booted, configured, type DeviceSpec, type DeviceState, measured, rebooted, type Values } from './device.ts';
import { DeviceLink, type LinkOptions } from './device-link.ts';
import { clockShown, distorted, type Fault, has, nextTurn } from './faults.ts';
import type { LifeClock } from './life-clock.ts';
import { encodeReports } from './report-packet.ts';
import { ReportMemory } from './report-memory.ts';
import { hash32, seeded } from './seeded.ts';

export interface SimDeviceOptions {
  readonly spec: DeviceSpec;
  readonly place: Place;
  readonly faults: readonly Fault[];
  readonly clock: LifeClock;
  /** Real milliseconds between two reports at the least. */
  readonly hastiestMs: number;
  readonly link: LinkOptions;
  /** Something happened that somebody may wait for: connected, acknowledged, refused. */
  readonly changed: () => void;
}

/** One device: the pure decisions of `device.ts`, `faults.ts` and `course.ts` on a timer, in front of a memory and a radio. */
export class SimDevice {
  readonly spec: DeviceSpec;
  readonly memory = new ReportMemory();
  private readonly place: Place;
  private readonly faults: readonly Fault[];
  private readonly clock: LifeClock;
  private readonly changed: () => void;
  private readonly link: DeviceLink;
  private readonly random: () => number;
  private readonly everyMsMin: number;
  private state: DeviceState;
  private timer: NodeJS.Timeout | undefined;
  private wokenAt: number;
  private handAt = Number.NEGATIVE_INFINITY;
  private told: string | null = null;
  private acknowledgedCount = 0;
  private connects = 0;
  private problem: { readonly reason: string; readonly refused: boolean } | null = null;

  constructor({ spec, place, faults, clock, hastiestMs, link, changed }: SimDeviceOptions) {
    this.spec = spec;
    this.place = place;
    this.faults = faults;
    this.clock = clock;
    this.changed = changed;
    this.everyMsMin = hastiestMs * clock.speed;
    this.random = seeded(hash32(spec.id));
    this.state = booted(spec, clock.at(), this.random());
    this.wokenAt = clock.at() - 1;
    this.link = new DeviceLink(link, {
      up: (known) => this.up(known),
      down: () => this.memory.interrupted(),
      failed: (reason, refused) => {
        this.problem = { reason, refused };
        this.changed();
      },
      message: (leaf, payload) => this.heard(leaf, payload),
    });
  }

  get id(): string {
    return this.spec.id;
  }

  get isUp(): boolean {
    return this.link.isUp;
  }

  /** Out of reach by its scenario: nobody should wait for it. */
  get isSilent(): boolean {
    return this.radioOff(this.clock.at());
  }

  /** Why the last attempt to connect failed; null since it succeeded. */
  get failure(): { readonly reason: string; readonly refused: boolean } | null {
    return this.problem;
  }

  /** What a person would read off the device. */
  get figures(): {
    readonly acknowledged: number;
    readonly waiting: number;
    readonly dropped: number;
    readonly connects: number;
    readonly cfgRev: number | null;
  } {
    const { memory, acknowledgedCount, connects, state } = this;
    return { acknowledged: acknowledgedCount, waiting: memory.waiting, dropped: memory.dropped, connects, cfgRev: state.cfg?.rev ?? null };
  }

  /** Boots and connects. */
  start(): void {
    this.wake();
    if (!this.radioOff(this.clock.at())) this.link.open();
  }

  /** The radio goes; measuring goes on. */
  cut(): void {
    this.link.cut();
  }

  restore(): void {
    this.link.open();
  }

  /** Numbers and counters begin again; what was not sent yet is still in the memory. */
  reboot(): void {
    const at = this.clock.at();
    this.link.cut();
    this.memory.renumbered();
    this.state = rebooted(this.spec, this.state, at, this.truth(at));
    this.link.open();
    this.rearm();
  }

  /** Takes values by hand, the last of them now or `everyMs` after the former ones, and sends them like measured ones. */
  enter(values: readonly Values[], everyMs: number): void {
    const first = Math.max(this.clock.at() - (values.length - 1) * everyMs, this.handAt + everyMs);
    for (const [index, value] of values.entries()) {
      this.handAt = first + index * everyMs;
      // By hand means: report it, whatever the rhythm.
      this.state = { ...this.state, reportedAt: null };
      this.measure(this.handAt, value);
    }
    this.rearm();
    void this.flush();
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    if (this.link.isUp) await this.link.publish('state', '{"online":false}', true);
    await this.link.close();
  }

  private wake(): void {
    const at = this.clock.at();
    this.turn(at);
    if (this.place.course.kind !== 'hand' && at >= this.state.nextMeasureAt) {
      if (has(this.faults, 'dead', at)) this.state = { ...this.state, nextMeasureAt: at + this.spec.observeEveryMs };
      else
        this.measure(
          at,
          distorted(this.spec, this.faults, (when) => this.truth(when), at),
        );
    }
    this.wokenAt = at;
    void this.flush();
    this.rearm();
  }

  private rearm(): void {
    const at = this.clock.at();
    const next =
      this.place.course.kind === 'hand' ? nextTurn(this.faults, at) : Math.min(this.state.nextMeasureAt, nextTurn(this.faults, at));
    clearTimeout(this.timer);
    if (next !== Number.POSITIVE_INFINITY) this.timer = setTimeout(() => this.wake(), this.clock.waitMs(next) + 1);
  }

  /** Faults that begin or end since the last wake. */
  private turn(at: number): void {
    const was = this.radioOff(this.wokenAt);
    const is = this.radioOff(at);
    if (is && !was) this.link.cut();
    if (was && !is) this.link.open();
    if (this.faults.some(({ kind, from }) => kind === 'reboot' && this.wokenAt < from && from <= at)) this.reboot();
  }

  private radioOff(at: number): boolean {
    return has(this.faults, 'gap', at) || has(this.faults, 'dead', at);
  }

  private truth(at: number): Values {
    return valuesAt(this.place, at);
  }

  private measure(at: number, values: Values): void {
    const { clock, faults } = this;
    const real = clock.realAt(at);
    const { state, report } = measured(this.spec, this.state, {
      at,
      values,
      clockAt: clockShown(faults, at, real, (from) => real - clock.realAt(from)),
      rssiDbm: -90 - Math.round(this.random() * 15),
      speed: clock.speed,
      everyMsMin: this.everyMsMin,
    });
    this.state = state;
    if (report) this.memory.keep(report);
  }

  private async flush(): Promise<void> {
    if (!this.link.isUp) return;
    for (let packet = this.next(); packet; packet = this.next()) {
      const payload = encodeReports(packet);
      // The second copy is on its way before the first is acknowledged, as a radio would repeat it.
      if (has(this.faults, 'duplicate', this.clock.at())) void this.link.publish('obs', payload);
      if (!(await this.link.publish('obs', payload))) return;
      this.acknowledgedCount += packet.length;
      this.memory.acknowledged(packet);
      this.changed();
    }
  }

  private next(): readonly ReportBody[] | null {
    const justBack = this.faults.some(
      ({ kind, to, ...fault }) => kind === 'gap' && 'shuffled' in fault && fault.shuffled && to <= this.clock.at(),
    );
    return this.memory.take(justBack ? (reports) => this.shuffled(reports) : undefined);
  }

  private shuffled(reports: readonly ReportBody[]): readonly ReportBody[] {
    return reports
      .map((report) => ({ report, place: this.random() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ report }) => report);
  }

  private up(known: boolean): void {
    this.connects += 1;
    this.problem = null;
    this.told = null;
    if (!known && this.connects > 1) this.memory.forgotten();
    this.tellState();
    void this.flush();
    this.changed();
  }

  private tellState(): void {
    const { cfg } = this.state;
    const message = JSON.stringify({ online: true, fw: this.spec.firmware, ...(cfg ? { cfgRev: cfg.rev } : {}) });
    if (message === this.told) return;
    this.told = message;
    void this.link.publish('state', message, true);
  }

  private heard(leaf: string, payload: Buffer): void {
    const message = parsed(payload);
    if (leaf === 'cfg') {
      const cfg = cfgMessage.safeParse(message);
      if (!cfg.success) return;
      this.state = configured(this.spec, this.state, cfg.data, { at: this.clock.at(), everyMsMin: this.everyMsMin });
      this.tellState();
      this.rearm();
    } else if (leaf === 'ack') {
      const kept = keptMessage.safeParse(message);
      if (kept.success) this.memory.kept(kept.data.seq);
    } else if (leaf === 'cmd') {
      this.obey(message);
    }
  }

  private obey(message: unknown): void {
    const read = cmdMessage.safeParse(message);
    if (!read.success) return;
    const command = read.data;
    if (command.expires < this.clock.realAt(this.clock.at())) return;
    let detail = '';
    if (command.do === 'resend') {
      detail = `${this.memory.again(command.from, command.to)} reports`;
    } else if (command.do !== 'signal') {
      this.state = { ...this.state, reportedAt: null, nextMeasureAt: this.clock.at() };
    }
    void this.link.publish('ack', JSON.stringify({ id: command.id, ok: true, ...(detail ? { detail } : {}) })).then(() => {
      if (command.do === 'reboot') this.reboot();
      else this.wake();
    });
  }
}

/** What a device cannot read it does not obey. */
function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return null;
  }
}

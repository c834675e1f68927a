import { setImmediate as turn } from 'node:timers/promises';
import {
  type Clock,
  type DeviceId,
  type Gauge,
  type GaugeId,
  type MaintenanceAt,
  type ManualCount,
  type Mark,
  type OperationStatus,
  type Quarantine,
  type RegisterCount,
  type ReadingLog,
  type Report,
} from '#core';
import { type Decoded, decodeReports } from '#wire';
import { decideGroup, type Packet, type ReportResult } from './decide-group.ts';
import { type Feeds, feedsOf } from './feeds.ts';

/**
 * A group commit collects for so long, or until it holds so many reports: about six times the rate of one commit each (rule 2), and one
 * wait for the disk in some thirty milliseconds of work.
 */
const GROUP_MS = 3;
const GROUP_MAX = 4_000;
/** Reports decoded and not yet kept: five groups, some ten megabytes, a fifth of a second of the greatest rate. Beyond it callers wait. */
const PENDING_MAX = 20_000;

export interface IntakeOptions {
  readonly log: ReadingLog;
  readonly quarantine: Quarantine;
  /** The gauges in force. A reloaded playbook is noticed because it hands out another map. */
  readonly gauges: () => ReadonlyMap<GaugeId, Gauge>;
  readonly clock: Clock;
  /** Whether a device speaks of real life; `actual` when not given. */
  readonly statusOf?: (device: DeviceId) => OperationStatus;
  /** When a gauge is in maintenance; never when not given. Asked for every report, at the moment at which its flags are decided for good. */
  readonly maintenanceOf?: (gauge: GaugeId) => MaintenanceAt;
  readonly groupMs?: number;
  readonly groupMax?: number;
  readonly pendingMax?: number;
}

/** Counted in readings; a packet in quarantine counts one. When nothing is under way, accepted = stored + duplicates + quarantined. */
export interface IntakeCounters {
  readonly accepted: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly quarantined: number;
  /** Packets whose group could not be kept; their devices were not acknowledged. */
  readonly failed: number;
}

/** The intake was stopped; nothing was kept and nothing may be acknowledged. */
export class IntakeStopped extends Error {
  override readonly name = 'IntakeStopped';
}

/**
 * The stage that admits: decodes what devices hand in, decides which readings that makes, and keeps them in group commits. What it
 * resolves is kept; what it rejects is not, and nothing of it is remembered. It is the only writer of its log and of its marks.
 */
export class Intake {
  private readonly options: IntakeOptions;
  private readonly groupMax: number;
  private readonly pendingMax: number;
  private marks = new Map<GaugeId, Mark>();
  private gauges: ReadonlyMap<GaugeId, Gauge> | null = null;
  private feeds: Feeds = new Map();
  private collecting: Group | null = null;
  private readonly full: Group[] = [];
  private readonly waiting: (() => void)[] = [];
  private pending = 0;
  private draining: Promise<void> | null = null;
  private stopped = false;
  private stored = 0;
  private duplicates = 0;
  private quarantined = 0;
  private accepted = 0;
  private failed = 0;
  private newestAt = 0;
  private readonly heardAt = new Map<DeviceId, number>();

  constructor(options: IntakeOptions) {
    this.options = options;
    this.groupMax = options.groupMax ?? GROUP_MAX;
    this.pendingMax = options.pendingMax ?? PENDING_MAX;
  }

  /** Loads what the log remembers of every gauge. Nothing may be admitted before. */
  async start(): Promise<void> {
    this.marks = new Map(await this.options.log.marks());
  }

  /**
   * Resolves once everything the bytes say is kept: as readings, as repeats that were kept before, or in quarantine. Rejects when the
   * group could not be kept. While `pendingMax` reports are under way it waits for room, in the order of the calls; nothing is dropped.
   */
  admit(device: DeviceId, bytes: Uint8Array, receivedAt: number): Promise<void> {
    return this.whenRoom(() => {
      const decoded = decodeReports(bytes);
      const size = 'reports' in decoded ? decoded.reports.length : 1;
      return this.enqueue({ device, decoded, receivedAt, payload: () => bytes }, size).kept;
    });
  }

  /** The same for reports that were decoded elsewhere, with what became of each. */
  admitReports(device: DeviceId, reports: readonly Report[], receivedAt: number): Promise<readonly ReportResult[]> {
    return this.whenRoom(async () => {
      const decoded: Decoded = { reports };
      const packet: Packet = { device, decoded, receivedAt, payload: () => Buffer.from(JSON.stringify(reports)) };
      const group = this.enqueue(packet, reports.length);
      await group.kept;
      return group.results[group.packets.indexOf(packet)]!;
    });
  }

  /** Resolves once a count by a person is kept as a reading, from which the counters of the place count on. */
  admitManual(gauge: Gauge, count: ManualCount, receivedAt: number): Promise<void> {
    return this.whenRoom(() => {
      const payload = (): Uint8Array => Buffer.from(JSON.stringify(count));
      return this.enqueue({ device: gauge.device, decoded: { reports: [] }, receivedAt, payload, manual: { gauge, count } }, 1).kept;
    });
  }

  /** Resolves once the count of a shelter's register is kept as a reading, or was kept before. */
  admitRegister(gauge: Gauge, count: RegisterCount, receivedAt: number): Promise<void> {
    return this.whenRoom(() => {
      const payload = (): Uint8Array => Buffer.from(JSON.stringify(count));
      return this.enqueue({ device: gauge.device, decoded: { reports: [] }, receivedAt, payload, register: { gauge, count } }, 1).kept;
    });
  }

  /** What is remembered of a gauge and its device, as of the newest group that was kept; undefined before its first word. */
  mark(gauge: GaugeId): Mark | undefined {
    return this.marks.get(gauge);
  }

  /** Finishes what was begun. Whoever calls `admit` from now on is refused. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.collecting) this.collecting.due = true;
    this.drain();
    while (this.draining) await this.draining;
  }

  get counters(): IntakeCounters {
    const { accepted, stored, duplicates, quarantined, failed } = this;
    return { accepted, stored, duplicates, quarantined, failed };
  }

  /** Receipt instant of the newest packet that was kept; 0 before the first. */
  get newestReceivedAt(): number {
    return this.newestAt;
  }

  /** When each device was last heard, whatever it said. Kept in memory only; as many entries as devices that were let in. */
  get heard(): ReadonlyMap<DeviceId, number> {
    return this.heardAt;
  }

  /** Reports taken and not yet kept, and callers that wait for room. */
  get depth(): { readonly pending: number; readonly waiting: number } {
    return { pending: this.pending, waiting: this.waiting.length };
  }

  private whenRoom<T>(enter: () => Promise<T>): Promise<T> {
    if (this.stopped) return Promise.reject(new IntakeStopped('the intake was stopped'));
    if (this.pending < this.pendingMax && this.waiting.length === 0) return enter();
    const { promise, resolve } = Promise.withResolvers<T>();
    this.waiting.push(() => resolve(enter()));
    return promise;
  }

  private enqueue(packet: Packet, size: number): Group {
    const group = (this.collecting ??= this.open());
    group.packets.push(packet);
    group.size += size;
    this.pending += size;
    if (group.size >= this.groupMax) {
      this.collecting = null;
      this.full.push(group);
      this.drain();
    }
    return group;
  }

  private open(): Group {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const group: Group = { packets: [], size: 0, due: this.stopped, kept: promise, resolve, reject, results: [] };
    void this.options.clock.sleep(this.options.groupMs ?? GROUP_MS).then(() => {
      group.due = true;
      this.drain();
    });
    return group;
  }

  /**
   * Commits groups one after another, one in a turn of the process: so those who follow the log have their turn after each, and keep up
   * however fast devices send. While one is under way the next collects.
   */
  private drain(): void {
    if (this.draining || !this.mayCommit()) return;
    this.draining = this.commitAll().finally(() => {
      this.draining = null;
      // A group may have become full between the last look and here.
      this.drain();
    });
  }

  private mayCommit(): boolean {
    return this.full.length > 0 || this.collecting?.due === true;
  }

  private async commitAll(): Promise<void> {
    while (this.mayCommit()) {
      await turn();
      const group = this.full.shift() ?? this.collecting!;
      if (group === this.collecting) this.collecting = null;
      await this.commit(group);
      this.pending -= group.size;
      while (this.waiting.length > 0 && this.pending < this.pendingMax) this.waiting.shift()!();
    }
  }

  private async commit(group: Group): Promise<void> {
    const { log, quarantine, statusOf = actual, maintenanceOf = neverInMaintenance } = this.options;
    const { packets } = group;
    try {
      const decision = decideGroup({ packets, marks: this.marks, feeds: this.currentFeeds(), statusOf, maintenanceOf });
      const { readings, marks, duplicates } = decision;
      if (decision.quarantine.length > 0) await quarantine.keep(decision.quarantine);
      if (readings.length > 0) await log.append({ readings, marks: [...marks.values()] });
      for (const [gauge, mark] of marks) this.marks.set(gauge, mark);
      this.stored += readings.length;
      this.duplicates += duplicates;
      this.quarantined += decision.quarantine.length;
      this.accepted += readings.length + duplicates + decision.quarantine.length;
      for (const { device, receivedAt, manual, register } of packets) {
        if (!manual && !register) this.heardAt.set(device, receivedAt);
        if (receivedAt > this.newestAt) this.newestAt = receivedAt;
      }
      group.results = decision.results;
      group.resolve();
    } catch (cause) {
      this.failed += packets.length;
      group.reject(cause);
    }
  }

  private currentFeeds(): Feeds {
    const gauges = this.options.gauges();
    if (gauges !== this.gauges) {
      this.gauges = gauges;
      this.feeds = feedsOf(gauges);
    }
    return this.feeds;
  }
}

/** Packets that are kept together or not at all. */
interface Group {
  readonly packets: Packet[];
  /** In reports; what cannot be decoded counts one. */
  size: number;
  /** It has collected long enough. */
  due: boolean;
  readonly kept: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
  results: readonly (readonly ReportResult[])[];
}

const actual = (): OperationStatus => 'actual';
const neverInMaintenance = (): MaintenanceAt => () => null;

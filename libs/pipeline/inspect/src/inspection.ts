import { setImmediate as turn } from 'node:timers/promises';
import {
  type Clock,
  deviceFaults,
  DRIFT_DAYS,
  driftOf,
  type Finding,
  type FindingAbout,
  type Gauge,
  type GaugeId,
  type Hourly,
  isStill,
  isUsable,
  type Logbook,
  type Mark,
  neighboursOf,
  type Playbook,
  rainNear,
  type ReadingHistory,
  stuckOf,
} from '#core';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Every hour is read again as long as stragglers of a short outage may come into it. */
const REREAD_HOURS = 3;
/** Two days at the shortest interval of D§1.1; a counter that speaks more often is no gauge of water. */
const POINTS_MAX = 1_440;
const READ_MS = 2 * DAY_MS;
/** Who the logbook names. */
const INSPECTION = 'inspection';

export interface InspectionOptions {
  readonly history: ReadingHistory;
  readonly logbook: Logbook;
  readonly clock: Clock;
  /** The one in force, looked into at every run. */
  readonly playbook: Playbook;
  /** What intake remembers of a gauge and its device. */
  readonly markOf: (gauge: GaugeId) => Mark | undefined;
  /** Told once of every finding, after it stands in the logbook. */
  readonly onFound: (gauge: Gauge, finding: Finding) => void;
  /** Called at the end of every run, for whoever tells staff; what it rejects with, the run rejects with. */
  readonly onLooked?: () => Promise<void>;
}

/**
 * Looks for what no single reading shows: copied keys, clocks and batteries, and gauges that leave their neighbours or stand still beside them.
 * Findings stand in the logbook and touch no flag: flags follow from the order of the log alone. Whoever calls it calls it again.
 */
export class Inspection {
  readonly #options: InspectionOptions;
  readonly #hourly = new Map<GaugeId, Map<number, number>>();
  #readTo = 0;
  /** When a drift was last seen, since this process began. */
  readonly #seenAt = new Map<string, number>();

  constructor(options: InspectionOptions) {
    this.#options = options;
  }

  /** Asks what every device told about itself. */
  async devices(): Promise<void> {
    const { clock, playbook, markOf, onLooked } = this.#options;
    const now = clock.now();
    const open = await this.#open();
    for (const gauge of playbook.gauges.values()) {
      const mark = markOf(gauge.id);
      if (!mark) continue;
      const told = deviceFaults(mark.device, now);
      for (const about of ['cloned', 'clock', 'battery'] as const) {
        const why = told.find(({ kind }) => kind === about)?.why ?? null;
        const known = open.get(keyOf(about, gauge.id));
        if (why !== null && !known) await this.#found(gauge, about, why, now);
        if (why === null && known) await this.#over(known, now);
      }
    }
    await onLooked?.();
  }

  /** Compares every gauge of water with those around it, over whole hours. */
  async neighbours(): Promise<void> {
    const { clock, playbook, onLooked } = this.#options;
    const now = clock.now();
    const hour = Math.floor(now / HOUR_MS) - 1;
    await this.#read(hour);
    const open = await this.#open();
    const gauges = [...playbook.gauges.values()];
    for (const gauge of gauges.filter(({ quantity }) => quantity === 'level')) {
      const own = this.#of(gauge.id);
      const neighbours = neighboursOf(gauge, gauges).map((id) => ({ name: playbook.gauges.get(id)!.name, hourly: this.#of(id) }));
      const rain = rainNear(gauge, gauges).map((id) => this.#of(id));
      await this.#judgeStuck(gauge, stuckOf({ own, neighbours }, rain, hour), isStill(own, hour), open, now);
      await this.#judgeDrift(gauge, driftOf({ own, neighbours }, hour), open, now);
      await turn();
    }
    await onLooked?.();
  }

  /** Nobody knows better while the neighbours rest: only water that moves again ends it. */
  async #judgeStuck(gauge: Gauge, why: string | null, still: boolean, open: Open, now: number): Promise<void> {
    const known = open.get(keyOf('stuck', gauge.id));
    if (why !== null && !known) await this.#found(gauge, 'stuck', why, now);
    if (known && !still && this.#of(gauge.id).size > 0) await this.#over(known, now);
  }

  /** A drift cannot be seen while the water moves; it is over when it was not seen for as long as is looked back. */
  async #judgeDrift(gauge: Gauge, why: string | null, open: Open, now: number): Promise<void> {
    const key = keyOf('drift', gauge.id);
    const known = open.get(key);
    if (why !== null || !this.#seenAt.has(key)) this.#seenAt.set(key, now);
    if (why !== null && !known) await this.#found(gauge, 'drift', why, now);
    if (why === null && known && now - this.#seenAt.get(key)! >= DRIFT_DAYS * DAY_MS) await this.#over(known, now);
  }

  async #open(): Promise<Open> {
    return new Map((await this.#options.logbook.openFindings()).map((finding) => [keyOf(finding.about, finding.gauge), finding]));
  }

  /** At most one finding of a kind in a day, or a battery at its limit would fill the logbook. */
  async #found(gauge: Gauge, about: FindingAbout, why: string, now: number): Promise<void> {
    const { logbook, onFound } = this.#options;
    const id = `${about}/${gauge.id}/${Math.floor(now / DAY_MS)}`;
    if (await logbook.entry(id)) return;
    const finding: Finding = { id, gauge: gauge.id, kind: 'finding', about, at: now, reason: why, by: INSPECTION, madeAt: now };
    await logbook.enter(finding);
    onFound(gauge, finding);
  }

  async #over({ id, gauge, reason }: Finding, now: number): Promise<void> {
    await this.#options.logbook.enter({
      id: `${id}/over`,
      gauge,
      kind: 'findingEnded',
      of: id,
      at: now,
      reason: `見られなくなりました: ${reason}`,
      by: INSPECTION,
      madeAt: now,
    });
  }

  /** Brings the hours up to `hour`: all that are looked back at the first time, afterwards the newest. */
  async #read(hour: number): Promise<void> {
    const first = hour - 24 * DRIFT_DAYS + 1;
    const from = Math.max(first, this.#readTo - REREAD_HOURS);
    for (const gauge of this.#options.playbook.gauges.values()) {
      if (gauge.quantity !== 'level' && gauge.quantity !== 'rain') continue;
      const known = this.#hourly.get(gauge.id);
      // A gauge that came with a new playbook is read from the beginning.
      const kept = known ?? new Map<number, number>();
      await this.#readGauge(gauge, kept, known ? from : first, hour);
      for (const old of kept.keys()) if (old < first) kept.delete(old);
      this.#hourly.set(gauge.id, kept);
    }
    this.#readTo = hour;
  }

  async #readGauge({ id, quantity }: Gauge, kept: Map<number, number>, first: number, last: number): Promise<void> {
    const end = (last + 1) * HOUR_MS;
    for (let from = first * HOUR_MS; from < end; from += READ_MS) {
      const to = Math.min(end, from + READ_MS);
      const points = await this.#options.history.range({ gauge: id, quantity, from, to, limit: POINTS_MAX });
      const hours = Map.groupBy(
        points.filter(({ quality }) => isUsable(quality) || quality === 'backfilled'),
        ({ at }) => Math.floor(at / HOUR_MS),
      );
      for (const [hour, own] of hours) {
        const values = own.map(({ value }) => value).toSorted((a, b) => a - b);
        kept.set(hour, quantity === 'rain' ? values.reduce((sum, mm) => sum + mm, 0) : values[values.length >> 1]!);
      }
      await turn();
    }
  }

  #of(gauge: GaugeId): Hourly {
    return this.#hourly.get(gauge) ?? EMPTY;
  }
}

type Open = ReadonlyMap<string, Finding>;

const EMPTY: Hourly = new Map();
const keyOf = (about: FindingAbout, gauge: GaugeId): string => `${about}@${gauge}`;

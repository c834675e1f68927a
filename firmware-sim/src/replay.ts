import { setTimeout as sleep } from 'node:timers/promises';
import type { Quantity } from '#core';
import { readReadings, type ReadingTable } from '#readings-csv';
import type { ReportBody } from '#wire';
import { DeviceLink } from './device-link.ts';
import { keyMissing } from './fleet.ts';
import { BATCH_REPORTS_MAX, encodeReports } from './report-packet.ts';
import { SimProblem } from './sim-problem.ts';

export interface ReplayOptions {
  readonly files: readonly string[];
  readonly broker: string;
  /** Key of each gauge's device, which has the gauge's id. */
  readonly keys: Readonly<Record<string, string>>;
  /** How many times faster than it was; `max`: as fast as the acknowledgements come. */
  readonly speed: number | 'max';
  /** Reports in a packet at most; 1 sends each alone. */
  readonly batch?: number;
  /** Quantity of the columns of a wide table. */
  readonly quantity?: Quantity | 'distance';
  readonly ca?: Buffer | undefined;
  readonly connectMsMax?: number;
  /**
   * Called before the readings of each instant, which then go out together and are acknowledged before the next instant: a service under a
   * virtual clock is led through the past this way.
   */
  readonly atInstant?: (at: number) => Promise<void>;
}

export interface ReplayFigures {
  readonly readings: number;
  readonly acknowledged: number;
  readonly packets: number;
  readonly gauges: number;
  /** Observation instant that was reached. */
  readonly reachedAt: number;
  readonly seconds: number;
}

/** Rows that go out before all of them have to be acknowledged: the order of time is kept to this many readings. */
const WINDOW_READINGS = 50_000;
/** At a given speed rows are gathered for this long; shorter gains nothing and makes a packet of every row. */
const TICK_MS = 50;
const CONNECT_MS_MAX = 20_000;
/** A link that is down calls back by itself; this is how often the replay looks. */
const LOOK_MS = 50;

/** Reads the files, connects a device for each gauge, and begins. `done` resolves when everything is acknowledged. */
export async function replayCsv(options: ReplayOptions): Promise<Replay> {
  const table = await readReadings(options.files, options.quantity);
  const keyless = table.gauges.filter((gauge) => !options.keys[gauge]);
  if (keyless.length > 0) throw new SimProblem(keyMissing(keyless));
  const replay = new Replay(table, options);
  try {
    await replay.connected(options.connectMsMax ?? CONNECT_MS_MAX);
  } catch (problem) {
    await replay.close();
    throw problem;
  }
  replay.begin();
  return replay;
}

/** A past series on its way through the broker, with its original observation times and without numbers: a repeat changes nothing. */
export class Replay {
  private readonly table: ReadingTable;
  private readonly options: ReplayOptions;
  private readonly links: readonly DeviceLink[];
  private readonly stopped = new AbortController();
  private readonly startedAt = performance.now();
  private problem: { readonly reason: string; readonly refused: boolean } | null = null;
  private next = 0;
  private packets = 0;
  private acknowledged = 0;
  private finished: Promise<ReplayFigures> | null = null;

  constructor(table: ReadingTable, options: ReplayOptions) {
    this.table = table;
    this.options = options;
    this.links = table.gauges.map(
      (device) =>
        new DeviceLink(
          { broker: options.broker, device, key: options.keys[device] ?? '', ca: options.ca },
          {
            up: () => undefined,
            down: () => undefined,
            failed: (reason, refused) => {
              this.problem = { reason: `${device}: ${reason}`, refused };
            },
            message: () => undefined,
          },
        ),
    );
  }

  /** Resolves with the figures once every reading is acknowledged, or when the replay was closed before. */
  get done(): Promise<ReplayFigures> {
    return this.finished ?? Promise.resolve(this.figures);
  }

  get figures(): ReplayFigures {
    const { table, acknowledged, packets, next, startedAt } = this;
    return {
      readings: table.length,
      acknowledged,
      packets,
      gauges: table.gauges.length,
      reachedAt: table.at(Math.max(0, next - 1)).time,
      seconds: (performance.now() - startedAt) / 1000,
    };
  }

  begin(): void {
    this.finished ??= this.run();
  }

  async connected(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    for (const link of this.links) link.open();
    while (this.links.some((link) => !link.isUp)) {
      const { problem } = this;
      if (problem?.refused)
        throw new SimProblem(`the broker ${this.options.broker} refuses ${problem.reason}; check the key in the keys file`);
      if (performance.now() > until) {
        throw new SimProblem(
          `cannot reach the broker ${this.options.broker} (${problem?.reason ?? 'no answer'}); is the service running, and is this its address?`,
        );
      }
      await sleep(LOOK_MS);
    }
  }

  /** Stops where it is and signs the devices off. */
  async close(): Promise<void> {
    this.stopped.abort();
    await this.finished;
    await Promise.all(this.links.map(async (link) => link.close()));
  }

  private async run(): Promise<ReplayFigures> {
    const { table, stopped } = this;
    const startedAt = performance.now();
    while (this.next < table.length && !stopped.signal.aborted) {
      const due = this.dueUntil(performance.now() - startedAt);
      if (due === this.next) {
        await sleep(TICK_MS);
        continue;
      }
      await this.options.atInstant?.(table.at(this.next).time);
      await this.send(this.next, due);
    }
    return this.figures;
  }

  /** The first row that is not due yet. */
  private dueUntil(elapsedMs: number): number {
    const { table, next } = this;
    const { speed } = this.options;
    const end = Math.min(table.length, next + WINDOW_READINGS);
    if (this.options.atInstant) {
      const instant = table.at(next).time;
      let due = next;
      while (due < end && table.at(due).time === instant) due += 1;
      return due;
    }
    if (speed === 'max') return end;
    const reached = table.at(0).time + elapsedMs * speed;
    let due = next;
    while (due < end && table.at(due).time <= reached) due += 1;
    return due;
  }

  private async send(from: number, to: number): Promise<void> {
    const reports = new Map<number, ReportBody[]>();
    for (let index = from; index < to; index += 1) {
      const { gauge, time, value } = this.table.at(index);
      const own = reports.get(gauge) ?? [];
      own.push({ t: time, [this.table.quantities[gauge] ?? 'level']: value });
      reports.set(gauge, own);
    }
    await Promise.all([...reports].map(async ([gauge, own]) => this.sendOne(gauge, own)));
    this.next = to;
  }

  private async sendOne(gauge: number, reports: readonly ReportBody[]): Promise<void> {
    const link = this.links[gauge]!;
    const size = Math.min(this.options.batch ?? BATCH_REPORTS_MAX, BATCH_REPORTS_MAX);
    for (let start = 0; start < reports.length; start += size) {
      const packet = reports.slice(start, start + size);
      const payload = encodeReports(packet);
      while (!(await link.publish('obs', payload))) {
        if (this.stopped.signal.aborted) return;
        await sleep(LOOK_MS);
      }
      this.packets += 1;
      this.acknowledged += packet.length;
    }
  }
}

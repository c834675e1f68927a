import { setImmediate as turn } from 'node:timers/promises';
import type { DrillGauge, Gauge, GaugeId, PacedClock, Quantity, Report } from '#core';

/** A report claims its spacing within these: a shorter one would call a gauge silent between two rows, a longer one never. */
const INTERVAL_MS_MIN = 60_000;
const INTERVAL_MS_MAX = 24 * 3_600_000;
/** Reports handed in at once; at 600× a city's gauges are due in bursts. */
const BATCH_MAX = 500;
/** Wait after a failed append before the same reports are handed in again. */
const RETRY_MS = 500;

/** Observations of the past in order of time, as files hold them. */
export interface DrillTable {
  readonly length: number;
  readonly gauges: readonly string[];
  readonly quantities: readonly (Quantity | 'distance')[];
  at(index: number): { readonly gauge: number; readonly time: number; readonly value: number };
}

export interface ScriptPlayerOptions {
  readonly table: DrillTable;
  /** Who speaks for whom; see `speakers`. */
  readonly speakers: readonly (Speaker | null)[];
  readonly clock: PacedClock;
  /** The intake of the drill: resolves once the reports are kept. */
  readonly admit: (device: string, reports: readonly Report[], receivedAt: number) => Promise<unknown>;
  readonly onTrouble: (why: string | null) => void;
}

/** A column of the file as a gauge of the playbook. */
export interface Speaker {
  readonly gauge: Gauge;
  readonly quantity: Quantity | 'distance';
  readonly shift: number;
}

/** The columns that speak for gauges of the playbook, each in its place; null for one that speaks for none. */
export function speakers(
  { gauges, quantities }: Pick<DrillTable, 'gauges' | 'quantities'>,
  map: readonly DrillGauge[],
  known: ReadonlyMap<GaugeId, Gauge>,
): readonly (Speaker | null)[] {
  return gauges.map((name, column) => {
    const said = map.find(({ from }) => from === name);
    const gauge = map.length === 0 ? known.get(name) : said && known.get(said.to);
    return gauge ? { gauge, quantity: quantities[column]!, shift: said?.shift ?? 0 } : null;
  });
}

/**
 * Plays a past flood into a drill: its first row happens when the drill begins, every other one as long after it as it did then, by the
 * drill's clock. When the rows are at their end, each gauge goes on saying what it said last: the water stands as the past left it, and no
 * gauge falls silent because the file ends. Holds nothing: a process that dies ends the drill (`Drill.ending`).
 */
export class ScriptPlayer {
  readonly #options: ScriptPlayerOptions;
  readonly #stopping = new AbortController();
  readonly #startsAt: number;
  #running: Promise<void> | null = null;
  #played = 0;

  constructor(options: ScriptPlayerOptions) {
    this.#options = options;
    this.#startsAt = options.clock.now();
  }

  /** Share of the rows that were handed in. */
  get share(): number {
    return this.#options.table.length === 0 ? 1 : this.#played / this.#options.table.length;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { table, clock } = this.#options;
    const { signal } = this.#stopping;
    if (table.length === 0) return;
    const shiftMs = this.#startsAt - table.at(0).time;
    const intervals = intervalsOf(table);
    const last = new Map<number, number>();
    while (this.#played < table.length && !signal.aborted) {
      await clock.reach(table.at(this.#played).time + shiftMs, signal);
      const due: Due[] = [];
      while (this.#played + due.length < table.length && due.length < BATCH_MAX) {
        const { gauge, time, value } = table.at(this.#played + due.length);
        if (time + shiftMs > clock.now()) break;
        due.push({ column: gauge, at: time + shiftMs, value });
      }
      await this.#handIn(due, intervals);
      for (const { column, value } of due) last.set(column, value);
      this.#played += due.length;
      await turn();
    }
    await Promise.all([...last].map(([column, value]) => this.#goOn(column, value, intervals)));
  }

  /** One gauge after the end of the rows. */
  async #goOn(column: number, value: number, intervals: readonly (number | null)[]): Promise<void> {
    const { clock, speakers: speaking } = this.#options;
    const { signal } = this.#stopping;
    const speaker = speaking[column];
    if (!speaker) return;
    const intervalMs = intervals[column] ?? speaker.gauge.observeIntervalMs;
    for (let at = clock.now() + intervalMs; !signal.aborted; at += intervalMs) {
      await clock.reach(at, signal);
      if (!signal.aborted) await this.#handIn([{ column, at, value }], intervals);
    }
  }

  /** Hands in until the intake kept it: the same rows again after a failure, like a device. */
  async #handIn(due: readonly Due[], intervals: readonly (number | null)[]): Promise<void> {
    const { clock, admit, onTrouble, speakers: speaking } = this.#options;
    const { signal } = this.#stopping;
    for (let troubled = false; !signal.aborted;) {
      try {
        // Rows of one gauge stay in their order; a device may speak for several gauges.
        const own = due.flatMap(({ column, at, value }) => {
          const speaker = speaking[column];
          return speaker ? [{ device: speaker.gauge.device, report: reportOf(speaker, at, value, intervals[column] ?? null) }] : [];
        });
        await Promise.all(
          [...Map.groupBy(own, ({ device }) => device)].map(([device, rows]) =>
            admit(
              device,
              rows.map(({ report }) => report),
              clock.now(),
            ),
          ),
        );
        if (troubled) onTrouble(null);
        return;
      } catch (cause) {
        if (signal.aborted) return;
        troubled = true;
        onTrouble(cause instanceof Error ? cause.message : String(cause));
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }
}

interface Due {
  readonly column: number;
  readonly at: number;
  readonly value: number;
}

function reportOf({ quantity, shift }: Speaker, at: number, value: number, intervalMs: number | null): Report {
  // A distance shrinks as the water rises.
  const shifted = quantity === 'distance' ? value - shift : value + shift;
  const values = { [quantity]: shifted };
  return { seq: null, at, values, mode: 'observe', intervalMs, batteryV: null, rssiDbm: null, firmware: null };
}

/** How far apart the rows of each column lie: the middle of the distances between them; null for one with a single row. */
export function intervalsOf(table: DrillTable): readonly (number | null)[] {
  const gaps: number[][] = table.gauges.map(() => []);
  const before = new Map<number, number>();
  for (let row = 0; row < table.length; row += 1) {
    const { gauge, time } = table.at(row);
    const last = before.get(gauge);
    if (last !== undefined) gaps[gauge]!.push(time - last);
    before.set(gauge, time);
  }
  return gaps.map((own) => {
    const middle = own.toSorted((a, b) => a - b)[Math.floor(own.length / 2)];
    return middle === undefined ? null : Math.min(Math.max(middle, INTERVAL_MS_MIN), INTERVAL_MS_MAX);
  });
}

import { type HistoryPoint, type HistoryQuery, type LogEntry, QUALITIES, ReadingHistory } from '#core';
import { HistoryUnavailable } from './history-unavailable.ts';
import { type InfluxAddress, InfluxConnection } from './influx-connection.ts';
import { count, instant, numberIn, type Row, rowsOf, text } from './influxql.ts';
import { lineOf, reachedLine } from './lines.ts';

/** Readings that may be refused one after the other and stepped over; when nothing at all is taken for longer, the bucket is at fault. */
const REFUSED_IN_A_ROW_MAX = 64;

/** What one step of `forget` counts and deletes: a shard of InfluxDB without a retention, some seconds of work in a large city. */
const FORGET_SLICE_MS = 7 * 86_400_000;

export interface InfluxReadingHistoryOptions extends InfluxAddress {
  /** Told of readings that InfluxDB refused and that are therefore missing in the charts; the log has them as long as it keeps any. */
  readonly onRefused?: (why: string) => void;
}

/**
 * Readings by gauge and time of observation in a bucket of InfluxDB 2.x or 3.x, or a database of 1.8. There is no transaction there, so the
 * entries are written first and the position after them: a crash in between leaves the old position, and what is then told once more falls on
 * the same points. For the same reason an observation that stands at two positions of the log shows the value of the later one.
 *
 * A reading that InfluxDB refuses for what it says (another type stands in its field) is reported and stepped over, and all others are kept.
 * Rejects with `HistoryUnavailable`, at the latest five seconds after InfluxDB fell silent.
 */
export class InfluxReadingHistory extends ReadingHistory {
  readonly #connection: InfluxConnection;
  readonly #onRefused: (why: string) => void;
  #reached: number | null = null;
  #refusedInARow = 0;
  #tookNothing = false;

  constructor({ onRefused = () => undefined, ...address }: InfluxReadingHistoryOptions) {
    super();
    this.#connection = new InfluxConnection(address);
    this.#onRefused = onRefused;
  }

  async write(entries: readonly LogEntry[]): Promise<void> {
    const reached = this.#reached ?? (await this.position());
    const fresh = entries.filter(({ position }) => position > reached);
    const newest = fresh.at(-1);
    if (!newest) return;
    const refused: Refused[] = [];
    await this.#keep(fresh, refused);
    this.#judge(refused, fresh.length);
    const why = await this.#connection.write([reachedLine(newest.position)]);
    if (why !== null) throw new HistoryUnavailable(`InfluxDB does not keep the position: ${why}`);
    this.#reached = newest.position;
    if (refused.length > 0) this.#onRefused(reportOf(refused));
  }

  async position(): Promise<number> {
    const rows = rowsOf(await this.#connection.query('select "position" from "reached" order by time desc limit 1'));
    this.#reached = numberIn(rows[0], 'position') ?? 0;
    return this.#reached;
  }

  async range({ gauge, quantity, from, to, limit }: HistoryQuery): Promise<readonly HistoryPoint[]> {
    if (limit < 1 || from >= to) return [];
    const series = `"gauge" = ${text(gauge)} and "quantity" = ${text(quantity)}`;
    const rows = await this.#rows(
      `select "value", "raw", "receivedAt", "quality", "why" from "reading"
        where ${series} and time >= ${instant(from)} and time < ${instant(to)} order by time desc limit ${count(limit)}`,
    );
    return rows.flatMap(pointOf).toReversed();
  }

  /**
   * Counts what lies before the instant and asks InfluxDB to delete it, in slices; what arrives in between may be deleted without being
   * counted. Versions that delete nothing (3 Core) reject: there the retention is set on the database itself.
   */
  async forget(observedBefore: number): Promise<number> {
    let gone = 0;
    for (let oldest = await this.#oldestBefore(observedBefore); oldest !== null;) {
      const until = Math.min(oldest + FORGET_SLICE_MS, observedBefore);
      const [counted] = await this.#rows(`select count("value") as "points" from "reading" where time < ${instant(until)}`);
      await this.#rows(`delete from "reading" where time < ${instant(until)}`);
      gone += numberIn(counted, 'points') ?? 0;
      oldest = await this.#oldestBefore(observedBefore);
      if (oldest !== null && oldest < until) throw new HistoryUnavailable('InfluxDB still has what it was asked to delete');
    }
    return gone;
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  /**
   * Writes all entries but those that are refused for themselves, which it adds to `refused`. A refused request is cut in halves until only
   * the bad lines remain: what a "partial write" kept differs between versions and shards, and to write a line again changes nothing.
   */
  async #keep(entries: readonly LogEntry[], refused: Refused[]): Promise<void> {
    const lines: string[] = [];
    const sound = entries.filter((entry) => {
      try {
        lines.push(lineOf(entry));
        return true;
      } catch (cause) {
        refused.push({ entry, why: cause instanceof Error ? cause.message : String(cause) });
        return false;
      }
    });
    const [first] = sound;
    const why = first && (await this.#connection.write(lines));
    if (!first || typeof why !== 'string') return;
    // When not one line of the last batch was taken, the newest alone tells whether anything has changed: ten thousand requests need not.
    if (this.#tookNothing && (await this.#connection.write(lines.slice(-1))) !== null) throw refusesAll(why);
    this.#tookNothing = false;
    if (sound.length === 1) {
      refused.push({ entry: first, why });
      return;
    }
    const half = Math.ceil(sound.length / 2);
    await this.#keep(sound.slice(0, half), refused);
    await this.#keep(sound.slice(half), refused);
  }

  /** Throws when so much was refused, and nothing taken, that it is the bucket that is at fault: then every reading waits in the log. */
  #judge(refused: readonly Refused[], tried: number): void {
    const inARow = refused.length < tried ? 0 : this.#refusedInARow + refused.length;
    this.#tookNothing = inARow > REFUSED_IN_A_ROW_MAX;
    if (this.#tookNothing) throw refusesAll(refused.at(-1)!.why);
    this.#refusedInARow = inARow;
  }

  async #oldestBefore(at: number): Promise<number | null> {
    const [row] = await this.#rows(`select first("value") from "reading" where time < ${instant(at)}`);
    return numberIn(row, 'time');
  }

  async #rows(statement: string): Promise<readonly Row[]> {
    return rowsOf(await this.#connection.query(statement));
  }
}

interface Refused {
  readonly entry: LogEntry;
  readonly why: string;
}

const refusesAll = (why: string): HistoryUnavailable => new HistoryUnavailable(`InfluxDB refuses every reading: ${why}`);

function reportOf([first, ...others]: readonly Refused[]): string {
  const { entry, why } = first!;
  const { gauge, quantity, observedAt } = entry.reading;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return `InfluxDB refused ${gauge} ${quantity} of ${new Date(observedAt).toISOString()} (log position ${entry.position})${more}: ${why}`;
}

/** A row as a point; what somebody else left in the measurement is none of ours and no point. */
function pointOf(row: Row): readonly HistoryPoint[] {
  const [at, receivedAt] = [numberIn(row, 'time'), numberIn(row, 'receivedAt')];
  const [raw, value] = [numberIn(row, 'raw'), numberIn(row, 'value')];
  const quality = QUALITIES.find((known) => known === row.get('quality'));
  if (at === null || receivedAt === null || raw === null || value === null || quality === undefined) return [];
  const why = row.get('why');
  return [{ at, receivedAt, raw, value, quality, why: typeof why === 'string' ? why : '' }];
}

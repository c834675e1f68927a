import { setImmediate as turn } from 'node:timers/promises';
import {
  type GaugeId,
  type Group,
  type LogEntry,
  type Mark,
  type Mode,
  type OperationStatus,
  type Quality,
  type Quantity,
  type Reading,
  ReadingLog,
  readMark,
  ReadingLogUnavailable,
} from '#core';
import type { Ballast } from './ballast.ts';
import { DatabaseFile, type DatabaseFileOptions } from './database-file.ts';
import { Dictionary } from './dictionary.ts';
import { READINGS_MIGRATIONS } from './readings-migrations.ts';
import { StorageFault } from './storage-fault.ts';

/** Positions looked at in one step of `forget`: two milliseconds, after which the broker has its turn. */
const FORGET_SLICE = 2_000;

/**
 * Newest entries kept in memory for followers, who are nearly always close behind: read back from the file they would cost as much as they
 * cost to write. A third of a second at the greatest rate, and less than ten megabytes.
 */
const TAIL_MAX = 32_768;

export interface SqliteReadingLogOptions extends Pick<DatabaseFileOptions, 'file' | 'checkpointer' | 'onFatal' | 'bytesMax'> {
  /** Room kept for orders: while it is spent, readings are refused (F13). */
  readonly ballast?: Ballast;
  /** FULL unless a test shows what NORMAL would lose: 29 % of what was acknowledged, at a power cut. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

/**
 * The reading log in one SQLite file. A group is one transaction of rows without any index but the position; repeats are known by the marks,
 * a row per gauge, for a unique index would dirty a page per gauge and write thirty times as much. One process writes it (`DataFolder`).
 */
export class SqliteReadingLog extends ReadingLog {
  readonly #file: DatabaseFile;
  readonly #ballast: Ballast | undefined;
  readonly #words: Dictionary;
  readonly #waiting = new Set<() => void>();
  readonly #insert;
  readonly #setMark;
  readonly #forgetSlice;
  readonly #after;
  readonly #marks;
  readonly #sliceEnd;
  readonly #hasOlder;
  #end: number;
  /** Without gaps up to the newest entry; between `TAIL_MAX` and twice as many once there were so many. */
  #tail: LogEntry[] = [];

  /** Opens or creates the file. Throws `StorageFault` or `SchemaTooNew`. */
  constructor({ ballast, synchronous = 'FULL', ...options }: SqliteReadingLogOptions) {
    super();
    this.#ballast = ballast;
    this.#file = new DatabaseFile({ ...options, synchronous, migrations: READINGS_MIGRATIONS });
    this.#words = new Dictionary(this.#file);
    this.#insert = this.#file.toWrite(`insert into reading (${COLUMNS}) values (${COLUMNS.replaceAll(/\w+/g, '?')})`);
    this.#setMark = this.#file.toWrite('insert into mark (gauge, body) values (?, ?) on conflict do update set body = excluded.body');
    this.#forgetSlice = this.#file.toWrite('delete from reading where position between ? and ? and received_at < ?');
    this.#after = this.#file.toRead(`select ${COLUMNS} from reading where position > ? order by position limit ?`);
    this.#marks = this.#file.toRead('select body from mark');
    this.#sliceEnd = this.#file.toRead(
      `select min(position), max(position) from (select position from reading where position > ? and position < ? order by position limit ${FORGET_SLICE})`,
    );
    this.#hasOlder = this.#file.toRead('select exists (select 1 from reading where position between ? and ? and received_at < ?)');
    const newest = this.#file.toRead('select max(position) from reading');
    this.#end = this.#file.read(() => (newest.get() as unknown as [number | null])[0] ?? 0);
  }

  async append({ readings, marks }: Group): Promise<number> {
    if (this.#ballast && !this.#ballast.restore()) {
      throw new ReadingLogUnavailable(`${this.#file.file}: the disk is full; what is left is kept for orders`);
    }
    if (readings.length === 0 && marks.length === 0) return this.#end;
    const end = this.#end + readings.length;
    try {
      this.#words.around(() => this.#file.commit(() => this.#write(readings, marks)));
    } catch (cause) {
      if (cause instanceof StorageFault && cause.kind === 'full') this.#ballast?.release();
      throw unavailable(cause);
    }
    this.#remember(readings);
    this.#wake();
    return end;
  }

  async marks(): Promise<ReadonlyMap<GaugeId, Mark>> {
    const rows = this.#read(() => this.#marks.all() as unknown as [string][]);
    const marks = rows.map(([body]) => readMark(JSON.parse(body) as Mark));
    return new Map(marks.map((mark) => [mark.gauge, mark]));
  }

  async end(): Promise<number> {
    return this.#end;
  }

  async after(position: number, limit: number): Promise<readonly LogEntry[]> {
    const first = this.#tail[0]?.position;
    if (first !== undefined && first <= position + 1) return this.#tail.slice(position + 1 - first, position + 1 - first + limit);
    return this.#read(() => (this.#after.all(position, limit) as unknown as Row[]).map((row) => this.#entry(row)));
  }

  async grown(position: number, signal: AbortSignal): Promise<void> {
    if (this.#end > position || signal.aborted) return;
    await new Promise<void>((done) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        done();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  async forget(position: number, receivedBefore: number): Promise<number> {
    // The newest entry stays, for the next position is counted from it.
    const before = Math.min(position, this.#end);
    this.#tail = [];
    let gone = 0;
    for (let reached = 0; ;) {
      const [from, to] = this.#read(() => this.#sliceEnd.get(reached, before) as unknown as [number | null, number]);
      if (from === null) return gone;
      gone += this.#forgetWithin(from, to, receivedBefore);
      reached = to;
      await turn();
    }
  }

  /** Lets followers go and closes the file. */
  async close(): Promise<void> {
    this.#wake();
    await this.#file.close();
  }

  #remember(readings: readonly Reading[]): void {
    for (const reading of readings) {
      this.#end += 1;
      this.#tail.push({ position: this.#end, reading });
    }
    if (this.#tail.length > 2 * TAIL_MAX) this.#tail = this.#tail.slice(-TAIL_MAX);
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  #write(readings: readonly Reading[], marks: readonly Mark[]): void {
    let position = this.#end;
    for (const reading of readings) {
      position += 1;
      this.#insert.run(
        position,
        this.#words.idOf(reading.gauge),
        this.#words.idOf(reading.quantity),
        reading.seq,
        reading.observedAt,
        reading.receivedAt,
        reading.raw,
        reading.value,
        this.#words.idOf(reading.quality),
        reading.why,
        this.#words.idOf(reading.status),
        reading.mode === null ? null : this.#words.idOf(reading.mode),
        reading.intervalMs,
        reading.batteryV,
        reading.rssiDbm,
      );
    }
    for (const mark of marks) this.#setMark.run(this.#words.idOf(mark.gauge), JSON.stringify(mark));
  }

  #entry([position, gauge, quantity, seq, observedAt, receivedAt, raw, value, quality, why, status, mode, ...device]: Row): LogEntry {
    const [intervalMs, batteryV, rssiDbm] = device;
    const reading = {
      gauge: this.#words.wordOf(gauge),
      quantity: this.#words.wordOf(quantity) as Quantity,
      seq,
      observedAt,
      receivedAt,
      raw,
      value,
      quality: this.#words.wordOf(quality) as Quality,
      why,
      status: this.#words.wordOf(status) as OperationStatus,
      mode: mode === null ? null : (this.#words.wordOf(mode) as Mode),
      intervalMs,
      batteryV,
      rssiDbm,
    };
    return { position, reading };
  }

  #forgetWithin(from: number, to: number, receivedBefore: number): number {
    const [hasOlder] = this.#read(() => this.#hasOlder.get(from, to, receivedBefore) as unknown as [number]);
    if (!hasOlder) return 0;
    try {
      return Number(this.#file.commit(() => this.#forgetSlice.run(from, to, receivedBefore)).changes);
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  #read<T>(work: () => T): T {
    try {
      return this.#file.read(work);
    } catch (cause) {
      throw unavailable(cause);
    }
  }
}

const COLUMNS =
  'position, gauge, quantity, seq, observed_at, received_at, raw, value, quality, why, status, mode, interval_ms, battery_v, rssi_dbm';

type Row = [
  position: number,
  gauge: number,
  quantity: number,
  seq: number | null,
  observedAt: number,
  receivedAt: number,
  raw: number,
  value: number,
  quality: number,
  why: string,
  status: number,
  mode: number | null,
  intervalMs: number | null,
  batteryV: number | null,
  rssiDbm: number | null,
];

/** A fault of the disk as the port tells it; a bug stays what it is. */
function unavailable(cause: unknown): unknown {
  if (!(cause instanceof StorageFault)) return cause;
  return new ReadingLogUnavailable(cause.message, { cause, fatal: cause.kind === 'fatal' });
}

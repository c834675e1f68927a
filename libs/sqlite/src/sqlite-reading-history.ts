import { setImmediate as turn } from 'node:timers/promises';
import { type HistoryPoint, type HistoryQuery, type LogEntry, type Quality, ReadingHistory } from '#core';
import { DatabaseFile, type DatabaseFileOptions } from './database-file.ts';
import { DICTIONARY_TABLE, Dictionary } from './dictionary.ts';

/** Points that one step of `forget` deletes: a few milliseconds, after which the broker has its turn. */
const FORGET_SLICE = 2_000;

/** Schema of `history.db`, version by version. Steps are only added; see `migrate`. */
export const HISTORY_MIGRATIONS: readonly string[] = [
  // Neighbours in time lie side by side, so a chart is one short run through the file.
  `${DICTIONARY_TABLE}
  create table point (
    gauge integer not null,
    quantity integer not null,
    observed_at integer not null,
    received_at integer not null,
    raw real not null,
    value real not null,
    quality integer not null,
    why text not null,
    primary key (gauge, quantity, observed_at)
  ) strict, without rowid;
  create table reached (one integer primary key check (one = 1), position integer not null) strict;
  insert into reached values (1, 0);`,
];

export type SqliteReadingHistoryOptions = Pick<DatabaseFileOptions, 'file' | 'checkpointer' | 'onFatal' | 'bytesMax'>;

/**
 * Readings by gauge and time of observation in one SQLite file. `synchronous=NORMAL`: after a power cut the newest commits may be missing,
 * but the position goes back with them, and the log, which is kept for weeks, tells the same once more. Rejects with `StorageFault`.
 */
export class SqliteReadingHistory extends ReadingHistory {
  readonly #file: DatabaseFile;
  readonly #words: Dictionary;
  readonly #insert;
  readonly #reach;
  readonly #forgetPoints;
  readonly #position;
  readonly #range;
  readonly #series;

  /** Opens or creates the file. Throws `StorageFault` or `SchemaTooNew`. */
  constructor(options: SqliteReadingHistoryOptions) {
    super();
    this.#file = new DatabaseFile({ ...options, synchronous: 'NORMAL', migrations: HISTORY_MIGRATIONS });
    this.#words = new Dictionary(this.#file);
    this.#insert = this.#file.toWrite('insert into point values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing');
    this.#reach = this.#file.toWrite('update reached set position = max(position, ?)');
    this.#forgetPoints = this.#file.toWrite(
      `delete from point where (gauge, quantity, observed_at) in
        (select gauge, quantity, observed_at from point where gauge = ? and quantity = ? and observed_at < ? order by observed_at limit ${FORGET_SLICE})`,
    );
    this.#position = this.#file.toRead('select position from reached');
    this.#range = this.#file.toRead(
      `select observed_at, received_at, raw, value, quality, why from point
        where gauge = ? and quantity = ? and observed_at >= ? and observed_at < ? order by observed_at desc limit ?`,
    );
    this.#series = this.#file.toRead(NEXT_SERIES);
  }

  async write(entries: readonly LogEntry[]): Promise<void> {
    const newest = entries.at(-1);
    if (!newest) return;
    this.#words.around(() =>
      this.#file.commit(() => {
        for (const { reading } of entries) {
          const { gauge, quantity, observedAt, receivedAt, raw, value, quality, why } = reading;
          const [g, q, f] = [this.#words.idOf(gauge), this.#words.idOf(quantity), this.#words.idOf(quality)];
          this.#insert.run(g, q, observedAt, receivedAt, raw, value, f, why);
        }
        this.#reach.run(newest.position);
      }),
    );
  }

  async position(): Promise<number> {
    return this.#file.read(() => (this.#position.get() as unknown as [number])[0]);
  }

  async range({ gauge, quantity, from, to, limit }: HistoryQuery): Promise<readonly HistoryPoint[]> {
    const [g, q] = [this.#words.knownId(gauge), this.#words.knownId(quantity)];
    if (g === undefined || q === undefined) return [];
    const rows = this.#file.read(() => this.#range.all(g, q, from, to, limit) as unknown as PointRow[]);
    return rows.map((row) => this.#point(row)).toReversed();
  }

  async forget(observedBefore: number): Promise<number> {
    let gone = 0;
    for (let series = this.#seriesAfter(-1, -1); series; series = this.#seriesAfter(...series)) {
      for (let slice = FORGET_SLICE; slice === FORGET_SLICE; gone += slice) {
        const [gauge, quantity] = series;
        slice = Number(this.#file.commit(() => this.#forgetPoints.run(gauge, quantity, observedBefore)).changes);
        await turn();
      }
    }
    return gone;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #point([at, receivedAt, raw, value, quality, why]: PointRow): HistoryPoint {
    return { at, receivedAt, raw, value, quality: this.#words.wordOf(quality) as Quality, why };
  }

  #seriesAfter(gauge: number, quantity: number): [number, number] | undefined {
    return this.#file.read(() => this.#series.get(gauge, quantity) as unknown as [number, number] | undefined);
  }
}

/** The next gauge and quantity in the order of the key: one step into the file, however many points a series has. */
const NEXT_SERIES = 'select gauge, quantity from point where (gauge, quantity) > (?, ?) order by gauge, quantity limit 1';

type PointRow = [at: number, receivedAt: number, raw: number, value: number, quality: number, why: string];

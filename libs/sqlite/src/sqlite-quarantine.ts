import { Quarantine, QUARANTINE_BYTES_MAX, type QuarantinedEntry, type QuarantineEntry, type QuarantineReason } from '#core';
import { DatabaseFile, type DatabaseFileOptions } from './database-file.ts';

/** At 4 KiB each some 400 MB at worst. A device that sends nothing but nonsense must not fill the disk; its newest nonsense tells most. */
const ENTRIES_MAX = 100_000;

/** Schema of `quarantine.db`, version by version. Steps are only added; see `migrate`. */
export const QUARANTINE_MIGRATIONS: readonly string[] = [
  // `autoincrement`: an id that was shown to a person never means another entry.
  `create table entry (
    id integer primary key autoincrement,
    device text not null,
    received_at integer not null,
    reason text not null,
    detail text not null,
    payload blob not null
  ) strict;
  create index entry_of_device on entry (device, id);
  create table tally (one integer primary key check (one = 1), dropped integer not null) strict;
  insert into tally values (1, 0);`,
];

export interface SqliteQuarantineOptions extends Pick<DatabaseFileOptions, 'file' | 'checkpointer' | 'onFatal' | 'bytesMax'> {
  readonly entriesMax?: number;
}

/** What was not admitted, in a SQLite file of its own, so that nonsense never weighs on the log. Rejects with `StorageFault`. */
export class SqliteQuarantine extends Quarantine {
  readonly #file: DatabaseFile;
  readonly #entriesMax: number;
  readonly #insert;
  readonly #dropOldest;
  readonly #tally;
  readonly #forget;
  readonly #list;
  readonly #listOfDevice;
  #count: number;
  #dropped: number;

  /** Opens or creates the file. Throws `StorageFault` or `SchemaTooNew`. */
  constructor({ entriesMax = ENTRIES_MAX, ...options }: SqliteQuarantineOptions) {
    super();
    this.#entriesMax = entriesMax;
    this.#file = new DatabaseFile({ ...options, synchronous: 'FULL', migrations: QUARANTINE_MIGRATIONS });
    this.#insert = this.#file.toWrite('insert into entry (device, received_at, reason, detail, payload) values (?, ?, ?, ?, ?)');
    this.#dropOldest = this.#file.toWrite('delete from entry where id in (select id from entry order by id limit ?)');
    this.#tally = this.#file.toWrite('update tally set dropped = dropped + ?');
    this.#forget = this.#file.toWrite('delete from entry where received_at < ?');
    const columns = 'id, device, received_at, reason, detail, payload';
    this.#list = this.#file.toRead(`select ${columns} from entry where id < ? order by id desc limit ?`);
    this.#listOfDevice = this.#file.toRead(`select ${columns} from entry where device = ? and id < ? order by id desc limit ?`);
    const counts = this.#file.toRead('select (select count(*) from entry), dropped from tally');
    [this.#count, this.#dropped] = this.#file.read(() => counts.get() as unknown as [number, number]);
  }

  /** How many entries had to go because newer ones came, since the file was made. */
  get dropped(): number {
    return this.#dropped;
  }

  async keep(entries: readonly QuarantineEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const excess = Math.max(0, this.#count + entries.length - this.#entriesMax);
    this.#file.commit(() => {
      for (const { device, receivedAt, reason, detail, payload } of entries) {
        this.#insert.run(device, receivedAt, reason, detail, payload.subarray(0, QUARANTINE_BYTES_MAX));
      }
      if (excess === 0) return;
      this.#dropOldest.run(excess);
      this.#tally.run(excess);
    });
    this.#count += entries.length - excess;
    this.#dropped += excess;
  }

  async list({ device, before, limit }: Parameters<Quarantine['list']>[0]): Promise<readonly QuarantinedEntry[]> {
    const below = before ?? Number.MAX_SAFE_INTEGER;
    const rows = this.#file.read(() =>
      device === undefined ? this.#list.all(below, limit) : this.#listOfDevice.all(device, below, limit),
    );
    return (rows as unknown as EntryRow[]).map(([id, of, receivedAt, reason, detail, payload]) => {
      return { id, device: of, receivedAt, reason, detail, payload };
    });
  }

  async count(): Promise<number> {
    return this.#count;
  }

  async forget(receivedBefore: number): Promise<number> {
    const gone = Number(this.#file.commit(() => this.#forget.run(receivedBefore)).changes);
    this.#count -= gone;
    return gone;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

type EntryRow = [id: number, device: string, receivedAt: number, reason: QuarantineReason, detail: string, payload: Uint8Array];

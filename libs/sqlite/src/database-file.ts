import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Checkpointer } from './checkpointer.ts';
import { migrate } from './migrate.ts';
import { asFault, StorageFault } from './storage-fault.ts';

/** How long a call waits for a foreign lock. It blocks the whole process meanwhile, and we are the only writer (F15). */
const BUSY_MS = 500;
/**
 * Pages in the write-ahead log after which the writer checkpoints by itself, some 40 MB: when no thread does it, or the writer leaves the
 * thread no gap to finish in. Each time stops the writer, so it is rare.
 */
const AUTOCHECKPOINT_PAGES = 10_000;

export interface DatabaseFileOptions {
  readonly file: string;
  /** Schema of the file, from the first version to the newest; see `migrate`. */
  readonly migrations: readonly string[];
  /** FULL: a commit survives a power cut. NORMAL: the newest commits may be missing after one, but the file is sound. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** Does the checkpoints; without one the writer does them. */
  readonly checkpointer?: Checkpointer | undefined;
  /** Told once, when the content is in doubt: the process must end (reliability rule 4). */
  readonly onFatal?: ((fault: StorageFault) => void) | undefined;
  /** The file grows no further than this; then it is full, as a disk is. */
  readonly bytesMax?: number | undefined;
}

/** One SQLite file with one writer and one reader. All calls are synchronous; faults are `StorageFault`s, anything else thrown is a bug. */
export class DatabaseFile {
  readonly file: string;
  readonly #writer: DatabaseSync;
  readonly #reader: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #checkpointer: Checkpointer | undefined;
  readonly #onFatal: ((fault: StorageFault) => void) | undefined;
  #fatal: StorageFault | null = null;
  #open = true;

  /** Opens or creates the file and brings it to the newest schema. Throws `StorageFault` or `SchemaTooNew`. */
  constructor({ file, migrations, synchronous, checkpointer, onFatal, bytesMax }: DatabaseFileOptions) {
    this.file = file;
    this.#checkpointer = checkpointer;
    this.#onFatal = onFatal;
    this.#writer = opened(file, {
      readOnly: false,
      // On a Mac fsync alone leaves data in the drive's own memory; elsewhere fullfsync changes nothing.
      pragmas: `pragma journal_mode=WAL; pragma synchronous=${synchronous}; pragma fullfsync=1; pragma wal_autocheckpoint=${AUTOCHECKPOINT_PAGES}`,
    });
    try {
      migrate(this.#writer, file, migrations);
      if (bytesMax !== undefined) this.#limit(bytesMax);
      this.#begin = this.#writer.prepare('begin immediate');
      this.#commit = this.#writer.prepare('commit');
      this.#reader = opened(file, { readOnly: true, pragmas: '' });
    } catch (cause) {
      this.#writer.close();
      throw asFault(file, cause);
    }
    checkpointer?.add(file, (fault) => this.#lose(fault));
  }

  /** A statement of the writer, for use inside `commit`. */
  toWrite(sql: string): StatementSync {
    return this.#writer.prepare(sql);
  }

  /** A statement of the reader, for use inside `read`; rows are arrays, which is nearly twice as fast as objects. */
  toRead(sql: string): StatementSync {
    const statement = this.#reader.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  }

  /** Does the work in one transaction, all of it or nothing; when it returns, the work is kept as `synchronous` says. */
  commit<T>(work: () => T): T {
    if (this.#fatal) throw this.#fatal;
    try {
      this.#begin.run();
      const result = work();
      this.#commit.run();
      return result;
    } catch (cause) {
      this.#rollBack();
      throw this.#judged(cause);
    }
  }

  read<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw this.#judged(cause);
    }
  }

  /** Ends both connections. The log is copied into the database and removed, so that the file alone is the whole. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#checkpointer?.remove(this.file);
    this.#reader.close();
    this.#writer.close();
  }

  #rollBack(): void {
    // After an input/output error SQLite has rolled back by itself.
    if (!this.#writer.isTransaction) return;
    try {
      this.#writer.exec('rollback');
    } catch (cause) {
      this.#lose(new StorageFault(`${this.file}: could not roll back`, 'fatal', { cause }));
    }
  }

  #judged(cause: unknown): unknown {
    const fault = asFault(this.file, cause);
    if (fault instanceof StorageFault && fault.kind === 'fatal') this.#lose(fault);
    return fault;
  }

  #lose(fault: StorageFault): void {
    if (this.#fatal) return;
    this.#fatal = fault;
    this.#onFatal?.(fault);
  }

  #limit(bytesMax: number): void {
    const pageBytes = Number(this.#writer.prepare('pragma page_size').get()!['page_size']);
    this.#writer.exec(`pragma max_page_count=${Math.max(1, Math.floor(bytesMax / pageBytes))}`);
  }
}

function opened(file: string, { readOnly, pragmas }: { readonly readOnly: boolean; readonly pragmas: string }): DatabaseSync {
  try {
    const db = new DatabaseSync(file, { readOnly, timeout: BUSY_MS });
    try {
      db.exec(pragmas);
      return db;
    } catch (cause) {
      db.close();
      throw cause;
    }
  } catch (cause) {
    throw asFault(file, cause);
  }
}

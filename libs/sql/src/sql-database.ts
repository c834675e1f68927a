import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Kysely, PostgresDialect } from 'kysely';
import type { Pool, types } from 'pg';
import { CommitSync } from './commit-sync.ts';
import type { Flavour } from './flavour.ts';
import { migrate, requireNewest } from './migrations.ts';
import { nodeSqliteDialect } from './node-sqlite-dialect.ts';
import type { Tables } from './tables.ts';
import { whenFree } from './when-free.ts';

/** An open, migrated database that ledger, directory and accounts share. */
export interface SqlDatabase {
  readonly db: Kysely<Tables>;
  /** For queries that only look. On SQLite a connection of its own, so that nobody who looks waits behind a long write. */
  readonly reads: Kysely<Tables>;
  readonly flavour: Flavour;
  /** Resolves when what is committed is on the disk; rejects when nobody knows. PostgreSQL says so with the commit itself. */
  readonly sync?: () => Promise<void>;
  /** Told when the file can no longer be trusted: the process must end. PostgreSQL looks after its own disk. */
  readonly onFatal?: ((fault: Error) => void) | undefined;
  close(): Promise<void>;
}

// node:sqlite waits for a foreign lock inside the call, and the whole process with it, so the writer does not: `whenFree` waits beside
// the process. Readers meet a lock only in the moment in which another process recovers the file.
const READER_BUSY_TIMEOUT_MS = 200;

// FULL while the schema changes. A checkpoint every 16 MB keeps the pauses rare.
// What is deleted is overwritten: somebody who left must not be found in a page that is free.
const PRAGMAS = 'pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000; pragma secure_delete = on';

// From then on `write` waits for a sync of its own: NORMAL without one lost a third of the confirmed commits at a power cut.
const SYNCED_BESIDE = 'pragma synchronous = normal';

// Dispatch, planning, a page of headquarters and one to spare; two cores have no use for more.
const POSTGRES_CONNECTIONS_MAX = 4;

// A server that does not take the call within this time is treated as gone; the stage's loop asks again.
const CONNECT_TIMEOUT_MS = 5_000;

// The longest statement plans a million recipients in pieces of 500 and takes well below a second.
const STATEMENT_TIMEOUT_MS = 30_000;

// A process that froze in the middle of a transaction must not lock its successor out (F9).
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/**
 * Opens the file, or makes it, and brings its schema up to date. A commit that resolved survives a power cut (`CommitSync`).
 *
 * `onFatal` hears when the content is in doubt after an input/output error (reliability rule 4); the query rejects as well.
 *
 * Other connections and processes may open the file as well. Keep the reading log in another file: it would wait inside a call for a
 * transaction of this connection, which cannot end while the process waits.
 */
export async function openSqlite(file: string, onFatal?: (fault: Error) => void): Promise<SqlDatabase> {
  const writer = new DatabaseSync(file, { timeout: 0 });
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(writer) });
  try {
    await whenFree(async () => writer.exec(PRAGMAS));
    await whenFree(() => migrate(db as Kysely<unknown>, 'sqlite'));
    writer.exec(SYNCED_BESIDE);
    const changes = writer.prepare('select total_changes() as total');
    const commits = new CommitSync(file);
    let synced = totalOf(changes);
    const reader = new DatabaseSync(file, { timeout: READER_BUSY_TIMEOUT_MS, readOnly: true });
    const reads = new Kysely<Tables>({ dialect: nodeSqliteDialect(reader) });
    return {
      db,
      reads,
      flavour: 'sqlite',
      onFatal,
      sync: async () => {
        // A transaction that changed nothing left nothing to bring to the disk; what another one is bringing there was waited for by that one.
        const total = totalOf(changes);
        if (total === synced) return;
        // What a transaction has changed that is still open is counted, and is not in the log before it commits.
        const isCommitted = !writer.isTransaction;
        await commits.sync();
        if (isCommitted) synced = Math.max(synced, total);
      },
      close: async () => {
        await commits.close();
        await reads.destroy();
        await db.destroy();
      },
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

const totalOf = (changes: StatementSync): number => Number(changes.get()!['total']);

/**
 * Opens the file of a service, which may be running, only to look: nothing is written, no schema is changed, and a write through it rejects.
 * Rejects when there is no such file, or with `SchemaTooNew` or `SchemaTooOld`.
 */
export async function openSqliteToRead(file: string): Promise<SqlDatabase> {
  const reads = new Kysely<Tables>({
    dialect: nodeSqliteDialect(new DatabaseSync(file, { timeout: READER_BUSY_TIMEOUT_MS, readOnly: true })),
  });
  try {
    await requireNewest(reads as Kysely<unknown>);
  } catch (error) {
    await reads.destroy();
    throw error;
  }
  return { db: reads, reads, flavour: 'sqlite', close: () => reads.destroy() };
}

/**
 * Opens the database behind a `postgres://` address and brings its schema up to date. `onConnectionLost` hears of connections that break;
 * the query on such a connection rejects by itself.
 */
export async function openPostgres(url: string, onConnectionLost: (error: Error) => void = () => undefined): Promise<SqlDatabase> {
  // Only who has a PostgreSQL holds its library in memory.
  const pg = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    max: POSTGRES_CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'sonae',
    types: { getTypeParser: parserOf(pg.types) },
  });
  pool.on('error', onConnectionLost);
  // The pool listens to idle clients only; one that breaks between two statements of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', onConnectionLost));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await refuseForgetful(pool);
    await migrate(db as Kysely<unknown>, 'postgres');
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { db, reads: db, flavour: 'postgres', close: () => db.destroy() };
}

/** With `synchronous_commit = off` a power cut takes commits back that we already acted upon. */
async function refuseForgetful(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ synchronous_commit: string }>('show synchronous_commit');
  if (rows[0]?.synchronous_commit === 'off') {
    throw new Error('synchronous_commit is off for this PostgreSQL role: a power cut would lose what was decided. Set it to on');
  }
}

const INT8_OID = 20;

// The declared type of pg's parsers is a union over formats that a function of ours cannot name.
const parserOf = ({ getTypeParser }: typeof types) =>
  ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary' ? safeInteger : getTypeParser(oid, format)) as typeof getTypeParser;

/** int8, also the type of count(*), arrives as text, because it may be larger than a JavaScript number. Ours never is. */
function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} from PostgreSQL is no safe integer`);
  return value;
}

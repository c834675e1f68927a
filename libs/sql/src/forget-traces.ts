import { sql } from 'kysely';
import type { SqlDatabase } from './sql-database.ts';
import { whenFree } from './when-free.ts';

/** Readers of headquarters are done within milliseconds; a backup may take seconds, and the next checkpoint does the rest then. */
const TRIES_MAX = 20;

/**
 * Takes what was deleted out of the write-ahead log. Deleted rows are overwritten in the database itself (`secure_delete`), but the log keeps older
 * pages until it is begun anew. PostgreSQL has no such handle: there autovacuum and the rotation of its log do it within their own time.
 */
export async function forgetTraces({ db, flavour }: SqlDatabase): Promise<void> {
  if (flavour !== 'sqlite') return;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const { rows } = await whenFree(() => sql<{ readonly busy: number }>`pragma wal_checkpoint(truncate)`.execute(db));
    if (rows[0]?.busy !== 1) return;
    await new Promise((next) => setTimeout(next, RETRY_MS));
  }
}

const RETRY_MS = 50;

import { AssertionError } from 'node:assert';
import { setImmediate } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import { LedgerFenced, LedgerUnavailable } from '#core';
import type { SqlDatabase } from './sql-database.ts';
import type { Tables } from './tables.ts';
import { sqliteCode, whenFree } from './when-free.ts';

// Below every limit on parameters (SQLite 32,766, PostgreSQL 65,535) and a few milliseconds of the event loop on SQLite.
export const ROWS_PER_STATEMENT = 500;

/**
 * Runs one transaction; when it resolves, what it changed would survive a power cut. Rejects with `LedgerUnavailable` when the world is at fault, and then nobody knows whether the commit
 * happened: repeat by id. Our own mistakes (a broken constraint, bad SQL) pass as they are.
 */
export async function write<T>(database: SqlDatabase, doing: string, work: (t: Transaction<Tables>) => Promise<T>): Promise<T> {
  try {
    const result = await whenFree(() => database.db.transaction().execute(work));
    await database.sync?.();
    return result;
  } catch (error) {
    throw named(error, doing, database);
  }
}

/** Runs queries that only look, with the same errors as `write`. */
export async function read<T>(database: SqlDatabase, doing: string, work: (db: SqlDatabase['reads']) => Promise<T>): Promise<T> {
  try {
    return await work(database.reads);
  } catch (error) {
    throw named(error, doing, database);
  }
}

/** As `read`, for what is acted upon outside: when it resolves, what was seen would survive a power cut. */
export async function readKept<T>(database: SqlDatabase, doing: string, work: (db: SqlDatabase['reads']) => Promise<T>): Promise<T> {
  try {
    const seen = await work(database.reads);
    await database.sync?.();
    return seen;
  } catch (error) {
    throw named(error, doing, database);
  }
}

/** Writes many rows in statements of a bounded size, and lets the event loop breathe between two of them. */
export async function inStatements<Row>(
  rows: readonly Row[],
  run: (part: readonly Row[]) => Promise<unknown>,
  rowsMax = ROWS_PER_STATEMENT,
): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsMax) {
    if (from > 0) await setImmediate();
    await run(rows.slice(from, from + rowsMax));
  }
}

function named(error: unknown, doing: string, { onFatal }: SqlDatabase): unknown {
  if (isOurs(error)) return error;
  const unavailable = new LedgerUnavailable(`${doing} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  if (SQLITE_DOUBTFUL.has((sqliteCode(error) ?? 0) & 0xff)) onFatal?.(unavailable);
  return unavailable;
}

// SQLITE_IOERR (a failed fsync with it), CORRUPT, NOTADB: what is on the disk is unknown, and a second fsync may lie (reliability rule 4).
const SQLITE_DOUBTFUL: ReadonlySet<number> = new Set([10, 11, 26]);

/** Whether the error is a verdict or a mistake in this program; everything else is the world's. */
function isOurs(error: unknown): boolean {
  if (error instanceof LedgerFenced || error instanceof AssertionError) return true;
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return true;
  const errcode = sqliteCode(error);
  if (errcode !== undefined) return SQLITE_MISTAKES.has(errcode & 0xff);
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^(?:22|23|42)...$/.test(code);
}

// SQLITE_ERROR (bad SQL), CONSTRAINT, MISMATCH, MISUSE, RANGE: https://www.sqlite.org/rescode.html
const SQLITE_MISTAKES: ReadonlySet<number> = new Set([1, 19, 20, 21, 25]);

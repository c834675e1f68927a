import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { asFault, errcodeOf, messageOf } from './storage-fault.ts';

/** A database is not what was written. Nothing is repaired by guessing: which alerts stand would be a guess, too (F16). */
export class DatabaseDamaged extends Error {
  override readonly name = 'DatabaseDamaged';
}

/** Reading 1 GB takes about a second; beyond this a restart would take longer than people can wait, and the hourly backup checks it in full. */
const CHECK_BYTES_MAX = 2 * 1024 ** 3;
/** Findings of SQLite that are told; one suffices to stop. */
const FINDINGS_MAX = 3;
/** Primary result codes for a damaged file and for one that is no database. */
const DAMAGED = new Set([11, 26]);

export interface SoundnessQuery {
  readonly file: string;
  /** Folder with copies, of which the newest is named. */
  readonly backups: string;
  readonly checkBytesMax?: number | undefined;
}

/**
 * Reads a database in full and throws `DatabaseDamaged` when it is not sound. `tooLarge`: only the newest row of each table was read. Nothing
 * is written, so that the file stays as it was found.
 */
export function checkSound({ file, backups, checkBytesMax = CHECK_BYTES_MAX }: SoundnessQuery): 'sound' | 'tooLarge' {
  const tooLarge = statSync(file).size > checkBytesMax;
  const findings = findingsOf(file, tooLarge);
  if (findings.length === 0) return tooLarge ? 'tooLarge' : 'sound';
  throw new DatabaseDamaged(
    `${file} is damaged: ${findings.join('; ')}. Sonae does not start on it and does not repair it. ` +
      `Keep the file, and ${remedy(backups)}`,
  );
}

function findingsOf(file: string, tooLarge: boolean): readonly string[] {
  try {
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      return tooLarge ? readNewest(db) : quickCheck(db);
    } finally {
      db.close();
    }
  } catch (cause) {
    if (DAMAGED.has((errcodeOf(cause) ?? 0) & 0xff)) return [messageOf(cause)];
    throw asFault(file, cause);
  }
}

function quickCheck(db: DatabaseSync): readonly string[] {
  const rows = db.prepare(`pragma quick_check(${FINDINGS_MAX})`).all();
  return rows.map((row) => String(row['quick_check'])).filter((finding) => finding !== 'ok');
}

function readNewest(db: DatabaseSync): readonly string[] {
  const tables = db.prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'`).all();
  for (const { name } of tables) {
    const columns = db.prepare(`select name from pragma_table_info(?) where pk > 0 order by pk`).all(String(name));
    const order = columns.map((column) => `"${String(column['name'])}" desc`).join(', ');
    db.prepare(`select * from "${String(name)}" ${order ? `order by ${order}` : ''} limit 1`).all();
  }
  return [];
}

function remedy(backups: string): string {
  const newest = newestIn(backups);
  if (newest) return `restore the newest backup: sonae restore ${newest}`;
  return `restore a backup with "sonae restore <file>"; there is none in ${backups}.`;
}

function newestIn(folder: string): string | null {
  if (!existsSync(folder)) return null;
  const files = readdirSync(folder, { withFileTypes: true })
    // A copy under way ends in `.part`, and half a backup is none (F6).
    .filter((entry) => !entry.name.endsWith('.part'))
    .map((entry) => ({ path: join(folder, entry.name), at: statSync(join(folder, entry.name)).mtimeMs }));
  return files.toSorted((a, b) => b.at - a.at)[0]?.path ?? null;
}

import type { DatabaseSync } from 'node:sqlite';

/** The file was written by a newer program. Going on could destroy what this one does not know (F6). */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';
}

/**
 * Brings a database to the newest version, or leaves it as it was: all steps and the number are one transaction (F6). Step n leads from
 * version n to n + 1; steps are only ever added. Rejects with `SchemaTooNew` when the file knows more steps than we do. Resolves with the
 * version found.
 */
export function migrate(db: DatabaseSync, file: string, steps: readonly string[]): number {
  db.exec('begin immediate');
  try {
    const found = versionOf(db);
    if (found > steps.length) {
      throw new SchemaTooNew(
        `${file} has schema version ${found}, and this program knows versions up to ${steps.length}. ` +
          'Start the newer program again, or restore the backup that was made before the upgrade.',
      );
    }
    for (const step of steps.slice(found)) db.exec(step);
    if (found < steps.length) db.exec(`pragma user_version = ${steps.length}`);
    db.exec('commit');
    return found;
  } catch (cause) {
    // After an input/output error SQLite has rolled back by itself.
    if (db.isTransaction) db.exec('rollback');
    throw cause;
  }
}

export const versionOf = (db: DatabaseSync): number => Number(db.prepare('pragma user_version').get()!['user_version']);

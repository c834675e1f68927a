import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgres, openSqlite, type SqlDatabase } from '#sql';
import { emptyDatabase, type Server } from '../servers.ts';

/** Somewhere to keep a database for one test: it can be opened several times, as by several processes. */
export interface SqlPlace {
  readonly address: string;
  open(): Promise<SqlDatabase>;
  /** Closes whatever is open and removes what can be removed. */
  clear(): Promise<void>;
}

/** A new file in a folder of its own. */
export function sqlitePlace(): Promise<SqlPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'sonae-sql-'));
  const file = join(folder, 'ledger.db');
  return Promise.resolve(
    place(
      file,
      () => openSqlite(file),
      () => rmSync(folder, { recursive: true, force: true }),
    ),
  );
}

/** A new database on the server. It goes when the server goes. */
export async function postgresPlace(server: Server): Promise<SqlPlace> {
  const url = await emptyDatabase(server);
  return place(
    url,
    () => openPostgres(url),
    () => undefined,
  );
}

function place(address: string, open: () => Promise<SqlDatabase>, remove: () => void): SqlPlace {
  const opened: SqlDatabase[] = [];
  return {
    address,
    open: async () => {
      const database = await open();
      opened.push(database);
      return database;
    },
    clear: async () => {
      for (const database of opened.splice(0)) await database.close();
      remove();
    },
  };
}

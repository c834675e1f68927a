import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openSqlite, SqlAccounts, SqlDirectory } from '#sql';
import type { Accounts, Directory } from '#core';

/** Where credentials and subscribers are: the folder of the service, which may be running meanwhile. */
export interface OpenPeople {
  readonly accounts: Accounts;
  readonly directory: Directory;
  close(): Promise<void>;
}

export async function openPeople(folder: string | undefined): Promise<OpenPeople> {
  const data = resolve(folder ?? process.env['SONAE_DATA'] ?? 'data');
  await mkdir(data, { recursive: true, mode: 0o700 });
  const database = await openSqlite(join(data, 'ledger.db'));
  return { accounts: new SqlAccounts(database), directory: new SqlDirectory(database), close: () => database.close() };
}

import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openKeyFile } from '#keys';
import { isSealed, openSqlite, SqlAccounts, SqlDirectory } from '#sql';
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
  try {
    const keys = openKeyFile(keyFileOf(data), { make: !(await isSealed(database)) });
    const directory = await SqlDirectory.open({ database, keys });
    return { accounts: new SqlAccounts(database), directory, close: () => database.close() };
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

/** Where the keys of a data folder are, as the service finds them. */
export const keyFileOf = (data: string): string => resolve(process.env['SONAE_KEYS'] || join(data, 'keys'));

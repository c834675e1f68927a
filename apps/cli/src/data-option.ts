import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { openKeyFile } from '#keys';
import { isSealed, openSqlite, SqlAccounts, SqlAudit, type SqlDatabase, SqlDirectory } from '#sql';
import type { Accounts, Audit, AuditDraft, Keys } from '#core';

/** Where credentials and subscribers are: the folder of the service, which may be running meanwhile. */
export interface OpenPeople {
  readonly accounts: Accounts;
  readonly directory: SqlDirectory;
  readonly audit: Audit;
  readonly keys: Keys;
  readonly keyFile: string;
  readonly database: SqlDatabase;
  close(): Promise<void>;
}

export async function openPeople(folder: string | undefined): Promise<OpenPeople> {
  const data = resolve(folder ?? process.env['SONAE_DATA'] ?? 'data');
  await mkdir(data, { recursive: true, mode: 0o700 });
  const database = await openSqlite(join(data, 'ledger.db'));
  try {
    const keyFile = keyFileOf(data);
    const keys = openKeyFile(keyFile, { make: !(await isSealed(database)) });
    const directory = await SqlDirectory.open({ database, keys });
    const close = () => database.close();
    return { accounts: new SqlAccounts(database), directory, audit: new SqlAudit(database), keys, keyFile, database, close };
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

/** Where the keys of a data folder are, as the service finds them. */
export const keyFileOf = (data: string): string => resolve(process.env['SONAE_KEYS'] || join(data, 'keys'));

/** Who acts at the console of the server, for the audit: whoever is signed in to the machine. */
export const atTheConsole = (): Pick<AuditDraft, 'at' | 'by' | 'role'> => ({ at: Date.now(), by: userInfo().username, role: 'console' });

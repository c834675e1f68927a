import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { openKeyFile } from '#keys';
import { isSealed, openSqlite, SqlAccounts, SqlAudit, type SqlDatabase, SqlDirectory } from '#sql';
import type { Accounts, Audit, AuditDraft, Keys } from '#core';
import { UsageError } from './command.ts';

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

/**
 * Opens them. Whoever adds the first device or user does so before the service ever started, so that `make` begins an empty folder; for all else
 * a folder without a service's data is a mistyped one, and an empty answer from it would be a wrong one. Throws `UsageError`.
 */
export async function openPeople(folder: string | undefined, { make }: { readonly make: boolean }): Promise<OpenPeople> {
  const data = resolve(folder ?? process.env['SONAE_DATA'] ?? 'data');
  if (!make && !existsSync(join(data, 'ledger.db'))) throw new UsageError(noLedgerIn(data));
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

/** What to say of a folder that no service has worked in. */
export const noLedgerIn = (data: string): string =>
  `there is no ledger.db in ${data}; name the folder of the service with --data or SONAE_DATA.`;

/** Where the keys of a data folder are, as the service finds them. */
export const keyFileOf = (data: string): string => resolve(process.env['SONAE_KEYS'] || join(data, 'keys'));

/** Whether this is how LINE writes a user's id. */
export const isLineId = (text: string): boolean => /^U[0-9a-f]{32}$/.test(text);

/** Who acts at the console of the server, for the audit: whoever is signed in to the machine. */
export const atTheConsole = (): Pick<AuditDraft, 'at' | 'by' | 'role'> => ({ at: Date.now(), by: userInfo().username, role: 'console' });

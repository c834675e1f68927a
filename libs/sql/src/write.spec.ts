import { LedgerUnavailable } from '#core';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { openSqlite } from './sql-database.ts';
import { read, write } from './write.ts';

const failing = (errcode: number): Error => Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode });

describe('what a failed statement means', () => {
  it.each([
    ['a failed fsync', 1034, true],
    ['a damaged page', 11, true],
    ['a full disk', 13, false],
    ['no file descriptor left', 14, false],
  ])('F14 after %s the process must end or not', async (_, errcode, fatal) => {
    const folder = temporaryFolder();
    const faults: Error[] = [];
    const database = await openSqlite(folder.file('ledger.db'), (fault) => faults.push(fault));
    try {
      await expect(read(database, 'looking', () => Promise.reject(failing(errcode)))).rejects.toThrow(LedgerUnavailable);
      await expect(write(database, 'writing', () => Promise.reject(failing(errcode)))).rejects.toThrow(LedgerUnavailable);
      expect(faults).toHaveLength(fatal ? 2 : 0);
    } finally {
      await database.close();
      folder.remove();
    }
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { CommitSync } from './commit-sync.ts';
import { openSqlite } from './sql-database.ts';
import { SqlAccounts } from './sql-accounts.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('bringing commits to the disk', () => {
  it('answers everybody who asks, before, while and after another one is under way', async () => {
    const file = folder.file('kept.db');
    writeFileSync(`${file}-wal`, 'what was committed');
    const commits = new CommitSync(file);
    try {
      for (let round = 0; round < 50; round += 1) {
        const asked = [commits.sync(), commits.sync()];
        await Promise.resolve();
        asked.push(commits.sync());
        await new Promise((next) => setImmediate(next));
        asked.push(
          commits.sync(),
          asked[0]!.then(() => commits.sync()),
          asked[2]!.then(() => commits.sync()),
        );
        expect(await Promise.all(asked)).toHaveLength(6);
      }
    } finally {
      await commits.close();
    }
  });

  it('F14 rejects as an input/output error of SQLite when the disk does, so that the process ends', async () => {
    mkdirSync(folder.file('none.db-wal'));
    const commits = new CommitSync(folder.file('none.db'));
    await expect(commits.sync()).rejects.toMatchObject({ errcode: 10 });
    await commits.close();
    await expect(commits.sync()).rejects.toMatchObject({ errcode: 10 });
    await commits.close();
  });

  it('keeps many commits at once, and what changed nothing asks the disk for nothing', async () => {
    const database = await openSqlite(folder.file('ledger.db'));
    try {
      const accounts = new SqlAccounts(database);
      const added = Array.from({ length: 200 }, (_, number) =>
        accounts.addDeviceKey({ device: 'd', keyHash: `hash ${number}`, createdAt: number, revokedAt: null }),
      );
      await Promise.all(added);
      expect(await accounts.deviceKeys()).toHaveLength(200);
      expect(await accounts.setUserDisabled('nobody', true)).toBe(false);
    } finally {
      await database.close();
    }
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { CommitSync } from './commit-sync.ts';
import { openSqlite } from './sql-database.ts';
import { SqlAccounts } from './sql-accounts.ts';
import { SqlAudit } from './sql-audit.ts';
import { write } from './write.ts';

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

  it('F7 waits for the disk after a commit although somebody else waited while it was still open', async () => {
    const database = await openSqlite(folder.file('open.db'));
    const asked = jest.spyOn(CommitSync.prototype, 'sync');
    try {
      const changed = Promise.withResolvers<void>();
      const goesOn = Promise.withResolvers<void>();
      const committed = write(database, 'counting', async (t) => {
        await t.updateTable('counter').set({ value: 7 }).where('name', '=', 'letter').execute();
        changed.resolve();
        await goesOn.promise;
      });
      await changed.promise;
      await database.sync!();
      const before = asked.mock.calls.length;
      goesOn.resolve();
      await committed;
      expect(asked.mock.calls.length).toBe(before + 1);
    } finally {
      asked.mockRestore();
      await database.close();
    }
  });

  it('F7 tells the end of the audit, which is signed, once it is on the disk', async () => {
    const database = await openSqlite(folder.file('audit.db'));
    const audit = new SqlAudit(database);
    const onDisk = Promise.withResolvers<void>();
    const asked = jest.spyOn(CommitSync.prototype, 'sync').mockReturnValue(onDisk.promise);
    try {
      const appended = audit.append([{ at: 1, by: 'sato', role: 'duty', act: 'signed-in', subject: 'sato' }]);
      let told = 0;
      const head = (async () => {
        while ((await database.reads.selectFrom('audit').select('number').execute()).length === 0) await new Promise(setImmediate);
        const end = await audit.head();
        told = end.number;
        return end;
      })();
      for (let turns = 0; turns < 200; turns += 1) await new Promise(setImmediate);
      expect(told).toBe(0);
      onDisk.resolve();
      await appended;
      expect((await head).number).toBe(1);
    } finally {
      asked.mockRestore();
      await database.close();
    }
  });
});

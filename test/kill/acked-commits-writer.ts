import { writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { openSqlite, SqlAccounts } from '#sql';

/**
 * Adds device keys to the database of the ledger until it is killed, one commit each, and says each number only when it is acknowledged: a synchronous
 * write, so that nothing that was said can be lost on the way out. Arguments: file, and `unsynced` for a database whose commits nobody brings to
 * the disk.
 */
const [file = '', unsynced] = process.argv.slice(2);
const opened = await openSqlite(file, (fault) => {
  writeSync(1, `fatal ${fault.message}\n`);
  process.exit(3);
});
const { sync, ...rest } = opened;
const accounts = new SqlAccounts(unsynced === 'unsynced' || !sync ? rest : opened);
for (let number = (await accounts.deviceKeys()).length + 1; ; number += 1) {
  await accounts.addDeviceKey({
    device: `d${number}`,
    keyHash: `hash ${number} ${'x'.repeat(number % 50)}`,
    createdAt: 0,
    revokedAt: null,
  });
  writeSync(1, `${number}\n`);
  await turn();
}

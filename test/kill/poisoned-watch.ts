import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type LogEntry, SystemClock } from '#core';
import { Watch } from '#pipeline/watch';
import { openSqlite, SqlLedger } from '#sql';
import { Checkpointer, SqliteQuarantine, SqliteReadingLog } from '#sqlite';
import { aPlaybook } from '../support/builders.ts';
import { POISON } from './poison.ts';

/** Judges what the log in a folder holds, and dies of one value as if a fault in native code had ended it. Says `done` when all is judged. */
const [folder = ''] = process.argv.slice(2);

const checkpointer = new Checkpointer();
const log = new SqliteReadingLog({ file: `${folder}/readings.db`, checkpointer });
const quarantine = new SqliteQuarantine({ file: `${folder}/quarantine.db`, checkpointer });
const database = await openSqlite(`${folder}/ledger.db`);

/** The entry kills whoever looks at its value. */
function deadly(entry: LogEntry): LogEntry {
  if (entry.reading.value !== POISON) return entry;
  const reading = Object.defineProperty({ ...entry.reading }, 'value', {
    get: () => {
      process.kill(process.pid, 'SIGKILL');
      for (;;);
    },
    enumerable: false,
  });
  return { ...entry, reading };
}

const after = log.after.bind(log);
log.after = async (position, limit) => (await after(position, limit)).map(deadly);
const watch = new Watch({ log, ledger: new SqlLedger(database), quarantine, clock: new SystemClock(), playbook: aPlaybook() });
watch.start();
const end = await log.end();
while (watch.position < end) await wait(5);
await watch.stop();
await database.close();
await quarantine.close();
await log.close();
await checkpointer.close();
writeSync(1, 'done\n');

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { emptyMark } from '#core';
import { openSqlite, SqlLedger } from '#sql';
import { Checkpointer, SqliteQuarantine, SqliteReadingLog } from '#sqlite';
import { aReading, MINUTE, T0 } from '../support/builders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { POISON } from './poison.ts';

const PROGRAM = join(import.meta.dirname, 'poisoned-watch.ts');
/** Each life judges some readings before the poison alone, and the growing batches halve what is left: so many lives are plenty. */
const LIVES_MAX = 20;

describe('an entry that kills the process', () => {
  it('F10 is set aside after it ended three lives alone, and everything before and behind it is judged', async () => {
    const folder = temporaryFolder();
    const checkpointer = new Checkpointer();
    const values = [3, 3.1, 3.2, 4.6, 4.7, POISON, 4.8, 4.9, 5.6, 5.7];
    const log = new SqliteReadingLog({ file: folder.file('readings.db'), checkpointer });
    await log.append({
      readings: values.map((value, i) => aReading({ value, seq: i, observedAt: T0 + i * 10 * MINUTE })),
      marks: [emptyMark('tama-03')],
    });
    await log.close();

    const deaths: (NodeJS.Signals | null)[] = [];
    let said = '';
    for (let life = 0; life < LIVES_MAX && said !== 'done\n'; life += 1) {
      const run = spawnSync(process.execPath, ['--conditions=source', '--disable-warning=ExperimentalWarning', PROGRAM, folder.path], {
        encoding: 'utf8',
        timeout: 120_000,
      });
      if (run.signal !== null) deaths.push(run.signal);
      said = run.signal === null ? `${run.stdout}${run.stderr}` : '';
    }
    expect(said).toBe('done\n');
    expect(deaths.length).toBeGreaterThanOrEqual(3);
    expect(new Set(deaths)).toEqual(new Set(['SIGKILL']));

    const database = await openSqlite(folder.file('ledger.db'));
    const ledger = new SqlLedger(database);
    expect(await ledger.alert('river-level', 'tama-03')).toMatchObject({ state: 'raised', step: 3 });
    expect((await ledger.seize('watch')).position).toBe(values.length);
    const quarantine = new SqliteQuarantine({ file: folder.file('quarantine.db'), checkpointer });
    expect(await quarantine.list({ limit: 9 })).toMatchObject([
      { reason: 'poison', device: 'tama-03', detail: expect.stringContaining('3回続けて') },
    ]);
    await quarantine.close();
    await database.close();
    await checkpointer.close();
    folder.remove();
  });
});

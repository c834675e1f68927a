import { writeSync } from 'node:fs';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { emptyMark, ReadingLogUnavailable } from '#core';
import { Checkpointer, SqliteReadingLog } from '#sqlite';
import { aReading } from '../support/builders.ts';
import { GAUGES, GROUP } from './acked-readings.ts';

/**
 * Writes groups of readings until it is killed, and says each position only when it is acknowledged: a synchronous write, so that nothing that
 * was said can be lost on the way out. Arguments: file, FULL or NORMAL, and the position after which it stops by itself.
 */
const [file = '', synchronous, last = 'Infinity'] = process.argv.slice(2);
const end = (code: number, word: string): never => {
  writeSync(1, `${word}\n`);
  return process.exit(code);
};
const checkpointer = new Checkpointer({ everyMs: 20 });
const log = new SqliteReadingLog({
  file,
  checkpointer,
  synchronous: synchronous === 'NORMAL' ? 'NORMAL' : 'FULL',
  onFatal: (fault) => end(3, `fatal ${fault.message}`),
});
for (let position = await log.end(); position < Number(last);) {
  const seqs = Array.from({ length: GROUP }, (_, index) => position + index + 1);
  try {
    position = await log.append({
      readings: seqs.map((seq) => aReading({ gauge: `gauge-${seq % GAUGES}`, seq, why: 'x'.repeat(seq % 50) })),
      marks: seqs.slice(-GAUGES).map((seq) => ({ ...emptyMark(`gauge-${seq % GAUGES}`), newestAt: seq })),
    });
    writeSync(1, `${position}\n`);
  } catch (cause) {
    if (!(cause instanceof ReadingLogUnavailable)) throw cause;
    writeSync(1, `refused ${cause.message}\n`);
    await wait(1);
  }
  await turn();
}
await log.close();
await checkpointer.close();
end(0, 'done');

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Playbook, Transition } from '#core';
import { Intake } from '#pipeline/intake';
import { Watch } from '#pipeline/watch';
import { openSqlite, SqlLedger } from '#sql';
import { SqliteQuarantine, SqliteReadingLog } from '#sqlite';
import { reportOf, type RiverYear } from './river-year.ts';
import { StrideClock } from './stride-clock.ts';

const PAGE = 1_000;
/** A stride of a hundred readings is judged within milliseconds. */
const STILL_MS_MAX = 30_000;

export interface LiveSlice {
  readonly playbook: Playbook;
  readonly slice: RiverYear;
  /** Where log and ledger are made. */
  readonly folder: string;
  readonly onProgress: (share: number) => void;
}

/**
 * The transitions that the running service keeps in its ledger when these observations are handed in one report at a time, each at the
 * instant at which it was made: intake, reading log and ledger on disk, watch.
 */
export async function decideLive({ playbook, slice, folder, onProgress }: LiveSlice): Promise<readonly Transition[]> {
  const data = join(folder, 'live');
  mkdirSync(data);
  const clock = new StrideClock(slice.at(0).time);
  const log = new SqliteReadingLog({ file: join(data, 'readings.db') });
  const quarantine = new SqliteQuarantine({ file: join(data, 'quarantine.db') });
  const database = await openSqlite(join(data, 'ledger.db'));
  const ledger = new SqlLedger(database);
  const intake = new Intake({ log, quarantine, gauges: () => playbook.gauges, clock, groupMs: 0 });
  const troubles: string[] = [];
  const watch = new Watch({ log, ledger, clock, playbook, onTrouble: (why) => void (why !== null && troubles.push(why)) });
  /** Lets time pass from one sleeper to the next until everything kept is judged. */
  const caughtUp = async (): Promise<void> => {
    const end = await log.end();
    for (const until = performance.now() + STILL_MS_MAX; watch.position < end; await turn()) {
      if (troubles.length > 0) throw new Error(`the watch cannot go on: ${troubles.join(', ')}`);
      if (performance.now() > until) throw new Error(`the watch does not follow the log: it is at ${watch.position} of ${end}`);
      if (clock.dueAt !== null) clock.moveTo(clock.dueAt);
    }
  };
  try {
    await intake.start();
    watch.start();
    let row = 0;
    while (row < slice.length) {
      const { time } = slice.at(row);
      clock.moveTo(time);
      const kept: Promise<unknown>[] = [];
      for (; row < slice.length && slice.at(row).time === time; row += 1) {
        const { gauge, value } = slice.at(row);
        const { device } = playbook.gauges.get(slice.gauges[gauge]!)!;
        kept.push(intake.admitReports(device, [reportOf(time, value)], time));
      }
      await Promise.all(kept);
      await caughtUp();
      onProgress(row / slice.length);
    }
    await intake.stop();
    await watch.stop();
    const transitions: Transition[] = [];
    for (let number = 0; ;) {
      const page = await ledger.transitionsAfter(number, PAGE);
      if (page.length === 0) return transitions;
      transitions.push(...page.map(({ transition }) => transition));
      number = page.at(-1)!.number;
    }
  } finally {
    await watch.stop();
    await log.close();
    await quarantine.close();
    await database.close();
  }
}

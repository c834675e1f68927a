import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import type { Transition } from '#core';
import { replay as replayed, score, type Series } from '#pipeline/replay';
import { describeProblems, loadPlaybook } from '#playbook';
import { readReadings } from '#readings-csv';
import { machine, thousands, tidy } from './figures.ts';
import { decideLive } from './live-slice.ts';
import { OWN_RULES, writePlaybook } from './playbook-folder.ts';
import { type RiverYear, riverYear } from './river-year.ts';
import { positive, print, printRows, status } from './terminal.ts';
import type { Work } from './work.ts';

/** Figure to reach (product §16), on two cores. */
const REACH = { seconds: 60 } as const;
const GAUGES = 100;
const EVERY_MS = 600_000;
const DAY_MS = 86_400_000;
const FROM_AT = Date.UTC(2025, 0, 1);

export const replay: Work = {
  summary: `a year of ${GAUGES} gauges through sonae replay, and the same decisions as live`,
  help: `Usage: npm run bench -- replay [--days <n>] [--live-days <n>] [--json]

Writes the observations of ${GAUGES} gauges, one in ten minutes, for --days (365) as a CSV file: floods, spikes and outages
included. Measures what sonae replay does with it: reading the file, deciding with ${GAUGES * OWN_RULES} rules, scoring.
Then the first --live-days (14) of it go through the running stages of the service, a report at a time: intake, log and
ledger on disk, watch, under a clock that is led through the past. Every transition must be the same.

Example:
  npm run bench -- replay --live-days 7`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { days: { type: 'string' }, 'live-days': { type: 'string' }, json: { type: 'boolean' } },
    });
    const days = positive('days', values.days, 365);
    const liveDays = Math.min(days, positive('live-days', values['live-days'], 14));
    const from = machine();
    const folder = mkdtempSync(join(tmpdir(), 'sonae-bench-replay-'));
    try {
      const told = await measure({ folder, days, liveDays });
      status('');
      if (values.json) {
        print(JSON.stringify({ work: 'replay', p50Ms: null, p99Ms: null, ...told, ratio: {}, machine: from }));
        return 0;
      }
      const { readings, seconds, rssMb, transitions, live } = told;
      print(from);
      printRows([
        {
          work: `${thousands(readings)} readings`,
          measured: `${seconds} s`,
          reach: `< ${REACH.seconds} s`,
          reached: seconds < REACH.seconds,
        },
        { work: '… reading the file', measured: `${told.readSeconds} s`, reach: '', reached: null },
        { work: '… deciding', measured: `${told.decideSeconds} s`, reach: '', reached: null },
        { work: '… scoring', measured: `${told.scoreSeconds} s`, reach: '', reached: null },
        { work: 'readings a second', measured: thousands(told.perSecond), reach: '', reached: null },
        { work: 'transitions', measured: thousands(transitions), reach: '', reached: null },
        { work: 'memory, greatest', measured: `${rssMb} MB`, reach: '', reached: null },
        {
          work: `same as live, ${thousands(live.readings)} readings of ${tidy(live.days, 1)} days`,
          measured: `${live.same} of ${live.transitions}`,
          reach: 'all transitions',
          reached: live.same === live.transitions,
        },
        { work: '… live took', measured: `${live.seconds} s`, reach: '', reached: null },
      ]);
      return 0;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measure({ folder, days, liveDays }: { readonly folder: string; readonly days: number; readonly liveDays: number }) {
  status('the playbook and the file are written');
  const plan = join(folder, 'playbook');
  const gauges = writePlaybook(plan, GAUGES, { ownRules: true });
  const { playbook, problems } = await loadPlaybook(plan);
  if (!playbook) throw new Error(describeProblems(problems));
  const file = join(folder, 'year.csv');
  const stepsOf = (span: number): number => Math.max(1, Math.round((span * DAY_MS) / EVERY_MS));
  await write(riverYear({ gauges, steps: stepsOf(days), everyMs: EVERY_MS, fromAt: FROM_AT }), file);

  const memory = { rssMax: 0 };
  const look = (): void => void (memory.rssMax = Math.max(memory.rssMax, process.memoryUsage.rss()));
  status('replay: reading the file');
  const startedAt = performance.now();
  const series: Series = await readReadings([file]);
  look();
  const readAt = performance.now();
  const { transitions, readings } = replayed(playbook, series, {
    onProgress: (share) => {
      look();
      status(`replay: ${Math.round(share * 100)} %`);
    },
  });
  const decidedAt = performance.now();
  score(playbook, series, transitions);
  const scoredAt = performance.now();
  look();

  status(`live: ${tidy(liveDays, 1)} days`);
  const slice = riverYear({ gauges, steps: stepsOf(liveDays), everyMs: EVERY_MS, fromAt: FROM_AT });
  const untilAt = slice.at(slice.length - 1).time;
  const live = await decideLive({ playbook, slice, folder, onProgress: (share) => status(`live: ${Math.round(share * 100)} %`) });
  const liveSeconds = (performance.now() - scoredAt) / 1000;
  const expected = transitions.filter(({ at }) => at <= untilAt);
  return {
    perSecond: Math.round(readings / ((scoredAt - startedAt) / 1000)),
    rssMb: Math.round(memory.rssMax / 2 ** 20),
    seconds: seconds(startedAt, scoredAt),
    readings,
    readSeconds: seconds(startedAt, readAt),
    decideSeconds: seconds(readAt, decidedAt),
    scoreSeconds: seconds(decidedAt, scoredAt),
    transitions: transitions.length,
    live: {
      days: liveDays,
      readings: slice.length,
      transitions: live.length,
      same: sameOnes(live, expected),
      seconds: tidy(liveSeconds),
    },
  };
}

const seconds = (fromMs: number, toMs: number): number => tidy((toMs - fromMs) / 1000);

/** How many are equal; throws at the first that is not, for then every other figure of the replay is worth nothing. */
function sameOnes(live: readonly Transition[], replayedOnes: readonly Transition[]): number {
  const ordered = live.toSorted((a, b) => a.at - b.at || a.id.localeCompare(b.id)).map(decision);
  const expected = replayedOnes.map(decision);
  for (let i = 0; i < Math.max(ordered.length, expected.length); i += 1)
    if (!isDeepStrictEqual(ordered[i], expected[i]))
      throw new Error(`live and replay part at transition ${i + 1}:\n${JSON.stringify(ordered[i])}\n${JSON.stringify(expected[i])}`);
  return ordered.length;
}

/** All of a transition but the instant at which the process wrote it down: an outage is noticed by a tick live, by the next reading here. */
const decision = (transition: Transition): unknown => JSON.parse(JSON.stringify({ ...transition, decidedAt: null }));

/** A wide table, one line for each instant. */
async function write(year: RiverYear, file: string): Promise<void> {
  function* lines(): Generator<string> {
    yield `time,${year.gauges.join(',')}\n`;
    const cells = Array.from({ length: year.gauges.length }, () => '');
    let now = year.at(0).time;
    const line = (): string => {
      const text = `${new Date(now).toISOString()},${cells.join(',')}\n`;
      cells.fill('');
      return text;
    };
    for (let row = 0; row < year.length; row += 1) {
      const { gauge, time, value } = year.at(row);
      if (time !== now) {
        yield line();
        now = time;
      }
      cells[gauge] = value.toFixed(2);
    }
    yield line();
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
}

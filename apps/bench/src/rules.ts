import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { admit, emptyMark, Judge, type LogEntry, type Playbook } from '#core';
import { describeProblems, loadPlaybook } from '#playbook';
import { machine, median, thousands, tidy } from './figures.ts';
import { generate } from './generator-process.ts';
import { engineEach, type Facts, type JsonRules, oneEngine, type PlainRule } from './json-rules.ts';
import { LIMITS_M, OWN_RULES, writePlaybook } from './playbook-folder.ts';
import { reportOf, riverYear } from './river-year.ts';
import { ServiceProcess } from './service-process.ts';
import { positive, print, printRows, type Row, status } from './terminal.ts';
import type { Work } from './work.ts';

/**
 * Figures to reach (product §16), on two cores. `lagMs`: what is kept is judged within a second, commits of 50 ms included. `flat`: with a search
 * through the rules a reading would cost eighty times as much at 8,000 as at 100; twice is what is left to the caches, which hold 25 gauges and not 2,000.
 */
const REACH = { rssMb: 300, lagMs: 1_000, flat: 2 } as const;
const SIZES = [100, 1_000, 8_000] as const;
const RULES = 8_000;
const PER_SECOND = 2_000;
const READINGS = 100_000;
const ROUNDS = 3;
/** Readings between two commits at 2,000 a second and a commit in 50 ms. */
const COMMIT_READINGS = 100;
/** json-rules-engine is asked for so long at each size, for it would need most of an hour for all readings. */
const PEER_MS = 3_000;
const WARM_UP_MS = 5_000;
const LOOK_MS = 200;
const EVERY_MS = 600_000;
const FROM_AT = Date.UTC(2026, 0, 1);
const NOTE =
  'json-rules-engine judges each reading alone: it knows no confirmation, no margin and hold before an all-clear, no doubt about a value and no silence without a reading, so it fires anew at every reading above a limit.';

export const rules: Work = {
  summary: `${thousands(RULES)} rules at ${thousands(PER_SECOND)} readings a second, next to json-rules-engine`,
  help: `Usage: npm run bench -- rules [--seconds <n>] [--only engine|service] [--profile <folder>] [--json]

What one reading costs the rule engine at ${SIZES.map(thousands).join(', ')} rules, ${OWN_RULES} of its own for each gauge: three level rules (confirmed by two
readings, by 20 minutes, by three readings) and one for silence. The same readings go to json-rules-engine with the same
limits, once as one engine with all rules and once as an engine for each gauge, which spares it the search.
Then the whole service runs with ${thousands(RULES)} rules for --seconds (20) while ${thousands(RULES / OWN_RULES)} gauges on as many connections say ${thousands(PER_SECOND)} readings a second:
its memory, how far the judging is behind the log, and whether its books balance. --profile writes a CPU profile of it.

Example:
  npm run bench -- rules --seconds 20`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { seconds: { type: 'string' }, only: { type: 'string' }, profile: { type: 'string' }, json: { type: 'boolean' } },
    });
    const spanMs = positive('seconds', values.seconds, 20) * 1000;
    const from = machine();
    const engines: Cost[] = [];
    if (values.only !== 'service') for (const size of SIZES) engines.push(await costAt(size));
    const service = values.only === 'engine' ? null : await measureService(spanMs, values.profile);
    status('');
    if (values.json) {
      const ratio = Object.fromEntries(engines.map((cost) => [`json-rules-engine at ${cost.rules}`, tidy(cost.oneEngineUs / cost.us)]));
      const figures = { perSecond: null, p50Ms: null, p99Ms: null, rssMb: null, seconds: null, ...service };
      print(JSON.stringify({ work: 'rules', ...figures, ratio, engines, machine: from, note: NOTE }));
    } else tell(engines, service, from);
    return 0;
  },
};

/** What one reading costs at a number of rules, µs of processor time, which others on the machine do not change. */
interface Cost {
  readonly rules: number;
  readonly us: number;
  /** One look at the silence of all gauges, which the service takes once a second. */
  readonly tickUs: number;
  readonly oneEngineUs: number;
  readonly engineEachUs: number;
  /** Readings that json-rules-engine was asked about in its time, how often it fired for them, and how many transitions they are for us. */
  readonly asked: number;
  readonly fired: number;
  readonly transitions: number;
}

async function costAt(size: number): Promise<Cost> {
  status(`${thousands(size)} rules: the playbook`);
  const playbook = await ownRulesPlaybook(size / OWN_RULES);
  const entries = readingsOf(playbook);
  status(`${thousands(size)} rules: Sonae`);
  const runs = roundsOf(playbook, entries);

  const plain = plainRulesOf([...playbook.gauges.keys()]);
  const facts = factsOf(entries);
  status(`${thousands(size)} rules: json-rules-engine, all in one`);
  const one = await askAll(oneEngine(plain), facts);
  status(`${thousands(size)} rules: json-rules-engine, one for each gauge`);
  const each = await askAll(engineEach(plain), facts);
  const asked = Math.min(one.asked, each.asked);
  if (one.firedAt.slice(0, asked).join() !== each.firedAt.slice(0, asked).join())
    throw new Error('the two setups of json-rules-engine do not fire at the same readings');
  return {
    rules: playbook.rules.length,
    us: tidy(median(runs.map(({ us }) => us))),
    tickUs: tidy(median(runs.map(({ tickUs }) => tickUs))),
    oneEngineUs: tidy(one.us),
    engineEachUs: tidy(each.us),
    asked: each.asked,
    fired: each.firedAt.reduce((sum, count) => sum + count, 0),
    transitions: judgeAll(playbook, entries.slice(0, each.asked)).transitions,
  };
}

/** After one round in which the compiler settles. */
function roundsOf(playbook: Playbook, entries: readonly LogEntry[]) {
  judgeAll(playbook, entries);
  return Array.from({ length: ROUNDS }, () => judgeAll(playbook, entries));
}

async function ownRulesPlaybook(gauges: number): Promise<Playbook> {
  const folder = mkdtempSync(join(tmpdir(), 'sonae-bench-rules-'));
  try {
    writePlaybook(folder, gauges, { ownRules: true });
    const { playbook, problems } = await loadPlaybook(folder);
    if (!playbook) throw new Error(describeProblems(problems));
    return playbook;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same number of readings however many gauges speak in turn, admitted as the intake does. */
function readingsOf({ gauges }: Playbook): readonly LogEntry[] {
  const known = [...gauges.values()];
  const year = riverYear({ gauges: known.map(({ id }) => id), steps: READINGS / known.length, everyMs: EVERY_MS, fromAt: FROM_AT });
  const marks = known.map(({ id }) => emptyMark(id));
  const entries: LogEntry[] = [];
  for (let row = 0; row < year.length; row += 1) {
    const { gauge, time, value } = year.at(row);
    const { readings, mark } = admit(marks[gauge]!, reportOf(time, value), known[gauge]!, time, 'actual');
    marks[gauge] = mark;
    for (const reading of readings) entries.push({ position: entries.length + 1, reading });
  }
  return entries;
}

function judgeAll(
  playbook: Playbook,
  entries: readonly LogEntry[],
): { readonly us: number; readonly tickUs: number; readonly transitions: number } {
  const judge = new Judge(playbook, { alerts: [], watches: [] }, FROM_AT);
  let transitions = 0;
  const observing = cpuUs();
  for (const entry of entries) {
    judge.observe(entry, entry.reading.receivedAt);
    if (entry.position % COMMIT_READINGS === 0) transitions += judge.take().transitions.length;
  }
  transitions += judge.take().transitions.length;
  const us = observing() / entries.length;
  const ticking = cpuUs();
  judge.tick(entries.at(-1)!.reading.receivedAt);
  return { us, tickUs: ticking(), transitions };
}

/** The rules of the playbook as far as json-rules-engine can say them: of three steps the lowest, and nothing about how long. */
const plainRulesOf = (gauges: readonly string[]): readonly PlainRule[] =>
  gauges.flatMap((gauge) => [
    { id: `${gauge}-level`, gauge, fact: 'level', from: LIMITS_M.start },
    { id: `${gauge}-lasting`, gauge, fact: 'level', from: LIMITS_M.warn },
    { id: `${gauge}-sure`, gauge, fact: 'level', from: LIMITS_M.start },
    { id: `${gauge}-blind`, gauge, fact: 'silentMs', from: 3 * EVERY_MS },
  ]);

function factsOf(entries: readonly LogEntry[]): readonly Facts[] {
  const heardAt = new Map<string, number>();
  return entries.map(({ reading: { gauge, value, receivedAt } }) => {
    const silentMs = receivedAt - (heardAt.get(gauge) ?? receivedAt);
    heardAt.set(gauge, receivedAt);
    return { gauge, level: value, silentMs };
  });
}

async function askAll(
  judge: JsonRules,
  facts: readonly Facts[],
): Promise<{ readonly us: number; readonly asked: number; readonly firedAt: readonly number[] }> {
  const firedAt: number[] = [];
  const from = performance.now();
  const spent = cpuUs();
  for (const each of facts) {
    firedAt.push(await judge(each));
    if (performance.now() - from > PEER_MS) break;
  }
  return { us: spent() / firedAt.length, asked: firedAt.length, firedAt };
}

/** Begins to count the processor time of this process, µs; the result tells how much it was since. */
function cpuUs(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
}

async function measureService(spanMs: number, profile: string | undefined) {
  status(`the service starts with ${thousands(RULES)} rules`);
  const gauges = RULES / OWN_RULES;
  const service = await ServiceProcess.start({ gauges, ownRules: true, profile });
  try {
    const looks = { lagMax: 0, rssMb: await service.rssMb(), stop: false };
    const startRssMb = looks.rssMb;
    let looking: Promise<void> = Promise.resolve();
    const look = async (): Promise<void> => {
      while (!looks.stop) {
        const metrics = await service.metrics();
        looks.lagMax = Math.max(looks.lagMax, metrics['sonae_watch_lag']!);
        looks.rssMb = Math.max(looks.rssMb, metrics['process_resident_memory_bytes']! / 2 ** 20);
        await new Promise((next) => setTimeout(next, LOOK_MS));
      }
    };
    status(`${thousands(gauges)} gauges say ${thousands(PER_SECOND)} readings a second for ${spanMs / 1000} s`);
    const figures = await generate(
      {
        port: service.mqttPort,
        devices: service.devices(gauges),
        batch: 1,
        inFlight: 20,
        perSecond: PER_SECOND,
        warmUpMs: WARM_UP_MS,
        spanMs,
        lagMs: 0,
        rising: 0,
      },
      {
        onSpan: (phase) => {
          if (phase === 'begins') looking = look();
          else looks.stop = true;
        },
      },
    );
    await looking;
    const stillS = await service.still();
    await service.balance(figures.acked);
    return {
      perSecond: Math.round(figures.ackedInSpan / figures.seconds),
      p50Ms: tidy(figures.p50Ms),
      p99Ms: tidy(figures.p99Ms),
      rssMb: Math.round(looks.rssMb),
      startRssMb: Math.round(startRssMb),
      seconds: tidy(figures.seconds),
      lagMax: looks.lagMax,
      lagMsMax: Math.round((looks.lagMax * 1000) / PER_SECOND),
      stillS: tidy(stillS),
    };
  } finally {
    await service.stop();
  }
}

const plain = (work: string, measured: string): Row => ({ work, measured, reach: '', reached: null });

function tell(engines: readonly Cost[], service: Awaited<ReturnType<typeof measureService>> | null, from: string): void {
  print(from);
  const rows: Row[] = [];
  for (const cost of engines) {
    const many = `${thousands(cost.rules)} rules`;
    rows.push(
      plain(`${many}, per reading`, `${cost.us} µs`),
      plain('… json-rules-engine, all in one', `${cost.oneEngineUs} µs (× ${thousands(cost.oneEngineUs / cost.us)})`),
      plain('… json-rules-engine, one for each gauge', `${cost.engineEachUs} µs (× ${tidy(cost.engineEachUs / cost.us, 1)})`),
      plain(
        `… over ${thousands(cost.asked)} readings it fires`,
        `${thousands(cost.fired)} times, for ${thousands(cost.transitions)} transitions`,
      ),
      plain('… silence of all gauges, once a second', `${cost.tickUs} µs`),
    );
  }
  const [least, most] = [engines[0], engines.at(-1)];
  if (least && most) {
    const flat = tidy(most.us / least.us);
    const work = `per reading, ${thousands(most.rules)} rules to ${thousands(least.rules)}`;
    rows.push({ work, measured: `× ${flat}`, reach: `< ${REACH.flat}`, reached: flat < REACH.flat });
  }
  if (service) {
    const { rssMb, startRssMb, lagMax, lagMsMax, perSecond, p50Ms, p99Ms, stillS } = service;
    rows.push(
      plain(`the service with ${thousands(RULES)} rules`, `${thousands(perSecond)}/s`),
      { work: '… memory, greatest', measured: `${rssMb} MB`, reach: `< ${REACH.rssMb} MB`, reached: rssMb < REACH.rssMb },
      plain('… memory after the start', `${startRssMb} MB`),
      {
        work: '… readings kept and not judged, greatest',
        measured: `${thousands(lagMax)} (${lagMsMax} ms)`,
        reach: `< ${REACH.lagMs} ms`,
        reached: lagMsMax < REACH.lagMs,
      },
      plain('… PUBACK after, p50 / p99', `${p50Ms} / ${p99Ms} ms`),
      plain('… everything still after', `${stillS} s`),
    );
  }
  printRows(rows);
  if (engines.length > 0) print(NOTE);
}

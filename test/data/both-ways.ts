import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Playbook, Subscriber, Transition } from '#core';
import { replayCsv } from '#firmware-sim';
import { readReadings } from '#readings-csv';
import { lineId, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

/** A transition as both ways tell it. */
export interface Told {
  readonly at: number;
  readonly gauge: string;
  readonly rule: string;
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

export interface Published {
  readonly told: readonly Told[];
  readonly transitions: readonly Transition[];
  readonly readings: number;
  readonly seconds: number;
  /** Texts that the resident of each district received. */
  readonly inboxes: ReadonlyMap<string, readonly string[]>;
}

const PAGE = 1_000;
/** JSON of a year with its evidence. */
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;
/** The watch looks at silence every second; this is how long the last look may take on a slow machine. */
const LAST_LOOK_MS_MAX = 120_000;
const LOOK_MS = 50;

const residentOf = (district: string): Subscriber => ({
  channel: 'line',
  address: lineId(`resident of ${district}`),
  language: 'ja',
  districts: [district],
  categories: ['flood'],
});
const duty: Subscriber = { channel: 'line', address: lineId('duty'), language: 'ja', districts: [], categories: ['staff:duty'] };

/**
 * Publishes files of readings by the simulator through a running service whose clock goes with the readings; a resident in every district
 * listens. `expected`: transitions to wait for in the end, since the last silences are found by the watch's own look at the clock.
 */
export async function throughService(playbook: Playbook, files: readonly string[], expected: number): Promise<Published> {
  const startedAt = performance.now();
  const table = await readReadings(files);
  const clock = new SteeredClock(table.at(0).time);
  const districts = [...playbook.districts.keys()];
  const station = await Station.start({ playbook, clock, subscribers: [duty, ...districts.map(residentOf)] });
  try {
    const replay = await replayCsv({
      files,
      broker: station.mqttUrl,
      keys: station.keys,
      speed: 'max',
      atInstant: async (at) => {
        await station.service.told();
        clock.moveTo(at);
      },
    });
    const { acknowledged } = await replay.done;
    await replay.close();
    const transitions = await lastTransitions(station, expected);
    const inboxes = new Map(
      districts.map((district) => [district, station.line.inboxOf(residentOf(district).address).map(({ text }) => text)] as const),
    );
    return {
      told: asHeard(transitions.map(tell)),
      transitions,
      readings: acknowledged,
      seconds: (performance.now() - startedAt) / 1000,
      inboxes,
    };
  } finally {
    await station.stop();
  }
}

async function lastTransitions(station: Station, expected: number): Promise<readonly Transition[]> {
  const until = performance.now() + LAST_LOOK_MS_MAX;
  for (;;) {
    await station.settled();
    const transitions = await allTransitions(station);
    const sorted = transitions.toSorted((a, b) => a.at - b.at || a.id.localeCompare(b.id));
    if (asHeard(sorted.map(tell)).length >= expected || performance.now() > until) return sorted;
    await new Promise((next) => setTimeout(next, LOOK_MS));
  }
}

async function allTransitions(station: Station): Promise<readonly Transition[]> {
  const { ledger } = station.service.adapters;
  const found: Transition[] = [];
  for (;;) {
    const page = await ledger.transitionsAfter(found.length, PAGE);
    found.push(...page.map(({ transition }) => transition));
    if (page.length < PAGE) return found;
  }
}

const tell = ({ at, gauge, ruleId, from, to, record }: Transition): Told => ({
  at,
  gauge,
  rule: ruleId,
  from,
  to,
  why: record.verdict,
});

/**
 * Two gauges that speak at the same instant have no order of their own: whether the upper one was heard first decides if a rule over both
 * takes its two steps at that instant one by one or at once. What is heard of either is the last of them.
 */
function asHeard(told: readonly Told[]): readonly Told[] {
  const heard: Told[] = [];
  for (const one of told) {
    const before = heard.findIndex(
      ({ at, gauge, rule, to }) => at === one.at && gauge === one.gauge && rule === one.rule && to === one.from,
    );
    if (before < 0) heard.push(one);
    else heard[before] = { ...one, from: heard[before]!.from };
  }
  return heard;
}

/** `sonae replay … --json` in a process of its own, as a user runs it. */
export async function throughReplay(
  folder: string,
  files: readonly string[],
): Promise<{ readonly told: readonly Told[]; readonly readings: number; readonly seconds: number }> {
  const args = ['--conditions=source', 'apps/cli/src/main.ts', 'replay', folder, '--readings', ...files, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: OUTPUT_BYTES_MAX });
  const { transitions, readings, seconds } = JSON.parse(stdout) as {
    transitions: (Omit<Told, 'at'> & { at: string })[];
    readings: number;
    seconds: number;
  };
  return {
    told: asHeard(transitions.map(({ at, gauge, rule, from, to, why }) => ({ at: Date.parse(at), gauge, rule, from, to, why }))),
    readings,
    seconds,
  };
}

/** How many transitions of each kind: `river-level raised 12, …`. */
export function tally(transitions: readonly Transition[]): string {
  const counts = Map.groupBy(transitions, ({ ruleId, kind }) => `${ruleId} ${kind}`);
  return [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([kind, own]) => `${kind} ${own.length}`)
    .join(', ');
}

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Playbook } from '#core';
import { describeProblems, loadPlaybook } from '#playbook';
import { WORDING } from './municipality.ts';

/** A place where people wait or walk, as staff would write it into gauges.csv and thresholds.csv. */
export interface CrowdPlace {
  readonly id: string;
  readonly name: string;
  readonly kind: 'window' | 'spot';
  /** Against which a spot's bands are measured; null for a window. */
  readonly capacity: number | null;
  readonly intervalS: number;
}

/** A queue is long and very long from so many people waiting on, at whatever window. */
export const LONG_QUEUE = { busy: 20, veryBusy: 40 } as const;

/** Far above the busiest hour that any of the counters ever had: the whole scale of a quiet street is less than a fifth of its New Year's Eve. */
const PERSONS_MAX = 20_000;

/** Writes a whole playbook folder for windows and spots and loads it as a service does. Throws with every problem when it does not check clean. */
export async function foundCrowdCity(folder: string, timeZone: string, places: readonly CrowdPlace[]): Promise<Playbook> {
  mkdirSync(join(folder, 'wording'), { recursive: true });
  copyFileSync(WORDING, join(folder, 'wording', 'ja.yaml'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('playbook.yaml', plan(timeZone, new Set(places.map(({ kind }) => kind))));
  const rows = places.map(({ id, name, kind, capacity, intervalS }) =>
    [id, `"${name.replaceAll('"', '""')}"`, kind, 'centre', capacity ?? '', 'allowed', intervalS, intervalS, PERSONS_MAX].join(','),
  );
  write('gauges.csv', ['id,name,kind,area,capacity,publicAlert,standbyIntervalS,observeIntervalS,max', ...rows, ''].join('\n'));
  const limits = places
    .filter(({ kind }) => kind === 'window')
    .flatMap(({ id }) => Object.entries(LONG_QUEUE).map(([code, value]) => `${id},${code},${value}`));
  write('thresholds.csv', ['gauge,code,valueM', ...limits, ''].join('\n'));
  write('areas.geojson', JSON.stringify(CENTRE));
  const { playbook, problems } = await loadPlaybook(folder);
  if (!playbook) throw new Error(describeProblems(problems));
  return playbook;
}

/** The map is of no matter here; the playbook wants one. */
const CENTRE = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: { code: 'centre', name: 'centre', population: null },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [139, 35],
            [139.1, 35],
            [139.1, 35.1],
            [139, 35.1],
            [139, 35],
          ],
        ],
      },
    },
  ],
};

const plan = (timeZone: string, kinds: ReadonlySet<CrowdPlace['kind']>): string => `city:
  code: '012076'
  name: 混雑
  timeZone: ${timeZone}
  languages: [ja]
rules:
${kinds.has('window') ? WINDOW_RULE : ''}${kinds.has('spot') ? SPOT_RULE : ''}routes:
${kinds.has('window') ? route('window-waiting', 'window') : ''}${kinds.has('spot') ? route('spot-crowd', 'crowd') : ''}retention: { logDays: 3650, historyDays: 3650, deliveriesDays: 3650, quarantineDays: 90 }
`;

const WINDOW_RULE = `  - id: window-waiting
    kind: level
    name: 窓口の待ち人数
    quantity: waiting
    selector: { kinds: [window] }
    confirm: { readings: 2 }
    greatestAge: 15m
    steps:
      - { code: busy, name: 混雑 }
      - { code: veryBusy, name: 大変混雑 }
    clearMargin: 5
    clearHold: 20m
`;

const SPOT_RULE = `  - id: spot-crowd
    kind: band
    name: 通りの混雑
    quantity: count
    selector: { kinds: [spot] }
    confirm: { readings: 1 }
    greatestAge: 2h
    bands:
      - { code: busy, name: 混雑, fromPercent: 100 }
      - { code: packed, name: 非常に混雑, fromPercent: 150 }
      - { code: extreme, name: 極めて混雑, fromPercent: 250 }
    hysteresisPoints: 10
    clearHold: 1h
`;

const route = (rule: string, wording: string): string => `  - id: residents-${rule}
    rules: [${rule}]
    audience: { kind: residents, category: congestion }
    channels: [line]
    lane: congestion
    expiresAfter: 1h
    wording: ${wording}
`;

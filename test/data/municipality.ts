import { appendFileSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Playbook } from '#core';
import { describeProblems, loadPlaybook } from '#playbook';

/** One gauge of a municipality, as its staff would write it into gauges.csv and thresholds.csv. */
export interface GaugeRow {
  readonly id: string;
  readonly name: string;
  readonly river: string;
  readonly district: string;
  readonly lat: number;
  readonly lon: number;
  readonly publicAlert: 'allowed' | 'staffOnly';
  readonly start: number;
  readonly warn: number | null;
  readonly flood: number;
  /** The next gauge up the river. */
  readonly upstream?: string;
}

export interface Municipality {
  /** Six digits with the check digit. */
  readonly code: string;
  readonly name: string;
  readonly gauges: readonly GaugeRow[];
  readonly observeIntervalS: number;
  readonly standbyIntervalS: number;
  readonly greatestAge: string;
  /** Whether the silence of a gauge means something in these data. */
  readonly blind: boolean;
  /** Tells staff of water that passed the next gauge up the river, and of its coming within this many hours. */
  readonly passageWithinH?: number;
}

/** Degrees around the outermost gauges of a district, about 2 km: the outline only has to be one. */
const MARGIN_DEG = 0.02;
/** The sample city, whose Japanese wording is taken over as it is. */
export const WORDING = 'infra/playbooks/mihon/wording/ja.yaml';

/** Writes a whole playbook folder and loads it as a service does. Throws with every problem when it does not check clean. */
export async function foundMunicipality(folder: string, municipality: Municipality): Promise<Playbook> {
  mkdirSync(join(folder, 'wording'), { recursive: true });
  const wording = join(folder, 'wording', 'ja.yaml');
  copyFileSync(WORDING, wording);
  if (municipality.passageWithinH !== undefined) appendFileSync(wording, PASSAGE_WORDING);
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('playbook.yaml', plan(municipality));
  write('gauges.csv', gaugesCsv(municipality));
  write('thresholds.csv', thresholdsCsv(municipality));
  write('areas.geojson', JSON.stringify(areas(municipality.gauges)));
  const { playbook, problems } = await loadPlaybook(folder);
  if (!playbook) throw new Error(describeProblems(problems));
  return playbook;
}

/** The realistic rule of D§1.1: `start` is for staff, `warn` and `flood` are for the public, two readings in a row confirm. */
const plan = ({ code, name, greatestAge, blind, passageWithinH, gauges }: Municipality): string => `city:
  code: '${code}'
  name: ${name}
  timeZone: Asia/Tokyo
  languages: [ja]
rules:
  - id: river-level
    kind: level
    name: 河川水位
    quantity: level
    selector: { kinds: [river] }
    confirm: { readings: 2 }
    greatestAge: ${greatestAge}
    steps:
      - { code: start, name: 観測開始水位 }
      - { code: warn, name: 危険水位 }
      - { code: flood, name: 氾濫開始水位 }
    clearMargin: 0.10
    clearHold: 30m
${blind ? BLIND_RULE : ''}${passageWithinH === undefined ? '' : passageRule(passageWithinH, gauges)}routes:
  - id: residents-river
    rules: [river-level]
    fromStep: warn
    audience: { kind: residents, category: flood }
    channels: [line]
    lane: flood
    expiresAfter: 6h
    wording: river
  - id: staff-river
    rules: [river-level]
    audience: { kind: staff, group: duty }
    channels: [line]
    lane: staff
    expiresAfter: 12h
    wording: staffRiver
${blind ? BLIND_ROUTE : ''}${passageWithinH === undefined ? '' : PASSAGE_ROUTE}retention: { logDays: 3650, historyDays: 3650, deliveriesDays: 3650, quarantineDays: 90 }
`;

const BLIND_RULE = `  - id: blind
    kind: blind
    name: 観測所の不通
    selector: { kinds: [river] }
    observeIntervals: 3
    standbyIntervals: 3
    staffOnly: true
`;
const BLIND_ROUTE = `  - id: staff-blind
    rules: [blind]
    transitions: [raised, cleared]
    audience: { kind: staff, group: duty }
    channels: [line]
    lane: staff
    expiresAfter: 12h
    wording: staffBlind
`;

/** Upstream first, then here: both by the gauge's own `start`. */
const passageRule = (withinH: number, gauges: readonly GaugeRow[]): string => `  - id: passage
    kind: sequence
    name: 上流からの到達
    selector: { gauges: [${gauges.flatMap(({ id, upstream }) => (upstream === undefined ? [] : [`'${id}'`])).join(', ')}] }
    first: { rule: river-level, step: start }
    next: { rule: river-level, step: start }
    within: ${withinH}h
    steps:
      - { code: upstream, name: 上流が超過 }
      - { code: here, name: ここも超過 }
    staffOnly: true
`;
const PASSAGE_ROUTE = `  - id: staff-passage
    rules: [passage]
    transitions: [raised, climbed, cleared]
    audience: { kind: staff, group: duty }
    channels: [line]
    lane: staff
    expiresAfter: 12h
    wording: staffPassage
`;
const PASSAGE_WORDING = `
  staffPassage:
    raised:
      subject: 【職員】{river} {gauge} {step}
      body: |
        {river} {gauge}：{step}
        観測時刻 {date} {time}
        規則 {rule}
    climbed:
      subject: 【職員】{river} {gauge} {step}
      body: |
        {river} {gauge}：{from}から{step}へ
        観測時刻 {date} {time}
        規則 {rule}
    cleared:
      subject: 【職員・解除】{river} {gauge}
      body: |
        {river} {gauge}：{from}から平常へ
        観測時刻 {date} {time}
        規則 {rule}
`;

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function gaugesCsv({ gauges, observeIntervalS, standbyIntervalS }: Municipality): string {
  const rows = gauges.map(({ id, name, river, district, lat, lon, publicAlert, upstream = '' }) =>
    [id, quoted(name), 'river', quoted(river), quoted(district), lat, lon, publicAlert, standbyIntervalS, observeIntervalS, upstream].join(
      ',',
    ),
  );
  return ['id,name,kind,river,area,lat,lon,publicAlert,standbyIntervalS,observeIntervalS,upstream', ...rows, ''].join('\n');
}

function thresholdsCsv({ gauges }: Municipality): string {
  const rows = gauges.flatMap(({ id, start, warn, flood }) =>
    Object.entries({ start, warn, flood }).flatMap(([code, value]) => (value === null ? [] : [`${id},${code},${value}`])),
  );
  return ['gauge,code,valueM', ...rows, ''].join('\n');
}

/** A district is the box around its gauges. */
function areas(gauges: readonly GaugeRow[]): unknown {
  const features = [...Map.groupBy(gauges, ({ district }) => district)].map(([code, own]) => {
    const lats = own.map(({ lat }) => lat);
    const lons = own.map(({ lon }) => lon);
    const [south, north] = [Math.min(...lats) - MARGIN_DEG, Math.max(...lats) + MARGIN_DEG];
    const [west, east] = [Math.min(...lons) - MARGIN_DEG, Math.max(...lons) + MARGIN_DEG];
    const outline = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ];
    return { type: 'Feature', properties: { code, name: code, population: null }, geometry: { type: 'Polygon', coordinates: [outline] } };
  });
  return { type: 'FeatureCollection', features };
}

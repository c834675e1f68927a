import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Limits of every gauge; quiet water of the generator plays below 1.9 m. */
export const LIMITS_M = { start: 2, warn: 3, flood: 4 } as const;

/** The name that people read, and that a message carries: by it a request at the LINE server is traced back to its gauge. */
export const gaugeName = (index: number): string => `観測所${String(index + 1).padStart(5, '0')}`;

/** Rules that `writePlaybook` gives to each gauge when every gauge has its own. */
export const OWN_RULES = 4;

/**
 * Writes the playbook of a city with so many river gauges, each with a level rule of three steps and a rule for its silence, and staff
 * who hear of both on LINE. The formats are those of the sample city. With `ownRules` these two are not shared: every gauge has
 * `OWN_RULES` rules that select it alone.
 */
export function writePlaybook(folder: string, gauges: number, { ownRules = false } = {}): readonly string[] {
  mkdirSync(join(folder, 'wording'), { recursive: true });
  const ids = Array.from({ length: gauges }, (_, i) => `g${String(i + 1).padStart(5, '0')}`);
  const write = (name: string, lines: readonly string[]): void => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  write('playbook.yaml', ownRules ? planOf(ids.map(rulesOf)) : planOf([SHARED_RULES]));
  write('gauges.csv', ['id,name,kind,river,area', ...ids.map((id, i) => `${id},${gaugeName(i)},river,試験川,chuo`)]);
  const limits = Object.entries(LIMITS_M);
  write('thresholds.csv', [
    'gauge,code,valueM,validFrom',
    ...ids.flatMap((id) => limits.map(([code, value]) => `${id},${code},${value},`)),
  ]);
  writeFileSync(join(folder, 'areas.geojson'), JSON.stringify(AREAS));
  write('wording/ja.yaml', WORDING);
  return ids;
}

/** Rules of a playbook: their lines, and by what names the routes know those of water and those of silence. */
interface Rules {
  readonly lines: readonly string[];
  readonly river: readonly string[];
  readonly blind: readonly string[];
}

const STEPS = { start: '観測開始水位', warn: '危険水位', flood: '氾濫開始水位' } as const;

interface LevelRule {
  readonly id: string;
  readonly selector: string;
  readonly confirm: string;
  readonly steps: readonly (keyof typeof STEPS)[];
}

const levelRule = ({ id, selector, confirm, steps }: LevelRule): readonly string[] => [
  `  - id: ${id}`,
  '    kind: level',
  '    name: 河川水位',
  '    quantity: level',
  `    selector: ${selector}`,
  `    confirm: ${confirm}`,
  '    greatestAge: 30m',
  '    steps:',
  ...steps.map((code) => `      - { code: ${code}, name: ${STEPS[code]} }`),
  '    clearMargin: 0.10',
  '    clearHold: 30m',
];

const blindRule = (id: string, selector: string): readonly string[] => [
  `  - id: ${id}`,
  '    kind: blind',
  '    name: 観測所の不通',
  `    selector: ${selector}`,
  '    observeIntervals: 3',
  '    standbyIntervals: 1.5',
];

const RIVERS = '{ kinds: [river] }';

const SHARED_RULES: Rules = {
  lines: [
    ...levelRule({ id: 'river-level', selector: RIVERS, confirm: '{ readings: 2 }', steps: ['start', 'warn', 'flood'] }),
    ...blindRule('blind', RIVERS),
  ],
  river: ['river-level'],
  blind: ['blind'],
};

/** The rules of one gauge: confirmed by two readings, by time, by three readings, and its silence. */
function rulesOf(gauge: string): Rules {
  const selector = `{ gauges: [${gauge}] }`;
  const river = [
    { id: `${gauge}-level`, selector, confirm: '{ readings: 2 }', steps: ['start', 'warn', 'flood'] },
    { id: `${gauge}-lasting`, selector, confirm: '{ for: 20m }', steps: ['warn'] },
    { id: `${gauge}-sure`, selector, confirm: '{ readings: 3 }', steps: ['start'] },
  ] as const satisfies readonly LevelRule[];
  const blind = `${gauge}-blind`;
  return { lines: [...river.flatMap(levelRule), ...blindRule(blind, selector)], river: river.map(({ id }) => id), blind: [blind] };
}

const planOf = (rules: readonly Rules[]): readonly string[] => [
  `city: { code: '992011', name: 試験市, timeZone: Asia/Tokyo, languages: [ja] }`,
  'rules:',
  ...rules.flatMap(({ lines }) => lines),
  'routes:',
  '  - id: staff-river',
  `    rules: [${rules.flatMap(({ river }) => river).join(', ')}]`,
  '    audience: { kind: staff, group: duty }',
  '    channels: [line]',
  '    lane: flood',
  '    expiresAfter: 6h',
  '    wording: river',
  '  - id: staff-blind',
  `    rules: [${rules.flatMap(({ blind }) => blind).join(', ')}]`,
  '    transitions: [raised, cleared]',
  '    audience: { kind: staff, group: duty }',
  '    channels: [line]',
  '    lane: staff',
  '    expiresAfter: 6h',
  '    wording: blind',
  'retention: { logDays: 35, historyDays: 3650, deliveriesDays: 400, quarantineDays: 90 }',
];

const message = (kind: string, subject: string): readonly string[] => [
  `    ${kind}:`,
  `      subject: ${subject}`,
  '      body: |',
  `        {river} {gauge} ${subject}`,
  '        時刻：{date} {time}',
  '        値：{value} {unit}',
];

const WORDING = [
  'language: ja',
  'reviewer: 性能測定',
  'messages:',
  '  river:',
  ...message('raised', '水位が上がりました'),
  ...message('climbed', '水位がさらに上がりました'),
  ...message('steppedDown', '水位が下がりました'),
  ...message('cleared', '水位の情報を解除しました'),
  '  blind:',
  ...message('raised', '受信がありません'),
  ...message('cleared', '受信が再開しました'),
];

const AREAS = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: { code: 'chuo', name: '中央', population: 1000 },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [137.6, 34.2],
            [137.8, 34.2],
            [137.8, 34.4],
            [137.6, 34.4],
            [137.6, 34.2],
          ],
        ],
      },
    },
  ],
};

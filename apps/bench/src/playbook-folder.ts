import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Limits of every gauge; quiet water of the generator plays below 1.9 m. */
const LIMITS_M = { start: 2, warn: 3, flood: 4 } as const;

/** The name that people read, and that a message carries: by it a request at the LINE server is traced back to its gauge. */
export const gaugeName = (index: number): string => `観測所${String(index + 1).padStart(5, '0')}`;

/**
 * Writes the playbook of a city with so many river gauges, each with a level rule of three steps and a rule for its silence, and staff
 * who hear of both on LINE. The formats are those of the sample city.
 */
export function writePlaybook(folder: string, gauges: number): readonly string[] {
  mkdirSync(join(folder, 'wording'), { recursive: true });
  const ids = Array.from({ length: gauges }, (_, i) => `g${String(i + 1).padStart(5, '0')}`);
  const write = (name: string, lines: readonly string[]): void => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  write('playbook.yaml', PLAYBOOK);
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

const PLAYBOOK = [
  `city: { code: '992011', name: 試験市, timeZone: Asia/Tokyo, languages: [ja] }`,
  'rules:',
  '  - id: river-level',
  '    kind: level',
  '    name: 河川水位',
  '    quantity: level',
  '    selector: { kinds: [river] }',
  '    confirm: { readings: 2 }',
  '    greatestAge: 30m',
  '    steps:',
  '      - { code: start, name: 観測開始水位 }',
  '      - { code: warn, name: 危険水位 }',
  '      - { code: flood, name: 氾濫開始水位 }',
  '    clearMargin: 0.10',
  '    clearHold: 30m',
  '  - id: blind',
  '    kind: blind',
  '    name: 観測所の不通',
  '    selector: { kinds: [river] }',
  '    observeIntervals: 3',
  '    standbyIntervals: 1.5',
  'routes:',
  '  - id: staff-river',
  '    rules: [river-level]',
  '    audience: { kind: staff, group: duty }',
  '    channels: [line]',
  '    lane: flood',
  '    expiresAfter: 6h',
  '    wording: river',
  '  - id: staff-blind',
  '    rules: [blind]',
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

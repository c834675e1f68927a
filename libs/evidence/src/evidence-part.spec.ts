import { inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { HistoryPoint, Transition } from '#core';
import { aGauge, aPlaybook, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { evidencePart, type EvidenceSource } from './evidence-part.ts';

const aPoint = (minutesAgo: number, value: number, set: Partial<HistoryPoint> = {}): HistoryPoint => ({
  at: T0 - minutesAgo * MINUTE,
  receivedAt: T0 - minutesAgo * MINUTE + 4_000,
  raw: value,
  value,
  quality: 'ok',
  why: '',
  ...set,
});

const EVIDENCE = [
  { position: 1, at: T0 - 10 * MINUTE, receivedAt: T0 - 10 * MINUTE + 4_000, value: 5.02, quality: 'ok', why: '', status: 'actual' },
  { position: 2, at: T0, receivedAt: T0 + 300_000, value: 5.12, quality: 'backfilled', why: '5分遅れ', status: 'actual' },
] as const;

const TRANSITION: Transition = {
  id: 'river-level@tama-03#1/1',
  alertId: 'river-level@tama-03#1',
  ruleId: 'river-level',
  gauge: 'tama-03',
  kind: 'raised',
  from: 0,
  to: 2,
  at: T0,
  decidedAt: T0 + 5_000,
  status: 'actual',
  record: {
    playbookVersion: 'v7',
    ruleId: 'river-level',
    by: 'rule',
    verdict: '2回続けて <5.00 m> 以上',
    limits: [
      { code: 'warn', name: '危険水位', value: 5 },
      { code: 'start', name: '観測開始水位', value: 3.7 },
    ],
    evidence: EVIDENCE,
  },
};

const partOf = (set: Partial<EvidenceSource> = {}) =>
  evidencePart({
    message: { subject: '【職員】危険水位', body: '水位が上がりました。\n確かめてください。', language: 'ja', status: 'actual' },
    transition: TRANSITION,
    playbook: aPlaybook({ gauges: [aGauge({ id: 'tama-03', name: '多摩川橋' })] }),
    points: [aPoint(350, 2.8), aPoint(60, 4.5), aPoint(40, 9.9, { quality: 'stepTooLarge' }), aPoint(20, 4.9), aPoint(0, 5.12)],
    quantity: 'level',
    url: 'https://hq.example.jp',
    ...set,
  });

/** Width, height, and the dots of a PNG with a palette; every chunk's length must fit. */
function read(png: Buffer): { readonly width: number; readonly height: number; readonly colours: Set<string> } {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    const length = png.readUInt32BE(at);
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length));
  }
  const [header, palette] = [chunks.get('IHDR')!, chunks.get('PLTE')!];
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = inflateSync(chunks.get('IDAT')!);
  expect(rows.length).toBe((width + 1) * height);
  const used = new Set<number>();
  for (let row = 0; row < height; row += 1) for (const dot of rows.subarray(row * (width + 1) + 1, (row + 1) * (width + 1))) used.add(dot);
  return { width, height, colours: new Set([...used].map((dot) => palette.subarray(dot * 3, dot * 3 + 3).join(','))) };
}

describe('evidencePart', () => {
  it('says in plain text what the decision rests on: rule, verdict, limits, readings with time, value, quality and age, version, where to look', () => {
    expect(partOf().text.split('\n')).toEqual([
      '― 判断の根拠 ―',
      expect.stringMatching(/^規則: .*river-level/),
      '判定: 2回続けて <5.00 m> 以上',
      '基準: 観測開始水位 3.70 m / 危険水位 5.00 m',
      '使った観測値:',
      expect.stringMatching(/^ {2}\d+\/\d+ \d\d:\d\d 多摩川橋 5\.02 m 良 到着まで 4秒$/),
      expect.stringMatching(/^ {2}\d+\/\d+ \d\d:\d\d 多摩川橋 5\.12 m 後から到着（5分遅れ） 到着まで 5分$/),
      'playbook の版: v7',
      '対策本部の画面で見る: https://hq.example.jp/hq/alerts/river-level%40tama-03%231',
      '判断から配信までの記録: https://hq.example.jp/hq/lineage/river-level%40tama-03%231%2F1',
    ]);
  });

  it('shows the same as a page that escapes every word, with the picture and a sentence in its place', () => {
    const { html, pictures } = partOf();
    expect(html).toContain('水位が上がりました。');
    expect(html).toContain('2回続けて &#60;5.00 m&#62; 以上');
    expect(html).toMatch(/<img\s+src="cid:chart@sonae"\s+alt="多摩川橋 [^"]*最新 [^"]*5\.12 m"/);
    expect(html).not.toMatch(/<script|<link|http-equiv|url\(/);
    expect(pictures).toHaveLength(1);
  });

  it('draws a sharp picture of at most 40 KB: ground, curve, doubtful point and each limit in a colour of its own', () => {
    const { png } = partOf().pictures[0]!;
    const { width, height, colours } = read(png);
    expect([width, height]).toEqual([1_120, 520]);
    expect(png.length).toBeLessThan(40 * 1_024);
    expect([...colours]).toEqual(expect.arrayContaining(['255,255,255', '0,23,193', '118,118,118', '146,116,0', '192,79,0']));
    const long = partOf({ points: Array.from({ length: 2_000 }, (_, i) => aPoint(360 - i * 0.18, 3 + Math.sin(i * 1.7))) });
    expect(long.pictures[0]!.png.length).toBeLessThan(40 * 1_024);
  });

  it('draws no curve where nothing was observed, and says what there is', () => {
    const { text, html, pictures } = partOf({
      points: [],
      transition: { ...TRANSITION, record: { ...TRANSITION.record, evidence: [], limits: [] } },
    });
    expect(pictures).toEqual([]);
    expect(html).not.toContain('<img');
    expect(text).toContain('この判断に観測値は使っていません。');
  });

  it.each([
    ['one value', [aPoint(0, 3)]],
    ['one value for hours', [aPoint(300, 3), aPoint(0, 3)]],
    ['zero', [aPoint(10, 0), aPoint(0, 0)]],
    ['below zero', [aPoint(10, -1.2), aPoint(0, -0.4)]],
    ['only doubtful values', [aPoint(10, 3, { quality: 'constant' })]],
  ])('draws %s', (_, points) => {
    const { pictures } = partOf({ points, transition: { ...TRANSITION, record: { ...TRANSITION.record, limits: [] } } });
    expect(read(pictures[0]!.png).width).toBe(1_120);
  });

  it('frames a drill, and leaves its marks where they are', () => {
    const message = {
      subject: '【訓練】危険水位',
      body: '【訓練】これは訓練です。\n水位\n【訓練】これは訓練です。',
      language: 'ja',
      status: 'exercise',
    } as const;
    const { html } = partOf({ message });
    expect(html).toContain('border:4px solid #006f83');
    expect(html.match(/【訓練】/g)).toHaveLength(5);
    expect(partOf().html).not.toContain('#006f83');
  });

  it('sets no colour of text or ground, so that dark ground stays dark; only the picture and the letters bring their own', () => {
    const { html } = partOf();
    expect(html).toContain('<meta name="color-scheme" content="light dark" />');
    expect(html.match(/(?<![-\w])color:[^;"]+/g)).toEqual(['color:#ffffff', 'color:#ffffff']);
    expect(html.match(/background:[^;"]+/g)).toEqual(['background:#ffffff', 'background:rgb(146,116,0)', 'background:rgb(192,79,0)']);
  });

  it('speaks English to whoever reads English', () => {
    const { text } = partOf({ message: { subject: 'Danger', body: 'Rising.', language: 'en', status: 'actual' } });
    expect(text).toMatch(/^― Grounds ―\nRule: [\s\S]*Open at headquarters: https/);
  });

  it('lists no more than twenty readings of a condition over many gauges, and says how many there are besides', () => {
    const evidence = Array.from({ length: 50 }, (_, i) => ({ ...EVIDENCE[0], position: i, gauge: `g${i}`, at: T0 - HOUR + i }));
    const { text } = partOf({ transition: { ...TRANSITION, record: { ...TRANSITION.record, evidence } } });
    expect(text.match(/^ {2}\d+\/\d+ /gm)).toHaveLength(20);
    expect(text).toContain('  +30');
  });
});

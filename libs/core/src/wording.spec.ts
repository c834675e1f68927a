import { type Transition, TRANSITION_KINDS } from './alert.ts';
import { type Language, LANGUAGES } from './delivery.ts';
import type { Gauge } from './gauge.ts';
import type { Playbook } from './playbook.ts';
import type { BandRule, QueueRule, BlindRule, FaultRule, LevelRule, Rule } from './rule.ts';
import { QUANTITIES } from './quantity.ts';
import { marked, parametersOf, parametersOffered, placesOf, render, renderTransition } from './wording.ts';

const at = Date.parse('2026-07-01T04:30:00+09:00');

const gauge: Gauge = {
  id: 'ose-seguchi',
  device: 'ose-seguchi',
  name: '瀬口',
  kind: 'river',
  quantity: 'level',
  river: '大瀬川',
  areas: ['seguchi', 'honmachi'],
  lat: null,
  lon: null,
  datum: 'T.P.',
  zeroHeightM: null,
  crestM: 6.6,
  sensorElevationM: null,
  offset: 0,
  capacity: null,
  publicAlert: 'allowed',
  standbyIntervalMs: 86_400_000,
  observeIntervalMs: 300_000,
  plausible: { min: -10, max: 9, stepPer10Min: 1, stepPerHour: 3, stuckAfterMs: 10_800_000 },
  thresholds: [
    { code: 'start', value: 3.7, validFrom: 0 },
    { code: 'warn', value: 5, validFrom: 0 },
  ],
  upstream: null,
};
const spot: Gauge = { ...gauge, id: 'spot', name: '参道', kind: 'spot', quantity: 'count', river: null, areas: [], capacity: 2_000 };

const base = { selector: {}, staffOnly: false, shadow: false };
const stepped = { ...base, confirm: { readings: 2 }, greatestAgeMs: 1, clearHoldMs: 1 };
const level: LevelRule = {
  ...stepped,
  id: 'river-level',
  name: '河川水位',
  kind: 'level',
  quantity: 'level',
  steps: [
    { code: 'start', name: '観測開始水位' },
    { code: 'warn', name: '危険水位' },
  ],
  clearMargin: 0.1,
};
const band: BandRule = {
  ...stepped,
  id: 'crowd',
  name: '混雑',
  kind: 'band',
  quantity: 'count',
  bands: [{ code: 'busy', name: '混雑', from: 60 }],
  measure: 'percent',
  hysteresis: 5,
  windowMs: 0,
};
const blind: BlindRule = { ...base, id: 'blind', name: '不通', kind: 'blind', observeIntervals: 3, standbyIntervals: 1.5 };
const fault: FaultRule = { ...base, id: 'faults', name: '装置の不具合', kind: 'fault', findings: ['clock'] };

const message = { subject: '{river} {gauge} {step}', body: '{time}に{value} {unit}\n' };
const playbook: Playbook = {
  version: 'v1',
  city: { code: '992011', name: '見本市', timeZone: 'Asia/Tokyo', languages: ['ja', 'ja-easy', 'en'] },
  gauges: new Map([gauge, spot].map((one) => [one.id, one])),
  rules: [level, band, blind, fault],
  routes: [],
  districts: new Map([
    ['seguchi', { code: 'seguchi', name: '瀬口', population: 1 }],
    ['honmachi', { code: 'honmachi', name: '本町', population: 1 }],
  ]),
  shelters: [],
  wordings: new Map([
    ['ja', { language: 'ja', reviewer: 'x', messages: { 'river.climbed': message } }],
    [
      'en',
      {
        language: 'en',
        reviewer: 'x',
        names: { 瀬口: 'Seguchi', 本町: 'Honmachi', 大瀬川: 'Ose River', 危険水位: 'danger level' },
        messages: { 'river.climbed': { subject: '{river} at {gauge}: {step}', body: '{date}, {time}: {value} {unit}; {area}' } },
      },
    ],
  ]),
  areasGeoJson: null,
  retention: { logDays: 1, historyDays: 1, deliveriesDays: 1, quarantineDays: 1 },
};

const seen = (value: number, more: Partial<Transition['record']['evidence'][number]> = {}) =>
  ({ position: 1, at, receivedAt: at, value, quality: 'ok', why: '', status: 'actual', ...more }) as const;

function aTransition(
  rule: Rule,
  one: Gauge,
  more: Partial<Transition> & { readonly evidence?: Transition['record']['evidence'] } = {},
): Transition {
  const { evidence = [seen(5.214)], ...rest } = more;
  return {
    id: 't',
    alertId: 'a',
    ruleId: rule.id,
    gauge: one.id,
    kind: 'climbed',
    from: 1,
    to: 2,
    at,
    decidedAt: at,
    status: 'actual',
    record: { playbookVersion: 'v1', ruleId: rule.id, by: 'rule', verdict: '', limits: [], evidence },
    ...rest,
  };
}

const valuesOf = (rule: Rule, one: Gauge, transition: Transition, language: Language = 'ja') =>
  parametersOf({ playbook, rule, gauge: one, transition, language });

describe('render', () => {
  it('fills names in one pass, so that a value with braces stays as it is', () => {
    expect(render('{gauge}は{value}', { gauge: '{value}', value: '1' })).toBe('{value}は1');
  });

  it('takes a missing value for a bug', () => {
    expect(() => render('{gauge}', {})).toThrow('no value for {gauge}');
    expect(() => render('{constructor}', {})).toThrow('no value for {constructor}');
  });
});

describe('placesOf', () => {
  it('gives the names in braces, in order, as they are written', () => {
    expect(placesOf('{gauge}は{ value }、{gauge} }{')).toEqual(['gauge', ' value ', 'gauge']);
    expect(placesOf('何もない')).toEqual([]);
  });
});

describe('parametersOffered', () => {
  const always = ['city', 'date', 'gauge', 'rule', 'time', 'why'];
  const level2 = ['area', 'limit', 'over', 'river', 'unit', 'value'];

  it.each<[string, Rule, Gauge, Transition['kind'], readonly string[]]>([
    ['the first raise of a level: nothing was left', level, gauge, 'raised', [...level2, 'step']],
    ['a climb: from where', level, gauge, 'climbed', [...level2, 'step', 'from']],
    ['a step down: from where', level, gauge, 'steppedDown', [...level2, 'step', 'from']],
    ['an all-clear: nothing was reached', level, gauge, 'cleared', [...level2, 'from']],
    [
      'a place with a capacity, without river and district',
      band,
      spot,
      'raised',
      ['capacity', 'limit', 'over', 'percent', 'step', 'unit', 'value'],
    ],
    ['a silence: since when', blind, gauge, 'raised', ['area', 'river', 'since', 'unit', 'value']],
    ['the end of a silence', blind, gauge, 'cleared', ['area', 'river', 'unit', 'value']],
    ['a reminder: no value that could be taken for that of now', level, gauge, 'reminded', ['area', 'river', 'step', 'waited']],
    ['a reminder of a silence', blind, gauge, 'reminded', ['area', 'river', 'waited']],
    ['a call: who answered', level, gauge, 'escalated', ['answered', 'area', 'river', 'step', 'waited', 'wanted']],
    ['a reset: what was in force', level, gauge, 'reset', ['area', 'from', 'river']],
    ['a reset of a silence', blind, gauge, 'reset', ['area', 'river']],
    ['a fault: no value, for it is doubted', fault, gauge, 'raised', ['area', 'river']],
    ['a fault more, and no number of steps', fault, gauge, 'climbed', ['area', 'river']],
    ['a reminder of a fault', fault, gauge, 'reminded', ['area', 'river', 'waited']],
    ['a reset of a fault', fault, gauge, 'reset', ['area', 'river']],
  ])('offers to the words of %s', (_, rule, one, kind, expected) => {
    expect([...parametersOffered(rule, one, kind)].toSorted()).toEqual([...always, ...expected].toSorted());
  });
});

const units = (language: Language) =>
  QUANTITIES.map((quantity) => valuesOf({ ...level, quantity }, gauge, aTransition(level, gauge), language).unit);

describe('parametersOf', () => {
  it('gives each quantity its unit in each language', () => {
    expect(units('ja')).toEqual(['m', 'mm', '人', '人', '人', '人', '分', '番', '']);
    expect(units('ja-easy')).toEqual(['メートル', 'ミリ', '人(にん)', '人(にん)', '人(にん)', '人(にん)', '分(ふん)', '番(ばん)', '']);
    expect(units('en')).toEqual(['m', 'mm', 'people', 'people', 'people', 'people', 'min', '', '']);
    expect(units('zh-Hans')).toEqual(['m', 'mm', '人', '人', '人', '人', '分钟', '号', '']);
    expect(units('zh-Hant')).toEqual(['m', 'mm', '人', '人', '人', '人', '分鐘', '號', '']);
    expect(units('ko')).toEqual(['m', 'mm', '명', '명', '명', '명', '분', '번', '']);
    expect(units('vi')).toEqual(['m', 'mm', 'người', 'người', 'người', 'người', 'phút', '', '']);
    expect(units('pt')).toEqual(['m', 'mm', 'pessoas', 'pessoas', 'pessoas', 'pessoas', 'min', '', '']);
  });

  it.each([
    ['level', 5, '5.00'],
    ['level', 5.214, '5.21'],
    ['rain', 12, '12'],
    ['rain', 12.34, '12.3'],
    ['count', 1_599.4, '1,599'],
  ] as const)('writes %s %f as %s', (quantity, value, expected) => {
    expect(valuesOf({ ...level, quantity }, gauge, aTransition(level, gauge, { evidence: [seen(value)] })).value).toBe(expected);
  });

  it.each<[Language, string, string, string]>([
    ['ja', '7月1日', '1,205.21', '瀬口・本町'],
    ['ja-easy', '7月(がつ)1日(にち)', '1,205.21', '瀬口・本町'],
    ['en', 'July 1', '1,205.21', 'Seguchi, Honmachi'],
    ['zh-Hans', '7月1日', '1,205.21', '瀬口、本町'],
    ['zh-Hant', '7月1日', '1,205.21', '瀬口、本町'],
    ['ko', '7월 1일', '1,205.21', '瀬口, 本町'],
    ['vi', '1 tháng 7', '1.205,21', '瀬口, 本町'],
    ['pt', '1 de julho', '1.205,21', '瀬口, 本町'],
  ])('writes dates, numbers and lists as %s does', (language, date, value, area) => {
    expect(valuesOf(level, gauge, aTransition(level, gauge, { evidence: [seen(1_205.21)] }), language)).toMatchObject({
      date,
      value,
      area,
    });
  });

  it('tells the newest of values that are all in doubt', () => {
    const doubtful = [4, 17, 18].map((value) => seen(value, { quality: 'stepTooLarge' }));
    expect(valuesOf(level, gauge, aTransition(level, gauge, { evidence: doubtful })).value).toBe('18.00');
  });

  it('shows dashes for what nobody knows: a value that was not seen, and a limit that the gauge does not have', () => {
    expect(valuesOf(level, gauge, aTransition(level, gauge, { evidence: [] }))).toMatchObject({ value: '－', limit: '5.00', over: '－' });
    const crowd = aTransition(band, spot, { kind: 'raised', from: 0, to: 1, evidence: [] });
    expect(valuesOf(band, spot, crowd)).toMatchObject({ value: '－', over: '－', percent: '－', capacity: '2,000' });
    const without: Gauge = { ...gauge, thresholds: [] };
    expect(valuesOf(level, without, aTransition(level, without))).toMatchObject({ value: '5.21', limit: '－', over: '－' });
  });

  it('names a district that the playbook does not know by its code', () => {
    const elsewhere: Gauge = { ...gauge, areas: ['seguchi', 'x9'] };
    expect(valuesOf(level, elsewhere, aTransition(level, elsewhere)).area).toBe('瀬口・x9');
  });

  it('takes the limit of the step that is spoken of among all that were judged', () => {
    const limits = [
      { code: 'start', name: '観測開始水位', value: 3.6 },
      { code: 'warn', name: '危険水位', value: 5.1 },
    ];
    const judged = (some: Partial<Transition>): Transition => {
      const transition = aTransition(level, gauge, some);
      return { ...transition, record: { ...transition.record, limits } };
    };
    expect(valuesOf(level, gauge, judged({ kind: 'raised', from: 0, to: 1 })).limit).toBe('3.60');
    expect(valuesOf(level, gauge, judged({ kind: 'climbed', from: 1, to: 2 })).limit).toBe('5.10');
    expect(valuesOf(level, gauge, judged({ kind: 'cleared', from: 1, to: 0 })).limit).toBe('3.60');
  });

  it('says of a call how long nobody answered and how many are wanted', () => {
    const call = { ordinal: 1, waitedMs: 600_000, answered: 1, wanted: 2 } as Transition['call'];
    const escalated = aTransition(level, gauge, { kind: 'escalated', from: 2, to: 2, ...(call && { call }) });
    expect(valuesOf(level, gauge, escalated)).toMatchObject({ waited: '10', answered: '1', wanted: '2' });
  });

  it('gives metres two decimals, and the distance from the limit that was reached', () => {
    expect(valuesOf(level, gauge, aTransition(level, gauge))).toEqual({
      city: '見本市',
      gauge: '瀬口',
      river: '大瀬川',
      area: '瀬口・本町',
      rule: '河川水位',
      step: '危険水位',
      from: '観測開始水位',
      value: '5.21',
      unit: 'm',
      limit: '5.00',
      over: '0.21',
      time: '04:30',
      date: '7月1日',
      why: '',
    });
  });

  it('takes the limit that was judged rather than the one of today', () => {
    const transition = aTransition(level, gauge);
    const judged = { ...transition, record: { ...transition.record, limits: [{ code: 'warn', name: '危険水位', value: 5.1 }] } };
    expect(valuesOf(level, gauge, judged)).toMatchObject({ limit: '5.10', over: '0.11' });
  });

  it('names the limit that was left on the way down', () => {
    const down = aTransition(level, gauge, { kind: 'steppedDown', from: 2, to: 1, evidence: [seen(4.6)] });
    expect(valuesOf(level, gauge, down)).toMatchObject({ step: '観測開始水位', from: '危険水位', limit: '5.00', over: '0.40' });
  });

  it('says why in the language of the reader, with its names, and in Japanese where it has no words or only a text', () => {
    const limit = { step: 2, name: '危険水位', value: 5 };
    const up = aTransition(level, gauge);
    const reason = { kind: 'reached', limit, readings: 2, minutes: null } as const;
    const record = { ...up.record, verdict: '2回続けて危険水位(5)以上', reason };
    const why = (language: Language, of = record) => valuesOf(level, gauge, { ...up, record: of }, language).why;
    expect(why('ja')).toBe('2回続けて危険水位(5)以上');
    expect(why('en')).toBe('danger level (5) or higher in 2 readings in a row');
    expect(why('ko')).toBe('2回続けて危険水位(5)以上');
    expect(why('en', { ...up.record, verdict: '前からの記録' } as typeof record)).toBe('前からの記録');
  });

  it('tells the newest value that was believed', () => {
    const spike = aTransition(level, gauge, { evidence: [seen(5.2), seen(17, { quality: 'stepTooLarge' })] });
    expect(valuesOf(level, gauge, spike).value).toBe('5.20');
  });

  it('counts persons in whole numbers and rounds percent down', () => {
    const crowd = aTransition(band, spot, { kind: 'raised', from: 0, to: 1, evidence: [seen(1_599)] });
    expect(valuesOf(band, spot, crowd)).toMatchObject({ value: '1,599', unit: '人', percent: '79', capacity: '2,000', limit: '1,200' });
    expect(valuesOf(band, spot, crowd, 'en').unit).toBe('people');
  });

  it.each([
    ['today', '2026-07-01T03:10:00+09:00', '03:10'],
    ['the day before', '2026-06-30T23:50:00+09:00', '6月30日 23:50'],
  ])('tells since when a gauge is blind: %s', (_, receivedAt, expected) => {
    const silent = aTransition(blind, gauge, {
      kind: 'raised',
      from: 0,
      to: 1,
      evidence: [seen(4, { receivedAt: Date.parse(receivedAt) })],
    });
    expect(valuesOf(blind, gauge, silent).since).toBe(expected);
  });

  it('shows a dash for the last value of a gauge that never spoke', () => {
    const silent = aTransition(blind, gauge, { kind: 'raised', from: 0, to: 1, evidence: [] });
    expect(valuesOf(blind, gauge, silent)).toMatchObject({ value: '－', since: '04:30' });
  });

  it('gives exactly what is offered, for every rule, gauge and kind', () => {
    for (const rule of playbook.rules) {
      for (const one of [gauge, spot]) {
        for (const kind of [...TRANSITION_KINDS, 'reset'] as const) {
          const given = Object.keys(valuesOf(rule, one, aTransition(rule, one, { kind }))).toSorted();
          expect(given).toEqual([...parametersOffered(rule, one, kind)].toSorted());
        }
      }
    }
  });
});

const rendered = (language: Language, more: Partial<Transition> = {}) =>
  renderTransition({ playbook, route: { wording: 'river', fromStep: 1 }, transition: aTransition(level, gauge, more), language });

describe('renderTransition', () => {
  it('speaks the language with its own names and dates', () => {
    expect(rendered('en')).toEqual({
      subject: 'Ose River at Seguchi: danger level',
      body: 'July 1, 04:30: 5.21 m; Seguchi, Honmachi',
      translated: true,
    });
  });

  it('speaks of the step that the route begins with as reached for the first time', () => {
    const raised = {
      ...playbook,
      wordings: new Map([['ja', { language: 'ja', reviewer: 'x', messages: { 'river.raised': message } }] as const]),
    };
    const transition = aTransition(level, gauge);
    expect(renderTransition({ playbook: raised, route: { wording: 'river', fromStep: 2 }, transition, language: 'ja' }).subject).toBe(
      '大瀬川 瀬口 危険水位',
    );
  });

  it('falls back to Japanese and says so', () => {
    expect(rendered('ja-easy')).toEqual({ subject: '大瀬川 瀬口 危険水位', body: '04:30に5.21 m', translated: false });
  });

  it('leads whoever gets Japanese words instead of their own to the page in their language', () => {
    const asked = {
      playbook,
      route: { wording: 'river', fromStep: 1 },
      transition: aTransition(level, gauge),
      publicUrl: 'https://bousai.example.jp/',
    };
    expect(renderTransition({ ...asked, language: 'vi' })).toEqual({
      subject: '大瀬川 瀬口 危険水位',
      body: '04:30に5.21 m\n\nThông báo này không có bản tiếng Việt. Hãy xem trang tiếng Việt của thành phố:\nhttps://bousai.example.jp/?lang=vi',
      translated: false,
      link: 'https://bousai.example.jp/?lang=vi',
    });
    expect(renderTransition({ ...asked, language: 'en' }).link).toBeUndefined();
  });

  it('F51 says of a reset in words of its own that it is no all-clear, also where the playbook has none, and shows no value', () => {
    const reset = { kind: 'reset', from: 2, to: 0 } as const;
    for (const [language, no] of [
      ['ja', 'おさまったことを示すものではありません'],
      ['ja-easy', 'まだ 安全(あんぜん)とは 言(い)えません'],
      ['en', 'does not mean that the danger is over'],
      ['zh-Hans', '并不表示危险已经解除'],
      ['zh-Hant', '並不表示危險已經解除'],
      ['ko', '위험이 사라졌다는 뜻은 아닙니다'],
      ['vi', 'không có nghĩa là đã hết nguy hiểm'],
      ['pt', 'não significa que o perigo passou'],
    ] as const) {
      const { subject, body, translated } = rendered(language, reset);
      expect([body, translated]).toEqual([expect.stringContaining(no), true]);
      expect(`${subject}${body.replace(no, '')}`).not.toMatch(/解除|해제|5[.,]21|[{}]/);
    }
    const own = { 'river.reset': { subject: '{gauge} {from}', body: '{why}' } };
    const worded: Playbook = { ...playbook, wordings: new Map([['ja', { language: 'ja', reviewer: 'x', messages: own }]]) };
    const transition = aTransition(level, gauge, reset);
    expect(renderTransition({ playbook: worded, route: { wording: 'river', fromStep: 2 }, transition, language: 'ja' }).subject).toBe(
      '瀬口 危険水位',
    );
  });

  it.each([
    ['exercise', 'ja', '【訓練】大瀬川 瀬口 危険水位', '【訓練】これは訓練です。'],
    ['exercise', 'en', '【訓練】[DRILL] Ose River at Seguchi: danger level', '【訓練】This is a drill. It is not real.'],
    ['exercise', 'ja-easy', '【訓練】大瀬川 瀬口 危険水位', '【訓練】これは訓練です。'],
    ['test', 'ja', '【試験】大瀬川 瀬口 危険水位', '【試験】これは試験配信です。'],
  ] as const)('marks an %s in %s in subject, first and last line', (status, language, subject, line) => {
    const { subject: said, body } = rendered(language, { status });
    const lines = body.split('\n');
    expect([said, lines[0], lines.at(-1)]).toEqual([subject, line, line]);
  });

  it.each([
    ['exercise', 'ja', '【訓練】水位', '【訓練】これは訓練です。'],
    ['exercise', 'ja-easy', '【訓練】水位', '【訓練】これは 練習(れんしゅう)です。本当(ほんとう)では ありません。'],
    ['exercise', 'en', '【訓練】[DRILL] 水位', '【訓練】This is a drill. It is not real.'],
    ['test', 'ja', '【試験】水位', '【試験】これは試験配信です。'],
    ['test', 'ja-easy', '【試験】水位', '【試験】これは テストです。本当(ほんとう)では ありません。'],
    ['test', 'en', '【試験】[TEST] 水位', '【試験】This is a test. It is not real.'],
    ['exercise', 'zh-Hans', '【訓練】[演练] 水位', '【訓練】这是演练，不是真实情况。'],
    ['exercise', 'zh-Hant', '【訓練】[演練] 水位', '【訓練】這是演練，不是真實情況。'],
    ['exercise', 'ko', '【訓練】[훈련] 水位', '【訓練】이것은 훈련입니다. 실제 상황이 아닙니다.'],
    ['exercise', 'vi', '【訓練】[DIỄN TẬP] 水位', '【訓練】Đây là diễn tập, không phải tình huống thật.'],
    ['exercise', 'pt', '【訓練】[SIMULADO] 水位', '【訓練】Isto é um simulado. Não é real.'],
    ['test', 'zh-Hans', '【試験】[测试] 水位', '【試験】这是测试信息，不是真实情况。'],
    ['test', 'zh-Hant', '【試験】[測試] 水位', '【試験】這是測試訊息，不是真實情況。'],
    ['test', 'ko', '【試験】[시험] 水位', '【試験】이것은 시험 발송입니다. 실제 상황이 아닙니다.'],
    ['test', 'vi', '【試験】[THỬ NGHIỆM] 水位', '【試験】Đây là tin thử nghiệm, không phải tình huống thật.'],
    ['test', 'pt', '【試験】[TESTE] 水位', '【試験】Isto é um teste. Não é real.'],
  ] as const)('promise 7 says of an %s in %s that it is none, before and after the words', (status, language, subject, line) => {
    expect(marked({ subject: '水位', body: '高い' }, status, language)).toEqual({ subject, body: `${line}\n高い\n${line}` });
  });

  it('speaks of the rule and the gauge that decided', () => {
    const crowded: Playbook = {
      ...playbook,
      wordings: new Map([
        ['ja', { language: 'ja', reviewer: 'x', messages: { 'crowd.raised': { subject: '{gauge} {rule} {percent}', body: '' } } }],
      ]),
    };
    const transition = aTransition(band, spot, { kind: 'raised', from: 0, to: 1, evidence: [seen(1_800)] });
    expect(renderTransition({ playbook: crowded, route: { wording: 'crowd', fromStep: 1 }, transition, language: 'ja' }).subject).toBe(
      '参道 混雑 90',
    );
  });

  it.each([
    ['rule', { ruleId: 'gone' }, 'river', 'the playbook has no rule gone'],
    ['gauge', { gauge: 'gone' }, 'river', 'the playbook has no gauge gone'],
    ['text', {}, 'gone', 'the playbook has no Japanese text gone.climbed'],
  ])('takes a %s that the playbook does not have for a bug, and names it', (_, more, wording, expected) => {
    const transition = aTransition(level, gauge, more);
    expect(() => renderTransition({ playbook, route: { wording, fromStep: 1 }, transition, language: 'en' })).toThrow(expected);
    const silent: Playbook = { ...playbook, wordings: new Map() };
    expect(() => renderTransition({ playbook: silent, route: { wording, fromStep: 1 }, transition, language: 'ja' })).toThrow(
      /^the playbook has no /,
    );
  });

  it('leaves no mark on what is real', () => {
    expect(JSON.stringify(rendered('ja'))).not.toMatch(/訓練|試験/);
  });
});

const crowdValues = (rule: Rule, one: Gauge, more: Parameters<typeof aTransition>[2] = {}) =>
  parametersOf({ playbook, rule, gauge: one, transition: aTransition(rule, one, more), language: 'ja' });

describe('the words of crowds', () => {
  const dense: BandRule = { ...band, id: 'dense', measure: 'density', bands: [{ code: 'busy', name: '混雑', from: 1 }], hysteresis: 0.1 };
  const flow: BandRule = { ...band, id: 'flow', quantity: 'in', measure: 'flow', windowMs: 600_000 };
  const queue: QueueRule = { ...base, id: 'turn', name: '順番', kind: 'queue', quantity: 'calling', ahead: 5, greatestAgeMs: 900_000 };
  const square: Gauge = { ...spot, areaM2: 400 };

  it('tell a density by the square metre, with one decimal', () => {
    expect(crowdValues(dense, square, { evidence: [seen(620)] })).toMatchObject({ density: '1.6', value: '620' });
    expect(parametersOffered(dense, spot, 'raised').has('density')).toBe(false);
  });

  it('tell a flow per minute and not what the counter says', () => {
    const evidence = [seen(100, { at: at - 600_000 }), seen(425)];
    const values = crowdValues(flow, spot, { evidence });
    expect(values).toMatchObject({ perMinute: '32.5' });
    expect(values).not.toHaveProperty('value');
    expect(crowdValues(flow, spot, { evidence: [seen(425)] }).perMinute).toBe('－');
  });

  it('tell the number being called and how few are before', () => {
    expect(crowdValues(queue, spot, { kind: 'called', from: 40, to: 43 })).toMatchObject({ calling: '43', ahead: '5' });
    expect([...parametersOffered(queue, spot, 'called')].toSorted()).not.toContain('value');
  });

  it.each(LANGUAGES)('ask staff in %s, in words of their own, for the step that waits for a yes', (language) => {
    const rule: BandRule = { ...band, bands: [...band.bands, { code: 'full', name: '満員', from: 100, byPerson: true }] };
    const own = { ...playbook, rules: [rule] };
    const { subject, body, translated } = renderTransition({
      playbook: own,
      route: { wording: 'staff', fromStep: 1 },
      transition: aTransition(rule, spot, { kind: 'asked', from: 1, to: 1, evidence: [seen(1_200)] }),
      language,
    });
    expect(translated).toBe(true);
    expect(subject).toContain('満員');
    expect(body).toMatch(/1[,.]200/);
    expect(`${subject}${body}`).not.toMatch(/[{}]|undefined/);
  });
});

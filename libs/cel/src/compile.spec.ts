import type { Condition, FactsSource, Gauge, GaugeFacts, Reached, Sample, Verdict } from '#core';
import * as fc from 'fast-check';
import { aGauge, MINUTE, T0 } from '../../../test/support/builders.ts';
import { compileCondition } from './compile.ts';
import type { Known } from './known.ts';
import type { ConditionProblem } from './problem.ts';

const own = aGauge({
  id: 'ose-shimo',
  name: '大瀬川下流',
  river: '大瀬川',
  areas: ['a1', 'a2'],
  crestM: 6,
  observeIntervalMs: 10 * MINUTE,
});
/** Beside it in the same rule, with a capacity that it lacks. */
const hall = { ...own, id: 'hall', capacity: 100 };
const upper = aGauge({ id: 'ose-kami', name: '大瀬川上流', river: '大瀬川', areas: ['a3'] });

const known = (set: Partial<Known> = {}): Known => ({
  gauges: new Map([own, upper].map((gauge) => [gauge.id, gauge])),
  selected: [own, hall],
  rules: [
    { id: 'river-level', selector: { kinds: ['river'] } },
    { id: 'crowd', selector: { kinds: ['shelter'] } },
  ],
  steps: 1,
  ...set,
});

/** A gauge as the engine would show it; `values` end at T0, ten minutes apart. */
function facts(gauge: Gauge, values: readonly number[], set: Partial<GaugeFacts> = {}): GaugeFacts {
  const samples = values.map((value, i): Sample => ({ at: T0 - (values.length - 1 - i) * 10 * MINUTE, value }));
  return {
    gauge,
    newest: samples.at(-1) ?? null,
    quality: samples.length > 0 ? 'ok' : null,
    blind: false,
    gapMaxMs: 30 * MINUTE,
    since: (from) =>
      samples.slice(
        Math.max(
          0,
          samples.findLastIndex(({ at }) => at <= from),
        ),
      ),
    step: (rule) => (rule === 'river-level' ? 2 : null),
    ...set,
  };
}

interface Scenery extends Partial<FactsSource> {
  readonly upperFacts?: GaugeFacts | null;
  readonly near?: Reached;
}

const scenery = ({ upperFacts, near, ...set }: Scenery = {}): FactsSource => ({
  at: T0,
  timeZone: 'Asia/Tokyo',
  own: facts(own, [2.8, 3.0, 3.1, 3.3]),
  weatherLevel: 3,
  other: () => (upperFacts === undefined ? facts(upper, [4.0]) : upperFacts),
  around: () => near ?? { reached: 1, unknown: 1, of: 4 },
  ...set,
});

function compiled(text: string, set?: Partial<Known>): Condition {
  const { condition, problems } = compileCondition(text, known(set));
  if (!condition) throw new Error(`${text}: ${problems.map(({ message }) => message).join('; ')}`);
  return condition;
}

const problemsOf = (text: string, set?: Partial<Known>): readonly ConditionProblem[] => compileCondition(text, known(set)).problems;

const step = (value: number): Verdict => ({ kind: 'step', step: value });

describe('a condition', () => {
  it.each<[string, 0 | 1]>([
    ['value > 3.2', 1],
    ['value > 3.3', 0],
    ['value > 3', 1],
    ['gauge.value == value && gauge.id == "ose-shimo"', 1],
    ['rise(30) >= 0.5', 1],
    ['rise(30) > 0.5', 0],
    ['rise(15) == 0.25', 1],
    ['max(20) == 3.3 && min(20) == 3.1 && mean(20) == 3.2 && sum(20) == 6.4', 1],
    ['count(20) == 2 && count(60) == 4', 1],
    ['values(20).all(v, v > 3.0) && !values(30).exists(v, v > 3.3)', 1],
    ['values(30).filter(v, v > 3.05).size() == 2', 1],
    ['values(30)[0] == 3.0', 1],
    ['rise(30) >= 0.5 && gauges["ose-kami"].value > 3.2 && weather.level >= 3', 1],
    ['weather.level == 4', 0],
    ['gauges["ose-kami"].ageMin < 1 && ageMin == 0.0', 1],
    ['gauges["ose-kami"].step("river-level") >= 2 && step("river-level") == 2', 1],
    ['value - threshold("start") > -0.5', 1],
    ['value < gauge.crest && gauge.name.contains("下流") && gauge.river == "大瀬川"', 1],
    ['"a1" in gauge.areas', 1],
    ['area.atLeast(1, "warn")', 1],
    ['river.atLeast(3, "warn")', 0],
    ['known && weather.known && gauges["ose-kami"].known && !blind && quality == "ok"', 1],
    ['[value, gauges["ose-kami"].value].filter(v, v > 3.2).size() >= 2', 1],
    ['// 夜だけ\nclock.hour < 24 && clock.minute >= 0 && clock.weekday in [0, 1, 2, 3, 4, 5, 6] && clock.month > 0', 1],
  ])('%s is %i', (text, expected) => {
    expect(compiled(text).evaluate(scenery())).toEqual(step(expected));
  });

  it('reads the clock of the city and not of the machine', () => {
    const condition = compiled('clock.hour == 2 && clock.minute == 30 && clock.weekday == 0 && clock.month == 3');
    expect(condition.evaluate(scenery({ at: Date.parse('2026-03-01T02:30:00+09:00'), own: facts(own, []) }))).toEqual(step(1));
    expect(condition.evaluate(scenery({ at: Date.parse('2026-03-01T02:30:00Z'), own: facts(own, []) }))).toEqual(step(0));
  });

  it('answers with a step, at most the highest', () => {
    const condition = compiled('value > 3.2 ? 2 : value > 3.0 ? 1 : 0', { steps: 2 });
    const at = (value: number): Verdict => condition.evaluate(scenery({ own: facts(own, [value]) }));
    expect([3.3, 3.1, 2.9].map(at)).toEqual([step(2), step(1), step(0)]);
    expect(compiled('7', { steps: 2 }).evaluate(scenery())).toEqual(step(2));
    expect(compiled('-1', { steps: 2 }).evaluate(scenery())).toMatchObject({ kind: 'unknown' });
  });

  it('says what it depends on, so that the engine keeps enough and asks again when that changes', () => {
    const condition = compiled('gauges["ose-kami"].rise(90) > 0.5 && max(30) > 3.0 && area.atLeast(2, "warn") && weather.level > 2');
    expect(condition).toMatchObject({ gauges: ['ose-kami'], windowMs: 90 * MINUTE, around: ['area'], asksWeather: true });
    expect(compiled('value > 3')).toMatchObject({ gauges: [], windowMs: 0, around: [], asksWeather: false });
  });
});

describe('F50 what is not known is never "under"', () => {
  const nothing = facts(own, []);
  const old = facts(upper, [4.0], { newest: { at: T0 - 31 * MINUTE, value: 4.0 } });
  const nan = facts(own, [3, Number.NaN, 3.2, 3.3]);
  const holed = facts(own, [3, 3, 3, 3], {
    since: () => [0, 1, 40, 41].map((minute) => ({ at: T0 - 41 * MINUTE + minute * MINUTE, value: 3 })),
  });

  it.each<[string, string, Scenery, RegExp]>([
    ['no reading yet', 'value > 3.0', { own: nothing }, /大瀬川下流.*新しい値/],
    ['the contrary of it', '!(value > 3.0)', { own: nothing }, /大瀬川下流.*新しい値/],
    ['a newest value that is not a number', 'value > 3.0', { own: facts(own, [Number.NaN]) }, /新しい値/],
    ['a gauge that has gone', 'gauges["ose-kami"].value > 3.0', { upperFacts: null }, /ose-kami/],
    ['a neighbour that is silent', 'gauges["ose-kami"].value > 3.0', { upperFacts: old }, /大瀬川上流.*新しい値/],
    ['a window that is too short', 'rise(60) > 0.5', {}, /60分に足りません/],
    ['a window with a hole', 'max(40) > 3.5', { own: holed }, /欠測/],
    ['a NaN in a window', 'max(30) > 3.0', { own: nan }, /数でない/],
    ['a weather level nobody sent', 'weather.level >= 3', { weatherLevel: null }, /警戒レベル/],
    ['a weather level of NaN', 'weather.level >= 3', { weatherLevel: Number.NaN }, /警戒レベル/],
    ['no capacity', 'value / gauge.capacity > 0.8', {}, /定員/],
    ['zero by zero', 'value > (value - value) / (value - value)', {}, /数になりません/],
    ['infinity', 'value / (value - value) > 1.0', {}, /数になりません/],
    ['zero by zero in a loop', 'values(20).exists(v, (v - v) / (v - v) > 1.0)', {}, /数になりません/],
    ['a whole number by zero', 'count(20) / (count(20) - 2) > 1', {}, /0で割る/],
    ['a place in a list that is not there', 'values(20)[5] > 3.0', {}, /番号/],
    ['neighbours on whom it depends', 'area.atLeast(2, "warn")', {}, /1か所/],
    ['a number of neighbours', 'river.reached("warn") >= 1', {}, /1か所/],
  ])('%s: %s', (_, text, set, why) => {
    expect(compiled(text).evaluate(scenery(set))).toEqual({ kind: 'unknown', why: expect.stringMatching(why) });
  });

  it.each<[string, 0 | 1]>([
    ['weather.level >= 3 || value > 3.0', 1],
    ['value > 3.0 || weather.level >= 3', 1],
    ['weather.level >= 3 && value > 9.0', 0],
    ['weather.known ? weather.level >= 3 : value > 3.0', 1],
    ['known', 1],
    ['count(5) == 1', 1],
  ])('but decides what does not depend on it: %s', (text, expected) => {
    expect(compiled(text).evaluate(scenery({ weatherLevel: null }))).toEqual(step(expected));
  });

  it('keeps nothing of an evaluation for the next one', () => {
    const condition = compiled('value > 3.0');
    expect(condition.evaluate(scenery({ own: nothing })).kind).toBe('unknown');
    expect(condition.evaluate(scenery())).toEqual(step(1));
    expect(condition.evaluate(scenery({ own: nothing })).kind).toBe('unknown');
  });

  it('does not let an engine that throws through', () => {
    const condition = compiled('value > 3.0');
    const broken = {
      get newest(): never {
        throw new RangeError('no');
      },
    } as unknown as GaugeFacts;
    expect(condition.evaluate(scenery({ own: broken }))).toEqual({ kind: 'unknown', why: expect.stringContaining('no') });
  });
});

describe('a condition is refused', () => {
  it.each<[string, number, RegExp]>([
    ['', 0, /途切れ/],
    ['value >', 7, /途切れ/],
    ['value > 3.0 && ', 15, /途切れ/],
    ['value ＞ 3.0', 6, /使えない文字/],
    ['level > 3.0', 0, /「level」という語/],
    ['value > 3.0 &&\n  valeu < 9.0', 17, /「valeu」という語/],
    ['gauges["ose-nowhere"].value > 3.0', 7, /「ose-nowhere」という観測点/],
    ['gauges[gauge.id].value > 3.0', 7, /引用符/],
    ['gauges.exists(g, true)', 0, /「gauges」だけ/],
    ['gauge.crestt > 3.0', 0, /「.crestt」という項目/],
    ['gauge.level > 3', 0, /「.level」という項目/],
    ['weather.value > 3', 0, /「.value」という項目/],
    ['area.value > 3', 5, /この項目は/],
    ['threshold("wran") > 3.0', 10, /「wran」/],
    ['threshold(gauge.id) > 3.0', 10, /引用符/],
    ['area.atLeast(2, "wran")', 16, /「wran」/],
    ['step("no-rule") > 0', 5, /「no-rule」/],
    ['step("crowd") > 0', 5, /対象にしていません/],
    ['rise(window) > 0.5', 5, /見積もれません/],
    ['rise(0) > 0.5', 5, /範囲外/],
    ['rise(1441) > 0.5', 5, /範囲外/],
    ['rise() > 0.5', 0, /見積もれません/],
    ['rise(30, 5) > 0.5', 0, /種類が合いません/],
    ['value + 1 > 3.0', 0, /混ぜて計算できません/],
    ['value > "3"', 0, /組み合わせ/],
    ['value', 0, /はい・いいえ/],
    ['"a"', 0, /はい・いいえ/],
    ['values(30)', 0, /はい・いいえ/],
    ['value ? 1 : 0', 0, /はい・いいえ/],
    ['value > 3.0 ? 2 : false', 0, /同じ種類/],
    ['gauge.name.matches("^(a+)+$")', 0, /matches/],
    ['values(30).all(v, values(30).all(w, w > v))', 18, /繰り返しは書けません/],
    ['values(30).all(value, value > 1.0)', 15, /別の意味/],
    ['values(30).all(1, true)', 15, /変数は v/],
    ['values(30)[gauge.id.size()] > 1.0', 11, /番号をそのまま/],
    ['gauge["va" + "lue"] > 1.0', 6, /番号をそのまま/],
    ['cel.bind(x, values(30), size(x + x) > 1)', 0, /「.bind\( \)」/],
    ['timestamp("2026-01-01T00:00:00Z").getHours() > 1', 0, /「.getHours\( \)」/],
    ['{"a": 1} == {"a": 1}', 0, /表は使えません/],
    ['b"abc" == b"abc"', 0, /この値は使えません/],
    ['value == null', 9, /この値は使えません/],
    ['type(value) == double', 0, /「type\( \)」/],
    [`value > 3.0${' '.repeat(1_000)}`, 1_000, /長すぎます/],
  ])('%j', (text, offset, message) => {
    expect(problemsOf(text)[0]).toMatchObject({ offset, message: expect.stringMatching(message) });
  });

  it.each([
    Array.from({ length: 120 }, () => 'known').join('&&'),
    `${'('.repeat(60)}known${')'.repeat(60)}`,
    `[${Array.from({ length: 60 }, () => '1').join(',')}].size() > 1`,
  ])('F49 when it is too involved: %s', (text) => {
    expect(problemsOf(text)).toMatchObject([{ message: expect.stringMatching(/込み入り/) }]);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'facts', 'charge', 'perValue'])(
    'F49 for reaching behind the words: %s',
    (name) => {
      for (const text of [
        `${name} == 1`,
        `gauge.${name} == 1`,
        `gauges["${name}"].value > 1.0`,
        `gauges.${name}.value > 1.0`,
        `weather.${name} == 1`,
        `clock["${name}"] == 1`,
        `gauge.${name}("x") == 1`,
        `values(30).${name}() == 1`,
        `threshold("${name}") > 1.0`,
        `step("${name}") > 1`,
      ]) {
        expect([text, problemsOf(text).length]).toEqual([text, 1]);
      }
    },
  );

  it('with all unknown names at once, each with the names that were possible', () => {
    const problems = problemsOf('valeu > 3.0 && gauges["ose-kamy"].value > 3.0');
    expect(problems.map(({ slip }) => slip?.name)).toEqual(['valeu', 'ose-kamy']);
    expect(problems[1]!.slip?.known).toEqual(['ose-shimo', 'ose-kami']);
  });

  it('when a yes or no has to fill several steps', () => {
    expect(problemsOf('value > 3.0', { steps: 2 })).toMatchObject([{ message: expect.stringMatching(/2 個/) }]);
    expect(problemsOf('value > 3.0 ? 2 : 0', { steps: 2 })).toEqual([]);
  });

  it('when no gauge has what it asks for, and told of those that lack it when some have', () => {
    const bare = { ...own, id: 'bare', thresholds: [] };
    expect(problemsOf('value / gauge.capacity > 0.8', { selected: [own] })).toMatchObject([
      { offset: 8, severity: 'error', message: expect.stringMatching(/ose-shimo に定員/) },
    ]);
    expect(problemsOf('value / gauge.capacity > 0.8')).toMatchObject([{ offset: 8, severity: 'warning' }]);
    expect(problemsOf('value > threshold("warn")', { selected: [own, bare] })).toMatchObject([
      { offset: 18, severity: 'warning', message: expect.stringMatching(/^bare にしきい値「warn」/) },
    ]);
    expect(problemsOf('value > gauge.crest')).toEqual([]);
    const many = Array.from({ length: 9 }, (_, i) => ({ ...bare, id: `bare-${i}` }));
    expect(problemsOf('value > threshold("warn")', { selected: [own, ...many] })[0]?.message).toMatch(
      /^bare-0、bare-1、bare-2 など 9 か所 に/,
    );
  });

  it('F49 when it is too costly at the pace that its gauges are expected to keep', () => {
    const text = 'values(60).all(v, v > mean(60) && v < max(60) && v > min(60))';
    expect(problemsOf(text, every(10 * MINUTE))).toEqual([]);
    expect(problemsOf(text, every(MINUTE))).toMatchObject([{ message: expect.stringMatching(/計算量が多すぎます/) }]);
  });

  it('when a window holds more readings than are remembered, for then it could never tell', () => {
    expect(problemsOf('max(630) > 3.0')).toEqual([]);
    expect(problemsOf('max(631) > 3.0')).toMatchObject([{ offset: 4, message: expect.stringMatching(/65 個.*64 個/) }]);
    expect(problemsOf('max(300) > 3.0', every(MINUTE))).toHaveLength(1);
  });
});

const every = (observeIntervalMs: number): Partial<Known> => ({ selected: [{ ...own, observeIntervalMs }] });

/** A device that ran away: a reading every so many milliseconds for ten hours, all of them remembered. */
const runaway = (everyMs: number): FactsSource => {
  const samples = Array.from({ length: Math.ceil((600 * MINUTE) / everyMs) + 1 }, (_, i) => ({
    at: T0 - i * everyMs,
    value: 3,
  })).toReversed();
  return scenery({ own: facts(own, [], { newest: samples.at(-1)!, since: () => samples }) });
};

describe('F49 the budget of steps', () => {
  const text = 'values(600).exists(v, v > 9.0 && v < 99.0)';
  it('lets ordinary hours through and stops those of a device that ran away', () => {
    const condition = compiled(text);
    expect(condition.evaluate(runaway(10 * MINUTE))).toEqual(step(0));
    expect(condition.evaluate(runaway(1_000))).toEqual({ kind: 'tooCostly' });
    expect(condition.evaluate(runaway(10 * MINUTE))).toEqual(step(0));
  });

  it.each([`${text} || true`, `!(${text}) || true`, `known ? ${text} : false`, `[1, 2, 3].exists(i, i > 3 || rise(600) > 9.0)`])(
    'is not forgotten because the other side decides: %s',
    (whole) => {
      expect(compiled(whole).evaluate(runaway(1_000))).toEqual({ kind: 'tooCostly' });
    },
  );

  it('is not charged for what need not be worked out', () => {
    expect(compiled(`true || ${text}`).evaluate(runaway(1_000))).toEqual(step(1));
  });

  it('ends at the same reading every time, for it counts and does not measure', () => {
    const condition = compiled(text);
    const limit = (from: number, to: number): number => {
      if (to - from <= 1) return to;
      const middle = Math.floor((from + to) / 2);
      return condition.evaluate(runaway(middle)).kind === 'tooCostly' ? limit(middle, to) : limit(from, middle);
    };
    expect(limit(1_000, 600_000)).toBe(limit(1_000, 600_000));
    expect(compiled(text).evaluate(runaway(limit(1_000, 600_000)))).toEqual(step(0));
    expect(compiled(text).evaluate(runaway(limit(1_000, 600_000) - 1))).toEqual({ kind: 'tooCostly' });
  });
});

describe('whatever is written', () => {
  const words = [
    'value',
    'gauge',
    'gauges',
    '["ose-kami"]',
    '.',
    'rise(30)',
    'values(600)',
    '.all(v,',
    '.map(v,',
    'v',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '&&',
    '||',
    '!',
    '-',
    '+',
    '*',
    '/',
    '%',
    '<',
    '==',
    'in',
    '?',
    ':',
    '1',
    '2.5',
    '1e308',
    '9999999999999999999',
    '"a"',
    "'''",
    'r"',
    'b"\\x',
    'matches',
    '__proto__',
    'null',
    'true',
    '\n',
    '//',
    ',',
    ' ',
    '観測',
  ] as const;
  const written = fc.oneof(
    fc.string({ maxLength: 1_100 }),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(' ')),
    fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join('')),
  );

  it('F49 is read without a throw, and either refused with a place inside the text or evaluated within its budget', () => {
    let evaluated = 0;
    fc.assert(
      fc.property(written, (text) => {
        const { condition, problems } = compileCondition(text, known());
        if (!condition) return problems.length > 0 && problems.every(({ offset }) => offset >= 0 && offset <= text.length);
        evaluated += 1;
        return ['step', 'unknown', 'tooCostly'].includes(condition.evaluate(scenery()).kind);
      }),
      { seed: 20_260_701, numRuns: 3_000 },
    );
    expect(evaluated).toBeGreaterThan(0);
  });

  const number = fc.oneof(
    fc.constantFrom(
      'value',
      'rise(30)',
      'mean(20)',
      'gauges["ose-kami"].value',
      'gauge.crest',
      'gauge.capacity',
      'threshold("warn")',
      'max(90)',
      '0.0',
      '1.5',
      '-2.0',
    ),
  );
  const sentence = fc.letrec<{ number: string; truth: string }>((tie) => ({
    number: fc.oneof(
      { depthSize: 'small' },
      number,
      fc.tuple(tie('number'), fc.constantFrom('+', '-', '*', '/'), tie('number')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    ),
    truth: fc.oneof(
      { depthSize: 'small' },
      fc.tuple(tie('number'), fc.constantFrom('<', '>=', '=='), tie('number')).map(([a, op, b]) => `${a} ${op} ${b}`),
      fc.tuple(tie('truth'), fc.constantFrom('&&', '||'), tie('truth')).map(([a, op, b]) => `(${a} ${op} ${b})`),
      tie('truth').map((a) => `!(${a})`),
      tie('number').map((a) => `values(20).exists(v, v > ${a})`),
    ),
  })).truth;

  it('F50 never turns what is not known into an answer by turning the sentence round, and says the same again', () => {
    const met = { step: 0, unknown: 0, tooCostly: 0 };
    fc.assert(
      fc.property(
        sentence,
        fc.array(fc.oneof(fc.constantFrom(3, 3.5, 5, Number.NaN), fc.double({ min: -1e9, max: 1e9 })), { maxLength: 6 }),
        (text, values) => {
          const { condition } = compileCondition(text, known());
          const { condition: contrary } = compileCondition(`!(${text})`, known());
          if (!condition || !contrary) return;
          const seen = scenery({ own: facts(own, values) });
          const verdict = condition.evaluate(seen);
          met[verdict.kind] += 1;
          expect(condition.evaluate(seen)).toEqual(verdict);
          const contraryOf = verdict.kind === 'step' ? step(1 - verdict.step) : { kind: verdict.kind };
          expect(contrary.evaluate(seen)).toMatchObject(contraryOf);
        },
      ),
      { seed: 20_260_702, numRuns: 2_000 },
    );
    expect(met.step).toBeGreaterThan(100);
    expect(met.unknown).toBeGreaterThan(100);
  });
});

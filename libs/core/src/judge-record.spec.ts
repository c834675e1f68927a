import {
  aBandRule,
  aCelRule,
  aGauge,
  aLevelRule,
  aPlaybook,
  aQueueRule,
  aReading,
  aRiseRule,
  aSequenceRule,
  aVoteRule,
  HOUR,
  MINUTE,
  T0,
} from '../../../test/support/builders.ts';
import type { Transition } from './alert.ts';
import { Condition, type Verdict } from './condition.ts';
import type { Gauge } from './gauge.ts';
import { Judge } from './judge.ts';
import type { Reading } from './reading.ts';
import type { Rule } from './rule.ts';

const tama = aGauge({ upstream: 'tama-02' });
const upper = aGauge({ id: 'tama-02', device: 'tama-02', name: '多摩 二' });
const counter = aGauge({ id: 'gate', device: 'gate', kind: 'spot', quantity: 'in', thresholds: [] });
const window = aGauge({ id: 'window', device: 'window', kind: 'window', quantity: 'calling', thresholds: [] });

/** A condition that says the same of everything, with another gauge named in it. */
class Says extends Condition {
  readonly text = 'value > 4';
  readonly gauges = ['tama-02'];
  readonly around = [];
  readonly asksWeather = false;
  readonly windowMs = 0;
  readonly #verdicts: Verdict[];

  constructor(...verdicts: readonly Verdict[]) {
    super();
    this.#verdicts = [...verdicts];
  }

  evaluate(): Verdict {
    return this.#verdicts.shift() ?? { kind: 'unknown', why: '' };
  }
}

const at = (minute: number, value: number, set: Partial<Reading> = {}): Reading =>
  aReading({ value, observedAt: T0 + minute * MINUTE, ...set });

const called = (minute: number, value: number, set: Partial<Reading> = {}) =>
  at(minute, value, { gauge: 'window', quantity: 'calling', ...set });

const late = (minute: number, value: number, ageMinutes: number) => at(minute, value, { receivedAt: T0 + (minute + ageMinutes) * MINUTE });

/** What a rule told of some readings and then of the passing of time. */
function told(rules: readonly Rule[], readings: readonly Reading[], untilMinute?: number): readonly Transition[] {
  const gauges: readonly Gauge[] = [tama, upper, counter, window];
  const judge = new Judge(aPlaybook({ gauges, rules }), { alerts: [], watches: [] }, T0);
  readings.forEach((reading, i) => judge.observe({ position: i + 1, reading }, T0 + HOUR));
  if (untilMinute !== undefined) judge.tick(T0 + untilMinute * MINUTE);
  const { transitions } = judge.take();
  return transitions.filter(({ ruleId }) => ruleId === rules.at(-1)!.id);
}

const onTama = { selector: { gauges: ['tama-03'] } };
const above = (gauge: string, ...minutes: readonly number[]) => minutes.map((minute) => at(minute, 4.6, { gauge }));
const unknown: Verdict = { kind: 'unknown', why: '' };
const step = (reached: number): Verdict => ({ kind: 'step', step: reached });

describe('what a judge writes down', () => {
  const sequence = [
    aLevelRule({ clearHoldMs: 0 }),
    aSequenceRule({
      steps: [
        { code: 'upstream', name: '危険水位' },
        { code: 'arrived', name: '危険水位' },
      ],
    }),
  ] as const;
  const calm = [0, 10, 20, 30, 40].map((minute) => at(minute, 3));
  it.each<[string, () => readonly Transition[], readonly string[]]>([
    [
      'of a vote, with those of whom nobody knows',
      () => told([aLevelRule(), aVoteRule({ ...onTama, steps: [{ code: 'one', name: '一地点', atLeast: 1 }] })], above('tama-03', 0, 10)),
      ['2地点のうち1地点が該当(1地点は分からない)'],
    ],
    [
      'of a vote in which all are known',
      () =>
        told(
          [aLevelRule(), aVoteRule({ ...onTama, steps: [{ code: 'two', name: '二地点', atLeast: 2 }] })],
          [...above('tama-03', 0, 10), ...above('tama-02', 11, 12)],
        ),
      ['2地点のうち2地点が該当'],
    ],
    [
      'of a condition that holds, and does not any more',
      () =>
        told(
          [aCelRule({ ...onTama, condition: new Says(step(1), step(1), step(0), step(0)), clearHoldMs: 10 * MINUTE })],
          calm.slice(0, 4),
        ),
      ['条件 value > 4 が段階1', '条件 value > 4 が成り立たなくなった'],
    ],
    [
      'of a condition that costs too much, once',
      () => told([aCelRule({ ...onTama, condition: new Says({ kind: 'tooCostly' }, { kind: 'tooCostly' }) })], calm.slice(0, 2)),
      ['条件の計算が上限を超えたため、この地点では判定を止めた: value > 4'],
    ],
    [
      'of a condition that cannot tell: nothing',
      () => told([aCelRule({ ...onTama, condition: new Says(step(1), unknown) })], calm.slice(0, 2)),
      [],
    ],
    [
      'of a sequence that goes on downstream, and leaves',
      () => told(sequence, [...above('tama-02', 0, 10), ...above('tama-03', 20, 30), at(40, 3)]),
      ['上流の多摩 二で危険水位', '上流の多摩 二に続いて危険水位', '危険水位を下回った'],
    ],
    [
      'of a sequence that did not go on',
      () => told(sequence, above('tama-02', 0, 10), 200),
      ['上流の多摩 二で危険水位', '上流の多摩 二から120分のあいだ続かなかった'],
    ],
  ])('%s', (_, moves, verdicts) => {
    expect(moves().map(({ record }) => record.verdict)).toEqual(verdicts);
  });

  it.each<[string, () => readonly Transition[], object]>([
    [
      'a vote: how many it takes, and the newest reading of every voter by its name',
      () =>
        told(
          [aLevelRule(), aVoteRule({ ...onTama, steps: [{ code: 'two', name: '二地点', atLeast: 2 }] })],
          [...above('tama-03', 0, 10), ...above('tama-02', 11, 12)],
        ),
      {
        limits: [{ code: 'two', name: '二地点', value: 2 }],
        evidence: [
          { gauge: 'tama-03', at: T0 + 10 * MINUTE },
          { gauge: 'tama-02', at: T0 + 12 * MINUTE },
        ],
      },
    ],
    [
      'a condition: its own readings, and the newest of each gauge that it names',
      () =>
        told(
          [aCelRule({ ...onTama, condition: new Says(unknown, unknown, step(1), step(1)) })],
          [at(0, 3), ...above('tama-02', 1, 2), at(10, 3)],
        ),
      {
        limits: [],
        evidence: [{ at: T0 }, { at: T0 + 10 * MINUTE }, { gauge: 'tama-02', at: T0 + 2 * MINUTE }],
      },
    ],
  ])('%s', (_, moves, record) => {
    expect(moves()[0]!.record).toMatchObject(record);
  });

  it('a flow: its limits per minute and how many passed', () => {
    const flow = aBandRule({ ...onTama, selector: { gauges: ['gate'] }, quantity: 'in', measure: 'flow', windowMs: 10 * MINUTE });
    const passed = [0, 5, 10, 15, 20].map((minute) => at(minute, 1_000 + minute * 40, { gauge: 'gate', quantity: 'in' }));
    const [raised] = told([flow], passed);
    expect(raised!.record.verdict).toBe('10分間の人の流れが1分あたり 40.0 人');
    expect(raised!.record.limits).toEqual([
      { code: 'some', name: 'やや混雑', value: 30 },
      { code: 'busy', name: '混雑', value: 60 },
      { code: 'nearlyFull', name: 'ほぼ満員', value: 80 },
    ]);
  });
});

describe('a queue that a judge watches', () => {
  const rule = aQueueRule({ selector: { gauges: ['window'] } });
  it.each<[string, readonly Reading[], number]>([
    ['tells that it moved on', [called(0, 10), called(1, 11)], 2],
    ['tells nothing of another quantity', [called(0, 10), called(1, 11, { quantity: 'waiting' })], 1],
    ['tells of a number that is as old as may be', [called(0, 10, { receivedAt: T0 + 30 * MINUTE })], 1],
    ['tells nothing of an older one', [called(0, 10, { receivedAt: T0 + 31 * MINUTE })], 0],
    ['tells nothing of a doubtful one', [called(0, 10, { quality: 'outOfRange' })], 0],
    ['tells nothing of a number that a newer one has overtaken', [called(1, 11), called(0, 10)], 1],
  ])('%s', (_, readings, count) => {
    const moves = told([rule], readings);
    expect(moves).toHaveLength(count);
    expect(moves.every(({ kind }) => kind === 'called')).toBe(true);
  });

  it('names the number that is called, with it and the one before as evidence', () => {
    const moves = told([rule], [called(0, 10), called(1, 11), called(2, 12)]);
    expect(moves.at(-1)!.record).toMatchObject({
      verdict: '12番の呼び出し',
      limits: [],
      evidence: [{ value: 11 }, { value: 12 }],
    });
  });

  it('has news until they are taken', () => {
    const judge = new Judge(aPlaybook({ gauges: [window], rules: [rule] }), { alerts: [], watches: [] }, T0);
    expect(judge.hasNews).toBe(false);
    judge.observe({ position: 1, reading: called(0, 10) }, T0);
    expect(judge.hasNews).toBe(true);
    expect(judge.take()).toMatchObject({ alerts: [{ ruleId: 'window-queue' }], watches: [{ gauge: 'window' }], transitions: [{}] });
    expect(judge.hasNews).toBe(false);
    expect(judge.take()).toEqual({ alerts: [], watches: [], transitions: [] });
  });
});

describe('a reading that is too old to tell how things are', () => {
  it.each<[string, Rule, number, number]>([
    ['raises no condition', aCelRule({ ...onTama, condition: new Says(step(1), step(1), step(1)) }), 31, 0],
    ['raises a condition when it is just young enough', aCelRule({ ...onTama, condition: new Says(step(1), step(1), step(1)) }), 30, 1],
    ['raises no rate', aRiseRule(onTama), 31, 0],
    ['raises a rate when it is just young enough', aRiseRule(onTama), 30, 1],
  ])('%s', (_, rule, ageMinutes, count) => {
    const rising = [0, 10, 20, 30, 40, 50].map((minute) => late(minute, 3 + (minute / 60) * 1.2, ageMinutes));
    expect(told([rule], rising)).toHaveLength(count);
  });
});

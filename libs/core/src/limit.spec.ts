import { aBandRule, aGauge, aLevelRule, T0 } from '../../../test/support/builders.ts';
import { type Limit, limitsAt, limitTable, stepAt, stepHeld } from './limit.ts';

const brief = (limits: readonly Limit[]) => limits.map(({ step, code, value, leaveBelow }) => [step, code, value, leaveBelow]);
const warn = (value: number, validFrom: number) => ({ code: 'warn', value, validFrom });

describe('limitTable of a level rule', () => {
  const rule = aLevelRule({ clearMargin: 0.5 });

  it('has a limit for each step, left a margin below it', () => {
    expect(brief(limitsAt(limitTable(rule, aGauge()), T0))).toEqual([
      [1, 'start', 3.5, 3],
      [2, 'warn', 4.5, 4],
      [3, 'flood', 5.5, 5],
    ]);
  });

  it('keeps the number of a step where the gauge lacks the one below', () => {
    const gauge = aGauge({ thresholds: aGauge().thresholds.filter(({ code }) => code !== 'warn') });
    expect(brief(limitsAt(limitTable(rule, gauge), T0))).toEqual([
      [1, 'start', 3.5, 3],
      [3, 'flood', 5.5, 5],
    ]);
  });

  it.each([
    ['before the first version', -1, []],
    ['from the first instant of the first on', 0, [[2, 'warn', 4, 3.5]]],
    ['a moment before the second', T0 - 1, [[2, 'warn', 4, 3.5]]],
    ['from the first instant of the second on', T0, [[2, 'warn', 5, 4.5]]],
    ['after the third, which takes it back', T0 + 1, [[2, 'warn', 3, 2.5]]],
  ])('D§1.1 follows the versions in whatever order they stand: %s', (_, at, expected) => {
    const versions = [warn(4, 0), warn(5, T0), warn(3, T0 + 1)];
    for (const thresholds of [versions, versions.toReversed(), [versions[1]!, versions[0]!, versions[2]!]])
      expect(brief(limitsAt(limitTable(rule, aGauge({ thresholds })), at))).toEqual(expected);
  });

  it('has no version for limits that the rule does not name', () => {
    const thresholds = [warn(4, 0), { code: 'start', value: 3, validFrom: T0 }];
    expect(limitTable(aLevelRule({ steps: [{ code: 'warn', name: '' }] }), aGauge({ thresholds }))).toHaveLength(1);
  });
});

describe('limitTable of a band rule', () => {
  it('has its limits in persons of the capacity', () => {
    expect(brief(limitsAt(limitTable(aBandRule(), aGauge({ capacity: 200 })), T0))).toEqual([
      [1, 'some', 60, 50],
      [2, 'busy', 120, 110],
      [3, 'nearlyFull', 160, 150],
    ]);
  });

  it('has none for a place whose capacity nobody knows', () => {
    expect(limitsAt(limitTable(aBandRule(), aGauge({ capacity: null })), T0)).toEqual([]);
  });
});

describe('the step of a value', () => {
  const limits = limitsAt(limitTable(aLevelRule({ clearMargin: 0.5 }), aGauge()), T0);
  const inverted = [
    { step: 1, code: 'start', name: '', value: 4, leaveBelow: 3.9 },
    { step: 2, code: 'warn', name: '', value: 3.5, leaveBelow: 3.4 },
  ];

  it.each([
    [3.49, 0, 1],
    [3.5, 1, 1],
    [4.49, 1, 2],
    [4.5, 2, 2],
    [5.5, 3, 3],
    [9, 3, 3],
    [3, 0, 1],
    [2.99, 0, 0],
    [4, 1, 2],
    [3.99, 1, 1],
  ])('at %f m is %i when reached and %i when held', (value, reached, held) => {
    expect([stepAt(limits, value), stepHeld(limits, value)]).toEqual([reached, held]);
    expect([stepAt(limits.toReversed(), value), stepHeld(limits.toReversed(), value)]).toEqual([reached, held]);
  });

  it('is the highest one, also where a master holds an inverted pair', () => {
    expect([stepAt(inverted, 3.6), stepHeld(inverted, 3.6)]).toEqual([2, 2]);
    expect([stepAt(inverted, 4.1), stepHeld(inverted, 4.1)]).toEqual([2, 2]);
  });
});

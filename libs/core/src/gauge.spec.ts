import { aGauge, T0 } from '../../../test/support/builders.ts';
import { startValueAt, type Threshold, thresholdsAt } from './gauge.ts';

const limit = (code: string, value: number, validFrom = 0): Threshold => ({ code, value, validFrom });
const inEitherOrder = (thresholds: readonly Threshold[]) => [thresholds, thresholds.toReversed()];

describe('thresholdsAt', () => {
  it.each<[string, readonly Threshold[], number, readonly [string, number][]]>([
    ['none of a gauge without limits', [], T0, []],
    ['none that comes into force later', [limit('warn', 4, T0 + 1)], T0, []],
    ['one from its first instant on', [limit('warn', 4, T0)], T0, [['warn', 4]]],
    [
      'all, ascending by value',
      [limit('flood', 5), limit('start', 3), limit('warn', 4)],
      T0,
      [
        ['start', 3],
        ['warn', 4],
        ['flood', 5],
      ],
    ],
    ['the older version before the newer one is in force', [limit('warn', 4), limit('warn', 4.5, T0)], T0 - 1, [['warn', 4]]],
    ['the newer version once it is in force', [limit('warn', 4), limit('warn', 4.5, T0)], T0, [['warn', 4.5]]],
  ])('gives %s', (_, thresholds, at, expected) => {
    for (const ordered of inEitherOrder(thresholds))
      expect(thresholdsAt(aGauge({ thresholds: ordered }), at).map(({ code, value }) => [code, value])).toEqual(expected);
  });

  it('takes the later row of two versions from the same instant, as a correction below the old row is meant', () => {
    const thresholds = [limit('warn', 4), limit('warn', 4.5)];
    expect(thresholdsAt(aGauge({ thresholds }), T0)).toEqual([limit('warn', 4.5)]);
  });
});

describe('startValueAt', () => {
  it.each<[string, readonly Threshold[], number | null]>([
    ['null without limits', [], null],
    ['null while no limit is in force', [limit('start', 3, T0 + 1)], null],
    ['start, though another limit is lower', [limit('start', 3), limit('notify', 2.5)], 3],
    ['start from its first instant on', [limit('start', 3, T0)], 3],
    ['the lowest limit of a gauge without start', [limit('flood', 5), limit('warn', 4)], 4],
    ['the newer start', [limit('start', 3), limit('start', 3.5, T0)], 3.5],
    ['the older start before the newer one is in force', [limit('start', 3), limit('start', 3.5, T0 + 1)], 3],
    ['a start at zero', [limit('start', 0), limit('warn', 1)], 0],
  ])('is %s', (_, thresholds, expected) => {
    for (const ordered of inEitherOrder(thresholds)) expect(startValueAt(aGauge({ thresholds: ordered }), T0)).toBe(expected);
  });

  it('takes the later row of two starts from the same instant', () => {
    expect(startValueAt(aGauge({ thresholds: [limit('start', 3), limit('start', 3.5)] }), T0)).toBe(3.5);
  });
});

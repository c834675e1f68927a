import { aGauge, aRiseRule, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import type { Evidence } from './alert.ts';
import { rateOf, sightRise } from './rise.ts';

/** Readings at minutes after T0. */
const seen = (values: readonly (readonly [minutes: number, value: number])[]): readonly Evidence[] =>
  values.map(([minutes, value], i) => {
    const at = T0 + minutes * MINUTE;
    return { position: i + 1, at, receivedAt: at, value, quality: 'ok', why: '', status: 'actual' };
  });

describe('rateOf', () => {
  it.each<[string, readonly (readonly [number, number])[], number | null]>([
    ['cannot tell by nothing', [], null],
    ['cannot tell by one reading', [[0, 3]], null],
    [
      'cannot tell by less than half of the window',
      [
        [0, 3],
        [29, 4],
      ],
      null,
    ],
    [
      'tells by half of the window',
      [
        [0, 3],
        [30, 4],
      ],
      2,
    ],
    [
      'tells by the whole window',
      [
        [0, 3],
        [60, 4],
      ],
      1,
    ],
    [
      'forgets what is older than the window',
      [
        [0, 9],
        [1, 3],
        [61, 4],
      ],
      1,
    ],
    [
      'counts a reading that is exactly as old as the window',
      [
        [0, 3],
        [30, 9],
        [60, 5],
      ],
      2,
    ],
    [
      'falls as well as it rises',
      [
        [0, 4],
        [60, 3],
      ],
      -1,
    ],
    [
      'cannot tell when all but the newest is older than the window',
      [
        [0, 3],
        [61, 4],
      ],
      null,
    ],
  ])('%s', (_, values, perHour) => {
    expect(rateOf(seen(values), HOUR)).toBe(perHour);
  });
});

describe('sightRise', () => {
  const steps = [0.5, 1].map((perHour, i) => ({ code: `s${i}`, name: '', perHour }));
  const rule = aRiseRule({ windowMs: HOUR, steps, clearMarginPerHour: 0.25 });
  const sight = (rise: number, set: Parameters<typeof aRiseRule>[0] = {}, gapMaxMs = HOUR) =>
    sightRise(
      { ...rule, ...set },
      aGauge(),
      seen([
        [0, 4],
        [60, 4 + rise],
      ]),
      gapMaxMs,
    );

  it.each([
    [0.249, 0, 0],
    [0.25, 0, 1],
    [0.5, 1, 1],
    [0.75, 1, 2],
    [1, 2, 2],
    [-1, 0, 0],
  ])('sees of %f m an hour: step %i reached, step %i held', (rise, step, held) => {
    expect(sight(rise)).toMatchObject({ at: T0 + HOUR, step, held, broken: false, perHour: expect.closeTo(rise, 9) });
  });

  it('goes by the newest of many readings', () => {
    const usable = seen([0, 15, 30, 45, 60].map((minutes) => [minutes, 4 + minutes / 60] as const));
    expect(sightRise(rule, aGauge(), usable, HOUR)).toMatchObject({ at: T0 + HOUR, step: 2, perHour: expect.closeTo(1, 9) });
  });

  it('cannot tell without a rate', () => {
    expect(sightRise(rule, aGauge(), seen([[0, 4]]), HOUR)).toBeNull();
    expect(sightRise(rule, aGauge(), [], HOUR)).toBeNull();
  });

  it('calls a sight broken when the reading before is further away than a gap', () => {
    expect(sight(1, {}, HOUR)?.broken).toBe(false);
    expect(sight(1, {}, HOUR - 1)?.broken).toBe(true);
  });

  it.each([
    ['below the threshold that it names nothing is reached, and what was reached is held', 'flood', 0, 2],
    ['at the threshold it counts', 'warn', 2, 2],
    ['a threshold that the gauge does not have is never passed', 'none', 0, 2],
  ])('%s', (_, above, step, held) => {
    // 3.5 m to 4.5 m: the newest reading stands exactly at `warn`.
    const usable = seen([
      [0, 3.5],
      [60, 4.5],
    ]);
    expect(sightRise({ ...rule, above }, aGauge(), usable, HOUR)).toMatchObject({ step, held });
  });
});

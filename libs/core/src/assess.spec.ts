import { aGauge, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { type Assessment, assess, type Claim } from './assess.ts';
import type { Gauge, Plausible } from './gauge.ts';
import type { Track } from './mark.ts';
import type { Quality } from './reading.ts';

const gauge = aGauge();
const aClaim = (set: Partial<Claim> = {}): Claim => ({
  gauge,
  quantity: 'level',
  value: 3,
  observedAt: T0,
  receivedAt: set.observedAt ?? T0,
  newestAt: 0,
  intervalMs: 10 * MINUTE,
  clockTrouble: '',
  track: undefined,
  ...set,
});

/** Values at minutes after T0, each received when it was observed. */
type Seen = readonly [minutes: number, value: number];

/** Assesses values one after the other, each by what the ones before it taught. */
function assessed(seen: readonly Seen[], where: Gauge = gauge): readonly Assessment[] {
  let track: Track | undefined;
  let newestAt = 0;
  return seen.map(([minutes, value]) => {
    const observedAt = T0 + minutes * MINUTE;
    const assessment = assess(aClaim({ gauge: where, quantity: where.quantity, value, observedAt, newestAt, track }));
    ({ track } = assessment);
    newestAt = Math.max(newestAt, observedAt);
    return assessment;
  });
}
const qualities = (seen: readonly Seen[], where?: Gauge): readonly Quality[] => assessed(seen, where).map(({ quality }) => quality);
const lastWhy = (seen: readonly Seen[], where?: Gauge): string => assessed(seen, where).at(-1)!.why;
const like = (set: Partial<Plausible>): Gauge => aGauge({ plausible: { ...gauge.plausible, ...set } });
const crowd = aGauge({
  kind: 'spot',
  quantity: 'count',
  plausible: { ...gauge.plausible, min: 0, max: 100_000, stepPer10Min: 50, stepPerHour: 300 },
});

describe('how late a reading is', () => {
  const track: Track = { goodAt: T0, good: 3, doubtAt: null, doubt: 0, sameSince: T0, sameCount: 1, last: 3 };
  const straggler = (behindMs: number, set: Partial<Claim> = {}) =>
    assess(aClaim({ observedAt: T0 - behindMs, newestAt: T0, track, value: 8, ...set }));

  it.each<[string, number, number, Quality]>([
    ['is a straggler up to two intervals behind the newest', 20 * MINUTE, 10 * MINUTE, 'ok'],
    ['came late beyond', 20 * MINUTE + 1, 10 * MINUTE, 'backfilled'],
    ['is a straggler for longer where a gauge speaks more rarely', 40 * MINUTE, 20 * MINUTE, 'ok'],
  ])('%s', (_, behindMs, intervalMs, quality) => {
    const assessment = straggler(behindMs, { intervalMs });
    expect(assessment.quality).toBe(quality);
    expect(assessment.track).toBe(track);
  });

  it('tells how far it is behind', () => {
    expect(straggler(50 * MINUTE).why).toBe('最新の観測より50分前の観測です');
  });

  it.each<[string, number, number, Quality]>([
    ['half an hour on its way', 30 * MINUTE, MINUTE, 'ok'],
    ['longer than half an hour', 30 * MINUTE + 1, MINUTE, 'backfilled'],
    ['three intervals of a gauge that speaks rarely', 3 * HOUR, HOUR, 'ok'],
    ['longer than these three', 3 * HOUR + 1, HOUR, 'backfilled'],
  ])('was %s', (_, ageMs, intervalMs, quality) => {
    const assessment = assess(aClaim({ receivedAt: T0 + ageMs, intervalMs, track }));
    expect(assessment.quality).toBe(quality);
    expect(assessment.track === track).toBe(quality === 'backfilled');
  });

  it('tells how long it took', () => {
    expect(assess(aClaim({ receivedAt: T0 + 50 * MINUTE, track })).why).toBe('観測から50分後に届きました');
  });

  it('lets a straggler be out of range, but no quantity beside the gauge’s own', () => {
    expect(straggler(MINUTE, { value: 12 })).toMatchObject({ quality: 'outOfRange', why: expect.stringContaining('12 m') });
    expect(straggler(MINUTE, { value: 12, quantity: 'rain' })).toMatchObject({ quality: 'ok', why: '' });
  });

  it('judges an observation of the same instant as the newest like a new one', () => {
    expect(straggler(0).quality).toBe('stepTooLarge');
  });
});

describe('a clock that is not believed', () => {
  it('flags what nothing else objects to, and only that', () => {
    const clockTrouble = '機器の時計が約2時間進んでいます';
    expect(assess(aClaim({ clockTrouble }))).toMatchObject({ quality: 'clockSuspect', why: clockTrouble });
    expect(assess(aClaim({ clockTrouble, quantity: 'rain' })).quality).toBe('clockSuspect');
    expect(assess(aClaim({ clockTrouble, value: 12 })).quality).toBe('outOfRange');
    expect(assess(aClaim())).toMatchObject({ quality: 'ok', why: '' });
  });
});

describe('a quantity beside the gauge’s own', () => {
  it('is believed whatever it shows, and remembered as it is', () => {
    const first = assess(aClaim({ quantity: 'rain', value: 5_000 }));
    const second = assess(aClaim({ quantity: 'rain', value: 0, observedAt: T0 + MINUTE, newestAt: T0, track: first.track }));
    expect([first.quality, second.quality]).toEqual(['ok', 'ok']);
    expect(second.track).toMatchObject({ goodAt: T0 + MINUTE, good: 0, last: 0, sameCount: 1 });
  });
});

describe('the range of a place', () => {
  it.each<[number, Quality]>([
    [-5.01, 'outOfRange'],
    [-5, 'ok'],
    [9, 'ok'],
    [9.01, 'outOfRange'],
  ])('%f m is %s', (value, quality) => {
    // Below `start`, so that nothing else objects.
    const deep = aGauge({ thresholds: [{ code: 'start', value: 20, validFrom: 0 }] });
    expect(qualities([[0, value]], deep)).toEqual([quality]);
  });

  it('is told with the value', () => {
    expect(lastWhy([[0, 12]])).toBe('12 m はこの地点で起こりうる範囲 -5〜9 m の外です');
  });
});

describe('the step from one reading to the next', () => {
  it.each<[string, number, number, Quality]>([
    ['within a minute as much as within ten', 1, 1, 'ok'],
    ['within ten minutes', 10, 1, 'ok'],
    ['too much for ten minutes', 10, 1.01, 'stepTooLarge'],
    ['within half an hour, between the two limits', 30, 1.79, 'ok'],
    ['too much for half an hour', 30, 1.81, 'stepTooLarge'],
    ['within an hour', 60, 3, 'ok'],
    ['too much for an hour', 60, 3.01, 'stepTooLarge'],
    ['within two hours, twice that of one', 120, 5.99, 'ok'],
    ['too much for two hours', 120, 6.01, 'stepTooLarge'],
  ])('is believed or not: %s', (_, minutes, rise, quality) => {
    // From far below start on, so that neither standing by nor standing still has a say.
    const deep = aGauge({ thresholds: [{ code: 'start', value: 20, validFrom: 0 }] });
    expect(
      qualities(
        [
          [0, 0],
          [minutes, rise],
        ],
        deep,
      ),
    ).toEqual(['ok', quality]);
    expect(
      qualities(
        [
          [0, 8],
          [minutes, 8 - rise],
        ],
        deep,
      ),
    ).toEqual(['ok', quality]);
  });

  it('grows no more after a day', () => {
    const slow = like({ stepPer10Min: 0.01, stepPerHour: 0.01 });
    const low = { ...slow, thresholds: [{ code: 'start', value: 20, validFrom: 0 }] };
    expect(
      qualities(
        [
          [0, 0],
          [5 * 24 * 60, 0.24],
        ],
        low,
      ),
    ).toEqual(['ok', 'ok']);
    expect(
      qualities(
        [
          [0, 0],
          [5 * 24 * 60, 0.25],
        ],
        low,
      ),
    ).toEqual(['ok', 'stepTooLarge']);
  });

  it('is told with the time that it took and the limit', () => {
    expect(
      lastWhy([
        [0, 3],
        [10, 5],
      ]),
    ).toBe('10分で 2.00 m 変わりました(上限 1.00 m)');
  });

  it.each<[string, readonly Seen[], readonly Quality[]]>([
    [
      'a second witness at the very limit counts',
      [
        [0, 3],
        [10, 5],
        [20, 6],
      ],
      ['ok', 'stepTooLarge', 'ok'],
    ],
    [
      'a second witness that leaps again is none',
      [
        [0, 3],
        [10, 5],
        [20, 6.01],
      ],
      ['ok', 'stepTooLarge', 'stepTooLarge'],
    ],
    [
      'a witness from before the return is none',
      [
        [0, 3],
        [10, 6],
        [20, 3],
        [30, 6.1],
      ],
      ['ok', 'stepTooLarge', 'ok', 'stepTooLarge'],
    ],
  ])('%s', (_, seen, expected) => {
    expect(qualities(seen)).toEqual(expected);
  });

  it('counts from the first value that could be believed, however absurd the one before it', () => {
    expect(
      qualities(
        [
          [0, 12],
          [10, 3],
        ],
        like({ stepPer10Min: 0.1, stepPerHour: 0.1 }),
      ),
    ).toEqual(['outOfRange', 'ok']);
  });

  it('lets a crowd begin with any number, also above the first limit of its place', () => {
    expect(qualities([[0, 5_000]], { ...crowd, thresholds: [{ code: 'start', value: 100, validFrom: 0 }] })).toEqual(['ok']);
  });
});

describe('the first word after standing by (D§1.1)', () => {
  it.each<[string, readonly Seen[], Quality]>([
    ['may be above start by what rises in an hour, when the gauge was never heard', [[0, 6.5]], 'ok'],
    ['may not be higher', [[0, 6.51]], 'stepTooLarge'],
    ['is no first word at all below start', [[0, -4]], 'ok'],
    [
      'counts from start after six hours of silence below it',
      [
        [0, 3.2],
        [360, 6.6],
      ],
      'stepTooLarge',
    ],
    [
      'counts from the last value after a shorter silence',
      [
        [0, 3.2],
        [359, 6.6],
      ],
      'ok',
    ],
    [
      'counts from the last value when that was above start',
      [
        [0, 4],
        [420, 9],
      ],
      'ok',
    ],
    [
      'counts from the last value when that was at start',
      [
        [0, 3.5],
        [420, 7],
      ],
      'ok',
    ],
  ])('%s', (_, seen, quality) => {
    expect(qualities(seen).at(-1)).toBe(quality);
  });

  it('says that it was the first', () => {
    expect(lastWhy([[0, 7]])).toBe('観測開始水位を超えてから初めての観測で 3.50 m 変わりました(上限 3.00 m)');
  });

  it('is believed at start itself, however slowly the place may change', () => {
    expect(
      qualities(
        [
          [0, 3],
          [360, 3.5],
        ],
        like({ stepPer10Min: 0.01, stepPerHour: 0.01 }),
      ),
    ).toEqual(['ok', 'ok']);
  });

  it('is asked of no gauge without limits', () => {
    expect(qualities([[0, 6]], aGauge({ thresholds: [] }))).toEqual(['ok']);
  });
});

describe('a level that leaps and then stands still', () => {
  it.each<[string, readonly Seen[], readonly Quality[]]>([
    [
      'leapt by exactly a leap',
      [
        [0, 4],
        [10, 4.5],
        [20, 4.5],
      ],
      ['ok', 'ok', 'constant'],
    ],
    [
      'came from standing by, less than a leap above start',
      [
        [0, 3.2],
        [360, 3.9],
        [370, 3.9],
      ],
      ['ok', 'ok', 'ok'],
    ],
    [
      'came from standing by, a leap above start',
      [
        [0, 3.2],
        [360, 4.1],
        [370, 4.1],
      ],
      ['ok', 'ok', 'constant'],
    ],
    [
      'came by the same from a shorter silence',
      [
        [0, 3.2],
        [359, 3.9],
        [369, 3.9],
      ],
      ['ok', 'ok', 'constant'],
    ],
    [
      'fell by a leap after a silence above start',
      [
        [0, 4.4],
        [420, 3.8],
        [430, 3.8],
      ],
      ['ok', 'ok', 'constant'],
    ],
    [
      'was never heard before',
      [
        [0, 6.6],
        [10, 5.9],
        [20, 5.9],
      ],
      ['stepTooLarge', 'ok', 'ok'],
    ],
    [
      'leapt with its first witness and not with the second',
      [
        [0, 4],
        [10, 6],
        [20, 6.3],
        [30, 6.3],
      ],
      ['ok', 'stepTooLarge', 'ok', 'ok'],
    ],
  ])('%s', (_, seen, expected) => {
    expect(qualities(seen)).toEqual(expected);
  });

  it('is told with the level at which it stands', () => {
    expect(
      lastWhy([
        [0, 4],
        [10, 4.5],
        [20, 4.51],
      ]),
    ).toBe('急に変わったあと 4.5 m 付近から動きません');
  });

  it('is not looked for in a crowd', () => {
    expect(
      assessed(
        [
          [0, 40],
          [10, 90],
        ],
        crowd,
      ).at(-1)!.track,
    ).not.toHaveProperty('unrest');
  });
});

describe('a level that jumps up and down', () => {
  it('is told with how often and by how much', () => {
    const jumps: Seen[] = [3, 4.6, 3.2, 4.7, 3.1, 4.8].map((value, i) => [i * 60, value]);
    expect(qualities(jumps).at(-1)).toBe('stepTooLarge');
    expect(lastWhy(jumps)).toBe('3日のうちに4回以上、0.50 m 以上の急な上下を繰り返しています');
  });
});

const still = (value: number, count: number, everyMinutes: number): Seen[] =>
  Array.from({ length: count }, (_, i) => [i * everyMinutes, value]);

describe('a value that does not move', () => {
  it.each<[string, readonly Seen[], Gauge | undefined, Quality]>([
    ['is stuck above start after three hours', still(4.6, 19, 10), undefined, 'constant'],
    ['is not stuck a reading before', still(4.6, 18, 10), undefined, 'ok'],
    ['is stuck at start itself', still(3.5, 19, 10), undefined, 'constant'],
    ['is not stuck below start', still(3.4, 40, 10), undefined, 'ok'],
    ['is not stuck by five readings, however far apart', still(4.6, 5, 60), undefined, 'ok'],
    ['is stuck by six', still(4.6, 6, 60), undefined, 'constant'],
    ['is not stuck where nothing says when water must move', still(4.6, 40, 10), aGauge({ thresholds: [] }), 'ok'],
    ['is not stuck as a crowd', still(50, 40, 10), { ...crowd, thresholds: [{ code: 'start', value: 10, validFrom: 0 }] }, 'ok'],
  ])('%s', (_, seen, where, quality) => {
    expect(qualities(seen, where).at(-1)).toBe(quality);
  });

  it('is told with how long', () => {
    expect(lastWhy(still(4.6, 19, 10))).toBe('3時間のあいだ 4.6 m のまま動きません');
  });
});

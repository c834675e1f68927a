import { HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { countedBy, countOn, nextClosingAt, type Occupancy } from './occupancy.ts';

/** Figures of both counters every ten minutes; gives each estimate. */
function counted(figures: readonly (readonly [number, number])[], from?: Occupancy): (number | undefined)[] {
  let occupancy = from;
  return figures.map(([into, out], index) => {
    const step = countOn(occupancy, { in: into, out, at: T0 + (index + 1) * 10 * MINUTE }, null);
    occupancy = step?.occupancy;
    return step?.estimate?.value;
  });
}

const FULL = 2 ** 32;

describe('countOn', () => {
  it.each<[string, readonly (readonly [number, number])[], readonly number[]]>([
    [
      'counts who came less who went',
      [
        [40, 10],
        [45, 10],
        [45, 30],
      ],
      [30, 35, 15],
    ],
    [
      'stays where nobody moves',
      [
        [40, 10],
        [40, 10],
      ],
      [30, 30],
    ],
    [
      'F47 keeps the people of a counter that was restarted',
      [
        [500, 460],
        [0, 0],
      ],
      [40, 40],
    ],
    [
      'F47 takes those whom it counted since',
      [
        [500, 460],
        [3, 1],
      ],
      [40, 42],
    ],
    [
      'F47 does not take the figures of another counter for people',
      [
        [9_000, 8_960],
        [7_000, 6_000],
      ],
      [40, 40],
    ],
    [
      'F47 counts through the end of 32 bits',
      [
        [FULL - 5, FULL - 45],
        [3, FULL - 45],
      ],
      [40, 48],
    ],
    [
      'F47 never has fewer than nobody',
      [
        [10, 8],
        [10, 20],
        [12, 20],
      ],
      [2, 0, 2],
    ],
    ['begins with nobody when more went than came', [[10, 12]], [0]],
  ])('%s', (_, figures, expected) => {
    expect(counted(figures)).toEqual(expected);
  });

  it('says in words what it rests on and what happened to a counter', () => {
    const first = countOn(undefined, { in: 500, out: 460, at: T0 }, null)!;
    expect(first.estimate?.why).toBe('入場と退場の差から求めた推定です(起点: 計測開始)');
    const fell = countOn(first.occupancy, { in: 0, out: 470, at: T0 + 1 }, null)!;
    expect(fell.fell).toEqual({ in: 'カウンタが 500 から 0 に戻りました(機器の再起動)。人数は引き継ぎます' });
    expect(fell.estimate).toMatchObject({ raw: 30, value: 30, why: expect.stringContaining('500 から 0') as string });
    const below = countOn(fell.occupancy, { in: 0, out: 550, at: T0 + 2 }, null)!;
    expect(below.estimate).toMatchObject({ raw: -50, value: 0, why: expect.stringContaining('0人を下回る') as string });
  });

  it('waits until both directions were heard', () => {
    const first = countOn(undefined, { in: 7, at: T0 }, null)!;
    expect(first.estimate).toBeNull();
    const second = countOn(first.occupancy, { out: 2, at: T0 + 1 }, null)!;
    expect(second.estimate?.value).toBe(5);
    expect(countOn(second.occupancy, { out: 3, at: T0 + 2 }, null)?.estimate?.value).toBe(4);
  });

  it('learns nothing about now from late figures', () => {
    const { occupancy } = countOn(undefined, { in: 7, out: 2, at: T0 }, null)!;
    expect(countOn(occupancy, { in: 1, out: 1, at: T0 - 1 }, null)).toBeNull();
    expect(countOn(occupancy, { in: 9, out: 1, at: T0 }, null)).toBeNull();
  });

  it('counts on from what a person counted', () => {
    const { occupancy } = countOn(undefined, { in: 100, out: 20, at: T0 }, null)!;
    const manual = countedBy(occupancy, { count: 60, by: '佐藤', at: T0 + 1 });
    const after = countOn(manual, { in: 105, out: 20, at: T0 + 2 }, null)!;
    expect(after.estimate).toMatchObject({ value: 65, why: expect.stringContaining('佐藤 が数えた人数') as string });
    expect(
      counted(
        [
          [3, 0],
          [5, 1],
        ],
        countedBy(undefined, { count: 12, by: '佐藤', at: T0 }),
      ),
    ).toEqual([12, 13]);
  });

  it.each<[string, number, number, number]>([
    ['before', 21 * 60 + 40, 21 * 60 + 50, 30 + 5],
    ['over', 21 * 60 + 55, 22 * 60 + 5, 5],
    ['at', 21 * 60 + 50, 22 * 60, 5],
    ['after', 22 * 60, 22 * 60 + 10, 30 + 5],
    ['a day after', 21 * 60, 45 * 60, 5],
  ])('begins with nobody after the closing time: %s', (_, beforeMin, afterMin, expected) => {
    const closing = { minuteOfDay: 22 * 60, timeZone: 'Asia/Tokyo' };
    const { occupancy } = countOn(undefined, { in: 30, out: 0, at: T0 + beforeMin * MINUTE }, closing)!;
    const after = countOn(occupancy, { in: 35, out: 0, at: T0 + afterMin * MINUTE }, closing)!;
    expect(after.estimate?.value).toBe(expected);
  });

  it('says that it began with the closing time', () => {
    const closing = { minuteOfDay: 22 * 60, timeZone: 'Asia/Tokyo' };
    const { occupancy } = countOn(undefined, { in: 30, out: 0, at: T0 }, closing)!;
    const after = countOn(occupancy, { in: 30, out: 0, at: T0 + 23 * HOUR }, closing)!;
    expect(after.estimate).toMatchObject({ value: 0, afresh: true, why: expect.stringContaining('閉館時刻') as string });
  });
});

describe('nextClosingAt', () => {
  const closing = { minuteOfDay: 17 * 60 + 15, timeZone: 'Asia/Tokyo' };
  it.each([
    ['later the same day', '2026-07-01T09:00:30+09:00', '2026-07-01T17:15:00+09:00'],
    ['at its very minute the next day', '2026-07-01T17:15:00+09:00', '2026-07-02T17:15:00+09:00'],
    ['in the night the next day', '2026-07-01T23:59:59+09:00', '2026-07-02T17:15:00+09:00'],
  ])('comes %s', (_, after, expected) => {
    expect(new Date(nextClosingAt(closing, Date.parse(after))).toISOString()).toBe(new Date(expected).toISOString());
  });
});

import { expandTimeline } from './timeline.ts';

const minutes = (text: string) => expandTimeline(text).map(({ at, value }) => [at / 60_000, value]);

describe('expandTimeline', () => {
  it('reaches 4.50 at 70m with 3.80 +0.10 every 10m x12', () => {
    const points = minutes('3.80 +0.10 every 10m x12');
    expect(points).toHaveLength(13);
    expect(points[7]).toEqual([70, 4.5]);
    expect(points.at(-1)).toEqual([120, 5]);
  });

  it.each([
    [
      'a repeated value',
      '2.00 every 5m x2',
      [
        [0, 2],
        [5, 2],
        [10, 2],
      ],
    ],
    [
      'values as they are',
      '2.00 -0.20 2.50 every 5m',
      [
        [0, 2],
        [5, -0.2],
        [10, 2.5],
      ],
    ],
    ['one value', '2.00', [[0, 2]]],
    [
      'a fall from where it was',
      '3 every 10m x1, then -0.5 every 5m x2',
      [
        [0, 3],
        [10, 3],
        [15, 2.5],
        [20, 2],
      ],
    ],
    [
      'a silence, after which the next reading comes at its end',
      '3 4 every 10m, silence 40m, 5 6 every 10m',
      [
        [0, 3],
        [10, 4],
        [50, 5],
        [60, 6],
      ],
    ],
    [
      'a silence at the beginning',
      'silence 30m, 3 every 10m x1',
      [
        [30, 3],
        [40, 3],
      ],
    ],
    [
      'seconds, hours, and several lines',
      '1 every 30s x1\n2 every 1h x1',
      [
        [0, 1],
        [0.5, 1],
        [60.5, 2],
        [120.5, 2],
      ],
    ],
  ] as const)('understands %s', (_, text, expected) => {
    expect(minutes(text)).toEqual(expected);
  });

  it.each([
    ['', 'it has no reading; write for example 3.80 +0.10 every 10m x12'],
    ['3.80 +0.10 every 10 x12', '"10" in "3.80 +0.10 every 10 x12" is not a duration; write for example 30s, 10m or 3h'],
    ['then +0.10 every 10m x2', '"then +0.10 every 10m x2" is not understood; after a value write for example then +0.10 every 10m x12'],
    ['about 3', '"about 3" is not understood; write for example 3.80 +0.10 every 10m x12, or 3.80 3.95 every 10m, or silence 40m'],
    ['3 +1 every 1s x99999', '"3 +1 every 1s x99999" leads to more than 10000 readings; make it shorter'],
  ])('refuses %s', (text, message) => {
    expect(() => expandTimeline(text)).toThrow(message);
  });
});

import { aGauge, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { follow, leapOf, restlessTurns, type Unrest } from './unrest.ts';

const LEAP = 1;

/** Follows values, one every `everyMs`. */
function followed(values: readonly number[], everyMs = HOUR): Unrest {
  let unrest: Unrest | undefined;
  for (const [i, value] of values.entries()) unrest = follow(unrest, value, T0 + i * everyMs, LEAP);
  return unrest!;
}
const turns = (values: readonly number[], everyMs?: number): number => followed(values, everyMs).turns.length;

describe('follow', () => {
  it.each<[string, readonly number[], Unrest['heading'], number]>([
    ['knows no heading at first', [5], 0, 5],
    ['knows none until the value has moved by a leap', [5, 5.9, 4.1], 0, 5],
    ['goes up from a leap on', [5, 6], 1, 6],
    ['goes down from a leap on', [5, 4], -1, 4],
    ['goes on up however little', [5, 6, 6.1], 1, 6.1],
    ['goes on down however little', [5, 4, 3.9], -1, 3.9],
    ['keeps its extreme while the value comes back by less than a leap', [5, 7, 6.1], 1, 7],
    ['turns down when it comes back by a leap', [5, 7, 6], -1, 6],
    ['turns up when it comes back by a leap', [5, 3, 4], 1, 4],
  ])('%s', (_, values, heading, extreme) => {
    expect(followed(values)).toMatchObject({ heading, extreme });
  });

  it('dates an extreme from the newest reading at it, for only then the way back begins', () => {
    expect(followed([5, 7, 7, 7])).toMatchObject({ extreme: 7, extremeAt: T0 + 3 * HOUR, turns: [] });
  });

  it.each([
    ['no turn on one way', [5, 6, 7, 8], HOUR, 0],
    ['none for the first leap', [5, 6], HOUR, 0],
    ['a turn up and one down', [5, 7, 5, 7], HOUR, 2],
    ['none that is smaller than a leap', [5, 7, 6.5, 7, 6.5, 7], HOUR, 0],
    ['a turn within an hour and a half', [5, 7, 5], 90 * MINUTE, 1],
    ['none that takes longer, as water does', [5, 7, 5], 91 * MINUTE, 0],
    ['the newest four', [5, 7, 5, 7, 5, 7, 5, 7], HOUR, 4],
  ])('counts %s', (_, values, everyMs, expected) => {
    expect(turns(values, everyMs)).toBe(expected);
  });

  it('remembers the newest turns, the oldest of them first', () => {
    expect(followed([5, 7, 5, 7, 5, 7]).turns).toEqual([2, 3, 4, 5].map((hour) => T0 + hour * HOUR));
    expect(followed([5, 7, 5, 7, 5, 7, 5]).turns).toEqual([3, 4, 5, 6].map((hour) => T0 + hour * HOUR));
  });
});

describe('restlessTurns', () => {
  const four: Unrest = { extreme: 5, extremeAt: T0, heading: 1, turns: [0, 1, 2, 3].map((hour) => T0 + hour * HOUR) };

  it.each([
    ['tells four turns within three days', 72 * HOUR, 4],
    ['calls a value calm once the first of them is older', 72 * HOUR + 1, 0],
  ])('%s', (_, afterMs, expected) => {
    expect(restlessTurns(four, T0 + afterMs)).toBe(expected);
  });

  it('calls three turns water', () => {
    expect(restlessTurns({ ...four, turns: four.turns.slice(1) }, T0 + 4 * HOUR)).toBe(0);
  });
});

describe('leapOf', () => {
  it('is half of what a place may rise in ten minutes', () => {
    expect(leapOf({ ...aGauge().plausible, stepPer10Min: 1.2 })).toBe(0.6);
  });
});

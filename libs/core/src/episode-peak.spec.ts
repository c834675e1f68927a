import { aGauge, MINUTE, T0 } from '../../../test/support/builders.ts';
import { peakOf } from './episode-peak.ts';
import type { HistoryPoint } from './reading-history.ts';
import type { Quality } from './reading.ts';

const { plausible } = aGauge();
const line = (...entries: readonly (number | readonly [number, Quality])[]): HistoryPoint[] =>
  entries.map((entry, i) => {
    const [value, quality] = typeof entry === 'number' ? ([entry, 'ok'] as const) : entry;
    const at = T0 + i * 10 * MINUTE;
    return { at, receivedAt: at + (quality === 'backfilled' ? 240 * MINUTE : 0), raw: value, value, quality, why: '' };
  });
const brief = (points: readonly HistoryPoint[]) => {
  const { live, now, ...rest } = peakOf(points, plausible);
  return { live: live?.value ?? null, now: now?.value ?? null, ...rest };
};

describe('the peak of an episode', () => {
  it.each<[string, HistoryPoint[], object]>([
    ['is unknown without observations', [], { live: null, now: null, revised: false, late: 0 }],
    ['is what came in time when nothing was late', line(4, 5.1, 4.8), { live: 5.1, now: 5.1, revised: false, late: 0 }],
    [
      'is corrected by late data',
      line(4, 4.8, [5.31, 'backfilled'], [5.2, 'backfilled'], 4.9),
      { live: 4.9, now: 5.31, revised: true, late: 2 },
    ],
    ['is not corrected by lower late data', line(4, 5.1, [4.9, 'backfilled'], 4.8), { live: 5.1, now: 5.1, revised: false, late: 1 }],
    [
      'is known late only when nothing came in time',
      line([4, 'backfilled'], [4.2, 'backfilled']),
      { live: null, now: 4.2, revised: true, late: 2 },
    ],
    [
      'is no doubtful value',
      line(4, [8, 'stepTooLarge'], [8.5, 'outOfRange'], [8, 'constant'], 4.1),
      { live: 4.1, now: 4.1, revised: false, late: 0 },
    ],
    [
      'counts a value under a suspect clock, and one by hand',
      line(4, [4.6, 'clockSuspect'], [4.7, 'manual']),
      { live: 4.7, now: 4.7, late: 0 },
    ],
    [
      'is no late value that the place cannot show',
      line(4, [9.5, 'backfilled'], [9.6, 'backfilled'], 4),
      { now: 4, revised: false, late: 2, lateDoubtful: 2 },
    ],
    [
      'is no late value that jumps up and back alone',
      line(4, [4.1, 'backfilled'], [7, 'backfilled'], [4.2, 'backfilled'], 4),
      { now: 4.2, late: 3, lateDoubtful: 1 },
    ],
    [
      'is no single late value without a neighbour',
      line([5, 'backfilled']),
      { live: null, now: null, revised: false, late: 1, lateDoubtful: 1 },
    ],
  ])('%s', (_, points, expected) => {
    expect(brief(points)).toMatchObject(expected);
  });

  it('is the earliest of equal values, in whatever order they are given', () => {
    const points = line(4, 5, 4.5, 5);
    expect(peakOf(points.toReversed(), plausible).now).toEqual({ value: 5, at: T0 + 10 * MINUTE, receivedAt: T0 + 10 * MINUTE });
  });

  it('trusts late data as it is when nobody knows what the place can show', () => {
    expect(peakOf(line([50, 'backfilled']), null)).toMatchObject({ now: { value: 50 }, revised: true });
  });
});

import { HOUR, T0 } from '../../../test/support/builders.ts';
import { faultDays } from './fault-days.ts';
import type { HistoryPoint } from './reading-history.ts';
import type { Quality } from './reading.ts';

const aPoint = (hour: number, quality: Quality, why = ''): HistoryPoint => ({
  at: T0 + hour * HOUR,
  receivedAt: T0 + hour * HOUR,
  raw: 3,
  value: 3,
  quality,
  why,
});
const dayOf = (at: number): string => `day ${Math.floor((at - T0) / (24 * HOUR))}`;

describe('faultDays', () => {
  it('counts flags by day, the newest first, with the newest reason', () => {
    const points = [
      aPoint(0, 'ok'),
      aPoint(1, 'stepTooLarge', '急に'),
      aPoint(3, 'constant', '動かず'),
      aPoint(2, 'stepTooLarge', 'また急に'),
      aPoint(49, 'ok'),
    ];
    expect(faultDays(points, dayOf)).toEqual([
      { day: 'day 2', readings: 1, flags: {}, last: null },
      {
        day: 'day 0',
        readings: 4,
        flags: { stepTooLarge: 2, constant: 1 },
        last: { at: T0 + 3 * HOUR, quality: 'constant', why: '動かず' },
      },
    ]);
  });

  it('knows no day without a reading', () => {
    expect(faultDays([], dayOf)).toEqual([]);
  });
});

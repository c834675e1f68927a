import { localTime } from './local-time.ts';

describe('localTime', () => {
  it.each([
    ['Asia/Tokyo', '2026-07-01T00:00:00Z', { month: 7, weekday: 3, minuteOfDay: 9 * 60 }],
    ['Asia/Tokyo', '2026-12-31T15:00:00Z', { month: 1, weekday: 5, minuteOfDay: 0 }],
    ['Asia/Tokyo', '2026-07-01T14:59:59.999Z', { month: 7, weekday: 3, minuteOfDay: 23 * 60 + 59 }],
    ['UTC', '2028-02-29T12:34:56Z', { month: 2, weekday: 2, minuteOfDay: 12 * 60 + 34 }],
    ['Asia/Kathmandu', '2026-07-01T00:00:00Z', { month: 7, weekday: 3, minuteOfDay: 5 * 60 + 45 }],
    ['America/St_Johns', '2026-07-01T00:00:00Z', { month: 6, weekday: 2, minuteOfDay: 21 * 60 + 30 }],
  ])('in %s shows %s as the clocks there do', (timeZone, instant, expected) => {
    expect(localTime(Date.parse(instant), timeZone)).toEqual(expected);
  });

  it.each([
    ['the last minute of winter time', '2026-03-29T00:59:59Z', 60 + 59],
    ['the first of summer time', '2026-03-29T01:00:00Z', 3 * 60],
    ['the last minute of summer time', '2026-10-25T00:59:59Z', 2 * 60 + 59],
    ['the first of winter time, an hour for the second time', '2026-10-25T01:00:00Z', 2 * 60],
  ])('follows the clocks of Warsaw through %s', (_, instant, minuteOfDay) => {
    expect(localTime(Date.parse(instant), 'Europe/Warsaw').minuteOfDay).toBe(minuteOfDay);
  });

  it('comes to the same when it is asked for far more instants than it remembers, and back again', () => {
    const from = Date.parse('2026-03-28T00:00:00Z');
    const hours = Array.from({ length: 200 }, (_, hour) => from + hour * 3_600_000);
    const there = hours.map((at) => localTime(at, 'Europe/Warsaw'));
    const back = hours.toReversed().map((at) => localTime(at, 'Europe/Warsaw'));
    expect(back.toReversed()).toEqual(there);
    expect(new Set(there.map(({ minuteOfDay }) => minuteOfDay % 60))).toEqual(new Set([0]));
  });
});

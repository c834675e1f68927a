import { isOn, type Schedule } from './schedule.ts';

const TOKYO = 'Asia/Tokyo';
/** A Wednesday. */
const at = (time: string, day = '2026-07-01') => Date.parse(`${day}T${time}+09:00`);
const office: Schedule = { weekdays: [1, 2, 3, 4, 5], fromMinute: 9 * 60, toMinute: 17 * 60 };
/** Nights that begin on a Friday or a Saturday. */
const nights: Schedule = { weekdays: [5, 6], fromMinute: 22 * 60, toMinute: 5 * 60 };

describe('isOn', () => {
  it.each<[string, Schedule, number, boolean]>([
    ['office hours from their first minute', office, at('09:00'), true],
    ['not a second before', office, at('08:59:59'), false],
    ['to their last second', office, at('16:59:59'), true],
    ['and not at their end', office, at('17:00'), false],
    ['not on a Sunday', office, at('12:00', '2026-07-05'), false],
    ['a night from the evening of its day', nights, at('22:00', '2026-07-03'), true],
    ['not a minute before', nights, at('21:59', '2026-07-03'), false],
    ['past midnight, which belongs to the day before', nights, at('04:59', '2026-07-05'), true],
    ['and not at its end', nights, at('05:00', '2026-07-05'), false],
    ['the night to Saturday, which begins on a Friday', nights, at('01:00', '2026-07-04'), true],
    ['not the night to Friday', nights, at('01:00', '2026-07-03'), false],
    ['not the evening of a Sunday', nights, at('23:00', '2026-07-05'), false],
    ['the night of a Saturday, when its Sunday morning comes', { ...nights, weekdays: [0] }, at('01:00', '2026-07-06'), true],
    ['every hour of a day that ends when it begins', { weekdays: [3], fromMinute: 0, toMinute: 0 }, at('23:59'), true],
    ['that hour of the same day of the week only', { weekdays: [3], fromMinute: 0, toMinute: 0 }, at('00:00', '2026-07-02'), false],
  ])('is on: %s', (_, schedule, instant, expected) => {
    expect(isOn(schedule, instant, TOKYO)).toBe(expected);
  });

  it('goes by the clocks of the city', () => {
    expect(isOn(office, at('09:00'), 'Europe/Warsaw')).toBe(false);
    expect(isOn(office, at('17:00'), 'Europe/Warsaw')).toBe(true);
  });
});

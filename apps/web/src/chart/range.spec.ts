import { minutesToRead, minutesToShow } from './range.ts';

const HOUR = 3_600_000;
const now = 1_000 * HOUR;

describe('the period of a course when nobody chose one', () => {
  it.each([
    ['the usual six hours', 0.1, 360],
    ['a day for a gauge that spoke 18 hours ago', 18, 1_440],
    ['the longest for one that was last heard a week ago', 168, 4_320],
  ])('reads %s', (_, agoH, minutes) => {
    expect(minutesToRead(now - agoH * HOUR, now)).toBe(minutes);
  });

  it.each([
    ['ten minutes of a service that has just begun', 0.1, 10],
    ['one hour of one that began before the last tea', 0.5, 60],
    ['three hours when the oldest value is two hours old', 2, 180],
    ['all that was read when it reaches further back', 5.9, 360],
  ])('shows %s', (_, agoH, minutes) => {
    expect(minutesToShow(360, now - agoH * HOUR, now)).toBe(minutes);
  });

  it('shows what it read when there is nothing to see', () => {
    expect(minutesToRead(null, now)).toBe(360);
    expect(minutesToShow(360, null, now)).toBe(360);
  });
});

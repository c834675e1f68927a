import { ageOf, clockTime, figure, isoTime, shortTime, trendOf } from './figures.ts';

describe('figures', () => {
  it.each([
    [-500, 0, 'second'],
    [59_999, 59, 'second'],
    [60_000, 1, 'minute'],
    [119 * 60_000, 119, 'minute'],
    [120 * 60_000, 2, 'hour'],
    [48 * 3_600_000, 2, 'day'],
  ])('say an age of %i ms as %i %s', (ms, count, unit) => {
    expect(ageOf(1_000_000, 1_000_000 + ms)).toEqual({ count, unit });
  });

  it.each([
    [5.2, 'm', '5.20'],
    [-0.12, 'm', '−0.12'],
    [-0.001, 'm', '0.00'],
    [2140, '人', '2,140'],
    [3.25, 'mm', '3.3'],
  ])('write %d %s as %s', (value, unit, text) => {
    expect(figure(value, unit)).toBe(text);
  });

  it('call a rate that would be written as 0 level', () => {
    expect(trendOf(0.004, 'm')).toBe('level');
    expect(trendOf(-0.05, 'm')).toBe('down');
    expect(trendOf(null, 'm')).toBe('unknown');
  });

  it('live by the clock of the city wherever the PC thinks it is', () => {
    const at = Date.UTC(2026, 6, 1, 14, 41, 7);
    expect(clockTime(at)).toBe('23:41:07');
    expect(isoTime(at)).toBe('2026-07-01T23:41:07.000+09:00');
    expect(shortTime(at, at + 60_000)).toBe('23:41');
    expect(shortTime(at, at + 3_600_000)).toBe('7/1 23:41');
  });
});

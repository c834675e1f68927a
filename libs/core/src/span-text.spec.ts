import { spanText } from './span-text.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('spanText', () => {
  it.each([
    [0, '0分'],
    [29_999, '0分'],
    [30_000, '1分'],
    [90 * MINUTE, '90分'],
    [119 * MINUTE, '119分'],
    [2 * HOUR, '2時間'],
    [5 * HOUR + 29 * MINUTE, '5時間'],
    [5 * HOUR + 30 * MINUTE, '6時間'],
    [47 * HOUR, '47時間'],
    [48 * HOUR, '2日'],
    [60 * HOUR, '3日'],
    [7 * 24 * HOUR, '7日'],
  ])('says of %i ms: %s', (ms, expected) => {
    expect(spanText(ms)).toBe(expected);
  });
});

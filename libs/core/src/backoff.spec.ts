import { describe, expect, it } from '@jest/globals';
import { BACKOFF_FIRST_MS, BACKOFF_MS_MAX, backoffMs } from './backoff.ts';

describe('backoffMs', () => {
  it.each([
    [1, 0, 500],
    [1, 1, 1_000],
    [2, 1, 2_000],
    [3, 1, 4_000],
    [6, 1, 32_000],
    [7, 1, 60_000],
    [7, 0, 30_000],
    [5_000, 1, 60_000],
  ])('after %i tries and with chance %f waits %i ms', (tries, chance, expected) => {
    expect(backoffMs({ tries, random: () => chance })).toBe(expected);
  });

  it('never waits longer than the longest nor shorter than half the first', () => {
    for (let tries = 0; tries < 50; tries += 1) {
      const ms = backoffMs({ tries, random: () => (tries % 10) / 10 });
      expect(ms).toBeGreaterThanOrEqual(BACKOFF_FIRST_MS / 2);
      expect(ms).toBeLessThanOrEqual(BACKOFF_MS_MAX);
    }
  });
});

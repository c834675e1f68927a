import { BACKOFF, waitMs } from './backoff.ts';

it('doubles up to its limit, and the jitter takes at most half of it away', () => {
  const longest = Array.from({ length: 8 }, (_, attempt) => waitMs(BACKOFF, attempt, 0));
  expect(longest).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000, 4000]);
  expect(waitMs(BACKOFF, 3, 1)).toBe(1000);
});

it('F24 never waits for 5 s, however often it failed', () => {
  expect(waitMs(BACKOFF, 1_000, 0)).toBeLessThan(5_000);
});

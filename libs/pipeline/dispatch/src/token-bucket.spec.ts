import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#memory';
import { TokenBucket } from './token-bucket.ts';

const takeAll = (bucket: TokenBucket): number => {
  const count = bucket.available();
  for (let taken = 0; taken < count; taken += 1) bucket.take();
  return count;
};

describe('TokenBucket', () => {
  it('lets a tenth of a second go at once and the rest at its rate', async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock, 200);
    expect(takeAll(bucket)).toBe(20);
    expect(takeAll(bucket)).toBe(0);
    let gone = 0;
    for (let ms = 0; ms < 1_000; ms += 5) {
      await clock.advance(5);
      gone += takeAll(bucket);
    }
    expect(gone).toBe(200);
  });

  it('saves up no more than a burst', async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock, 200);
    await clock.advance(60_000);
    expect(takeAll(bucket)).toBe(20);
  });

  it('lets one go at a time where the rate is low, and says how long to wait', async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock, 2);
    expect(bucket.waitMs()).toBe(0);
    expect(takeAll(bucket)).toBe(1);
    expect(bucket.waitMs()).toBe(500);
    await clock.advance(500);
    expect(takeAll(bucket)).toBe(1);
  });

  it('is not moved by a jump of the wall clock (F21)', () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock, 200);
    takeAll(bucket);
    clock.jump(86_400_000);
    expect(bucket.available()).toBe(0);
  });
});

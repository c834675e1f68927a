import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#memory';
import { RecentCount } from './recent-count.ts';

describe('RecentCount', () => {
  it('tells how often something happened in the stretch before this one, and forgets it with the next', async () => {
    const clock = new ManualClock();
    const recent = new RecentCount(clock, 100);
    recent.add();
    recent.add();
    expect(recent.count).toBe(0);
    await clock.advance(100);
    recent.add();
    expect(recent.count).toBe(2);
    await clock.advance(100);
    expect(recent.count).toBe(1);
    await clock.advance(100);
    expect(recent.count).toBe(0);
  });

  it('says nothing after a pause, however lively it was before', async () => {
    const clock = new ManualClock();
    const recent = new RecentCount(clock, 100);
    recent.add();
    await clock.advance(250);
    expect(recent.count).toBe(0);
  });
});

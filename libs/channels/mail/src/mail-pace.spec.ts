import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#memory';
import { MailPace } from './mail-pace.ts';

describe('MailPace', () => {
  it('lets one mail a second through to a slow domain, and all to others', async () => {
    const clock = new ManualClock(0);
    const pace = new MailPace(clock);
    pace.slow('slow.jp', 10_000);
    expect([pace.take('slow.jp'), pace.take('slow.jp'), pace.take('fast.jp'), pace.take('fast.jp')]).toEqual([0, 1_000, 0, 0]);
    await clock.advance(400);
    expect([pace.take('slow.jp')]).toEqual([600]);
    await clock.advance(600);
    expect([pace.take('slow.jp'), pace.take('slow.jp')]).toEqual([0, 1_000]);
  });

  it('is as fast as ever when the time is over, and goes on when it is told again', async () => {
    const clock = new ManualClock(0);
    const pace = new MailPace(clock);
    pace.slow('slow.jp', 5_000);
    pace.slow('slow.jp', 10_000);
    pace.take('slow.jp');
    await clock.advance(9_999);
    expect([pace.take('slow.jp'), pace.take('slow.jp')]).toEqual([0, 1_000]);
    await clock.advance(1);
    expect([pace.take('slow.jp'), pace.take('slow.jp')]).toEqual([0, 0]);
  });

  it('keeps a bounded number of domains', () => {
    const pace = new MailPace(new ManualClock(0));
    for (let n = 0; n <= 1_000; n += 1) pace.slow(`d${n}.jp`, 10_000);
    const twice = (domain: string) => [pace.take(domain), pace.take(domain)];
    expect([twice('d0.jp'), twice('d1.jp')]).toEqual([
      [0, 0],
      [0, 1_000],
    ]);
  });
});

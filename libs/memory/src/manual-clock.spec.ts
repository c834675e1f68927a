import { ManualClock } from './manual-clock.ts';

describe('ManualClock', () => {
  it('wakes sleepers in the order in which they are due, each at its own instant', async () => {
    const clock = new ManualClock(1_000);
    const woken: string[] = [];
    const sleeps = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push(`${name} at ${clock.now()}`);
    };
    const all = Promise.all([sleeps('late', 30), sleeps('early', 10), sleeps('middle', 20), sleeps('as early', 10)]);
    await clock.advance(30);
    await all;
    expect(woken).toEqual(['early at 1010', 'as early at 1010', 'middle at 1020', 'late at 1030']);
  });

  it('wakes one who sleeps again and again within the span', async () => {
    const clock = new ManualClock();
    const stopping = new AbortController();
    const ticks: number[] = [];
    const ticking = (async () => {
      while (!stopping.signal.aborted) {
        await clock.sleep(10, stopping.signal);
        ticks.push(clock.monotonic());
      }
    })();
    await clock.advance(35);
    expect(ticks).toEqual([10, 20, 30]);
    expect(clock.sleeping).toBe(1);
    stopping.abort();
    await ticking;
    expect(clock.sleeping).toBe(0);
  });

  it('does not sleep when the signal was aborted before', async () => {
    const clock = new ManualClock();
    await clock.sleep(10, AbortSignal.abort());
    expect(clock.monotonic()).toBe(0);
  });

  it('F21 a jump of the wall clock wakes nobody and leaves the monotonic time alone', async () => {
    const clock = new ManualClock(1_000);
    void clock.sleep(10);
    clock.jump(3_600_000);
    await clock.advance(5);
    expect([clock.now(), clock.monotonic(), clock.sleeping]).toEqual([3_601_005, 5, 1]);
    await clock.advance(5);
    expect(clock.sleeping).toBe(0);
  });

  it('leaps over the time in between, never back, and wakes everybody who slept up to then', async () => {
    const clock = new ManualClock(1_000);
    const woken: number[] = [];
    for (const ms of [10, 20, 31]) void clock.sleep(ms).then(() => woken.push(clock.monotonic()));
    clock.leapTo(1_030);
    await clock.advance(0);
    expect([woken, clock.now(), clock.sleeping]).toEqual([[30, 30], 1_030, 1]);
    clock.leapTo(500);
    expect([clock.now(), clock.monotonic()]).toEqual([1_030, 30]);
  });
});

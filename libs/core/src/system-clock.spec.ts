import { SystemClock } from './system-clock.ts';

describe('SystemClock', () => {
  const clock = new SystemClock();

  it('sleeps at least as long as it was told', async () => {
    const from = clock.monotonic();
    await clock.sleep(20);
    // A timer may fire within the millisecond before.
    expect(clock.monotonic() - from).toBeGreaterThanOrEqual(19);
  });

  it('wakes at once when the signal aborts, and does not sleep when it was aborted before', async () => {
    const stopping = new AbortController();
    const sleeping = clock.sleep(60_000, stopping.signal);
    stopping.abort();
    await sleeping;
    await clock.sleep(60_000, stopping.signal);
    expect(stopping.signal.aborted).toBe(true);
  });

  it('F23 a sleep longer than 2^31 ms does not end at once', async () => {
    const stopping = new AbortController();
    let awake = false;
    const sleeping = clock.sleep(2 ** 31 + 1_000, stopping.signal).then(() => {
      awake = true;
      return null;
    });
    await clock.sleep(20);
    expect(awake).toBe(false);
    stopping.abort();
    await sleeping;
  });

  it('tells the wall clock in epoch milliseconds', () => {
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  });
});

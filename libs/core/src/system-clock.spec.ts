import { getEventListeners } from 'node:events';
import { jest } from '@jest/globals';
import { SystemClock } from './system-clock.ts';

const activeTimers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

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

  it('does not wait for a timer when there is nothing to wait for', async () => {
    let awake = false;
    const sleeping = clock.sleep(0).then(() => (awake = true));
    await Promise.resolve();
    await Promise.resolve();
    expect(awake).toBe(true);
    await sleeping;
  });

  it.each([
    ['has slept', 1, false],
    ['was woken', 60_000, true],
  ])('leaves no timer and no listener behind when it %s', async (_, ms, abort) => {
    const stopping = new AbortController();
    const before = activeTimers();
    const sleeping = clock.sleep(ms, stopping.signal);
    expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(1);
    if (abort) stopping.abort();
    await sleeping;
    expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(0);
    expect(activeTimers()).toBe(before);
  });

  describe('for longer than a timer can count', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    it('F23 sleeps in parts, each of which a timer can count, and wakes at the end of the last', async () => {
      const timers = jest.spyOn(globalThis, 'setTimeout');
      let awake = false;
      const sleeping = clock.sleep(2 ** 31 + 1_000).then(() => (awake = true));
      await jest.advanceTimersByTimeAsync(2 ** 31 + 999);
      expect(awake).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      expect(awake).toBe(true);
      expect(timers.mock.calls.map(([, ms]) => ms)).toEqual([2 ** 31 - 1, 1_001]);
      await sleeping;
    });
  });

  it('tells the wall clock in epoch milliseconds', () => {
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  });
});

import { ManualClock } from '#memory';
import { PacedClock } from './paced-clock.ts';

const T0 = Date.parse('2026-09-01T09:00:00+09:00');
const PAST = Date.parse('2016-08-31T04:00:00+09:00');

describe('PacedClock', () => {
  it.each([1, 60, 600])('lets the date run at %s times, and waits at its own', async (speed) => {
    const real = new ManualClock(T0);
    const clock = new PacedClock(real, { startsAt: PAST, speed });
    const began = clock.monotonic();
    expect(clock.now()).toBe(PAST);
    await real.advance(1_000);
    expect(clock.now()).toBe(PAST + 1_000 * speed);
    expect(clock.monotonic() - began).toBe(1_000);
  });

  it('reaches an instant as soon as its date shows it', async () => {
    const real = new ManualClock(T0);
    const clock = new PacedClock(real, { startsAt: PAST, speed: 60 });
    let reached = false;
    const waiting = clock.reach(PAST + 10 * 60_000, new AbortController().signal).then(() => {
      reached = true;
    });
    await real.advance(9_999);
    expect(reached).toBe(false);
    await real.advance(1);
    await waiting;
    expect(clock.now()).toBe(PAST + 10 * 60_000);
  });

  it('waits for nothing that has passed, and stops waiting when it is told to', async () => {
    const clock = new PacedClock(new ManualClock(T0), { startsAt: PAST, speed: 60 });
    await clock.reach(PAST - 1, new AbortController().signal);
    const stopping = new AbortController();
    const waiting = clock.reach(PAST + 60_000, stopping.signal);
    stopping.abort();
    await waiting;
    expect(clock.now()).toBe(PAST);
  });
});

import { ManualClock } from '#memory';
import { SteadyClock } from './steady-clock.ts';

const T0 = Date.parse('2026-07-01T03:00:00+09:00');
const HOUR = 3_600_000;

const JUMPS = [
  ['an hour ahead', HOUR],
  ['an hour back', -HOUR],
  ['a day ahead', 24 * HOUR],
  ['a day back', -24 * HOUR],
  ['ten years ahead', 3_652 * 24 * HOUR],
  ['ten years back', -3_652 * 24 * HOUR],
] as const;

describe('the time of a process whose wall clock is moved', () => {
  it.each(JUMPS)('F21 goes on evenly when the clock jumps %s, says so, and believes it again when it comes back', async (_, jumpMs) => {
    const wall = new ManualClock(T0);
    const told: (number | null)[] = [];
    const steady = new SteadyClock(wall, (jump) => told.push(jump && jump.offsetMs));
    await wall.advance(60_000);
    wall.jump(jumpMs);
    expect(steady.now()).toBe(T0 + 60_000);
    await wall.advance(60_000);
    expect(steady.now()).toBe(T0 + 120_000);
    expect(steady.jump).toEqual({ offsetMs: jumpMs, since: T0 + 60_000 });
    wall.jump(-jumpMs);
    expect(steady.jump).toBeNull();
    expect(steady.now()).toBe(T0 + 120_000);
    expect(told).toEqual([jumpMs, null]);
  });

  it.each([
    ['four minutes ahead', 4 * 60_000],
    ['four minutes back', -4 * 60_000],
  ])('follows a correction of %s', async (_, ms) => {
    const wall = new ManualClock(T0);
    const steady = new SteadyClock(wall);
    wall.jump(ms);
    expect(steady.now()).toBe(T0 + ms);
    expect(steady.jump).toBeNull();
    // What was followed is believed from then on, also when as much comes on top.
    wall.jump(ms);
    expect(steady.now()).toBe(T0 + 2 * ms);
  });

  it('believes the wall clock that it starts with, whatever it says', () => {
    const wall = new ManualClock(T0);
    wall.jump(3_652 * 24 * HOUR);
    expect(new SteadyClock(wall).now()).toBe(T0 + 3_652 * 24 * HOUR);
  });
});

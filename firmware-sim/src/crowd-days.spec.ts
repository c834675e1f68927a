import { crowdAt, OFFICE_DAY_IDS, queueAt, STREET_DAY_IDS } from './crowd-days.ts';

const HOURS = Array.from({ length: 32 * 4 }, (_, quarter) => quarter / 4);

it.each(STREET_DAY_IDS)('%s: counters only rise, and what came in and did not go out is there', (day) => {
  let before = { in: 0, out: 0 };
  for (const hour of HOURS) {
    const now = crowdAt(day, { peakPerHour: 4000, dwellH: 0.75 }, hour);
    expect(now.in).toBeGreaterThanOrEqual(before.in);
    expect(now.out).toBeGreaterThanOrEqual(before.out);
    expect(now.count).toBe(now.in - now.out);
    before = now;
  }
});

it('fills the waterfront towards midnight and empties it in two hours', () => {
  const [midnight = 0, afternoon, late] = [23.5, 15, 26].map(
    (hour) => crowdAt('fireworks-2014', { peakPerHour: 4741, dwellH: 0.5 }, hour).count,
  );
  expect(midnight).toBeGreaterThan(2000);
  expect(afternoon).toBeLessThan(200);
  expect(late).toBeLessThan(400);
});

it('has the worst queue of Mokotów before noon: 257 waiting, 172 called', () => {
  expect(queueAt('mokotow-2019', 257, 11.5)).toMatchObject({ waiting: 257, calling: 172 });
});

it.each(OFFICE_DAY_IDS)('%s: numbers are only called upwards, and nobody waits when the office is closed', (day) => {
  const calls = HOURS.map((hour) => queueAt(day, 40, hour).calling);
  expect(calls).toEqual(calls.toSorted((a, b) => a - b));
  expect(queueAt(day, 40, 7)).toEqual({ waiting: 0, calling: 0, waitMin: 0 });
  expect(queueAt(day, 40, 20)).toMatchObject({ waiting: 0, waitMin: 0 });
});

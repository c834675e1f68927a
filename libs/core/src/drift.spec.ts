import { randomOf } from '../../../test/support/random.ts';
import { DRIFT_DAYS, driftOf, type Hourly, STUCK_HOURS, stuckOf } from './drift.ts';

const HOUR = 24 * DRIFT_DAYS;
const hourly = (valueAt: (hour: number) => number | null, hours = HOUR): Hourly =>
  new Map(
    Array.from({ length: hours }, (_, index) => [HOUR - hours + index + 1, valueAt(index)] as const).filter(
      (entry): entry is readonly [number, number] => entry[1] !== null,
    ),
  );
const random = randomOf(5);
/** A river at rest: a daily rhythm of some centimetres, and what a sensor of ±1 cm adds. */
const calm = (hour: number): number => 3 + 0.04 * Math.sin((hour * 2 * Math.PI) / 100) + random.below(21) / 1_000 - 0.01;
const drifting = (mPerDay: number) => (hour: number) => 5 + calm(hour) + (mPerDay * hour) / 24;
const near = (...series: Hourly[]) => series.map((own, index) => ({ name: `隣${index + 1}`, hourly: own }));

describe('driftOf', () => {
  it.each<[string, Hourly, readonly Hourly[], RegExp | null]>([
    ['says nothing of a gauge that goes with its neighbours', hourly(drifting(0)), [hourly(calm), hourly(calm)], null],
    ['finds a slow rise of 4 cm a day', hourly(drifting(0.04)), [hourly(calm), hourly(calm)], /14日間で 隣1・隣2 に対して 0\.5\d m 高く/],
    ['finds a slow fall', hourly(drifting(-0.04)), [hourly(calm), hourly(calm)], /0\.5\d m 低く/],
    ['says of two gauges alone that it may be either', hourly(drifting(0.04)), [hourly(calm)], /どちらがずれたか/],
    ['takes 1 cm a day for the river', hourly(drifting(0.01)), [hourly(calm), hourly(calm)], null],
    ['takes a step for no drift', hourly((hour) => calm(hour) + (hour > 200 ? 0.6 : 0)), [hourly(calm), hourly(calm)], null],
    [
      'says nothing while the neighbours fall after a flood',
      hourly((hour) => 3 + 2 * Math.exp(-hour / 150)),
      [hourly((hour) => 3 + 2 * Math.exp(-hour / 60))],
      null,
    ],
    ['says nothing when the neighbours go the same way', hourly(drifting(0.04)), [hourly((hour) => calm(hour) + (0.03 * hour) / 24)], null],
    ['says nothing when neighbours disagree', hourly(drifting(0.04)), [hourly(calm), hourly(drifting(0.08))], null],
    ['says nothing without neighbours', hourly(drifting(0.04)), [], null],
    ['says nothing with neighbours that were silent', hourly(drifting(0.04)), [hourly(calm, 100)], null],
    ['hears the neighbour that speaks', hourly(drifting(0.04)), [hourly(calm, 100), hourly(calm)], /隣2 に対して/],
    ['compares with a neighbour that shows one figure only', hourly((hour) => 3 + (0.04 * hour) / 24), [hourly(() => 2)], /0\.5\d m 高く/],
  ])('%s', (_, own, others, expected) => {
    const said = driftOf({ own, neighbours: near(...others) }, HOUR);
    expect(said ?? 'nothing').toMatch(expected ?? /^nothing$/);
  });
});

describe('stuckOf', () => {
  const still = hourly(() => 2.41, STUCK_HOURS);
  const rising = (by: number) => hourly((hour) => 3 + (by * hour) / (STUCK_HOURS - 1), STUCK_HOURS);
  const rain = (mm: number) => hourly(() => mm, STUCK_HOURS);

  it.each<[string, Hourly, readonly Hourly[], readonly Hourly[], RegExp | null]>([
    ['finds a gauge that stands still while both neighbours rise', still, [rising(0.5), rising(0.4)], [], /隣1 は 0\.50 m、隣2 は 0\.40 m/],
    ['lets base flow be flat', still, [still, still], [], null],
    ['lets one neighbour rise alone', still, [rising(0.5), still], [], null],
    ['takes little for nothing', still, [rising(0.25)], [], null],
    [
      'says nothing of a gauge that moves by a centimetre',
      hourly((hour) => (hour < 6 ? 2.41 : 2.42), STUCK_HOURS),
      [rising(0.5)],
      [],
      null,
    ],
    ['finds a gauge that stands still in heavy rain', still, [], [rain(3)], /36 mm の雨/],
    ['lets it stand still in drizzle', still, [], [rain(1)], null],
    ['says nothing of a gauge that was hardly heard', hourly(() => 2.41, 5), [rising(0.5)], [rain(5)], null],
    ['says nothing without neighbours and rain', still, [], [], null],
  ])('%s', (_, own, others, fallen, expected) => {
    const said = stuckOf({ own, neighbours: near(...others) }, fallen, HOUR);
    expect(said ?? 'nothing').toMatch(expected ?? /^nothing$/);
  });
});

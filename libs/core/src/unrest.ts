import type { Plausible } from './gauge.ts';

/** The up and down of a value: its latest extreme, and when it last turned back too fast for water. */
export interface Unrest {
  readonly extreme: number;
  readonly extremeAt: number;
  /** Where the value is going: up, down, or not known yet. */
  readonly heading: 1 | -1 | 0;
  /** The newest sharp turns, oldest first. */
  readonly turns: readonly number[];
}

/**
 * A turn is sharp when the value comes back from its extreme by the leap of the gauge within this time. Snapshots of real gauges are 50 to
 * 110 minutes apart. A tide of more than 3.6 m from low to high water turns as fast: such a gauge needs a larger `step10min`.
 */
const SHARP_MS_MAX = 90 * 60_000;
/**
 * So many sharp turns within three days tell of a sensor in trouble. No flood made more than three: 475 crisis gauges in a year, Tokachi 2016,
 * Gloria 2020 in southern France, Kuji and Naka 2026, and the five-minute flash floods of two USGS gauges. 宇陀川4.2k made 4 in a day, 諏訪橋 9,
 * 勢田川左岸3.2km 11 before it stood 1.5 m above its flood level on a winter night, Marseillette 20. Gates that are worked at low water do it too
 * (11 at Y1152010): above `start` such a place needs a larger `step10min`.
 */
const TURNS_MAX = 4;
const TURNS_WITHIN_MS = 72 * 3_600_000;

/** Half of what may change within ten minutes: 0.5 m by default, more than P99 of the hourly rises of real gauges (0.37 m, D§1.3). */
export const leapOf = ({ stepPer10Min }: Plausible): number => stepPer10Min / 2;

/** Follows the value by one reading in order of time. */
export function follow(unrest: Unrest | undefined, value: number, at: number, leap: number): Unrest {
  if (!unrest) return { extreme: value, extremeAt: at, heading: 0, turns: [] };
  const { extreme, extremeAt, heading, turns } = unrest;
  const change = value - extreme;
  if (heading === 0) return Math.abs(change) < leap ? unrest : { extreme: value, extremeAt: at, heading: change > 0 ? 1 : -1, turns };
  if (change * heading >= 0) return { extreme: value, extremeAt: at, heading, turns };
  if (Math.abs(change) < leap) return unrest;
  const sharp = at - extremeAt <= SHARP_MS_MAX;
  return { extreme: value, extremeAt: at, heading: heading === 1 ? -1 : 1, turns: sharp ? [...turns, at].slice(-TURNS_MAX) : turns };
}

/** How many sharp turns the last days had when they were too many; 0 while the value moves like water. */
export function restlessTurns({ turns }: Unrest, at: number): number {
  const recent = turns.filter((turn) => at - turn <= TURNS_WITHIN_MS);
  return recent.length < TURNS_MAX ? 0 : recent.length;
}

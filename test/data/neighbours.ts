import type { Transition } from '#core';
import type { Observation } from './crisis-gauges.ts';
import type { GaugeRow } from './municipality.ts';

/** Rain reaches this far around a gauge, and the water of small rivers moves within these hours. */
const AROUND_KM = 30;
const AROUND_MS = 3 * 3_600_000;
/** A neighbour moves when it changes by this much … */
const MOVES_M = 0.1;
/** … and a region moves when so many neighbours do. Real events of the year had four at least, faults one at most. */
const REGION_MIN = 3;
const KM_PER_DEGREE = 111;
/** Close enough to share a shower with the gauge. */
const NEAR_KM = 15;

/** The other gauges around an alarm: the judge of whether it was rain, whom the service itself does not ask. */
export class Neighbours {
  readonly #gauges: readonly GaugeRow[];
  readonly #seen: ReadonlyMap<string, readonly Observation[]>;

  constructor(gauges: readonly GaugeRow[], observations: readonly Observation[]) {
    this.#gauges = gauges;
    this.#seen = Map.groupBy(observations, ({ gauge }) => gauge);
  }

  /** Whether no region moved with the gauge. */
  alone({ gauge, at }: Pick<Transition, 'gauge' | 'at'>): boolean {
    const own = this.#gauges.find(({ id }) => id === gauge)!;
    const moving = this.#gauges.filter((other) => other.id !== gauge && distanceKm(own, other) <= AROUND_KM && this.#moves(other.id, at));
    return moving.length < REGION_MIN;
  }

  /** How many gauges stand near an alarm, and how many of them were heard, which means above their own start, in the hours around it. */
  near({ gauge, at }: Pick<Transition, 'gauge' | 'at'>): { readonly gauges: number; readonly heard: number } {
    const own = this.#gauges.find(({ id }) => id === gauge)!;
    const others = this.#gauges.filter((other) => other.id !== gauge && distanceKm(own, other) <= NEAR_KM);
    const heard = others.filter(({ id }) => (this.#seen.get(id) ?? []).some((seen) => Math.abs(seen.at - at) <= AROUND_MS));
    return { gauges: others.length, heard: heard.length };
  }

  #moves(gauge: string, at: number): boolean {
    const levels = (this.#seen.get(gauge) ?? []).filter((seen) => Math.abs(seen.at - at) <= AROUND_MS).map(({ level }) => level);
    return levels.length > 1 && Math.max(...levels) - Math.min(...levels) >= MOVES_M;
  }
}

function distanceKm(a: GaugeRow, b: GaugeRow): number {
  const eastwards = (a.lon - b.lon) * Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot(a.lat - b.lat, eastwards) * KM_PER_DEGREE;
}

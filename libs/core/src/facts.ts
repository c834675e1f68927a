import type { Alert, Evidence } from './alert.ts';
import { observing } from './blind.ts';
import type { Around, FactsSource, GaugeFacts, Reached, Sample } from './condition.ts';
import { type Gauge, type GaugeId, thresholdsAt } from './gauge.ts';
import { isUsable } from './reading.ts';
import type { RuleId } from './rule-id.ts';
import type { GaugeWatch } from './watch-window.ts';

/** What the engine remembers, as far as a condition may ask for it. */
export interface Memory {
  gauge(id: GaugeId): Gauge | undefined;
  watch(id: GaugeId): GaugeWatch | undefined;
  alert(rule: RuleId, gauge: GaugeId): Alert | undefined;
  /** Whether the rule watches the gauge. */
  watches(rule: RuleId, gauge: GaugeId): boolean;
  /** Whether a rule of kind `blind` stands raised for the gauge. */
  isBlind(gauge: GaugeId): boolean;
  /** A hole longer than this makes a window unknown. */
  gapMaxMs(gauge: Gauge): number;
}

/** Whose readings a condition of a gauge may ask for beside its own. */
export interface Surroundings {
  readonly area: readonly Gauge[];
  readonly river: readonly Gauge[];
  readonly weather: readonly Gauge[];
}

/** A weather level is given for hours; without a word for this long nobody knows it any more. */
const WEATHER_AGE_MAX_MS = 12 * 3_600_000;

/** The facts of one gauge at the reading that is judged. Works out only what is asked for. */
export function factsOf(
  memory: Memory,
  {
    target,
    around,
    at,
    status,
    timeZone,
  }: {
    readonly target: Gauge;
    readonly around: Surroundings;
    readonly at: number;
    readonly status: Alert['status'];
    readonly timeZone: string;
  },
): FactsSource {
  const facts = (gauge: Gauge): GaugeFacts => gaugeFacts(memory, gauge, status);
  return {
    at,
    timeZone,
    own: facts(target),
    get weatherLevel() {
      return weatherLevelOf(memory, around.weather, at, status);
    },
    other(id) {
      const gauge = memory.gauge(id);
      return gauge ? facts(gauge) : null;
    },
    around: (scope: Around, code: string) => reachedOf(memory, around[scope], code, at, status),
  };
}

function gaugeFacts(memory: Memory, gauge: Gauge, status: Alert['status']): GaugeFacts {
  const seen = memory.watch(gauge.id)?.recent[gauge.quantity] ?? [];
  const usable = usableOf(seen, status);
  const newest = usable.at(-1);
  return {
    gauge,
    newest: newest ? sample(newest) : null,
    quality: seen.at(-1)?.quality ?? null,
    blind: memory.isBlind(gauge.id),
    gapMaxMs: memory.gapMaxMs(gauge),
    since(from) {
      const first = usable.findLastIndex(({ at }) => at <= from);
      return usable.slice(Math.max(0, first)).map(sample);
    },
    step: (rule) => (memory.watches(rule, gauge.id) ? standing(memory.alert(rule, gauge.id), status) : null),
  };
}

const standing = (alert: Alert | undefined, status: Alert['status']): number =>
  alert?.state === 'raised' && alert.status === status ? alert.step : 0;

const sample = ({ at, value }: Evidence): Sample => ({ at, value });

/** Readings that may speak for a status: a drill is no witness to real life (promise 7). */
export const usableOf = (recent: readonly Evidence[], status: Alert['status']): readonly Evidence[] =>
  recent.filter((seen) => seen.status === status && isUsable(seen.quality));

/** The newest of them; undefined without one. */
export const newestUsable = (recent: readonly Evidence[], status: Alert['status']): Evidence | undefined =>
  recent.findLast((seen) => seen.status === status && isUsable(seen.quality));

function weatherLevelOf(memory: Memory, gauges: readonly Gauge[], at: number, status: Alert['status']): number | null {
  let level: number | null = null;
  for (const gauge of gauges) {
    const newest = usableWeather(memory.watch(gauge.id), gauge, { at, status });
    if (newest) level = Math.max(level ?? 0, newest.value);
  }
  return level;
}

/** The newest word of a weather feed that still says how things are; undefined when it said nothing for too long. */
export function usableWeather(
  watch: Pick<GaugeWatch, 'recent'> | undefined,
  { quantity }: Pick<Gauge, 'quantity'>,
  { at, status }: { readonly at: number; readonly status: Alert['status'] },
): Evidence | undefined {
  const newest = usableOf(watch?.recent[quantity] ?? [], status).at(-1);
  return newest && at - newest.at <= WEATHER_AGE_MAX_MS ? newest : undefined;
}

function reachedOf(memory: Memory, gauges: readonly Gauge[], code: string, at: number, status: Alert['status']): Reached {
  let reached = 0;
  let unknown = 0;
  let of = 0;
  for (const gauge of gauges) {
    const limit = thresholdsAt(gauge, at).find((threshold) => threshold.code === code);
    if (!limit) continue;
    of += 1;
    const watch = memory.watch(gauge.id);
    const newest = usableOf(watch?.recent[gauge.quantity] ?? [], status).at(-1);
    // A gauge that stands by measures all the time and would speak up: its last word below `start` still holds.
    const recent = newest && (!observing(gauge, watch) || at - newest.at <= memory.gapMaxMs(gauge)) && !memory.isBlind(gauge.id);
    if (!newest || !recent) unknown += 1;
    else if (newest.value >= limit.value) reached += 1;
  }
  return { reached, unknown, of };
}

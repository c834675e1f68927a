/**
 * Every word that a condition may use, with its type: the one place that says so. `docs/conditions.md` explains the same words to the staff
 * who write them. Words without a gauge in front (`value`, `rise(30)`) speak of the gauge that the rule judges.
 */

/** What stands by itself. */
export const VARIABLES = {
  value: 'double',
  ageMin: 'double',
  known: 'bool',
  quality: 'string',
  blind: 'bool',
  gauge: 'Gauge',
  gauges: 'map<string, Gauge>',
  area: 'Around',
  river: 'Around',
  weather: 'Weather',
  clock: 'Clock',
} as const;

/** What a gauge has: `gauge.capacity`, `gauges["ose-kami"].value`. */
export const GAUGE_FIELDS = {
  id: 'string',
  name: 'string',
  kind: 'string',
  river: 'string',
  areas: 'list<string>',
  capacity: 'double',
  crest: 'double',
  value: 'double',
  ageMin: 'double',
  known: 'bool',
  quality: 'string',
  blind: 'bool',
} as const;

export const WEATHER_FIELDS = { level: 'int', known: 'bool' } as const;

/** By the clocks of the city, at the instant of the observation. Weekday 0 is Sunday. */
export const CLOCK_FIELDS = { hour: 'int', minute: 'int', weekday: 'int', month: 'int' } as const;

/** Over the last so many minutes of a gauge: `rise(30)`, `gauges["ose-kami"].max(60)`. */
export const WINDOWS = {
  rise: 'double',
  max: 'double',
  min: 'double',
  mean: 'double',
  sum: 'double',
  count: 'int',
  values: 'list<double>',
} as const;
export type WindowName = keyof typeof WINDOWS;

/** By the code of a threshold or the id of a rule: `threshold("warn")`, `gauges["ose-kami"].step("river-level")`. */
export const LOOKUPS = { threshold: 'double', step: 'int' } as const;
export type LookupName = keyof typeof LOOKUPS;

/** Of `area` and `river`: `area.atLeast(2, "warn")`, `river.reached("warn")`. */
export const AROUND_METHODS = ['atLeast', 'reached'] as const;

/** Loops over a list, one level deep. */
export const LOOPS = ['all', 'exists', 'exists_one', 'filter', 'map'] as const;

/** CEL's own functions and methods that a condition needs; all of them take a bounded time. */
export const PLAIN_CALLS = ['size', 'double', 'int'] as const;
export const PLAIN_METHODS = ['size', 'contains', 'startsWith', 'endsWith'] as const;

export const isOneOf = <T extends string>(names: readonly T[], name: string): name is T => (names as readonly string[]).includes(name);
export const isWindow = (name: string): name is WindowName => Object.hasOwn(WINDOWS, name);
export const isLookup = (name: string): name is LookupName => Object.hasOwn(LOOKUPS, name);
export const isVariable = (name: string): boolean => Object.hasOwn(VARIABLES, name);

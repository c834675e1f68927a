import type { Quantity, Report } from '#core';

/** Places and times of made-up observations, evenly spaced; the same arguments give the same river. */
export interface RiverYearOptions {
  readonly gauges: readonly string[];
  readonly steps: number;
  readonly everyMs: number;
  readonly fromAt: number;
}

/** Observations in columns, in order of time, as a replay takes them. */
export interface RiverYear {
  readonly length: number;
  readonly gauges: readonly string[];
  readonly quantities: readonly Quantity[];
  at(row: number): { readonly gauge: number; readonly time: number; readonly value: number };
}

const DAY_MS = 86_400_000;
/** Quiet water, below the first limit of the bench's playbook (2 m), and how far it wanders within a day. */
const QUIET_M = 1.6;
const WANDER_M = 0.12;
/** A flood every so many days at each gauge, never at two gauges at once; it rises for nine hours and falls for twenty-seven. */
const FLOOD_EVERY_DAYS = 30;
const RISE_MS = 9 * 3_600_000;
const FALL_MS = 27 * 3_600_000;
/** The smallest flood ends below `warn` (3 m), the largest above `flood` (4 m). */
const CREST_MIN_M = 1;
const CREST_SPAN_M = 2.8;
/** Two in ten thousand values are debris, and a gauge loses its radio every fiftieth day for two to eight hours. */
const SPIKE_SHARE = 2 / 10_000;
const SPIKE_M = 4;
const OUTAGE_EVERY_DAYS = 50;
const OUTAGE_MS_MIN = 2 * 3_600_000;
const OUTAGE_MS_SPAN = 6 * 3_600_000;

/** Rivers for a long time: base flow that wanders, floods, spikes and outages. A row for each observation that was made. */
export function riverYear({ gauges, steps, everyMs, fromAt }: RiverYearOptions): RiverYear {
  const rowsMax = steps * gauges.length;
  const places = new Uint16Array(rowsMax);
  const stepsOf = new Uint32Array(rowsMax);
  const values = new Float64Array(rowsMax);
  let length = 0;
  for (let step = 0; step < steps; step += 1) {
    for (let gauge = 0; gauge < gauges.length; gauge += 1) {
      const at = step * everyMs;
      if (isSilent(gauge, at)) continue;
      places[length] = gauge;
      stepsOf[length] = step;
      values[length] = levelM(gauge, step, at);
      length += 1;
    }
  }
  return {
    length,
    gauges,
    quantities: gauges.map(() => 'level'),
    at: (row) => ({ gauge: places[row]!, time: fromAt + stepsOf[row]! * everyMs, value: values[row]! }),
  };
}

/** A level as a device tells it that says nothing else. */
export const reportOf = (at: number, level: number): Report => ({
  seq: null,
  at,
  values: { level },
  mode: null,
  intervalMs: null,
  batteryV: null,
  rssiDbm: null,
  firmware: null,
});

function levelM(gauge: number, step: number, at: number): number {
  const quiet = QUIET_M + WANDER_M * Math.sin((2 * Math.PI * at) / DAY_MS + gauge) + chance(gauge, step, 1) * 0.02;
  const spike = chance(gauge, step, 2) < SPIKE_SHARE ? SPIKE_M : 0;
  return Math.round((quiet + floodM(gauge, at) + spike) * 100) / 100;
}

function floodM(gauge: number, at: number): number {
  const { since, number } = cycle(gauge, at, FLOOD_EVERY_DAYS * DAY_MS, 3);
  const crest = CREST_MIN_M + CREST_SPAN_M * chance(gauge, number, 4);
  if (since < RISE_MS) return crest * Math.sin((Math.PI / 2) * (since / RISE_MS));
  if (since < RISE_MS + FALL_MS) return crest * (1 - (since - RISE_MS) / FALL_MS);
  return 0;
}

function isSilent(gauge: number, at: number): boolean {
  const { since, number } = cycle(gauge, at, OUTAGE_EVERY_DAYS * DAY_MS, 5);
  return since < OUTAGE_MS_MIN + OUTAGE_MS_SPAN * chance(gauge, number, 6);
}

/** Where an instant lies in something that comes again and again, with a beginning of its own for each gauge. */
function cycle(gauge: number, at: number, everyMs: number, salt: number): { readonly since: number; readonly number: number } {
  const shifted = at + chance(gauge, 0, salt) * everyMs;
  return { since: shifted % everyMs, number: Math.floor(shifted / everyMs) };
}

/** A number in [0, 1) that looks like chance and follows from its arguments (the finalizer of MurmurHash3). */
function chance(a: number, b: number, salt: number): number {
  let mixed = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b) ^ Math.imul(salt, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
}

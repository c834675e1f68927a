import type { Gauge } from './gauge.ts';
import type { BandRule, LevelRule } from './rule.ts';

/** One step of a rule on one gauge. A rule's third step stays the third even where a gauge lacks the second (a third of them have no `warn`, D§1.1). */
export interface Limit {
  readonly step: number;
  readonly code: string;
  readonly name: string;
  /** Reached at or above this value … */
  readonly value: number;
  /** … and left below this one. */
  readonly leaveBelow: number;
}

/** The limits of a rule on a gauge, in the version valid at an instant, ascending by step. */
export type LimitTable = readonly { readonly from: number; readonly limits: readonly Limit[] }[];

/** Works out every version of the limits once, so that judging a reading is a look-up. */
export function limitTable(rule: LevelRule | BandRule, gauge: Gauge): LimitTable {
  if (rule.kind === 'band') return [{ from: Number.NEGATIVE_INFINITY, limits: bandLimits(rule, gauge) }];
  const codes = new Set(rule.steps.map(({ code }) => code));
  const starts = [...new Set(gauge.thresholds.filter(({ code }) => codes.has(code)).map(({ validFrom }) => validFrom))].toSorted(
    (a, b) => a - b,
  );
  return starts.map((from) => ({ from, limits: levelLimits(rule, gauge, from) }));
}

export function limitsAt(table: LimitTable, at: number): readonly Limit[] {
  for (let i = table.length - 1; i >= 0; i -= 1) if (table[i]!.from <= at) return table[i]!.limits;
  return [];
}

/** Since when the limits of an instant have been in force. */
export function inForceSince(table: LimitTable, at: number): number {
  for (let i = table.length - 1; i >= 0; i -= 1) if (table[i]!.from <= at) return table[i]!.from;
  return Number.NEGATIVE_INFINITY;
}

/** The highest step whose limit the value has reached; 0 below all. Real masters hold inverted pairs, so every limit is looked at. */
export function stepAt(limits: readonly Limit[], value: number): number {
  let step = 0;
  for (const limit of limits) if (value >= limit.value) step = Math.max(step, limit.step);
  return step;
}

/** The highest step that the value still holds, given the margin below each limit. */
export function stepHeld(limits: readonly Limit[], value: number): number {
  let step = 0;
  for (const limit of limits) if (value >= limit.leaveBelow) step = Math.max(step, limit.step);
  return step;
}

function levelLimits(rule: LevelRule, gauge: Gauge, at: number): readonly Limit[] {
  return rule.steps.flatMap(({ code, name }, index) => {
    const versions = gauge.thresholds.filter((threshold) => threshold.code === code && threshold.validFrom <= at);
    const inForce = versions.toSorted((a, b) => a.validFrom - b.validFrom).at(-1);
    return inForce ? [{ step: index + 1, code, name, value: inForce.value, leaveBelow: inForce.value - rule.clearMargin }] : [];
  });
}

/** In the unit of what is judged: persons in the place, or persons per minute of a flow. None where nobody knows how large the place is. */
function bandLimits({ measure, bands, hysteresis }: BandRule, { capacity, areaM2 = null }: Gauge): readonly Limit[] {
  const unit = { percent: capacity === null ? null : capacity / 100, density: areaM2, flow: 1 }[measure];
  if (unit === null) return [];
  return bands.map(({ code, name, from }, index) => ({
    step: index + 1,
    code,
    name,
    // Thousandths of a person: products of binary fractions must not move a limit past a whole number of people.
    value: tidy(unit * from),
    leaveBelow: tidy(unit * (from - hysteresis)),
  }));
}

const tidy = (value: number): number => Math.round(value * 1_000) / 1_000;

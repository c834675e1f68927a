import type { Evidence } from './alert.ts';
import { type Limit, stepAt, stepHeld } from './limit.ts';
import { passed } from './occupancy.ts';
import type { BandRule } from './rule.ts';
import type { Sighting } from './sight.ts';

/** A window must be covered by readings for this share of it, or a minute with a school class in it would make a crowd. */
const COVERED_SHARE_MIN = 0.5;

/**
 * Persons per minute over the window that ends with the newest of these usable readings (ascending by time). Cumulative counters are counted
 * through resets and wraps; a `count` is taken as those who passed since the reading before it. Null when the readings do not cover enough
 * of the window to tell.
 */
export function flowOf({ quantity, windowMs }: Pick<BandRule, 'quantity' | 'windowMs'>, usable: readonly Evidence[]): number | null {
  const newest = usable.at(-1);
  const within = newest ? usable.filter(({ at }) => newest.at - at <= windowMs) : [];
  const spanMs = newest ? newest.at - within[0]!.at : 0;
  if (spanMs <= 0 || spanMs < windowMs * COVERED_SHARE_MIN) return null;
  const people = within.slice(1).reduce((sum, { value }, i) => {
    return sum + (quantity === 'count' ? value : passed(within[i]!.value, value).people);
  }, 0);
  return (people * 60_000) / spanMs;
}

/** What a rule of flow sees at its newest usable reading; null when it cannot tell, which neither raises nor clears. */
export function sightFlow(
  rule: BandRule,
  limits: readonly Limit[],
  usable: readonly Evidence[],
  gapMaxMs: number,
): (Sighting & { readonly perMinute: number }) | null {
  const perMinute = flowOf(rule, usable);
  const newest = usable.at(-1);
  if (perMinute === null || !newest) return null;
  const before = usable.at(-2);
  const broken = before !== undefined && newest.at - before.at > gapMaxMs;
  return { at: newest.at, step: stepAt(limits, perMinute), held: stepHeld(limits, perMinute), broken, perMinute };
}

import type { Evidence } from './alert.ts';
import { type Gauge, thresholdsAt } from './gauge.ts';
import type { RiseRule } from './rule.ts';
import type { Sighting } from './sight.ts';

/** A window must be covered by readings for this share of it, or two of them a minute apart would make a rate. */
const COVERED_SHARE_MIN = 0.5;

/**
 * Rate of rise per hour over the window that ends with the newest of these usable readings (ascending by time); null when they do not cover
 * enough of it to tell.
 */
export function rateOf(usable: readonly Evidence[], windowMs: number): number | null {
  const newest = usable.at(-1);
  const oldest = newest && usable.find(({ at }) => newest.at - at <= windowMs);
  if (!newest || !oldest || newest.at - oldest.at < windowMs * COVERED_SHARE_MIN) return null;
  return ((newest.value - oldest.value) * 3_600_000) / (newest.at - oldest.at);
}

/** What a rise rule sees at its newest usable reading; null when it cannot tell, which neither raises nor clears. */
export function sightRise(
  rule: RiseRule,
  gauge: Gauge,
  usable: readonly Evidence[],
  gapMaxMs: number,
): (Sighting & { readonly perHour: number }) | null {
  const perHour = rateOf(usable, rule.windowMs);
  const newest = usable.at(-1);
  if (perHour === null || !newest) return null;
  const before = usable.at(-2);
  const broken = before !== undefined && newest.at - before.at > gapMaxMs;
  const floor = rule.above === undefined ? null : thresholdsAt(gauge, newest.at).find(({ code }) => code === rule.above);
  const counts = rule.above === undefined || (floor !== undefined && floor !== null && newest.value >= floor.value);
  return {
    at: newest.at,
    step: counts ? highest(rule, perHour, 0) : 0,
    held: highest(rule, perHour, rule.clearMarginPerHour),
    broken,
    perHour,
  };
}

const highest = ({ steps }: RiseRule, perHour: number, margin: number): number =>
  steps.reduce((step, limit, index) => (perHour >= limit.perHour - margin ? index + 1 : step), 0);

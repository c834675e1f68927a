/** A gauge whose record spans less than this would have its limits within a hand of each other. */
const RISE_M_MIN = 1;

/**
 * Limits for a gauge whose data have none: `start`, `warn` and `flood` stand at a quarter, a half and three quarters of the way from base flow
 * to the highest level of the record, which is taken as 1 m at least.
 */
export function derivedLimits(
  base: number,
  levels: readonly number[],
): { readonly start: number; readonly warn: number; readonly flood: number } {
  const highest = levels.reduce((top, level) => Math.max(top, level), base);
  const rise = Math.max(RISE_M_MIN, highest - base);
  const at = (share: number): number => Math.round((base + share * rise) * 100) / 100;
  return { start: at(0.25), warn: at(0.5), flood: at(0.75) };
}

/** The middle of the values, or of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

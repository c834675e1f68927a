/** A first repeat after about a second: most refusals "for now" are over by then (a dropped connection, a burst over the rate). */
export const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_FACTOR = 2;
/** … and never less often than once a minute: words that wait lose their worth, and one request a minute burdens nobody. */
export const BACKOFF_MS_MAX = 60_000;

/**
 * How long to wait before the next try after `tries` failed ones (1 or more), in milliseconds: doubling from the first wait up to the
 * longest, of which the upper half is left to chance, so that those who failed together do not come back together.
 * `random` gives a number from 0 up to 1.
 */
export function backoffMs({
  tries,
  random,
  firstMs = BACKOFF_FIRST_MS,
  msMax = BACKOFF_MS_MAX,
}: {
  readonly tries: number;
  readonly random: () => number;
  readonly firstMs?: number;
  readonly msMax?: number;
}): number {
  const fullMs = Math.min(firstMs * BACKOFF_FACTOR ** Math.max(tries - 1, 0), msMax);
  return Math.round(fullMs / 2 + (fullMs / 2) * random());
}

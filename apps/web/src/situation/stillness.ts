import type { GaugeDto } from '#wire';

/** Gauges by severity, most dangerous first. Small differences do not count, or calm rivers would change places all night. */
export const bySeverity = (gauges: Iterable<GaugeDto>): GaugeDto[] =>
  [...gauges].toSorted(
    (a, b) =>
      coarse(b) - coarse(a) ||
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
      byName.compare(a.river ?? '', b.river ?? '') ||
      (a.id < b.id ? -1 : 1),
  );

/** Water before people, also where all is calm. */
const KINDS: readonly GaugeDto['kind'][] = ['river', 'road', 'rain', 'shelter', 'spot', 'window'];
const byName = new Intl.Collator('ja');
/** Of a river's 100 for its highest step, and 20 for its way there: a tenth of the way counts, a wave does not. */
const SEVERITY_STEP = 2;
const coarse = ({ severity }: GaugeDto): number => Math.round(severity / SEVERITY_STEP);

export interface StillRows {
  readonly ids: readonly string[];
  /** Rows that would appear, go or change places if somebody asked for it now. */
  readonly waiting: number;
}

/** Rows keep their place while `held` (somebody reads or points); otherwise they follow. */
export function settle(shown: readonly string[], wanted: readonly string[], held: boolean): StillRows {
  if (!held || shown.length === 0) return { ids: wanted, waiting: 0 };
  const place = new Map(wanted.map((id, index) => [id, index]));
  const kept = shown.flatMap((id) => place.get(id) ?? []);
  const gone = shown.length - kept.length;
  const appeared = wanted.length - kept.length;
  return { ids: shown, waiting: gone + appeared + (kept.length - longestRise(kept)) };
}

/** Length of the longest ascending part: the rows that need not move (patience sorting). */
function longestRise(places: readonly number[]): number {
  const tails: number[] = [];
  for (const place of places) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tails[middle]! < place) low = middle + 1;
      else high = middle;
    }
    tails[low] = place;
  }
  return tails.length;
}

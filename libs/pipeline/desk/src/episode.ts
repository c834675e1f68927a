import {
  type EpisodePeak,
  type Gauge,
  type HistoryPoint,
  type HistoryQuery,
  peakOf,
  type Peak,
  type ReadingHistory,
  type Transition,
  UNITS,
} from '#core';
import type { PeakDto } from '#wire';

/** Points read at once: a week at two minutes. */
const PAGE_POINTS = 5_040;
/** Four weeks at two minutes; an episode that runs longer is looked at from its newest end. */
const PAGES_MAX = 4;
/** A device's clock may be this far ahead (D§7). */
const AHEAD_MS = 2 * 60_000;

export interface Span {
  readonly from: number;
  /** Null while the episode runs. */
  readonly to: number | null;
}

/** When an episode ran, by its transitions, oldest first. One of silence begins with the last that was heard, for that is what is unknown. */
export function spanOf(transitions: readonly Transition[]): Span {
  const [first, last] = [transitions[0]!, transitions.at(-1)!];
  const heardAt = first.record.evidence.findLast((seen) => (seen.gauge ?? first.gauge) === first.gauge)?.at ?? first.at;
  return { from: Math.min(first.at, heardAt), to: last.kind === 'cleared' || last.kind === 'reset' ? last.at : null };
}

/**
 * How high a gauge went while an episode ran, computed from the history whenever somebody looks: late data needs no second engine to be told
 * of. Rejects when the history cannot be read.
 */
export async function episodePeak({
  history,
  gauge,
  transitions,
  now,
  zone,
}: {
  readonly history: Pick<ReadingHistory, 'range'>;
  readonly gauge: Pick<Gauge, 'id' | 'quantity' | 'plausible'>;
  /** Of the episode, oldest first; at least one. */
  readonly transitions: readonly Transition[];
  readonly now: number;
  readonly zone: string;
}): Promise<PeakDto> {
  const { from, to } = spanOf(transitions);
  const { id, quantity, plausible } = gauge;
  const { points, complete } = await pointsOf(history, { gauge: id, quantity, from, to: (to ?? now + AHEAD_MS) + 1 });
  const peak = peakOf(points, plausible);
  return { unit: UNITS[quantity], from, to, ...peak, note: noteOf(peak, UNITS[quantity], zone), complete };
}

async function pointsOf(
  history: Pick<ReadingHistory, 'range'>,
  query: Omit<HistoryQuery, 'limit'>,
): Promise<{ readonly points: readonly HistoryPoint[]; readonly complete: boolean }> {
  const points: HistoryPoint[] = [];
  let { to } = query;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const part = await history.range({ ...query, to, limit: PAGE_POINTS });
    points.unshift(...part);
    if (part.length < PAGE_POINTS) return { points, complete: true };
    to = part[0]!.at;
  }
  return { points, complete: false };
}

/** What late data changed, as the entry of an incident: 後から届いた観測: 最高 5.31 m(03:40). Empty when nothing came late. */
function noteOf({ now, revised, late }: EpisodePeak, unit: string, zone: string): string {
  if (late === 0 || now === null) return '';
  return revised
    ? `後から届いた観測: 最高 ${told(now, unit, zone)}`
    : `後から届いた観測 ${late}件: 最高は変わらず ${told(now, unit, zone)}`;
}

const told = ({ value, at }: Peak, unit: string, zone: string): string =>
  `${unit === 'm' ? value.toFixed(2) : value}${unit === '' ? '' : ` ${unit}`}(${clock(at, zone)})`;

const clock = (at: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainTime().toString({ smallestUnit: 'minute' });

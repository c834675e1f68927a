import type { GaugeDto, TimelineDto } from '#wire';
import { isRising, standingOf } from './standing.ts';

/** Which gauges the list shows: everything, a limit by its code, or one of the fixed groups. Part of the URL. */
export type Show = 'all' | 'rising' | 'unknown' | 'crowded' | 'roads' | `limit-${string}`;

export interface Tally {
  readonly show: Show;
  readonly code: string;
  /** Name of the limit; empty for the fixed groups. */
  readonly name: string;
  readonly count: number;
  /** Observation of the oldest value that this count rests on; null when it rests on none. */
  readonly oldestAt: number | null;
}

/** Places where people are counted. */
const PEOPLE: ReadonlySet<GaugeDto['kind']> = new Set(['shelter', 'spot', 'window']);
/** Limits that everybody knows come in this order, most dangerous first; others follow by name. */
const LIMIT_ORDER = ['flood', 'warn', 'start'];

/** Whether a gauge belongs to a group. */
export function belongs(gauge: GaugeDto, show: Show): boolean {
  if (show === 'all') return true;
  if (show === 'rising') return isRising(gauge);
  const standing = standingOf(gauge);
  if (show === 'unknown') return standing.kind === 'unknown' || standing.kind === 'silent';
  const raised = standing.kind === 'raised' || standing.kind === 'crowded';
  if (show === 'crowded') return raised && PEOPLE.has(gauge.kind);
  if (show === 'roads') return raised && gauge.kind === 'road';
  return standing.kind === 'raised' && gauge.kind === 'river' && show === `limit-${standing.code}`;
}

/** Whether the words somebody types are found in a gauge's name, river or districts. */
export function matches(gauge: GaugeDto, find: string): boolean {
  const words = fold(find).split(/\s+/).filter(Boolean);
  const text = fold([gauge.name, gauge.river ?? '', gauge.id, ...gauge.areas.map((area) => area.name)].join(' '));
  return words.every((word) => text.includes(word));
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

/** The counts above the list. Groups that the city has no gauges for are left out. */
export function tallies(gauges: readonly GaugeDto[]): Tally[] {
  const limits = new Map<string, string>();
  for (const gauge of gauges) {
    // The same code means another thing on a road or at a counter, and has another name there.
    if (gauge.kind !== 'river') continue;
    for (const { code, name } of gauge.limits) if (!limits.has(code)) limits.set(code, name);
  }
  const codes = [...limits].toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const tally = (show: Show, code = '', name = ''): Tally => {
    const counted = gauges.filter((gauge) => belongs(gauge, show));
    const seen = counted.flatMap((gauge) => gauge.latest?.at ?? []);
    return { show, code, name, count: counted.length, oldestAt: seen.length === 0 ? null : Math.min(...seen) };
  };
  return [
    tally('all'),
    ...codes.map(([code, name]) => tally(`limit-${code}`, code, name)),
    ...(limits.size > 0 ? [tally('rising')] : []),
    ...(gauges.some(({ kind }) => kind === 'road') ? [tally('roads')] : []),
    tally('unknown'),
    ...(gauges.some(({ kind }) => PEOPLE.has(kind)) ? [tally('crowded')] : []),
  ];
}

const rank = (code: string): number => (LIMIT_ORDER.includes(code) ? LIMIT_ORDER.indexOf(code) : LIMIT_ORDER.length);

/** People whom the shown transitions did not reach, and people who still wait for an answer of their channel. */
export function unreached(timeline: readonly TimelineDto[]): { readonly failed: number; readonly waiting: number } {
  const reach = timeline.flatMap((item) => item.reach);
  return {
    failed: reach.reduce((sum, { refused, dead }) => sum + refused + dead, 0),
    waiting: reach.reduce((sum, { waiting }) => sum + waiting, 0),
  };
}

import type { Transition } from '#core';
import type { ReadingTable } from '#readings-csv';

/** What a sequence rule said about one gauge, against that gauge's own alerts. */
export interface Passages {
  /** Minutes from the upstream gauge's alert to the gauge's own, for each time the water was announced and came. */
  readonly leadsMin: readonly number[];
  /** The gauge was over its limit before the one upstream was. */
  readonly late: number;
  /** Announced, and it did not come within the lag. */
  readonly falseAlarms: number;
  /** Own alerts of which the upstream gauge said nothing. */
  readonly missed: number;
  readonly ownAlerts: number;
}

/** Counts what the rule `passage` said of a gauge beside its alerts of the rule `river-level`. */
export function passagesOf(gauge: string, transitions: readonly Transition[]): Passages {
  const own = transitions.filter((one) => one.gauge === gauge && one.ruleId === 'river-level');
  const said = transitions.filter((one) => one.gauge === gauge && one.ruleId === 'passage');
  const arrivals = said.filter(({ to }) => to === 2);
  const raised = own.filter(({ kind }) => kind === 'raised');
  const leadsMin = arrivals
    .map((arrival) => {
      const passage = said.findLast((one) => one.to === 1 && one.at <= arrival.at)!;
      return (raised.findLast(({ at }) => at <= arrival.at)!.at - passage.at) / 60_000;
    })
    .filter((leadMin) => leadMin >= 0);
  const missed = raised.filter(({ at }) => {
    const endsAt = own.find((one) => one.kind === 'cleared' && one.at >= at)?.at ?? Number.POSITIVE_INFINITY;
    return !arrivals.some((arrival) => arrival.at >= at && arrival.at <= endsAt);
  });
  return {
    leadsMin,
    late: arrivals.length - leadsMin.length,
    falseAlarms: said.filter(({ from, to }) => from === 1 && to === 0).length,
    missed: missed.length,
    ownAlerts: raised.length,
  };
}

/** How a limit is passed and left, as the level rule of the municipality says it. */
const CONFIRM_READINGS = 2;
const CLEAR_MARGIN_M = 0.1;
const CLEAR_HOLD_MS = 30 * 60_000;

export interface Passing {
  readonly raisedAt: number;
  readonly clearedAt: number;
}

/**
 * When a series passed a limit, worked out without the engine and without any check of quality: `CONFIRM_READINGS` in a row at or above it,
 * until the level stayed below it by the margin for the hold.
 */
export function passings(series: readonly { readonly at: number; readonly level: number }[], limit: number): readonly Passing[] {
  const found: Passing[] = [];
  let raisedAt: number | null = null;
  let above = 0;
  let underSince: number | null = null;
  for (const { at, level } of series) {
    if (raisedAt === null) {
      above = level >= limit ? above + 1 : 0;
      if (above >= CONFIRM_READINGS) [raisedAt, underSince] = [at, null];
      continue;
    }
    underSince = level < limit - CLEAR_MARGIN_M ? (underSince ?? at) : null;
    if (underSince === null || at - underSince < CLEAR_HOLD_MS) continue;
    found.push({ raisedAt, clearedAt: at });
    [raisedAt, above] = [null, 0];
  }
  return raisedAt === null ? found : [...found, { raisedAt, clearedAt: Number.POSITIVE_INFINITY }];
}

/** The leads in minutes that two series give by themselves: each passing upstream, and the next one downstream within the lag. */
export function leadsOf(upstream: readonly Passing[], downstream: readonly Passing[], withinMs: number): readonly number[] {
  return upstream.flatMap(({ raisedAt }) => {
    if (downstream.some((own) => own.raisedAt < raisedAt && own.clearedAt > raisedAt)) return [];
    const next = downstream.find((own) => own.raisedAt >= raisedAt && own.raisedAt - raisedAt <= withinMs);
    return next ? [(next.raisedAt - raisedAt) / 60_000] : [];
  });
}

/** The series of every gauge of a table. */
export function seriesOf(table: ReadingTable): ReadonlyMap<string, readonly { readonly at: number; readonly level: number }[]> {
  const found = new Map<string, { at: number; level: number }[]>(table.gauges.map((gauge) => [gauge, []]));
  for (let row = 0; row < table.length; row += 1) {
    const { gauge, time, value } = table.at(row);
    found.get(table.gauges[gauge]!)!.push({ at: time, level: value });
  }
  return found;
}

import { type GaugeId, type LevelRule, limitsAt, limitTable, type Playbook, selects, stepAt, type Transition } from '#core';
import type { Series } from './replay.ts';

/** How a rule did on past floods. Times in minutes. */
export interface Score {
  readonly rule: string;
  /** Floods that the rule had raised a step below the top for. */
  readonly hits: number;
  readonly misses: number;
  /** Episodes that reached a step below the top without a flood after it. */
  readonly falseAlarms: number;
  /** Median time from that step to the flood over the hits; null without a hit. */
  readonly leadTimeMin: number | null;
}

/** A flood is one observed event: it ends when the level has been below the rule's top limit for this long. */
const FLOOD_ENDS_MS = 12 * 3_600_000;
/** A warning counts for a flood that begins within this time after it (D§1.3: start to warn takes hours, not days). */
const WARNING_HOLDS_MS = 48 * 3_600_000;

/**
 * Compares what level rules said with what the water did: the observed flood is the level at or above the rule's top step in two readings
 * in a row; the warning for it is the rule's step below the top (D§9: lead time counted only for rising crossings).
 */
export function score(playbook: Playbook, series: Series, transitions: readonly Transition[]): readonly Score[] {
  const present = new Set(series.gauges);
  const rules = playbook.rules.filter(
    (rule): rule is LevelRule =>
      rule.kind === 'level' &&
      rule.steps.length > 1 &&
      [...playbook.gauges.values()].some((gauge) => present.has(gauge.id) && selects(rule.selector, gauge)),
  );
  return rules.map((rule) => {
    const floods = floodsOf(rule, playbook, series);
    const warnStep = rule.steps.length - 1;
    const leads: number[] = [];
    let misses = 0;
    let falseAlarms = 0;
    for (const gauge of playbook.gauges.values()) {
      if (!selects(rule.selector, gauge)) continue;
      const warnings = transitions.filter(
        ({ ruleId, gauge: where, kind, from, to }) =>
          ruleId === rule.id && where === gauge.id && (kind === 'raised' || kind === 'climbed') && from < warnStep && to >= warnStep,
      );
      const starts = floods.get(gauge.id) ?? [];
      for (const start of starts) {
        const warning = warnings.find(({ at }) => at <= start && start - at <= WARNING_HOLDS_MS);
        if (warning) leads.push((start - warning.at) / 60_000);
        else misses += 1;
      }
      falseAlarms += warnings.filter(
        ({ at }) => !starts.some((start) => start >= at - FLOOD_ENDS_MS && start - at <= WARNING_HOLDS_MS),
      ).length;
    }
    return { rule: rule.id, hits: leads.length, misses, falseAlarms, leadTimeMin: median(leads) };
  });
}

function floodsOf(rule: LevelRule, playbook: Playbook, series: Series): ReadonlyMap<GaugeId, readonly number[]> {
  const tables = new Map(
    [...playbook.gauges.values()].filter((gauge) => selects(rule.selector, gauge)).map((gauge) => [gauge.id, limitTable(rule, gauge)]),
  );
  const top = rule.steps.length;
  const floods = new Map<GaugeId, number[]>();
  const over = new Map<GaugeId, { first: number; lastAt: number; count: number }>();
  for (let row = 0; row < series.length; row += 1) {
    const { gauge: column, time: at, value } = series.at(row);
    const gauge = series.gauges[column]!;
    const table = tables.get(gauge);
    if (!table || series.quantities[column] !== rule.quantity) continue;
    const known = over.get(gauge);
    if (stepAt(limitsAt(table, at), value) < top) {
      if (known && known.count === 1) over.delete(gauge);
      continue;
    }
    if (!known || at - known.lastAt > FLOOD_ENDS_MS) {
      over.set(gauge, { first: at, lastAt: at, count: 1 });
      continue;
    }
    known.lastAt = at;
    known.count += 1;
    if (known.count === 2) floods.set(gauge, [...(floods.get(gauge) ?? []), known.first]);
  }
  return floods;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

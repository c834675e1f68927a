import {
  type Gauge,
  type GaugeId,
  type LevelRule,
  limitsAt,
  type LimitTable,
  limitTable,
  type Playbook,
  type Rule,
  selects,
  stepAt,
  type Transition,
} from '#core';
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
  const scored = playbook.rules.flatMap((rule) => {
    if (!isScored(rule)) return [];
    const gauges = [...playbook.gauges.values()].filter((gauge) => selects(rule.selector, gauge));
    return gauges.some(({ id }) => present.has(id))
      ? [{ rule, floods: new Map(gauges.map((gauge) => [gauge.id, new Floods(rule, gauge)])) }]
      : [];
  });
  for (let row = 0; row < series.length; row += 1) {
    const { gauge: column, time: at, value } = series.at(row);
    for (const { rule, floods } of scored) {
      if (series.quantities[column] === rule.quantity) floods.get(series.gauges[column]!)?.observe(at, value);
    }
  }
  return scored.map(({ rule, floods }) =>
    totalOf(
      rule.id,
      [...floods].map(([gauge, { starts }]) => compare(rule, gauge, starts, transitions)),
    ),
  );
}

/** Whether a rule can be compared with the water: a warning needs a step below the top. */
export const isScored = (rule: Rule): rule is LevelRule => rule.kind === 'level' && rule.steps.length > 1;

/** The floods of one gauge by a rule's top step, as observations come in the order of time. */
export class Floods {
  /** Observation instant at which each flood began. */
  readonly starts: number[] = [];
  readonly #table: LimitTable;
  readonly #top: number;
  #over: { readonly first: number; readonly lastAt: number; readonly count: number } | null = null;

  constructor(rule: LevelRule, gauge: Gauge) {
    this.#table = limitTable(rule, gauge);
    this.#top = rule.steps.length;
  }

  observe(at: number, value: number): void {
    const known = this.#over;
    if (stepAt(limitsAt(this.#table, at), value) < this.#top) {
      if (known?.count === 1) this.#over = null;
      return;
    }
    if (!known || at - known.lastAt > FLOOD_ENDS_MS) {
      this.#over = { first: at, lastAt: at, count: 1 };
      return;
    }
    this.#over = { ...known, lastAt: at, count: known.count + 1 };
    if (known.count === 1) this.starts.push(known.first);
  }
}

/** How one gauge's floods were met by what a rule said of it. */
export interface Comparison {
  /** Minutes from the warning to the flood, of each flood that was warned of. */
  readonly leads: readonly number[];
  readonly misses: number;
  readonly falseAlarms: number;
}

/** Holds what a rule said of a gauge against the instants at which its floods began. */
export function compare(rule: LevelRule, gauge: GaugeId, starts: readonly number[], transitions: readonly Transition[]): Comparison {
  const warnStep = rule.steps.length - 1;
  const warnings = transitions.filter(
    ({ ruleId, gauge: where, kind, from, to }) =>
      ruleId === rule.id && where === gauge && (kind === 'raised' || kind === 'climbed') && from < warnStep && to >= warnStep,
  );
  const leads: number[] = [];
  let misses = 0;
  for (const start of starts) {
    const warning = warnings.find(({ at }) => at <= start && start - at <= WARNING_HOLDS_MS);
    if (warning) leads.push((start - warning.at) / 60_000);
    else misses += 1;
  }
  const falseAlarms = warnings.filter(
    ({ at }) => !starts.some((start) => start >= at - FLOOD_ENDS_MS && start - at <= WARNING_HOLDS_MS),
  ).length;
  return { leads, misses, falseAlarms };
}

/** The score of a rule over its gauges. */
export function totalOf(rule: string, comparisons: readonly Comparison[]): Score {
  const leads = comparisons.flatMap((comparison) => comparison.leads);
  const sum = (of: (comparison: Comparison) => number): number => comparisons.reduce((total, comparison) => total + of(comparison), 0);
  return {
    rule,
    hits: leads.length,
    misses: sum(({ misses }) => misses),
    falseAlarms: sum(({ falseAlarms }) => falseAlarms),
    leadTimeMin: median(leads),
  };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

import type { Condition } from './condition.ts';
import type { GaugeId, GaugeKind } from './gauge.ts';
import { FINDINGS_ABOUT, type FindingAbout } from './logbook.ts';
import type { Quantity } from './quantity.ts';
import type { RuleId } from './rule-id.ts';
import type { Schedule } from './schedule.ts';

/** Which gauges a rule watches; every given field must match. */
export interface Selector {
  readonly gauges?: readonly GaugeId[];
  readonly kinds?: readonly GaugeKind[];
  readonly rivers?: readonly string[];
  readonly areas?: readonly string[];
}

/** A step is believed after this many usable readings in a row, or after usable readings over this long (two at least). */
export type Confirmation = { readonly readings: number } | { readonly forMs: number };

interface RuleBase {
  readonly id: RuleId;
  readonly name: string;
  readonly selector: Selector;
  /** Tells staff and never the public. */
  readonly staffOnly: boolean;
  /** Runs and is scored, and tells nobody. */
  readonly shadow: boolean;
  /** Outside these hours nothing is raised and nothing climbs; what is raised steps down as always. Always on without one. */
  readonly schedule?: Schedule;
  /** Staff are told again while the alert is raised and nobody acknowledged it. Never without one. */
  readonly reminder?: Reminder;
}

/** How often staff are told again, and how many times at most in one episode. */
export interface Reminder {
  readonly everyMs: number;
  readonly timesMax: number;
}

interface ConfirmedRule extends RuleBase {
  readonly confirm: Confirmation;
  /** A reading older than this when it arrived cannot tell how things are now. */
  readonly greatestAgeMs: number;
  /** A step is left only after the value stayed below its limit by the margin for the hold. */
  readonly clearHoldMs: number;
}

interface SteppedRule extends ConfirmedRule {
  readonly quantity: Quantity;
}

/** A step of a rule as people read it. */
export interface NamedStep {
  readonly code: string;
  readonly name: string;
}

/** Ascending steps, named by threshold codes of the gauge: one alert climbs and steps down, never five alerts. */
export interface LevelRule extends SteppedRule {
  readonly kind: 'level';
  readonly steps: readonly NamedStep[];
  /** In the unit of the quantity. */
  readonly clearMargin: number;
}

/**
 * How crowding is counted, for one measure does not fit all places (D§0): percent of the capacity of a place with walls, persons per square
 * metre of a place without, persons per minute of a place that people pass through.
 */
export const BAND_MEASURES = ['percent', 'density', 'flow'] as const;
export type BandMeasure = (typeof BAND_MEASURES)[number];

/** A band begins at `from`, in the unit of its rule's measure. */
export interface Band extends NamedStep {
  readonly from: number;
  /** Only a count by a person leads into it; counters alone stay in the band below, and staff are asked (D§7: "満" needs a human yes). */
  readonly byPerson?: boolean;
}

/** Crowding in ascending bands. A band is left below `from` by the hysteresis, in the unit of the measure (percent: points). */
export interface BandRule extends SteppedRule {
  readonly kind: 'band';
  readonly measure: BandMeasure;
  readonly bands: readonly Band[];
  readonly hysteresis: number;
  /** Of a flow: over which persons per minute are counted; 0 for the other measures. */
  readonly windowMs: number;
}

/** "Your turn is near": holders of tickets hear once, when the number being called comes within `ahead` of theirs. */
export interface QueueRule extends RuleBase {
  readonly kind: 'queue';
  readonly quantity: 'calling';
  readonly ahead: number;
  /** A number that was called longer ago than this when it arrived calls nobody. */
  readonly greatestAgeMs: number;
}

/** How fast the value rises over a window, in the quantity's unit per hour: small rivers answer rain in under an hour (D§9). */
export interface RiseRule extends SteppedRule {
  readonly kind: 'rise';
  readonly windowMs: number;
  readonly steps: readonly (NamedStep & { readonly perHour: number })[];
  /** A step is left when the rate fell below it by this much. */
  readonly clearMarginPerHour: number;
  /** Only while the value stands at or above this threshold of the gauge: a quick rise far below any bank is no news. */
  readonly above?: string;
}

/** Another rule's step as an input: reached once that rule's alert stands at the step or higher. */
export interface StepOf {
  readonly rule: RuleId;
  readonly code: string;
}

/** k of n gauges stand at a step of another rule. Speaks for the gauges of its own selector. */
export interface VoteRule extends RuleBase {
  readonly kind: 'vote';
  readonly of: Selector;
  readonly counts: StepOf;
  readonly steps: readonly (NamedStep & { readonly atLeast: number })[];
  /** Without a reading for this long a gauge has no vote: it neither raises nor lets the alert go down. */
  readonly greatestAgeMs: number;
  readonly clearHoldMs: number;
}

/** Upstream first, then downstream within a lag: step 1 when the water passed upstream, step 2 when it came. */
export interface SequenceRule extends RuleBase {
  readonly kind: 'sequence';
  /** The gauge that is passed first; each gauge's own `upstream` when none is named. */
  readonly upstream?: GaugeId;
  readonly first: StepOf;
  readonly next: StepOf;
  readonly withinMs: number;
  readonly steps: readonly [NamedStep, NamedStep];
}

/** A condition in the city's own words decides the step; what it cannot tell neither raises nor clears. */
export interface CelRule extends ConfirmedRule {
  readonly kind: 'cel';
  readonly condition: Condition;
  readonly steps: readonly NamedStep[];
}

/** The expected interval passed without a word: the gauge is blind since then. A gap is not a state. */
export interface BlindRule extends RuleBase {
  readonly kind: 'blind';
  /** Silence longer than this many expected intervals while observing. */
  readonly observeIntervals: number;
  /** Silence longer than this many expected intervals while standing by. */
  readonly standbyIntervals: number;
  /** This many gauges on one link silent together are one alert, of the link: a dead base station is not forty dead gauges. */
  readonly linkGaugesMin?: number;
}

/**
 * What the inspection finds out about a gauge and its device, told to staff once when it begins and once when it ends. The step is how many
 * findings hold together. No reading moves it: the inspection does.
 */
export interface FaultRule extends RuleBase {
  readonly kind: 'fault';
  /** Which findings are told. */
  readonly findings: readonly FindingAbout[];
}

export type Rule = LevelRule | BandRule | RiseRule | VoteRule | SequenceRule | CelRule | BlindRule | QueueRule | FaultRule;

/** The steps of a rule in ascending order; step n of an alert is the n-th of them. */
export function stepsOf(rule: Rule): readonly NamedStep[] {
  switch (rule.kind) {
    case 'band':
      return rule.bands;
    case 'blind':
      return [{ code: 'blind', name: rule.name }];
    case 'queue':
      return [{ code: 'near', name: rule.name }];
    case 'fault':
      // As many as there are kinds, whichever of them the rule tells: a step keeps its place when the list changes.
      return FINDINGS_ABOUT.map((_, i) => ({ code: `fault${i + 1}`, name: i === 0 ? rule.name : `${rule.name}（${i + 1}件）` }));
    case 'level':
    case 'rise':
    case 'vote':
    case 'sequence':
    case 'cel':
      return rule.steps;
  }
}

/** The number of a rule's step by its code; 0 when the rule has no such step. */
export const stepNumber = (rule: Rule, code: string): number => stepsOf(rule).findIndex((step) => step.code === code) + 1;

/** The lowest step that only a person's count leads into; null when counters may lead into all. */
export function stepByPerson(rule: LevelRule | BandRule): number | null {
  const first = rule.kind === 'band' ? rule.bands.findIndex(({ byPerson }) => byPerson) : -1;
  return first < 0 ? null : first + 1;
}

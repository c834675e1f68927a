import type { Gauge, GaugeId } from './gauge.ts';
import type { Quality } from './reading.ts';
import type { RuleId } from './rule-id.ts';

/**
 * The engine remembers no more readings of a gauge than this: a window that is expected to hold more could never be told. A counter that speaks
 * every 10 s fills it in ten minutes.
 */
export const CONDITION_READINGS_MAX = 64;

/** One usable reading of a gauge's own quantity, by time of observation. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** What a condition may know of one gauge. The engine works out only what is asked for. */
export interface GaugeFacts {
  readonly gauge: Gauge;
  /** The newest usable reading, however old; null when there is none. */
  readonly newest: Sample | null;
  /** The flag of the newest reading, usable or not; null before the first one. */
  readonly quality: Quality | null;
  /** Whether a rule of kind `blind` stands raised for it. */
  readonly blind: boolean;
  /** A reading older than this cannot tell how things are, and a hole longer than this in a window makes the window unknown. */
  readonly gapMaxMs: number;
  /** Usable readings in order of observation: the last one at or before `from`, if it is still remembered, and all later ones. */
  since(from: number): readonly Sample[];
  /** Where the alert of a rule stands on this gauge, 0 when quiet; null when the rule does not watch the gauge. */
  step(rule: RuleId): number | null;
}

/** Gauges of the same districts or of the same river, the judged one included, that have a threshold of a code. */
export interface Reached {
  /** At or above it by a reading that is recent enough. */
  readonly reached: number;
  /** No recent reading tells on which side they are. */
  readonly unknown: number;
  readonly of: number;
}

/** Where a condition looks beyond one gauge: gauges sharing a district with it, or standing on the same river. */
export type Around = 'area' | 'river';

/** Everything that one evaluation may see, as it is known at one position of the log: the same in the live service and in a replay. */
export interface FactsSource {
  /** Observation instant of the reading that is judged; the clock of the condition. */
  readonly at: number;
  /** IANA name of the city's zone. */
  readonly timeZone: string;
  readonly own: GaugeFacts;
  /** The highest weather level in force over the gauge's districts; null when no recent reading tells. */
  readonly weatherLevel: number | null;
  /** Null for a gauge that the playbook does not have. */
  other(gauge: GaugeId): GaugeFacts | null;
  around(scope: Around, code: string): Reached;
}

/**
 * What a condition says. "Cannot tell" is never "under": it neither raises nor clears (F50). `tooCostly`: the budget of steps was exceeded,
 * and the rule is to be parked and told (F49). Steps are counted and not timed, so a replay stops at the same reading.
 */
export type Verdict =
  | { readonly kind: 'step'; readonly step: number }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'tooCostly' };

/** A condition that headquarters wrote, compiled and checked. Evaluating never throws, keeps nothing, and is bounded in cost. */
export abstract class Condition {
  /** As it was written. */
  abstract readonly text: string;
  /** Other gauges it names: their readings can change its verdict. */
  abstract readonly gauges: readonly GaugeId[];
  /** Whose neighbours can change its verdict. */
  abstract readonly around: readonly Around[];
  /** Whether the weather level can change its verdict. */
  abstract readonly asksWeather: boolean;
  /** The longest window it looks back, counted from a gauge's newest reading; 0 when it looks at newest values only. */
  abstract readonly windowMs: number;
  /** The step, 0 to the number of the rule's steps. */
  abstract evaluate(facts: FactsSource): Verdict;
}

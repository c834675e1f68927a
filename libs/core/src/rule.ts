import type { GaugeId, GaugeKind } from './gauge.ts';
import type { Quantity } from './quantity.ts';

export type RuleId = string;

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
}

interface SteppedRule extends RuleBase {
  readonly quantity: Quantity;
  readonly confirm: Confirmation;
  /** A reading older than this when it arrived cannot tell how things are now. */
  readonly greatestAgeMs: number;
  /** A step is left only after the value stayed below its limit by the margin for the hold. */
  readonly clearHoldMs: number;
}

/** Ascending steps, named by threshold codes of the gauge: one alert climbs and steps down, never five alerts. */
export interface LevelRule extends SteppedRule {
  readonly kind: 'level';
  readonly steps: readonly { readonly code: string; readonly name: string }[];
  /** In the unit of the quantity. */
  readonly clearMargin: number;
}

/** Crowding in percent of the gauge's capacity, hysteresis in percentage points. */
export interface BandRule extends SteppedRule {
  readonly kind: 'band';
  readonly bands: readonly { readonly code: string; readonly name: string; readonly fromPercent: number }[];
  readonly hysteresisPoints: number;
}

/** The expected interval passed without a word: the gauge is blind since then. A gap is not a state. */
export interface BlindRule extends RuleBase {
  readonly kind: 'blind';
  /** Silence longer than this many expected intervals while observing. */
  readonly observeIntervals: number;
  /** Silence longer than this many expected intervals while standing by. */
  readonly standbyIntervals: number;
}

export type Rule = LevelRule | BandRule | BlindRule;

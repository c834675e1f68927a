import type { Quantity } from './quantity.ts';
import type { BandMeasure } from './rule.ts';

/** A limit as a reason names it: a gauge may lack the step's own, and then only its number is known. */
export interface NamedStepReason {
  readonly step: number;
  readonly name: string | null;
  readonly value: number | null;
}

/** What was changed when an alert could not go on as it was (F51). */
export type ResetCause =
  | 'ruleGone'
  | 'gaugeGone'
  | 'stepsGone'
  | 'stepGone'
  | 'notMeant'
  | 'moved'
  | 'kindChanged'
  | 'hearersChanged'
  | 'limitChanged'
  | 'followed'
  | 'unconfirmed';

/** Why something was decided, as a value: each language has its own words for it. Names are those of the playbook, in Japanese. */
export type Reason =
  | { readonly kind: 'reached'; readonly limit: NamedStepReason; readonly readings: number | null; readonly minutes: number | null }
  | {
      readonly kind: 'left';
      readonly limit: NamedStepReason;
      readonly margin: number;
      readonly measure: 'level' | BandMeasure;
      readonly minutes: number;
    }
  | { readonly kind: 'counted'; readonly note: string; readonly value: number }
  | { readonly kind: 'asksPerson'; readonly name: string }
  | { readonly kind: 'rise'; readonly minutes: number; readonly perHour: number; readonly quantity: Quantity }
  | { readonly kind: 'flow'; readonly minutes: number; readonly perMinute: number }
  | { readonly kind: 'votes'; readonly yes: number; readonly unknown: number; readonly of: number }
  | { readonly kind: 'passed'; readonly upstream: string; readonly name: string }
  | { readonly kind: 'arrived'; readonly upstream: string; readonly name: string }
  | { readonly kind: 'notFollowed'; readonly upstream: string; readonly minutes: number }
  | { readonly kind: 'below'; readonly name: string }
  | { readonly kind: 'called'; readonly number: number | null }
  | { readonly kind: 'condition'; readonly text: string; readonly step: number }
  | { readonly kind: 'tooCostly'; readonly text: string }
  | { readonly kind: 'silent'; readonly ms: number; readonly expectedMs: number }
  | { readonly kind: 'stillSilent'; readonly ms: number }
  | { readonly kind: 'linkSilent'; readonly silent: number; readonly of: number }
  | { readonly kind: 'heardAgain'; readonly rule: string }
  | { readonly kind: 'linkHeardAgain'; readonly rule: string }
  | { readonly kind: 'unacknowledged'; readonly minutes: number; readonly ordinal: number }
  | { readonly kind: 'unanswered'; readonly minutes: number; readonly wanted: number; readonly answered: number; readonly ordinal: number }
  /** `text` is what the alert itself keeps of it. */
  | { readonly kind: 'blocked'; readonly text: string }
  | {
      readonly kind: 'reset';
      readonly cause: ResetCause;
      readonly name?: string;
      /** Versions of the playbook, when it was changed. */
      readonly versions?: readonly [string, string];
    };

import type { NumberedTransition } from './alert.ts';
import type { Gauge, GaugeId } from './gauge.ts';
import type { Route } from './playbook.ts';
import type { Role } from './role.ts';
import type { RuleId } from './rule-id.ts';
import { selects } from './selection.ts';

/** A silence that outlasts a week is a rule that should be changed in the playbook. */
export const SILENCE_MS_MAX = 7 * 24 * 3_600_000;
export const SILENCE_REASON_CHARS_MAX = 500;
/** Names in one list of a matcher. */
export const MATCHER_NAMES_MAX = 200;
/** Silences that are open at once; more would be a way of working that needs another playbook. */
export const SILENCES_OPEN_MAX = 200;

/** Which words are held back: those to staff, crowding news to residents, or flood and evacuation news to residents. */
export const SILENCE_COVERS = ['staff', 'congestion', 'flood'] as const;
export type SilenceCover = (typeof SILENCE_COVERS)[number];

/** Which alerts; every given list must match, and at least one is given. */
export interface SilenceMatcher {
  readonly rules?: readonly RuleId[];
  readonly gauges?: readonly GaugeId[];
  readonly rivers?: readonly string[];
  readonly areas?: readonly string[];
}

/** A silence as it is asked for. `key` makes the repeat of one request one silence. */
export interface SilenceDraft {
  readonly key: string;
  readonly matcher: SilenceMatcher;
  readonly covers: readonly SilenceCover[];
  readonly reason: string;
  readonly by: string;
  readonly at: number;
  readonly endsAt: number;
  /** Network address of whoever did it; for the audit alone. */
  readonly from?: string;
}

/** A named person holds messages back until an instant, for a reason. Nothing else than a person's silence holds back a flood message. */
export interface AlertSilence extends Omit<SilenceDraft, 'from'> {
  readonly id: string;
  readonly number: number;
  /** Number of the newest transition when it was written; it holds back those after it. */
  readonly after: number;
  /** Set when somebody ended it early; transitions after `after` are not held back any more. */
  readonly ended: { readonly by: string; readonly at: number; readonly after: number } | null;
  /** Whether staff was told what still stands after its end. Until then it is open. */
  readonly told: boolean;
}

export const silenceId = (number: number): string => `silence-${number}`;

/** What a role may silence: staff's own words whoever is on duty, words to residents only a decider (a machine never does). */
export const maySilence = (role: Role, covers: readonly SilenceCover[]): boolean =>
  role === 'decider' || (covers.every((cover) => cover === 'staff') && (role === 'duty' || role === 'admin'));

/** Which of the three a route's words are. */
export function coverOf({ audience, lane }: Pick<Route, 'audience' | 'lane'>): SilenceCover {
  if (audience.kind === 'staff') return 'staff';
  return lane === 'congestion' ? 'congestion' : 'flood';
}

/** Whether it speaks of alerts of this rule on this gauge. */
export function matches({ rules, ...places }: SilenceMatcher, ruleId: RuleId, gauge: Gauge): boolean {
  return (rules === undefined || rules.includes(ruleId)) && selects(places, gauge);
}

/**
 * Whether the silence holds the words of this transition on this route back. It follows from numbers in the ledger and from the instant of
 * the decision, never from when somebody asks, so that a plan which a crash cut in two ends as it began.
 */
export function silences(
  silence: AlertSilence,
  {
    numbered: { number, transition },
    gauge,
    route,
  }: { readonly numbered: NumberedTransition; readonly gauge: Gauge; readonly route: Pick<Route, 'audience' | 'lane'> },
): boolean {
  return (
    silence.after < number &&
    (silence.ended === null || number <= silence.ended.after) &&
    transition.decidedAt < silence.endsAt &&
    silence.covers.includes(coverOf(route)) &&
    matches(silence.matcher, transition.ruleId, gauge)
  );
}

/** Whether it holds nothing back any more. */
export const isOver = ({ ended, endsAt }: Pick<AlertSilence, 'ended' | 'endsAt'>, now: number): boolean => ended !== null || endsAt <= now;

import type { GaugeId } from './gauge.ts';
import type { OperationStatus } from './operation-status.ts';
import type { Quality } from './reading.ts';
import type { Reason } from './reason.ts';
import type { RuleId } from './rule-id.ts';

export type AlertId = string;
export type TransitionId = string;

/** One rule on one gauge, in numbered episodes. `step` 0 is quiet; steps count upwards from 1 in the order of the rule. */
export interface Alert {
  readonly ruleId: RuleId;
  readonly gauge: GaugeId;
  readonly episode: number;
  readonly state: 'quiet' | 'pending' | 'raised';
  readonly step: number;
  /** Observation instant of the last change of state or step. */
  readonly changedAt: number;
  /** Since when the value is below the present step by the margin, and the highest step it would still hold. */
  readonly underSince: number | null;
  readonly underStepMax: number;
  /** `validFrom` of the limits under which it goes on, when others came into force after its last change. */
  readonly limitsFrom?: number;
  /** How many transitions this episode has had. */
  readonly transitions: number;
  readonly status: OperationStatus;
  /** What speaks for a higher step and is not confirmed yet, for kinds that are judged at every sight of several gauges. */
  readonly over?: Over | null;
  /** The alert that this one follows from: the upstream episode of a sequence, or the link whose silence explains this one's. */
  readonly about?: AlertId | null;
  /** Why this rule is not judged here any more until the playbook changes (F49). */
  readonly parked?: string | null;
  /** Staff were asked about a step that only a person's count leads into: asked again when the place was emptier for the whole hold. */
  readonly asked?: { readonly at: number; readonly underSince: number | null } | null;
  /** Of a queue: the number that was called last, and whose tickets came near with the last call that was told. */
  readonly turn?: { readonly number: number; readonly near: TicketRange | null } | null;
  /** Of a device that is looked after: the findings that staff were told of and that hold, oldest first. */
  readonly findings?: readonly ToldFinding[];
  /** Set by a person; belongs to the episode. */
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: number | null;
}

/** Numbers of tickets above one and up to another. */
export interface TicketRange {
  readonly above: number;
  readonly upTo: number;
}

/** Sights in a row at a higher step: since when, how many, the lowest step they all reached, and the newest of them. */
export interface Over {
  readonly since: number;
  readonly sights: number;
  readonly step: number;
  readonly lastAt: number;
}

export const alertId = ({ ruleId, gauge, episode }: Pick<Alert, 'ruleId' | 'gauge' | 'episode'>): AlertId =>
  `${ruleId}@${gauge}#${episode}`;

export const quietAlert = (ruleId: RuleId, gauge: GaugeId, status: OperationStatus = 'actual'): Alert => ({
  ruleId,
  gauge,
  episode: 0,
  state: 'quiet',
  step: 0,
  changedAt: 0,
  underSince: null,
  underStepMax: 0,
  transitions: 0,
  status,
  acknowledgedBy: null,
  acknowledgedAt: null,
});

/** A reading as a decision saw it. */
export interface Evidence {
  /** Of which gauge, when it is not the alert's own. */
  readonly gauge?: GaugeId;
  readonly position: number;
  readonly at: number;
  readonly receivedAt: number;
  readonly value: number;
  readonly quality: Quality;
  readonly why: string;
  readonly status: OperationStatus;
}

/** Everything needed to answer for a decision: inputs with their flags, limits, rule and playbook version, verdict in words, who. */
export interface DecisionRecord {
  readonly playbookVersion: string;
  /** Only of a reset: the version that took the place of `playbookVersion`, under which the alert had stood. */
  readonly supersededBy?: string;
  readonly ruleId: RuleId;
  readonly by: string;
  /** In Japanese, as it was decided. */
  readonly verdict: string;
  /** The same as a value, for words in other languages; records from before such values have their text alone. */
  readonly reason?: Reason;
  readonly limits: readonly { readonly code: string; readonly name: string; readonly value: number }[];
  readonly evidence: readonly Evidence[];
}

/** Kinds of transition that follow from readings and silence, and so of messages: `{wording}.{kind}` is the key of a text. */
export const TRANSITION_KINDS = ['raised', 'climbed', 'steppedDown', 'cleared'] as const;
/** Kinds that follow from nobody answering: the alert itself stays as it is. */
export const VIGIL_KINDS = ['reminded', 'escalated'] as const;
/** An alert that could not go on under a changed playbook (F51). Never an all-clear: the rule moved, not the water. */
export const RESET_KIND = 'reset' as const;
/** A rule whose condition exceeded its budget is not judged on this gauge any more, and staff are told (F49). */
export const PARKED_KIND = 'parked' as const;
/** Counters alone would have reached a step that needs a person's yes: staff are asked, and the alert stays where it is. */
export const ASKED_KIND = 'asked' as const;
/** A queue moved on: holders of tickets that came near hear it, and no screen of alerts shows it. `from` and `to` are ticket numbers. */
export const CALLED_KIND = 'called' as const;
export type TransitionKind =
  | (typeof TRANSITION_KINDS)[number]
  | (typeof VIGIL_KINDS)[number]
  | typeof RESET_KIND
  | typeof PARKED_KIND
  | typeof ASKED_KIND
  | typeof CALLED_KIND;

/** What a reminder or a call says besides: which one it is, for how long somebody was waited for, and how many persons answered. */
export interface Call {
  /** The number of the reminder, or the level of the escalation policy; from 1. */
  readonly ordinal: number;
  readonly waitedMs: number;
  readonly answered: number;
  readonly wanted: number;
}

/** What changed about an alert, and so what people should hear. Steps as in `Alert.step`. */
export interface Transition<S extends OperationStatus = OperationStatus> {
  readonly id: TransitionId;
  readonly alertId: AlertId;
  readonly ruleId: RuleId;
  readonly gauge: GaugeId;
  readonly kind: TransitionKind;
  readonly from: number;
  readonly to: number;
  /** Observation instant that decided it; for blindness the instant at which the silence became too long. */
  readonly at: number;
  /** When this process decided, by its clock. */
  readonly decidedAt: number;
  readonly status: S;
  /** The alert that explains this one and is told instead of it: nobody hears of this one. */
  readonly coveredBy?: AlertId;
  /** Only of a reminder and of a call. */
  readonly call?: Call;
  /** Only of a queue that moved on: whose tickets came near, and those of the call before, which are told and used up. */
  readonly turn?: { readonly near: TicketRange; readonly used: TicketRange | null };
  readonly record: DecisionRecord;
}

export const transitionId = (alert: Pick<Alert, 'ruleId' | 'gauge' | 'episode'>, ordinal: number): TransitionId =>
  `${alertId(alert)}/${ordinal}`;

/** What staff were told of a finding that has not been told to be over. */
export interface ToldFinding {
  readonly id: string;
  readonly why: string;
}

/** A transition and its place among all, in the order in which they were decided. */
export interface NumberedTransition {
  readonly number: number;
  readonly transition: Transition;
}

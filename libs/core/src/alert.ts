import type { GaugeId } from './gauge.ts';
import type { OperationStatus } from './operation-status.ts';
import type { Quality } from './reading.ts';
import type { RuleId } from './rule.ts';

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
  /** How many transitions this episode has had. */
  readonly transitions: number;
  readonly status: OperationStatus;
  /** Set by a person; belongs to the episode. */
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: number | null;
}

export const alertId = ({ ruleId, gauge, episode }: Pick<Alert, 'ruleId' | 'gauge' | 'episode'>): AlertId =>
  `${ruleId}@${gauge}#${episode}`;

export const quietAlert = (ruleId: RuleId, gauge: GaugeId): Alert => ({
  ruleId,
  gauge,
  episode: 0,
  state: 'quiet',
  step: 0,
  changedAt: 0,
  underSince: null,
  underStepMax: 0,
  transitions: 0,
  status: 'actual',
  acknowledgedBy: null,
  acknowledgedAt: null,
});

/** A reading as a decision saw it. */
export interface Evidence {
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
  readonly ruleId: RuleId;
  readonly by: string;
  readonly verdict: string;
  readonly limits: readonly { readonly code: string; readonly name: string; readonly value: number }[];
  readonly evidence: readonly Evidence[];
}

/** What changed about an alert, and so what people should hear. Steps as in `Alert.step`. */
export interface Transition {
  readonly id: TransitionId;
  readonly alertId: AlertId;
  readonly ruleId: RuleId;
  readonly gauge: GaugeId;
  readonly kind: 'raised' | 'climbed' | 'steppedDown' | 'cleared';
  readonly from: number;
  readonly to: number;
  /** Observation instant that decided it; for blindness the instant at which the silence became too long. */
  readonly at: number;
  /** When this process decided, by its clock. */
  readonly decidedAt: number;
  readonly status: OperationStatus;
  readonly record: DecisionRecord;
}

export const transitionId = (alert: Pick<Alert, 'ruleId' | 'gauge' | 'episode'>, ordinal: number): TransitionId =>
  `${alertId(alert)}/${ordinal}`;

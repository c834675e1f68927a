import { type Alert, alertId, type DecisionRecord, type Evidence, type Transition, transitionId } from './alert.ts';
import { type Reason } from './reason.ts';
import { saidOf } from './reason-words.ts';
import type { RuleId } from './rule-id.ts';

/** Where an alert goes next, and what people should hear of it, if anything. */
export interface Advance {
  readonly alert: Alert;
  readonly transition: Transition | null;
}

/** What is written down about a move, whatever kind of rule made it. */
export interface Telling {
  readonly ruleId: RuleId;
  readonly playbookVersion: string;
  /** Observation instant that decides. */
  readonly at: number;
  /** Only written down. */
  readonly decidedAt: number;
  readonly status: Alert['status'];
  readonly limits: DecisionRecord['limits'];
  readonly evidence: readonly Evidence[];
  /** Why; a text where only Japanese words are known. */
  readonly verdict: (kind: Transition['kind'], before: Alert, after: Alert) => Reason | string;
}

/** Up to a step that is confirmed: a new episode from quiet, the next transition of the same alert otherwise. */
export function climb(alert: Alert, to: number, telling: Telling): Advance {
  const fresh = alert.step === 0;
  const moved: Alert = {
    ...alert,
    episode: fresh ? alert.episode + 1 : alert.episode,
    state: 'raised',
    step: to,
    changedAt: telling.at,
    underSince: null,
    underStepMax: 0,
    transitions: fresh ? 1 : alert.transitions + 1,
    status: telling.status,
    ...(fresh ? { acknowledgedBy: null, acknowledgedAt: null } : {}),
  };
  return told(fresh ? 'raised' : 'climbed', alert, moved, telling);
}

/**
 * The value holds only a lower step: starts or goes on with the hold, and moves down to the highest step that was held in all of it.
 * `broken` starts the hold again, for a gap is not a state.
 */
export function lower(
  alert: Alert,
  held: number,
  { clearHoldMs, broken }: { readonly clearHoldMs: number; readonly broken: boolean },
  telling: Telling,
): Advance {
  const { at } = telling;
  const underSince = alert.underSince === null || broken ? at : alert.underSince;
  const underStepMax = underSince === at ? held : Math.max(alert.underStepMax, held);
  if (at - underSince < clearHoldMs) return { alert: { ...alert, underSince, underStepMax }, transition: null };
  return stepDown(alert, underStepMax, telling);
}

/** Down to a step at once; to 0 ends the episode. */
export function stepDown(alert: Alert, to: number, telling: Telling): Advance {
  const moved: Alert = {
    ...alert,
    state: to === 0 ? 'quiet' : 'raised',
    step: to,
    changedAt: telling.at,
    underSince: null,
    underStepMax: 0,
    transitions: alert.transitions + 1,
  };
  return told(to === 0 ? 'cleared' : 'steppedDown', alert, moved, telling);
}

/** Quiet again because what the alert is judged by changed: visibly, and never as an all-clear, for the water did not move (F51). */
export function reset(alert: Alert, reason: Extract<Reason, { readonly kind: 'reset' }>, telling: Telling): Advance {
  const { alert: quiet } = stepDown(alert, 0, telling);
  return told('reset', alert, { ...quiet, ...(alert.over ? { over: null } : {}) }, { ...telling, verdict: () => reason });
}

/** The transition that says what became of an alert, with its decision record. */
export function told(kind: Transition['kind'], before: Alert, after: Alert, telling: Telling): Advance {
  const { ruleId, playbookVersion, at, decidedAt, limits, evidence } = telling;
  const transition: Transition = {
    id: transitionId(after, after.transitions),
    alertId: alertId(after),
    ruleId,
    gauge: after.gauge,
    kind,
    from: before.step,
    to: after.step,
    at,
    decidedAt,
    status: after.status,
    record: { playbookVersion, ruleId, by: `rule ${ruleId}`, ...saidOf(telling.verdict(kind, before, after)), limits, evidence },
  };
  return { alert: after, transition };
}

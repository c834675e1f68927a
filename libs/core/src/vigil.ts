import { type Alert, type AlertId, alertId, type Transition } from './alert.ts';
import type { EscalationPolicy, Playbook } from './playbook.ts';
import { saidOf } from './reason-words.ts';
import type { Rule } from './rule.ts';

/** Somebody said that they look after an episode of an alert. */
export interface Answer {
  readonly alertId: AlertId;
  /** Name of the account. */
  readonly by: string;
  readonly at: number;
}

/** What is remembered of one raised alert that somebody must look after. Instants by our clock, of when it was looked at. */
export interface Vigil {
  readonly alertId: AlertId;
  /** Seen raised since; the first reminder counts from here. */
  readonly since: number;
  readonly reminders: number;
  readonly remindedAt: number | null;
  /** Seen at the step from which answers are wanted since; null until then. */
  readonly calledAt: number | null;
  /** The last level of the policy that was called, 0 before the first. */
  readonly level: number;
  readonly levelAt: number | null;
}

/** A raised alert with what is remembered of it, who answered, earliest answer first, and who muted it, each once. */
export interface Vigilant {
  readonly alert: Alert;
  readonly vigil: Vigil | null;
  readonly answers: readonly Answer[];
  readonly mutedBy: readonly string[];
}

/** What a look at the raised alerts changes. */
export interface VigilStep {
  readonly vigils: readonly Vigil[];
  readonly transitions: readonly Transition[];
}

/**
 * Looks at raised alerts: reminds staff of those that nobody acknowledged, and calls the next level where too few answered. Every look says
 * at most one reminder and one level of an alert, counted on from the look itself, so that a service that was away for hours comes back with
 * one word and not with all that it missed. The ids follow from the alert and the number: a look that is repeated after a crash says the same.
 */
export function keepVigil(playbook: Playbook, vigilants: readonly Vigilant[], now: number): VigilStep {
  const vigils: Vigil[] = [];
  const transitions: Transition[] = [];
  for (const vigilant of vigilants) {
    const rule = playbook.rules.find(({ id }) => id === vigilant.alert.ruleId);
    if (!rule || !isWatchedOver(rule, vigilant.alert)) continue;
    const policy = policyOf(playbook, rule);
    if (!rule.reminder && !policy) continue;
    const step = lookAt(vigilant, { rule, policy, playbookVersion: playbook.version, now });
    if (step.vigil !== vigilant.vigil) vigils.push(step.vigil);
    transitions.push(...step.transitions);
  }
  return { vigils, transitions };
}

/** Whether any rule of the playbook reminds or escalates. */
export const hasVigils = ({ rules, escalations = [] }: Playbook): boolean =>
  escalations.length > 0 || rules.some(({ reminder }) => reminder !== undefined);

/** The policy that calls people for a rule; the playbook's check lets no rule have two. */
export const policyOf = ({ escalations = [] }: Pick<Playbook, 'escalations'>, { id }: Pick<Rule, 'id'>): EscalationPolicy | undefined =>
  escalations.find(({ rules }) => rules.includes(id));

/** The persons whose answers count, each once: whoever acknowledged or muted has answered too, for somebody looks after it. */
export function answeredBy(
  { alert, answers, mutedBy }: Pick<Vigilant, 'alert' | 'answers' | 'mutedBy'>,
  { of }: Pick<EscalationPolicy, 'of'>,
): readonly string[] {
  const persons = new Set([...answers.map(({ by }) => by), ...mutedBy]);
  if (alert.acknowledgedBy !== null) persons.add(alert.acknowledgedBy);
  return [...persons].filter((name) => of === undefined || of.includes(name));
}

/** An alert that reached the desk, the last level of its policy, and is still short of answers. */
export interface DeskAlarm {
  readonly alert: Alert;
  readonly since: number;
  readonly answeredBy: readonly string[];
  readonly wanted: number;
}

/** What the desk must sound for: it ends when enough have answered, or with the alert. */
export function deskAlarms(playbook: Playbook, vigilants: readonly Vigilant[]): readonly DeskAlarm[] {
  return vigilants.flatMap((vigilant) => {
    const { alert, vigil } = vigilant;
    const policy = policyOf(playbook, { id: alert.ruleId });
    if (!policy || vigil?.levelAt == null || vigil.level < policy.levels.length) return [];
    const answered = answeredBy(vigilant, policy);
    return answered.length < policy.answers ? [{ alert, since: vigil.levelAt, answeredBy: answered, wanted: policy.answers }] : [];
  });
}

/** A shadow tells nobody, and what a common cause explains is told with that cause (product §9). */
const isWatchedOver = (rule: Rule, alert: Alert): boolean => !rule.shadow && !(rule.kind === 'blind' && alert.about != null);

interface Grounds {
  readonly rule: Rule;
  readonly policy: EscalationPolicy | undefined;
  readonly playbookVersion: string;
  readonly now: number;
}

function lookAt(vigilant: Vigilant, grounds: Grounds): { readonly vigil: Vigil; readonly transitions: readonly Transition[] } {
  const { alert } = vigilant;
  const { now, policy } = grounds;
  const transitions: Transition[] = [];
  let vigil = vigilant.vigil ? notAhead(vigilant.vigil, now) : begun(alert, now);
  if (isReminderDue(vigil, vigilant, grounds)) {
    vigil = { ...vigil, reminders: vigil.reminders + 1, remindedAt: now };
    transitions.push(told('reminded', vigil.reminders, vigil.since, { answered: 0, wanted: 1 }, alert, grounds));
  }
  if (!policy || alert.step < policy.fromStep) return { vigil, transitions };
  if (vigil.calledAt === null) return { vigil: { ...vigil, calledAt: now }, transitions };
  const answered = answeredBy(vigilant, policy).length;
  const next = policy.levels[vigil.level];
  if (next && answered < policy.answers && now - (vigil.levelAt ?? vigil.calledAt) >= next.afterMs) {
    const { calledAt } = vigil;
    vigil = { ...vigil, level: vigil.level + 1, levelAt: now };
    transitions.push(told('escalated', vigil.level, calledAt, { answered, wanted: policy.answers }, alert, grounds));
  }
  return { vigil, transitions };
}

const begun = (alert: Alert, now: number): Vigil => ({
  alertId: alertId(alert),
  since: now,
  reminders: 0,
  remindedAt: null,
  calledAt: null,
  level: 0,
  levelAt: null,
});

/** Instants written by a clock that was ahead count from now: waiting until they come would be silence for as long as it was wrong (F21). */
function notAhead(vigil: Vigil, now: number): Vigil {
  const { since, remindedAt, calledAt, levelAt } = vigil;
  if (Math.max(since, remindedAt ?? 0, calledAt ?? 0, levelAt ?? 0) <= now) return vigil;
  const past = (at: number | null): number | null => (at === null ? null : Math.min(at, now));
  return { ...vigil, since: Math.min(since, now), remindedAt: past(remindedAt), calledAt: past(calledAt), levelAt: past(levelAt) };
}

function isReminderDue({ since, reminders, remindedAt }: Vigil, { alert }: Vigilant, { rule: { reminder }, now }: Grounds): boolean {
  if (!reminder || alert.acknowledgedBy !== null || reminders >= reminder.timesMax) return false;
  return now - (remindedAt ?? since) >= reminder.everyMs;
}

function told(
  kind: 'reminded' | 'escalated',
  ordinal: number,
  since: number,
  { answered, wanted }: { readonly answered: number; readonly wanted: number },
  alert: Alert,
  { rule, policy, playbookVersion, now }: Grounds,
): Transition {
  const waitedMs = now - since;
  const minutes = Math.round(waitedMs / 60_000);
  return {
    id: `${alertId(alert)}/${kind}/${ordinal}`,
    alertId: alertId(alert),
    ruleId: rule.id,
    gauge: alert.gauge,
    kind,
    from: alert.step,
    to: alert.step,
    at: now,
    decidedAt: now,
    status: alert.status,
    call: { ordinal, waitedMs, answered, wanted },
    record: {
      playbookVersion,
      ruleId: rule.id,
      by: kind === 'reminded' ? `rule ${rule.id}` : `escalation ${policy!.id}`,
      ...saidOf(
        kind === 'reminded' ? { kind: 'unacknowledged', minutes, ordinal } : { kind: 'unanswered', minutes, wanted, answered, ordinal },
      ),
      limits: [],
      evidence: [],
    },
  };
}

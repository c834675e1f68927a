import type { Alert, ToldFinding, Transition } from './alert.ts';
import type { Gauge, GaugeId } from './gauge.ts';
import type { Finding } from './logbook.ts';
import { climb, stepDown, type Telling } from './move.ts';
import type { Playbook } from './playbook.ts';
import type { FaultRule } from './rule.ts';
import type { RuleId } from './rule-id.ts';
import { isOn } from './schedule.ts';
import { selects } from './selection.ts';

/** An alert after a look, with what people should hear. `after` is what it was before, so that nobody writes over somebody else's word. */
export interface FaultMove {
  readonly after: Pick<Alert, 'episode' | 'transitions'>;
  readonly alert: Alert;
  readonly transitions: readonly Transition[];
}

/**
 * So many changes are told at one look, the oldest finding first. When a clock of ours was wrong all devices are doubted at once, and after an
 * outage a night's findings come together: whoever gets forty mails in a minute reads none.
 */
export const FAULT_MOVES_MAX = 10;

/** Where an alert of a rule stands or should: the gauges of findings that the rule speaks of, those of the oldest finding first. */
export function concernedBy(
  playbook: Playbook,
  findings: readonly Finding[],
): readonly { readonly rule: RuleId; readonly gauge: GaugeId }[] {
  const rules = playbook.rules.filter((rule) => rule.kind === 'fault');
  return findings.flatMap((finding) => {
    const gauge = playbook.gauges.get(finding.gauge);
    return gauge ? rules.filter((rule) => speaksOf(rule, gauge, finding)).map((rule) => ({ rule: rule.id, gauge: gauge.id })) : [];
  });
}

/**
 * Takes alerts of devices to what was found out: up a step for each finding that began, down for each that ended, so that every finding is told
 * once. The first opens an episode and the last closes it. An alert whose rule or gauge the playbook lost is left to the change of the playbook.
 * `findings` are all that hold; an alert that was told of the same ones does not move, so a look that is repeated says nothing.
 */
export function followFindings(
  playbook: Playbook,
  { findings, alerts, now }: { readonly findings: readonly Finding[]; readonly alerts: readonly Alert[]; readonly now: number },
): readonly FaultMove[] {
  const moves: FaultMove[] = [];
  let left = FAULT_MOVES_MAX;
  for (const alert of alerts) {
    const rule = playbook.rules.find(({ id }) => id === alert.ruleId);
    const gauge = playbook.gauges.get(alert.gauge);
    if (left === 0) return moves;
    if (rule?.kind !== 'fault' || !gauge || !selects(rule.selector, gauge)) continue;
    const move = follow(alert, { rule, gauge, playbook, findings, now, left });
    if (!move) continue;
    left -= move.transitions.length;
    moves.push(move);
  }
  return moves;
}

interface Grounds {
  readonly rule: FaultRule;
  readonly gauge: Gauge;
  readonly playbook: Playbook;
  readonly findings: readonly Finding[];
  readonly now: number;
  /** How many changes may still be told at this look. */
  readonly left: number;
}

function follow(before: Alert, { rule, gauge, playbook, findings, now, left }: Grounds): FaultMove | null {
  const held = findings.filter((finding) => speaksOf(rule, gauge, finding));
  const told = before.findings ?? [];
  const isOff = rule.schedule !== undefined && !isOn(rule.schedule, now, playbook.city.timeZone);
  const begun = isOff ? [] : held.filter(({ id }) => told.every((one) => one.id !== id));
  const ended = told.filter(({ id }) => held.every((finding) => finding.id !== id));
  let alert = before;
  const transitions: Transition[] = [];
  const keep = (moved: { readonly alert: Alert; readonly transition: Transition | null }, known: readonly ToldFinding[]): void => {
    alert = { ...moved.alert, findings: known };
    if (moved.transition) transitions.push(moved.transition);
  };
  const telling = (at: number, why: string): Telling => ({
    ruleId: rule.id,
    playbookVersion: playbook.version,
    at,
    decidedAt: now,
    status: 'actual',
    limits: [],
    evidence: [],
    verdict: () => why,
  });
  for (const { id, at, reason } of begun.slice(0, left))
    keep(climb(alert, alert.step + 1, telling(at, reason)), [...(alert.findings ?? []), { id, why: reason }]);
  for (const { id, why } of ended.slice(0, left - transitions.length)) {
    const still = findings.some((finding) => finding.id === id);
    const verdict = still ? `規則の対象から外れた（まだ続いている）: ${why}` : `見られなくなった: ${why}`;
    keep(
      stepDown(alert, Math.max(0, alert.step - 1), telling(now, verdict)),
      alert.findings!.filter((one) => one.id !== id),
    );
  }
  const { episode, transitions: count } = before;
  return transitions.length === 0 ? null : { after: { episode, transitions: count }, alert, transitions };
}

const speaksOf = (rule: FaultRule, gauge: Gauge, finding: Finding): boolean =>
  finding.gauge === gauge.id && rule.findings.includes(finding.about) && selects(rule.selector, gauge);

/** Whether an alert is still what a move was decided on. */
export const isAfter = (move: FaultMove, alert: Alert | null): boolean =>
  (alert?.episode ?? 0) === move.after.episode && (alert?.transitions ?? 0) === move.after.transitions;

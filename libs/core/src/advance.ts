import type { Alert, Evidence, Transition } from './alert.ts';
import { inForceSince, type Limit, limitsAt, type LimitTable, stepAt, stepHeld } from './limit.ts';
import { type Advance, climb, lower, reset, stepDown, told, type Telling } from './move.ts';
import { isUsable } from './reading.ts';
import type { NamedStepReason, Reason } from './reason.ts';
import { type BandRule, type LevelRule, stepByPerson } from './rule.ts';

/**
 * Readings further apart than this are not "in a row", however rarely the gauge is expected to speak: half a day later the water may have come
 * and gone. Generous, for a gauge that speaks less often than the playbook thinks must still be able to raise an alert. Of 金田 (9.59 m at
 * base flow of about 2.5 m) two single absurd values 54 hours apart would have told the public of a flood.
 */
const WITNESS_GAP_MS_MAX = 6 * 3_600_000;

export interface Sight {
  readonly rule: LevelRule | BandRule;
  readonly table: LimitTable;
  /** Readings of the rule's quantity in order of observation, doubtful ones included. */
  readonly recent: readonly Evidence[];
  /** A hold and a confirmation over time must be covered by readings: a longer hole starts them again, for a gap is not a state. */
  readonly gapMaxMs: number;
  readonly decidedAt: number;
  readonly playbookVersion: string;
  readonly status: Alert['status'];
  /** Whether the rule's schedule is off: nothing climbs, what is raised steps down as always. */
  readonly off: boolean;
}

/**
 * Moves one alert by what was observed. It climbs only by confirmed readings, steps down only after the value stayed below the limit by
 * the margin for the whole hold, and does neither by doubtful, late or missing ones.
 */
export function advance(alert: Alert, sight: Sight): Advance {
  const { rule, table } = sight;
  const newest = sight.recent.findLast((seen) => isUsableIn(sight, seen));
  if (!newest) return { alert, transition: null };

  const limits = limitsAt(table, newest.at);
  // Calm water, which is nearly every reading: nothing stands that could be left, and what the newest did not reach is not confirmed.
  if (alert.state === 'quiet' && alert.underSince === null && stepAt(limits, newest.value) === 0) return { alert, transition: null };
  const usable = usableOf(sight);
  const byPerson = stepByPerson(rule);
  if (byPerson !== null && newest.quality === 'manual') return follow(alert, stepAt(limits, newest.value), sight, newest);
  const confirmed = sight.off ? 0 : Math.min(confirmedStep(usable, sight), byPerson === null ? Number.POSITIVE_INFINITY : byPerson - 1);
  if (confirmed > alert.step) return climb(alert, confirmed, tellingOf(sight, newest, limits));

  // A drill or a test takes nothing back that is real, nor the other way round (promise 7).
  if (alert.step > 0 && alert.status !== sight.status) return { alert, transition: null };
  const passed = passLimits(alert, usable, sight);
  if (passed.alert.step !== alert.step) return passed;
  return rest(passed.alert, usable, limits, sight);
}

/**
 * Limits that came into force since the alert was last judged are a change of the playbook that was written down beforehand, and do the same
 * (F51): by the newest value that was known then, the episode goes on with its hold begun again, or is reset visibly when the change alone
 * took its step away. Water that was below already leaves it to the hold.
 */
function passLimits(alert: Alert, usable: readonly Evidence[], sight: Sight): Advance {
  const { table } = sight;
  const newest = usable.at(-1)!;
  const from = inForceSince(table, newest.at);
  const judgedFrom = Math.max(alert.limitsFrom ?? Number.NEGATIVE_INFINITY, inForceSince(table, alert.changedAt));
  if (alert.step === 0 || from <= judgedFrom) return { alert, transition: null };
  const before = limitsAt(table, judgedFrom);
  const after = limitsAt(table, from);
  const { value } = usable.findLast(({ at }) => at < from) ?? newest;
  const name = before.find(({ step }) => step === alert.step)?.name ?? `${alert.step}`;
  if (stepHeld(after, value) < alert.step && stepHeld(before, value) >= alert.step)
    return reset(alert, { kind: 'reset', cause: 'limitChanged', name }, tellingOf(sight, newest, before));
  return { alert: { ...alert, limitsFrom: from, underSince: null, underStepMax: 0 }, transition: null };
}

/** What a reading does that confirms nothing higher. */
function rest(alert: Alert, usable: readonly Evidence[], limits: readonly Limit[], sight: Sight): Advance {
  const { rule } = sight;
  const newest = usable.at(-1)!;
  const held = stepHeld(limits, newest.value);
  if (alert.step > 0 && held < alert.step) {
    const before = usable.at(-2);
    const broken = before !== undefined && newest.at - before.at > sight.gapMaxMs;
    return lower(alert, held, { clearHoldMs: rule.clearHoldMs, broken }, tellingOf(sight, newest, limits));
  }
  if (alert.step > 0)
    return { alert: alert.underSince === null ? alert : { ...alert, underSince: null, underStepMax: 0 }, transition: null };

  const state = !sight.off && stepAt(limits, newest.value) > 0 ? 'pending' : 'quiet';
  return { alert: state === alert.state ? alert : { ...alert, state, changedAt: newest.at }, transition: null };
}

/**
 * Asks staff about a step that only a person's count leads into, once per stay: when counters alone would have reached it. The stay ends when
 * the counters were below it by the margin for the whole hold, as the step itself would be left. The alert stands where it stood.
 */
export function ask(alert: Alert, sight: Sight): Advance {
  const { rule, table } = sight;
  const byPerson = stepByPerson(rule);
  const usable = usableOf(sight);
  const newest = usable.at(-1);
  if (byPerson === null || !newest) return { alert, transition: null };
  const limits = limitsAt(table, newest.at);
  if (alert.asked) {
    const asked = stayOf(alert.asked, usable, byPerson, limits, sight);
    return { alert: asked === alert.asked ? alert : { ...alert, asked }, transition: null };
  }
  const isOpen = !sight.off && alert.step > 0 && alert.step < byPerson;
  if (!isOpen || newest.quality === 'manual' || confirmedStep(usable, sight) < byPerson) return { alert, transition: null };
  const asked: Alert = { ...alert, asked: { at: newest.at, underSince: null }, transitions: alert.transitions + 1 };
  const name = limits.find(({ step }) => step === byPerson)?.name ?? '';
  const verdict = (): Reason => ({ kind: 'asksPerson', name });
  return told('asked', alert, asked, { ...tellingOf(sight, newest, limits), verdict });
}

function stayOf(
  asked: NonNullable<Alert['asked']>,
  usable: readonly Evidence[],
  byPerson: number,
  limits: readonly Limit[],
  { rule, gapMaxMs }: Sight,
): NonNullable<Alert['asked']> | null {
  const newest = usable.at(-1)!;
  const before = usable.at(-2);
  if (stepHeld(limits, newest.value) >= byPerson) return asked.underSince === null ? asked : { ...asked, underSince: null };
  const broken = before !== undefined && newest.at - before.at > gapMaxMs;
  const underSince = asked.underSince === null || broken ? newest.at : asked.underSince;
  if (newest.at - underSince >= rule.clearHoldMs) return null;
  return underSince === asked.underSince ? asked : { ...asked, underSince };
}

/** A person who counted is one witness and enough, for the way up and for the way down. */
function follow(alert: Alert, counted: number, sight: Sight, newest: Evidence): Advance {
  const to = sight.off ? Math.min(counted, alert.step) : counted;
  const verdict = (): Reason => ({ kind: 'counted', note: newest.why, value: newest.value });
  const telling = { ...tellingOf(sight, newest, limitsAt(sight.table, newest.at)), verdict };
  if (to > alert.step) return climb(alert, to, telling);
  if (to < alert.step) return stepDown(alert, to, telling);
  const rested = alert.underSince === null ? alert : { ...alert, underSince: null, underStepMax: 0 };
  return { alert: rested.state === 'pending' ? { ...rested, state: 'quiet', changedAt: newest.at } : rested, transition: null };
}

// A drill or a test is no witness to real life, nor the other way round (promise 7).
const isUsableIn = ({ status, rule }: Sight, seen: Evidence): boolean =>
  seen.status === status && isUsable(seen.quality) && seen.receivedAt - seen.at <= rule.greatestAgeMs;

const usableOf = (sight: Sight): readonly Evidence[] => sight.recent.filter((seen) => isUsableIn(sight, seen));

function confirmedStep(usable: readonly Evidence[], { table, gapMaxMs, rule: { confirm } }: Sight): number {
  const newest = usable.at(-1)!;
  const witnesses = 'readings' in confirm ? usable.slice(-confirm.readings) : coveredBy(usable, newest.at - confirm.forMs, gapMaxMs);
  if (witnesses.length < ('readings' in confirm ? confirm.readings : 2)) return 0;
  if ('readings' in confirm && holed(witnesses, Math.max(gapMaxMs, WITNESS_GAP_MS_MAX))) return 0;
  // Each reading is judged by the limits in force when it was made (D§1.1).
  return Math.min(...witnesses.map((seen) => stepAt(limitsAt(table, seen.at), seen.value)));
}

/** The readings from the last one at or before `from` on, when they cover the time since without a hole; none otherwise. */
function coveredBy(usable: readonly Evidence[], from: number, gapMax: number): readonly Evidence[] {
  const first = usable.findLastIndex((seen) => seen.at <= from);
  if (first < 0) return [];
  const witnesses = usable.slice(first);
  return holed(witnesses, gapMax) ? [] : witnesses;
}

const holed = (witnesses: readonly Evidence[], gapMax: number): boolean =>
  witnesses.some((seen, i) => i > 0 && seen.at - witnesses[i - 1]!.at > gapMax);

function tellingOf(sight: Sight, newest: Evidence, limits: readonly Limit[]): Telling {
  const { rule, decidedAt, playbookVersion, status } = sight;
  return {
    ruleId: rule.id,
    playbookVersion,
    at: newest.at,
    decidedAt,
    status,
    limits: limits.map(({ code, name, value }) => ({ code, name, value })),
    evidence: sight.recent,
    verdict: (kind, before, after) => verdictOf(kind, before, after, limits, rule),
  };
}

function verdictOf(kind: Transition['kind'], before: Alert, after: Alert, limits: readonly Limit[], rule: LevelRule | BandRule): Reason {
  const named = (step: number): NamedStepReason => {
    const limit = limits.find((candidate) => candidate.step === step);
    return { step, name: limit?.name ?? null, value: limit?.value ?? null };
  };
  if (kind === 'raised' || kind === 'climbed') {
    const how =
      'readings' in rule.confirm
        ? { readings: rule.confirm.readings, minutes: null }
        : { readings: null, minutes: Math.round(rule.confirm.forMs / 60_000) };
    return { kind: 'reached', limit: named(after.step), ...how };
  }
  const margin =
    rule.kind === 'level'
      ? ({ margin: rule.clearMargin, measure: 'level' } as const)
      : ({ margin: rule.hysteresis, measure: rule.measure } as const);
  return { kind: 'left', limit: named(before.step), ...margin, minutes: Math.round(rule.clearHoldMs / 60_000) };
}

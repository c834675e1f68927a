import type { Alert } from './alert.ts';
import { type Advance, climb, lower, type Telling } from './move.ts';
import type { Confirmation } from './rule.ts';

/** What a rule sees at one instant: the step that is reached, and the highest one that is still held. */
export interface Sighting {
  readonly at: number;
  readonly step: number;
  readonly held: number;
  /** Whether there was a hole before this instant, so that a confirmation and a hold begin again. */
  readonly broken: boolean;
}

export interface SightLife {
  readonly confirm: Confirmation;
  readonly clearHoldMs: number;
  /** Whether the rule's schedule is off. */
  readonly off: boolean;
}

/**
 * Moves an alert whose inputs cannot be looked at again later, because they come from several gauges or from a window: the confirmation is
 * counted in the alert itself. Sights older than the newest one change nothing, so order of arrival does not decide.
 */
export function advanceBySight(alert: Alert, sighting: Sighting, { confirm, clearHoldMs, off }: SightLife, telling: Telling): Advance {
  const { at, held, broken } = sighting;
  const step = off ? 0 : sighting.step;
  if (at < (alert.over?.lastAt ?? alert.changedAt)) return { alert, transition: null };
  // A drill or a test takes nothing back that is real, nor the other way round (promise 7).
  if (alert.step > 0 && alert.status !== telling.status && step <= alert.step) return { alert, transition: null };

  if (step > alert.step) {
    const before = broken ? null : alert.over;
    const over = before
      ? { since: before.since, sights: before.sights + 1, step: Math.min(before.step, step), lastAt: at }
      : { since: at, sights: 1, step, lastAt: at };
    const confirmed = 'readings' in confirm ? over.sights >= confirm.readings : over.sights > 1 && at - over.since >= confirm.forMs;
    if (confirmed) return climb({ ...alert, over: null }, over.step, telling);
    const waiting: Alert = { ...alert, over, underSince: null, underStepMax: 0 };
    return { alert: alert.step > 0 ? waiting : { ...waiting, state: 'pending', changedAt: over.since }, transition: null };
  }

  const rested = alert.over ? { ...alert, over: null } : alert;
  if (alert.step > 0 && held < alert.step) return lower(rested, held, { clearHoldMs, broken }, telling);
  if (alert.step > 0) {
    return { alert: rested.underSince === null ? rested : { ...rested, underSince: null, underStepMax: 0 }, transition: null };
  }
  return { alert: alert.state === 'pending' ? { ...rested, state: 'quiet', changedAt: at } : rested, transition: null };
}

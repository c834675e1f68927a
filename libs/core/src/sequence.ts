import { type Alert, alertId } from './alert.ts';
import { type Advance, climb, stepDown, type Telling } from './move.ts';

/** How the two gauges of a sequence stand at an instant. */
export interface Passage {
  /** The alert of the rule that is watched upstream, and the step that counts. */
  readonly upstream: Alert;
  readonly upstreamStep: number;
  readonly downstream: Alert;
  readonly downstreamStep: number;
  readonly withinMs: number;
  /** Whether the rule's schedule is off. */
  readonly off: boolean;
}

/**
 * Step 1 when the water passed upstream, step 2 when it reached the gauge itself within the lag, quiet when it did not come or has gone.
 * One upstream episode is told once: `about` remembers it. What a lag's end decides happens at that instant, whenever it is looked at.
 */
export function advanceSequence(alert: Alert, passage: Passage, telling: Telling): Advance {
  const { upstream, upstreamStep, downstream, downstreamStep, withinMs, off } = passage;
  const { at } = telling;
  const passed = upstream.state === 'raised' && upstream.step >= upstreamStep && upstream.status === telling.status;
  const arrived = downstream.state === 'raised' && downstream.step >= downstreamStep && downstream.status === telling.status;
  const about = alertId(upstream);

  if (alert.step === 0) {
    if (!passed || off || alert.about === about) return { alert, transition: null };
    return climb({ ...alert, about }, arrived ? 2 : 1, telling);
  }
  if (alert.step === 1) {
    const endsAt = alert.changedAt + withinMs;
    if (arrived && at <= endsAt) return climb(alert, 2, telling);
    return at > endsAt ? stepDown(alert, 0, { ...telling, at: endsAt }) : { alert, transition: null };
  }
  return arrived ? { alert, transition: null } : stepDown(alert, 0, telling);
}

/** When the lag of a waiting sequence ends; null when none is waiting. */
export const lagEndsAt = ({ step, changedAt }: Alert, withinMs: number): number | null => (step === 1 ? changedAt + withinMs : null);

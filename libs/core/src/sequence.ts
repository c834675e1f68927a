import { type Alert, alertId } from './alert.ts';
import { type Advance, climb, stepDown, type Telling } from './move.ts';

/** How the two gauges of a sequence stand at an instant. */
export interface Passage {
  /** The alert of the rule that is watched upstream, and the step that counts. */
  readonly upstream: Alert;
  readonly upstreamStep: number;
  readonly downstream: Alert;
  readonly downstreamStep: number;
  /** Whether it is a reading from upstream that is looked at. */
  readonly byUpstream: boolean;
  /** Instant of the newest usable reading of the gauge itself; null without one. */
  readonly downstreamSeenAt: number | null;
  readonly withinMs: number;
  /** Whether the rule's schedule is off. */
  readonly off: boolean;
}

/** Moves that one instant can bring: the water passed upstream, and arrived. */
const MOVES_MAX = 2;

/**
 * Everything that an instant brings. Readings of both gauges may be of the same instant, and the same is then said whichever of them came
 * first (P2).
 */
export function advanceSequence(alert: Alert, passage: Passage, tellingOf: (alert: Alert) => Telling): readonly Advance[] {
  const moves: Advance[] = [];
  let now = alert;
  while (moves.length < MOVES_MAX) {
    const move = stepOnce(now, passage, tellingOf(now));
    if (move.alert !== now) moves.push(move);
    now = move.alert;
    if (!move.transition) break;
  }
  return moves;
}

/**
 * Step 1 when the water passed upstream, step 2 when a reading of that instant or later has it at the gauge itself within the lag, quiet when it
 * did not come or has gone. What the gauge said before the passage does not count as the arrival: it may be leaving with the next reading. Nor
 * does it begin anew at the instant at which it ended, nor by anything but a word from upstream, for the water may be leaving there with it. One
 * upstream episode is told once: `about` remembers it. What a lag's end decides happens at that instant, whenever it is looked at.
 */
function stepOnce(alert: Alert, passage: Passage, telling: Telling): Advance {
  const { upstream, upstreamStep, downstream, downstreamStep, downstreamSeenAt, byUpstream, withinMs, off } = passage;
  const { at, status } = telling;
  const passed = upstream.state === 'raised' && upstream.step >= upstreamStep && upstream.status === status;
  const here = downstream.state === 'raised' && downstream.step >= downstreamStep && downstream.status === status;
  const about = alertId(upstream);

  if (alert.step === 0) {
    const begins = passed && byUpstream && !off && alert.about !== about && (alert.episode === 0 || at > alert.changedAt);
    if (!begins) return { alert, transition: null };
    return climb({ ...alert, about }, 1, telling);
  }
  if (alert.step === 1) {
    const endsAt = alert.changedAt + withinMs;
    const heard = downstreamSeenAt !== null && downstreamSeenAt >= alert.changedAt;
    // Its word of the arrival may have come before the one of the passage.
    const arrivedAt = heard ? Math.max(at, downstreamSeenAt) : null;
    if (here && arrivedAt !== null && arrivedAt <= endsAt) return climb(alert, 2, { ...telling, at: arrivedAt });
    if (at <= endsAt) return { alert, transition: null };
    // Not heard of in all the lag: it stands there as far as anybody knows, and a gap is not a state.
    return here && !heard ? climb(alert, 2, { ...telling, at: endsAt }) : stepDown(alert, 0, { ...telling, at: endsAt });
  }
  return here ? { alert, transition: null } : stepDown(alert, 0, telling);
}

/** When the lag of a waiting sequence ends; null when none is waiting. */
export const lagEndsAt = ({ step, changedAt }: Alert, withinMs: number): number | null => (step === 1 ? changedAt + withinMs : null);

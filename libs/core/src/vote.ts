import type { Alert, Evidence } from './alert.ts';
import type { GaugeId } from './gauge.ts';
import type { VoteRule } from './rule.ts';
import type { Sighting } from './sight.ts';

/** A gauge that may vote: how its alert of the counted rule stands, and its newest usable reading. */
export interface Voter {
  readonly gauge: GaugeId;
  readonly alert: Alert | undefined;
  readonly newest: Evidence | undefined;
}

/** How the votes stand: for; cannot tell; and of those, how many were for when they were last heard. */
export interface Tally {
  readonly yes: number;
  readonly unknown: number;
  readonly lastYes: number;
  readonly of: number;
}

/**
 * Counts gauges whose alert stands at the step or higher. One without a recent reading has no vote, whatever its alert said last: it does not
 * raise, and it holds what it said last, for a gap is not a state.
 */
export function tally(
  voters: readonly Voter[],
  {
    step,
    at,
    greatestAgeMs,
    status,
  }: { readonly step: number; readonly at: number; readonly greatestAgeMs: number; readonly status: Alert['status'] },
): Tally {
  let yes = 0;
  let unknown = 0;
  let lastYes = 0;
  for (const { alert, newest } of voters) {
    const stands = alert?.state === 'raised' && alert.step >= step && alert.status === status;
    if (newest && at - newest.at <= greatestAgeMs) {
      if (stands) yes += 1;
    } else {
      unknown += 1;
      if (stands) lastYes += 1;
    }
  }
  return { yes, unknown, lastYes, of: voters.length };
}

/** What a vote rule sees: reached by the votes for, held by those and the gauges that fell silent while they were for. */
export function sightVote(rule: VoteRule, { yes, lastYes }: Tally, at: number): Sighting {
  return { at, step: reached(rule, yes), held: reached(rule, yes + lastYes), broken: false };
}

const reached = ({ steps }: VoteRule, votes: number): number =>
  steps.reduce((step, { atLeast }, index) => (votes >= atLeast ? index + 1 : step), 0);

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

/** How the votes stand: for, and cannot tell. */
export interface Tally {
  readonly yes: number;
  readonly unknown: number;
  readonly of: number;
}

/**
 * Counts gauges whose alert stands at the step or higher. One without a recent reading has no vote, whatever its alert said last: it does not
 * raise and does not let go down, for a gap is not a state.
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
  for (const { alert, newest } of voters) {
    if (!newest || at - newest.at > greatestAgeMs) unknown += 1;
    else if (alert && alert.state === 'raised' && alert.step >= step && alert.status === status) yes += 1;
  }
  return { yes, unknown, of: voters.length };
}

/** What a vote rule sees: reached by the votes for, held by those and the ones that cannot tell. */
export function sightVote(rule: VoteRule, { yes, unknown }: Tally, at: number): Sighting {
  return { at, step: reached(rule, yes), held: reached(rule, yes + unknown), broken: false };
}

const reached = ({ steps }: VoteRule, votes: number): number =>
  steps.reduce((step, { atLeast }, index) => (votes >= atLeast ? index + 1 : step), 0);

import type { Gauge } from './gauge.ts';
import type { Reason } from './reason.ts';
import type { BandRule, RiseRule, SequenceRule } from './rule.ts';
import type { Tally } from './vote.ts';

/** How fast it rose. */
export const riseVerdict = ({ windowMs, quantity }: RiseRule, perHour: number): Reason => ({
  kind: 'rise',
  minutes: Math.round(windowMs / 60_000),
  perHour,
  quantity,
});

/** How many people went by. */
export const flowVerdict = ({ windowMs }: BandRule, perMinute: number): Reason => ({
  kind: 'flow',
  minutes: Math.round(windowMs / 60_000),
  perMinute,
});

/** How the votes stood. */
export const voteVerdict = ({ yes, unknown, of }: Tally): Reason => ({ kind: 'votes', yes, unknown, of });

/** Where the water was, from the upper gauge's point of view. */
export function sequenceVerdict({ steps, withinMs }: SequenceRule, { name: upstream }: Gauge, from: number, to: number): Reason {
  if (to === 1) return { kind: 'passed', upstream, name: steps[0].name };
  if (to === 2) return { kind: 'arrived', upstream, name: steps[1].name };
  return from === 1 ? { kind: 'notFollowed', upstream, minutes: Math.round(withinMs / 60_000) } : { kind: 'below', name: steps[1].name };
}

import type { Delivery, Outcome } from './delivery.ts';

/**
 * Whether the other side puts these recipients off and says so for the first time, as a greylist does to everybody. That is the answer of somebody who
 * is alive, and the next try will tell. A delivery may have been tried before in other ways: its relay was away, or this process died on it.
 */
export function isFirstPutOff({ attempts, lastReason }: Pick<Delivery, 'attempts' | 'lastReason'>, outcome: Outcome): boolean {
  if (outcome.kind !== 'retry' || outcome.ofRecipients !== true) return false;
  return attempts === 1 || statusIn(outcome.reason) !== statusIn(lastReason);
}

/** The reply and its enhanced status (RFC 3463), `450 4.2.0`: the words behind them may count the seconds or number the session. */
const statusIn = (reason: string): string => /\b4\d\d(?:[ -]4(?:\.\d{1,3}){2})?/.exec(reason)?.[0] ?? '';

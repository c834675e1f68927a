import type { Alert } from './alert.ts';
import type { Rule } from './rule.ts';
import type { Watched } from './rule-index.ts';

/**
 * Raised alerts that stood because the alert `of` did, and stand no more now that it was reset: sequences whose water had arrived by it, and
 * votes that lack its voice. Asked right after the reset; `watched` is the gauge of `of`.
 */
export function followersOf(
  { sequences, votes }: Pick<Watched, 'sequences' | 'votes'>,
  of: string,
  alertOf: (key: string) => Alert | undefined,
): readonly { readonly rule: Rule; readonly key: string }[] {
  const arrived = sequences.filter(({ key, nextKey }) => nextKey === of && alertOf(key)?.step === 2);
  const outvoted = votes.filter(({ rule, key, voters, step }) => {
    const own = alertOf(key);
    if (!own || own.step === 0 || voters.every((voter) => voter.key !== of)) return false;
    const stands = (voter: string): boolean => {
      const alert = alertOf(voter);
      return alert?.state === 'raised' && alert.step >= step && alert.status === own.status;
    };
    return voters.filter((voter) => stands(voter.key)).length < (rule.steps[own.step - 1]?.atLeast ?? 0);
  });
  return [...arrived, ...outvoted];
}

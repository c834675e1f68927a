import type { Alert, Transition } from './alert.ts';

/**
 * Since when everything is planned and nothing is sent, and why. After a backup was put back nobody knows what was sent in the time that it does
 * not remember; a person looks first (F20).
 */
export interface DispatchHold {
  readonly heldAt: number;
  readonly why: string;
  /** Null while it holds. */
  readonly released: { readonly at: number; readonly by: string; readonly why: string } | null;
}

/** Why a word from before the release is not sent any more. */
export const OUTDATED_WHY = '配信を止めている間に状況が変わったため送っていません';

/** Whether a word was issued before a release, and has to be looked at before it goes out. */
export const isFromBefore = (hold: DispatchHold | null, { issuedAt }: { readonly issuedAt: number }): boolean =>
  hold?.released !== null && hold?.released !== undefined && issuedAt < hold.released.at;

/**
 * Whether a word from before the release would say what is not so any more. Of what moved an alert only the newest move is told; an all-clear is,
 * also where nobody knows whether the rise went out before the copy was put back, for the lack of it would be the worse mistake.
 */
export function isOutdated(
  { kind, alertId: of }: Pick<Transition, 'kind' | 'alertId'>,
  {
    movedSince,
    raised,
  }: {
    /** Whether the alert of the same rule and gauge moved again after it. */
    readonly movedSince: boolean;
    /** The alert of the rule and gauge as it is, by its episode; null when it is quiet. */
    readonly raised: (Pick<Alert, 'acknowledgedBy'> & { readonly id: string }) | null;
  },
): boolean {
  switch (kind) {
    case 'raised':
    case 'climbed':
    case 'steppedDown':
    case 'cleared':
    case 'reset':
      return movedSince;
    case 'escalated':
      return raised?.id !== of || raised.acknowledgedBy !== null;
    // The next one comes by itself.
    case 'reminded':
    case 'called':
      return true;
    case 'parked':
    case 'asked':
      return false;
  }
}

import { BACKOFF_FIRST_MS, backoffMs } from './backoff.ts';
import { type Delivery, deliveryId, derivedUuid, type Outcome } from './delivery.ts';
import { type Settlement, SPLIT_REASON } from './ledger.ts';
import { OUTDATED_WHY } from './dispatch-hold.ts';
import { homesPart } from './homes.ts';
import { isOrderTransitionId } from './order.ts';
import { QUOTA_WHY } from './stand-in.ts';
import { chunkName } from './plan.ts';
import { MERGED_WHY } from './restrain.ts';

/** A longer "come back after" is not believed: one absurd header must not silence a warning. */
const AFTER_MS_MAX = 15 * 60_000;
/** When the next wait would outlast the words, one last try is made this long before they expire. */
const LAST_TRY_MS = 2_000;

type Attempted = Pick<Delivery, 'id' | 'attempts' | 'firstAttemptAt' | 'expiresAt' | 'lastReason'>;

/** What must not be attempted any more, and how it ends; null when it may be attempted. Asked after every claim. */
export function settleUnsent(
  delivery: Attempted,
  { now, repeatSafeMs }: { readonly now: number; readonly repeatSafeMs: number },
): Settlement | null {
  const { expiresAt, firstAttemptAt, lastReason } = delivery;
  if (expiresAt <= now) return ended(delivery, 'expired', now, because('伝える期限を過ぎました', lastReason));
  // A crash leaves no word on what became of an attempt. So every earlier attempt counts as one that may have been accepted, and
  // after this time the other side would take a repeat for a new message (D§3.2.3): only a person may decide.
  if (firstAttemptAt !== null && now - firstAttemptAt >= repeatSafeMs) {
    return ended(
      delivery,
      'dead',
      now,
      because('届いたか分からないまま安全に再送できる時間を過ぎました。担当者が判断してください', lastReason),
    );
  }
  return null;
}

/**
 * How one attempt leaves a delivery. Accepted and refused are final. Several recipients that were refused together are tried again in two
 * halves, until the bad one stands alone (F56). Everything else is queued again, for as long as the words help and a repeat is safe.
 */
export function settle({
  delivery,
  outcome,
  now,
  repeatSafeMs,
  random,
}: {
  readonly delivery: Delivery;
  readonly outcome: Outcome;
  readonly now: number;
  readonly repeatSafeMs: number;
  readonly random: () => number;
}): Settlement {
  switch (outcome.kind) {
    case 'sent':
      return { ...ended(delivery, 'sent', now, outcome.duplicate ? '以前の試行で受け付け済み' : ''), receipt: outcome.receipt };
    case 'refused': {
      if (outcome.scope === 'message' || delivery.recipients.length < 2) return ended(delivery, 'refused', now, outcome.reason);
      return { ...ended(delivery, 'refused', now, SPLIT_REASON), parts: halves(delivery, now) };
    }
    case 'closed':
      // Nothing left the house: it keeps its place in the queue until the channel opens again.
      return (
        settleUnsent({ ...delivery, lastReason: outcome.reason }, { now, repeatSafeMs }) ?? {
          ...queued(delivery, now, now, outcome.reason),
          ...asUntried(delivery),
        }
      );
    case 'retry': {
      const over = settleUnsent({ ...delivery, lastReason: outcome.reason }, { now, repeatSafeMs });
      if (over) return over;
      const dueAt = nextTryAt({ delivery, now, afterMs: outcome.afterMs ?? 0, random });
      if (dueAt >= delivery.expiresAt) return ended(delivery, 'expired', now, because(TOO_LATE_WHY, outcome.reason));
      // That a domain puts somebody off is counted: the second time says more about it than the first (`isFirstPutOff`).
      const isUntried = !outcome.unknown && outcome.ofRecipients !== true;
      return { ...queued(delivery, now, dueAt, outcome.reason), ...(isUntried && asUntried(delivery)) };
    }
  }
}

/** Puts a claimed delivery back without an attempt: its turn has not come yet, or the process is ending. */
export const settleUntouched = (
  delivery: Attempted & Pick<Delivery, 'transitionId'>,
  { now, dueAt }: { readonly now: number; readonly dueAt: number },
): Settlement => ({ ...queued(delivery, now, dueAt, delivery.lastReason), ...asUntried(delivery) });

/**
 * Words of an order that certainly nobody has are as untried as they were, so that what a correction takes back meanwhile stays unsaid (F68). Of an
 * alert every claim counts: what of it waited from the first and what was put off is told apart by that.
 */
const asUntried = ({ transitionId }: Pick<Delivery, 'transitionId'>): Pick<Settlement, 'unclaimed'> =>
  isOrderTransitionId(transitionId) ? { unclaimed: true } : {};

/** Ends an all-clear that stopped being true before it was told: after a newer warning it would only mislead. */
export const settleUntrue = (delivery: Attempted, now: number): Settlement =>
  ended(delivery, 'expired', now, '再び警戒すべき状態になったため、この知らせは送りません');

/** Ends a delivery whose people have all left since it was planned (F62). */
export const settleLeft = (delivery: Attempted, now: number): Settlement =>
  delivery.attempts > 1
    ? // An earlier attempt may have arrived: that is not held back, and it is not repeated.
      ended(delivery, 'expired', now, because('届いたか分からないまま、宛先の方が全員、配信をやめました', delivery.lastReason))
    : ended(delivery, 'suppressed', now, because('送る前に、宛先の方が全員、配信をやめました', delivery.lastReason));

/** Ends a notice that waited for its interval and whose place a later one has taken. */
export const settleMerged = (delivery: Attempted, now: number): Settlement => ended(delivery, 'suppressed', now, MERGED_WHY);

/** Ends words from before dispatch was released that say what is not so any more (F20). */
export const settleOutdated = (delivery: Attempted, now: number): Settlement => ended(delivery, 'suppressed', now, OUTDATED_WHY);

/** Ends words that give way so that what is left of the month's plan stays for orders. */
export const settleOverQuota = (delivery: Attempted, now: number): Settlement => ended(delivery, 'suppressed', now, QUOTA_WHY);

/** How words end that would go again only when they help nobody any more. */
const TOO_LATE_WHY = '次に試せる前に伝える期限を過ぎます';

/**
 * Whether the people of a delivery may have it, now or soon: it was accepted, nobody knows, or it is still under way. Of one that was too late,
 * refused or held back in the end, an attempt may have arrived unless that was the first.
 */
export function mayHaveArrived({ state, attempts, lastReason }: Pick<Delivery, 'state' | 'attempts' | 'lastReason'>): boolean {
  switch (state) {
    case 'queued':
    case 'sending':
    case 'sent':
    case 'dead':
    case 'closed':
      return true;
    case 'expired':
      return attempts > 1 || lastReason.startsWith(TOO_LATE_WHY);
    case 'refused':
    case 'suppressed':
      return attempts > 1;
  }
}

function nextTryAt({
  delivery,
  now,
  afterMs,
  random,
}: {
  readonly delivery: Attempted & Pick<Delivery, 'transitionId'>;
  readonly now: number;
  readonly afterMs: number;
  readonly random: () => number;
}): number {
  const { attempts, firstAttemptAt, lastReason, transitionId } = delivery;
  const failedBefore = isOrderTransitionId(transitionId) && lastReason !== '';
  const tries = failedBefore ? Math.max(attempts, triesIn(now - (firstAttemptAt ?? now))) : attempts;
  const backoffAt = now + backoffMs({ tries, random });
  const lastTryAt = delivery.expiresAt - LAST_TRY_MS;
  const ownAt = lastTryAt > now ? Math.min(backoffAt, lastTryAt) : backoffAt;
  return Math.max(ownAt, now + Math.min(afterMs, AFTER_MS_MAX));
}

/** How many tries fit into a time when each wait is twice the one before: those that counted for nothing wait longer and longer as well. */
const triesIn = (ms: number): number => 1 + Math.floor(Math.log2(1 + Math.max(ms, 0) / BACKOFF_FIRST_MS));

/** Two deliveries in place of one. Other recipients are another delivery with another key, never the old key with fewer people. */
function halves(delivery: Delivery, now: number): readonly Delivery[] {
  const middle = Math.ceil(delivery.recipients.length / 2);
  return [delivery.recipients.slice(0, middle), delivery.recipients.slice(middle)].map((recipients, half) => {
    const homes = delivery.homes && (half === 0 ? homesPart(delivery.homes, 0, middle) : homesPart(delivery.homes, middle));
    const id = deliveryId(delivery.messageId, delivery.channel, chunkName(recipients));
    return {
      ...delivery,
      id,
      recipients,
      retryKey: derivedUuid(`${delivery.retryKey}/${id}`),
      state: 'queued',
      attempts: 0,
      dueAt: now,
      firstAttemptAt: null,
      settledAt: null,
      lastReason: '',
      receipt: '',
      ...(homes && { homes }),
    };
  });
}

const because = (what: string, why: string): string => (why === '' ? what : `${what}（${why}）`);

const ended = (
  { id, attempts }: Pick<Delivery, 'id' | 'attempts'>,
  state: 'sent' | 'refused' | 'expired' | 'dead' | 'suppressed',
  at: number,
  reason: string,
): Settlement => ({ id, attempt: attempts, state, at, dueAt: at, reason, receipt: '' });

const queued = ({ id, attempts }: Pick<Delivery, 'id' | 'attempts'>, at: number, dueAt: number, reason: string): Settlement => ({
  id,
  attempt: attempts,
  state: 'queued',
  at,
  dueAt,
  reason,
  receipt: '',
});

import type { Delivery, Lane } from './delivery.ts';

/** What a channel's plan allows in this month, counted in messages to one person each. */
export interface Quota {
  readonly limit: number;
  readonly used: number;
}

/**
 * Share of the month's plan that is kept for orders and for words of level 3 and above (D§3.3). A city that orders evacuation tells everybody
 * about three times (order, update, lifting); a plan that is cut for a whole month of facts leaves about as much in its last third.
 */
const QUOTA_RESERVE = 0.3;
/** Shares of the plan at which staff is told. */
const QUOTA_ALARMS = [0.95, 0.8] as const;
/** From this level on nothing is held back for the sake of the plan. */
const LEVEL_MIN = 3;
/**
 * What the heartbeat leaves of the plan: the reserve, and as much again and more for the facts of a wet month. Hourly beats to one person are 744
 * in a month, more than the smallest plan has.
 */
const TEST_LEAVES = 0.65;
/** Lanes that give way, and what they leave of the plan: staff are few, and orders are what it is kept for. */
const LEFT_BY: Readonly<Partial<Record<Lane, number>>> = { flood: QUOTA_RESERVE, congestion: QUOTA_RESERVE, test: TEST_LEAVES };

/** Whether a delivery has to give way so that what is left of the plan stays for orders; never when the plan has no ceiling (`null`). */
export function isOverQuota(
  quota: Quota | null,
  { lane, recipients }: Pick<Delivery, 'lane' | 'recipients'>,
  { level = null }: { readonly level?: number | null },
): boolean {
  const left = LEFT_BY[lane];
  if (!quota || left === undefined || (level !== null && level >= LEVEL_MIN)) return false;
  return quota.limit - quota.used - recipients.length < quota.limit * left;
}

/** What staff should know of the plan, in a sentence; null while there is enough. */
export function quotaWarning(quota: Quota | null): string | null {
  if (!quota) return null;
  const { limit, used } = quota;
  const share = limit === 0 ? 1 : used / limit;
  const left = Math.max(0, limit - used).toLocaleString('en-US');
  if (QUOTA_ALARMS.every((alarm) => share < alarm)) {
    if (limit - used >= limit * QUOTA_RESERVE) return null;
    return `今月LINEで送れるのはあと${left}通です。避難情報のために取っておき、混雑や水位の知らせはLINEでは送っていません`;
  }
  const percent = Math.floor(share * 100);
  return `今月LINEで送れる数の${percent}%を使いました（あと${left}通）。避難情報のために取っておき、混雑や水位の知らせはLINEでは送っていません。契約の変更を急いでください`;
}

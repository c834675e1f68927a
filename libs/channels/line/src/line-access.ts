import { HTTPFetchError } from '@line/bot-sdk';
import type { messagingApi } from '@line/bot-sdk';
import { LineApi, LineUnreached } from './line-api.ts';
import type { LineApiSettings } from './line-api.ts';
import { quotaOf } from './line-quota.ts';

export type LineAccess =
  /** `left` is what the month still allows; null when the plan has no ceiling (D§3.3). */
  | { readonly kind: 'open'; readonly account: string; readonly left: number | null }
  /** The token or the plan does not let us send: a person has to act. */
  | { readonly kind: 'closed'; readonly reason: string }
  /** LINE did not answer; it says nothing about the token. */
  | { readonly kind: 'unreached'; readonly reason: string };

/** Asks LINE who we are and how much we may still send. Sends nothing; for the check at start-up and once a day. */
export async function verifyLineAccess(settings: LineApiSettings): Promise<LineAccess> {
  const api = new LineApi(settings);
  try {
    const [info, quota, used] = await Promise.all([
      api.call((client) => client.getBotInfo()),
      api.call((client) => client.getMessageQuota()),
      api.call((client) => client.getMessageQuotaConsumption()),
    ]);
    return accessOf(info, quota, used);
  } catch (error) {
    if (error instanceof LineUnreached) return { kind: 'unreached', reason: error.message };
    if (!(error instanceof HTTPFetchError)) throw error;
    const { status, body } = error;
    return { kind: status === 401 || status === 403 ? 'closed' : 'unreached', reason: `${status} ${body.slice(0, REASON_CHARS_MAX)}` };
  } finally {
    await api.close();
  }
}

/** What is kept of an answer for the people who read the reason. */
const REASON_CHARS_MAX = 200;

/** The SDK hands on whatever JSON it was answered, or null: its types are a wish. */
function accessOf(
  info: Partial<messagingApi.BotInfoResponse> | null,
  quota: Partial<messagingApi.MessageQuotaResponse> | null,
  used: Partial<messagingApi.QuotaConsumptionResponse> | null,
): LineAccess {
  const account = info?.displayName;
  const plan = quotaOf(quota, used);
  if (account === undefined || plan === 'unknown') return { kind: 'unreached', reason: "not LINE's answer" };
  return { kind: 'open', account, left: plan && Math.max(0, plan.limit - plan.used) };
}

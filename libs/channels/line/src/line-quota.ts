import { HTTPFetchError } from '@line/bot-sdk';
import type { messagingApi } from '@line/bot-sdk';
import type { Quota } from '#core';
import { type LineApi, LineUnreached } from './line-api.ts';

/** What the plan of an account allows in this month and how much of it is used (D§3.3); null without a ceiling, `unknown` when LINE does not say. */
export async function askQuota(api: LineApi): Promise<Quota | null | 'unknown'> {
  try {
    const [plan, used] = await Promise.all([
      api.call((client) => client.getMessageQuota()),
      api.call((client) => client.getMessageQuotaConsumption()),
    ]);
    return quotaOf(plan, used);
  } catch (error) {
    if (error instanceof LineUnreached || error instanceof HTTPFetchError) return 'unknown';
    throw error;
  }
}

/** The SDK hands on whatever JSON it was answered, or null: its types are a wish. */
export function quotaOf(
  plan: Partial<messagingApi.MessageQuotaResponse> | null,
  used: Partial<messagingApi.QuotaConsumptionResponse> | null,
): Quota | null | 'unknown' {
  if (plan?.type === 'none') return null;
  const { value } = plan ?? {};
  const totalUsage = used?.totalUsage;
  return value === undefined || totalUsage === undefined ? 'unknown' : { limit: value, used: totalUsage };
}

import { HTTPFetchError } from '@line/bot-sdk';
import type { messagingApi } from '@line/bot-sdk';
import { carries, Channel, seenData } from '#core';
import type { Contact, Delivery, Message, OperationStatus, Outcome, Quota } from '#core';
import { CONNECTIONS_MAX } from './bound-http.ts';
import { lineMessage, TEXT_UNITS_MAX } from './line-message.ts';
import { LineApi, LineUnreached } from './line-api.ts';
import type { LineApiSettings } from './line-api.ts';
import { askQuota } from './line-quota.ts';
import { outcomeOfAnswer, outcomeOfFailure } from './line-outcome.ts';

export interface LineChannelSettings<S extends OperationStatus> extends LineApiSettings {
  /** What the account behind the token is for. Deliveries of another status are refused, so a drill cannot leak (promise 7, F67). */
  readonly status: S;
  /** What it carries besides: real life's account carries the heartbeat. */
  readonly also?: readonly S[];
}

const HOUR_MS = 3_600_000;

/** LINE as a way to people: multicast of one message to up to 500 ids, repeated under one retry key. */
export class LineChannel<S extends OperationStatus = OperationStatus> extends Channel<S> {
  readonly name = 'line';
  readonly statuses: readonly S[];
  /** Ids in one multicast (D§3.1). */
  readonly chunkMax = 500;
  readonly inFlightMax = CONNECTIONS_MAX;
  /** The multicast row of D§3.3. */
  readonly perSecondMax = 200;
  /** LINE forgets a retry key after 24 hours; two hours are kept for clocks and for the last attempt (D§3.2). */
  readonly repeatSafeMs = 22 * HOUR_MS;

  private readonly api: LineApi;

  constructor({ status, also = [], ...api }: LineChannelSettings<S>) {
    super();
    this.statuses = [status, ...also];
    this.api = new LineApi(api);
  }

  /** One multicast under the delivery's key. Every answer of D§3.4 and every silence becomes an outcome; resolves within 15 s. */
  async attempt(delivery: Delivery<S>, message: Message<S>, contacts: readonly Contact[]): Promise<Outcome> {
    if (!carries(this, { delivery, message })) return refused(`this LINE account is for ${this.statuses.join()} only`);
    const shown = lineMessage(message, seenData(delivery));
    if (shown.type === 'text' && shown.text.length > TEXT_UNITS_MAX)
      return refused(`the text has ${shown.text.length} UTF-16 units, LINE takes ${TEXT_UNITS_MAX}`);

    // Never silent: `notificationDisabled` would let a level 4 pass unheard at night (D§3.1).
    const multicast: messagingApi.MulticastRequest = { to: contacts.map(({ address }) => address), messages: [shown] };
    try {
      // The key goes with the first attempt already (D§3.2).
      return outcomeOfAnswer(await this.api.call((client) => client.multicastWithHttpInfo(multicast, delivery.retryKey)));
    } catch (error) {
      if (error instanceof HTTPFetchError || error instanceof LineUnreached) return outcomeOfFailure(error);
      throw error;
    }
  }

  override quota(): Promise<Quota | null | 'unknown'> {
    return askQuota(this.api);
  }

  close(): Promise<void> {
    return this.api.close();
  }
}

const refused = (reason: string): Outcome => ({ kind: 'refused', reason, scope: 'message' });

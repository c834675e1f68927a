import { carries, Channel, type Clock, type Contact, type Delivery, type Message, type OperationStatus, type Outcome } from '#core';
import type { GuardedHttp } from './guarded-http.ts';
import { InnerAddress } from './inner-address.ts';
import { signatureOf } from './signature.ts';
import { webhookBody } from './webhook-body.ts';

export interface WebhookChannelSettings<S extends OperationStatus> {
  /** Deliveries of another status are refused (promise 7, F67). */
  readonly status: S;
  /** The secret that was handed to a receiver when it was added. */
  readonly secretOf: (recipient: string) => Uint8Array;
  /** Names inside the city's own network that may be called; none unless the settings say so. */
  readonly innerHosts?: readonly string[];
  readonly clock: Clock;
  /** For one attempt; 10 s (F61). */
  readonly attemptMs?: number;
}

const ATTEMPT_MS = 10_000;
/** What a receiver may say; the rest is not read (F61). */
const ANSWER_BYTES_MAX = 64 * 1024;
const REASON_CHARS_MAX = 200;
const HOUR_MS = 3_600_000;

/**
 * Signed web hooks to neighbour systems (Standard Webhooks 1.0). One receiver per delivery; the id is the same at every attempt, so a receiver that
 * remembers ids takes each message once. Reaches no inner address and follows no redirect.
 */
export class WebhookChannel<S extends OperationStatus = OperationStatus> extends Channel<S> {
  readonly name = 'webhook';
  readonly statuses: readonly S[];
  readonly chunkMax = 1;
  readonly inFlightMax = 16;
  readonly perSecondMax = 100;
  /** Receivers know a repeat by its id for as long as they like; messages themselves live no longer. */
  readonly repeatSafeMs = 22 * HOUR_MS;

  readonly #settings: WebhookChannelSettings<S>;
  readonly #innerHosts: ReadonlySet<string>;
  #http: Promise<GuardedHttp> | null = null;

  constructor(settings: WebhookChannelSettings<S>) {
    super();
    this.#settings = settings;
    this.statuses = [settings.status];
    this.#innerHosts = new Set(settings.innerHosts);
  }

  async attempt(delivery: Delivery<S>, message: Message<S>, contacts: readonly Contact[]): Promise<Outcome> {
    const { secretOf, clock, attemptMs = ATTEMPT_MS } = this.#settings;
    if (!carries(this, { delivery, message })) return refused(`this web hook is for ${this.statuses.join()} only`, 'message');
    const url = contacts[0]!.address;
    const signed = { id: delivery.retryKey, timestampS: Math.floor(clock.now() / 1_000), body: webhookBody(message) };
    const signal = AbortSignal.timeout(attemptMs);
    try {
      const http = await (this.#http ??= this.#open());
      const answer = await http.request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Sonae',
          'webhook-id': signed.id,
          'webhook-timestamp': String(signed.timestampS),
          'webhook-signature': signatureOf(signed, secretOf(delivery.recipients[0]!)),
        },
        body: signed.body,
        signal,
        headersTimeout: attemptMs,
        bodyTimeout: attemptMs,
      });
      // Once the head is there, what follows changes nothing: an endless body is cut off, not believed.
      answer.body.dump({ limit: ANSWER_BYTES_MAX, signal }).catch(() => undefined);
      return outcomeOf(answer.statusCode, answer.headers['retry-after']);
    } catch (cause) {
      return outcomeOfFailure(cause);
    }
  }

  async close(): Promise<void> {
    const http = await this.#http;
    await http?.close();
  }

  /** Few cities have a neighbour that wants web hooks: the HTTP client is loaded for the first of them. */
  async #open(): Promise<GuardedHttp> {
    try {
      const { GuardedHttp } = await import('./guarded-http.ts');
      return new GuardedHttp(this.#innerHosts);
    } catch (cause) {
      this.#http = null;
      throw cause;
    }
  }
}

/** What the head of an answer means. A redirect is followed nowhere: whoever moved tells us the new address. */
function outcomeOf(status: number, retryAfter: string | string[] | undefined): Outcome {
  if (status >= 200 && status < 300) return { kind: 'sent', receipt: String(status), duplicate: false };
  if (status >= 300 && status < 400) return refused(`HTTP ${status}：転送先へは送りません。受け口の URL を登録し直してください`);
  if (status === 410) return refused('HTTP 410：受け口が廃止されました');
  if (ABOUT_THE_WORDS.has(status)) return refused(`HTTP ${status}`);
  const afterMs = Number(retryAfter) * 1_000;
  return { kind: 'retry', reason: `HTTP ${status}`, unknown: status >= 500, ...(afterMs > 0 && { afterMs }) };
}

/** These words will never be taken. All other refusals (401, 404, …) are also what a receiver says while it is being renewed. */
const ABOUT_THE_WORDS: ReadonlySet<number> = new Set([400, 413, 415, 422]);

function outcomeOfFailure(cause: unknown): Outcome {
  const { name, message, code = name, cause: deeper } = cause as Error & { readonly code?: string };
  const guard = [cause, deeper].find((each) => each instanceof InnerAddress);
  if (guard) return refused(`${guard.message}。外部の受け口だけに送ります`);
  return { kind: 'retry', reason: `${code} ${message}`.slice(0, REASON_CHARS_MAX), unknown: !NEVER_LEFT.has(code) };
}

/** Failures before the first byte of the request. */
const NEVER_LEFT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

const refused = (reason: string, scope: 'message' | 'recipients' = 'recipients'): Outcome => ({ kind: 'refused', reason, scope });

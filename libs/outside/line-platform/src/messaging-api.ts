import type { History, PlatformRequest } from './history.ts';
import { problemsOf } from './message-rules.ts';
import type { Problem } from './problem.ts';
import { RichMenus } from './rich-menus.ts';
import { RateBucket } from './rate-bucket.ts';
import { isRetryKey, RetryKeys } from './retry-keys.ts';

/** Somebody who added the account. */
export interface LineUser {
  readonly userId: string;
  readonly displayName: string;
  /** May be absent on the real platform too (D§3.5). */
  readonly language?: string;
  /** Blocked the account: calls succeed and nothing arrives (D§3.2). */
  readonly blocked?: boolean;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer | 'tooLarge';
}

export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly acceptedRequestId?: string;
  readonly verdict: PlatformRequest['verdict'];
  readonly to: readonly string[];
  readonly messages: readonly unknown[];
}

export interface MessagingApiSettings {
  readonly token: string;
  readonly now: () => number;
  readonly history: History;
  /** What the account is called in talks. */
  readonly accountName: string;
  /** Requests a second by endpoint; others 2,000 (D§3.3). */
  readonly rates: Readonly<Partial<Record<string, number>>>;
}

/** Requests a second (D§3.3). */
const RATES: Readonly<Partial<Record<string, number>>> = { multicast: 200 };
const RATE_ELSEWHERE = 2_000;

/** Ids in one multicast (D§3.1). */
const RECIPIENTS_MAX = 500;
const USER_ID = /^U[0-9a-f]{32}$/;

/** A reply token is good for about a minute (D§3.5). */
const REPLY_TOKEN_MS = 60_000;
/** Tokens that wait for their reply. */
const REPLY_TOKENS_MAX = 10_000;

/** What the Messaging API says to a call and what follows for people's talks: the part of LINE that does not depend on sockets. */
export class MessagingApi {
  readonly users = new Map<string, LineUser>();
  /** `null`: a plan without ceiling (D§3.3). */
  monthlyLimit: number | null = null;
  totalUsage = 0;
  private readonly settings: MessagingApiSettings;
  private readonly keys = new RetryKeys();
  private readonly buckets = new Map<string, RateBucket>();
  private readonly replyTokens = new Map<string, { readonly userId: string; readonly at: number }>();
  readonly menus = new RichMenus();
  private messageCount = 0;

  constructor(settings: MessagingApiSettings) {
    this.settings = settings;
  }

  grantReply(token: string, userId: string): void {
    this.replyTokens.set(token, { userId, at: this.settings.now() });
    const [oldest] = this.replyTokens.keys();
    if (this.replyTokens.size > REPLY_TOKENS_MAX && oldest !== undefined) this.replyTokens.delete(oldest);
  }

  /** Answers one call; whoever should see its messages does so from now on. */
  answer(call: Call, requestId: string): Answer {
    const endpoint = endpointOf(call.path);
    if (call.header('authorization') !== `Bearer ${this.settings.token}`)
      return refused(401, 'Authentication failed due to the invalid token');
    if (!this.bucketOf(endpoint).take(this.settings.now())) return refused(429, 'The API rate limit has been exceeded. Try again later.');
    const { method, path, body: bytes } = call;
    const menu = this.menus.answer({ method, path, contentType: call.header('content-type') ?? '', body: bytes });
    if (menu) return untouched(menu.status, menu.body);
    if (call.method === 'GET') return this.lookUp(call.path);
    if (call.method !== 'POST') return refused(405, 'Method not allowed');
    if (call.body === 'tooLarge') return refused(413, 'Request entity too large');
    if (!/^application\/json\b/i.test(call.header('content-type') ?? '')) return refused(415, 'Unsupported media type');

    const body = objectOf(call.body);
    if (body === null) return refused(400, 'The request body could not be parsed as JSON');
    const problems = problemsOf(body['messages']);
    if (problems.length > 0) return invalid(problems);
    const messages = body['messages'] as readonly unknown[];

    switch (endpoint) {
      case 'push':
      case 'multicast':
        return this.send({ endpoint, call, to: body['to'], messages, requestId });
      case 'reply':
        return this.reply({ call, token: body['replyToken'], messages, requestId });
    }
    return endpoint.startsWith('validate/') ? untouched(200, {}) : refused(404, 'Not found');
  }

  private send({
    endpoint,
    call,
    to,
    messages,
    requestId,
  }: {
    readonly endpoint: 'push' | 'multicast';
    readonly call: Call;
    readonly to: unknown;
    readonly messages: readonly unknown[];
    readonly requestId: string;
  }): Answer {
    const recipients = recipientsOf(endpoint, to);
    if (recipients === null) return refused(400, "The property, 'to', in the request body is invalid (line: -, column: -)");
    const named = { to: recipients, messages };

    const key = call.header('x-line-retry-key');
    if (key !== undefined) {
      if (!isRetryKey(key)) return { ...refused(400, 'The retry key is invalid'), ...named };
      const earlier = this.keys.find(key, this.settings.now());
      if (earlier !== null) {
        const { requestId: acceptedRequestId, sentMessages } = earlier;
        const body = { message: 'The retry key is already accepted', ...(endpoint === 'push' && { sentMessages }) };
        return { status: 409, body, acceptedRequestId, verdict: 'duplicate', ...named };
      }
    }
    if (recipients.some((userId) => !this.users.has(userId))) return { ...refused(400, 'Failed to send messages'), ...named };
    if (this.monthlyLimit !== null && this.totalUsage + recipients.length > this.monthlyLimit) {
      return { ...refused(429, 'You have reached your monthly limit.'), ...named };
    }

    this.totalUsage += recipients.length;
    const sentMessages = this.deliver(recipients, messages, requestId);
    if (key !== undefined) this.keys.keep(key, { requestId, at: this.settings.now(), sentMessages });
    return { status: 200, body: endpoint === 'push' ? { sentMessages } : {}, verdict: 'accepted', ...named };
  }

  private reply({
    call,
    token,
    messages,
    requestId,
  }: {
    readonly call: Call;
    readonly token: unknown;
    readonly messages: readonly unknown[];
    readonly requestId: string;
  }): Answer {
    if (call.header('x-line-retry-key') !== undefined) return refused(400, 'The retry key is not available for this endpoint');
    const granted = this.replyTokens.get(String(token));
    this.replyTokens.delete(String(token));
    if (granted === undefined || this.settings.now() - granted.at > REPLY_TOKEN_MS) return refused(400, 'Invalid reply token');
    const { userId } = granted;
    const sentMessages = this.deliver([userId], messages, requestId);
    return { status: 200, body: { sentMessages }, verdict: 'accepted', to: [userId], messages };
  }

  private deliver(recipients: readonly string[], messages: readonly unknown[], requestId: string): readonly { readonly id: string }[] {
    const reached = new Set(recipients.filter((userId) => this.users.get(userId)?.blocked !== true));
    this.settings.history.deliver({ at: this.settings.now(), requestId, reached, messages });
    return messages.map(() => ({ id: String((this.messageCount += 1)) }));
  }

  private lookUp(path: string): Answer {
    if (path === '/v2/bot/message/quota') {
      return untouched(200, this.monthlyLimit === null ? { type: 'none' } : { type: 'limited', value: this.monthlyLimit });
    }
    if (path === '/v2/bot/message/quota/consumption') return untouched(200, { totalUsage: this.totalUsage });
    if (path === '/v2/bot/info') {
      const { accountName: displayName } = this.settings;
      return untouched(200, { userId: `U${'0'.repeat(32)}`, basicId: '@sonae', displayName, chatMode: 'bot', markAsReadMode: 'auto' });
    }
    const user = this.users.get(/^\/v2\/bot\/profile\/([^/]+)$/.exec(path)?.[1] ?? '');
    if (user === undefined || user.blocked === true) return refused(404, 'Not found');
    const { blocked: _, ...profile } = user;
    return untouched(200, profile);
  }

  private bucketOf(endpoint: string): RateBucket {
    const known = this.buckets.get(endpoint);
    if (known !== undefined) return known;
    const bucket = new RateBucket(this.settings.rates[endpoint] ?? RATES[endpoint] ?? RATE_ELSEWHERE, this.settings.now());
    this.buckets.set(endpoint, bucket);
    return bucket;
  }
}

/** The answer of a platform that did not look: what the call named is kept for the history. */
export function leftUntouched(call: Call): Answer {
  const body = call.body === 'tooLarge' ? null : objectOf(call.body);
  const to = [body?.['to'] ?? []].flat().map(String);
  return { ...untouched(500, {}), to, messages: [body?.['messages'] ?? []].flat() };
}

const ENDPOINT = /^\/v2\/bot\/message\/(push|multicast|reply|validate\/(?:push|multicast|reply|narrowcast|broadcast))$/;

/** `push`, `multicast`, `reply`, `validate/…`; everything else shares one name, so that nobody can fill the memory with buckets. */
export const endpointOf = (path: string): string => ENDPOINT.exec(path)?.[1] ?? 'other';

function recipientsOf(endpoint: 'push' | 'multicast', to: unknown): readonly string[] | null {
  const list: readonly unknown[] = endpoint === 'push' ? [to] : Array.isArray(to) ? to : [];
  if (list.length === 0 || list.length > RECIPIENTS_MAX) return null;
  return list.every((id): id is string => typeof id === 'string' && USER_ID.test(id)) ? list : null;
}

function objectOf(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const untouched = (status: number, body: object): Answer => ({ status, body, verdict: 'untouched', to: [], messages: [] });
const refused = (status: number, message: string): Answer => ({ status, body: { message }, verdict: 'refused', to: [], messages: [] });
const invalid = (details: readonly Problem[]): Answer => ({
  status: 400,
  body: { message: `The request body has ${details.length} error(s)`, details },
  verdict: 'refused',
  to: [],
  messages: [],
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FaultScript, faultOf } from './faults.ts';
import type { FaultKind } from './faults.ts';
import { History } from './history.ts';
import type { InboxMessage, PlatformRequest } from './history.ts';
import { endpointOf, leftUntouched, MessagingApi } from './messaging-api.ts';
import type { Answer, Call, LineUser } from './messaging-api.ts';
import { phoneActOf } from './phone-act.ts';
import type { PhonePlace } from './phone-keys.ts';
import { phonePage, phonePageHeaders } from './phone-page.ts';
import type { RichMenus } from './rich-menus.ts';
import { bodyOf, writeAnswer } from './transfer.ts';
import { postWebhook, ulidOf } from './webhook-sender.ts';
import type { WebhookAnswer, WebhookEvent } from './webhook-sender.ts';

export interface LinePlatformSettings {
  readonly port: number;
  readonly host?: string;
  readonly token: string;
  /** Channel secret that signs the webhooks. */
  readonly secret: string;
  readonly now?: () => number;
  /** What the account is called on people's phones. */
  readonly accountName?: string;
  /** Requests a second by endpoint, where they differ from D§3.3. */
  readonly rates?: Readonly<Partial<Record<string, number>>>;
  /** How many calls are remembered; the oldest go first. */
  readonly callsMax?: number;
  /** Every call is appended to this file, one JSON object a line, before it is answered. */
  readonly historyFile?: string;
  /** Told of every call that carries messages before it is answered, for whoever counts more of them than are remembered. */
  readonly onCall?: (call: PlatformRequest) => void;
  /** Places that the page offers to send. */
  readonly places?: readonly PhonePlace[];
  /** How late a `slowAnswer` is. */
  readonly slowMs?: number;
}

/** A fan-out to a million people in chunks of 500 is 2,000 calls. */
const CALLS_MAX = 10_000;
/** LINE takes bodies of up to 2 MB (D§3.1). */
const BODY_BYTES_MAX = 2 * 1024 * 1024;
/** Longer than the ten seconds after which a sensible client gives up. */
const SLOW_MS = 15_000;
/** An event that the account does not take is told again so often, with growing pauses: a minute in all. */
const TELL_TRIES_MAX = 7;
const TELL_PAUSE_MS = 500;
/** Whoever waits for something to come about gives up after this, on a machine that may be slow and busy. */
const UNTIL_MS_MAX = 120_000;
/** A client that never finishes its request does not stay. */
const REQUEST_MS_MAX = 30_000;

/**
 * LINE as seen from outside: a real HTTP server with the Messaging API's checks, limits, retry keys and quota, scripted faults, webhooks, and a
 * page at `/` that shows residents' phones.
 */
export class LinePlatform {
  private readonly faults = new FaultScript();
  private readonly history: History;
  private readonly api: MessagingApi;
  private readonly settings: LinePlatformSettings;
  private readonly server: Server;
  private readonly now: () => number;
  private readonly late = new Set<NodeJS.Timeout>();
  private readonly watchers = new Set<() => void>();
  private serial = 0;
  private webhookUrl: string | null = null;

  private constructor(settings: LinePlatformSettings) {
    this.settings = settings;
    this.now = settings.now ?? Date.now;
    this.history = new History({ callsMax: settings.callsMax ?? CALLS_MAX, file: settings.historyFile ?? null });
    this.api = new MessagingApi({
      token: settings.token,
      now: this.now,
      history: this.history,
      accountName: this.accountName,
      rates: settings.rates ?? {},
    });
    this.server = createServer({ requestTimeout: REQUEST_MS_MAX }, (request, response) => {
      this.serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    });
  }

  /** Resolves once the port is open. */
  static async start(settings: LinePlatformSettings): Promise<LinePlatform> {
    const platform = new LinePlatform(settings);
    platform.server.listen(settings.port, settings.host ?? '127.0.0.1');
    await once(platform.server, 'listening');
    return platform;
  }

  /** Ends every connection, answered or not. */
  async stop(): Promise<void> {
    this.webhookUrl = null;
    for (const timer of this.late) clearTimeout(timer);
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Base URL of API and page. */
  get url(): string {
    const { address, family, port } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  addUser(user: LineUser): void {
    this.api.users.set(user.userId, user);
  }

  addUsers(users: Iterable<LineUser>): void {
    for (const user of users) this.addUser(user);
  }

  /** From now on the account's messages do not reach this person, and no call says so. */
  block(userId: string): void {
    const user = this.api.users.get(userId);
    if (user !== undefined) this.addUser({ ...user, blocked: true });
  }

  /** The person deleted their LINE account: calls that name the id are refused as a whole. */
  forget(userId: string): void {
    this.api.users.delete(userId);
  }

  get users(): readonly LineUser[] {
    return [...this.api.users.values()];
  }

  /** Where the account listens: from now on what people do on the page is told there, again until it is taken. */
  tellAccountAt(url: string): void {
    this.webhookUrl = url;
  }

  /** The menu that stands under every talk; null without one. */
  get menu(): RichMenus['shown'] {
    return this.api.menus.shown;
  }

  /** Messages that one month may have; null for a plan without ceiling. */
  limitMonth(messages: number | null): void {
    this.api.monthlyLimit = messages;
  }

  get totalUsage(): number {
    return this.api.totalUsage;
  }

  /** The next `count` calls that carry messages fail in this way. */
  failNext(count: number, kind: FaultKind): void {
    this.faults.failNext(count, kind);
  }

  /** Every call that carries messages fails in this way until `null` lifts it. */
  failAll(kind: FaultKind | null): void {
    this.faults.failAll(kind);
  }

  /** Calls that carry messages fail in these ways one after the other, and again from the first; null is one that goes well. */
  failInTurn(turns: readonly (FaultKind | null)[]): void {
    this.faults.failInTurn(turns);
  }

  /** Calls that carried messages, oldest first. */
  get requests(): readonly PlatformRequest[] {
    return this.history.requests;
  }

  /** What one person sees in the talk, oldest first. */
  inboxOf(userId: string): readonly InboxMessage[] {
    return this.history.inboxOf(userId);
  }

  /** Resolves when the condition holds; looked at after every call. Rejects after `withinMs`. */
  async until(condition: (platform: LinePlatform) => boolean, withinMs = UNTIL_MS_MAX): Promise<void> {
    const deadline = AbortSignal.timeout(withinMs);
    while (!condition(this)) {
      if (deadline.aborted) throw new Error(`not within ${withinMs} ms; ${this.requests.length} calls so far`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.watchers.add(resolve);
      deadline.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      this.watchers.delete(resolve);
    }
  }

  /** An event of one person, with a ULID, a reply token and this platform's time. `fields` says what happened: `message`, `postback` … */
  eventOf(userId: string, type: string, fields: Readonly<Record<string, unknown>> = {}): WebhookEvent {
    const timestamp = this.now();
    const webhookEventId = ulidOf(timestamp, (this.serial += 1));
    const replyToken = `reply-${webhookEventId}`;
    if (type !== 'unfollow') this.api.grantReply(replyToken, userId);
    return {
      type,
      source: { type: 'user', userId },
      webhookEventId,
      timestamp,
      mode: 'active',
      deliveryContext: { isRedelivery: false },
      ...(type !== 'unfollow' && { replyToken }),
      ...fields,
    };
  }

  /** Posts signed events. No events are a connectivity check (D§3.5). */
  sendWebhook(url: string, events: readonly WebhookEvent[]): Promise<WebhookAnswer> {
    return postWebhook({ url, events, secret: this.settings.secret, destination: `U${'0'.repeat(32)}` });
  }

  /** Posts the same events again, marked as redelivery under their old ULIDs, and in another order: the last one first. */
  redeliverWebhook(url: string, events: readonly WebhookEvent[]): Promise<WebhookAnswer> {
    return this.sendWebhook(
      url,
      events.toReversed().map((event) => ({ ...event, deliveryContext: { isRedelivery: true } })),
    );
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://line');
    if (request.method === 'GET' && pathname === '/') {
      const page = phonePage({
        accountName: this.accountName,
        users: this.users,
        chosen: searchParams.get('user'),
        talkOf: (id) => this.history.talkOf(id),
        menu: this.menu,
        places: this.settings.places ?? [],
      });
      response.writeHead(200, phonePageHeaders()).end(page.markup);
      return;
    }
    const body = await bodyOf(request, BODY_BYTES_MAX);
    if (request.method === 'POST' && pathname === '/phone') {
      this.actOnPhone(request, response, body);
      return;
    }
    const requestId = `00000000-0000-4000-8000-${(this.serial += 1).toString(16).padStart(12, '0')}`;
    response.setHeader('x-line-request-id', requestId);
    const header = (name: string): string | undefined => request.headers[name]?.toString();
    this.answer(response, { method: request.method ?? '', path: pathname, header, body }, requestId);
    for (const watcher of this.watchers) watcher();
  }

  /** What somebody did on the page happens: the person exists, hears or no longer hears, and the account is told. */
  private actOnPhone(request: IncomingMessage, response: ServerResponse, body: Buffer | 'tooLarge'): void {
    // Another site's page cannot send this type without asking first.
    const ours = request.headers['content-type'] === 'application/json';
    const act = ours ? phoneActOf(body, this.api.users) : null;
    const answer = (status: number, told: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(told));
    };
    if (act === null) return answer(400, { message: 'nothing that a phone does' });
    if (act.kind === 'join') {
      this.addUser(act.user);
      void this.tell(this.eventOf(act.user.userId, 'follow'));
      return answer(200, { user: act.user.userId });
    }
    const { userId, type, fields, shown } = act;
    if (type === 'follow' || type === 'unfollow') this.addUser({ ...this.api.users.get(userId)!, blocked: type === 'unfollow' });
    if (shown !== '') this.history.wrote(userId, shown, this.now());
    void this.tell(this.eventOf(userId, type, fields));
    return answer(200, {});
  }

  /** Tells the account of an event, and again when it does not take it, as LINE does. */
  private async tell(event: WebhookEvent): Promise<void> {
    for (let tries = 0; tries < TELL_TRIES_MAX && this.webhookUrl !== null; tries += 1) {
      const deliveryContext = { isRedelivery: tries > 0 };
      const answer = await this.sendWebhook(this.webhookUrl, [{ ...event, deliveryContext }]).catch(() => null);
      if (answer?.status === 200 || this.webhookUrl === null) return;
      await new Promise((next) => {
        const timer = setTimeout(
          () => {
            this.late.delete(timer);
            next(undefined);
          },
          TELL_PAUSE_MS * 2 ** tries,
        );
        this.late.add(timer);
      });
    }
  }

  private answer(response: ServerResponse, call: Call, requestId: string): void {
    const endpoint = endpointOf(call.path);
    const carriesMessages = call.method === 'POST' && endpoint !== 'other';
    const kind = carriesMessages ? this.faults.take() : null;
    const fault = kind === null ? null : faultOf(kind);
    const answer = fault === null || fault.takes ? this.api.answer(call, requestId) : leftUntouched(call);
    const told = fault?.answer ?? answer.status;
    if (carriesMessages) {
      const { verdict, to, messages } = answer;
      const retryKey = call.header('x-line-retry-key') ?? null;
      const noted: PlatformRequest = {
        at: this.now(),
        endpoint,
        retryKey,
        to,
        messages,
        verdict,
        requestId,
        answer: typeof told === 'object' ? told.status : told,
      };
      this.history.note(noted);
      this.settings.onCall?.(noted);
    }
    if (told === 'slow') this.answerLate(response, answer);
    else writeAnswer(response, answer, told);
  }

  private answerLate(response: ServerResponse, answer: Answer): void {
    const timer = setTimeout(() => {
      this.late.delete(timer);
      writeAnswer(response, answer, answer.status);
    }, this.settings.slowMs ?? SLOW_MS);
    this.late.add(timer);
  }

  private get accountName(): string {
    return this.settings.accountName ?? '防災情報';
  }
}

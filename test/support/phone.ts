import type { InboxMessage, LinePlatform, WebhookEvent } from '#outside/line-platform';

/** A machine that may be busy answers within this. */
const PATIENCE_MS = 120_000;

/** Somebody's phone with LINE: what they do there reaches the account as LINE's own platform tells it. */
export class Phone {
  readonly userId: string;
  readonly #line: LinePlatform;
  readonly #webhook: () => string;

  constructor(line: LinePlatform, userId: string, webhook: () => string) {
    this.#line = line;
    this.userId = userId;
    this.#webhook = webhook;
  }

  get inbox(): readonly InboxMessage[] {
    return this.#line.inboxOf(this.userId);
  }
  get texts(): readonly string[] {
    return this.inbox.map(({ text }) => text);
  }

  happens(type: string, fields: Readonly<Record<string, unknown>> = {}): WebhookEvent {
    return this.#line.eventOf(this.userId, type, fields);
  }
  presses(data: string): WebhookEvent {
    return this.happens('postback', { postback: { data } });
  }
  writes(text: string): WebhookEvent {
    return this.happens('message', { message: { type: 'text', text } });
  }
  sends(place: { readonly latitude: number; readonly longitude: number }): WebhookEvent {
    return this.happens('message', { message: { type: 'location', ...place } });
  }

  /** Tells the account of something and expects that it takes it, without waiting for an answer. */
  async tells(...events: readonly WebhookEvent[]): Promise<void> {
    const { status } = await this.#line.sendWebhook(this.#webhook(), events);
    if (status !== 200) throw new Error(`the account answered ${status} to LINE`);
  }

  /** Waits until the account has answered so many more times than before. Gives what was shown since. */
  async answered(act: () => Promise<unknown>, answers = 1): Promise<readonly InboxMessage[]> {
    const before = new Set(this.inbox.map(({ requestId }) => requestId));
    await act();
    const fresh = () => this.inbox.filter(({ requestId }) => !before.has(requestId));
    await this.#line.until(() => new Set(fresh().map(({ requestId }) => requestId)).size >= answers, PATIENCE_MS);
    return fresh();
  }

  /** Does one thing and waits for the answer. */
  does(event: WebhookEvent): Promise<readonly InboxMessage[]> {
    return this.answered(() => this.tells(event));
  }
}

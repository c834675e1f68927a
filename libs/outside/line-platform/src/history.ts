import { appendFileSync } from 'node:fs';
import type { SpoiltAnswer } from './faults.ts';

/** One call as the platform saw it. */
export interface PlatformRequest {
  readonly at: number;
  readonly endpoint: string;
  readonly retryKey: string | null;
  /** Ids the call named. */
  readonly to: readonly string[];
  readonly messages: readonly unknown[];
  /** `accepted`: people see it now; `duplicate`: they saw it before; `refused`: the answer says why; `untouched`: a fault came first. */
  readonly verdict: 'accepted' | 'duplicate' | 'refused' | 'untouched';
  /** What the caller got: a status, or how the answer went wrong. */
  readonly answer: number | SpoiltAnswer | 'slow';
  readonly requestId: string;
}

/** One message in somebody's talk. */
export interface InboxMessage {
  readonly at: number;
  readonly requestId: string;
  readonly message: Readonly<Record<string, unknown>>;
  /** The text, or what stands for it on a lock screen. */
  readonly text: string;
  /** Written by the person, not by the account. */
  readonly own?: boolean;
}

interface Post {
  readonly at: number;
  readonly requestId: string;
  readonly reached: ReadonlySet<string>;
  readonly messages: readonly unknown[];
}

/** What was asked of the platform and what people see, the newest `callsMax` calls of each. */
export class History {
  private readonly callsMax: number;
  private readonly file: string | null;
  private readonly calls: PlatformRequest[] = [];
  private readonly posts: Post[] = [];
  private readonly written: { readonly userId: string; readonly at: number; readonly text: string }[] = [];

  constructor({ callsMax, file }: { readonly callsMax: number; readonly file: string | null }) {
    this.callsMax = callsMax;
    this.file = file;
  }

  get requests(): readonly PlatformRequest[] {
    return this.calls;
  }

  /** The line is in the file before the caller gets its answer, so whoever is killed next, the file knows what people saw. */
  note(call: PlatformRequest): void {
    if (this.file !== null) appendFileSync(this.file, `${JSON.stringify(call)}\n`);
    this.calls.push(call);
    if (this.calls.length > this.callsMax) this.calls.shift();
  }

  deliver(post: Post): void {
    this.posts.push(post);
    if (this.posts.length > this.callsMax) this.posts.shift();
  }

  /** What a person wrote or pressed, as their own phone shows it. */
  wrote(userId: string, text: string, at: number): void {
    this.written.push({ userId, at, text });
    if (this.written.length > this.callsMax) this.written.shift();
  }

  /** Both sides of a talk, oldest first. */
  talkOf(userId: string): readonly InboxMessage[] {
    const own = this.written
      .filter((one) => one.userId === userId)
      .map(({ at, text }): InboxMessage => ({ at, requestId: '', message: { type: 'text', text }, text, own: true }));
    return [...this.inboxOf(userId), ...own].toSorted((a, b) => a.at - b.at);
  }

  inboxOf(userId: string): readonly InboxMessage[] {
    return this.posts
      .filter((post) => post.reached.has(userId))
      .flatMap(({ at, requestId, messages }) =>
        messages.map((each) => {
          const message = each as Readonly<Record<string, unknown>>;
          return { at, requestId, message, text: textOf(message) };
        }),
      );
  }
}

function textOf(message: Readonly<Record<string, unknown>>): string {
  const text = message['text'] ?? message['altText'] ?? message['title'];
  return typeof text === 'string' ? text : `[${String(message['type'])}]`;
}

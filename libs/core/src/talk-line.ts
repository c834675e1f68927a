import type { Outcome } from './delivery.ts';
import type { TalkReply } from './talk.ts';

/** The way back to somebody who wrote to the account. It tries once, tells what happened, and never throws for what the other side does. */
export abstract class TalkLine {
  /** Answers an event by its token. A token is good once, for about a minute, and there is no key: a repeat may be refused although it was seen. */
  abstract reply(token: string, reply: TalkReply): Promise<Outcome>;

  /** Sends an answer without a token under a retry key, as often as it takes; costs a message of the month. */
  abstract push(person: string, reply: TalkReply, retryKey: string): Promise<Outcome>;

  /** The language of somebody's profile as BCP 47; null when it says none or cannot be had now. */
  abstract language(person: string): Promise<string | null>;

  /** Waits for calls under way. */
  abstract close(): Promise<void>;
}

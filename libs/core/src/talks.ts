import type { Outcome } from './delivery.ts';
import type { ResidentReport } from './resident-report.ts';
import type { Talk, TalkEvent, TalkReply } from './talk.ts';

/** An event that was kept and waits to be handled. */
export interface KeptEvent {
  /** Rises in the order of keeping. */
  readonly number: number;
  readonly event: TalkEvent;
  readonly receivedAt: number;
  /** How often its handling began before. */
  readonly tries: number;
}

/** What came of one event, kept in one commit. */
export interface TalkCommit {
  readonly kept: Pick<KeptEvent, 'number' | 'event' | 'receivedAt'>;
  readonly talk: Talk;
  readonly reports: readonly ResidentReport[];
  /** Null for an event without an answer. */
  readonly reply: TalkReply | null;
  readonly at: number;
}

/** An answer that is under way. */
export interface PendingReply {
  readonly number: number;
  readonly event: TalkEvent;
  readonly receivedAt: number;
  readonly reply: TalkReply;
  /** Attempts that began before this one. */
  readonly attempts: number;
  /** An earlier attempt by the reply token began, and nobody knows how it ended. */
  readonly tokenDoubtful: boolean;
  readonly way: ReplyWay;
}

/** How an answer goes out: by the token of its event, as a push, or not any more. */
export type ReplyWay = 'token' | 'push' | 'none';

/**
 * Everything that is kept of talks: events until they are answered, where each talk stands, and what residents reported. Whoever writes is known by
 * a keyed hash; ids, words and answers are sealed, and gone as soon as the answer is.
 */
export abstract class Talks {
  /**
   * Keeps events once they would survive a power cut, in one commit, and says how many were new. A repeat of an event (`id`) changes nothing, also
   * when it was handled long ago, as far as `forget` has left its id.
   */
  abstract keep(events: readonly TalkEvent[], receivedAt: number): Promise<number>;

  /** Events that wait, of each person in the order of their instants, at most `limit`. */
  abstract waiting(limit: number): Promise<readonly KeptEvent[]>;

  /**
   * Counts that the handling of an event begins, and is on disk before this resolves: so one on which the process dies again and again is seen, and
   * no other one is taken for it.
   */
  abstract begin(number: number): Promise<void>;

  /** Where the talk with somebody stands; `null` before the first event. */
  abstract talk(person: string): Promise<Talk | null>;

  /**
   * Keeps what came of an event: talk, reports and answer in one commit. `false`, and nothing changed, when the event was handled already.
   * A report of a known id takes the place and the words of the new one and keeps its state; `safe` marks the same person's open cries for help.
   */
  abstract commit(commit: TalkCommit): Promise<boolean>;

  /** Sets an event aside that cannot be handled: it is not looked at again. */
  abstract setAside(number: number): Promise<void>;

  /**
   * Answers that are due, at most `limit`, each with the way it goes (`wayOf`) and a try that is counted before it begins. They come again after
   * `leaseMs` unless they are settled, and one that went by its token is doubtful then.
   */
  abstract claimReplies(query: {
    readonly now: number;
    readonly limit: number;
    readonly leaseMs: number;
  }): Promise<readonly PendingReply[]>;

  /** How an attempt ended: `done` forgets the answer and the event but for its id; else it is due again. */
  abstract settleReply(
    number: number,
    result: { readonly done: true } | { readonly done: false; readonly dueAt: number; readonly tokenDoubtful: boolean },
  ): Promise<void>;

  /** How many events wait to be handled and how many answers are under way. */
  abstract depth(): Promise<{ readonly waiting: number; readonly replies: number }>;

  /** People who blocked the account and did not return by an instant (`Talk.returnBy`), at most `limit`. */
  abstract overdue(by: number, limit: number): Promise<readonly string[]>;

  /** Forgets ids of events that were kept before `events`, and talks in which nothing happened since `talks`, but for those that wait
   * for somebody's return. Says how many are gone. */
  abstract forget(before: { readonly events: number; readonly talks: number }): Promise<number>;

  /** Forgets where the talk with somebody stands, and which reports were theirs. */
  abstract forgetPerson(person: string): Promise<void>;
}

/** Attempts at one answer. Whoever asked has asked again by then. */
export const REPLY_ATTEMPTS_MAX = 6;
/** An answer that comes later is about another moment. */
export const REPLY_AGE_MS_MAX = 10 * 60_000;
/** A reply token is good for about a minute (D§3.5); ten seconds are left for the call itself. */
export const TOKEN_MS = 50_000;

/** How an answer goes out next: by the token while it is good, else as a push, which costs a message of the month; or no more. */
export function wayOf(
  { event, receivedAt, attempts, tokenDoubtful }: Pick<PendingReply, 'event' | 'receivedAt' | 'attempts' | 'tokenDoubtful'>,
  now: number,
): ReplyWay {
  if (attempts >= REPLY_ATTEMPTS_MAX || now - receivedAt > REPLY_AGE_MS_MAX) return 'none';
  if (event.replyToken !== null && now - receivedAt <= TOKEN_MS) return 'token';
  // Nobody knows whether the token's answer was seen. Pushing it would show it twice (P4); whoever saw nothing asks again.
  return tokenDoubtful ? 'none' : 'push';
}

/** What one attempt means for the answer. `by` is the way it went. */
export function replyAfter(
  by: 'token' | 'push',
  outcome: Outcome,
  { tokenDoubtful }: Pick<PendingReply, 'tokenDoubtful'>,
): 'done' | 'again' | 'againDoubtful' | 'push' {
  switch (outcome.kind) {
    case 'sent':
    case 'closed':
      return 'done';
    case 'retry':
      return by === 'token' && outcome.unknown ? 'againDoubtful' : tokenDoubtful ? 'againDoubtful' : 'again';
    case 'refused':
      // A token is refused when it was used, which an attempt without an answer may have done, or when it is too old.
      return by === 'token' && !tokenDoubtful ? 'push' : 'done';
  }
}

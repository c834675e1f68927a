import type { Recipient } from './delivery.ts';

/** A store that holds something about people beside the directory, and answers for it when they ask (S41). */
export abstract class PersonalRecords {
  /** What it holds, in a word: the key in an export. */
  abstract readonly name: string;
  /** Everything about one person, oldest first, as JSON can carry it and in words that the person can read. */
  abstract of(recipient: Recipient): Promise<readonly object[]>;
  /**
   * Forgets what is about the person, and resolves with how many records went; again forgets nothing. What proves that somebody was told may stay
   * as long as it holds their number only, which nobody can trace to them once the directory has forgotten it.
   */
  abstract forget(recipient: Recipient): Promise<number>;
}

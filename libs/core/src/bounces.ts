import type { Bounce } from './bounce.ts';
import type { Recipient } from './delivery.ts';

/** What came back of mails, by recipient number and mail domain. Rejects with `LedgerUnavailable` when it cannot be reached. */
export abstract class Bounces {
  /** Keeps a bounce, on disk before this resolves. One of the same delivery, kind and day is kept once: false for a repeat. */
  abstract keep(bounce: Bounce): Promise<boolean>;

  /** Of one recipient, oldest first. */
  abstract ofRecipient(recipient: Recipient): Promise<readonly Bounce[]>;

  /** Of one domain since an instant, oldest first, at most `limit`, the newest of them. */
  abstract ofDomain(domain: string, since: number, limit: number): Promise<readonly Bounce[]>;

  /** Domains of which something came back since an instant. */
  abstract domains(since: number): Promise<readonly string[]>;

  /** Recipients of whom `gone` came back on at least so many days. */
  abstract goneOn(days: number): Promise<readonly Recipient[]>;

  /** Newest first, before the number when one is given. */
  abstract list(query: {
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly { readonly number: number; readonly bounce: Bounce }[]>;

  /** Forgets what came back of one recipient's mail. Resolves with how many went. */
  abstract forgetOf(recipient: Recipient): Promise<number>;

  /** Forgets what is older than the instant. Resolves with how many went. */
  abstract forget(before: number): Promise<number>;
}

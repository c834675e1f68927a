import { createHash, randomBytes } from 'node:crypto';
import type { Accounts, Clock, Role, User } from '#core';
import { hashPassword, passwordMatches } from './password.ts';

/** A session that nobody uses ends; one that is used ends with the shift (S11). */
const IDLE_MAX_MS = 30 * 60_000;
const AGE_MAX_MS = 12 * 3_600_000;
/** How exact the time of last use is: one write a minute and session instead of one per request. */
const TOUCH_MS = 60_000;
/** Failed tries per user name and network address before the next one waits: a stranger's tries lock nobody else out (S10). */
const TRIES_FREE = 5;
const TRY_WAIT_MS = 30_000;
/** Names with addresses remembered for their failed tries; the oldest go first. */
const TRIES_NAMES_MAX = 10_000;

/**
 * Passwords checked at once: each takes 19 MiB, and a thread of those by which LINE's and the relay's names are looked up. A stranger who tries
 * thousands must not hold up an alert.
 */
const CHECKS_MAX = 8;
const BUSY_WAIT_MS = 1_000;

export interface SignedIn {
  readonly user: string;
  readonly role: Role;
}

export type SignInResult =
  | { readonly kind: 'in'; readonly token: string; readonly who: SignedIn }
  | { readonly kind: 'refused' }
  | { readonly kind: 'wait'; readonly ms: number };

/** Staff sign in with a password and get a session; what is stored is a hash of the cookie. */
export class SignIn {
  readonly #accounts: Accounts;
  readonly #clock: Clock;
  /** `at` by the monotonic clock: a clock that is put back must not keep anybody out (F21). */
  readonly #failures = new Map<string, { count: number; at: number }>();
  #checking = 0;
  /** Compared with when the name is unknown, so that an answer takes as long as for a known one. */
  readonly #decoy = hashPassword(randomBytes(16).toString('hex'));

  constructor(accounts: Accounts, clock: Clock) {
    this.#accounts = accounts;
    this.#clock = clock;
  }

  /** `from` is the network address of whoever tries. */
  async signIn(name: string, password: string, from: string): Promise<SignInResult> {
    const who = `${name} from ${from}`;
    const now = this.#clock.now();
    const sinceMs = this.#clock.monotonic();
    const failed = this.#failures.get(who);
    const leftMs = failed && failed.count >= TRIES_FREE ? TRY_WAIT_MS - (sinceMs - failed.at) : 0;
    if (leftMs > 0) return { kind: 'wait', ms: leftMs };
    if (this.#checking >= CHECKS_MAX) return { kind: 'wait', ms: BUSY_WAIT_MS };
    // Counted before it is known to be one: tries that are made at once must not all be the first.
    this.#remember(who, (failed?.count ?? 0) + 1, sinceMs);
    const user = await this.#checked(name, password);
    if (!user) return { kind: 'refused' };
    this.#failures.delete(who);
    const token = randomBytes(32).toString('base64url');
    await this.#accounts.openSession({ tokenHash: hashed(token), user: user.name, createdAt: now, seenAt: now });
    return { kind: 'in', token, who: { user: user.name, role: user.role } };
  }

  /** Who a cookie belongs to; null when the session ended or the user was disabled. */
  async whoIs(token: string): Promise<SignedIn | null> {
    const tokenHash = hashed(token);
    const session = await this.#accounts.session(tokenHash);
    if (!session) return null;
    const now = this.#clock.now();
    if (now - session.createdAt > AGE_MAX_MS || now - session.seenAt > IDLE_MAX_MS) {
      await this.#accounts.closeSession(tokenHash);
      return null;
    }
    const user: User | null = await this.#accounts.user(session.user);
    if (!user || user.disabled) return null;
    if (now - session.seenAt > TOUCH_MS) await this.#accounts.touchSession(tokenHash, now);
    return { user: user.name, role: user.role };
  }

  async signOut(token: string): Promise<void> {
    await this.#accounts.closeSession(hashed(token));
  }

  /** Forgets sessions that ended. */
  async tidy(): Promise<void> {
    const now = this.#clock.now();
    await this.#accounts.forgetSessions(now - AGE_MAX_MS, now - IDLE_MAX_MS);
  }

  /** The user whose password this is, if they may come in. */
  async #checked(name: string, password: string): Promise<User | null> {
    this.#checking += 1;
    try {
      const user = await this.#accounts.user(name);
      const matches = await passwordMatches(password, user?.passwordHash ?? (await this.#decoy));
      return user && !user.disabled && matches ? user : null;
    } finally {
      this.#checking -= 1;
    }
  }

  #remember(name: string, count: number, at: number): void {
    if (this.#failures.size >= TRIES_NAMES_MAX) this.#failures.delete(this.#failures.keys().next().value!);
    this.#failures.set(name, { count, at });
  }
}

const hashed = (token: string): string => createHash('sha256').update(token).digest('hex');

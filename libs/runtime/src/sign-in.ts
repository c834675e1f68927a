import { createHash, randomBytes } from 'node:crypto';
import { type Accounts, type Audit, type AuditDraft, type Clock, type Keys, type Role, SECOND_FACTOR_ROLES, type User } from '#core';
import { hashPassword, passwordMatches } from './password.ts';
import { secretOf, stepOf } from './second-factor.ts';

/** A session that nobody uses ends; one that is used ends with the shift (S11). */
const IDLE_MAX_MS = 30 * 60_000;
const AGE_MAX_MS = 12 * 3_600_000;
/** How long after the password a grave act is taken without asking again (S14): nobody confirms at a screen that somebody left. */
const FRESH_MS = 15 * 60_000;
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

/**
 * Failures written down one by one within a minute; what goes beyond is counted in the next one that is written. What is written is kept for
 * ever, and a stranger who tries names all night must not fill the disk with it. A count that a crash takes with it loses nobody's act.
 */
const FAILURES_WRITTEN_MAX = 30;
const FAILURES_SPAN_MS = 60_000;

export interface SignedIn {
  readonly user: string;
  readonly role: Role;
  /** When they last proved who they are. */
  readonly confirmedAt: number;
}

/** What somebody types, and the network address it comes from. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
  /** Of the second factor; empty for somebody who has none. */
  readonly code: string;
  readonly from: string;
}

export type CheckResult =
  | { readonly kind: 'refused' }
  /** The password is right, and the role asks for a second factor that nobody has given them yet. */
  | { readonly kind: 'unenrolled' }
  | { readonly kind: 'wait'; readonly ms: number };

export type SignInResult = { readonly kind: 'in'; readonly token: string; readonly who: SignedIn } | CheckResult;
export type RenewResult = { readonly kind: 'in'; readonly who: SignedIn } | CheckResult;

export interface SignInOptions {
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly keys: Keys;
  readonly clock: Clock;
  /** Whose password alone is not enough; by default those of S9. */
  readonly needsSecondFactor?: (role: Role) => boolean;
}

/** Staff sign in with a password and a code and get a session; what is stored is a hash of the cookie. Each try is written down first. */
export class SignIn {
  readonly #accounts: Accounts;
  readonly #audit: Audit;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #needsSecondFactor: (role: Role) => boolean;
  /** `at` by the monotonic clock: a clock that is put back must not keep anybody out (F21). */
  readonly #failures = new Map<string, { count: number; at: number }>();
  #checking = 0;
  #written = { since: 0, count: 0, unwritten: 0 };
  /** Compared with when the name is unknown, so that an answer takes as long as for a known one. */
  readonly #decoy = hashPassword(randomBytes(16).toString('hex'));

  constructor({ accounts, audit, keys, clock, needsSecondFactor = (role) => SECOND_FACTOR_ROLES.has(role) }: SignInOptions) {
    this.#accounts = accounts;
    this.#audit = audit;
    this.#keys = keys;
    this.#clock = clock;
    this.#needsSecondFactor = needsSecondFactor;
  }

  async signIn(given: Credentials): Promise<SignInResult> {
    const checked = await this.#check(given, 'sign-in-refused');
    if (checked.kind !== 'right') return checked;
    const { name, role } = checked.user;
    const now = this.#clock.now();
    const token = randomBytes(32).toString('base64url');
    await this.#accounts.openSession(
      { tokenHash: hashed(token), user: name, createdAt: now, confirmedAt: now, seenAt: now },
      { at: now, by: name, role, act: 'signed-in', subject: `user/${name}`, from: given.from },
    );
    return { kind: 'in', token, who: { user: name, role, confirmedAt: now } };
  }

  /** Whoever holds the session proves again who they are (S14); the session goes on. */
  async renew(token: string, given: Credentials): Promise<RenewResult> {
    const checked = await this.#check(given, 'renewal-refused');
    if (checked.kind !== 'right') return checked;
    const { name, role } = checked.user;
    const now = this.#clock.now();
    await this.#accounts.confirmSession(hashed(token), now, {
      at: now,
      by: name,
      role,
      act: 'session-renewed',
      subject: `user/${name}`,
      from: given.from,
    });
    return { kind: 'in', who: { user: name, role, confirmedAt: now } };
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
    return { user: user.name, role: user.role, confirmedAt: session.confirmedAt };
  }

  /** Whether they proved who they are lately enough for a grave act (S14). */
  isFresh({ confirmedAt }: SignedIn): boolean {
    return this.#clock.now() - confirmedAt <= FRESH_MS;
  }

  async signOut(token: string, { user, role }: SignedIn, from: string): Promise<void> {
    const at = this.#clock.now();
    await this.#accounts.closeSession(hashed(token), { at, by: user, role, act: 'signed-out', subject: `user/${user}`, from });
  }

  /** Forgets sessions that ended. */
  async tidy(): Promise<void> {
    const now = this.#clock.now();
    await this.#accounts.forgetSessions(now - AGE_MAX_MS, now - IDLE_MAX_MS);
  }

  async #check(
    { user: name, password, code, from }: Credentials,
    refusal: 'sign-in-refused' | 'renewal-refused',
  ): Promise<CheckResult | { readonly kind: 'right'; readonly user: User }> {
    const who = `${name} from ${from}`;
    const sinceMs = this.#clock.monotonic();
    const failed = this.#failures.get(who);
    const leftMs = failed && failed.count >= TRIES_FREE ? TRY_WAIT_MS - (sinceMs - failed.at) : 0;
    const waitMs = leftMs > 0 ? leftMs : this.#checking >= CHECKS_MAX ? BUSY_WAIT_MS : 0;
    if (waitMs > 0) {
      this.#written.unwritten += 1;
      return { kind: 'wait', ms: waitMs };
    }
    // Counted before it is known to be one: tries that are made at once must not all be the first.
    this.#remember(who, (failed?.count ?? 0) + 1, sinceMs);
    const { user, whyNot } = await this.#checked(name, password, code);
    if (whyNot !== null) {
      await this.#writeFailure({
        at: this.#clock.now(),
        // A name that nobody has is not written down: people type their password there.
        by: user?.name ?? 'unknown',
        role: user?.role ?? 'stranger',
        act: refusal,
        subject: user ? `user/${user.name}` : 'user',
        grounds: whyNot,
        from,
      });
      return { kind: whyNot === 'no second factor yet' ? 'unenrolled' : 'refused' };
    }
    this.#failures.delete(who);
    return { kind: 'right', user: user! };
  }

  /** The user of this name, and why they may not come in; null when they may. */
  async #checked(name: string, password: string, code: string): Promise<{ readonly user: User | null; readonly whyNot: string | null }> {
    this.#checking += 1;
    try {
      const user = await this.#accounts.user(name);
      const matches = await passwordMatches(password, user?.passwordHash ?? (await this.#decoy));
      if (!user) return { user, whyNot: 'unknown name' };
      if (!matches) return { user, whyNot: 'wrong password' };
      if (user.disabled) return { user, whyNot: 'disabled' };
      return { user, whyNot: await this.#whyNotCode(user, code) };
    } finally {
      this.#checking -= 1;
    }
  }

  async #whyNotCode({ name, role }: User, code: string): Promise<string | null> {
    const factor = await this.#accounts.secondFactor(name);
    if (!factor) return this.#needsSecondFactor(role) ? 'no second factor yet' : null;
    const step = stepOf(secretOf(this.#keys, factor), code, this.#clock.now());
    if (step === null) return 'wrong code';
    return (await this.#accounts.useStep(name, step)) ? null : 'code used before';
  }

  async #writeFailure(draft: AuditDraft): Promise<void> {
    const now = this.#clock.monotonic();
    if (now - this.#written.since >= FAILURES_SPAN_MS) this.#written = { ...this.#written, since: now, count: 0 };
    if (this.#written.count >= FAILURES_WRITTEN_MAX) {
      this.#written.unwritten += 1;
      return;
    }
    const { unwritten } = this.#written;
    this.#written.count += 1;
    this.#written.unwritten = 0;
    await this.#audit.append([unwritten === 0 ? draft : { ...draft, after: { triesNotWrittenBefore: unwritten } }]);
  }

  #remember(name: string, count: number, at: number): void {
    if (this.#failures.size >= TRIES_NAMES_MAX) this.#failures.delete(this.#failures.keys().next().value!);
    this.#failures.set(name, { count, at });
  }
}

const hashed = (token: string): string => createHash('sha256').update(token).digest('hex');

import { Accounts, type Audit, type AuditDraft, type DeviceId, type DeviceKey, type SecondFactor, type Session, type User } from '#core';
import { MemoryAudit } from './memory-audit.ts';

/** Credentials without durability, for tests and the demo. */
export class MemoryAccounts extends Accounts {
  readonly #deviceKeys = new Map<string, DeviceKey>();
  readonly #users = new Map<string, User>();
  readonly #factors = new Map<string, SecondFactor>();
  readonly #sessions = new Map<string, Session>();
  readonly #audit: Audit;

  constructor(audit: Audit = new MemoryAudit()) {
    super();
    this.#audit = audit;
  }

  async addDeviceKey(key: DeviceKey, said?: AuditDraft): Promise<void> {
    if (this.#deviceKeys.has(key.keyHash)) return;
    this.#deviceKeys.set(key.keyHash, key);
    await this.#say(said);
  }

  async revokeDeviceKeys(device: DeviceId, at: number, keepNewest: boolean, said?: AuditDraft): Promise<number> {
    const newestFirst = [...this.#deviceKeys.values()]
      .filter((key) => key.device === device && (key.revokedAt === null || key.revokedAt > at))
      .toSorted((a, b) => a.createdAt - b.createdAt)
      .toReversed();
    const doomed = newestFirst.slice(keepNewest ? 1 : 0);
    for (const key of doomed) this.#deviceKeys.set(key.keyHash, { ...key, revokedAt: at });
    if (doomed.length > 0) await this.#say(said);
    return doomed.length;
  }

  async deviceKeys(): Promise<readonly DeviceKey[]> {
    return [...this.#deviceKeys.values()].toSorted((a, b) => compare(a.device, b.device) || a.createdAt - b.createdAt);
  }

  async addUser(user: User, said?: AuditDraft): Promise<boolean> {
    if (this.#users.has(user.name)) return false;
    this.#users.set(user.name, user);
    await this.#say(said);
    return true;
  }

  async setUserDisabled(name: string, disabled: boolean, said?: AuditDraft): Promise<boolean> {
    const user = this.#users.get(name);
    if (!user) return false;
    await this.#say(said);
    this.#users.set(name, { ...user, disabled });
    if (disabled) for (const session of this.#sessions.values()) if (session.user === name) this.#sessions.delete(session.tokenHash);
    return true;
  }

  async user(name: string): Promise<User | null> {
    return this.#users.get(name) ?? null;
  }

  async users(): Promise<readonly User[]> {
    return [...this.#users.values()].toSorted((a, b) => compare(a.name, b.name));
  }

  async enrolSecondFactor(factor: SecondFactor, said?: AuditDraft): Promise<boolean> {
    if (!this.#users.has(factor.user)) return false;
    this.#factors.set(factor.user, factor);
    await this.#say(said);
    return true;
  }

  async secondFactor(user: string): Promise<SecondFactor | null> {
    return this.#factors.get(user) ?? null;
  }

  async useStep(user: string, step: number): Promise<boolean> {
    const factor = this.#factors.get(user);
    if (!factor || factor.step >= step) return false;
    this.#factors.set(user, { ...factor, step });
    return true;
  }

  async openSession(session: Session, said?: AuditDraft): Promise<void> {
    this.#sessions.set(session.tokenHash, session);
    await this.#say(said);
  }

  async session(tokenHash: string): Promise<Session | null> {
    return this.#sessions.get(tokenHash) ?? null;
  }

  async touchSession(tokenHash: string, at: number): Promise<void> {
    const session = this.#sessions.get(tokenHash);
    if (session && session.seenAt < at) this.#sessions.set(tokenHash, { ...session, seenAt: at });
  }

  async confirmSession(tokenHash: string, at: number, said?: AuditDraft): Promise<void> {
    const session = this.#sessions.get(tokenHash);
    if (!session) return;
    this.#sessions.set(tokenHash, { ...session, confirmedAt: at });
    await this.#say(said);
  }

  async closeSession(tokenHash: string, said?: AuditDraft): Promise<void> {
    if (this.#sessions.delete(tokenHash)) await this.#say(said);
  }

  async forgetSessions(createdBefore: number, seenBefore: number): Promise<number> {
    const old = [...this.#sessions.values()].filter(({ createdAt, seenAt }) => createdAt < createdBefore || seenAt < seenBefore);
    for (const { tokenHash } of old) this.#sessions.delete(tokenHash);
    return old.length;
  }

  async #say(said: AuditDraft | undefined): Promise<void> {
    if (said) await this.#audit.append([said]);
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

import { Accounts, type DeviceId, type DeviceKey, type Session, type User } from '#core';

/** Credentials without durability, for tests and the demo. */
export class MemoryAccounts extends Accounts {
  readonly #deviceKeys = new Map<string, DeviceKey>();
  readonly #users = new Map<string, User>();
  readonly #sessions = new Map<string, Session>();

  async addDeviceKey(key: DeviceKey): Promise<void> {
    if (!this.#deviceKeys.has(key.keyHash)) this.#deviceKeys.set(key.keyHash, key);
  }

  async revokeDeviceKeys(device: DeviceId, at: number, keepNewest: boolean): Promise<number> {
    const newestFirst = [...this.#deviceKeys.values()]
      .filter((key) => key.device === device && (key.revokedAt === null || key.revokedAt > at))
      .toSorted((a, b) => a.createdAt - b.createdAt)
      .toReversed();
    const doomed = newestFirst.slice(keepNewest ? 1 : 0);
    for (const key of doomed) this.#deviceKeys.set(key.keyHash, { ...key, revokedAt: at });
    return doomed.length;
  }

  async deviceKeys(): Promise<readonly DeviceKey[]> {
    return [...this.#deviceKeys.values()].toSorted((a, b) => compare(a.device, b.device) || a.createdAt - b.createdAt);
  }

  async addUser(user: User): Promise<boolean> {
    if (this.#users.has(user.name)) return false;
    this.#users.set(user.name, user);
    return true;
  }

  async setUserDisabled(name: string, disabled: boolean): Promise<boolean> {
    const user = this.#users.get(name);
    if (!user) return false;
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

  async openSession(session: Session): Promise<void> {
    this.#sessions.set(session.tokenHash, session);
  }

  async session(tokenHash: string): Promise<Session | null> {
    return this.#sessions.get(tokenHash) ?? null;
  }

  async touchSession(tokenHash: string, at: number): Promise<void> {
    const session = this.#sessions.get(tokenHash);
    if (session && session.seenAt < at) this.#sessions.set(tokenHash, { ...session, seenAt: at });
  }

  async closeSession(tokenHash: string): Promise<void> {
    this.#sessions.delete(tokenHash);
  }

  async forgetSessions(createdBefore: number, seenBefore: number): Promise<number> {
    const old = [...this.#sessions.values()].filter(({ createdAt, seenAt }) => createdAt < createdBefore || seenAt < seenBefore);
    for (const { tokenHash } of old) this.#sessions.delete(tokenHash);
    return old.length;
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

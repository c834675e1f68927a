import type { DeviceId } from './gauge.ts';

export const ROLES = ['viewer', 'operator', 'duty', 'decider', 'admin', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

export interface DeviceKey {
  readonly device: DeviceId;
  /** SHA-256 of the key, hex: keys are 256 random bits, so a slow hash would only slow down ten thousand returning devices (F29). */
  readonly keyHash: string;
  readonly createdAt: number;
  /** From then on refused; null while valid. During a rotation two keys are valid. */
  readonly revokedAt: number | null;
}

export interface User {
  readonly name: string;
  readonly role: Role;
  /** argon2id in PHC form. */
  readonly passwordHash: string;
  readonly disabled: boolean;
  readonly createdAt: number;
}

export interface Session {
  /** SHA-256 of the cookie's value, hex. */
  readonly tokenHash: string;
  readonly user: string;
  readonly createdAt: number;
  readonly seenAt: number;
}

/** Credentials of devices and staff. Secrets are stored hashed and shown once. Changes are seen by a running service within 5 s (S4, S11). */
export abstract class Accounts {
  abstract addDeviceKey(key: DeviceKey): Promise<void>;
  /** Revokes all keys of a device, or all but the newest one. Resolves with how many. */
  abstract revokeDeviceKeys(device: DeviceId, at: number, keepNewest: boolean): Promise<number>;
  abstract deviceKeys(): Promise<readonly DeviceKey[]>;

  abstract addUser(user: User): Promise<boolean>;
  abstract setUserDisabled(name: string, disabled: boolean): Promise<boolean>;
  abstract user(name: string): Promise<User | null>;
  abstract users(): Promise<readonly User[]>;

  abstract openSession(session: Session): Promise<void>;
  abstract session(tokenHash: string): Promise<Session | null>;
  abstract touchSession(tokenHash: string, at: number): Promise<void>;
  abstract closeSession(tokenHash: string): Promise<void>;
  /** Forgets sessions begun before, or idle since before. */
  abstract forgetSessions(createdBefore: number, seenBefore: number): Promise<number>;
}

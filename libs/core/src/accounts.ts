import type { AuditDraft } from './audit.ts';
import type { DeviceId } from './gauge.ts';
import type { Role } from './role.ts';

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
  /** When whoever holds it last proved who they are (S14). */
  readonly confirmedAt: number;
  readonly seenAt: number;
}

/** For what the secret of a second factor is sealed; it is bound to the name of its owner. */
export const SECOND_FACTOR_SEAL = 'second-factor';

/** What somebody has beside the password: a secret in an app that gives a code every 30 s (RFC 6238). */
export interface SecondFactor {
  readonly user: string;
  /** 160 bits in base32, sealed by the keys of the service. */
  readonly secret: string;
  /** Time step of the newest code that was used: that one and those before it are refused from then on. */
  readonly step: number;
  readonly enrolledAt: number;
}

/**
 * Credentials of devices and staff. Passwords and keys are stored hashed and shown once. Changes are seen by a running service within 5 s (S4,
 * S11). What is said of a change (`said`) is written down in the audit together with it, and not when nothing changed.
 */
export abstract class Accounts {
  abstract addDeviceKey(key: DeviceKey, said?: AuditDraft): Promise<void>;
  /** Revokes all keys of a device, or all but the newest one. Resolves with how many. */
  abstract revokeDeviceKeys(device: DeviceId, at: number, keepNewest: boolean, said?: AuditDraft): Promise<number>;
  abstract deviceKeys(): Promise<readonly DeviceKey[]>;

  abstract addUser(user: User, said?: AuditDraft): Promise<boolean>;
  abstract setUserDisabled(name: string, disabled: boolean, said?: AuditDraft): Promise<boolean>;
  abstract user(name: string): Promise<User | null>;
  abstract users(): Promise<readonly User[]>;

  /** Gives a user a second factor, in place of an earlier one. False when there is no such user. */
  abstract enrolSecondFactor(factor: SecondFactor, said?: AuditDraft): Promise<boolean>;
  abstract secondFactor(user: string): Promise<SecondFactor | null>;
  /** Uses up the codes up to this time step. False when it was used already, also by somebody at the same moment. */
  abstract useStep(user: string, step: number): Promise<boolean>;

  abstract openSession(session: Session, said?: AuditDraft): Promise<void>;
  abstract session(tokenHash: string): Promise<Session | null>;
  abstract touchSession(tokenHash: string, at: number): Promise<void>;
  /** Whoever holds the session has proved again who they are. */
  abstract confirmSession(tokenHash: string, at: number, said?: AuditDraft): Promise<void>;
  abstract closeSession(tokenHash: string, said?: AuditDraft): Promise<void>;
  /** Forgets sessions begun before, or idle since before. */
  abstract forgetSessions(createdBefore: number, seenBefore: number): Promise<number>;
}

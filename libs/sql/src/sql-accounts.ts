import type { Transaction } from 'kysely';
import { Accounts, type AuditDraft, type DeviceId, type DeviceKey, type SecondFactor, type Session, type User } from '#core';
import { appendAudit } from './audit-entries.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { DeviceKeyRow, SecondFactorRow, SessionRow, StaffRow, Tables } from './tables.ts';
import { read, write } from './write.ts';

/**
 * Credentials on SQLite or PostgreSQL. The command line may change them in a process of its own while the service runs; the service
 * sees it with its next query. Rejects with `LedgerUnavailable` when the database cannot be reached.
 */
export class SqlAccounts extends Accounts {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  async addDeviceKey({ device, keyHash, createdAt, revokedAt }: DeviceKey, said?: AuditDraft): Promise<void> {
    await write(this.#database, `adding a key of ${device}`, async (t) => {
      const { newest } = await t
        .selectFrom('device_key')
        .select((e) => e.fn.coalesce(e.fn.max('ordinal'), e.val(0)).as('newest'))
        .executeTakeFirstOrThrow();
      const { numInsertedOrUpdatedRows } = await t
        .insertInto('device_key')
        .values({ device, key_hash: keyHash, ordinal: newest + 1, created_at: createdAt, revoked_at: revokedAt })
        .onConflict((c) => c.column('key_hash').doNothing())
        .executeTakeFirst();
      await saying(t, said, numInsertedOrUpdatedRows);
    });
  }

  revokeDeviceKeys(device: DeviceId, at: number, keepNewest: boolean, said?: AuditDraft): Promise<number> {
    return write(this.#database, `revoking keys of ${device}`, async (t) => {
      const valid = await t
        .selectFrom('device_key')
        .select('key_hash')
        .where('device', '=', device)
        .where((e) => e.or([e('revoked_at', 'is', null), e('revoked_at', '>', at)]))
        .orderBy('created_at', 'desc')
        .orderBy('ordinal', 'desc')
        .execute();
      const doomed = valid.slice(keepNewest ? 1 : 0).map((row) => row.key_hash);
      if (doomed.length > 0) await t.updateTable('device_key').set({ revoked_at: at }).where('key_hash', 'in', doomed).execute();
      await saying(t, said, doomed.length);
      return doomed.length;
    });
  }

  deviceKeys(): Promise<readonly DeviceKey[]> {
    return read(this.#database, 'reading device keys', async (db) => {
      const rows = await db.selectFrom('device_key').selectAll().orderBy('device').orderBy('created_at').orderBy('ordinal').execute();
      return rows.map(deviceKeyFrom);
    });
  }

  addUser({ name, role, passwordHash, disabled, createdAt }: User, said?: AuditDraft): Promise<boolean> {
    return write(this.#database, `adding user ${name}`, async (t) => {
      const { numInsertedOrUpdatedRows } = await t
        .insertInto('staff')
        .values({ name, role, password_hash: passwordHash, disabled: disabled ? 1 : 0, created_at: createdAt })
        .onConflict((c) => c.column('name').doNothing())
        .executeTakeFirst();
      await saying(t, said, numInsertedOrUpdatedRows);
      return numInsertedOrUpdatedRows === 1n;
    });
  }

  /** Also closes the sessions of a user who is disabled, so that enabling them again revives none. */
  setUserDisabled(name: string, disabled: boolean, said?: AuditDraft): Promise<boolean> {
    return write(this.#database, `changing user ${name}`, async (t) => {
      const { numUpdatedRows } = await t
        .updateTable('staff')
        .set({ disabled: disabled ? 1 : 0 })
        .where('name', '=', name)
        .executeTakeFirst();
      if (disabled) await t.deleteFrom('session').where('staff', '=', name).execute();
      await saying(t, said, numUpdatedRows);
      return numUpdatedRows === 1n;
    });
  }

  user(name: string): Promise<User | null> {
    return read(this.#database, 'reading a user', async (db) => {
      const row = await db.selectFrom('staff').selectAll().where('name', '=', name).executeTakeFirst();
      return row ? userFrom(row) : null;
    });
  }

  users(): Promise<readonly User[]> {
    return read(this.#database, 'reading users', async (db) => {
      const rows = await db.selectFrom('staff').selectAll().orderBy('name').execute();
      return rows.map(userFrom);
    });
  }

  enrolSecondFactor({ user, secret, step, enrolledAt }: SecondFactor, said?: AuditDraft): Promise<boolean> {
    return write(this.#database, `giving ${user} a second factor`, async (t) => {
      if (!(await t.selectFrom('staff').select('name').where('name', '=', user).executeTakeFirst())) return false;
      const values = { secret, step, enrolled_at: enrolledAt };
      await t
        .insertInto('second_factor')
        .values({ staff: user, ...values })
        .onConflict((c) => c.column('staff').doUpdateSet(values))
        .execute();
      await saying(t, said, 1);
      return true;
    });
  }

  secondFactor(user: string): Promise<SecondFactor | null> {
    return read(this.#database, 'reading a second factor', async (db) => {
      const row = await db.selectFrom('second_factor').selectAll().where('staff', '=', user).executeTakeFirst();
      return row ? secondFactorFrom(row) : null;
    });
  }

  useStep(user: string, step: number): Promise<boolean> {
    return write(this.#database, `using a code of ${user}`, async (t) => {
      const { numUpdatedRows } = await t
        .updateTable('second_factor')
        .set({ step })
        .where('staff', '=', user)
        .where('step', '<', step)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    });
  }

  async openSession({ tokenHash, user, createdAt, confirmedAt, seenAt }: Session, said?: AuditDraft): Promise<void> {
    await write(this.#database, 'opening a session', async (t) => {
      await t
        .insertInto('session')
        .values({ token_hash: tokenHash, staff: user, created_at: createdAt, confirmed_at: confirmedAt, seen_at: seenAt })
        .execute();
      await saying(t, said, 1);
    });
  }

  session(tokenHash: string): Promise<Session | null> {
    return read(this.#database, 'reading a session', async (db) => {
      const row = await db.selectFrom('session').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
      return row ? sessionFrom(row) : null;
    });
  }

  async touchSession(tokenHash: string, at: number): Promise<void> {
    await write(this.#database, 'touching a session', (t) =>
      t.updateTable('session').set({ seen_at: at }).where('token_hash', '=', tokenHash).where('seen_at', '<', at).execute(),
    );
  }

  async confirmSession(tokenHash: string, at: number, said?: AuditDraft): Promise<void> {
    await write(this.#database, 'confirming a session', async (t) => {
      const { numUpdatedRows } = await t
        .updateTable('session')
        .set({ confirmed_at: at })
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      await saying(t, said, numUpdatedRows);
    });
  }

  async closeSession(tokenHash: string, said?: AuditDraft): Promise<void> {
    await write(this.#database, 'closing a session', async (t) => {
      const { numDeletedRows } = await t.deleteFrom('session').where('token_hash', '=', tokenHash).executeTakeFirst();
      await saying(t, said, numDeletedRows);
    });
  }

  forgetSessions(createdBefore: number, seenBefore: number): Promise<number> {
    return write(this.#database, 'forgetting sessions', async (t) => {
      const { numDeletedRows } = await t
        .deleteFrom('session')
        .where((e) => e.or([e('created_at', '<', createdBefore), e('seen_at', '<', seenBefore)]))
        .executeTakeFirst();
      return Number(numDeletedRows);
    });
  }
}

/** Writes down what is said of a change, unless nothing changed. */
async function saying(t: Transaction<Tables>, said: AuditDraft | undefined, changed: number | bigint | undefined): Promise<void> {
  if (said && changed) await appendAudit(t, [said]);
}

const deviceKeyFrom = (row: DeviceKeyRow): DeviceKey => ({
  device: row.device,
  keyHash: row.key_hash,
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
});

const userFrom = (row: StaffRow): User => ({
  name: row.name,
  role: row.role,
  passwordHash: row.password_hash,
  disabled: row.disabled === 1,
  createdAt: row.created_at,
});

const sessionFrom = (row: SessionRow): Session => ({
  tokenHash: row.token_hash,
  user: row.staff,
  createdAt: row.created_at,
  confirmedAt: row.confirmed_at,
  seenAt: row.seen_at,
});

const secondFactorFrom = (row: SecondFactorRow): SecondFactor => ({
  user: row.staff,
  secret: row.secret,
  step: row.step,
  enrolledAt: row.enrolled_at,
});

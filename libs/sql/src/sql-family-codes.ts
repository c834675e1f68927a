import type { Transaction } from 'kysely';
import { type CodeHolder, type FamilyCode, FamilyCodes, KeyMissing, type Keys, SealBroken } from '#core';
import type { FamilyCodeRow } from './check-in-rows.ts';
import { lookupOf } from './sealed-addresses.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Tables } from './tables.ts';
import { read, write } from './write.ts';

/** For what consents are sealed. */
export const FAMILY_SEAL = 'family';

/** How a holder is known in the table. Somebody of LINE is known by what the directory finds them by. */
const holderOf = (keys: Keys, holder: CodeHolder): string =>
  holder.kind === 'line' ? lookupOf(keys, 'line', holder.person) : keys.digest(FAMILY_SEAL, `party ${holder.party}`);

/** Who lets family ask, on SQLite or PostgreSQL: sealed, and found by keyed hash. Rejects with `LedgerUnavailable` when it cannot be reached. */
export class SqlFamilyCodes extends FamilyCodes {
  readonly #database: SqlDatabase;
  readonly #keys: Keys;

  constructor(database: SqlDatabase, keys: Keys) {
    super();
    this.#database = database;
    this.#keys = keys;
  }

  give({
    code,
    holder,
    namesShelter,
    at,
    expiresAt,
  }: Pick<FamilyCode, 'code' | 'holder' | 'namesShelter'> & { readonly at: number; readonly expiresAt: number }): Promise<FamilyCode> {
    return write(this.#database, 'keeping a consent', async (t) => {
      const known = await this.#known(t, holderOf(this.#keys, holder));
      const kept: FamilyCode = known ? { ...known, namesShelter } : { code, holder, namesShelter, givenAt: at, safeAt: null };
      await this.#keep(t, kept, expiresAt);
      return kept;
    });
  }

  withdraw(holder: CodeHolder): Promise<boolean> {
    return write(this.#database, 'ending a consent', (t) => forgetFamilyCode(t, holderOf(this.#keys, holder)));
  }

  of(holder: CodeHolder): Promise<FamilyCode | null> {
    return familyCodeOf(this.#database, this.#keys, holderOf(this.#keys, holder));
  }

  find(code: string, now: number): Promise<FamilyCode | null> {
    return read(this.#database, 'looking for whom family ask', async (db) => {
      const row = await db
        .selectFrom('family_code')
        .selectAll()
        .where('lookup', '=', this.#keys.digest(FAMILY_SEAL, `code ${code}`))
        .where('expires_at', '>', now)
        .executeTakeFirst();
      return row ? opened(this.#keys, row) : null;
    });
  }

  async saidSafe(person: string, { safeAt, expiresAt }: { readonly safeAt: number | null; readonly expiresAt: number }): Promise<void> {
    await write(this.#database, 'keeping a word of being safe', async (t) => {
      const known = await this.#known(t, holderOf(this.#keys, { kind: 'line', person }));
      if (known) await this.#keep(t, { ...known, safeAt }, expiresAt);
    });
  }

  forget(before: number): Promise<number> {
    return write(this.#database, 'forgetting consents', async (t) => {
      const { numDeletedRows } = await t.deleteFrom('family_code').where('expires_at', '<', before).executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    });
  }

  async #known(t: Transaction<Tables>, holder: string): Promise<FamilyCode | null> {
    const row = await t.selectFrom('family_code').selectAll().where('holder', '=', holder).executeTakeFirst();
    return row ? opened(this.#keys, row) : null;
  }

  async #keep(t: Transaction<Tables>, kept: FamilyCode, expiresAt: number): Promise<void> {
    const holder = holderOf(this.#keys, kept.holder);
    const row = {
      lookup: this.#keys.digest(FAMILY_SEAL, `code ${kept.code}`),
      expires_at: expiresAt,
      sealed: this.#keys.seal(FAMILY_SEAL, JSON.stringify(kept), holder),
    };
    await t
      .insertInto('family_code')
      .values({ holder, ...row })
      .onConflict((c) => c.column('holder').doUpdateSet(row))
      .execute();
  }
}

/** The consent of a holder as the table knows them; null without one, and for what no key at hand opens. */
export function familyCodeOf(database: SqlDatabase, keys: Keys, holder: string): Promise<FamilyCode | null> {
  return read(database, 'reading a consent', async (db) => {
    const row = await db.selectFrom('family_code').selectAll().where('holder', '=', holder).executeTakeFirst();
    return row ? opened(keys, row) : null;
  });
}

/** Ends the consent of a holder as the table knows them. Resolves with whether there was one. */
export async function forgetFamilyCode(t: Transaction<Tables>, holder: string): Promise<boolean> {
  const { numDeletedRows } = await t.deleteFrom('family_code').where('holder', '=', holder).executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

function opened(keys: Keys, { holder, sealed }: FamilyCodeRow): FamilyCode | null {
  try {
    return JSON.parse(keys.open(FAMILY_SEAL, sealed, holder)) as FamilyCode;
  } catch (cause) {
    if (cause instanceof KeyMissing || cause instanceof SealBroken) return null;
    throw cause;
  }
}

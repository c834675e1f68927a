import type { Transaction } from 'kysely';
import { type Keys, lookupForm, PersonalRecords, type Recipient } from '#core';
import { unseal } from './sealed-addresses.ts';
import { openLetter, whoOf } from './sql-letters.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Tables } from './tables.ts';
import { read, write } from './write.ts';

/** The links that somebody was given to their form, and letters to them that wait: each has the address, sealed, for up to a day. */
export class LetterRecords extends PersonalRecords {
  readonly name = 'letters';
  readonly #database: SqlDatabase;
  readonly #keys: Keys;

  constructor(database: SqlDatabase, keys: Keys) {
    super();
    this.#database = database;
    this.#keys = keys;
  }

  of(recipient: Recipient): Promise<readonly object[]> {
    return read(this.#database, 'looking for letters', async (db) => {
      const address = await this.#addressOf(db, recipient);
      if (address === null) return [];
      const links = await db
        .selectFrom('mail_link')
        .select(['state', 'asked_at', 'expires_at'])
        .where('who', '=', whoOf(this.#keys, address))
        .orderBy('asked_at')
        .execute();
      const letters = await this.#lettersTo(db, address);
      return [
        ...links.map(({ state, asked_at: askedAt, expires_at: expiresAt }) => ({ what: 'link', state, askedAt, expiresAt })),
        ...letters.map(({ kind, expiresAt }) => ({ what: 'letter', kind, expiresAt })),
      ];
    });
  }

  forget(recipient: Recipient): Promise<number> {
    return write(this.#database, 'forgetting letters', async (t) => {
      const address = await this.#addressOf(t, recipient);
      if (address === null) return 0;
      const { numDeletedRows } = await t.deleteFrom('mail_link').where('who', '=', whoOf(this.#keys, address)).executeTakeFirst();
      const letters = await this.#lettersTo(t, address);
      for (const { id } of letters) await t.deleteFrom('mail_letter').where('id', '=', id).execute();
      return Number(numDeletedRows) + letters.length;
    });
  }

  async #addressOf(db: Reader, recipient: Recipient): Promise<string | null> {
    const row = await db
      .selectFrom('subscriber')
      .select(['no', 'channel', 'sealed'])
      .where('no', '=', Number(recipient))
      .executeTakeFirst();
    return row?.channel === 'disaster-mail' ? unseal(this.#keys, row) : null;
  }

  /** Letters that wait are few (`LETTERS_MAX`) and are not found by whom they are to, so each is opened. */
  async #lettersTo(db: Reader, address: string) {
    const own = lookupForm('disaster-mail', address);
    const rows = await db.selectFrom('mail_letter').select(['id', 'sealed']).orderBy('id').execute();
    return rows.flatMap((row) => {
      const letter = openLetter(this.#keys, row);
      return letter !== null && lookupForm('disaster-mail', letter.address) === own ? [letter] : [];
    });
  }
}

type Reader = Pick<Transaction<Tables>, 'selectFrom'>;

import type { Transaction } from 'kysely';
import {
  INVITATION_GAP_MS,
  INVITATIONS_A_DAY_MAX,
  KeyMissing,
  type Keys,
  type Letter,
  type LetterEnd,
  Letters,
  LETTERS_MAX,
  LINK_MS,
  lookupForm,
  SealBroken,
  type SignUpLink,
} from '#core';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { MailLetterRow, Tables } from './tables.ts';
import { read, write } from './write.ts';

/** For what links and letters are sealed. */
export const LETTERS_SEAL = 'letters';

export interface SqlLettersOptions {
  readonly database: SqlDatabase;
  readonly keys: Keys;
  /** `LETTERS_MAX` unless told otherwise. */
  readonly lettersMax?: number;
}

/** Links and letters on SQLite or PostgreSQL, in the database of the ledger. What says who somebody is lies sealed. */
export class SqlLetters extends Letters {
  readonly #database: SqlDatabase;
  readonly #keys: Keys;
  readonly #lettersMax: number;

  constructor({ database, keys, lettersMax = LETTERS_MAX }: SqlLettersOptions) {
    super();
    this.#database = database;
    this.#keys = keys;
    this.#lettersMax = lettersMax;
  }

  invite({
    tokenHash,
    at,
    letter,
  }: {
    readonly tokenHash: string;
    readonly at: number;
    readonly letter: Letter;
  }): Promise<'kept' | 'tooSoon' | 'full'> {
    return write(this.#database, 'inviting somebody', async (t) => {
      await reserve(t, 'letter', 0); // Locks out another mail of the same person until this one is kept.
      const who = whoOf(this.#keys, letter.address);
      const asked = await t
        .selectFrom('mail_link')
        .select('asked_at')
        .where('who', '=', who)
        .where('asked_at', '>', at - LINK_MS)
        .execute();
      if (asked.length >= INVITATIONS_A_DAY_MAX || asked.some((link) => link.asked_at > at - INVITATION_GAP_MS)) return 'tooSoon';
      const { waiting } = await t
        .selectFrom('mail_letter')
        .select(({ fn }) => fn.countAll<number>().as('waiting'))
        .executeTakeFirstOrThrow();
      if (waiting >= this.#lettersMax) return 'full';
      const sealed = this.#keys.seal(LETTERS_SEAL, letter.address, `link ${tokenHash}`);
      await t
        .insertInto('mail_link')
        .values({ token_hash: tokenHash, who, sealed, state: 'open', asked_at: at, expires_at: letter.expiresAt })
        .execute();
      await this.#add(t, letter, at);
      return 'kept';
    });
  }

  link(tokenHash: string, now: number): Promise<SignUpLink | null> {
    return read(this.#database, 'reading a link', async (db) => {
      const row = await db
        .selectFrom('mail_link')
        .select(['sealed', 'state', 'expires_at'])
        .where('token_hash', '=', tokenHash)
        .where('expires_at', '>', now)
        .executeTakeFirst();
      return row
        ? { address: this.#keys.open(LETTERS_SEAL, row.sealed, `link ${tokenHash}`), state: row.state, expiresAt: row.expires_at }
        : null;
    });
  }

  closeLink(tokenHash: string, state: 'chosen' | 'left', letter: Letter): Promise<boolean> {
    return write(this.#database, 'closing a link', async (t) => {
      const closed = await t
        .updateTable('mail_link')
        .set({ state })
        .where('token_hash', '=', tokenHash)
        .where('state', '=', 'open')
        .returning('token_hash')
        .executeTakeFirst();
      if (closed) await this.#add(t, letter, 0);
      return closed !== undefined;
    });
  }

  async add(letter: Letter, now: number): Promise<void> {
    await write(this.#database, 'keeping a letter', (t) => this.#add(t, letter, now));
  }

  claim({
    now,
    limit,
    leaseUntil,
  }: {
    readonly now: number;
    readonly limit: number;
    readonly leaseUntil: number;
  }): Promise<readonly { readonly letter: Letter; readonly attempt: number }[]> {
    return write(this.#database, 'claiming letters', async (t) => {
      await reserve(t, 'letter', 0); // Two processes never claim the same letter.
      await t.deleteFrom('mail_letter').where('expires_at', '<=', now).execute();
      const due = await t
        .selectFrom('mail_letter')
        .select(['id', 'sealed', 'attempts'])
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      if (due.length === 0) return [];
      await t
        .updateTable('mail_letter')
        .set((e) => ({ attempts: e('attempts', '+', 1), due_at: leaseUntil }))
        .where(
          'id',
          'in',
          due.map(({ id }) => id),
        )
        .execute();
      // What no key opens waits for its key until its day is over, and keeps no other letter waiting.
      return due.flatMap(({ id, sealed, attempts }) => {
        const letter = openLetter(this.#keys, { id, sealed });
        return letter === null ? [] : [{ letter, attempt: attempts + 1 }];
      });
    });
  }

  async settle({ id, attempt, state, dueAt }: LetterEnd): Promise<void> {
    await write(this.#database, 'settling a letter', async (t) => {
      if (state === 'queued')
        await t.updateTable('mail_letter').set({ due_at: dueAt }).where('id', '=', id).where('attempts', '=', attempt).execute();
      else await t.deleteFrom('mail_letter').where('id', '=', id).where('attempts', '=', attempt).execute();
    });
  }

  depth(): Promise<number> {
    return read(this.#database, 'counting letters', async (db) => {
      const { waiting } = await db
        .selectFrom('mail_letter')
        .select(({ fn }) => fn.countAll<number>().as('waiting'))
        .executeTakeFirstOrThrow();
      return waiting;
    });
  }

  forgetLinks(now: number): Promise<number> {
    return write(this.#database, 'forgetting links', async (t) => {
      const { numDeletedRows } = await t.deleteFrom('mail_link').where('expires_at', '<=', now).executeTakeFirst();
      return Number(numDeletedRows);
    });
  }

  async #add(t: Transaction<Tables>, letter: Letter, now: number): Promise<void> {
    const { id, expiresAt } = letter;
    const sealed = this.#keys.seal(LETTERS_SEAL, JSON.stringify(letter), `letter ${id}`);
    await t
      .insertInto('mail_letter')
      .values({ id, sealed, attempts: 0, due_at: now, expires_at: expiresAt })
      .onConflict((c) => c.column('id').doNothing())
      .execute();
  }
}

/** By what somebody's links are found. */
export const whoOf = (keys: Keys, address: string): string => keys.digest(LETTERS_SEAL, lookupForm('disaster-mail', address));

/** A letter as it was sealed; null for what the keys at hand do not open. */
export function openLetter(keys: Keys, { id, sealed }: Pick<MailLetterRow, 'id' | 'sealed'>): Letter | null {
  try {
    return JSON.parse(keys.open(LETTERS_SEAL, sealed, `letter ${id}`)) as Letter;
  } catch (cause) {
    if (cause instanceof KeyMissing || cause instanceof SealBroken) return null;
    throw cause;
  }
}

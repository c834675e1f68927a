import { type Keys, KeyMissing, PersonalRecords, type Recipient, SealBroken } from '#core';
import type { SqlDatabase } from './sql-database.ts';
import { familyCodeOf, forgetFamilyCode } from './sql-family-codes.ts';
import { SqlResidentReports } from './sql-resident-reports.ts';
import { forgetTalk } from './sql-talks.ts';
import { read, write } from './write.ts';

/** What the LINE account holds about somebody beside the directory: where the talk stands, and what they reported. */
export class TalkRecords extends PersonalRecords {
  readonly name = 'talk';
  readonly #database: SqlDatabase;
  readonly #keys: Keys;

  constructor(database: SqlDatabase, keys: Keys) {
    super();
    this.#database = database;
    this.#keys = keys;
  }

  async of(recipient: Recipient): Promise<readonly object[]> {
    const person = await this.#person(recipient);
    if (person === null) return [];
    const reports = await new SqlResidentReports(this.#database, this.#keys).reportsOf(person);
    return [
      ...(await this.#talk(person)),
      ...(await this.#family(person)),
      ...reports.map(({ kind, at, place, text, state, note, safeSince }) => ({
        what: 'report',
        kind,
        at,
        place,
        text,
        state,
        note,
        safeSince,
      })),
    ];
  }

  async forget(recipient: Recipient): Promise<number> {
    const person = await this.#person(recipient);
    if (person === null) return 0;
    return write(this.#database, 'forgetting a talk', async (t) => {
      const consents = (await forgetFamilyCode(t, person)) ? 1 : 0;
      return consents + (await forgetTalk(t, person));
    });
  }

  /** People of the account are known by what the directory finds them by. */
  #person(recipient: Recipient): Promise<string | null> {
    return read(this.#database, 'looking for a talk', async (db) => {
      const row = await db.selectFrom('subscriber').select(['lookup', 'channel']).where('no', '=', Number(recipient)).executeTakeFirst();
      return row?.channel === 'line' ? row.lookup : null;
    });
  }

  /** That family may ask, with what they would hear. */
  async #family(person: string): Promise<readonly object[]> {
    const consent = await familyCodeOf(this.#database, this.#keys, person);
    return consent ? [{ what: 'familyCode', code: consent.code, givenAt: consent.givenAt, safeAt: consent.safeAt }] : [];
  }

  #talk(person: string): Promise<readonly object[]> {
    return read(this.#database, 'reading a talk', async (db) => {
      const row = await db.selectFrom('talk').select(['at', 'body']).where('person', '=', person).executeTakeFirst();
      if (!row) return [];
      try {
        const { talk } = JSON.parse(this.#keys.open('talk', row.body, `talk ${person}`)) as { readonly talk: object };
        return [{ what: 'talk', at: row.at, ...talk }];
      } catch (cause) {
        if (cause instanceof KeyMissing || cause instanceof SealBroken) return [];
        throw cause;
      }
    });
  }
}

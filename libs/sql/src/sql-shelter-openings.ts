import { type ShelterOpening, ShelterOpenings } from '#core';
import { appendAudit, roleOf } from './audit-entries.ts';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { ShelterOpeningRow } from './talk-rows.ts';
import { read, write } from './write.ts';

/** Which shelters are open, on SQLite or PostgreSQL. Rejects with `LedgerUnavailable` when the database cannot be reached. */
export class SqlShelterOpenings extends ShelterOpenings {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  say(opening: ShelterOpening): Promise<ShelterOpening> {
    return write(this.#database, `saying of shelter ${opening.shelter} that it is ${opening.state}`, async (t) => {
      const number = await reserve(t, 'shelter_opening', 1);
      const known = await t.selectFrom('shelter_opening').selectAll().where('id', '=', opening.id).executeTakeFirst();
      if (known) {
        await reserve(t, 'shelter_opening', -1);
        return openingOf(known);
      }
      const { by, shelter, state, note, at, ...rest } = opening;
      await t
        .insertInto('shelter_opening')
        .values({ number, by_name: by, shelter, state, note, at, ...rest })
        .execute();
      await appendAudit(t, [
        { at, by, role: await roleOf(t, by), act: 'shelter-changed', subject: `shelter/${shelter}`, after: { state, note } },
      ]);
      return opening;
    });
  }

  current(): Promise<ReadonlyMap<string, ShelterOpening>> {
    return read(this.#database, 'reading which shelters are open', async (db) => {
      const newest = db
        .selectFrom('shelter_opening')
        .select((e) => e.fn.max('number').as('number'))
        .groupBy('shelter');
      const rows = await db.selectFrom('shelter_opening').selectAll().where('number', 'in', newest).execute();
      return new Map(rows.map((row) => [row.shelter, openingOf(row)]));
    });
  }

  history(shelter: string, limit: number): Promise<readonly ShelterOpening[]> {
    return read(this.#database, 'reading what was said of a shelter', async (db) => {
      const rows = await db
        .selectFrom('shelter_opening')
        .selectAll()
        .where('shelter', '=', shelter)
        .orderBy('number', 'desc')
        .limit(limit)
        .execute();
      return rows.map(openingOf);
    });
  }
}

const openingOf = ({ id, shelter, state, note, by_name, at }: ShelterOpeningRow): ShelterOpening => ({
  id,
  shelter,
  state,
  note,
  by: by_name,
  at,
});

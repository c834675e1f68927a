import { type AuditDraft, type Drill, type DrillDraft, type DrillId, Drills, newDrill } from '#core';
import { appendAudit } from './audit-entries.ts';
import { storable } from './ledger-rows.ts';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { DrillRow } from './tables.ts';
import { read, write } from './write.ts';

/** The record of drills on SQLite or PostgreSQL. Rejects with `LedgerUnavailable` when the database cannot be reached. */
export class SqlDrills extends Drills {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  prepare(draft: DrillDraft, audit: (drill: Drill) => readonly AuditDraft[]): Promise<Drill> {
    return write(this.#database, 'keeping a drill', async (t) => {
      // Locks the row of the counter first, so that of two requests with one key the second one sees what the first has written.
      const number = await reserve(t, 'drill', 1);
      const key = draft.key === null ? null : storable(draft.key);
      const known = key === null ? undefined : await t.selectFrom('drill').select('body').where('key', '=', key).executeTakeFirst();
      if (known) {
        await reserve(t, 'drill', -1);
        return drillOf(known);
      }
      const drill = newDrill(draft, number);
      await t
        .insertInto('drill')
        .values({ ...rowOf(drill), number, id: drill.id, key })
        .execute();
      await appendAudit(t, audit(drill));
      return drill;
    });
  }

  replace(drill: Drill, audit: readonly AuditDraft[]): Promise<boolean> {
    return write(this.#database, `changing drill ${drill.id}`, async (t) => {
      const { numUpdatedRows } = await t
        .updateTable('drill')
        .set(rowOf(drill))
        .where('id', '=', drill.id)
        .where('version', '=', drill.version - 1)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) return false;
      await appendAudit(t, audit);
      return true;
    });
  }

  drill(id: DrillId): Promise<Drill | null> {
    return read(this.#database, 'reading a drill', async (db) => {
      const row = await db.selectFrom('drill').select('body').where('id', '=', id).executeTakeFirst();
      return row ? drillOf(row) : null;
    });
  }

  drills({ before, limit }: { readonly before?: number; readonly limit: number }): Promise<readonly Drill[]> {
    return read(this.#database, 'reading the drills', async (db) => {
      let select = db.selectFrom('drill').select('body');
      if (before !== undefined) select = select.where('number', '<', before);
      return (await select.orderBy('number', 'desc').limit(limit).execute()).map(drillOf);
    });
  }

  openDrills(): Promise<readonly Drill[]> {
    return read(this.#database, 'reading the drills', async (db) => {
      const rows = await db.selectFrom('drill').select('body').where('closed', '=', 0).orderBy('number').execute();
      return rows.map(drillOf);
    });
  }
}

const rowOf = (drill: Drill): Pick<DrillRow, 'version' | 'closed' | 'body'> => ({
  version: drill.version,
  closed: drill.isClosed ? 1 : 0,
  body: JSON.stringify(drill),
});

const drillOf = ({ body }: Pick<DrillRow, 'body'>): Drill => JSON.parse(body) as Drill;

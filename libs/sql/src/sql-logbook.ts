import {
  type Correction,
  type Finding,
  type GaugeId,
  Logbook,
  type LogbookEntry,
  type LogbookKind,
  type Maintenance,
  type MaintenanceEnd,
  type NumberedLogbookEntry,
  placeOf,
  type Quantity,
} from '#core';
import { appendAudit, roleOf } from './audit-entries.ts';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { LogbookRow } from './tables.ts';
import { read, write } from './write.ts';

/** The logbook on SQLite or PostgreSQL. Rejects with `LedgerUnavailable` when the database cannot be reached. */
export class SqlLogbook extends Logbook {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  enter(entry: LogbookEntry): Promise<NumberedLogbookEntry> {
    return write(this.#database, `entering ${entry.id} in the logbook`, async (t) => {
      // Locks the row of the counter first, so that of two processes the second one sees what the first has written.
      const number = await reserve(t, 'logbook', 1);
      const known = await t.selectFrom('logbook').select(['number', 'body']).where('id', '=', entry.id).executeTakeFirst();
      if (known) {
        await reserve(t, 'logbook', -1);
        return numbered(known);
      }
      const { id, gauge, kind } = entry;
      const { at, of, quantity } = placeOf(entry);
      const row = { number, id, gauge, kind, quantity, at, of_id: of, body: JSON.stringify(entry) };
      await t.insertInto('logbook').values(row).execute();
      const { by, madeAt, reason, ...said } = entry;
      await appendAudit(t, [
        { at: madeAt, by, role: await roleOf(t, by), act: 'logbook-entered', subject: `gauge/${gauge}`, after: said, grounds: reason },
      ]);
      return numbered(row);
    });
  }

  entry(id: string): Promise<NumberedLogbookEntry | null> {
    return read(this.#database, 'reading the logbook', async (db) => {
      const row = await db.selectFrom('logbook').select(['number', 'body']).where('id', '=', id).executeTakeFirst();
      return row ? numbered(row) : null;
    });
  }

  entries({
    gauge,
    kinds,
    before,
    limit,
  }: {
    readonly gauge?: GaugeId;
    readonly kinds?: readonly LogbookKind[];
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly NumberedLogbookEntry[]> {
    return read(this.#database, 'reading the logbook', async (db) => {
      let select = db.selectFrom('logbook').select(['number', 'body']);
      if (gauge !== undefined) select = select.where('gauge', '=', gauge);
      if (kinds !== undefined) select = select.where('kind', 'in', [...kinds]);
      if (before !== undefined) select = select.where('number', '<', before);
      return (await select.orderBy('number', 'desc').limit(limit).execute()).map(numbered);
    });
  }

  corrections({
    gauge,
    quantity,
    from,
    to,
  }: {
    readonly gauge: GaugeId;
    readonly quantity: Quantity;
    readonly from: number;
    readonly to: number;
  }): Promise<readonly Correction[]> {
    return read(this.#database, 'reading corrections', async (db) => {
      const rows = await db
        .selectFrom('logbook')
        .select('body')
        .where('kind', '=', 'correction')
        .where('gauge', '=', gauge)
        .where('quantity', '=', quantity)
        .where('at', '>=', from)
        .where('at', '<', to)
        .orderBy('number')
        .execute();
      return rows.map(({ body }) => JSON.parse(body) as Correction);
    });
  }

  maintenance(until: number): Promise<readonly (Maintenance | MaintenanceEnd)[]> {
    return read(this.#database, 'reading maintenance', async (db) => {
      const planned = db.selectFrom('logbook').select('id').where('kind', '=', 'maintenance').where('at', '>', until);
      const rows = await db
        .selectFrom('logbook')
        .select('body')
        .where((e) => e.or([e('id', 'in', planned), e.and([e('kind', '=', 'maintenanceEnded'), e('of_id', 'in', planned)])]))
        .orderBy('number')
        .execute();
      return rows.map(({ body }) => JSON.parse(body) as Maintenance | MaintenanceEnd);
    });
  }

  openFindings(gauge?: GaugeId): Promise<readonly Finding[]> {
    return read(this.#database, 'reading findings', async (db) => {
      let select = db
        .selectFrom('logbook as found')
        .select('found.body')
        .where('found.kind', '=', 'finding')
        .where((e) => e.not(e.exists(e.selectFrom('logbook as ended').select('ended.id').whereRef('ended.of_id', '=', 'found.id'))));
      if (gauge !== undefined) select = select.where('found.gauge', '=', gauge);
      return (await select.orderBy('found.number').execute()).map(({ body }) => JSON.parse(body) as Finding);
    });
  }
}

const numbered = ({ number, body }: Pick<LogbookRow, 'number' | 'body'>): NumberedLogbookEntry => ({
  ...(JSON.parse(body) as LogbookEntry),
  number,
});

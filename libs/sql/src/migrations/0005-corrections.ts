import { sql, type Kysely } from 'kysely';

/** Version 5: what people did to gauges, and what was found out about them. */
export async function corrections(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('logbook')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('gauge', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('quantity', 'text')
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('of_id', 'text')
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('logbook_of_gauge').on('logbook').columns(['gauge', 'number']).execute();
  await db.schema.createIndex('logbook_in_time').on('logbook').columns(['kind', 'at']).execute();
  await db.schema.createIndex('logbook_of_entry').on('logbook').column('of_id').execute();
  await sql`insert into counter (name, value) values ('logbook', 0)`.execute(db);
}

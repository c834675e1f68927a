import { sql, type Kysely } from 'kysely';

/** Version 12: talks of the LINE account with their events and answers, what residents report, and which shelters are open. */
export async function lineAccount(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('line_event')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('person', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('state', 'integer', (c) => c.notNull())
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('going', 'text', (c) => c.notNull())
    .addColumn('doubtful', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  // Handled events keep their ids for days and are many; those that wait are few.
  await sql`create index line_event_waiting on line_event (at, number) where state = 0`.execute(db);
  await sql`create index line_event_answering on line_event (due_at, number) where state = 1`.execute(db);
  await db.schema.createIndex('line_event_in_time').on('line_event').column('received_at').execute();

  await db.schema
    .createTable('talk')
    .addColumn('person', 'text', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('return_by', 'bigint')
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('talk_return').on('talk').column('return_by').execute();
  await db.schema.createIndex('talk_in_time').on('talk').column('at').execute();

  await db.schema
    .createTable('resident_report')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('person', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('urgent', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('by_name', 'text', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('acted_at', 'bigint')
    .addColumn('safe_since', 'bigint')
    .execute();
  await db.schema.createIndex('resident_report_in_order').on('resident_report').columns(['urgent', 'number']).execute();
  await db.schema.createIndex('resident_report_of_person').on('resident_report').columns(['person', 'number']).execute();
  await db.schema.createIndex('resident_report_in_time').on('resident_report').column('at').execute();

  await db.schema
    .createTable('shelter_opening')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('shelter', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('by_name', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('shelter_opening_of').on('shelter_opening').columns(['shelter', 'number']).execute();

  await sql`insert into counter (name, value) values ('line_event', 0), ('resident_report', 0), ('shelter_opening', 0)`.execute(db);
}

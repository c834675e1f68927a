import { sql, type Kysely } from 'kysely';

/** Version 6: tickets that people wait with, and calls of queues, which stand apart from what screens and alerts look back at. */
export async function crowding(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ticket')
    .addColumn('gauge', 'text', (c) => c.notNull())
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('no', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('ticket_pk', ['gauge', 'number', 'no'])
    .execute();
  await db.schema.createIndex('ticket_of_subscriber').on('ticket').column('no').execute();
  await db.schema.createIndex('ticket_in_time').on('ticket').column('expires_at').execute();

  // A city's windows call thousands of numbers a day: none of them may push what concerns an alert out of a page.
  await db.schema
    .alterTable('transition')
    .addColumn('turn', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  const shown = sql`turn = 0`;
  await sql`create index transition_shown on transition (number) where ${shown}`.execute(db);
  await sql`create index transition_shown_of_gauge on transition (gauge, number) where ${shown}`.execute(db);
}

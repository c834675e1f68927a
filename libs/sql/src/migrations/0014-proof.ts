import { sql, type Kysely } from 'kysely';

/** Version 14: what became of single recipients, whose place a delivery takes, and since when dispatch is held. */
export async function proof(db: Kysely<unknown>): Promise<void> {
  for (const column of ['homes', 'stands_for', 'stands_recipient', 'stands_why'])
    await db.schema.alterTable('delivery').addColumn(column, 'text').execute();
  await db.schema
    .alterTable('delivery')
    .addColumn('stood_in', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  // What LINE took leaves this index, so that looking for another way reads what is open and no million.
  await sql`create index delivery_unreached on delivery (expires_at) where stood_in = 0 and channel = 'line' and state <> 'sent'`.execute(
    db,
  );

  await db.schema
    .createTable('recipient_note')
    .addColumn('delivery_id', 'text', (c) => c.notNull())
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('transition_id', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('why', 'text', (c) => c.notNull())
    .addColumn('districts', 'text', (c) => c.notNull())
    .addColumn('stood_in', 'integer', (c) => c.notNull().defaultTo(0))
    .addPrimaryKeyConstraint('recipient_note_pk', ['delivery_id', 'recipient'])
    .execute();
  await db.schema.createIndex('recipient_note_of_transition').on('recipient_note').column('transition_id').execute();
  await sql`create index recipient_note_blocked on recipient_note (at) where stood_in = 0 and state = 'blocked'`.execute(db);

  await db.schema
    .createTable('dispatch_hold')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('open', 'integer', (c) => c.notNull())
    .execute();
  await sql`insert into counter (name, value) values ('dispatch_hold', 0)`.execute(db);
}

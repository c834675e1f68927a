import { sql, type Kysely } from 'kysely';

/** Version 18: who came to shelters and who went, and who lets family ask. */
export async function checkIn(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('check_in')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('shelter', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('party', 'text')
    .addColumn('ticket', 'integer')
    .addColumn('households', 'integer', (c) => c.notNull())
    .addColumn('persons', 'integer', (c) => c.notNull())
    .addColumn('total_households', 'integer', (c) => c.notNull())
    .addColumn('total_persons', 'integer', (c) => c.notNull())
    .addColumn('way', 'text', (c) => c.notNull())
    .addColumn('by_name', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('of', 'text', (c) => c.unique())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('check_in_of_shelter').on('check_in').columns(['shelter', 'number']).execute();
  await db.schema.createIndex('check_in_in_time').on('check_in').column('at').execute();

  await db.schema
    .createTable('check_in_party')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('shelter', 'text', (c) => c.notNull())
    .addColumn('ticket', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('turn', 'integer', (c) => c.notNull())
    .addColumn('households', 'integer', (c) => c.notNull())
    .addColumn('persons', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('check_in_party_in').on('check_in_party').columns(['shelter', 'state', 'ticket']).execute();
  await db.schema.createIndex('check_in_party_in_time').on('check_in_party').column('at').execute();

  await db.schema
    .createTable('check_in_register')
    .addColumn('shelter', 'text', (c) => c.primaryKey())
    .addColumn('number', 'bigint', (c) => c.notNull())
    .addColumn('open', 'integer', (c) => c.notNull())
    .addColumn('households', 'integer', (c) => c.notNull())
    .addColumn('persons', 'integer', (c) => c.notNull())
    .addColumn('corrected', 'bigint', (c) => c.notNull())
    .addColumn('ticket', 'integer', (c) => c.notNull())
    .addColumn('sheet', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('family_code')
    .addColumn('holder', 'text', (c) => c.primaryKey())
    .addColumn('lookup', 'text', (c) => c.notNull().unique())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('sealed', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('family_code_end').on('family_code').column('expires_at').execute();

  await sql`insert into counter (name, value) values ('check_in', 0)`.execute(db);
}

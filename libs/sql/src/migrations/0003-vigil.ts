import { sql, type Kysely } from 'kysely';

/** Version 3: the stage that reminds and escalates, what it remembers, and who answered. */
export async function vigil(db: Kysely<unknown>): Promise<void> {
  await sql`insert into stage (stage, position, fence) values ('vigil', 0, 0)`.execute(db);
  await db.schema
    .createTable('vigil')
    .addColumn('alert_id', 'text', (c) => c.primaryKey())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('answer')
    .addColumn('alert_id', 'text', (c) => c.notNull())
    .addColumn('by_name', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('answer_pk', ['alert_id', 'by_name'])
    .execute();
}

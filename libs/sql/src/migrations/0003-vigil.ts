import { sql, type Kysely } from 'kysely';

/** Version 3: the stage that reminds and escalates, what it remembers, who answered; and how often a stage began at one position. */
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
  await db.schema
    .createTable('attempt')
    .addColumn('stage', 'text', (c) => c.primaryKey())
    .addColumn('position', 'bigint', (c) => c.notNull())
    .addColumn('lives', 'integer', (c) => c.notNull())
    .execute();
}

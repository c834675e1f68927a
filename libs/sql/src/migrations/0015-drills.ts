import { sql, type Kysely } from 'kysely';

/** Version 15: the record of drills, and the stage by which a drill's own place tells its audience that it began and ended. */
export async function drills(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('drill')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('key', 'text', (c) => c.unique())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('closed', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('drill_open').on('drill').columns(['closed', 'number']).execute();
  await sql`insert into counter (name, value) values ('drill', 0)`.execute(db);
  await sql`insert into stage (stage, position, fence) values ('drill', 0, 0)`.execute(db);
}

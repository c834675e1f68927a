import { sql, type Kysely } from 'kysely';

/** Version 16: since when each channel of the heartbeat is to be proven and when it was, the stage that looks after it, and its deliveries by channel. */
export async function heartbeat(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('heartbeat')
    .addColumn('channel', 'text', (c) => c.primaryKey())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addColumn('proven_at', 'bigint')
    .execute();
  await sql`insert into stage (stage, position, fence) values ('heartbeat', 0, 0)`.execute(db);
  await sql`create index delivery_of_test on delivery (channel, number) where status = 'test'`.execute(db);
}

import type { Kysely } from 'kysely';

/** Version 11: the second factor of staff (S9), and when a session last proved who holds it (S14). Sessions from before have to prove it again. */
export async function secondFactor(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('second_factor')
    .addColumn('staff', 'text', (c) => c.primaryKey())
    .addColumn('secret', 'text', (c) => c.notNull())
    .addColumn('step', 'bigint', (c) => c.notNull())
    .addColumn('enrolled_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .alterTable('session')
    .addColumn('confirmed_at', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();
}

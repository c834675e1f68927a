import { sql, type Kysely } from 'kysely';

/** Version 2: what people do to an alert, what holds messages back, and what waits to be told together. */
export async function alertActs(db: Kysely<unknown>): Promise<void> {
  await sql`insert into counter (name, value) values ('act', 0), ('silence', 0), ('gathered', 0)`.execute(db);

  await db.schema
    .createTable('act')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('alert_id', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('act_of_alert').on('act').columns(['alert_id', 'number']).execute();

  await db.schema
    .createTable('silence')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('told', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('silence_open').on('silence').column('number').where(sql.ref('told'), '=', sql.lit(0)).execute();

  await db.schema
    .createTable('gathered')
    .addColumn('transition_id', 'text', (c) => c.notNull())
    .addColumn('route_id', 'text', (c) => c.notNull())
    .addColumn('number', 'bigint', (c) => c.notNull())
    .addColumn('group_id', 'text', (c) => c.notNull())
    .addColumn('leader_id', 'text', (c) => c.notNull())
    .addColumn('closes_at', 'bigint', (c) => c.notNull())
    .addColumn('told', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('gathered_pk', ['transition_id', 'route_id'])
    .execute();
  await db.schema.createIndex('gathered_open').on('gathered').column('number').where(sql.ref('told'), '=', sql.lit(0)).execute();
  await db.schema.createIndex('gathered_of_group').on('gathered').column('group_id').execute();
  await db.schema.createIndex('gathered_closed').on('gathered').column('closes_at').execute();
}

import { sql, type Kysely } from 'kysely';

/** Version 9: evacuation orders with the acts on them and what people hear of them, and the stages that propose and tell them. */
export async function orders(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('orders')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('is_open', 'integer', (c) => c.notNull())
    .addColumn('proposal_key', 'text', (c) => c.unique())
    .addColumn('next_look_at', 'bigint')
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await sql`create index orders_open on orders (number) where is_open = 1`.execute(db);
  await sql`create index orders_due on orders (next_look_at) where next_look_at is not null`.execute(db);
  for (const table of ['order_act', 'order_transition']) {
    await db.schema
      .createTable(table)
      .addColumn('number', 'bigint', (c) => c.primaryKey())
      .addColumn('id', 'text', (c) => c.notNull().unique())
      .addColumn('order_id', 'text', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .execute();
    await db.schema.createIndex(`${table}_of_order`).on(table).columns(['order_id', 'number']).execute();
  }
  await sql`insert into counter (name, value) values ('orders', 0), ('order_act', 0), ('order_transition', 0)`.execute(db);
  await sql`insert into stage (stage, position, fence) values ('propose', 0, 0), ('orders', 0, 0)`.execute(db);
}

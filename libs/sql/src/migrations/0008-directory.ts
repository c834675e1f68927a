import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Flavour } from '../flavour.ts';

/**
 * Version 8: addresses are sealed, and everything but the directory knows people by number. Sealing needs keys, which a migration has not, so the
 * rows from before are set aside here, and `adoptPlain` seals them when the directory is opened.
 */
export async function directory(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await db.schema.alterTable('subscriber').renameTo('subscriber_plain').execute();
  await db.schema
    .createTable('subscriber')
    .addColumn('no', 'bigint', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('charset', 'text', (c) => c.notNull())
    .addColumn('endpoint', 'text', (c) => c.notNull())
    .addColumn('blocked', 'integer', (c) => c.notNull())
    .addColumn('standby', 'bigint')
    .addColumn('lookup', 'text', (c) => c.notNull())
    .addColumn('sealed', 'text', (c) => c.notNull())
    .addColumn('sealed_by', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('subscriber_number', ['no'])
    .addUniqueConstraint('subscriber_lookup', ['lookup'])
    .execute();

  // Counting reads this and no row.
  await db.schema.createIndex('subscriber_counted').on('subscriber').columns(['channel', 'blocked', 'language']).execute();

  await db.schema
    .createTable('key_use')
    .addColumn('generation', 'integer', (c) => c.primaryKey())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .execute();

  // Whether somebody is blocked stands in the key of the sorted lines that make an audience, so that reading one asks nothing else.
  for (const [table, column] of [
    ['choice', 'district'],
    ['wish', 'category'],
  ] as const) {
    await db.schema.dropIndex(`${table}_of_subscriber`).execute();
    await db.schema.alterTable(table).renameTo(`${table}_before`).execute();
    await clustered(
      db.schema
        .createTable(table)
        .addColumn('channel', 'text', (c) => c.notNull())
        .addColumn('blocked', 'integer', (c) => c.notNull())
        .addColumn(column, 'text', (c) => c.notNull())
        .addColumn('language', 'text', (c) => c.notNull())
        .addColumn('no', 'bigint', (c) => c.notNull())
        .addPrimaryKeyConstraint(`${table}_key`, ['channel', 'blocked', column, 'language', 'no']),
      flavour,
    ).execute();
    const [to, from, of] = [sql.table(table), sql.table(`${table}_before`), sql.ref(column)];
    await sql`insert into ${to} (channel, blocked, ${of}, language, no) select channel, 0, ${of}, language, no from ${from}`.execute(db);
    await db.schema.dropTable(`${table}_before`).execute();
    await db.schema.createIndex(`${table}_of_subscriber`).on(table).column('no').execute();
  }

  await db.schema
    .createTable('delivery_plain')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .execute();
  await sql`insert into delivery_plain (number) select number from delivery`.execute(db);
}

/** SQLite keeps a table beside its primary key unless told otherwise; PostgreSQL knows no such words. */
function clustered<Name extends string, Columns extends string>(
  table: CreateTableBuilder<Name, Columns>,
  flavour: Flavour,
): CreateTableBuilder<Name, Columns> {
  return flavour === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table;
}

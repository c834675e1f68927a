import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Flavour } from '../flavour.ts';

/** Version 1: ledger, directory and accounts. */
export async function first(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await ledger(db);
  await deliveries(db);
  await directory(db, flavour);
  await accounts(db);
}

async function ledger(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('stage')
    .addColumn('stage', 'text', (c) => c.primaryKey())
    .addColumn('position', 'bigint', (c) => c.notNull())
    .addColumn('fence', 'bigint', (c) => c.notNull())
    .execute();
  await sql`insert into stage (stage, position, fence) values ('watch', 0, 0), ('dispatch', 0, 0)`.execute(db);

  await db.schema
    .createTable('counter')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'bigint', (c) => c.notNull())
    .execute();
  await sql`insert into counter (name, value) values ('transition', 0), ('delivery', 0), ('subscriber', 0)`.execute(db);

  await db.schema
    .createTable('gauge_watch')
    .addColumn('gauge', 'text', (c) => c.primaryKey())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('alert')
    .addColumn('rule_id', 'text', (c) => c.notNull())
    .addColumn('gauge', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('step', 'integer', (c) => c.notNull())
    .addColumn('changed_at', 'bigint', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('acknowledged_id', 'text')
    .addColumn('acknowledged_by', 'text')
    .addColumn('acknowledged_at', 'bigint')
    .addPrimaryKeyConstraint('alert_pk', ['rule_id', 'gauge'])
    .execute();
  await db.schema
    .createIndex('alert_open')
    .on('alert')
    .columns(['step desc', 'changed_at desc'])
    .where(sql.ref('state'), '<>', sql.lit('quiet'))
    .execute();

  await db.schema
    .createTable('transition')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('alert_id', 'text', (c) => c.notNull())
    .addColumn('gauge', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('transition_of_gauge').on('transition').columns(['gauge', 'number']).execute();
  await db.schema.createIndex('transition_of_alert').on('transition').columns(['alert_id', 'number']).execute();
}

async function deliveries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('message')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('transition_id', 'text', (c) => c.notNull())
    .addColumn('issued_at', 'bigint', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('message_of_transition').on('message').column('transition_id').execute();

  await db.schema
    .createTable('delivery')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('number', 'bigint', (c) => c.notNull().unique())
    .addColumn('message_id', 'text', (c) => c.notNull())
    .addColumn('transition_id', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('endpoint', 'text', (c) => c.notNull())
    .addColumn('lane', 'integer', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('recipients', 'text', (c) => c.notNull())
    .addColumn('recipient_count', 'integer', (c) => c.notNull())
    .addColumn('retry_key', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('first_attempt_at', 'bigint')
    .addColumn('settled_at', 'bigint')
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('last_reason', 'text', (c) => c.notNull())
    .addColumn('receipt', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('delivery_of_transition').on('delivery').columns(['transition_id', 'number']).execute();
  await db.schema.createIndex('delivery_of_message').on('delivery').column('message_id').execute();
  await db.schema
    .createIndex('delivery_settled')
    .on('delivery')
    .column('settled_at')
    .where(sql.ref('settled_at'), 'is not', null)
    .execute();
  // The endpoint comes last so that a claim can step over thousands of one mail domain without reading their rows (F58).
  await db.schema
    .createIndex('delivery_due')
    .on('delivery')
    .columns(['channel', 'lane', 'due_at', 'number', 'endpoint'])
    .where(sql.ref('state'), '=', sql.lit('queued'))
    .execute();
  await db.schema
    .createIndex('delivery_sending')
    .on('delivery')
    .column('number')
    .where(sql.ref('state'), '=', sql.lit('sending'))
    .execute();
  await db.schema.createIndex('delivery_dead').on('delivery').column('number').where(sql.ref('state'), '=', sql.lit('dead')).execute();
}

async function directory(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await db.schema
    .createTable('subscriber')
    .addColumn('no', 'bigint', (c) => c.primaryKey())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addUniqueConstraint('subscriber_address', ['channel', 'address'])
    .execute();
  await clustered(
    db.schema
      .createTable('choice')
      .addColumn('channel', 'text', (c) => c.notNull())
      .addColumn('district', 'text', (c) => c.notNull())
      .addColumn('language', 'text', (c) => c.notNull())
      .addColumn('no', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('choice_pk', ['channel', 'district', 'language', 'no']),
    flavour,
  ).execute();
  await db.schema.createIndex('choice_of_subscriber').on('choice').column('no').execute();
  await clustered(
    db.schema
      .createTable('wish')
      .addColumn('channel', 'text', (c) => c.notNull())
      .addColumn('category', 'text', (c) => c.notNull())
      .addColumn('language', 'text', (c) => c.notNull())
      .addColumn('no', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('wish_pk', ['channel', 'category', 'language', 'no']),
    flavour,
  ).execute();
  await db.schema.createIndex('wish_of_subscriber').on('wish').column('no').execute();
}

async function accounts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('device_key')
    .addColumn('key_hash', 'text', (c) => c.primaryKey())
    .addColumn('device', 'text', (c) => c.notNull())
    .addColumn('ordinal', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('revoked_at', 'bigint')
    .execute();
  await db.schema.createIndex('device_key_of_device').on('device_key').columns(['device', 'created_at']).execute();

  await db.schema
    .createTable('staff')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('session')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('staff', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('session_of_staff').on('session').column('staff').execute();
}

/** SQLite keeps a table beside its primary key unless told otherwise; PostgreSQL knows no such words. */
function clustered<Name extends string, Columns extends string>(
  table: CreateTableBuilder<Name, Columns>,
  flavour: Flavour,
): CreateTableBuilder<Name, Columns> {
  return flavour === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table;
}

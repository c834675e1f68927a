import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';

/**
 * Version 13: people who sign up by mail, the letters that go to them, and what comes back of mails. A bounce names its delivery by the identity
 * that the mail carried, so deliveries by mail are found by it, those from before too: anybody can write to such an address, so asking is cheap.
 */
export async function mail(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('mail_link')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('who', 'text', (c) => c.notNull())
    .addColumn('sealed', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('asked_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('mail_link_of_person').on('mail_link').columns(['who', 'asked_at']).execute();
  await db.schema.createIndex('mail_link_end').on('mail_link').column('expires_at').execute();

  await db.schema
    .createTable('mail_letter')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('sealed', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('mail_letter_due').on('mail_letter').column('due_at').execute();

  await db.schema
    .createTable('mail_bounce')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('delivery_id', 'text', (c) => c.notNull())
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('domain', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('day', 'text', (c) => c.notNull())
    .addUniqueConstraint('mail_bounce_once', ['delivery_id', 'kind', 'day'])
    .execute();
  await db.schema.createIndex('mail_bounce_of_recipient').on('mail_bounce').column('recipient').execute();
  await db.schema.createIndex('mail_bounce_of_domain').on('mail_bounce').columns(['domain', 'at']).execute();
  await db.schema.createIndex('mail_bounce_at').on('mail_bounce').column('at').execute();
  await sql`insert into counter (name, value) values ('letter', 0), ('bounce', 0)`.execute(db);

  await db.schema.alterTable('delivery').addColumn('mail_key', 'text').execute();
  await keepMailKeys(db);
  await sql`create index delivery_of_mail on delivery (mail_key) where mail_key is not null`.execute(db);
}

/** Deliveries at once: a statement of theirs stays below every limit on parameters. */
const SLICE = 500;

async function keepMailKeys(db: Kysely<unknown>): Promise<void> {
  for (let after = 0; ;) {
    const { rows } = await sql<{ id: string; number: number | string }>`
      select id, number from delivery where number > ${after} and channel <> 'line' order by number limit ${SLICE}`.execute(db);
    for (const { id } of rows) await sql`update delivery set mail_key = ${mailKeyOf(id)} where id = ${id}`.execute(db);
    if (rows.length < SLICE) return;
    after = Number(rows.at(-1)!.number);
  }
}

/** As `mailIdentity` made it when this version was current; a migration never follows later code. */
const mailKeyOf = (delivery: string): string => createHash('sha256').update(delivery).digest('hex').slice(0, 32);

import { sql, type Kysely } from 'kysely';
import type { Flavour } from '../flavour.ts';

/**
 * Version 10: what was done by whom. The database itself refuses to change or to remove an entry (S32); whoever takes the triggers away first is
 * found by the chain and by the checkpoints that are kept elsewhere.
 */
export async function audit(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await sql`insert into counter (name, value) values ('audit', 0)`.execute(db);
  await db.schema
    .createTable('audit')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('act', 'text', (c) => c.notNull())
    .addColumn('by_name', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('previous', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('audit_of_act').on('audit').columns(['act', 'number']).execute();
  await db.schema.createIndex('audit_of_name').on('audit').columns(['by_name', 'number']).execute();
  await db.schema.createIndex('audit_of_subject').on('audit').columns(['subject', 'number']).execute();
  await db.schema.createIndex('audit_at').on('audit').column('at').execute();
  // Transitions whose deliveries are not all summed up in the audit.
  await db.schema
    .createTable('send_open')
    .addColumn('transition_id', 'text', (c) => c.primaryKey())
    .execute();
  for (const statement of flavour === 'sqlite' ? SQLITE_GUARDS : POSTGRES_GUARDS) await sql.raw(statement).execute(db);
}

// `insert or replace` removes the row that was there without asking the trigger on deletes.
const SQLITE_GUARDS = [
  `create trigger audit_no_update before update on audit begin select raise(abort, 'audit entries are never changed'); end`,
  `create trigger audit_no_delete before delete on audit begin select raise(abort, 'audit entries are never removed'); end`,
  `create trigger audit_no_replace before insert on audit when exists (select 1 from audit where number = new.number)
     begin select raise(abort, 'audit entries are never replaced'); end`,
];

const POSTGRES_GUARDS = [
  `create function audit_refuse() returns trigger language plpgsql as $$
     begin raise exception 'audit entries are never changed or removed'; end $$`,
  `create trigger audit_no_change before update or delete on audit for each row execute function audit_refuse()`,
  `create trigger audit_no_truncate before truncate on audit for each statement execute function audit_refuse()`,
];

import { sql, type Kysely } from 'kysely';

/** Version 4: the playbooks that were in force, and by which of them the alerts count. */
export async function playbookVersions(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('stage').addColumn('playbook_version', 'text').execute();
  await db.schema
    .createTable('playbook_file')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('playbook_version')
    .addColumn('version', 'text', (c) => c.primaryKey())
    .addColumn('files', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('playbook_use')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('version', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .execute();
  await sql`insert into counter (name, value) values ('playbook_use', 0)`.execute(db);
}

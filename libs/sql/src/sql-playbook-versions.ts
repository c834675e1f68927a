import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Transaction } from 'kysely';
import { type PlaybookFiles, type PlaybookUse, PlaybookVersions } from '#core';
import { appendAudit, roleOf } from './audit-entries.ts';
import { storable } from './ledger-rows.ts';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Tables } from './tables.ts';
import { read, write } from './write.ts';

/** The playbooks that were in force, on SQLite or PostgreSQL. */
export class SqlPlaybookVersions extends PlaybookVersions {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  use({
    version,
    files,
    at,
    by,
  }: {
    readonly version: string;
    readonly files: PlaybookFiles;
    readonly at: number;
    readonly by: string;
  }): Promise<PlaybookUse> {
    return write(this.#database, `keeping the playbook ${version}`, async (t) => {
      // Locks the row of the counter first, so that of two processes the second one sees what the first has written.
      const number = await reserve(t, 'playbook_use', 1);
      const present = await t.selectFrom('playbook_use').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirst();
      if (present?.version === version) {
        await reserve(t, 'playbook_use', -1);
        return present;
      }
      const hashes: Record<string, string> = {};
      for (const [name, bytes] of files) {
        const hash = createHash('sha256').update(bytes).digest('hex');
        hashes[name] = hash;
        const body = gzipSync(bytes).toString('base64');
        await t
          .insertInto('playbook_file')
          .values({ hash, body })
          .onConflict((c) => c.column('hash').doNothing())
          .execute();
      }
      await t
        .insertInto('playbook_version')
        .values({ version, files: JSON.stringify(hashes) })
        .onConflict((c) => c.column('version').doNothing())
        .execute();
      const use = { number, version, at, by: storable(by) };
      await t.insertInto('playbook_use').values(use).execute();
      const earlier = present && (await hashesOf(t, present.version));
      const names = new Set([...Object.keys(earlier ?? {}), ...Object.keys(hashes)]);
      await appendAudit(t, [
        {
          at,
          by: use.by,
          role: await roleOf(t, by),
          act: 'playbook-in-force',
          subject: `playbook/${version}`,
          before: present ? { version: present.version } : null,
          after: { version, changedFiles: [...names].filter((name) => earlier?.[name] !== hashes[name]).toSorted() },
        },
      ]);
      return use;
    });
  }

  files(version: string): Promise<PlaybookFiles | null> {
    return read(this.#database, `reading the playbook ${version}`, async (db) => {
      const row = await db.selectFrom('playbook_version').select('files').where('version', '=', version).executeTakeFirst();
      if (!row) return null;
      const files = new Map<string, Uint8Array>();
      for (const [name, hash] of Object.entries(JSON.parse(row.files) as Record<string, string>)) {
        const { body } = await db.selectFrom('playbook_file').select('body').where('hash', '=', hash).executeTakeFirstOrThrow();
        files.set(name, new Uint8Array(gunzipSync(Buffer.from(body, 'base64'))));
      }
      return files;
    });
  }

  uses({ before, limit }: { readonly before?: number; readonly limit: number }): Promise<readonly PlaybookUse[]> {
    return read(this.#database, 'reading the playbooks in force', async (db) => {
      let select = db.selectFrom('playbook_use').selectAll();
      if (before !== undefined) select = select.where('number', '<', before);
      return select.orderBy('number', 'desc').limit(limit).execute();
    });
  }
}

const hashesOf = async (t: Transaction<Tables>, version: string): Promise<Readonly<Record<string, string>>> => {
  const row = await t.selectFrom('playbook_version').select('files').where('version', '=', version).executeTakeFirst();
  return row ? (JSON.parse(row.files) as Record<string, string>) : {};
};

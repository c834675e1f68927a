import { Audit, AUDIT_ROOT, type AuditDraft, type AuditEntry, type AuditHead, type AuditQuery, type AuditRow } from '#core';
import { appendAudit, auditFrom } from './audit-entries.ts';
import { sumUpSends } from './audit-sends.ts';
import type { SqlDatabase } from './sql-database.ts';
import { read, readKept, write } from './write.ts';

/** The audit chain on SQLite or PostgreSQL. Rejects with `LedgerUnavailable` when the database cannot be reached. */
export class SqlAudit extends Audit {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  append(drafts: readonly AuditDraft[]): Promise<readonly AuditEntry[]> {
    return write(this.#database, 'writing down what was done', (t) => appendAudit(t, drafts));
  }

  entries({ before, acts, by, subject, since, until, limit }: AuditQuery): Promise<readonly AuditEntry[]> {
    return read(this.#database, 'reading the audit', async (db) => {
      let select = db.selectFrom('audit').select(['body', 'previous', 'hash']);
      if (before !== undefined) select = select.where('number', '<', before);
      if (acts !== undefined) select = select.where('act', 'in', acts);
      if (by !== undefined) select = select.where('by_name', '=', by);
      if (subject !== undefined) select = select.where('subject', '=', subject);
      if (since !== undefined) select = select.where('at', '>=', since);
      if (until !== undefined) select = select.where('at', '<', until);
      return (await select.orderBy('number', 'desc').limit(limit).execute()).map(auditFrom);
    });
  }

  /** It is signed: an end that a power cut took back would look as if the record had been put back by somebody. */
  head(): Promise<AuditHead> {
    return readKept(this.#database, 'reading the end of the audit', async (db) => {
      const row = await db.selectFrom('audit').select(['number', 'hash']).orderBy('number', 'desc').limit(1).executeTakeFirst();
      return row ?? { number: 0, hash: AUDIT_ROOT };
    });
  }

  sumUpSends(at: number): Promise<number> {
    return write(this.#database, 'summing up what was sent', (t) => sumUpSends(t, at));
  }

  count(): Promise<number> {
    return read(this.#database, 'counting the audit', async (db) => {
      return (await db.selectFrom('counter').select('value').where('name', '=', 'audit').executeTakeFirstOrThrow()).value;
    });
  }

  rows(after: number, limit: number): Promise<readonly AuditRow[]> {
    return read(this.#database, 'reading the audit', (db) =>
      db
        .selectFrom('audit')
        .select(['number', 'at', 'act', 'by_name as by', 'subject', 'body as text', 'previous', 'hash'])
        .where('number', '>', after)
        .orderBy('number')
        .limit(limit)
        .execute(),
    );
  }
}

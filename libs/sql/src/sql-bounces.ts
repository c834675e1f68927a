import { type Bounce, Bounces, type Recipient } from '#core';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { BounceRow } from './tables.ts';
import { read, write } from './write.ts';

/** Bounces on SQLite or PostgreSQL, in the database of the ledger. */
export class SqlBounces extends Bounces {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  keep({ deliveryId, recipient, domain, kind, status, at, day }: Bounce): Promise<boolean> {
    return write(this.#database, 'keeping a bounce', async (t) => {
      const number = await reserve(t, 'bounce', 1); // Locks out the same bounce of another session.
      const known = await t
        .selectFrom('mail_bounce')
        .select('number')
        .where('delivery_id', '=', deliveryId)
        .where('kind', '=', kind)
        .where('day', '=', day)
        .executeTakeFirst();
      if (known) {
        await reserve(t, 'bounce', -1);
        return false;
      }
      await t.insertInto('mail_bounce').values({ number, delivery_id: deliveryId, recipient, domain, kind, status, at, day }).execute();
      return true;
    });
  }

  ofRecipient(recipient: Recipient): Promise<readonly Bounce[]> {
    return read(this.#database, 'reading bounces', async (db) => {
      const rows = await db.selectFrom('mail_bounce').selectAll().where('recipient', '=', recipient).orderBy('number').execute();
      return rows.map(bounceOf);
    });
  }

  ofDomain(domain: string, since: number, limit: number): Promise<readonly Bounce[]> {
    return read(this.#database, 'reading bounces', async (db) => {
      const rows = await db
        .selectFrom('mail_bounce')
        .selectAll()
        .where('domain', '=', domain)
        .where('at', '>=', since)
        .orderBy('at', 'desc')
        .orderBy('number', 'desc')
        .limit(limit)
        .execute();
      return rows.toReversed().map(bounceOf);
    });
  }

  domains(since: number): Promise<readonly string[]> {
    return read(this.#database, 'reading bounces', async (db) => {
      const rows = await db.selectFrom('mail_bounce').select('domain').distinct().where('at', '>=', since).orderBy('domain').execute();
      return rows.map(({ domain }) => domain);
    });
  }

  goneOn(days: number): Promise<readonly Recipient[]> {
    return read(this.#database, 'reading bounces', async (db) => {
      const rows = await db
        .selectFrom('mail_bounce')
        .select('recipient')
        .where('kind', '=', 'gone')
        .groupBy('recipient')
        .having((e) => e.fn.count('day').distinct(), '>=', days)
        .orderBy('recipient')
        .execute();
      return rows.map(({ recipient }) => recipient);
    });
  }

  list({
    before,
    limit,
  }: {
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly { readonly number: number; readonly bounce: Bounce }[]> {
    return read(this.#database, 'reading bounces', async (db) => {
      let query = db.selectFrom('mail_bounce').selectAll().orderBy('number', 'desc').limit(limit);
      if (before !== undefined) query = query.where('number', '<', before);
      return (await query.execute()).map((row) => ({ number: row.number, bounce: bounceOf(row) }));
    });
  }

  forgetOf(recipient: Recipient): Promise<number> {
    return write(this.#database, 'forgetting bounces', async (t) => {
      const { numDeletedRows } = await t.deleteFrom('mail_bounce').where('recipient', '=', recipient).executeTakeFirst();
      return Number(numDeletedRows);
    });
  }

  forget(before: number): Promise<number> {
    return write(this.#database, 'forgetting bounces', async (t) => {
      const { numDeletedRows } = await t.deleteFrom('mail_bounce').where('at', '<', before).executeTakeFirst();
      return Number(numDeletedRows);
    });
  }
}

const bounceOf = ({ delivery_id, recipient, domain, kind, status, at, day }: BounceRow): Bounce => ({
  deliveryId: delivery_id,
  recipient,
  domain,
  kind,
  status,
  at,
  day,
});

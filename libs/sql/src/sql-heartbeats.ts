import { type HeartbeatProof, Heartbeats } from '#core';
import type { SqlDatabase } from './sql-database.ts';
import { read, write } from './write.ts';

/** What is known of the heartbeat's channels on SQLite or PostgreSQL, in the database of the ledger. */
export class SqlHeartbeats extends Heartbeats {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  proofs(): Promise<readonly HeartbeatProof[]> {
    return read(this.#database, 'reading proofs of the heartbeat', async (db) => {
      const rows = await db.selectFrom('heartbeat').selectAll().orderBy('channel').execute();
      return rows.map(({ channel, since, proven_at: provenAt }) => ({ channel, since, provenAt }));
    });
  }

  keep(proofs: readonly HeartbeatProof[]): Promise<void> {
    return write(this.#database, 'keeping proofs of the heartbeat', async (t) => {
      await t.deleteFrom('heartbeat').execute();
      if (proofs.length === 0) return;
      const rows = proofs.map(({ channel, since, provenAt }) => ({ channel, since, proven_at: provenAt }));
      await t.insertInto('heartbeat').values(rows).execute();
    });
  }
}

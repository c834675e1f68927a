import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { SqliteAdapter, SqliteDialect, type SqliteDatabase } from 'kysely';

// Texts vary only with the number of rows in a statement, so a few hundred cover everything that runs often.
const STATEMENTS_MAX = 300;

// A prepared statement of 500 rows holds hundreds of kilobytes; preparing it again costs little next to running it.
const KEPT_TEXT_CHARS_MAX = 4_000;

/** Kysely's own SQLite dialect on the SQLite inside Node. It asks a database for `prepare` and `close`, and nothing else. */
export function nodeSqliteDialect(db: DatabaseSync): SqliteDialect {
  const kept = new Map<string, Statement>();
  const database: SqliteDatabase = {
    close: () => db.close(),
    prepare: (text) => {
      // After an I/O error SQLite has rolled back by itself; a second rollback would hide the error that matters.
      if (text === 'rollback' && !db.isTransaction) return NOTHING;
      // A deferred transaction that reads and then writes fails at once (517) when another process wrote meanwhile.
      const sql = text === 'begin' ? 'begin immediate' : text;
      const known = kept.get(sql);
      if (known) return known;
      const fresh = statement(db.prepare(sql));
      if (sql.length > KEPT_TEXT_CHARS_MAX) return fresh;
      if (kept.size >= STATEMENTS_MAX) kept.delete(kept.keys().next().value as string);
      kept.set(sql, fresh);
      return fresh;
    },
  };
  return new NodeSqliteDialect({ database });
}

class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

/** SQLite takes back the making of a table like any other change. Kysely says that it does not, and then migrates without a transaction (F6). */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

type Statement = ReturnType<SqliteDatabase['prepare']>;

const NOTHING: Statement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
};

function statement(prepared: StatementSync): Statement {
  return {
    reader: prepared.columns().length > 0,
    all: (values) => prepared.all(...values.map(accepted)),
    run: (values) => prepared.run(...values.map(accepted)),
    iterate: (values) => prepared.iterate(...values.map(accepted)),
  };
}

/** node:sqlite turns undefined, NaN and a Date into NULL without a word. */
function accepted(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'bigint' || value instanceof Uint8Array) return value;
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  throw new TypeError(`not a value for SQLite: ${typeof value}`);
}

import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { nodeSqliteDialect } from './node-sqlite-dialect.ts';

interface Tables {
  readonly reading: { readonly gauge: string; readonly value: number | null };
}

let file: DatabaseSync;
let db: Kysely<Tables>;

beforeEach(() => {
  file = new DatabaseSync(':memory:');
  file.exec('create table reading (gauge text primary key, value real)');
  db = new Kysely<Tables>({ dialect: nodeSqliteDialect(file) });
});
afterEach(() => db.destroy());

it('tells how many rows a statement changed, and what it returns', async () => {
  const { numInsertedOrUpdatedRows } = await db.insertInto('reading').values({ gauge: 'tama-03', value: 3 }).executeTakeFirstOrThrow();
  expect(numInsertedOrUpdatedRows).toBe(1n);
  const row = await db.updateTable('reading').set({ value: 4 }).returning(['gauge', 'value']).executeTakeFirstOrThrow();
  expect({ ...row }).toEqual({ gauge: 'tama-03', value: 4 });
});

it.each([undefined, NaN, new Date(0), true, {}])('refuses %p, which SQLite would keep as NULL or as another value', async (value) => {
  await expect(sql`insert into reading values ('tama-03', ${value})`.execute(db)).rejects.toThrow(TypeError);
});

it('ends a transaction with its callback', async () => {
  const seen: boolean[] = [];
  await db.transaction().execute(async (t) => {
    seen.push(file.isTransaction);
    await t.insertInto('reading').values({ gauge: 'tama-03', value: 3 }).execute();
  });
  expect(seen).toEqual([true]);
  expect(file.isTransaction).toBe(false);
});

it('takes back what a failed transaction did, the making of tables included', async () => {
  const failing = db.transaction().execute(async (t) => {
    await t.schema.createTable('other').addColumn('id', 'text').execute();
    await t.insertInto('reading').values({ gauge: 'tama-03', value: 3 }).execute();
    throw new Error('broke off');
  });
  await expect(failing).rejects.toThrow('broke off');
  expect(file.prepare(`select name from sqlite_master where type = 'table'`).all()).toHaveLength(1);
  expect(await db.selectFrom('reading').selectAll().execute()).toEqual([]);
});

it('shows the error that matters when SQLite has rolled back by itself', async () => {
  const failing = db.transaction().execute(async () => {
    file.exec('rollback'); // As SQLite does by itself after an error of the disk.
    throw new Error('disk I/O error');
  });
  await expect(failing).rejects.toThrow('disk I/O error');
});

it('runs many different statements with a bounded number of prepared ones', async () => {
  for (let rows = 1; rows <= 400; rows += 1) {
    const gauges = Array.from({ length: rows }, (_, index) => `gauge-${index}`);
    await db.selectFrom('reading').select('gauge').where('gauge', 'in', gauges).execute();
  }
  await db.insertInto('reading').values({ gauge: 'tama-03', value: null }).execute();
  expect(await db.selectFrom('reading').select('value').executeTakeFirst()).toEqual({ value: null });
});

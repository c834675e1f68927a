import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { KeyRing } from '#keys';
import { migrate, MIGRATIONS, nodeSqliteDialect, SchemaTooNew, SqlDirectory, SqlLedger, type Flavour, type MigrationStep } from '#sql';
import { whatFilesHold } from '../support/what-files-hold.ts';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { anAlert, aTransition } from './ledger-values.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

interface Version {
  readonly name: string;
  /** What a program of that version would have left behind, in its own words. */
  readonly left: readonly string[];
}

/** Keys of which the rows below were sealed. */
const KEYS = new KeyRing({ root: Buffer.alloc(32, 1), generations: new Map([[1, Buffer.alloc(32, 2)]]) });

/** Every version that was ever released. Adding one is a row; the rows before stay as they are. */
const VERSIONS: readonly Version[] = [
  {
    name: '0001-first',
    left: [
      `update stage set position = 40, fence = 3 where stage = 'watch'`,
      `update counter set value = 1`,
      `insert into alert (rule_id, gauge, id, state, step, changed_at, body, acknowledged_id, acknowledged_by, acknowledged_at)
         values ('river-level', 'tama-03', 'river-level@tama-03#1', 'raised', 2, ${anAlert().changedAt}, '${JSON.stringify(anAlert())}',
           'river-level@tama-03#1', 'sato', 77)`,
      `insert into transition (number, id, alert_id, gauge, body)
         values (1, '${aTransition().id}', 'river-level@tama-03#1', 'tama-03', '${JSON.stringify(aTransition())}')`,
      `insert into subscriber (no, channel, language, address) values (1, 'line', 'ja', 'U1')`,
      `insert into choice (channel, district, language, no) values ('line', '001', 'ja', 1)`,
      `insert into wish (channel, category, language, no) values ('line', 'flood', 'ja', 1)`,
    ],
  },
  {
    name: '0002-alert-acts',
    left: [
      `update stage set position = 40, fence = 3 where stage = 'watch'`,
      `update counter set value = 1`,
      `insert into alert (rule_id, gauge, id, state, step, changed_at, body, acknowledged_id, acknowledged_by, acknowledged_at)
         values ('river-level', 'tama-03', 'river-level@tama-03#1', 'raised', 2, ${anAlert().changedAt}, '${JSON.stringify(anAlert())}',
           'river-level@tama-03#1', 'sato', 77)`,
      `insert into transition (number, id, alert_id, gauge, body)
         values (1, '${aTransition().id}', 'river-level@tama-03#1', 'tama-03', '${JSON.stringify(aTransition())}')`,
      `insert into subscriber (no, channel, language, address) values (1, 'line', 'ja', 'U1')`,
      `insert into choice (channel, district, language, no) values ('line', '001', 'ja', 1)`,
      `insert into wish (channel, category, language, no) values ('line', 'flood', 'ja', 1)`,
      `insert into act (number, id, alert_id, body) values (1, 'river-level@tama-03#1/mute/sato/5', 'river-level@tama-03#1', '{}')`,
    ],
  },
  {
    name: '0003-vigil',
    left: [
      `update stage set position = 40, fence = 3 where stage = 'watch'`,
      `update counter set value = 1`,
      `insert into alert (rule_id, gauge, id, state, step, changed_at, body, acknowledged_id, acknowledged_by, acknowledged_at)
         values ('river-level', 'tama-03', 'river-level@tama-03#1', 'raised', 2, ${anAlert().changedAt}, '${JSON.stringify(anAlert())}',
           'river-level@tama-03#1', 'sato', 77)`,
      `insert into transition (number, id, alert_id, gauge, body)
         values (1, '${aTransition().id}', 'river-level@tama-03#1', 'tama-03', '${JSON.stringify(aTransition())}')`,
      `insert into subscriber (no, channel, language, address) values (1, 'line', 'ja', 'U1')`,
      `insert into choice (channel, district, language, no) values ('line', '001', 'ja', 1)`,
      `insert into vigil (alert_id, body) values ('river-level@tama-03#1', '{}')`,
      `insert into answer (alert_id, by_name, at) values ('river-level@tama-03#1', 'tanaka', 78)`,
      `insert into wish (channel, category, language, no) values ('line', 'flood', 'ja', 1)`,
    ],
  },
  {
    name: '0004-playbook-versions',
    left: [
      `update stage set position = 40, fence = 3, playbook_version = 'v1' where stage = 'watch'`,
      `update counter set value = 1`,
      `insert into alert (rule_id, gauge, id, state, step, changed_at, body, acknowledged_id, acknowledged_by, acknowledged_at)
         values ('river-level', 'tama-03', 'river-level@tama-03#1', 'raised', 2, ${anAlert().changedAt}, '${JSON.stringify(anAlert())}',
           'river-level@tama-03#1', 'sato', 77)`,
      `insert into transition (number, id, alert_id, gauge, body)
         values (1, '${aTransition().id}', 'river-level@tama-03#1', 'tama-03', '${JSON.stringify(aTransition())}')`,
      `insert into subscriber (no, channel, language, address) values (1, 'line', 'ja', 'U1')`,
      `insert into choice (channel, district, language, no) values ('line', '001', 'ja', 1)`,
      `insert into wish (channel, category, language, no) values ('line', 'flood', 'ja', 1)`,
      `insert into playbook_use (number, version, at, by) values (1, 'v1', 5, 'start')`,
    ],
  },
  {
    name: '0005-corrections',
    left: [
      `update stage set position = 40, fence = 3, playbook_version = 'v1' where stage = 'watch'`,
      `update counter set value = 1`,
      `insert into alert (rule_id, gauge, id, state, step, changed_at, body, acknowledged_id, acknowledged_by, acknowledged_at)
         values ('river-level', 'tama-03', 'river-level@tama-03#1', 'raised', 2, ${anAlert().changedAt}, '${JSON.stringify(anAlert())}',
           'river-level@tama-03#1', 'sato', 77)`,
      `insert into transition (number, id, alert_id, gauge, body)
         values (1, '${aTransition().id}', 'river-level@tama-03#1', 'tama-03', '${JSON.stringify(aTransition())}')`,
      `insert into subscriber (no, channel, language, address) values (1, 'line', 'ja', 'U1')`,
      `insert into choice (channel, district, language, no) values ('line', '001', 'ja', 1)`,
      `insert into wish (channel, category, language, no) values ('line', 'flood', 'ja', 1)`,
      `insert into logbook (number, id, gauge, kind, at, body) values (1, 'sato/1', 'tama-03', 'note', 5, '{}')`,
    ],
  },
  {
    name: '0006-crowding',
    left: [
      `update stage set position = 40, fence = 3, playbook_version = 'v1' where stage = 'watch'`,
      `update counter set value = 1`,
      `insert into alert (rule_id, gauge, id, state, step, changed_at, body, acknowledged_id, acknowledged_by, acknowledged_at)
         values ('river-level', 'tama-03', 'river-level@tama-03#1', 'raised', 2, ${anAlert().changedAt}, '${JSON.stringify(anAlert())}',
           'river-level@tama-03#1', 'sato', 77)`,
      `insert into transition (number, id, alert_id, gauge, body, turn)
         values (1, '${aTransition().id}', 'river-level@tama-03#1', 'tama-03', '${JSON.stringify(aTransition())}', 0)`,
      `insert into subscriber (no, channel, language, address) values (1, 'line', 'ja', 'U1')`,
      `insert into choice (channel, district, language, no) values ('line', '001', 'ja', 1)`,
      `insert into wish (channel, category, language, no) values ('line', 'flood', 'ja', 1)`,
      `insert into ticket (gauge, number, no, expires_at) values ('window', 12, 1, 99)`,
    ],
  },
  {
    name: '0007-fault-stage',
    left: [
      `update stage set position = 40, fence = 3, playbook_version = 'v1' where stage = 'watch'`,
      `update counter set value = 1`,
      `insert into alert (rule_id, gauge, id, state, step, changed_at, body, acknowledged_id, acknowledged_by, acknowledged_at)
         values ('river-level', 'tama-03', 'river-level@tama-03#1', 'raised', 2, ${anAlert().changedAt}, '${JSON.stringify(anAlert())}',
           'river-level@tama-03#1', 'sato', 77)`,
      `insert into transition (number, id, alert_id, gauge, body, turn)
         values (1, '${aTransition().id}', 'river-level@tama-03#1', 'tama-03', '${JSON.stringify(aTransition())}', 0)`,
      `insert into subscriber (no, channel, language, address) values (1, 'line', 'ja', 'U1')`,
      `insert into choice (channel, district, language, no) values ('line', '001', 'ja', 1)`,
      `insert into wish (channel, category, language, no) values ('line', 'flood', 'ja', 1)`,
      `update stage set position = 3, fence = 2 where stage = 'fault'`,
      `insert into ticket (gauge, number, no, expires_at) values ('window', 12, 1, 99)`,
    ],
  },
  // What later ones add stays empty here.
  ...Object.keys(MIGRATIONS)
    .filter((name) => name >= '0008-directory')
    .map((name) => ({
      name,
      left: [
        `update stage set position = 40, fence = 3, playbook_version = 'v1' where stage = 'watch'`,
        `update counter set value = 1`,
        `insert into alert (rule_id, gauge, id, state, step, changed_at, body, acknowledged_id, acknowledged_by, acknowledged_at)
         values ('river-level', 'tama-03', 'river-level@tama-03#1', 'raised', 2, ${anAlert().changedAt}, '${JSON.stringify(anAlert())}',
           'river-level@tama-03#1', 'sato', 77)`,
        `insert into transition (number, id, alert_id, gauge, body, turn)
         values (1, '${aTransition().id}', 'river-level@tama-03#1', 'tama-03', '${JSON.stringify(aTransition())}', 0)`,
        `insert into key_use (generation, fingerprint) values (0, '${KEYS.fingerprint(0)}'), (1, '${KEYS.fingerprint(1)}')`,
        `insert into subscriber (no, channel, language, charset, endpoint, blocked, standby, lookup, sealed, sealed_by)
         values (1, 'line', 'ja', 'utf-8', 'line', 0, null, '${KEYS.digest('directory', 'line U1')}', '${KEYS.seal('directory', 'U1', 'line 1')}', 1)`,
        `insert into choice (channel, blocked, district, language, no) values ('line', 0, '001', 'ja', 1)`,
        `insert into wish (channel, blocked, category, language, no) values ('line', 0, 'flood', 'ja', 1)`,
      ],
    })),
];

/** A step that fails after it has changed something. */
const halfway: MigrationStep = async (db) => {
  await db.schema.createTable('half_done').addColumn('id', 'text').execute();
  await sql`update counter set value = 999`.execute(db);
  throw new Error('the step broke off');
};

const describeMigrations = (flavour: Flavour, newPlace: () => Promise<SqlPlace>): void => {
  describe(`migrations on ${flavour}`, () => {
    let place: SqlPlace;
    let db: Kysely<unknown>;
    beforeEach(async () => {
      place = await newPlace();
      db = flavour === 'sqlite' ? onSqlite(place.address) : onPostgres(place.address);
    });
    afterEach(async () => {
      await db.destroy();
      await place.clear();
    });

    it.each(VERSIONS)('F12 brings what version $name left behind up to date', async ({ name, left }) => {
      await migrate(db, flavour, { to: name });
      for (const statement of left) await sql.raw(statement).execute(db);

      const database = await place.open();
      const ledger = new SqlLedger(database);
      expect(await ledger.seize('watch')).toMatchObject({ position: 40, fence: 4 });
      expect(await ledger.openAlerts(9)).toEqual([anAlert({ acknowledgedBy: 'sato', acknowledgedAt: 77 })]);
      expect(await ledger.transitionsAfter(0, 9)).toEqual([{ number: 1, transition: aTransition() }]);
      const directory = await SqlDirectory.open({ database, keys: KEYS });
      const audience = directory.audience({ channel: 'line', category: 'flood', districts: ['001'] }, 500);
      expect(await Array.fromAsync(audience)).toMatchObject([{ language: 'ja', people: [{ recipient: '1', endpoint: 'line' }] }]);
      expect(await directory.contacts('line', ['1'])).toEqual([{ address: 'U1', charset: 'utf-8', language: 'ja' }]);
    });

    /** Which of the texts lie readable in a table, and in a file where the database is one. */
    const inTheOpen = async (texts: readonly string[]): Promise<readonly string[]> => {
      const tables = await db.introspection.getTables();
      const rows = await Promise.all(tables.map(({ name }) => sql`select * from ${sql.table(name)}`.execute(db)));
      const files = flavour === 'sqlite' ? whatFilesHold(dirname(place.address), texts).join() : '';
      return texts.filter((text) => JSON.stringify(rows.map((all) => all.rows)).includes(text) || files.includes(text));
    };

    describe('a directory from before addresses were sealed', () => {
      const HANA = 'hana.yamada@docomo.example.jp';
      const [U1, U2, GONE] = [`U${'a1'.repeat(16)}`, `U${'b2'.repeat(16)}`, `U${'c3'.repeat(16)}`];
      beforeEach(async () => {
        await migrate(db, flavour, { to: '0007-fault-stage' });
        for (const statement of [
          `insert into subscriber (no, channel, language, address) values (1, 'line', 'vi', '${U1}'), (2, 'line', 'ja', '${U2}'),
             (5, 'disaster-mail', 'ja', '${HANA}'), (6, 'disaster-mail', 'en', 'Hana.Yamada@Docomo.example.jp')`,
          `insert into choice (channel, district, language, no) values ('line', '001', 'vi', 1), ('line', '002', 'vi', 1), ('line', '001', 'ja', 2),
             ('disaster-mail', '001', 'ja', 5), ('disaster-mail', '002', 'en', 6)`,
          `insert into wish (channel, category, language, no) values ('line', 'flood', 'vi', 1), ('line', 'flood', 'ja', 2),
             ('disaster-mail', 'flood', 'ja', 5), ('disaster-mail', 'flood', 'en', 6)`,
          `insert into ticket (gauge, number, no, expires_at) values ('window', 12, 1, 99)`,
          `update counter set value = 6 where name = 'subscriber'`,
          `update counter set value = 25 where name = 'delivery'`,
        ])
          await sql.raw(statement).execute(db);
        await leaveDelivery(db, 1, 'line', [U1, GONE, U2], '');
        await leaveDelivery(db, 2, 'disaster-mail', [HANA], `550 5.1.1 <${HANA}> has no mailbox, try hana.yamada`);
        for (let number = 3; number <= 25; number += 1) await leaveDelivery(db, number, 'line', [GONE, U2], '');
      });

      it('is carried over: the same people by number and choice, their deliveries by number, and no address is left in the open', async () => {
        const directory = await SqlDirectory.open({ database: await place.open(), keys: KEYS });
        expect(await directory.subscriber('line', U1)).toMatchObject({ recipient: '1', language: 'vi', districts: ['001', '002'] });
        expect(await directory.subscriber('disaster-mail', HANA)).toMatchObject({ recipient: '5', address: HANA, districts: ['001'] });
        expect(await Array.fromAsync(directory.audience({ channel: 'line', category: 'flood', districts: ['001'] }, 9))).toMatchObject([
          { language: 'ja', people: [{ recipient: '2', endpoint: 'line' }] },
          { language: 'vi', people: [{ recipient: '1', endpoint: 'line' }] },
        ]);
        // Two spellings of one mailbox were two subscribers.
        expect(await Array.fromAsync(directory.audience({ channel: 'disaster-mail', category: 'flood', districts: null }, 9))).toEqual([
          { language: 'ja', people: [{ recipient: '5', endpoint: 'docomo.example.jp' }] },
        ]);
        const holders = directory.ticketHolders({ channel: 'line', gauge: 'window', near: { above: 11, upTo: 12 }, at: 1 }, 9);
        expect((await Array.fromAsync(holders))[0]).toMatchObject({ people: [{ recipient: '1' }] });

        const rows = (await new SqlLedger(await place.open()).deliveries({ limit: 99 })).map((row) => row.delivery).toReversed();
        const gone = rows[0]!.recipients[1]!;
        // Who left before keeps one number over all deliveries, which is nobody else's.
        expect(rows.map(({ recipients }) => recipients)).toEqual([
          ['1', gone, '2'],
          ['5'],
          ...Array.from({ length: 23 }, () => [gone, '2']),
        ]);
        expect(Number(gone)).toBeGreaterThan(6);
        expect(rows[1]).toMatchObject({ retryKey: 'key-2', lastReason: '550 5.1.1 <h…@docomo.example.jp> has no mailbox, try h…' });
        await directory.subscribe([{ channel: 'line', address: 'new', language: 'ja', districts: [], categories: [] }]);
        expect(Number(await directory.recipientOf('line', 'new'))).toBeGreaterThan(Number(gone));
        expect(await inTheOpen([U1, U2, GONE, HANA, 'hana.yamada'])).toEqual([]);
      });

      it('is found in the open before it is carried over', async () => {
        expect(await inTheOpen([U1, HANA, 'nobody'])).toEqual([U1, HANA]);
      });

      it('is carried over once although it is opened again, and by two at once', async () => {
        const database = await place.open();
        await Promise.all([SqlDirectory.open({ database, keys: KEYS }), SqlDirectory.open({ database: await place.open(), keys: KEYS })]);
        const before = await new SqlLedger(database).deliveries({ limit: 99 });
        await SqlDirectory.open({ database: await place.open(), keys: KEYS });
        expect(await new SqlLedger(database).deliveries({ limit: 99 })).toEqual(before);
      });
    });

    it('knows a row of the table above for every version', () => {
      expect(VERSIONS.map(({ name }) => name)).toEqual(Object.keys(MIGRATIONS));
    });

    it.each(VERSIONS)('ends with the same schema from version $name as from nothing', async ({ name }) => {
      await migrate(db, flavour, { to: name });
      await migrate(db, flavour);
      const fresh = await newPlace();
      const other = flavour === 'sqlite' ? onSqlite(fresh.address) : onPostgres(fresh.address);
      await migrate(other, flavour);
      expect(await schemaOf(db, flavour)).toEqual(await schemaOf(other, flavour));
      await other.destroy();
      await fresh.clear();
    });

    it('F6 leaves nothing of a step that broke off, and starts again', async () => {
      await migrate(db, flavour);
      const before = await schemaOf(db, flavour);
      const steps = { ...MIGRATIONS, '9999-half': halfway };
      await expect(migrate(db, flavour, { steps })).rejects.toThrow('the step broke off');
      expect(await schemaOf(db, flavour)).toEqual(before);
      const counters = await sql<{ value: number | string }>`select value from counter where value > 0`.execute(db);
      expect(counters.rows).toEqual([]);
      expect(await new SqlLedger(await place.open()).seize('watch')).toMatchObject({ position: 0, fence: 1 });
    });

    it('F6 refuses the schema of a newer program and does not touch it', async () => {
      await migrate(db, flavour, {
        steps: { ...MIGRATIONS, '9999-future': async (t) => t.schema.createTable('future').addColumn('id', 'text').execute() },
      });
      const before = await schemaOf(db, flavour);
      await expect(place.open()).rejects.toThrow(SchemaTooNew);
      await expect(place.open()).rejects.toThrow(/9999-future/);
      expect(await schemaOf(db, flavour)).toEqual(before);
    });

    it('migrates once although several processes start together', async () => {
      const opened = await Promise.all([place.open(), place.open(), place.open()]);
      for (const database of opened) expect((await new SqlLedger(database).seize('watch')).position).toBe(0);
      expect(await new SqlLedger(await place.open()).seize('watch')).toMatchObject({ fence: 4 });
    });
  });
};

describeMigrations('sqlite', sqlitePlace);

describe('a program that is killed in the middle of a migration on sqlite', () => {
  it('F6 leaves the version from before', async () => {
    const place = await sqlitePlace();
    const program = `
      import { DatabaseSync } from 'node:sqlite';
      import { Kysely, sql } from 'kysely';
      import { KeyRing } from '#keys';
import { migrate, MIGRATIONS, nodeSqliteDialect } from ${JSON.stringify(import.meta.resolve('../../libs/sql/src/index.ts'))};
      const db = new Kysely({ dialect: nodeSqliteDialect(new DatabaseSync(${JSON.stringify(place.address)})) });
      await sql\`pragma journal_mode = wal\`.execute(db);
      await migrate(db, 'sqlite', { steps: { '0001-first': async (t, flavour) => {
        await MIGRATIONS['0001-first'](t, flavour);
        process.kill(process.pid, 'SIGKILL');
      } } });`;
    const args = ['--conditions=source', '--input-type=module', '--eval', program];
    const { signal, stderr } = spawnSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' });
    expect({ signal, stderr }).toMatchObject({ signal: 'SIGKILL' });
    const file = new DatabaseSync(place.address);
    expect(file.prepare(`select name from sqlite_master where name = 'alert'`).all()).toEqual([]);
    file.close();
    expect(await new SqlLedger(await place.open()).seize('watch')).toMatchObject({ position: 0, fence: 1 });
    await place.clear();
  });
});

const withoutPostgres = await leftOut('postgres', 'migrations on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  describeMigrations('postgres', () => postgresPlace(server));
});

/** A delivery as a version before 8 left it: to addresses. */
const leaveDelivery = (db: Kysely<unknown>, number: number, channel: string, recipients: readonly string[], reason: string) =>
  sql`insert into delivery (id, number, message_id, transition_id, channel, endpoint, lane, status, recipients, recipient_count, retry_key,
      state, attempts, due_at, first_attempt_at, settled_at, expires_at, last_reason, receipt)
    values (${`m/${channel}/${number}`}, ${number}, 'm', 't', ${channel}, ${channel}, 1, 'actual', ${JSON.stringify(recipients)},
      ${recipients.length}, ${`key-${number}`}, 'sent', 1, 5, 5, 9, 99, ${reason}, ${`receipt ${number}`})`.execute(db);

const onSqlite = (file: string): Kysely<unknown> => new Kysely({ dialect: nodeSqliteDialect(new DatabaseSync(file, { timeout: 200 })) });

const onPostgres = (url: string): Kysely<unknown> =>
  new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: url, max: 1 }) }) });

/** Everything that describes the tables and indexes. */
async function schemaOf(db: Kysely<unknown>, flavour: Flavour): Promise<readonly unknown[]> {
  const query =
    flavour === 'sqlite'
      ? sql`select type, name, sql from sqlite_master order by type, name`
      : sql`select table_name || '.' || column_name as name, data_type || is_nullable as sql from information_schema.columns where table_schema = 'public'
            union all select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1, 2`;
  return (await query.execute(db)).rows.map((row) => Object.entries(row as object));
}

import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { type Audit, AUDIT_ROOT, type AuditDraft, AuditVerifier, type AuditFault, type Maintenance } from '#core';
import { MemoryAudit } from '#memory';
import { appendAudit, SqlAccounts, SqlAudit, type SqlDatabase, SqlLedger, SqlLogbook, SqlPlaybookVersions } from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { T0 } from '../support/builders.ts';
import { aDelivery, aMessage, anAlert, aTransition } from './ledger-values.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

const ALERT = 'river-level@tama-03#1';

const aDraft = (set: Partial<AuditDraft> = {}): AuditDraft => ({
  at: T0,
  by: 'sato',
  role: 'duty',
  act: 'alert-noted',
  subject: 'river-level@tama-03#1',
  ...set,
});

const faultsOf = async (audit: Audit, signed?: ReadonlyMap<number, string>): Promise<readonly AuditFault[]> => {
  const verifier = new AuditVerifier({ count: await audit.count(), ...(signed && { signed }) });
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const rows = await audit.rows(after, 2);
    for (const row of rows) verifier.take(row);
    if (rows.length === 0) return verifier.end(await audit.count()).faults;
    after = rows.at(-1)!.number;
  }
};

const describeAudit = (name: string, open: () => Promise<Audit>, close: () => Promise<void>): void => {
  describe(`audit on ${name}`, () => {
    let audit: Audit;
    beforeEach(async () => {
      audit = await open();
    });
    afterEach(close);

    it('is empty at first', async () => {
      expect(await audit.head()).toEqual({ number: 0, hash: AUDIT_ROOT });
      expect([await audit.count(), await audit.entries({ limit: 9 }), await audit.append([])]).toEqual([0, [], []]);
      expect(await faultsOf(audit)).toEqual([]);
    });

    it('S32 chains entries in the order in which they were written down', async () => {
      const [first, second] = await audit.append([aDraft({ after: { b: 1, a: 'こ' } }), aDraft({ by: 'mori', from: '192.0.2.1' })]);
      const [third] = await audit.append([aDraft({ grounds: '水位標 \0 = 3.2' })]);
      expect([first!.previous, second!.previous, third!.previous]).toEqual([AUDIT_ROOT, first!.hash, second!.hash]);
      expect(await audit.entries({ limit: 9 })).toEqual([third, second, first]);
      expect(await audit.head()).toMatchObject({ number: 3, hash: third!.hash });
      expect(await faultsOf(audit)).toEqual([]);
    });

    it('finds by act, name, subject and time, newest first, page by page', async () => {
      await audit.append([
        aDraft({ act: 'signed-in', subject: 'user/sato' }),
        aDraft({ at: T0 + 1, by: 'mori' }),
        aDraft({ at: T0 + 2, act: 'alert-muted', by: 'mori' }),
        aDraft({ at: T0 + 3, subject: 'user/ito', act: 'user-added', role: 'admin' }),
      ]);
      const numbers = async (query: Partial<Parameters<Audit['entries']>[0]>) =>
        (await audit.entries({ limit: 9, ...query })).map(({ number }) => number);
      expect(await numbers({})).toEqual([4, 3, 2, 1]);
      expect(await numbers({ before: 4, limit: 2 })).toEqual([3, 2]);
      expect(await numbers({ acts: ['signed-in', 'alert-muted'] })).toEqual([3, 1]);
      expect(await numbers({ by: 'mori' })).toEqual([3, 2]);
      expect(await numbers({ subject: 'user/ito' })).toEqual([4]);
      expect(await numbers({ since: T0 + 1, until: T0 + 3 })).toEqual([3, 2]);
      expect(await numbers({ by: 'mori', acts: ['signed-in'] })).toEqual([]);
    });
  });
};

const describeOnSql = (
  name: string,
  newPlace: () => Promise<SqlPlace>,
  raw: (address: string, statements: readonly string[]) => Promise<void>,
) => {
  describe(`audit beside the ledger on ${name}`, () => {
    let place: SqlPlace;
    let database: SqlDatabase;
    let audit: SqlAudit;
    beforeEach(async () => {
      place = await newPlace();
      database = await place.open();
      audit = new SqlAudit(database);
    });
    afterEach(() => place.clear());

    const said = async () =>
      (await audit.entries({ limit: 99 })).toReversed().map(({ act, by, role, subject }) => [act, by, role, subject]);
    const five = () => audit.append([1, 2, 3, 4, 5].map((at) => aDraft({ at, after: { text: `note ${at}` } })));

    it.each([
      `update audit set body = '{}' where number = 2`,
      `update audit set hash = 'x'`,
      `delete from audit where number = 2`,
      `delete from audit`,
      name === 'sqlite'
        ? `insert or replace into audit select number, at, act, 'mallory', subject, body, previous, hash from audit`
        : `truncate audit`,
    ])('S32 is refused by the database itself: %s', async (statement) => {
      await five();
      const before = await audit.rows(0, 99);
      await expect(raw(place.address, [statement])).rejects.toThrow(/never/);
      expect(await audit.rows(0, 99)).toEqual(before);
    });

    it('keeps an entry with what was done, or neither', async () => {
      const accounts = new SqlAccounts(database);
      const broken = database.db.transaction().execute(async (t) => {
        await appendAudit(t, [aDraft()]);
        throw new Error('the power went');
      });
      await expect(broken).rejects.toThrow('the power went');
      expect([await audit.head(), await audit.count()]).toEqual([{ number: 0, hash: AUDIT_ROOT }, 0]);
      const sato = { name: 'sato', role: 'duty', passwordHash: 'x', disabled: false, createdAt: 0 } as const;
      expect(await accounts.addUser(sato, aDraft({ act: 'user-added' }))).toBe(true);
      expect(await accounts.addUser(sato, aDraft({ act: 'user-added' }))).toBe(false);
      expect(await accounts.setUserDisabled('nobody', true, aDraft({ act: 'user-disabled' }))).toBe(false);
      expect(await audit.count()).toBe(1);
    });

    it('has one order although several processes write at once', async () => {
      const others = [audit, new SqlAudit(await place.open()), new SqlAudit(await place.open())];
      const writes = Array.from({ length: 30 }, (_, i) => others[i % 3]!.append([aDraft({ at: i }), aDraft({ at: i, by: 'mori' })]));
      await Promise.all(writes);
      expect(await audit.count()).toBe(60);
      expect(await faultsOf(audit)).toEqual([]);
    });

    it('goes on when somebody removed its end: a flood does not wait for the verifier', async () => {
      await five();
      await raw(place.address, [...unguarded(name), `delete from audit where number = 5`]);
      await audit.append([aDraft()]);
      expect(await faultsOf(audit)).toEqual([{ kind: 'removed', from: 5, to: 5 }]);
    });

    const DEEDS: readonly (readonly [string, readonly string[], readonly AuditFault[]])[] = [
      ['changed', [`update audit set body = replace(body, 'note 3', 'nothing') where number = 3`], [{ kind: 'changed', from: 3, to: 3 }]],
      ['removed', ['delete from audit where number = 3'], [{ kind: 'removed', from: 3, to: 3 }]],
      ['tail cut', ['delete from audit where number > 3'], [{ kind: 'cut', from: 4, to: 5 }]],
      [
        'tail cut and the count set right',
        ['delete from audit where number > 3', `update counter set value = 3 where name = 'audit'`],
        [{ kind: 'cut', from: 4, to: 5 }],
      ],
      [
        'two swapped',
        [2, 4, 2].map((_, i) => `update audit set number = ${[99, 2, 4][i]} where number = ${[2, 4, 99][i]}`),
        [{ kind: 'swapped', from: 2, to: 2, withFrom: 4, withTo: 4 }],
      ],
    ];

    it.each<(typeof DEEDS)[number]>(DEEDS)(
      'F73 names what somebody did who took the guards away first: %s',
      async (_, statements, faults) => {
        const entries = await five();
        await raw(place.address, [...unguarded(name), ...statements]);
        expect(await faultsOf(audit, new Map([[5, entries[4]!.hash]]))).toEqual(faults);
      },
    );

    it('S35 holds what people do to alerts and silences, once each, with role and address', async () => {
      const ledger = new SqlLedger(database);
      await new SqlAccounts(database).addUser({ name: 'sato', role: 'duty', passwordHash: 'x', disabled: false, createdAt: 0 });
      await ledger.commitWatch({
        hold: await ledger.seize('watch'),
        to: 1,
        watches: [],
        alerts: [anAlert()],
        transitions: [aTransition()],
      });
      for (let times = 0; times < 2; times += 1) {
        await ledger.acknowledge(ALERT, 'sato', T0 + 1, '192.0.2.7');
        await ledger.answer(ALERT, 'sato', T0 + 2);
        await ledger.act({ id: 'a', alertId: ALERT, kind: 'mute', by: 'sato', at: T0 + 3, text: '', from: '192.0.2.7' });
        await ledger.act({ id: 'b', alertId: ALERT, kind: 'note', by: 'sato', at: T0 + 4, text: '堤防は無事' });
        const draft = { key: 'k', matcher: {}, covers: ['staff'], reason: '点検', by: 'sato', at: T0 + 5, endsAt: T0 + 99 } as const;
        await ledger.addSilence({ ...draft, from: '192.0.2.7' });
        await ledger.endSilence('silence-1', 'sato', T0 + 6);
      }
      expect(await said()).toEqual(
        ['alert-acknowledged', 'alert-answered', 'alert-muted', 'alert-noted']
          .map((act) => [act, 'sato', 'duty', ALERT])
          .concat([
            ['silence-begun', 'sato', 'duty', 'silence-1'],
            ['silence-ended', 'sato', 'duty', 'silence-1'],
          ]),
      );
      expect((await audit.entries({ limit: 99 })).map(({ from }) => from)).toEqual([
        undefined,
        '192.0.2.7',
        undefined,
        '192.0.2.7',
        undefined,
        '192.0.2.7',
      ]);
      expect(JSON.stringify([await ledger.acts(ALERT), await ledger.silences({ limit: 9 })])).not.toContain('192.0.2.7');
    });

    it('S35 holds the playbook that came in force, with the files that changed, and what is entered about a gauge', async () => {
      const versions = new SqlPlaybookVersions(database);
      for (const version of ['v1', 'v2', 'v2']) await versions.use({ version, files: files(version), at: T0, by: 'start' });
      const planned: Maintenance = {
        id: 'm',
        gauge: 'tama-03',
        kind: 'maintenance',
        from: 1,
        until: 2,
        reason: '点検',
        by: 'ito',
        madeAt: T0,
      };
      for (let times = 0; times < 2; times += 1) await new SqlLogbook(database).enter(planned);
      expect(await audit.entries({ limit: 9 })).toMatchObject([
        { act: 'logbook-entered', by: 'ito', subject: 'gauge/tama-03', grounds: '点検', after: { kind: 'maintenance', from: 1, until: 2 } },
        { act: 'playbook-in-force', subject: 'playbook/v2', before: { version: 'v1' }, after: { changedFiles: ['playbook.yaml'] } },
        { act: 'playbook-in-force', subject: 'playbook/v1', before: null, after: { changedFiles: ['gauges.csv', 'playbook.yaml'] } },
      ]);
    });

    it('S35 holds which words were planned, and how they ended, in two entries however many heard them', async () => {
      const ledger = new SqlLedger(database);
      let hold = await ledger.seize('dispatch');
      const message = aMessage(aTransition().id);
      const deliveries = Array.from({ length: 40 }, (_, i) => aDelivery(message, i, { recipients: [String(i)] }));
      hold = await ledger.commitPlan({ hold, to: 0, messages: [message], deliveries: deliveries.slice(0, 20) });
      hold = await ledger.commitPlan({ hold, to: 1, messages: [message], deliveries: deliveries.slice(20) });
      expect(await said()).toEqual([['send-planned', 'dispatch', 'system', message.transitionId]]);
      const [planned] = await audit.entries({ limit: 1 });
      expect(planned).toMatchObject({
        at: message.issuedAt,
        after: { messages: [{ id: message.id, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }] },
      });
      expect(JSON.stringify(planned)).not.toContain(message.body);

      const claimed = await ledger.claim({ hold, channel: 'line', now: T0 + 9, limit: 39, exceptEndpoints: [] });
      const settle = (ids: readonly string[], state: 'sent' | 'dead') =>
        ledger.settle(
          hold,
          ids.map((id) => ({ id, attempt: 1, state, at: T0 + 10, dueAt: 0, reason: '', receipt: '' })),
        );
      await settle(
        claimed.slice(1).map(({ delivery }) => delivery.id),
        'sent',
      );
      await settle(
        claimed.slice(0, 1).map(({ delivery }) => delivery.id),
        'dead',
      );
      expect(await audit.sumUpSends(T0 + 11)).toBe(0);
      const [last] = await ledger.claim({ hold, channel: 'line', now: T0 + 12, limit: 9, exceptEndpoints: [] });
      expect(await audit.sumUpSends(T0 + 13)).toBe(0);
      await settle([last!.delivery.id], 'sent');
      expect(await audit.sumUpSends(T0 + 14)).toBe(1);
      expect(await audit.sumUpSends(T0 + 15)).toBe(0);
      expect((await audit.entries({ limit: 1 }))[0]).toMatchObject({
        at: T0 + 14,
        act: 'send-settled',
        subject: message.transitionId,
        after: [
          { channel: 'line', state: 'dead', deliveries: 1, recipients: 1 },
          { channel: 'line', state: 'sent', deliveries: 39, recipients: 39 },
        ],
      });
      expect(await faultsOf(audit)).toEqual([]);
    });

    it('S35 holds how they ended once more, when a dead letter is tried again or another way is taken', async () => {
      const ledger = new SqlLedger(database);
      let hold = await ledger.seize('dispatch');
      const message = aMessage(aTransition().id);
      hold = await ledger.commitPlan({ hold, to: 1, messages: [message], deliveries: [aDelivery(message, 0, { recipients: ['7'] })] });
      let at = T0 + 9;
      const goes = async (channel: 'line' | 'disaster-mail', state: 'sent' | 'dead' | 'refused'): Promise<string> => {
        const [claimed] = await ledger.claim({ hold, channel, now: (at += 1), limit: 9, exceptEndpoints: [] });
        const { id, attempts: attempt } = claimed!.delivery;
        await ledger.settle(hold, [{ id, attempt, state, at, dueAt: 0, reason: '', receipt: '' }]);
        return id;
      };
      const ends = async () => {
        expect(await audit.sumUpSends((at += 1))).toBe(1);
        expect(await audit.sumUpSends((at += 1))).toBe(0);
        return (await audit.entries({ acts: ['send-settled'], limit: 1 }))[0]!.after;
      };
      const id = await goes('line', 'dead');
      expect(await ends()).toMatchObject([{ channel: 'line', state: 'dead' }]);

      await ledger.settleDead({ ids: [id] }, { kind: 'retry', by: 'sato', role: 'duty', at, reason: '' });
      expect(await audit.sumUpSends(at)).toBe(0);
      await goes('line', 'refused');
      expect(await ends()).toMatchObject([{ channel: 'line', state: 'refused' }]);

      const byMail = aDelivery(message, 1, {
        channel: 'disaster-mail',
        recipients: ['8'],
        standsFor: { deliveryId: id, recipient: '7', why: '' },
      });
      await ledger.standIn(hold, [{ deliveryId: id, recipients: ['7'], deliveries: [byMail] }]);
      expect(await audit.sumUpSends(at)).toBe(0);
      await goes('disaster-mail', 'sent');
      expect(await ends()).toMatchObject([
        { channel: 'disaster-mail', state: 'sent' },
        { channel: 'line', state: 'refused' },
      ]);
      expect(await faultsOf(audit)).toEqual([]);
    });
  });
};

const files = (text: string): ReadonlyMap<string, Uint8Array> =>
  new Map([
    ['playbook.yaml', Buffer.from(text)],
    ['gauges.csv', Buffer.from('same')],
  ]);

/** What somebody does first who means to change the audit in the database. */
const unguarded = (flavour: string): readonly string[] =>
  flavour === 'sqlite'
    ? ['drop trigger audit_no_update', 'drop trigger audit_no_delete', 'drop trigger audit_no_replace']
    : ['drop trigger audit_no_change on audit', 'drop trigger audit_no_truncate on audit'];

describeAudit(
  'memory',
  () => Promise.resolve(new MemoryAudit()),
  () => Promise.resolve(),
);
describeAudit('sqlite', ...onPlace(sqlitePlace));
describeOnSql('sqlite', sqlitePlace, async (file, statements) => {
  const raw = new DatabaseSync(file, { timeout: 5_000 });
  try {
    for (const statement of statements) raw.exec(statement);
  } finally {
    raw.close();
  }
});

const withoutPostgres = await leftOut('postgres', 'audit on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  describeAudit('postgres', ...onPlace(() => postgresPlace(server)));
  describeOnSql(
    'postgres',
    () => postgresPlace(server),
    async (url, statements) => {
      const raw = new Client({ connectionString: url });
      await raw.connect();
      try {
        for (const statement of statements) await raw.query(statement);
      } finally {
        await raw.end();
      }
    },
  );
});

function onPlace(newPlace: () => Promise<SqlPlace>): [open: () => Promise<Audit>, close: () => Promise<void>] {
  let place: SqlPlace;
  return [
    async () => {
      place = await newPlace();
      return new SqlAudit(await place.open());
    },
    () => place.clear(),
  ];
}

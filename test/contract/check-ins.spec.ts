import { type CheckInAsk, type CheckIns, emptyRegister, type FamilyCodes } from '#core';
import { freshSecrets, KeyRing } from '#keys';
import { MemoryCheckIns, MemoryFamilyCodes } from '#memory';
import { SqlAudit, SqlCheckIns, type SqlDatabase, SqlFamilyCodes } from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { HOUR, MINUTE, T0 } from '../support/builders.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

interface Stores {
  readonly checkIns: CheckIns;
  readonly families: FamilyCodes;
}

const comes = (party: string, persons: number, set: Partial<Extract<CheckInAsk, { act: 'come' }>> = {}): CheckInAsk => ({
  act: 'come',
  id: `${party}/0`,
  shelter: 'honmachi',
  way: 'door',
  by: '',
  at: T0,
  party,
  turn: 0,
  households: 1,
  persons,
  ceiling: 180,
  known: 0,
  ...set,
});
const leaves = (party: string, turn: number, at = T0 + MINUTE): CheckInAsk => ({
  act: 'leave',
  id: `${party}/${turn}`,
  shelter: 'honmachi',
  way: 'door',
  by: '',
  at,
  party,
  turn,
});
const DESK = { shelter: 'honmachi', way: 'desk', by: 'sato', at: T0 + MINUTE } as const;

const describeCheckIns = (name: string, open: () => Promise<Stores>, close: () => Promise<void>): void => {
  describe(`check-ins on ${name}`, () => {
    let checkIns: CheckIns;
    let families: FamilyCodes;
    beforeEach(async () => {
      ({ checkIns, families } = await open());
    });
    afterEach(close);

    const total = async (shelter = 'honmachi') => {
      const { households, persons } = (await checkIns.registers()).get(shelter) ?? emptyRegister(shelter);
      return `${households}/${persons}`;
    };

    it('counts families that come at the same moment once each, however often their forms come, and gives each a number', async () => {
      const parties = Array.from({ length: 20 }, (_, i) => `p${i}`);
      const twice = parties.flatMap((party) => [comes(party, 3), comes(party, 3)]);
      const outcomes = await Promise.all(twice.map((ask) => checkIns.act(ask)));
      expect(outcomes.every(({ kind }) => kind === 'kept')).toBe(true);
      expect(await total()).toBe('20/60');
      const tickets = (await checkIns.partiesIn('honmachi', 100)).map(({ ticket }) => ticket);
      expect(tickets).toEqual(Array.from({ length: 20 }, (_, i) => 20 - i));
    });

    it('keeps who is in through coming, leaving and coming back, each turn once', async () => {
      await checkIns.act(comes('tanaka', 4));
      await checkIns.act(leaves('tanaka', 1));
      await checkIns.act(leaves('tanaka', 1, T0 + 2 * MINUTE));
      expect(await total()).toBe('0/0');
      expect(await checkIns.party('tanaka')).toMatchObject({ state: 'out', turn: 2, ticket: 1, at: T0 + MINUTE });
      await checkIns.act(comes('tanaka', 3, { id: 'tanaka/2', turn: 2, at: T0 + HOUR }));
      expect(await checkIns.act(leaves('tanaka', 1, T0 + HOUR))).toMatchObject({ kind: 'kept', entry: { at: T0 + MINUTE } });
      expect(await checkIns.party('tanaka')).toMatchObject({ state: 'in', ticket: 1, persons: 3, at: T0 + HOUR });
      expect(await total()).toBe('1/3');
    });

    it('tells a refusal with what stands, and keeps nothing of it', async () => {
      await checkIns.act(comes('tanaka', 4));
      expect(await checkIns.act(comes('bus', 10, { ceiling: 12 }))).toMatchObject({
        kind: 'refused',
        why: 'beyondCeiling',
        register: { persons: 4 },
      });
      expect(await checkIns.act(leaves('nobody', 1))).toMatchObject({ kind: 'refused', why: 'unknown', party: null });
      expect(await checkIns.act({ ...leaves('tanaka', 1), shelter: 'higashi' })).toMatchObject({ kind: 'refused', why: 'unknown' });
      expect((await checkIns.entries('honmachi', 10)).map(({ kind }) => kind)).toEqual(['came', 'begun']);
      expect((await checkIns.act(comes('sato', 2))).register).toMatchObject({ number: 3, persons: 6, ticket: 2 });
    });

    it('undoes once, corrects, and shows lines newest first with what was undone', async () => {
      await checkIns.act(comes('tanaka', 4));
      await checkIns.act(comes('mori', 2));
      const undo = { ...DESK, act: 'undo', id: 'sato/1', of: 'tanaka/0' } as const;
      expect(await checkIns.act(undo)).toMatchObject({ kind: 'kept', party: { state: 'out' } });
      expect(await checkIns.act(undo)).toMatchObject({ kind: 'kept' });
      expect(await checkIns.act({ ...undo, id: 'sato/2' })).toMatchObject({ kind: 'refused', why: 'alreadyUndone' });
      await checkIns.act({ ...DESK, act: 'correct', id: 'sato/3', households: 5, persons: 12, reason: '数え直し' });
      expect(await total()).toBe('5/12');
      expect(await checkIns.act({ ...undo, id: 'sato/4', of: 'mori/0' })).toMatchObject({ kind: 'refused', why: 'notUndoable' });
      expect((await checkIns.entries('honmachi', 4)).map(({ kind, undone, by }) => [kind, undone, by])).toEqual([
        ['corrected', false, 'sato'],
        ['undone', false, 'sato'],
        ['came', false, ''],
        ['came', true, ''],
      ]);
    });

    it('closes with everybody out, and begins anew from what is known', async () => {
      await checkIns.act(comes('tanaka', 4));
      await checkIns.act({ ...DESK, act: 'close', id: 'close/1' });
      expect(await total()).toBe('0/0');
      expect(await checkIns.party('tanaka')).toMatchObject({ state: 'out', turn: 2 });
      expect((await checkIns.registers()).get('honmachi')).toMatchObject({ open: false });
      await checkIns.act(comes('mori', 2, { known: 7, at: T0 + HOUR }));
      expect(await total()).toBe('1/9');
      expect(await checkIns.partiesIn('honmachi', 9)).toMatchObject([{ id: 'mori', ticket: 2 }]);
    });

    it('hangs one new sheet however often it is asked for, and keeps the count', async () => {
      const ask = { shelter: 'honmachi', replaces: 1, by: 'sato', at: T0 };
      expect(await Promise.all([checkIns.renewSheet(ask), checkIns.renewSheet(ask)])).toEqual([2, 2]);
      await checkIns.act(comes('tanaka', 4));
      expect((await checkIns.registers()).get('honmachi')).toMatchObject({ sheet: 2, persons: 4 });
    });

    it('forgets lines and parties after their time, and not the count', async () => {
      await checkIns.act(comes('tanaka', 4));
      await checkIns.act(comes('mori', 2, { at: T0 + HOUR }));
      expect(await checkIns.forget(T0 + 1)).toBe(3);
      expect(await checkIns.party('tanaka')).toBeNull();
      expect(await checkIns.party('mori')).not.toBeNull();
      expect(await total()).toBe('2/6');
      expect(await checkIns.forget(T0 + 1)).toBe(0);
    });

    const PARTY = { kind: 'party', party: 'tanaka' } as const;
    const LINE = { kind: 'line', person: 'Uanna' } as const;
    const until = T0 + HOUR;

    it('finds whom a code belongs to until its end, and until it is given back', async () => {
      const given = await families.give({ code: 'K7QM2XPD9T', holder: PARTY, namesShelter: false, at: T0, expiresAt: until });
      expect(await families.find('K7QM2XPD9T', T0)).toEqual(given);
      expect(await families.find('K7QM2XPD9T', until)).toBeNull();
      expect(await families.find('K7QM2XPD9V', T0)).toBeNull();
      expect(await families.withdraw(PARTY)).toBe(true);
      expect(await families.withdraw(PARTY)).toBe(false);
      expect(await families.find('K7QM2XPD9T', T0)).toBeNull();
    });

    it('lets who has a code keep it with a new choice, and gives another one after it was given back', async () => {
      await families.give({ code: 'K7QM2XPD9T', holder: PARTY, namesShelter: false, at: T0, expiresAt: until });
      const again = { code: 'AAAAAAAAAA', holder: PARTY, namesShelter: true, at: T0 + 1, expiresAt: until };
      expect(await families.give(again)).toMatchObject({ code: 'K7QM2XPD9T', namesShelter: true, givenAt: T0 });
      await families.withdraw(PARTY);
      expect(await families.give(again)).toMatchObject({ code: 'AAAAAAAAAA', givenAt: T0 + 1 });
      expect(await families.find('K7QM2XPD9T', T0)).toBeNull();
    });

    it('keeps a word of being safe for those who consented, and for nobody else', async () => {
      await families.saidSafe('Uanna', { safeAt: T0, expiresAt: until });
      expect(await families.of(LINE)).toBeNull();
      await families.give({ code: 'K7QM2XPD9T', holder: LINE, namesShelter: false, at: T0, expiresAt: until });
      await families.saidSafe('Uanna', { safeAt: T0 + 5, expiresAt: until + HOUR });
      expect(await families.find('K7QM2XPD9T', until)).toMatchObject({ safeAt: T0 + 5 });
      await families.saidSafe('Uanna', { safeAt: null, expiresAt: until });
      expect(await families.of(LINE)).toMatchObject({ safeAt: null });
      expect(await families.forget(until)).toBe(0);
      expect(await families.forget(until + 1)).toBe(1);
      expect(await families.of(LINE)).toBeNull();
    });
  });
};

const keys = new KeyRing(freshSecrets());
const storesIn = (database: SqlDatabase): Stores => ({
  checkIns: new SqlCheckIns(database),
  families: new SqlFamilyCodes(database, keys),
});

describeCheckIns(
  'memory',
  async () => ({ checkIns: new MemoryCheckIns(), families: new MemoryFamilyCodes() }),
  async () => {},
);

let sqlite: SqlPlace;
describeCheckIns(
  'SQLite',
  async () => {
    sqlite = await sqlitePlace();
    return storesIn(await sqlite.open());
  },
  () => sqlite.clear(),
);

describe('the record of what staff put right', () => {
  it('holds who undid and corrected with the counts before and after, and not who came', async () => {
    const place = await sqlitePlace();
    const database = await place.open();
    const { checkIns } = storesIn(database);
    await checkIns.act(comes('tanaka', 4));
    await checkIns.act({ ...DESK, act: 'undo', id: 'sato/1', of: 'tanaka/0' });
    await checkIns.act({ ...DESK, act: 'correct', id: 'sato/2', households: 5, persons: 12, reason: '数え直し' });
    const entries = await new SqlAudit(database).entries({ limit: 10 });
    expect(entries.map(({ by, subject, before, after, grounds }) => ({ by, subject, before, after, grounds }))).toEqual([
      { by: 'sato', subject: 'shelter/honmachi', before: { households: 0, persons: 0 }, after: { households: 5, persons: 12 }, grounds: '数え直し' },
      { by: 'sato', subject: 'shelter/honmachi', before: { households: 1, persons: 4 }, after: { households: 0, persons: 0 }, grounds: '取り消し: tanaka/0' },
    ]); // prettier-ignore
    await place.clear();
  });
});

describe('family codes on SQLite', () => {
  it('S40: leaves no code and nobody in the file', async () => {
    const place = await sqlitePlace();
    const database = await place.open();
    const { families } = storesIn(database);
    await families.give({ code: 'K7QM2XPD9T', holder: { kind: 'line', person: 'Uanna' }, namesShelter: false, at: T0, expiresAt: T0 });
    await families.give({ code: 'A7QM2XPD9T', holder: { kind: 'party', party: 'tanaka' }, namesShelter: true, at: T0, expiresAt: T0 });
    const rows = await database.db.selectFrom('family_code').selectAll().execute();
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/Uanna|tanaka|7QM2XPD9T/);
    const other = new SqlFamilyCodes(database, new KeyRing(freshSecrets()));
    expect(await other.find('K7QM2XPD9T', 0)).toBeNull();
    await place.clear();
  });
});

const withoutPostgres = await leftOut('postgres', 'check-ins on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  let place: SqlPlace;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  describeCheckIns(
    'PostgreSQL',
    async () => {
      place = await postgresPlace(server);
      return storesIn(await place.open());
    },
    () => place.clear(),
  );
});

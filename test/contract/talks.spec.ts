import {
  NEW_TALK,
  type KeptEvent,
  type ResidentReport,
  type ResidentReports,
  type ShelterOpening,
  type ShelterOpenings,
  type TalkEvent,
  type TalkReply,
  type Talks,
} from '#core';
import { freshSecrets, KeyRing } from '#keys';
import { MemoryShelterOpenings, MemoryTalks } from '#memory';
import { SqlResidentReports, SqlShelterOpenings, SqlTalks } from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { HOUR, MINUTE, T0 } from '../support/builders.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

interface Stores {
  readonly talks: Talks;
  readonly reports: ResidentReports;
  readonly openings: ShelterOpenings;
}

const anEvent = (id: string, set: Partial<TalkEvent> = {}): TalkEvent => ({
  id,
  person: 'Uanna',
  at: T0,
  replyToken: `token of ${id}`,
  heard: { kind: 'text', text: '水位' },
  ...set,
});
const REPLY: TalkReply = { messages: [{ kind: 'text', text: '3.82 m' }], choices: [] };
const aReport = (id: string, set: Partial<ResidentReport> = {}): ResidentReport => ({
  id,
  kind: 'flooding',
  at: T0,
  place: { lat: 34.2926, lon: 137.6905 },
  text: '膝まで',
  ...set,
});
const anOpening = (id: string, set: Partial<ShelterOpening> = {}): ShelterOpening => ({
  id,
  shelter: 'honmachi',
  state: 'open',
  note: '',
  by: 'sato',
  at: T0,
  ...set,
});
const LEASE = { limit: 10, leaseMs: MINUTE };
const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);

const describeTalks = (name: string, open: () => Promise<Stores>, close: () => Promise<void>): void => {
  describe(`talks on ${name}`, () => {
    let talks: Talks;
    let reports: ResidentReports;
    let openings: ShelterOpenings;
    beforeEach(async () => {
      ({ talks, reports, openings } = await open());
    });
    afterEach(close);

    const take = async (): Promise<readonly KeptEvent[]> => talks.waiting(10);
    /** Handles an event of its own with these reports. */
    const handle = async (
      id: string,
      {
        told = [],
        reply = null,
        ...set
      }: Partial<TalkEvent> & { readonly told?: readonly ResidentReport[]; readonly reply?: TalkReply | null } = {},
    ): Promise<boolean> => {
      await talks.keep([anEvent(id, set)], T0);
      const kept = (await take()).find(({ event }) => event.id === id)!;
      return talks.commit({ kept, talk: NEW_TALK, reports: told, reply, at: T0 });
    };

    it('F64: keeps an event once, however often and wherever it comes', async () => {
      expect(await talks.keep([anEvent('a'), anEvent('b'), anEvent('a')], T0)).toBe(2);
      expect(await talks.keep([anEvent('b', { at: T0 + 9 }), anEvent('c')], T0 + 1)).toBe(1);
      const twice = [talks.keep([anEvent('d')], T0), talks.keep([anEvent('d')], T0)];
      expect((await Promise.all(twice)).reduce((sum, fresh) => sum + fresh)).toBe(1);
      expect(ids((await take()).map(({ event }) => event))).toEqual(['a', 'b', 'c', 'd']);
    });

    it('F64: gives events in the order of their instants, whole, with how often each of them began', async () => {
      const place = anEvent('late', { at: T0 + 2, replyToken: null, heard: { kind: 'place', place: { lat: 34.3, lon: 137.7 } } });
      await talks.keep([place, anEvent('early', { at: T0 + 1 })], T0 + 5);
      expect(ids((await take()).map(({ event }) => event))).toEqual(['early', 'late']);
      expect(await take()).toMatchObject([{ tries: 0 }, { number: 1, event: place, receivedAt: T0 + 5, tries: 0 }]);
      await talks.begin(1);
      await talks.begin(1);
      expect((await take()).map(({ tries }) => tries)).toEqual([0, 2]);
    });

    it('does not look again at an event that was handled or set aside, also when it is delivered again', async () => {
      await handle('a');
      await talks.keep([anEvent('b'), anEvent('a')], T0);
      const [kept] = await take();
      expect(kept?.event.id).toBe('b');
      await talks.setAside(kept!.number);
      await talks.keep([anEvent('b')], T0);
      expect(await take()).toEqual([]);
      expect(await talks.depth()).toEqual({ waiting: 0, replies: 0 });
    });

    it('keeps what came of an event once, when it is handled twice', async () => {
      await talks.keep([anEvent('a')], T0);
      const [kept] = await take();
      const commit = { kept: kept!, talk: { ...NEW_TALK, language: 'vi' as const }, reports: [aReport('a')], reply: REPLY, at: T0 };
      expect(await talks.commit(commit)).toBe(true);
      expect(await talks.commit({ ...commit, talk: NEW_TALK, reports: [aReport('x')] })).toBe(false);
      expect((await talks.talk('Uanna'))?.language).toBe('vi');
      expect(await talks.talk('Uben')).toBeNull();
      expect(ids(await reports.list({ limit: 9 }))).toEqual(['a']);
      expect(await talks.claimReplies({ now: T0, ...LEASE })).toHaveLength(1);
    });

    it('gives an answer to one attempt at a time, and calls one by the token doubtful that was never settled', async () => {
      await handle('a', { reply: REPLY });
      const [first] = await talks.claimReplies({ now: T0, ...LEASE });
      expect(first).toMatchObject({ reply: REPLY, attempts: 0, tokenDoubtful: false, way: 'token', event: { replyToken: 'token of a' } });
      expect(await talks.claimReplies({ now: T0 + MINUTE - 1, ...LEASE })).toEqual([]);
      const [second] = await talks.claimReplies({ now: T0 + MINUTE, ...LEASE });
      expect(second).toMatchObject({ attempts: 1, tokenDoubtful: true, way: 'none' });
    });

    it('gives an answer again when it is due, and not after it is done', async () => {
      await handle('a', { reply: REPLY });
      const [first] = await talks.claimReplies({ now: T0, ...LEASE });
      await talks.settleReply(first!.number, { done: false, dueAt: T0 + 2_000, tokenDoubtful: false });
      expect(await talks.claimReplies({ now: T0 + 1_999, ...LEASE })).toEqual([]);
      expect(await talks.claimReplies({ now: T0 + 2_000, ...LEASE })).toMatchObject([{ attempts: 1, tokenDoubtful: false }]);
      await talks.settleReply(first!.number, { done: true });
      expect(await talks.claimReplies({ now: T0 + HOUR, ...LEASE })).toEqual([]);
      await talks.settleReply(first!.number, { done: false, dueAt: T0, tokenDoubtful: false });
      expect(await talks.depth()).toEqual({ waiting: 0, replies: 0 });
    });

    it('forgets ids and talks that are old, and nothing that waits', async () => {
      await handle('old');
      await talks.keep([anEvent('waits')], T0);
      expect(await talks.forget({ events: T0, talks: T0 })).toBe(0);
      expect(await talks.forget({ events: T0 + 1, talks: T0 + 1 })).toBe(2);
      expect(await talks.talk('Uanna')).toBeNull();
      expect(await take()).toHaveLength(1);
      // Now that its id is forgotten nobody knows it any more.
      expect(await talks.keep([anEvent('old')], T0)).toBe(1);
    });

    it('knows whose choices waited for their return for too long, and keeps the talk until then', async () => {
      await talks.keep([anEvent('a'), anEvent('b', { person: 'Uben' })], T0);
      for (const kept of await take()) {
        const returnBy = kept.event.id === 'a' ? T0 + HOUR : null;
        await talks.commit({ kept, talk: { ...NEW_TALK, returnBy }, reports: [], reply: null, at: T0 });
      }
      expect(await talks.overdue(T0 + HOUR, 9)).toEqual([]);
      expect(await talks.overdue(T0 + HOUR + 1, 9)).toEqual(['Uanna']);
      expect(await talks.forget({ events: 0, talks: T0 + 1 })).toBe(1);
      expect(await talks.talk('Uanna')).not.toBeNull();
    });

    it('forgets a person with whatever waits of them, and keeps what they reported for those who look after it', async () => {
      await handle('a', { told: [aReport('a', { kind: 'needHelp' })], reply: REPLY });
      await talks.keep([anEvent('b'), anEvent('c', { person: 'Uben' })], T0);
      await talks.forgetPerson('Uanna');
      expect(await talks.talk('Uanna')).toBeNull();
      expect(ids((await take()).map(({ event }) => event))).toEqual(['c']);
      expect(await talks.claimReplies({ now: T0, ...LEASE })).toEqual([]);
      expect(ids(await reports.list({ limit: 9 }))).toEqual(['a']);
      await handle('safe', { at: T0 + 1, told: [aReport('safe', { kind: 'safe', at: T0 + 1 })] });
      expect((await reports.report('a'))?.safeSince).toBeNull();
    });

    it('lists those who need help first, then the newest, page by page', async () => {
      for (const [index, kind] of (['flooding', 'needHelp', 'safe', 'needHelp', 'flooding'] as const).entries())
        await handle(`r${index}`, { person: `U${index}`, told: [aReport(`r${index}`, { kind })] });
      const order = ['r3', 'r1', 'r4', 'r2', 'r0'];
      expect(ids(await reports.list({ limit: 9 }))).toEqual(order);
      const pages: string[] = [];
      let page = await reports.list({ limit: 2 });
      while (page.length > 0) {
        pages.push(...ids(page));
        const { kind, number } = page.at(-1)!;
        page = await reports.list({ limit: 2, after: { urgent: kind === 'needHelp', number } });
      }
      expect(pages).toEqual(order);
      expect(ids(await reports.list({ kind: 'flooding', limit: 9 }))).toEqual(['r4', 'r0']);
    });

    it('replaces place and words of a report under the same id, and nothing that staff made of it', async () => {
      await handle('a', { told: [aReport('a', { kind: 'needHelp', place: null, text: '' })] });
      expect(await reports.act('a', { kind: 'see', by: 'sato', note: '消防に連絡', at: T0 + 1 })).toMatchObject({
        state: 'seen',
        note: '消防に連絡',
      });
      await handle('a2', { told: [aReport('a', { kind: 'needHelp', text: '2階' })] });
      expect(await reports.list({ limit: 9 })).toEqual([
        {
          ...aReport('a', { kind: 'needHelp', text: '2階' }),
          number: 1,
          state: 'seen',
          by: 'sato',
          note: '消防に連絡',
          actedAt: T0 + 1,
          safeSince: null,
        },
      ]);
    });

    it('closes a report for good: it stands no longer before the others, and nobody sees it anew', async () => {
      await handle('a', { told: [aReport('a', { kind: 'needHelp' })] });
      await handle('b', { told: [aReport('b')] });
      const closing = { kind: 'close', by: 'sato', note: '救助済み', at: T0 + 1 } as const;
      expect(await reports.act('a', closing)).toMatchObject({ state: 'closed', by: 'sato', actedAt: T0 + 1 });
      expect(await reports.act('a', { ...closing, by: 'ito' })).toMatchObject({ by: 'sato' });
      expect(await reports.act('a', { ...closing, kind: 'see' })).toMatchObject({ state: 'closed' });
      expect(await reports.act('none', closing)).toBeNull();
      expect(ids(await reports.list({ limit: 9 }))).toEqual(['b', 'a']);
      expect(ids(await reports.list({ state: 'new', limit: 9 }))).toEqual(['b']);
    });

    it('says of one who needed help that they are safe, once they say so themselves', async () => {
      await handle('mine', { told: [aReport('mine', { kind: 'needHelp' })] });
      await handle('other', { person: 'Uben', told: [aReport('other', { kind: 'needHelp' })] });
      await handle('safe', { told: [aReport('safe', { kind: 'safe', at: T0 + HOUR })] });
      const since = new Map((await reports.list({ limit: 9 })).map(({ id, safeSince }) => [id, safeSince]));
      expect(Object.fromEntries(since)).toEqual({ mine: T0 + HOUR, other: null, safe: null });
    });

    it('forgets reports of before an instant', async () => {
      await handle('a', { told: [aReport('a')] });
      await handle('b', { told: [aReport('b', { at: T0 + 1 })] });
      expect(await reports.forget(T0 + 1)).toBe(1);
      expect(ids(await reports.list({ limit: 9 }))).toEqual(['b']);
    });

    it('keeps the first word of an id on a shelter, and knows the newest of each', async () => {
      expect(await openings.say(anOpening('1'))).toEqual(anOpening('1'));
      expect(await openings.say(anOpening('1', { state: 'closed' }))).toEqual(anOpening('1'));
      await openings.say(anOpening('2', { shelter: 'higashi' }));
      await openings.say(anOpening('3', { state: 'closed', note: '電気が来ない', at: T0 + 1 }));
      expect(await openings.current()).toEqual(
        new Map([
          ['honmachi', anOpening('3', { state: 'closed', note: '電気が来ない', at: T0 + 1 })],
          ['higashi', anOpening('2', { shelter: 'higashi' })],
        ]),
      );
      expect(ids(await openings.history('honmachi', 9))).toEqual(['3', '1']);
      expect(ids(await openings.history('honmachi', 1))).toEqual(['3']);
    });
  });
};

const keys = new KeyRing(freshSecrets());
const onSql = async (place: SqlPlace): Promise<Stores> => {
  const database = await place.open();
  return {
    talks: new SqlTalks(database, keys),
    reports: new SqlResidentReports(database, keys),
    openings: new SqlShelterOpenings(database),
  };
};

describeTalks(
  'memory',
  async () => {
    const talks = new MemoryTalks();
    return { talks, reports: talks.reports, openings: new MemoryShelterOpenings() };
  },
  () => Promise.resolve(),
);

let place: SqlPlace;

describeTalks(
  'sqlite',
  async () => {
    place = await sqlitePlace();
    return onSql(place);
  },
  () => place.clear(),
);

describe('talks on SQLite', () => {
  it('S40: leaves no id, word or place of anybody in the file', async () => {
    place = await sqlitePlace();
    const database = await place.open();
    const talks = new SqlTalks(database, keys);
    const heard = { kind: 'text', text: 'わたしの家が浸水' } as const;
    await talks.keep([anEvent('a', { heard })], T0);
    const [kept] = await talks.waiting(1);
    await talks.commit({ kept: kept!, talk: NEW_TALK, reports: [aReport('a', { text: heard.text })], reply: REPLY, at: T0 });
    const rows = [
      ...(await database.db.selectFrom('line_event').selectAll().execute()),
      ...(await database.db.selectFrom('talk').selectAll().execute()),
      ...(await database.db.selectFrom('resident_report').selectAll().execute()),
    ];
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(rows)).not.toMatch(/Uanna|浸水|34\.29|token of|3\.82/);
    const other = new SqlResidentReports(database, new KeyRing(freshSecrets()));
    expect(await other.report('a')).toMatchObject({ place: null, text: '（暗号の鍵がないため読めません）' });
    await place.clear();
  });
});

const withoutPostgres = await leftOut('postgres', 'talks on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  describeTalks(
    'postgres',
    async () => {
      place = await postgresPlace(server);
      return onSql(place);
    },
    () => place.clear(),
  );
});

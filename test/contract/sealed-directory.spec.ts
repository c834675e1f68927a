import { sql } from 'kysely';
import { LANGUAGES, LINK_MS, NEW_TALK, SECOND_FACTOR_SEAL, type Subscriber } from '#core';
import { freshSecrets, KeyRing } from '#keys';
import {
  fillDirectory,
  isSealed,
  KeysForeign,
  reseal,
  sealedByGeneration,
  SqlAccounts,
  type SqlDatabase,
  SqlDirectory,
  SqlFamilyCodes,
  SqlLetters,
  SqlResidentReports,
  SqlTalks,
} from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

const FIRST = freshSecrets();
const ROTATED = { root: FIRST.root, generations: new Map([...FIRST.generations, [2, Buffer.alloc(32, 7)]]) };

const aPerson = (index: number): Subscriber => ({
  channel: index % 10 === 9 ? 'disaster-mail' : 'line',
  address: index % 10 === 9 ? `person-${index}@mail${index % 3}.example.jp` : `U${index.toString(16).padStart(32, '0')}`,
  language: LANGUAGES[index % LANGUAGES.length]!,
  districts: [`d${index % 4}`],
  categories: index % 7 === 0 ? ['congestion'] : ['flood', 'congestion'],
});
const people = (count: number) => Array.from({ length: count }, (_, index) => aPerson(index));

const addressesOf = async (directory: SqlDirectory) => {
  const found: string[] = [];
  for await (const page of directory.everybody(300)) found.push(...page.map(({ address }) => address));
  return found;
};

const describeSealed = (name: string, newPlace: () => Promise<SqlPlace>): void => {
  describe(`a sealed directory on ${name}`, () => {
    let place: SqlPlace;
    let database: SqlDatabase;
    beforeEach(async () => {
      place = await newPlace();
      database = await place.open();
    });
    afterEach(() => place.clear());

    it('is opened by its own keys only, and says which are missing and what to do', async () => {
      expect(await isSealed(database)).toBe(false);
      const directory = await SqlDirectory.open({ database, keys: new KeyRing(FIRST) });
      expect(await isSealed(database)).toBe(true);
      await directory.subscribe(people(3));
      const others = [freshSecrets(), { root: FIRST.root, generations: freshSecrets().generations }];
      for (const keys of others.map((secrets) => new KeyRing(secrets))) {
        await expect(SqlDirectory.open({ database, keys })).rejects.toThrow(KeysForeign);
        await expect(SqlDirectory.openToRead({ database, keys })).rejects.toThrow(
          /put the key file of this data folder in place \(SONAE_KEYS\)/,
        );
      }
      await SqlDirectory.open({ database, keys: new KeyRing(ROTATED) });
      await expect(SqlDirectory.open({ database, keys: new KeyRing(FIRST) })).rejects.toThrow(
        /generation 2 with the fingerprint .* has none/,
      );
    });

    it('S30 is sealed anew by the next generation while people come, change and leave, and nobody is lost', async () => {
      const directory = await SqlDirectory.open({ database, keys: new KeyRing(FIRST) });
      await directory.subscribe(people(1_200));
      const keys = new KeyRing(ROTATED);
      const seen: number[] = [];
      let meanwhile: Promise<unknown> = Promise.resolve();
      const done = await reseal({
        database: await place.open(),
        keys,
        onProgress: (resealed) => {
          seen.push(resealed);
          if (seen.length > 1) return;
          // By a service that knows the old generation only, in the middle of it.
          meanwhile = Promise.all([
            directory.leave('line', aPerson(1_100).address),
            directory.subscribe([{ ...aPerson(1_101), language: 'ko' }, aPerson(5_000)]),
          ]);
        },
      });
      await meanwhile;
      expect(done.damaged).toBe(0);
      expect(seen.length).toBeGreaterThan(1);
      const newer = await SqlDirectory.open({ database, keys });
      expect(new Set(await addressesOf(newer))).toEqual(
        new Set([...people(1_200).filter((_, index) => index !== 1_100), aPerson(5_000)].map(({ address }) => address)),
      );
      expect(await newer.subscriber('line', aPerson(1_101).address)).toMatchObject({ language: 'ko' });
      expect(await newer.subscriber('line', aPerson(1_100).address)).toBeNull();
      // What the older service sealed in between is opened all the same, and the second half done again finishes it.
      await reseal({ database, keys });
      expect([...(await sealedByGeneration(database)).keys()]).toEqual([2]);
      expect(await reseal({ database, keys })).toEqual({ resealed: 0, damaged: 0, rest: { resealed: 0, damaged: 0 } });
    });

    it('S30 seals everything else anew as well: nothing needs the old generation then', async () => {
      const [first, rotated] = [new KeyRing(FIRST), new KeyRing(ROTATED)];
      const at = Date.parse('2026-07-01T03:10:00+09:00');
      const event = { id: 'e1', person: 'Uanna', at, replyToken: 't', heard: { kind: 'text', text: '浸水' } } as const;
      const report = { id: 'r1', kind: 'flooding', at, place: null, text: '橋の下' } as const;
      const talks = new SqlTalks(database, first);
      await talks.keep([event, { ...event, id: 'e2' }], at);
      const [kept] = await talks.waiting(1);
      await talks.commit({ kept: kept!, talk: NEW_TALK, reports: [report], reply: null, at });
      const letter = { id: 'l1', kind: 'invitation', address: 'hana@example.jp', language: 'ja', charset: 'utf-8', token: 't' } as const;
      const more = { districts: [], categories: [], expiresAt: at + LINK_MS };
      await new SqlLetters({ database, keys: first }).invite({ tokenHash: 'h', at, letter: { ...letter, ...more } });
      const accounts = new SqlAccounts(database);
      await accounts.addUser({ name: 'sato', role: 'duty', passwordHash: 'x', disabled: false, createdAt: 0 });
      await accounts.enrolSecondFactor({ user: 'sato', secret: first.seal(SECOND_FACTOR_SEAL, 'S', 'sato'), step: 0, enrolledAt: 0 });
      const holder = { kind: 'line', person: 'Uanna' } as const;
      await new SqlFamilyCodes(database, first).give({ code: 'c1', holder, namesShelter: true, at, expiresAt: at + LINK_MS });

      // Talk, event, report, link, letter, secret, consent; the event that is over is blank.
      expect((await reseal({ database, keys: rotated })).rest).toEqual({ resealed: 7, damaged: 0 });
      const only = new KeyRing({ root: FIRST.root, generations: new Map([[2, ROTATED.generations.get(2)!]]) });
      expect(await new SqlTalks(database, only).talk('Uanna')).toEqual(NEW_TALK);
      expect(await new SqlTalks(database, only).waiting(9)).toMatchObject([{ event: { id: 'e2', heard: event.heard } }]);
      expect(await new SqlResidentReports(database, only).report('r1')).toMatchObject({ text: '橋の下' });
      expect(await new SqlLetters({ database, keys: only }).link('h', at)).toMatchObject({ address: 'hana@example.jp' });
      expect(await new SqlLetters({ database, keys: only }).claim({ now: at, limit: 9, leaseUntil: at })).toHaveLength(1);
      expect(only.open(SECOND_FACTOR_SEAL, (await accounts.secondFactor('sato'))!.secret, 'sato')).toBe('S');
      expect((await reseal({ database, keys: rotated })).rest).toEqual({ resealed: 0, damaged: 0 });
    });

    it('S40 leaves out whose sealed address was changed or moved, tells of it, and reaches everybody else', async () => {
      const damaged: string[] = [];
      const directory = await SqlDirectory.open({ database, keys: new KeyRing(FIRST), onDamaged: (recipient) => damaged.push(recipient) });
      await directory.subscribe(people(3));
      // Somebody who can write into the database puts the address of 1 into the place of 2.
      await sql`update subscriber set sealed = (select sealed from subscriber where no = 1) where no = 2`.execute(database.db);
      expect(await directory.contacts('line', ['1', '2', '3'])).toMatchObject([
        { address: aPerson(0).address },
        null,
        { address: aPerson(2).address },
      ]);
      expect(damaged).toEqual(['2']);
      expect(await reseal({ database, keys: new KeyRing(ROTATED) })).toMatchObject({ resealed: 2, damaged: 1 });
    });

    it('is filled with very many at once, who are then found as if each had subscribed', async () => {
      const keys = new KeyRing(FIRST);
      expect(await fillDirectory({ database, keys, subscribers: people(12_000) })).toBe(12_000);
      const directory = await SqlDirectory.open({ database, keys });
      expect(await addressesOf(directory)).toEqual(people(12_000).map(({ address }) => address));
      expect(await directory.subscriber('disaster-mail', 'PERSON-9@mail0.example.jp')).toMatchObject({
        recipient: '10',
        language: aPerson(9).language,
        districts: ['d1'],
        categories: ['congestion', 'flood'],
      });
      let [met, english] = [0, 0];
      for await (const { language, people: page } of directory.audience(
        { channel: 'line', category: 'flood', districts: ['d0', 'd3'] },
        500,
      )) {
        met += page.length;
        if (language === 'en') english += page.length;
      }
      const expected = people(12_000).filter(
        ({ channel, districts, categories }) => channel === 'line' && ['d0', 'd3'].includes(districts[0]!) && categories.includes('flood'),
      );
      expect([met, english]).toEqual([expected.length, expected.filter(({ language }) => language === 'en').length]);
      const counts = await directory.counts();
      expect(counts.filter(({ district }) => district === null).reduce((sum, { active }) => sum + active, 0)).toBe(12_000);
      await directory.subscribe([aPerson(0), aPerson(20_000)]);
      expect(await directory.recipientOf('line', aPerson(20_000).address)).toBe('12001');
    });
  });
};

describeSealed('sqlite', sqlitePlace);

const withoutPostgres = await leftOut('postgres', 'sealed directory on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  describeSealed('postgres', () => postgresPlace(server));
});

import { type Bounce, type Bounces, INVITATIONS_A_DAY_MAX, type Letter, type Letters, LINK_MS } from '#core';
import { freshSecrets, KeyRing } from '#keys';
import { MemoryBounces, MemoryLetters } from '#memory';
import { sealedRecordsIn, SqlBounces, type SqlDatabase, SqlDirectory, SqlLedger, SqlLetters } from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { HOUR, MINUTE, T0 } from '../support/builders.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

const keys = new KeyRing(freshSecrets());

const aLetter = (id: string, set: Partial<Letter> = {}): Letter => ({
  id,
  kind: 'invitation',
  address: 'hana@example.jp',
  language: 'ja',
  charset: 'utf-8',
  token: `token of ${id}`,
  districts: [],
  categories: [],
  expiresAt: T0 + LINK_MS,
  ...set,
});

const aBounce = (deliveryId: string, set: Partial<Bounce> = {}): Bounce => ({
  deliveryId,
  recipient: '17',
  domain: 'example.jp',
  kind: 'gone',
  status: '5.1.1',
  at: T0,
  day: '2026-07-01',
  ...set,
});

const idsOf = (claimed: readonly { readonly letter: Letter; readonly attempt: number }[]) =>
  claimed.map(({ letter, attempt }) => [letter.id, attempt]);

interface Kept {
  readonly letters: Letters;
  readonly bounces: Bounces;
}

const describeMail = (name: string, open: (lettersMax?: number) => Promise<Kept>, close: () => Promise<void>): void => {
  describe(`letters and bounces on ${name}`, () => {
    let letters: Letters;
    let bounces: Bounces;
    beforeEach(async () => {
      ({ letters, bounces } = await open());
    });
    afterEach(close);

    const invite = (id: string, at: number, set: Partial<Letter> = {}) =>
      letters.invite({ tokenHash: `hash of ${id}`, at, letter: aLetter(id, { expiresAt: at + LINK_MS, ...set }) });
    const claim = (now: number, limit = 9) => letters.claim({ now, limit, leaseUntil: now + 2 * MINUTE });

    it('keeps a link with the letter that brings it, whole', async () => {
      expect(await invite('a', T0, { address: 'a..b.@docomo.example.jp', language: 'vi', charset: 'iso-2022-jp' })).toBe('kept');
      expect(await letters.link('hash of a', T0)).toEqual({ address: 'a..b.@docomo.example.jp', state: 'open', expiresAt: T0 + LINK_MS });
      expect((await claim(T0)).map(({ letter }) => letter)).toEqual([
        aLetter('a', { address: 'a..b.@docomo.example.jp', language: 'vi', charset: 'iso-2022-jp' }),
      ]);
    });

    it('says how many letters wait, those on loan among them', async () => {
      expect(await letters.depth()).toBe(0);
      await invite('a', T0);
      await letters.add(aLetter('b'), T0);
      const [first] = await claim(T0, 1);
      expect(await letters.depth()).toBe(2);
      await letters.settle({ id: first!.letter.id, attempt: 1, state: 'sent', dueAt: 0 });
      expect(await letters.depth()).toBe(1);
    });

    it('S16: knows no other token, and none after its time', async () => {
      await invite('a', T0);
      expect(await letters.link('hash of b', T0)).toBeNull();
      expect(await letters.link('hash of a', T0 + LINK_MS - 1)).not.toBeNull();
      expect(await letters.link('hash of a', T0 + LINK_MS)).toBeNull();
    });

    it('S17: invites a person at most once a minute, however the address is written, and others meanwhile', async () => {
      expect(await invite('a', T0)).toBe('kept');
      expect(await invite('b', T0 + MINUTE - 1)).toBe('tooSoon');
      expect(await invite('c', T0 + MINUTE - 1, { address: 'Hana@Example.JP' })).toBe('tooSoon');
      expect(await invite('d', T0 + MINUTE - 1, { address: 'taro@example.jp' })).toBe('kept');
      expect(await invite('e', T0 + MINUTE)).toBe('kept');
      expect(idsOf(await claim(T0 + MINUTE))).toEqual([
        ['a', 1],
        ['d', 1],
        ['e', 1],
      ]);
      expect(await letters.link('hash of b', T0)).toBeNull();
    });

    it('S17: invites a person only so often a day, whoever writes in their name', async () => {
      for (let n = 0; n < INVITATIONS_A_DAY_MAX; n += 1) expect(await invite(`n${n}`, T0 + n * MINUTE)).toBe('kept');
      expect(await invite('more', T0 + INVITATIONS_A_DAY_MAX * MINUTE)).toBe('tooSoon');
      expect(await invite('next day', T0 + LINK_MS)).toBe('kept');
    });

    it('takes of many at once exactly one in the name of one person', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => invite(`n${n}`, T0 + n)));
      expect(answers.filter((answer) => answer === 'kept')).toHaveLength(1);
      expect(await claim(T0 + MINUTE)).toHaveLength(1);
    });

    it('answers a link once, with its letter', async () => {
      await invite('a', T0);
      await claim(T0);
      await letters.settle({ id: 'a', attempt: 1, state: 'sent', dueAt: T0 });
      expect(await letters.closeLink('hash of a', 'chosen', aLetter('welcome', { kind: 'welcome' }))).toBe(true);
      expect(await letters.closeLink('hash of a', 'left', aLetter('goodbye', { kind: 'goodbye' }))).toBe(false);
      expect(await letters.closeLink('hash of b', 'left', aLetter('goodbye', { kind: 'goodbye' }))).toBe(false);
      expect(await letters.link('hash of a', T0)).toMatchObject({ state: 'chosen' });
      expect(idsOf(await claim(T0))).toEqual([['welcome', 1]]);
    });

    it('lends a letter, and lends it again when nobody said how it went', async () => {
      await letters.add(aLetter('a'), T0);
      expect(idsOf(await claim(T0 - 1))).toEqual([]);
      expect(idsOf(await claim(T0))).toEqual([['a', 1]]);
      expect(idsOf(await claim(T0 + 2 * MINUTE - 1))).toEqual([]);
      expect(idsOf(await claim(T0 + 2 * MINUTE))).toEqual([['a', 2]]);
    });

    it('puts a letter back until it is due, and forgets it when it is sent or dead; a late word changes nothing', async () => {
      for (const id of ['a', 'b', 'c']) await letters.add(aLetter(id), T0);
      await claim(T0);
      await letters.settle({ id: 'a', attempt: 1, state: 'queued', dueAt: T0 + 5 });
      await letters.settle({ id: 'b', attempt: 1, state: 'sent', dueAt: T0 });
      await letters.settle({ id: 'c', attempt: 0, state: 'dead', dueAt: T0 });
      expect(idsOf(await claim(T0 + 4))).toEqual([]);
      expect(idsOf(await claim(T0 + 5))).toEqual([['a', 2]]);
      await letters.settle({ id: 'a', attempt: 1, state: 'sent', dueAt: T0 });
      expect(idsOf(await claim(T0 + HOUR))).toEqual([
        ['c', 2],
        ['a', 3],
      ]);
      for (const [id, attempt] of [
        ['a', 3],
        ['c', 2],
      ] as const)
        await letters.settle({ id, attempt, state: 'dead', dueAt: T0 });
      expect(idsOf(await claim(T0 + 24 * HOUR - 1))).toEqual([]);
    });

    it('takes the oldest first, no more than asked for, and none that has expired', async () => {
      await letters.add(aLetter('b'), T0 + 1);
      await letters.add(aLetter('a'), T0);
      await letters.add(aLetter('old', { expiresAt: T0 + 2 }), T0 - 1);
      expect(idsOf(await claim(T0 + 2, 1))).toEqual([['a', 1]]);
      expect(idsOf(await claim(T0 + 2))).toEqual([['b', 1]]);
    });

    it('keeps a letter once', async () => {
      await letters.add(aLetter('a'), T0);
      await letters.add(aLetter('a', { address: 'taro@example.jp' }), T0);
      expect((await claim(T0)).map(({ letter }) => letter.address)).toEqual(['hana@example.jp']);
    });

    it('forgets links that are over, and no other', async () => {
      await invite('a', T0);
      await invite('b', T0 + MINUTE);
      expect(await letters.forgetLinks(T0 + LINK_MS)).toBe(1);
      expect(await letters.link('hash of b', T0)).not.toBeNull();
      expect(await letters.link('hash of a', T0)).toBeNull();
    });

    it('keeps a bounce once a day, by recipient and by domain', async () => {
      expect(await bounces.keep(aBounce('m1'))).toBe(true);
      expect(await bounces.keep(aBounce('m1', { at: T0 + 1 }))).toBe(false);
      expect(await bounces.keep(aBounce('m1', { kind: 'later', at: T0 + 1 }))).toBe(true);
      expect(await bounces.keep(aBounce('m1', { day: '2026-07-02', at: T0 + 24 * HOUR }))).toBe(true);
      expect(await bounces.keep(aBounce('m2', { recipient: '18', domain: 'docomo.example.jp', at: T0 + 2 }))).toBe(true);
      expect((await bounces.ofRecipient('17')).map(({ at, kind }) => [at - T0, kind])).toEqual([
        [0, 'gone'],
        [1, 'later'],
        [24 * HOUR, 'gone'],
      ]);
      expect(await bounces.ofDomain('docomo.example.jp', T0, 9)).toEqual([
        aBounce('m2', { recipient: '18', domain: 'docomo.example.jp', at: T0 + 2 }),
      ]);
      expect((await bounces.ofDomain('example.jp', T0 + 1, 1)).map(({ at }) => at - T0)).toEqual([24 * HOUR]);
      expect(await bounces.domains(T0 + 2)).toEqual(['docomo.example.jp', 'example.jp']);
      expect(await bounces.domains(T0 + 3)).toEqual(['example.jp']);
    });

    it('knows whose mailbox was gone on so many days', async () => {
      await bounces.keep(aBounce('m1'));
      await bounces.keep(aBounce('m2', { day: '2026-07-02' }));
      await bounces.keep(aBounce('m3', { recipient: '18' }));
      await bounces.keep(aBounce('m4', { recipient: '18' }));
      await bounces.keep(aBounce('m5', { recipient: '18', kind: 'full', day: '2026-07-02' }));
      expect([await bounces.goneOn(1), await bounces.goneOn(2), await bounces.goneOn(3)]).toEqual([['17', '18'], ['17'], []]);
    });

    it('forgets what came back of one person', async () => {
      for (const [id, recipient] of [
        ['m1', '17'],
        ['m2', '18'],
        ['m3', '17'],
      ] as const)
        await bounces.keep(aBounce(id, { recipient }));
      expect(await bounces.forgetOf('17')).toBe(2);
      expect(await bounces.forgetOf('17')).toBe(0);
      expect((await bounces.list({ limit: 9 })).map(({ bounce }) => bounce.deliveryId)).toEqual(['m2']);
    });

    it('lists bounces from the newest on, and forgets old ones', async () => {
      for (let n = 1; n <= 3; n += 1) await bounces.keep(aBounce(`m${n}`, { at: T0 + n }));
      expect((await bounces.list({ limit: 2 })).map(({ number, bounce }) => [number, bounce.deliveryId])).toEqual([
        [3, 'm3'],
        [2, 'm2'],
      ]);
      expect((await bounces.list({ before: 2, limit: 9 })).map(({ number }) => number)).toEqual([1]);
      expect(await bounces.forget(T0 + 3)).toBe(2);
      expect((await bounces.list({ limit: 9 })).map(({ number }) => number)).toEqual([3]);
    });
  });
};

describeMail(
  'memory',
  () => Promise.resolve({ letters: new MemoryLetters(), bounces: new MemoryBounces() }),
  () => Promise.resolve(),
);

describeMail('sqlite', ...onPlace(sqlitePlace));

const withoutPostgres = await leftOut('postgres', 'letters and bounces on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  describeMail('postgres', ...onPlace(() => postgresPlace(server)));
});

describe('letters beyond the bound', () => {
  it('refuses an invitation while too many letters wait, in memory and on a database alike', async () => {
    const place = await sqlitePlace();
    for (const letters of [new MemoryLetters({ lettersMax: 2 }), new SqlLetters({ database: await place.open(), keys, lettersMax: 2 })]) {
      const answers: string[] = [];
      for (const id of ['a', 'b', 'c'])
        answers.push(await letters.invite({ tokenHash: id, at: T0, letter: aLetter(id, { address: `${id}@example.jp` }) }));
      expect(answers).toEqual(['kept', 'kept', 'full']);
    }
    await place.clear();
  });
});

describe('letters in a copy that was put back', () => {
  it('F20 do not go out again, and a new one does', async () => {
    const place = await sqlitePlace();
    const database: SqlDatabase = await place.open();
    const letters = new SqlLetters({ database, keys });
    await letters.invite({ tokenHash: 'h', at: T0, letter: aLetter('a') });
    await new SqlLedger(database).holdDispatch({ at: T0 + 1, why: 'restored' });
    expect(await letters.claim({ now: T0 + 2, limit: 9, leaseUntil: T0 + 3 })).toEqual([]);
    expect(await letters.link('h', T0 + 2)).not.toBeNull();
    await letters.add(aLetter('b'), T0 + 2);
    expect(idsOf(await letters.claim({ now: T0 + 3, limit: 9, leaseUntil: T0 + 4 }))).toEqual([['b', 1]]);
    await place.clear();
  });
});

describe('what a database holds of somebody who signs up', () => {
  it('S16, S39: is neither an address nor a token, wherever one looks', async () => {
    const place = await sqlitePlace();
    const database: SqlDatabase = await place.open();
    const letters = new SqlLetters({ database, keys });
    await letters.invite({ tokenHash: 'h', at: T0, letter: aLetter('a', { address: 'canary@hana.example.jp', token: 'canary-token' }) });
    const tables = await Promise.all([
      database.db.selectFrom('mail_link').selectAll().execute(),
      database.db.selectFrom('mail_letter').selectAll().execute(),
    ]);
    expect(JSON.stringify(tables)).not.toMatch(/canary|hana/);
    expect(tables.map((rows) => rows.length)).toEqual([1, 1]);
    await place.clear();
  });
});

describe('letters under other keys', () => {
  it('wait until their day is over, and keep no other letter waiting', async () => {
    const place = await sqlitePlace();
    const database = await place.open();
    await new SqlLetters({ database, keys: new KeyRing(freshSecrets()) }).add(aLetter('foreign'), T0);
    const letters = new SqlLetters({ database, keys });
    await letters.add(aLetter('own'), T0 + 1);
    expect(idsOf(await letters.claim({ now: T0 + 1, limit: 9, leaseUntil: T0 + MINUTE }))).toEqual([['own', 1]]);
    await letters.settle({ id: 'own', attempt: 1, state: 'sent', dueAt: T0 });
    expect(await letters.claim({ now: T0 + LINK_MS, limit: 9, leaseUntil: T0 + LINK_MS + 1 })).toEqual([]);
    expect(await database.db.selectFrom('mail_letter').selectAll().execute()).toEqual([]);
    await place.clear();
  });
});

describe('S41 letters and links of somebody', () => {
  it('are shown and forgotten with whom they are about, and with nobody else', async () => {
    const place = await sqlitePlace();
    const database = await place.open();
    const directory = await SqlDirectory.open({ database, keys });
    const letters = new SqlLetters({ database, keys });
    const records = sealedRecordsIn(database, keys).find(({ name }) => name === 'letters')!;
    const choices = { channel: 'disaster-mail', language: 'ja', districts: ['001'], categories: [] } as const;
    for (const address of ['hana@example.jp', 'taro@example.jp']) {
      await directory.subscribe([{ ...choices, address }]);
      await letters.invite({ tokenHash: `hash of ${address}`, at: T0, letter: aLetter(address, { address: address.toUpperCase() }) });
    }
    await directory.subscribe([{ ...choices, channel: 'line', address: 'hana@example.jp' }]);
    const hana = (await directory.recipientOf('disaster-mail', 'hana@example.jp'))!;
    const held = [
      { what: 'link', state: 'open', askedAt: T0, expiresAt: T0 + LINK_MS },
      { what: 'letter', kind: 'invitation', expiresAt: T0 + LINK_MS },
    ];
    expect(await records.of(hana)).toEqual(held);
    expect(await records.forget((await directory.recipientOf('line', 'hana@example.jp'))!)).toBe(0);
    expect(await records.forget(hana)).toBe(2);
    expect([await records.of(hana), await records.forget(hana)]).toEqual([[], 0]);
    expect(await records.of((await directory.recipientOf('disaster-mail', 'taro@example.jp'))!)).toEqual(held);
    await place.clear();
  });
});

function onPlace(newPlace: () => Promise<SqlPlace>): [open: () => Promise<Kept>, close: () => Promise<void>] {
  let place: SqlPlace;
  return [
    async () => {
      place = await newPlace();
      const database = await place.open();
      return { letters: new SqlLetters({ database, keys }), bounces: new SqlBounces(database) };
    },
    () => place.clear(),
  ];
}

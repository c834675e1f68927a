import {
  type AudiencePage,
  type AudienceQuery,
  type ChannelName,
  type Directory,
  type Language,
  type Subscriber,
  type Ticket,
  type TicketQuery,
  TICKETS_PER_PERSON_MAX,
} from '#core';
import { freshSecrets, KeyRing } from '#keys';
import { MemoryDirectory } from '#memory';
import { SqlDirectory } from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

const PAGE_MAX = 500;

const aSubscriber = (address: string, set: Partial<Subscriber> = {}): Subscriber => ({
  channel: 'line',
  address,
  language: 'ja',
  districts: ['001'],
  categories: ['flood'],
  ...set,
});

const FLOOD_IN_001: AudienceQuery = { channel: 'line', category: 'flood', districts: ['001'] };

const describeDirectory = (name: string, open: () => Promise<Directory>, close: () => Promise<void>): void => {
  describe(`directory on ${name}`, () => {
    let directory: Directory;
    beforeEach(async () => {
      directory = await open();
    });
    afterEach(close);

    /** Pages with the addresses that their numbers open to. */
    const named = async (pages: AsyncIterable<AudiencePage>, channel: ChannelName) => {
      const all: { readonly language: Language; readonly addresses: readonly (string | undefined)[] }[] = [];
      for await (const { language, people } of pages) {
        const contacts = await directory.contacts(
          channel,
          people.map(({ recipient }) => recipient),
        );
        all.push({ language, addresses: contacts.map((contact) => contact?.address) });
      }
      return all;
    };
    const pages = (query: AudienceQuery, pageMax = PAGE_MAX) => named(directory.audience(query, pageMax), query.channel);

    it('groups an audience by language, in the order of subscription', async () => {
      await directory.subscribe([aSubscriber('U1', { language: 'en' }), aSubscriber('U2'), aSubscriber('U3', { language: 'ja-easy' })]);
      await directory.subscribe([aSubscriber('U0'), aSubscriber('U4', { language: 'en' })]);
      expect(await pages(FLOOD_IN_001)).toEqual([
        { language: 'ja', addresses: ['U2', 'U0'] },
        { language: 'ja-easy', addresses: ['U3'] },
        { language: 'en', addresses: ['U1', 'U4'] },
      ]);
    });

    it('tells only those of the channel, the category and one of the districts', async () => {
      await directory.subscribe([
        aSubscriber('here'),
        aSubscriber('elsewhere', { districts: ['002'] }),
        aSubscriber('crowds', { categories: ['congestion'] }),
        aSubscriber('nothing', { categories: [] }),
        aSubscriber('nowhere', { districts: [] }),
        aSubscriber('here', { channel: 'disaster-mail' }),
      ]);
      expect(await pages(FLOOD_IN_001)).toEqual([{ language: 'ja', addresses: ['here'] }]);
      expect(await pages({ ...FLOOD_IN_001, channel: 'email' })).toEqual([]);
      expect(await pages({ ...FLOOD_IN_001, districts: [] })).toEqual([]);
    });

    it('tells everybody who chose one of the districts of an evacuation, whatever else they chose (F69)', async () => {
      await directory.subscribe([
        aSubscriber('floods'),
        aSubscriber('crowds', { categories: ['congestion'] }),
        aSubscriber('nothing', { categories: [], language: 'en' }),
        aSubscriber('elsewhere', { districts: ['002'], categories: ['evacuation'] }),
        aSubscriber('duty', { districts: [], categories: ['staff:duty'] }),
        aSubscriber('floods', { channel: 'disaster-mail' }),
      ]);
      const blocked = await directory.recipientOf('line', 'crowds');
      expect(await pages({ ...FLOOD_IN_001, category: 'evacuation' })).toEqual([
        { language: 'ja', addresses: ['floods', 'crowds'] },
        { language: 'en', addresses: ['nothing'] },
      ]);
      await directory.setState(blocked!, 'blocked');
      expect(await pages({ ...FLOOD_IN_001, category: 'evacuation' })).toMatchObject([
        { addresses: ['floods'] },
        { addresses: ['nothing'] },
      ]);
      // A drill's own category is one that people chose.
      expect(await pages({ ...FLOOD_IN_001, category: 'exercise/evacuation' })).toEqual([]);
    });

    it('tells everybody of a category when no district is asked for, as for staff', async () => {
      await directory.subscribe([
        aSubscriber('duty@city.example', { channel: 'email', districts: [], categories: ['staff:duty', 'staff:all'] }),
        aSubscriber('all@city.example', { channel: 'email', districts: [], categories: ['staff:all'] }),
      ]);
      const query = { channel: 'email', category: 'staff:all', districts: null } as const;
      expect(await pages(query)).toEqual([{ language: 'ja', addresses: ['duty@city.example', 'all@city.example'] }]);
      expect(await pages({ ...query, category: 'staff:duty' })).toEqual([{ language: 'ja', addresses: ['duty@city.example'] }]);
    });

    it('meets nobody twice who chose several of the districts, and nobody is left out between pages', async () => {
      const districts = ['001', '002', '003', '004'];
      const people = Array.from({ length: 2_603 }, (_, index) =>
        aSubscriber(`U${index}`, { districts: districts.filter((_district, place) => (index >> place) % 2 === 1) }),
      );
      await directory.subscribe(people);
      const found = await pages({ ...FLOOD_IN_001, districts: ['002', '001', '004', '002', 'unknown'] });
      const expected = people.filter((one) => one.districts.some((district) => district !== '003')).map(({ address }) => address);
      expect(found.flatMap(({ addresses }) => addresses)).toEqual(expected);
      const sizes = found.map(({ addresses }) => addresses.length);
      expect(sizes.slice(0, -1)).toEqual(sizes.slice(0, -1).map(() => PAGE_MAX));
    });

    it('fills pages although few of a district want the category', async () => {
      const people = Array.from({ length: 1_200 }, (_, index) =>
        aSubscriber(`U${index}`, { categories: [index % 9 === 0 ? 'flood' : 'congestion'] }),
      );
      await directory.subscribe(people);
      expect((await pages(FLOOD_IN_001, 100)).map(({ addresses }) => addresses.length)).toEqual([100, 34]);
    });

    it('replaces the choices of an address that subscribes again, and keeps its place', async () => {
      await directory.subscribe([aSubscriber('U1'), aSubscriber('U2')]);
      await directory.subscribe([aSubscriber('U1', { districts: ['002'], categories: ['flood', 'congestion'] })]);
      expect(await pages(FLOOD_IN_001)).toEqual([{ language: 'ja', addresses: ['U2'] }]);
      expect(await pages({ ...FLOOD_IN_001, districts: ['001', '002'] })).toEqual([{ language: 'ja', addresses: ['U1', 'U2'] }]);
      await directory.subscribe([aSubscriber('U1', { language: 'en' })]);
      expect(await pages(FLOOD_IN_001)).toEqual([
        { language: 'ja', addresses: ['U2'] },
        { language: 'en', addresses: ['U1'] },
      ]);
    });

    it('takes the later of two choices of one address in one call, and repeats of a district', async () => {
      await directory.subscribe([aSubscriber('U1'), aSubscriber('U1', { districts: ['002', '002'], categories: ['flood', 'flood'] })]);
      expect(await total()).toEqual({ line: 1 });
      expect(await pages({ ...FLOOD_IN_001, districts: ['002'] })).toEqual([{ language: 'ja', addresses: ['U1'] }]);
      expect(await pages(FLOOD_IN_001)).toEqual([]);
    });

    it('forgets who leaves, also for the pages of an audience that are still to come (F62)', async () => {
      await directory.subscribe(Array.from({ length: 1_500 }, (_, index) => aSubscriber(`U${String(index).padStart(4, '0')}`)));
      const met: string[] = [];
      let left = false;
      const gone = await directory.recipientOf('line', 'U1400');
      for await (const { people } of directory.audience(FLOOD_IN_001, PAGE_MAX)) {
        left ||= await directory.leave('line', 'U1400');
        met.push(...people.map(({ recipient }) => recipient));
      }
      expect(left).toBe(true);
      expect(met).toHaveLength(1_499);
      expect(met).not.toContain(gone);
      expect(await directory.leave('line', 'U1400')).toBe(false);
      expect(await directory.leave('email', 'U0001')).toBe(false);
    });

    describe('tickets', () => {
      const NOW = 1_000;
      const aTicket = (number: number, set: Partial<Ticket> = {}): Ticket => ({
        gauge: 'window',
        number,
        channel: 'line',
        address: 'U1',
        expiresAt: NOW + 100,
        ...set,
      });
      const holders = (above: number, upTo: number, set: Partial<TicketQuery> = {}, pageMax = PAGE_MAX) =>
        named(directory.ticketHolders({ channel: 'line', gauge: 'window', near: { above, upTo }, at: NOW, ...set }, pageMax), 'line');
      beforeEach(() => directory.subscribe([aSubscriber('U1'), aSubscriber('U2', { language: 'en' }), aSubscriber('U3')]));

      it('finds holders by number, each once, by language and in the order of subscription', async () => {
        const tickets = [
          aTicket(13, { address: 'U3' }),
          aTicket(12),
          aTicket(13),
          aTicket(12, { address: 'U2' }),
          aTicket(20, { address: 'U2' }),
        ];
        for (const ticket of tickets) expect(await directory.drawTicket(ticket, NOW)).toBe('drawn');
        expect(await holders(11, 13)).toEqual([
          { language: 'ja', addresses: ['U1', 'U3'] },
          { language: 'en', addresses: ['U2'] },
        ]);
        expect(await holders(12, 13)).toEqual([{ language: 'ja', addresses: ['U1', 'U3'] }]);
        expect(await holders(11, 13, {}, 1)).toEqual(
          ['U1', 'U3', 'U2'].map((address) => expect.objectContaining({ addresses: [address] })),
        );
        for (const nobody of [holders(13, 19), holders(11, 13, { gauge: 'other' }), holders(11, 13, { channel: 'email' })])
          expect(await nobody).toEqual([]);
      });

      it('lets a ticket end in time, and keeps the later end of one that is drawn again', async () => {
        await directory.drawTicket(aTicket(12), NOW);
        expect(await holders(11, 12, { at: NOW + 99 })).toHaveLength(1);
        expect(await holders(11, 12, { at: NOW + 100 })).toEqual([]);
        await directory.drawTicket(aTicket(12, { expiresAt: NOW + 200 }), NOW);
        await directory.drawTicket(aTicket(12, { expiresAt: NOW + 50 }), NOW);
        expect(await holders(11, 12, { at: NOW + 199 })).toHaveLength(1);
      });

      it('bounds the tickets of a person to those in force', async () => {
        for (let number = 1; number <= TICKETS_PER_PERSON_MAX; number += 1) await directory.drawTicket(aTicket(number), NOW);
        expect(await directory.drawTicket(aTicket(9), NOW)).toBe('tooMany');
        expect(await directory.drawTicket(aTicket(1), NOW)).toBe('drawn');
        expect(await directory.drawTicket(aTicket(9, { address: 'U2' }), NOW)).toBe('drawn');
        expect(await directory.drawTicket(aTicket(9, { expiresAt: NOW + 300 }), NOW + 100)).toBe('drawn');
      });

      it('knows no ticket of somebody who did not subscribe, and forgets those of somebody who leaves', async () => {
        expect(await directory.drawTicket(aTicket(1, { address: 'nobody' }), NOW)).toBe('unknown');
        await directory.drawTicket(aTicket(1), NOW);
        await directory.leave('line', 'U1');
        expect(await holders(0, 9)).toEqual([]);
        await directory.subscribe([aSubscriber('U1')]);
        expect(await holders(0, 9)).toEqual([]);
      });

      it('uses up a range of tickets of one window, as often as it is told to', async () => {
        for (const ticket of [aTicket(1), aTicket(2), aTicket(3), aTicket(2, { gauge: 'other' })]) await directory.drawTicket(ticket, NOW);
        await directory.useTickets('window', { above: 1, upTo: 2 });
        await directory.useTickets('window', { above: 1, upTo: 2 });
        expect(await holders(1, 2)).toEqual([]);
        expect([await holders(0, 1), await holders(2, 3), await holders(1, 2, { gauge: 'other' })].flat()).toHaveLength(3);
      });
    });

    /** Subscribers by channel, whatever they chose. */
    const total = async () => {
      const all = (await directory.counts()).filter(({ district }) => district === null);
      const sums = [...Map.groupBy(all, ({ channel }) => channel)].map(([channel, own]) => [
        channel,
        own.reduce((sum, { active }) => sum + active, 0),
      ]);
      return Object.fromEntries(sums) as Readonly<Record<string, number>>;
    };

    it('counts subscribers by channel, language and district, the blocked apart', async () => {
      expect(await directory.counts()).toEqual([]);
      await directory.subscribe([
        aSubscriber('U1'),
        aSubscriber('U2', { districts: ['001', '002'] }),
        aSubscriber('U3', { language: 'en', districts: [] }),
        aSubscriber('a@b.example', { channel: 'disaster-mail' }),
      ]);
      await directory.setState((await directory.recipientOf('line', 'U2'))!, 'blocked');
      expect(await directory.counts()).toEqual([
        { channel: 'disaster-mail', language: 'ja', district: null, active: 1, blocked: 0 },
        { channel: 'disaster-mail', language: 'ja', district: '001', active: 1, blocked: 0 },
        { channel: 'line', language: 'en', district: null, active: 1, blocked: 0 },
        { channel: 'line', language: 'ja', district: null, active: 1, blocked: 1 },
        { channel: 'line', language: 'ja', district: '001', active: 1, blocked: 1 },
        { channel: 'line', language: 'ja', district: '002', active: 0, blocked: 1 },
      ]);
      expect(await total()).toEqual({ 'disaster-mail': 1, line: 2 });
    });

    it('knows somebody by address and by number, with their choices', async () => {
      expect(await directory.subscriber('line', 'U1')).toBeNull();
      await directory.subscribe([aSubscriber('U1', { districts: ['002', '001'], categories: ['flood', 'congestion'], language: 'en' })]);
      const known = await directory.subscriber('line', 'U1');
      expect(known).toEqual({
        recipient: expect.stringMatching(/^[1-9]\d*$/),
        channel: 'line',
        address: 'U1',
        language: 'en',
        charset: 'utf-8',
        districts: ['001', '002'],
        categories: ['congestion', 'flood'],
        standby: null,
        state: 'active',
      });
      expect(await directory.subscriberOf(known!.recipient)).toEqual(known);
      expect(await directory.recipientOf('line', 'U1')).toBe(known!.recipient);
      expect([await directory.recipientOf('email', 'U1'), await directory.subscriberOf('999')]).toEqual([null, null]);
    });

    it('finds a mail address however it is written, and writes to it as it was given last', async () => {
      const mail = { channel: 'disaster-mail' } as const;
      await directory.subscribe([aSubscriber('Hana@Example.JP', mail)]);
      const recipient = (await directory.recipientOf('disaster-mail', 'hana@example.jp'))!;
      await directory.subscribe([aSubscriber('hana@example.jp', { ...mail, charset: 'iso-2022-jp' })]);
      expect(await directory.contacts('disaster-mail', [recipient])).toEqual([
        { address: 'hana@example.jp', charset: 'iso-2022-jp', language: 'ja' },
      ]);
      const [page] = await Array.fromAsync(directory.audience({ ...FLOOD_IN_001, ...mail }, PAGE_MAX));
      expect(page).toEqual({ language: 'ja', people: [{ recipient, endpoint: 'example.jp', districts: ['001'] }] });
      expect(await directory.leave('disaster-mail', 'HANA@EXAMPLE.JP')).toBe(true);
    });

    it('keeps charset and standby of somebody who chooses anew without naming them', async () => {
      await directory.subscribe([aSubscriber('a@b.example', { channel: 'disaster-mail', charset: 'iso-2022-jp' }), aSubscriber('U1')]);
      const mail = (await directory.recipientOf('disaster-mail', 'a@b.example'))!;
      await directory.subscribe([aSubscriber('U1', { standby: mail })]);
      await directory.subscribe([aSubscriber('U1', { language: 'en' }), aSubscriber('a@b.example', { channel: 'disaster-mail' })]);
      expect(await directory.subscriber('line', 'U1')).toMatchObject({ standby: mail, language: 'en' });
      expect(await directory.subscriberOf(mail)).toMatchObject({ charset: 'iso-2022-jp', standby: null });
      await directory.subscribe([aSubscriber('U1', { standby: null })]);
      expect(await directory.subscriber('line', 'U1')).toMatchObject({ standby: null });
    });

    it('says how somebody is reached now, wherever they live, and not who left or blocked us', async () => {
      const mail = aSubscriber('a@b.example', { channel: 'disaster-mail', language: 'en' });
      await directory.subscribe([mail, aSubscriber('U1'), aSubscriber('U2'), aSubscriber('U3')]);
      const [a, one, two, three] = await Promise.all([
        directory.recipientOf('disaster-mail', 'a@b.example'),
        ...['U1', 'U2', 'U3'].map((address) => directory.recipientOf('line', address)),
      ]);
      await directory.subscribe([aSubscriber('U1', { districts: [], categories: [], language: 'en' })]);
      await directory.setState(two!, 'blocked');
      await directory.leave('line', 'U3');
      expect(await directory.reachable('line', [three!, one!, a!, two!, '999'])).toEqual([
        null,
        { recipient: one, endpoint: 'line', language: 'en' },
        null,
        null,
        null,
      ]);
      expect(await directory.reachable('disaster-mail', [a!])).toEqual([{ recipient: a, endpoint: 'b.example', language: 'en' }]);
      expect(await directory.reachable('line', [])).toEqual([]);
    });

    it('says of an audience in which of its districts each one lives', async () => {
      await directory.subscribe([aSubscriber('U1', { districts: ['001', '002', '003'] }), aSubscriber('U2', { districts: ['002'] })]);
      const query = { channel: 'line', category: 'flood', districts: ['002', '001'] } as const;
      const pagesOf = await Array.fromAsync(directory.audience(query, PAGE_MAX));
      expect(pagesOf.flatMap(({ people }) => people.map(({ districts }) => districts?.toSorted((a, b) => (a < b ? -1 : 1))))).toEqual([
        ['001', '002'],
        ['002'],
      ]);
      const staff = await Array.fromAsync(directory.audience({ ...query, districts: null }, PAGE_MAX));
      expect(staff.flatMap(({ people }) => people.map(({ districts }) => districts))).toEqual([undefined, undefined]);
    });

    it('says who takes over for whom, for as long as that one is there', async () => {
      await directory.subscribe([aSubscriber('a@b.example', { channel: 'disaster-mail', language: 'ko', categories: [] })]);
      const mail = (await directory.recipientOf('disaster-mail', 'a@b.example'))!;
      await directory.subscribe([aSubscriber('U1', { standby: mail }), aSubscriber('U2')]);
      const both = [(await directory.recipientOf('line', 'U2'))!, (await directory.recipientOf('line', 'U1'))!];
      const way = { channel: 'disaster-mail', recipient: mail, endpoint: 'b.example', language: 'ko' };
      expect(await directory.standbys([...both, '999'])).toEqual([null, way, null]);
      await directory.setState(mail, 'blocked');
      expect(await directory.standbys(both)).toEqual([null, null]);
      await directory.setState(mail, 'active');
      expect(await directory.standbys(both)).toEqual([null, way]);
      await directory.leave('disaster-mail', 'a@b.example');
      expect(await directory.standbys(both)).toEqual([null, null]);
    });

    it('leaves who is blocked out of every audience, and lets them come back with their choices and number', async () => {
      await directory.subscribe([aSubscriber('U1'), aSubscriber('U2')]);
      const number = (await directory.recipientOf('line', 'U1'))!;
      expect(await directory.setState(number, 'blocked')).toBe(true);
      expect(await directory.setState(number, 'blocked')).toBe(true);
      expect(await pages(FLOOD_IN_001)).toEqual([{ language: 'ja', addresses: ['U2'] }]);
      expect(await pages({ ...FLOOD_IN_001, districts: null })).toEqual([{ language: 'ja', addresses: ['U2'] }]);
      expect(await pages({ ...FLOOD_IN_001, state: 'blocked' })).toEqual([{ language: 'ja', addresses: ['U1'] }]);
      // Choosing anew while blocked opens nothing.
      await directory.subscribe([aSubscriber('U1', { districts: ['001', '002'] })]);
      expect(await pages(FLOOD_IN_001)).toEqual([{ language: 'ja', addresses: ['U2'] }]);
      expect(await directory.setState(number, 'active')).toBe(true);
      expect(await pages({ ...FLOOD_IN_001, districts: ['002'] })).toEqual([{ language: 'ja', addresses: ['U1'] }]);
      expect(await directory.subscriber('line', 'U1')).toMatchObject({ recipient: number, state: 'active' });
      expect(await directory.setState('999', 'blocked')).toBe(false);
    });

    it('gives contacts each in its place, none for who left or is on another channel, and no number a second time', async () => {
      await directory.subscribe([aSubscriber('U1', { language: 'en' }), aSubscriber('U2'), aSubscriber('U3')]);
      const numbers = await Promise.all(['U1', 'U2', 'U3'].map(async (address) => (await directory.recipientOf('line', address))!));
      await directory.leave('line', 'U2');
      await directory.subscribe([aSubscriber('U2')]);
      expect(await directory.contacts('line', numbers.toReversed())).toEqual([
        { address: 'U3', charset: 'utf-8', language: 'ja' },
        null,
        { address: 'U1', charset: 'utf-8', language: 'en' },
      ]);
      expect(numbers).not.toContain(await directory.recipientOf('line', 'U2'));
      expect(await directory.contacts('email', numbers)).toEqual([null, null, null]);
      expect(await directory.contacts('line', [])).toEqual([]);
    });

    it('gives everybody one number although many subscribe at the same time', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, index) => directory.subscribe([aSubscriber(`U${index % 10}`)])));
      expect((await pages(FLOOD_IN_001)).flatMap(({ addresses }) => addresses).toSorted((a, b) => (a! < b! ? -1 : 1))).toEqual(
        Array.from({ length: 10 }, (_, index) => `U${index}`),
      );
    });
  });
};

describeDirectory(
  'memory',
  () => Promise.resolve(new MemoryDirectory()),
  () => Promise.resolve(),
);

let place: SqlPlace;
const onPlace = (newPlace: () => Promise<SqlPlace>) => async () => {
  place = await newPlace();
  return SqlDirectory.open({ database: await place.open(), keys: new KeyRing(freshSecrets()) });
};
const clear = () => place.clear();

describeDirectory('sqlite', onPlace(sqlitePlace), clear);

const withoutPostgres = await leftOut('postgres', 'directory on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  describeDirectory(
    'postgres',
    onPlace(() => postgresPlace(server)),
    clear,
  );
});

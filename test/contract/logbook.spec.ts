import type { Correction, Finding, Logbook, LogbookEntry, Maintenance } from '#core';
import { MemoryLogbook } from '#memory';
import { SqlLogbook } from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { HOUR, MINUTE, T0 } from '../support/builders.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

const base = (id: string) => ({ id, gauge: 'tama-03', reason: '水位標を目で見た', by: 'sato', madeAt: T0 });
const aNote = (id: string, set: { gauge?: string } = {}): LogbookEntry => ({ ...base(id), kind: 'note', at: T0, ...set });
const aCorrection = (id: string, set: Partial<Correction> = {}): Correction => ({
  ...base(id),
  kind: 'correction',
  quantity: 'level',
  at: T0,
  was: 8.2,
  raw: 8.3,
  value: 3.2,
  ...set,
});
const aMaintenance = (id: string, from: number, until: number): Maintenance => ({ ...base(id), kind: 'maintenance', from, until });
const aFinding = (id: string, set: Partial<Finding> = {}): Finding => ({
  ...base(id),
  by: 'inspection',
  kind: 'finding',
  about: 'drift',
  at: T0,
  ...set,
});

const ids = (entries: readonly { readonly id: string }[]) => entries.map(({ id }) => id);

const describeLogbook = (name: string, open: () => Promise<Logbook>, close: () => Promise<void>): void => {
  describe(`logbook on ${name}`, () => {
    let logbook: Logbook;
    beforeEach(async () => {
      logbook = await open();
    });
    afterEach(close);

    const enterAll = async (...entries: readonly LogbookEntry[]) => {
      for (const entry of entries) await logbook.enter(entry);
    };

    it('keeps every word of an entry and numbers it', async () => {
      const entry = aCorrection('sato/1', { reason: '= "+1" \0 \uD800 水位標' });
      const kept = await logbook.enter(entry);
      expect(kept).toEqual({ ...entry, number: 1 });
      expect(await logbook.entry('sato/1')).toEqual({ ...entry, number: 1 });
      expect(await logbook.entry('sato/2')).toBeNull();
    });

    it('keeps the first of an id, and a repeat takes no number', async () => {
      await enterAll(aNote('a'), aNote('a', { gauge: 'naka-01' }), aNote('b'));
      expect((await logbook.entry('a'))?.gauge).toBe('tama-03');
      expect((await logbook.entries({ limit: 9 })).map(({ id, number }) => [id, number])).toEqual([
        ['b', 2],
        ['a', 1],
      ]);
    });

    it('numbers entries that are made at once without a gap', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, index) => logbook.enter(aNote(`n${index % 15}`))));
      const numbers = (await logbook.entries({ limit: 50 })).map(({ number }) => number);
      expect(numbers).toEqual(Array.from({ length: 15 }, (_, index) => 15 - index));
    });

    it('lists the newest first, of a gauge, of some kinds, before a number', async () => {
      await enterAll(aNote('a'), aNote('b', { gauge: 'naka-01' }), aCorrection('c'), aNote('d'));
      expect(ids(await logbook.entries({ gauge: 'tama-03', limit: 9 }))).toEqual(['d', 'c', 'a']);
      expect(ids(await logbook.entries({ kinds: ['note'], limit: 2 }))).toEqual(['d', 'b']);
      expect(ids(await logbook.entries({ before: 3, limit: 9 }))).toEqual(['b', 'a']);
    });

    it('finds corrections by the instant of the observation, in the order in which they were made', async () => {
      await enterAll(
        aCorrection('late', { at: T0 + HOUR }),
        aCorrection('first'),
        aCorrection('again', { value: null }),
        aCorrection('rain', { quantity: 'rain' }),
        aCorrection('other', { gauge: 'naka-01' }),
        aCorrection('before', { at: T0 - 1 }),
      );
      const query = { gauge: 'tama-03', quantity: 'level' as const, from: T0 };
      expect(ids(await logbook.corrections({ ...query, to: T0 + 1 }))).toEqual(['first', 'again']);
      expect(ids(await logbook.corrections({ ...query, to: T0 + HOUR }))).toEqual(['first', 'again']);
      expect(ids(await logbook.corrections({ ...query, to: T0 + HOUR + 1 }))).toEqual(['late', 'first', 'again']);
      expect((await logbook.corrections({ ...query, to: T0 + 1 }))[1]?.value).toBeNull();
    });

    it('knows what maintenance was planned to reach beyond an instant, with its early ends', async () => {
      await enterAll(
        aMaintenance('over', T0, T0 + HOUR),
        aMaintenance('long', T0, T0 + 5 * HOUR),
        { ...base('end'), kind: 'maintenanceEnded', of: 'long', at: T0 + 10 * MINUTE },
        { ...base('end of over'), kind: 'maintenanceEnded', of: 'over', at: T0 + MINUTE },
        aMaintenance('next', T0 + 9 * HOUR, T0 + 10 * HOUR),
      );
      expect(ids(await logbook.maintenance(T0 + HOUR))).toEqual(['long', 'end', 'next']);
      expect(await logbook.maintenance(T0 + 10 * HOUR)).toEqual([]);
    });

    it('knows which findings hold', async () => {
      await enterAll(aFinding('a'), aFinding('b', { gauge: 'naka-01' }), aFinding('c', { about: 'clock' }), {
        ...base('end'),
        kind: 'findingEnded',
        of: 'a',
        at: T0,
      });
      expect(ids(await logbook.openFindings())).toEqual(['b', 'c']);
      expect(ids(await logbook.openFindings('tama-03'))).toEqual(['c']);
    });
  });
};

describeLogbook(
  'memory',
  () => Promise.resolve(new MemoryLogbook()),
  () => Promise.resolve(),
);

describeLogbook('sqlite', ...onPlace(sqlitePlace));

const withoutPostgres = await leftOut('postgres', 'logbook on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  describeLogbook('postgres', ...onPlace(() => postgresPlace(server)));
});

function onPlace(newPlace: () => Promise<SqlPlace>): [open: () => Promise<Logbook>, close: () => Promise<void>] {
  let place: SqlPlace;
  return [
    async () => {
      place = await newPlace();
      return new SqlLogbook(await place.open());
    },
    () => place.clear(),
  ];
}

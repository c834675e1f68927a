import type { HeartbeatProof, Heartbeats } from '#core';
import { MemoryHeartbeats } from '#memory';
import { SqlHeartbeats } from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { T0 } from '../support/builders.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

const LINE: HeartbeatProof = { channel: 'line', since: T0, provenAt: T0 + 5 };
const MAIL: HeartbeatProof = { channel: 'email', since: T0, provenAt: null };

/** `again`: as another process sees it. */
interface Opened {
  readonly heartbeats: Heartbeats;
  readonly again: () => Promise<Heartbeats>;
}

const describeHeartbeats = (name: string, open: () => Promise<Opened>, close: () => Promise<void>): void => {
  describe(`heartbeats on ${name}`, () => {
    let heartbeats: Heartbeats;
    let again: Opened['again'];
    beforeEach(async () => {
      ({ heartbeats, again } = await open());
    });
    afterEach(close);

    it('knows nothing at first, and afterwards what was kept last', async () => {
      expect(await heartbeats.proofs()).toEqual([]);
      await heartbeats.keep([LINE, MAIL]);
      expect(await (await again()).proofs()).toEqual([MAIL, LINE]);
      await heartbeats.keep([{ ...LINE, provenAt: T0 + 9 }]);
      await heartbeats.keep([{ ...LINE, provenAt: T0 + 9 }]);
      expect(await (await again()).proofs()).toEqual([{ ...LINE, provenAt: T0 + 9 }]);
      await heartbeats.keep([]);
      expect(await (await again()).proofs()).toEqual([]);
    });
  });
};

describeHeartbeats(
  'memory',
  () => {
    const heartbeats = new MemoryHeartbeats();
    return Promise.resolve({ heartbeats, again: () => Promise.resolve(heartbeats) });
  },
  () => Promise.resolve(),
);

describeHeartbeats('sqlite', ...onPlace(sqlitePlace));

const withoutPostgres = await leftOut('postgres', 'heartbeats on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  describeHeartbeats('postgres', ...onPlace(() => postgresPlace(server)));
});

function onPlace(newPlace: () => Promise<SqlPlace>): [open: () => Promise<Opened>, close: () => Promise<void>] {
  let place: SqlPlace;
  return [
    async () => {
      place = await newPlace();
      return { heartbeats: new SqlHeartbeats(await place.open()), again: async () => new SqlHeartbeats(await place.open()) };
    },
    () => place.clear(),
  ];
}

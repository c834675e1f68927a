import type { Accounts, DeviceKey, Session, User } from '#core';
import { MemoryAccounts } from '#memory';
import { SqlAccounts } from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

const aKey = (keyHash: string, set: Partial<DeviceKey> = {}): DeviceKey => ({
  device: 'tama-03',
  keyHash,
  createdAt: 1_000,
  revokedAt: null,
  ...set,
});
const aUser = (name: string, set: Partial<User> = {}): User => ({
  name,
  role: 'duty',
  passwordHash: '$argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA',
  disabled: false,
  createdAt: 1_000,
  ...set,
});
const aSession = (tokenHash: string, set: Partial<Session> = {}): Session => ({
  tokenHash,
  user: 'sato',
  createdAt: 1_000,
  confirmedAt: 1_000,
  seenAt: 1_000,
  ...set,
});

interface AccountsHarness {
  open(): Promise<Accounts>;
  /** The same accounts as the command line has them open, in a process of its own. */
  again(): Promise<Accounts>;
  close(): Promise<void>;
}

const describeAccounts = (name: string, harness: AccountsHarness): void => {
  describe(`accounts on ${name}`, () => {
    let accounts: Accounts;
    beforeEach(async () => {
      accounts = await harness.open();
    });
    afterEach(() => harness.close());

    const validAt = async (at: number) =>
      (await accounts.deviceKeys()).filter(({ revokedAt }) => revokedAt === null || revokedAt > at).map(({ keyHash }) => keyHash);

    it('keeps device keys, and a repeat changes nothing', async () => {
      await accounts.addDeviceKey(aKey('b', { device: 'tama-03' }));
      await accounts.addDeviceKey(aKey('a', { device: 'asa-01', revokedAt: 5_000 }));
      await accounts.addDeviceKey(aKey('b', { device: 'another' }));
      expect(await accounts.deviceKeys()).toEqual([aKey('a', { device: 'asa-01', revokedAt: 5_000 }), aKey('b')]);
    });

    it('S4 rotates with two valid keys and then revokes all but the newest, also of keys made in one millisecond', async () => {
      for (const keyHash of ['z-first', 'm-second', 'a-third']) await accounts.addDeviceKey(aKey(keyHash));
      await accounts.addDeviceKey(aKey('other', { device: 'asa-01' }));
      expect(await validAt(1_000)).toEqual(['other', 'z-first', 'm-second', 'a-third']);
      expect(await accounts.revokeDeviceKeys('tama-03', 2_000, true)).toBe(2);
      expect(await validAt(2_000)).toEqual(['other', 'a-third']);
      expect(await accounts.revokeDeviceKeys('tama-03', 3_000, true)).toBe(0);
      expect(await accounts.revokeDeviceKeys('tama-03', 3_000, false)).toBe(1);
      expect(await validAt(3_000)).toEqual(['other']);
      expect((await accounts.deviceKeys()).find(({ keyHash }) => keyHash === 'z-first')?.revokedAt).toBe(2_000);
      expect(await accounts.revokeDeviceKeys('unknown', 3_000, false)).toBe(0);
    });

    it('revokes a key at once that was to end later', async () => {
      await accounts.addDeviceKey(aKey('a', { revokedAt: 9_000 }));
      expect(await accounts.revokeDeviceKeys('tama-03', 2_000, false)).toBe(1);
      expect(await validAt(2_000)).toEqual([]);
    });

    it('keeps users by name and refuses a name that is taken', async () => {
      expect(await accounts.addUser(aUser('suzuki', { role: 'decider' }))).toBe(true);
      expect(await accounts.addUser(aUser('sato'))).toBe(true);
      expect(await accounts.addUser(aUser('sato', { role: 'admin' }))).toBe(false);
      expect(await accounts.users()).toEqual([aUser('sato'), aUser('suzuki', { role: 'decider' })]);
      expect(await accounts.user('sato')).toEqual(aUser('sato'));
      expect(await accounts.user('nobody')).toBeNull();
    });

    it('disables a user with all sessions, so that enabling again revives none', async () => {
      await accounts.addUser(aUser('sato'));
      await accounts.openSession(aSession('t1'));
      await accounts.openSession(aSession('t2', { user: 'suzuki' }));
      expect(await accounts.setUserDisabled('sato', true)).toBe(true);
      expect((await accounts.user('sato'))?.disabled).toBe(true);
      expect(await accounts.setUserDisabled('sato', false)).toBe(true);
      expect(await accounts.session('t1')).toBeNull();
      expect(await accounts.session('t2')).toEqual(aSession('t2', { user: 'suzuki' }));
      expect(await accounts.setUserDisabled('nobody', true)).toBe(false);
    });

    it('keeps sessions until they are closed, and never moves their last sight back', async () => {
      await accounts.openSession(aSession('t1'));
      await accounts.touchSession('t1', 3_000);
      await accounts.touchSession('t1', 2_000);
      expect(await accounts.session('t1')).toEqual(aSession('t1', { seenAt: 3_000 }));
      await accounts.closeSession('t1');
      await accounts.touchSession('t1', 4_000);
      expect(await accounts.session('t1')).toBeNull();
    });

    it('S9 keeps one second factor for each user, and uses up its codes once, whoever of two is faster', async () => {
      const factor = { user: 'sato', secret: 'sealed', step: 5, enrolledAt: 1_000 };
      expect(await accounts.enrolSecondFactor(factor)).toBe(false);
      await accounts.addUser(aUser('sato'));
      expect(await accounts.secondFactor('sato')).toBeNull();
      expect(await accounts.enrolSecondFactor(factor)).toBe(true);
      expect([await accounts.useStep('sato', 5), await accounts.useStep('sato', 4), await accounts.useStep('nobody', 9)]).toEqual([
        false,
        false,
        false,
      ]);
      const other = await harness.again();
      expect((await Promise.all([accounts.useStep('sato', 6), other.useStep('sato', 6)])).toSorted()).toEqual([false, true]);
      expect(await accounts.secondFactor('sato')).toEqual({ ...factor, step: 6 });
      await accounts.enrolSecondFactor({ ...factor, secret: 'another', step: 0 });
      expect(await accounts.secondFactor('sato')).toEqual({ ...factor, secret: 'another', step: 0 });
    });

    it('S14 remembers when whoever holds a session proved last who they are', async () => {
      await accounts.openSession(aSession('t1'));
      await accounts.confirmSession('t1', 9_000);
      await accounts.confirmSession('t2', 9_000);
      expect(await accounts.session('t1')).toEqual(aSession('t1', { confirmedAt: 9_000 }));
      expect(await accounts.session('t2')).toBeNull();
    });

    it('forgets sessions that are too old or idle for too long', async () => {
      await accounts.openSession(aSession('old', { createdAt: 10, seenAt: 900 }));
      await accounts.openSession(aSession('idle', { createdAt: 200, seenAt: 300 }));
      await accounts.openSession(aSession('fresh', { createdAt: 200, seenAt: 900 }));
      expect(await accounts.forgetSessions(100, 400)).toBe(2);
      expect(await accounts.session('fresh')).not.toBeNull();
      expect(await accounts.session('idle')).toBeNull();
    });

    it('shows the running service what the command line changes, while both write', async () => {
      const commandLine = await harness.again();
      await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          (index % 2 === 0 ? accounts : commandLine).addDeviceKey(aKey(`key-${index}`, { createdAt: index })),
        ),
      );
      expect(await accounts.deviceKeys()).toHaveLength(30);
      expect(await commandLine.revokeDeviceKeys('tama-03', 50, true)).toBe(29);
      expect(await validAt(50)).toEqual(['key-29']);
    });
  });
};

let inMemory: MemoryAccounts;
describeAccounts('memory', {
  open: async () => {
    inMemory = new MemoryAccounts();
    return inMemory;
  },
  again: async () => inMemory,
  close: () => Promise.resolve(),
});

describeAccounts('sqlite', onPlace(sqlitePlace));

const withoutPostgres = await leftOut('postgres', 'accounts on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  describeAccounts(
    'postgres',
    onPlace(() => postgresPlace(server)),
  );
});

function onPlace(newPlace: () => Promise<SqlPlace>): AccountsHarness {
  let place: SqlPlace;
  const again = async () => new SqlAccounts(await place.open());
  return {
    open: async () => {
      place = await newPlace();
      return again();
    },
    again,
    close: () => place.clear(),
  };
}

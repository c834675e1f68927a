import type { PlaybookFiles, PlaybookVersions } from '#core';
import { MemoryPlaybookVersions } from '#memory';
import { SqlPlaybookVersions } from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

const filesOf = (texts: Readonly<Record<string, string>>): PlaybookFiles =>
  new Map(Object.entries(texts).map(([name, text]) => [name, new TextEncoder().encode(text)]));

const summer = filesOf({ 'playbook.yaml': 'rules: summer', 'wording/ja.yaml': '増水' });
const winter = filesOf({ 'playbook.yaml': 'rules: winter', 'wording/ja.yaml': '増水' });

interface VersionsHarness {
  open(): Promise<PlaybookVersions>;
  /** The same versions as another process has them open. */
  again(): Promise<PlaybookVersions>;
  close(): Promise<void>;
}

const describeVersions = (name: string, harness: VersionsHarness): void => {
  describe(`playbook versions on ${name}`, () => {
    let versions: PlaybookVersions;
    beforeEach(async () => {
      versions = await harness.open();
    });
    afterEach(() => harness.close());

    const plain = async (version: string) => {
      const files = await versions.files(version);
      return files && Object.fromEntries([...files].map(([file, bytes]) => [file, new TextDecoder().decode(bytes)]));
    };

    it('knows nothing at first', async () => {
      expect(await versions.uses({ limit: 5 })).toEqual([]);
      expect(await versions.files('summer')).toBeNull();
    });

    it('F51 gives every version back in its own words, whatever came in force after it', async () => {
      await versions.use({ version: 'summer', files: summer, at: 10, by: 'start' });
      await versions.use({ version: 'winter', files: winter, at: 20, by: 'folder' });
      versions = await harness.again();
      expect(await plain('summer')).toEqual({ 'playbook.yaml': 'rules: summer', 'wording/ja.yaml': '増水' });
      expect(await plain('winter')).toEqual({ 'playbook.yaml': 'rules: winter', 'wording/ja.yaml': '増水' });
      expect(await plain('autumn')).toBeNull();
    });

    it('writes nothing down when the version is in force already, and a version that is put back is a use of its own', async () => {
      const first = await versions.use({ version: 'summer', files: summer, at: 10, by: 'start' });
      expect(first).toEqual({ number: 1, version: 'summer', at: 10, by: 'start' });
      expect(await (await harness.again()).use({ version: 'summer', files: summer, at: 11, by: 'restart' })).toEqual(first);
      await versions.use({ version: 'winter', files: winter, at: 20, by: 'folder' });
      await versions.use({ version: 'summer', files: summer, at: 30, by: 'SIGHUP' });
      expect(await versions.uses({ limit: 5 })).toEqual([
        { number: 3, version: 'summer', at: 30, by: 'SIGHUP' },
        { number: 2, version: 'winter', at: 20, by: 'folder' },
        first,
      ]);
      expect(await versions.uses({ before: 3, limit: 1 })).toMatchObject([{ number: 2 }]);
    });

    it('keeps bytes that are no text', async () => {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
      await versions.use({ version: 'bytes', files: new Map([['shelters.csv', bytes]]), at: 1, by: 'start' });
      expect((await versions.files('bytes'))?.get('shelters.csv')).toEqual(bytes);
    });

    it('lets two processes that load the same change write one use', async () => {
      const other = await harness.again();
      await versions.use({ version: 'summer', files: summer, at: 1, by: 'start' });
      await Promise.all([versions, other].map((one) => one.use({ version: 'winter', files: winter, at: 2, by: 'folder' })));
      expect((await versions.uses({ limit: 9 })).map(({ version }) => version)).toEqual(['winter', 'summer']);
    });
  });
};

let inMemory: MemoryPlaybookVersions;
describeVersions('memory', {
  open: async () => {
    inMemory = new MemoryPlaybookVersions();
    return inMemory;
  },
  again: async () => inMemory,
  close: () => Promise.resolve(),
});

describeVersions('sqlite', onPlace(sqlitePlace));

const withoutPostgres = await leftOut('postgres', 'playbook versions on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  describeVersions(
    'postgres',
    onPlace(() => postgresPlace(server)),
  );
});

function onPlace(newPlace: () => Promise<SqlPlace>): VersionsHarness {
  let place: SqlPlace;
  const again = async () => new SqlPlaybookVersions(await place.open());
  return {
    open: async () => {
      place = await newPlace();
      return again();
    },
    again,
    close: () => place.clear(),
  };
}

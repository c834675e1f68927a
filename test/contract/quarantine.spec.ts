import { type Quarantine, QUARANTINE_BYTES_MAX, type QuarantineEntry } from '#core';
import { MemoryQuarantine } from '#memory';
import { SqliteQuarantine } from '#sqlite';
import { T0 } from '../support/builders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Counting = Quarantine & { readonly dropped: number };

interface Ground {
  open(entriesMax?: number): Counting;
  close(quarantine: Counting): Promise<void>;
  end(): void;
}

function describeQuarantine(name: string, newGround: () => Ground): void {
  describe(`Quarantine: ${name}`, () => {
    let ground: Ground;
    let quarantine: Counting;

    beforeEach(() => {
      ground = newGround();
      quarantine = ground.open(5);
    });
    afterEach(async () => {
      await ground.close(quarantine);
      ground.end();
    });

    const detailsOf = async (query: Partial<Parameters<Quarantine['list']>[0]> = {}) =>
      (await quarantine.list({ limit: 100, ...query })).map(({ detail }) => detail);

    it('keeps the bytes as they came, with device and reason, also over a restart', async () => {
      const payload = Uint8Array.of(0, 255, 0xc3, 0x28, 10);
      await quarantine.keep([anEntry({ device: '田-1', reason: 'notJson', detail: '3 文字目', payload })]);
      await ground.close(quarantine);
      quarantine = ground.open(5);
      const [kept] = await quarantine.list({ limit: 1 });
      expect({ ...kept, payload: [...kept!.payload] }).toEqual({
        id: 1,
        device: '田-1',
        receivedAt: T0,
        reason: 'notJson',
        detail: '3 文字目',
        payload: [...payload],
      });
      expect(await quarantine.count()).toBe(1);
    });

    it('keeps no more of a payload than its bound, and an empty one as well', async () => {
      await quarantine.keep([anEntry({ payload: new Uint8Array(70_000) }), anEntry({ payload: new Uint8Array() })]);
      expect((await quarantine.list({ limit: 2 })).map(({ payload }) => payload.length)).toEqual([0, QUARANTINE_BYTES_MAX]);
    });

    it('lists the newest first, before an id, of one device when asked', async () => {
      await quarantine.keep(['a', 'b', 'a', 'b'].map((device, index) => anEntry({ device, detail: `${index}` })));
      expect(await detailsOf()).toEqual(['3', '2', '1', '0']);
      expect(await detailsOf({ limit: 2 })).toEqual(['3', '2']);
      expect(await detailsOf({ before: 3 })).toEqual(['1', '0']);
      expect(await detailsOf({ device: 'a' })).toEqual(['2', '0']);
      expect(await detailsOf({ device: 'a', before: 3, limit: 5 })).toEqual(['0']);
      expect(await detailsOf({ device: 'c' })).toEqual([]);
    });

    it('drops the oldest beyond its bound and counts them', async () => {
      await quarantine.keep(numbered(0, 4));
      expect(quarantine.dropped).toBe(0);
      await quarantine.keep(numbered(4, 3));
      expect(await detailsOf()).toEqual(['6', '5', '4', '3', '2']);
      expect([await quarantine.count(), quarantine.dropped]).toEqual([5, 2]);
      await quarantine.keep(numbered(7, 8));
      expect(await detailsOf()).toEqual(['14', '13', '12', '11', '10']);
      expect([await quarantine.count(), quarantine.dropped]).toEqual([5, 10]);
    });

    it('never gives an id twice, even when the newest was forgotten', async () => {
      await quarantine.keep([anEntry()]);
      await quarantine.forget(T0 + 1);
      await ground.close(quarantine);
      quarantine = ground.open(5);
      await quarantine.keep([anEntry()]);
      expect((await quarantine.list({ limit: 1 })).map(({ id }) => id)).toEqual([2]);
    });

    it('forgets what was received before an instant', async () => {
      await quarantine.keep([0, 1, 2].map((ms) => anEntry({ receivedAt: T0 + ms, detail: `${ms}` })));
      expect(await quarantine.forget(T0 + 2)).toBe(2);
      expect(await detailsOf()).toEqual(['2']);
      expect(await quarantine.count()).toBe(1);
      await quarantine.keep([]);
      expect(await quarantine.count()).toBe(1);
    });
  });
}

describeQuarantine('memory', () => {
  let quarantine: MemoryQuarantine | undefined;
  return {
    open: (entriesMax) => (quarantine ??= new MemoryQuarantine(entriesMax === undefined ? {} : { entriesMax })),
    close: async () => {},
    end: () => {},
  };
});

describeQuarantine('sqlite', () => {
  const folder = temporaryFolder();
  return {
    open: (entriesMax) => new SqliteQuarantine({ file: folder.file('quarantine.db'), ...(entriesMax === undefined ? {} : { entriesMax }) }),
    close: (quarantine) => (quarantine as SqliteQuarantine).close(),
    end: () => folder.remove(),
  };
});

describe('SqliteQuarantine', () => {
  it('still knows how many were dropped after a restart, and takes another bound', async () => {
    const folder = temporaryFolder();
    const options = { file: folder.file('quarantine.db') };
    const before = new SqliteQuarantine({ ...options, entriesMax: 2 });
    await before.keep(numbered(0, 5));
    await before.close();
    const after = new SqliteQuarantine({ ...options, entriesMax: 1 });
    expect(after.dropped).toBe(3);
    await after.keep(numbered(5, 1));
    expect([await after.count(), after.dropped]).toEqual([1, 5]);
    await after.close();
    folder.remove();
  });
});

const anEntry = (set: Partial<QuarantineEntry> = {}): QuarantineEntry => ({
  device: 'tama-03',
  receivedAt: T0,
  reason: 'badShape',
  detail: 'v: not a number',
  payload: Uint8Array.of(123, 125),
  ...set,
});

const numbered = (from: number, count: number) => Array.from({ length: count }, (_, index) => anEntry({ detail: `${from + index}` }));

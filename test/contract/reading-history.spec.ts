import type { LogEntry, Reading, ReadingHistory } from '#core';
import { MemoryReadingHistory } from '#memory';
import { HistoryUnavailable, InfluxReadingHistory } from '#influx';
import { SqliteReadingHistory } from '#sqlite';
import { dockerAnswers } from '../containers.ts';
import { influxdb1, influxdb2, influxdb3, type InfluxServer } from '../influx-servers.ts';
import { recordLeftOut } from '../left-out.ts';
import { leftOut } from '../servers.ts';
import { MINUTE, T0, aReading } from '../support/builders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Ground {
  open(): ReadingHistory;
  close(history: ReadingHistory): Promise<void>;
  end(): void;
}

/** What the grounds of a suite share, such as a server, and whether a history there can forget. */
interface Land {
  readonly newGround: () => Ground | Promise<Ground>;
  readonly forgets: boolean;
  readonly stop: () => Promise<void>;
}

const DRY: Omit<Land, 'newGround'> = { forgets: true, stop: async () => {} };

// A container has to be fetched first.
const LAND_MS_MAX = 300_000;

function describeReadingHistory(name: string, newLand: () => Land | Promise<Land>): void {
  describe(`ReadingHistory: ${name}`, () => {
    let land: Land;
    let ground: Ground;
    let history: ReadingHistory;

    beforeAll(async () => {
      land = await newLand();
    }, LAND_MS_MAX);
    afterAll(() => land.stop());
    beforeEach(async () => {
      ground = await land.newGround();
      history = ground.open();
    });
    afterEach(async () => {
      await ground.close(history);
      ground.end();
    });

    const valuesOf = async (set: Partial<Parameters<ReadingHistory['range']>[0]> = {}) => {
      const points = await history.range({ gauge: 'tama-03', quantity: 'level', from: 0, to: Infinity, limit: 100, ...set });
      return points.map(({ value }) => value);
    };

    it('is empty at first', async () => {
      expect(await history.position()).toBe(0);
      expect(await valuesOf()).toEqual([]);
      await history.write([]);
      expect(await history.position()).toBe(0);
    });

    it('keeps entries and the position that they reach, together and for good', async () => {
      await history.write(entries([{ value: 1 }, { value: 2, observedAt: T0 + MINUTE }], 7));
      await ground.close(history);
      history = ground.open();
      expect(await history.position()).toBe(8);
      expect(await valuesOf()).toEqual([1, 2]);
    });

    it('gives points with raw value, flag and reason as they were', async () => {
      const doubtful = { raw: 12.5, value: 3.5, quality: 'outOfRange', why: '範囲外', observedAt: T0, receivedAt: T0 + 900 } as const;
      await history.write(entries([doubtful]));
      const points = await history.range({ gauge: 'tama-03', quantity: 'level', from: T0, to: T0 + 1, limit: 1 });
      expect(points).toEqual([{ at: T0, receivedAt: T0 + 900, raw: 12.5, value: 3.5, quality: 'outOfRange', why: '範囲外' }]);
    });

    it('orders by observation, however late a reading came', async () => {
      await history.write(entries([2, 0, 3, 1].map((minute) => ({ value: minute, observedAt: T0 + minute * MINUTE }))));
      expect(await valuesOf()).toEqual([0, 1, 2, 3]);
    });

    it('gives the range from one instant to before another, and the newest when they are too many', async () => {
      await history.write(entries([0, 1, 2, 3, 4].map((minute) => ({ value: minute, observedAt: T0 + minute * MINUTE }))));
      expect(await valuesOf({ from: T0 + MINUTE, to: T0 + 4 * MINUTE })).toEqual([1, 2, 3]);
      expect(await valuesOf({ limit: 2 })).toEqual([3, 4]);
      expect(await valuesOf({ limit: 2, to: T0 + 3 * MINUTE })).toEqual([1, 2]);
    });

    it('keeps gauges and quantities apart', async () => {
      await history.write(entries([{ value: 1 }, { value: 2, quantity: 'rain' }, { value: 3, gauge: 'naka-01' }]));
      expect(await valuesOf()).toEqual([1]);
      expect(await valuesOf({ quantity: 'rain' })).toEqual([2]);
      expect(await valuesOf({ gauge: 'naka-01' })).toEqual([3]);
      expect(await valuesOf({ gauge: 'unknown' })).toEqual([]);
    });

    it('is not changed by the same entries again, nor does its position go back', async () => {
      const batch = entries([{ value: 1 }, { value: 2, observedAt: T0 + MINUTE }], 5);
      await history.write(batch);
      await history.write(batch);
      await history.write(entries([{ value: 9 }], 1));
      expect(await valuesOf()).toEqual([1, 2]);
      expect(await history.position()).toBe(6);
    });

    it('forgets observations before an instant, of every gauge, and keeps its position', async () => {
      if (!land.forgets) return expectNoForgetting(history);
      const sets = ['tama-03', 'naka-01'].flatMap((gauge) => [0, 1, 2].map((value) => ({ gauge, value, observedAt: T0 + value * MINUTE })));
      await history.write(entries(sets));
      expect(await history.forget(T0 + 2 * MINUTE)).toBe(4);
      expect(await valuesOf()).toEqual([2]);
      expect(await valuesOf({ gauge: 'naka-01' })).toEqual([2]);
      expect(await history.position()).toBe(6);
      expect(await history.forget(T0)).toBe(0);
    });

    it('forgets more than one slice', async () => {
      if (!land.forgets) return expectNoForgetting(history);
      await history.write(entries(Array.from({ length: 5_000 }, (_, index) => ({ value: index, observedAt: T0 + index }))));
      expect(await history.forget(T0 + 4_999)).toBe(4_999);
      expect(await valuesOf()).toEqual([4_999]);
    });
  });
}

describeReadingHistory('memory', () => ({
  ...DRY,
  newGround: () => {
    const history = new MemoryReadingHistory();
    return { open: () => history, close: async () => {}, end: () => {} };
  },
}));

describeReadingHistory('sqlite', () => ({
  ...DRY,
  newGround: () => {
    const folder = temporaryFolder();
    return {
      open: () => new SqliteReadingHistory({ file: folder.file('history.db') }),
      close: (history) => (history as SqliteReadingHistory).close(),
      end: () => folder.remove(),
    };
  },
}));

const influxLand = async (start: () => Promise<InfluxServer>, forgets: boolean): Promise<Land> => {
  const server = await start();
  return {
    forgets,
    stop: () => server.stop(),
    newGround: async () => {
      const address = await server.newBucket();
      return {
        open: () => new InfluxReadingHistory(address),
        close: (history) => (history as InfluxReadingHistory).close(),
        end: () => {},
      };
    },
  };
};

if (!(await leftOut('influxdb', 'ReadingHistory: influxdb 1.x'))) describeReadingHistory('influxdb 1.x', () => influxLand(influxdb1, true));

// No package brings these to a machine, so a machine without a container engine does without them, in CI too: 1.x keeps the same contract.
if (await dockerAnswers()) {
  describeReadingHistory('influxdb 2.7', () => influxLand(influxdb2, true));
  describeReadingHistory('influxdb 3 Core', () => influxLand(influxdb3, false));
} else recordLeftOut('ReadingHistory: influxdb 2.7 and 3 Core', 'no container engine answers');

/** A history that cannot forget says so rather than pretend. */
async function expectNoForgetting(history: ReadingHistory): Promise<void> {
  await history.write(entries([{ value: 1 }]));
  await expect(history.forget(T0 + 1)).rejects.toBeInstanceOf(HistoryUnavailable);
}

const entries = (sets: readonly Partial<Reading>[], from = 1): readonly LogEntry[] =>
  sets.map((set, index) => ({ position: from + index, reading: aReading(set) }));

import { emptyMark, type Group, type LogEntry, type Mark, type Reading, type ReadingLog, ReadingLogUnavailable } from '#core';
import { MemoryReadingLog } from '#memory';
import { SqliteReadingLog } from '#sqlite';
import { T0, aReading } from '../support/builders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A log under test: opened, closed and opened again on the same ground. */
interface Ground {
  open(): ReadingLog;
  close(log: ReadingLog): Promise<void>;
  /** A group with one reading in its middle that this log cannot keep, and whatever is needed for that. */
  failing(log: ReadingLog, group: Group): Group;
  /** What such a group is refused with. */
  readonly refusal: RegExp;
  end(): void;
}

function describeReadingLog(name: string, newGround: () => Ground): void {
  describe(`ReadingLog: ${name}`, () => {
    let ground: Ground;
    let log: ReadingLog;

    beforeEach(() => {
      ground = newGround();
      log = ground.open();
    });
    afterEach(async () => {
      await ground.close(log);
      ground.end();
    });

    const reopen = async () => {
      await ground.close(log);
      log = ground.open();
    };
    const all = async () => (await log.after(0, 1_000)).map(({ position }) => position);

    it('is empty at first', async () => {
      expect(await log.end()).toBe(0);
      expect(await log.after(0, 10)).toEqual([]);
      expect([...(await log.marks())]).toEqual([]);
    });

    it('gives positions without gaps, in the order of the group, and says the last one', async () => {
      expect(await log.append(group(readings(3)))).toBe(3);
      expect(await log.append(group(readings(2, 3)))).toBe(5);
      expect(await log.end()).toBe(5);
      const entries = await log.after(0, 10);
      expect(entries.map(({ position, reading }) => [position, reading.seq])).toEqual([
        [1, 0],
        [2, 1],
        [3, 2],
        [4, 3],
        [5, 4],
      ]);
    });

    it('gives groups that are appended at once their places one after the other', async () => {
      const ends = await Promise.all([
        log.append(group(readings(2))),
        log.append(group(readings(3, 2))),
        log.append(group(readings(1, 5))),
      ]);
      expect(ends).toEqual([2, 5, 6]);
      expect((await log.after(0, 10)).map(({ reading }) => reading.seq)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('gives back every field of a reading as it was', async () => {
      const full: Reading = {
        gauge: '多摩/03',
        quantity: 'rain',
        seq: 4_294_967_296,
        observedAt: T0 + 1,
        receivedAt: T0 + 2,
        raw: -0.125,
        value: 1e-7,
        quality: 'stepTooLarge',
        why: "10分で 1.2 m 上昇; drop table reading; --'",
        status: 'exercise',
        mode: 'standby',
        intervalMs: 600_000.5,
        batteryV: 3.61,
        rssiDbm: -71.5,
      };
      const bare = aReading();
      await log.append(group([full, bare]));
      const expected: LogEntry[] = [
        { position: 1, reading: full },
        { position: 2, reading: bare },
      ];
      expect(await log.after(0, 10)).toEqual(expected);
      await reopen();
      expect(await log.after(0, 10)).toEqual(expected);
    });

    it('gives at most `limit` entries after a position', async () => {
      await log.append(group(readings(10)));
      expect((await log.after(4, 3)).map(({ position }) => position)).toEqual([5, 6, 7]);
      expect(await log.after(10, 3)).toEqual([]);
      expect(await log.after(99, 3)).toEqual([]);
    });

    it('knows readings, end and marks when it is opened again, and goes on from there', async () => {
      await log.append(group(readings(3), [aMark('tama-03', 2), aMark('naka-01', 7)]));
      await reopen();
      expect(await log.end()).toBe(3);
      expect(await log.marks()).toEqual(
        new Map([
          ['tama-03', aMark('tama-03', 2)],
          ['naka-01', aMark('naka-01', 7)],
        ]),
      );
      expect(await log.append(group(readings(1, 3)))).toBe(4);
      expect(await all()).toEqual([1, 2, 3, 4]);
    });

    it('remembers the newest mark of each gauge, and those of gauges that a group does not touch', async () => {
      await log.append(group(readings(1), [aMark('tama-03', 1), aMark('naka-01', 1)]));
      await log.append(group(readings(1, 1), [aMark('tama-03', 2)]));
      await reopen();
      const newest = [...(await log.marks()).values()].map(({ gauge, newestAt }) => [gauge, newestAt] as const);
      expect(new Map(newest)).toEqual(
        new Map([
          ['naka-01', 1],
          ['tama-03', 2],
        ]),
      );
    });

    it('keeps marks without readings and takes an empty group as nothing', async () => {
      expect(await log.append(group([], [aMark('tama-03', 5)]))).toBe(0);
      expect(await log.append(group([]))).toBe(0);
      await reopen();
      expect((await log.marks()).get('tama-03')).toEqual(aMark('tama-03', 5));
      expect(await log.end()).toBe(0);
    });

    it('keeps all of a group or nothing of it, marks included, and goes on without a gap', async () => {
      await log.append(group(readings(2), [aMark('tama-03', 1)]));
      const broken = ground.failing(log, group([...readings(3, 2), aReading({ gauge: 'new-gauge' })], [aMark('tama-03', 4)]));
      await expect(log.append(broken)).rejects.toThrow(ground.refusal);
      expect(await log.end()).toBe(2);
      expect(await all()).toEqual([1, 2]);
      expect((await log.marks()).get('tama-03')).toEqual(aMark('tama-03', 1));
      expect(await log.append(group([aReading({ gauge: 'new-gauge', seq: 2 })]))).toBe(3);
      await reopen();
      expect((await log.after(2, 10)).map(({ position, reading }) => [position, reading.gauge, reading.seq])).toEqual([
        [3, 'new-gauge', 2],
      ]);
    });

    it('wakes those who wait for entries, and at once those who have some to read', async () => {
      const { signal } = new AbortController();
      const woken: string[] = [];
      const waiting = [log.grown(0, signal).then(() => woken.push('first')), log.grown(0, signal).then(() => woken.push('second'))];
      await Promise.resolve();
      expect(woken).toEqual([]);
      await log.append(group(readings(1)));
      await Promise.all(waiting);
      expect(woken).toEqual(['first', 'second']);
      await log.grown(0, signal);
      const stopping = new AbortController();
      const still = log.grown(1, stopping.signal).then(() => woken.push('third'));
      await Promise.resolve();
      expect(woken).toHaveLength(2);
      stopping.abort();
      await still;
      await log.grown(1, stopping.signal);
    });

    it('forgets entries that are both before the position and received before the instant', async () => {
      await log.append(group(readings(6)));
      // Received at T0, T0 + 1, …: the position allows 1 to 4, the instant 1 to 3.
      expect(await log.forget(5, T0 + 3)).toBe(3);
      expect(await all()).toEqual([4, 5, 6]);
      expect(await log.forget(5, T0 + 99)).toBe(1);
      expect(await all()).toEqual([5, 6]);
      expect(await log.forget(5, T0 + 99)).toBe(0);
    });

    it('F21 forgets what is old behind entries that a clock running ahead has dated later', async () => {
      const dates = [T0 + 9_000_000, T0, T0 + 1, T0 + 2];
      await log.append(group(dates.map((observedAt, seq) => aReading({ seq, observedAt }))));
      expect(await log.forget(4, T0 + 100)).toBe(2);
      expect(await all()).toEqual([1, 4]);
    });

    it('never forgets the newest entry, so that positions go on after it for ever', async () => {
      await log.append(group(readings(3)));
      expect(await log.forget(99, T0 + 99)).toBe(2);
      await reopen();
      expect(await all()).toEqual([3]);
      expect(await log.append(group(readings(1, 3)))).toBe(4);
    });

    it('forgets more than one slice, while appends go on between', async () => {
      const many = 5_000;
      await log.append(group(readings(many)));
      const forgetting = log.forget(many, T0 + many);
      const appended = await log.append(group(readings(1, many)));
      expect(appended).toBe(many + 1);
      expect(await forgetting).toBe(many - 1);
      expect(await all()).toEqual([many, many + 1]);
    });
  });
}

describeReadingLog('memory', () => {
  const log = new MemoryReadingLog();
  return {
    open: () => log,
    close: async () => {},
    failing: (_, broken) => {
      log.failsNext(1);
      return broken;
    },
    refusal: /told to fail/,
    end: () => {},
  };
});

describeReadingLog('sqlite', () => {
  const folder = temporaryFolder();
  return {
    open: () => new SqliteReadingLog({ file: folder.file('readings.db') }),
    close: (log) => (log as SqliteReadingLog).close(),
    // Not a number in the last reading breaks the transaction after the others were written.
    failing: (_, { readings: whole, marks }) => ({
      readings: whole.map((reading, index) => (index === whole.length - 1 ? { ...reading, value: Number.NaN } : reading)),
      marks,
    }),
    refusal: /NOT NULL constraint failed: reading\.value/,
    end: () => folder.remove(),
  };
});

describe('MemoryReadingLog', () => {
  it('rejects with ReadingLogUnavailable as often as it was told to', async () => {
    const log = new MemoryReadingLog();
    log.failsNext(2);
    for (let turn = 0; turn < 2; turn += 1) await expect(log.append(group(readings(1)))).rejects.toThrow(ReadingLogUnavailable);
    expect(await log.append(group(readings(1)))).toBe(1);
  });
});

const group = (ofReadings: readonly Reading[], marks: readonly Mark[] = []): Group => ({ readings: ofReadings, marks });

/** Readings with ascending seq, each received a millisecond after the one before. */
const readings = (count: number, from = 0): readonly Reading[] =>
  Array.from({ length: count }, (_, index) => aReading({ seq: from + index, observedAt: T0 + from + index }));

const aMark = (gauge: string, newestAt: number): Mark => ({
  ...emptyMark(gauge),
  newestAt,
  lines: [{ from: 1, to: newestAt, high: newestAt, missing: [[2, 3]] }],
});

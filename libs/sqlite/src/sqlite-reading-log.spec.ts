import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { emptyMark, ReadingLogUnavailable } from '#core';
import { ManualClock } from '#memory';
import { aReading } from '../../../test/support/builders.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { Ballast } from './ballast.ts';
import { Checkpointer } from './checkpointer.ts';
import { SchemaTooNew } from './migrate.ts';
import { SqliteReadingLog } from './sqlite-reading-log.ts';
import type { StorageFault } from './storage-fault.ts';

const group = (count: number) => ({
  readings: Array.from({ length: count }, (_, seq) => aReading({ seq, why: 'x'.repeat(100) })),
  marks: [{ ...emptyMark('tama-03'), newestAt: count }],
});

/** Appends until the log refuses, and returns the refusal. */
const fill = async (log: SqliteReadingLog) => {
  for (let groups = 0; groups < 1_000; groups += 1) {
    try {
      await log.append(group(100));
    } catch (cause) {
      return cause as ReadingLogUnavailable;
    }
  }
  throw new Error('never full');
};

describe('SqliteReadingLog', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(() => {
    folder = temporaryFolder();
    file = folder.file('readings.db');
  });
  afterEach(() => folder.remove());

  it('F13 refuses readings when it is full, without being fatal, and takes them again when there is room', async () => {
    const fatal: StorageFault[] = [];
    const log = new SqliteReadingLog({ file, bytesMax: 300_000, onFatal: (fault) => fatal.push(fault) });
    const refused = await fill(log);
    expect(refused).toBeInstanceOf(ReadingLogUnavailable);
    expect(refused).toMatchObject({ fatal: false, message: expect.stringContaining('database or disk is full') });
    const end = await log.end();
    expect(await log.after(end - 1, 10)).toHaveLength(1);
    await log.forget(end, Number.MAX_SAFE_INTEGER);
    expect(await log.append(group(100))).toBe(end + 100);
    expect(fatal).toEqual([]);
    await log.close();
  });

  it('F13 gives the ballast to orders when it is full and takes no readings until the ballast is back', async () => {
    const clock = new ManualClock();
    let freeBytes = 10_000;
    const ballast = new Ballast({ file: folder.file('ballast'), clock, bytes: 1_000, freeBytes: () => freeBytes });
    const log = new SqliteReadingLog({ file, bytesMax: 300_000, ballast });
    await fill(log);
    expect(ballast.inPlace).toBe(false);
    const end = await log.end();
    await log.forget(end, Number.MAX_SAFE_INTEGER);
    freeBytes = 1_500;
    await clock.advance(1_000);
    await expect(log.append(group(1))).rejects.toThrow(/kept for orders/);
    freeBytes = 10_000;
    await clock.advance(1_000);
    expect(await log.append(group(1))).toBe(end + 1);
    expect(ballast.inPlace).toBe(true);
    await log.close();
  });

  it('F15 waits for a foreign lock to its limit, acknowledges nothing, and goes on when the lock is gone', async () => {
    const fatal: StorageFault[] = [];
    const log = new SqliteReadingLog({ file, onFatal: (fault) => fatal.push(fault) });
    await log.append(group(1));
    const foreign = new DatabaseSync(file);
    foreign.exec('begin immediate');
    const from = performance.now();
    await expect(log.append(group(1))).rejects.toMatchObject({ name: 'ReadingLogUnavailable', fatal: false });
    expect(performance.now() - from).toBeGreaterThan(400);
    foreign.exec('rollback');
    foreign.close();
    expect(await log.append(group(1))).toBe(2);
    expect(fatal).toEqual([]);
    await log.close();
  });

  it('F16 tells once that the process must end when it meets damage while running, and acknowledges nothing more', async () => {
    const writer = new SqliteReadingLog({ file });
    await writer.append(group(2_000));
    await writer.close();
    const fatal: StorageFault[] = [];
    const log = new SqliteReadingLog({ file, onFatal: (fault) => fatal.push(fault) });
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, new Uint8Array(statSync(file).size - 8 * 4096).fill(0xa5), 0, undefined, 6 * 4096);
    closeSync(descriptor);
    await expect(log.after(0, 2_000)).rejects.toMatchObject({ name: 'ReadingLogUnavailable', fatal: true });
    await expect(log.append(group(1))).rejects.toMatchObject({ name: 'ReadingLogUnavailable', fatal: true });
    expect(fatal.map(({ kind }) => kind)).toEqual(['fatal']);
    await log.close();
  });

  it('F6 is refused by an older program', async () => {
    await new SqliteReadingLog({ file }).close();
    const newer = new DatabaseSync(file);
    newer.exec('pragma user_version = 99');
    newer.close();
    expect(() => new SqliteReadingLog({ file })).toThrow(SchemaTooNew);
  });

  it('syncs every commit: WAL with synchronous=FULL', async () => {
    const log = new SqliteReadingLog({ file });
    await log.append(group(1));
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
    await log.close();
    // Closed in order, the file alone is the whole.
    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('lets followers go when it is closed', async () => {
    const log = new SqliteReadingLog({ file });
    const waiting = log.grown(0, new AbortController().signal);
    await log.close();
    await expect(waiting).resolves.toBeUndefined();
  });

  it('is checkpointed by the thread while it is written, and the write-ahead log is cut back to its bound', async () => {
    const walBytesMax = 100_000;
    const checkpointer = new Checkpointer({ everyMs: 5, walBytesMax });
    const fatal: StorageFault[] = [];
    const log = new SqliteReadingLog({ file, checkpointer, onFatal: (fault) => fatal.push(fault) });
    for (let groups = 0; groups < 20; groups += 1) await log.append(group(200));
    while (statSync(`${file}-wal`).size > walBytesMax) await new Promise((next) => setTimeout(next, 5));
    expect(statSync(file).size).toBeGreaterThan(500_000);
    expect(await log.append(group(1))).toBe(4_001);
    await log.close();
    await checkpointer.close();
    expect(fatal).toEqual([]);
    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('Checkpointer', () => {
  it('tells that the process must end when it cannot trust a file', async () => {
    const folder = temporaryFolder();
    const file = folder.file('none.db');
    const descriptor = openSync(file, 'w');
    writeSync(descriptor, 'this is no database, but long enough to be taken for one'.repeat(100));
    closeSync(descriptor);
    const checkpointer = new Checkpointer({ everyMs: 5 });
    const fault = await new Promise<StorageFault>((told) => checkpointer.add(file, told));
    expect(fault).toMatchObject({ name: 'StorageFault', kind: 'fatal', message: expect.stringContaining('none.db') });
    await checkpointer.close();
    folder.remove();
  });
});

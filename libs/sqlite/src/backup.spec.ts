import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { ArchiveBroken } from './archive.ts';
import { backUp, BackupUnsound, restore } from './backup.ts';
import { DataFolder, DataFolderTaken, RESTORE_UNDER_WAY_FILE, RESTORED_FILE, RestoreBrokenOff } from './data-folder.ts';

const NOW = Date.parse('2026-07-01T03:00:00+09:00');

let place: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  place = temporaryFolder();
  mkdirSync(place.file('data'));
});
afterEach(() => place.remove());

const open = (name: string): DatabaseSync => {
  const db = new DatabaseSync(`${place.file('data')}/${name}`);
  db.exec('pragma journal_mode=WAL');
  return db;
};

/** A ledger that has judged up to a position, and a log that ends at another. */
function city({ watched, logEnd }: { readonly watched: number; readonly logEnd: number }) {
  const [ledger, log] = [open('ledger.db'), open('readings.db')];
  ledger.exec('create table stage (stage text, position integer); create table row (n integer)');
  ledger.exec(`insert into stage values ('watch', ${watched})`);
  log.exec('create table reading (position integer primary key)');
  for (let position = 1; position <= logEnd; position += 1) log.exec(`insert into reading values (${position})`);
  return { ledger, log };
}

const numberIn = (file: string, query: string): unknown => {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return Object.values(db.prepare(query).get() ?? {})[0];
  } finally {
    db.close();
  }
};

const [data, file] = [() => place.file('data'), () => place.file('sonae.tar')];

describe('backUp', () => {
  it('copies every database while it is written, and never a ledger that knows more of the log than there is', async () => {
    const { ledger, log } = city({ watched: 5, logEnd: 5 });
    const ending = new AbortController();
    let position = 5;
    const writing = (async () => {
      while (!ending.signal.aborted) {
        position += 1;
        log.exec(`insert into reading values (${position})`);
        ledger.exec(`update stage set position = ${position}`);
        await delay(1);
      }
    })();
    for (let times = 0; times < 3; times += 1) await backUp({ data: data(), file: file(), now: NOW });
    ending.abort();
    await writing;
    ledger.close();
    log.close();
    await restore({ file: file(), data: place.file('other'), now: NOW + 1 });
    const watched = numberIn(`${place.file('other')}/ledger.db`, 'select position from stage') as number;
    const end = numberIn(`${place.file('other')}/readings.db`, 'select max(position) from reading') as number;
    expect(watched).toBeGreaterThan(5);
    expect(end).toBeGreaterThanOrEqual(watched);
  });

  it('makes an archive that any tar can read', async () => {
    const { ledger, log } = city({ watched: 1, logEnd: 2 });
    await backUp({ data: data(), file: file(), now: NOW });
    ledger.close();
    log.close();
    const { stdout, status } = spawnSync('tar', ['-tf', file()], { encoding: 'utf8' });
    expect({ status, names: stdout.trim().split('\n') }).toEqual({ status: 0, names: ['ledger.db', 'readings.db', 'manifest.json'] });
  });

  it('F16 refuses a copy with a damaged page, and leaves the backup of before', async () => {
    const { ledger, log } = city({ watched: 1, logEnd: 1 });
    ledger.exec('begin; create index row_n on row (n)');
    for (let n = 0; n < 20_000; n += 1) ledger.exec(`insert into row values (${n})`);
    ledger.exec('commit');
    ledger.close();
    log.close();
    await backUp({ data: data(), file: file(), now: NOW });
    const before = readFileSync(file());
    const bytes = readFileSync(`${data()}/ledger.db`);
    bytes.fill(7, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 4_096);
    writeFileSync(`${data()}/ledger.db`, bytes);
    await expect(backUp({ data: data(), file: file(), now: NOW })).rejects.toThrow(BackupUnsound);
    expect(readFileSync(file())).toEqual(before);
    expect(readdirSync(place.path).toSorted()).toEqual(['data', 'sonae.tar']);
  });

  it('says where it found no ledger', async () => {
    await expect(backUp({ data: data(), file: file(), now: NOW })).rejects.toThrow(/--data or SONAE_DATA/);
  });
});

describe('restore', () => {
  it('F20 puts the copies in place with a note for the service, and keeps what was there', async () => {
    const { ledger, log } = city({ watched: 1, logEnd: 1 });
    await backUp({ data: data(), file: file(), now: NOW });
    ledger.exec(`update stage set position = 9`);
    ledger.close();
    log.close();
    const report = await restore({ file: file(), data: data(), now: NOW + 60_000 });
    expect(report).toMatchObject({ takenAt: NOW, files: ['ledger.db', 'readings.db'], kept: expect.stringMatching(/^before-restore-/) });
    expect(numberIn(`${data()}/ledger.db`, 'select position from stage')).toBe(1);
    expect(numberIn(`${data()}/${report.kept}/ledger.db`, 'select position from stage')).toBe(9);
    const folder = DataFolder.open({ path: data() });
    expect(folder.restored).toEqual({ takenAt: NOW, restoredAt: NOW + 60_000 });
    folder.forget(RESTORED_FILE);
    expect(folder.restored).toBeNull();
    folder.close();
  });

  it('F20 moves the drills since the copy aside, for their numbers are given to others now', async () => {
    const { ledger, log } = city({ watched: 1, logEnd: 1 });
    await backUp({ data: data(), file: file(), now: NOW });
    ledger.close();
    log.close();
    mkdirSync(`${data()}/drill/drill-3`, { recursive: true });
    writeFileSync(`${data()}/drill/drill-3/ledger.db`, 'of a drill that the copy does not know');
    mkdirSync(`${data()}/floods`);
    const { kept } = await restore({ file: file(), data: data(), now: NOW });
    expect(existsSync(`${data()}/drill`)).toBe(false);
    expect(existsSync(`${data()}/${kept}/drill/drill-3/ledger.db`)).toBe(true);
    expect(existsSync(`${data()}/floods`)).toBe(true);
  });

  it('F6 takes no half of a backup, wherever it ends, and leaves the folder as it was', async () => {
    const { ledger, log } = city({ watched: 1, logEnd: 1 });
    const { bytes } = await backUp({ data: data(), file: file(), now: NOW });
    ledger.close();
    log.close();
    const whole = readFileSync(file());
    for (const part of [0, 100, 512, 5_000, bytes / 2, bytes - 1_025, bytes - 1_024]) {
      writeFileSync(file(), whole);
      truncateSync(file(), Math.floor(part));
      await expect(restore({ file: file(), data: place.file('other'), now: NOW })).rejects.toThrow(ArchiveBroken);
    }
    expect(existsSync(place.file('other'))).toBe(false);
  });

  it('takes nothing that was changed since it was backed up', async () => {
    const { ledger, log } = city({ watched: 1, logEnd: 1 });
    await backUp({ data: data(), file: file(), now: NOW });
    ledger.close();
    log.close();
    const bytes = readFileSync(file());
    bytes[512 + 3_000] = bytes[512 + 3_000]! ^ 1;
    writeFileSync(file(), bytes);
    await expect(restore({ file: file(), data: data(), now: NOW })).rejects.toThrow(/not what was backed up/);
    expect(numberIn(`${data()}/ledger.db`, 'select position from stage')).toBe(1);
  });

  it('F11 touches no folder that a service works on', async () => {
    const { ledger, log } = city({ watched: 1, logEnd: 1 });
    await backUp({ data: data(), file: file(), now: NOW });
    ledger.close();
    log.close();
    const folder = DataFolder.open({ path: data() });
    await expect(restore({ file: file(), data: data(), now: NOW })).rejects.toThrow(DataFolderTaken);
    folder.close();
  });

  it('F6 lets no service start on a restore that broke off, and is finished by the same command', async () => {
    const { ledger, log } = city({ watched: 1, logEnd: 1 });
    await backUp({ data: data(), file: file(), now: NOW });
    ledger.close();
    log.close();
    const folder = DataFolder.take(data());
    folder.note(RESTORE_UNDER_WAY_FILE, {});
    folder.close();
    expect(() => DataFolder.open({ path: data() })).toThrow(RestoreBrokenOff);
    await restore({ file: file(), data: data(), now: NOW });
    DataFolder.open({ path: data() }).close();
  });
});

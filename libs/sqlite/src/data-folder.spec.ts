import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { DataFolder, DataFolderTaken, DataFolderUnusable } from './data-folder.ts';
import { DatabaseDamaged } from './soundness.ts';

let place: TemporaryFolder;

const opened = () => DataFolder.open({ path: place.path });

const overwritePage = (page: number) => {
  const descriptor = openSync(place.file('readings.db'), 'r+');
  writeSync(descriptor, new Uint8Array(4096).fill(0xa5), 0, 4096, (page - 1) * 4096);
  closeSync(descriptor);
};

describe('DataFolder', () => {
  beforeEach(() => {
    place = temporaryFolder();
  });
  afterEach(() => place.remove());

  it('makes a folder that is missing, for its user alone', () => {
    const folder = DataFolder.open({ path: place.file('a/b') });
    expect(statSync(place.file('a/b')).mode & 0o777).toBe(0o700);
    expect(folder.file('readings.db')).toBe(place.file('a/b/readings.db'));
    folder.close();
    folder.close();
  });

  it('says what to do when the folder is a file', () => {
    writeFileSync(place.file('data'), '');
    expect(() => DataFolder.open({ path: place.file('data') })).toThrow(DataFolderUnusable);
    expect(() => DataFolder.open({ path: place.file('data') })).toThrow(/data folder .*data cannot be used: .*SONAE_DATA/);
  });

  it('says what to do when the folder cannot be written', () => {
    // Nobody, root included, may write here.
    expect(() => DataFolder.open({ path: '/proc/1/sonae' })).toThrow(DataFolderUnusable);
  });

  it('F11 refuses a second process in the same folder, and names the first', () => {
    const folder = DataFolder.open({ path: place.path });
    expect(() => DataFolder.open({ path: place.path })).toThrow(DataFolderTaken);
    expect(() => DataFolder.open({ path: place.path })).toThrow(
      new RegExp(`in use by another Sonae \\(process ${process.pid} on .*SONAE_DATA`),
    );
    folder.close();
    DataFolder.open({ path: place.path }).close();
    expect(existsSync(place.file('lock-holder.txt'))).toBe(false);
  });

  it('F11 holds the folder when nobody keeps a reference to it, and is free again when its process was killed', async () => {
    const program = `
      import { DataFolder } from ${JSON.stringify(import.meta.url.replace('.spec.ts', '.ts'))};
      DataFolder.open({ path: process.argv[1] });
      for (let turn = 0; turn < 5; turn += 1) { await new Promise(setImmediate); globalThis.gc(); }
      console.log('held');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--expose-gc', '--conditions=source', '--input-type=module', '-e', program, place.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(child.stdout, 'data');
      expect(() => DataFolder.open({ path: place.path })).toThrow(`process ${child.pid}`);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const folder = DataFolder.open({ path: place.path });
    expect(readFileSync(place.file('lock-holder.txt'), 'utf8')).toContain(`process ${process.pid} `);
    folder.close();
  });

  describe('F16 with a damaged database', () => {
    beforeEach(() => {
      const db = new DatabaseSync(place.file('readings.db'));
      db.exec('create table t (k integer primary key, v text not null)');
      const insert = db.prepare('insert into t (v) values (?)');
      db.exec('begin');
      for (let k = 0; k < 2_000; k += 1) insert.run('x'.repeat(100));
      db.exec('commit');
      db.close();
    });

    it('starts on a sound one', () => {
      const folder = opened();
      expect(folder.uncheckedFiles).toEqual([]);
      folder.close();
    });

    it.each([
      ['an overwritten page', () => overwritePage(20)],
      ['a cut tail', () => truncateSync(place.file('readings.db'), 40_960)],
      ['an overwritten head', () => overwritePage(1)],
    ])('refuses %s and leaves the file as it is', (_, damage) => {
      damage();
      const before = readFileSync(place.file('readings.db'));
      expect(opened).toThrow(DatabaseDamaged);
      expect(opened).toThrow(/readings\.db is damaged: .*does not repair it\. .*sonae restore <file>"; there is none in .*backups/);
      expect(readFileSync(place.file('readings.db')).equals(before)).toBe(true);
    });

    it('names the newest whole backup', () => {
      overwritePage(20);
      mkdirSync(place.file('backups'));
      for (const [name, at] of [
        ['old', 1],
        ['new', 2],
        ['half.part', 3],
      ] as const) {
        writeFileSync(place.file(`backups/${name}`), '');
        utimesSync(place.file(`backups/${name}`), at, at);
      }
      expect(opened).toThrow(/sonae restore .*backups\/new$/);
    });

    it('reads only the newest rows of one that is too large, and says so', () => {
      const folder = DataFolder.open({ path: place.path, checkBytesMax: 4096 });
      expect(folder.uncheckedFiles).toEqual(['readings.db']);
      folder.close();
      truncateSync(place.file('readings.db'), 40_960);
      expect(() => DataFolder.open({ path: place.path, checkBytesMax: 4096 })).toThrow(DatabaseDamaged);
    });
  });
});

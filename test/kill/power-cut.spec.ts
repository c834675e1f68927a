import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { describeWhere } from '../support/prerequisite.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { openSqlite, SqlAccounts } from '#sql';
import { findIn, startCommitsWriter, startWriter, WHOLE, type Writer } from './acked-readings.ts';

/**
 * A power cut: a file system in a file, whose image is copied while the writer is frozen, so that the copy holds what reached the disk and
 * nothing that only reached the kernel. `commit=300`, so that the file system does not sync by itself and flatter us.
 */
const run = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });

const missing = (() => {
  if (process.getuid?.() !== 0) return 'needs root, to mount a file system in a file';
  const folder = temporaryFolder();
  const image = folder.file('disk.img');
  try {
    makeDisk(image);
    run('mount', '-o', 'loop', image, folder.path);
    run('umount', folder.path);
    return null;
  } catch {
    return 'cannot mount a file system in a file';
  } finally {
    folder.remove();
  }
})();

function makeDisk(image: string): void {
  run('truncate', '-s', '64M', image);
  run('mkfs.ext4', '-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image);
}

/** Cuts of one run; a release runs more: SONAE_CUTS=200. */
const CUTS = Number(process.env['SONAE_CUTS'] ?? 5);
/** How long is written before the cut, at least: several hundred commits, and some rounds of the checkpoints. */
const WRITE_MS = 500;
/** So much is acknowledged before the cut, however slow the disk is: readings, and commits of the ledger. */
const ACKED_MIN = { readings: 150, commits: 15 };

describeWhere({ kind: 'powercut', suite: 'power cuts', missing })('at a power cut', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
    for (const mountPoint of ['live', 'cut']) mkdirSync(folder.file(mountPoint));
  });
  afterEach(() => {
    for (const mountPoint of ['live', 'cut']) spawnSync('umount', [folder.file(mountPoint)]);
    folder.remove();
  });

  const cut = async <Found>(ackedMin: number, start: (file: string) => Writer, find: (file: string, acked: number) => Promise<Found>) => {
    const image = folder.file('disk.img');
    makeDisk(image);
    run('mount', '-o', 'loop,commit=300', image, folder.file('live'));
    run('sync', '-f', folder.file('live'));
    const writer = start('live/kept.db');
    await writer.started();
    do await new Promise((next) => setTimeout(next, WRITE_MS));
    while (writer.said().acked < ackedMin);
    writer.child.kill('SIGSTOP');
    copyFileSync(image, folder.file('cut.img'));
    const { acked } = writer.said();
    writer.child.kill('SIGKILL');
    await writer.ended();
    run('umount', folder.file('live'));
    run('mount', '-o', 'loop', folder.file('cut.img'), folder.file('cut'));
    const found = await find(folder.file('cut/kept.db'), acked);
    run('umount', folder.file('cut'));
    return { acked, found };
  };
  const words = () => folder.file('words.txt');
  const cutLog = (synchronous: 'FULL' | 'NORMAL') =>
    cut(ACKED_MIN.readings, (file) => startWriter({ file: folder.file(file), words: words(), synchronous }), findIn);
  /** Resolves with how many acknowledged commits are not there any more. */
  const cutLedger = (synced: boolean) =>
    cut(
      ACKED_MIN.commits,
      (file) => startCommitsWriter({ file: folder.file(file), words: words(), synced }),
      async (file, acked) => {
        const database = await openSqlite(file);
        const keys = await new SqlAccounts(database).deviceKeys();
        await database.close();
        return { lost: Math.max(0, acked - keys.length) };
      },
    );

  it(`F7 the reading log loses nothing that was acknowledged, in ${CUTS} cuts`, async () => {
    for (let turn = 0; turn < CUTS; turn += 1) {
      const { acked, found } = await cutLog('FULL');
      expect({ turn, ...found }).toMatchObject({ turn, ...WHOLE });
      expect(acked).toBeGreaterThan(100);
    }
  });

  it('F7 twin: with synchronous=NORMAL acknowledged readings are lost, so the cut is a real one', async () => {
    let lost = 0;
    // A checkpoint a moment before the cut may have saved them all.
    for (let turn = 0; turn < 5 && lost === 0; turn += 1) {
      const { found } = await cutLog('NORMAL');
      expect(found).toMatchObject({ ...WHOLE, lost: found.lost });
      lost = found.lost;
    }
    expect(lost).toBeGreaterThan(0);
  });

  it(`F7 the ledger loses no commit that was acknowledged, in ${CUTS} cuts`, async () => {
    for (let turn = 0; turn < CUTS; turn += 1) {
      const { acked, found } = await cutLedger(true);
      expect({ turn, ...found }).toEqual({ turn, lost: 0 });
      expect(acked).toBeGreaterThan(10);
    }
  });

  it('F7 twin: a ledger that acknowledges without waiting for the disk loses commits', async () => {
    let lost = 0;
    for (let turn = 0; turn < 5 && lost === 0; turn += 1) ({ lost } = (await cutLedger(false)).found);
    expect(lost).toBeGreaterThan(0);
  });
});

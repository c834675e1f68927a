import { spawnSync } from 'node:child_process';
import { describeWhere } from '../support/prerequisite.ts';
import { randomOf } from '../support/random.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { findIn, GROUP, startWriter, WHOLE } from './acked-readings.ts';

let folder: TemporaryFolder;
let options: { readonly file: string; readonly words: string };
beforeEach(() => {
  folder = temporaryFolder();
  options = { file: folder.file('readings.db'), words: folder.file('words.txt') };
});
afterEach(() => folder.remove());

/** Kills of one run; a release runs more: SONAE_KILLS=1000. */
const KILLS = Number(process.env['SONAE_KILLS'] ?? 8);

/** Options of strace that break one kind of call. */
const traceOf = (call: string, fault: string) => ['-e', `trace=${call}`, '-e', `inject=${call}:${fault}`];

describe('the reading log under kill -9', () => {
  it('F1 loses nothing that was acknowledged, keeps whole groups, and goes on after each kill', async () => {
    const seed = Number(process.env['SONAE_SEED'] ?? 7);
    const random = randomOf(seed);
    let end = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const writer = startWriter(options);
      await writer.started();
      await new Promise((next) => setTimeout(next, random.below(60)));
      writer.child.kill('SIGKILL');
      const { acked } = await writer.ended();
      const found = await findIn(options.file, acked);
      expect({ seed, kill, ...found }).toEqual({ seed, kill, ...WHOLE, end: found.end });
      expect(found.end).toBeGreaterThan(end);
      end = found.end;
    }
  });
});

const traced = spawnSync('strace', ['-qq', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO', 'true']).status === 0;
describeWhere({ kind: 'strace', suite: 'faults at calls of a commit', missing: traced ? null : 'strace is missing or may not trace' })(
  'the reading log with faults at calls of a commit',
  () => {
    const LAST = GROUP * 100;

    it.each([
      ['a write of the log', 'pwrite64', 301],
      ['another one', 'pwrite64', 304],
      ['the sync', 'fsync', 41],
    ])('F1 killed before %s it loses nothing', async (_, call, when) => {
      const writer = startWriter({ ...options, last: LAST, strace: traceOf(call, `signal=SIGKILL:when=${when}`) });
      const { acked, done } = await writer.ended();
      expect(done).toBe(false);
      expect(acked).toBeGreaterThan(0);
      expect(await findIn(options.file, acked)).toMatchObject(WHOLE);
    });

    it.each([2, 4, 6, 8, 10])('F6 killed before write %i, while the file is made, it starts anew', async (when) => {
      const killed = await startWriter({ ...options, last: LAST, strace: traceOf('pwrite64', `signal=SIGKILL:when=${when}`) }).ended();
      expect([killed.done, killed.acked]).toEqual([false, 0]);
      const { acked, done } = await startWriter({ ...options, last: GROUP }).ended();
      expect(done).toBe(true);
      expect(await findIn(options.file, acked)).toEqual({ ...WHOLE, end: GROUP });
    });

    it.each([
      ['fsync', 'error=EIO:when=40', /SQLite 1034/],
      ['pwrite64', 'error=EIO:when=300', /SQLite 778/],
    ])('F14 ends the process at once when %s fails, and has acknowledged nothing false', async (call, fault, words) => {
      const writer = startWriter({ ...options, last: LAST, strace: traceOf(call, fault) });
      const { acked, done, fatal } = await writer.ended();
      expect([done, writer.child.exitCode]).toEqual([false, 3]);
      expect(fatal).toMatch(words);
      expect(acked).toBeGreaterThan(0);
      const found = await findIn(options.file, acked);
      expect(found).toMatchObject(WHOLE);
      // The group under way may be there, for nobody was told that it is not; it is never half there.
      expect(found.end - acked).toBeLessThanOrEqual(GROUP);
    });

    it('F14 refuses groups while the disk is full and goes on by itself, without a gap', async () => {
      const writer = startWriter({ ...options, last: LAST, strace: traceOf('pwrite64', 'error=ENOSPC:when=300..305') });
      const { acked, done, refused } = await writer.ended();
      expect(done).toBe(true);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused[0]).toMatch(/SQLite 13/);
      expect(await findIn(options.file, acked)).toEqual({ ...WHOLE, end: LAST });
    });

    it('F14 is slower on a slow disk, and complete', async () => {
      const writer = startWriter({ ...options, last: GROUP * 20, strace: traceOf('fsync', 'delay_enter=20ms') });
      const { acked, refused } = await writer.ended();
      expect(refused).toEqual([]);
      expect(await findIn(options.file, acked)).toEqual({ ...WHOLE, end: GROUP * 20 });
    });
  },
);

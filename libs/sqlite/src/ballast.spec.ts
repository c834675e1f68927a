import { statSync } from 'node:fs';
import { ManualClock } from '#memory';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { Ballast } from './ballast.ts';

describe('Ballast', () => {
  const MB = 1024 * 1024;

  it('F13 gives its room away and takes it back only when there is room for more than itself', async () => {
    const folder = temporaryFolder();
    const clock = new ManualClock();
    let freeBytes = 10 * MB;
    const file = folder.file('ballast');
    const ballast = new Ballast({ file, clock, bytes: MB + 1, freeBytes: () => freeBytes });
    expect([ballast.inPlace, statSync(file).size]).toEqual([true, MB + 1]);

    ballast.release();
    expect([ballast.inPlace, statSync(file, { throwIfNoEntry: false })]).toEqual([false, undefined]);
    freeBytes = 2 * MB;
    await clock.advance(1_000);
    expect(ballast.restore()).toBe(false);

    freeBytes = 3 * MB;
    // It was tried a moment ago.
    expect(ballast.restore()).toBe(false);
    await clock.advance(1_000);
    expect([ballast.restore(), statSync(file).size]).toEqual([true, MB + 1]);
    folder.remove();
  });

  it('is found again at the next start, on a disk that is full by then', () => {
    const folder = temporaryFolder();
    const options = { file: folder.file('ballast'), clock: new ManualClock(), bytes: MB };
    expect(new Ballast({ ...options, freeBytes: () => 2 * MB }).inPlace).toBe(true);
    expect(new Ballast({ ...options, freeBytes: () => 0 }).inPlace).toBe(true);
    expect(new Ballast({ ...options, file: folder.file('other'), freeBytes: () => 0 }).inPlace).toBe(false);
    folder.remove();
  });
});

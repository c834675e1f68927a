import { rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SAMPLE, withEdited } from './broken-playbook.ts';
import { fingerprintOf, isPlaybookFile } from './folder.ts';
import { loadFiles, loadPlaybook, playbookFrom } from './load-playbook.ts';

describe('a playbook without a folder', () => {
  it('is the same one as the folder that its files came from', async () => {
    const { files, playbook } = await loadPlaybook(SAMPLE);
    expect(playbook).not.toBeNull();
    expect(loadFiles(files).playbook).toEqual(playbook);
    expect(playbookFrom(files)).toEqual(playbook);
  });

  it('is checked as a whole: a file that is missing is told, and nothing is taken', async () => {
    const { files } = await loadPlaybook(SAMPLE);
    const { playbook, problems } = loadFiles(new Map([...files].filter(([name]) => name !== 'thresholds.csv')));
    expect(playbook).toBeNull();
    expect(problems).toContainEqual(expect.objectContaining({ file: 'thresholds.csv', severity: 'error' }));
  });

  it('is read as it was in force, whatever the checks of today say of it', async () => {
    const edit = { file: 'playbook.yaml', from: 'rules: [underpass]\n', to: 'rules: [underpass]\n    transitions: [raised]\n' };
    await withEdited([edit], async (folder) => {
      const { files, playbook } = await loadPlaybook(folder);
      expect(playbook).toBeNull();
      expect(playbookFrom(files)?.routes.find(({ id }) => id === 'residents-underpass')?.transitions).toEqual(['raised']);
    });
    expect(playbookFrom(new Map())).toBeNull();
  });
});

describe('the fingerprint of a folder', () => {
  it('differs by every file that a service acts on, and by no other', async () => {
    await withEdited([], async (folder) => {
      const seen = [await fingerprintOf(folder)];
      const look = async (change: Promise<void>): Promise<boolean> => {
        await change;
        seen.push(await fingerprintOf(folder));
        return seen.at(-1) !== seen.at(-2);
      };
      expect(await look(writeFile(join(folder, 'README.md'), 'x'))).toBe(false);
      expect(await look(writeFile(join(folder, 'examples/new.yaml'), 'x'))).toBe(false);
      expect(await look(writeFile(join(folder, '.thresholds.csv.swp'), 'x'))).toBe(false);
      expect(await look(utimes(join(folder, 'thresholds.csv'), 1, 1))).toBe(true);
      expect(await look(writeFile(join(folder, 'wording/vi.yaml'), 'x'))).toBe(true);
      expect(await look(rename(join(folder, 'shelters.csv'), join(folder, 'old.md')))).toBe(true);
    });
  });

  it('of a folder that is not there is one too', async () => {
    expect(await fingerprintOf('no/such/folder')).toContain('ENOENT');
  });

  it.each([
    ['playbook.yaml', true],
    ['shelters.csv', true],
    ['wording/ja.yaml', true],
    ['wording/.ja.yaml', false],
    ['wording/../gauges.csv', false],
    ['../playbook.yaml', false],
    ['examples/tide.yaml', false],
    ['README.md', false],
  ])('%s is a file of a playbook: %s', (name, is) => {
    expect(isPlaybookFile(name)).toBe(is);
  });
});

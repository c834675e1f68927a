import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { loadPlaybook } from '#playbook';
import { openSqlite, SqlPlaybookVersions } from '#sql';
import { T0 } from '../../../test/support/builders.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { check } from './check.ts';

const CITY = 'infra/playbooks/mihon';

interface Checked {
  readonly problems: readonly { readonly file: string; readonly line: number; readonly severity: string; readonly message: string }[];
}

const ofMove = ({ problems }: Checked) => problems.filter(({ message }) => message.includes('would not be judged'));

/** What the command says, as its one document. */
async function checked(...args: readonly string[]): Promise<Checked & { readonly status: number }> {
  let out = '';
  const written = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    const status = await check.run([...args, '--json']);
    return { status, ...(JSON.parse(out) as Checked) };
  } finally {
    written.mockRestore();
  }
}

describe('F46 sonae check beside the data of a service', () => {
  const folder = temporaryFolder();
  const edited = folder.file('city');
  const data = folder.file('data');

  beforeAll(async () => {
    mkdirSync(data);
    const { playbook, files } = await loadPlaybook(CITY);
    const database = await openSqlite(join(data, 'ledger.db'));
    await new SqlPlaybookVersions(database).use({ version: playbook!.version, files, at: T0, by: 'service' });
    await database.close();
    cpSync(CITY, edited, { recursive: true });
    const gauges = readFileSync(join(edited, 'gauges.csv'), 'utf8');
    const moved = gauges.replace('137.6985,T.P.,0,', '137.6985,T.P.,0.85,');
    writeFileSync(join(edited, 'gauges.csv'), moved);
  });
  afterAll(() => folder.remove());

  it('warns at its line of a gauge that was moved while its thresholds stayed, and is no error', async () => {
    const found = await checked(edited, '--data', data);
    expect(found.status).toBe(0);
    const lines = readFileSync(join(edited, 'gauges.csv'), 'utf8').split('\n');
    expect(ofMove(found)).toEqual([
      {
        file: join(edited, 'gauges.csv'),
        line: lines.findIndex((line) => line.includes('T.P.,0.85,')) + 1,
        severity: 'warning',
        message: expect.stringMatching(/^ose-seguchi \(瀬口\)/),
      },
    ]);
  });

  it('says nothing of the playbook in force, and nothing without the data', async () => {
    expect(ofMove(await checked(CITY, '--data', data))).toEqual([]);
    expect(ofMove(await checked(edited))).toEqual([]);
  });

  it('names a folder that holds no data of a service', async () => {
    await expect(checked(edited, '--data', edited)).rejects.toThrow(/there is no ledger\.db/);
  });
});

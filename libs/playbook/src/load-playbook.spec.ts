import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BROKEN_PLAN } from './broken-plan.ts';
import { gauges, lineWith, plan, SAMPLE, thresholds, withEdited, wording } from './broken-playbook.ts';
import { BROKEN_READINESS } from './broken-readiness.ts';
import { BROKEN_TABLES } from './broken-tables.ts';
import { BROKEN_WORDINGS } from './broken-wordings.ts';
import { checkPlaybook } from './check-playbook.ts';
import { loadPlaybook } from './load-playbook.ts';
import { describeProblems } from './problem.ts';
describe('loadPlaybook', () => {
  it('finds nothing wrong with the sample city', async () => {
    expect(describeProblems(await checkPlaybook(SAMPLE))).toBe('no problems');
  });

  it.each([...BROKEN_PLAN, ...BROKEN_TABLES, ...BROKEN_WORDINGS, ...BROKEN_READINESS])(
    'tells $title at its line',
    async ({ edit, at: [file, line = 1, below = 0], severity = 'error', message, more = 0 }) => {
      await withEdited([edit].flat(), async (folder) => {
        const problems = await checkPlaybook(folder);
        const expected = below + (typeof line === 'number' ? line : await lineWith(folder, file, line));
        expect(problems).toContainEqual(expect.objectContaining({ file, line: expected, severity, message }));
        expect(problems).toHaveLength(1 + more);
      });
    },
  );

  it('gives no playbook with an error, and one with warnings', async () => {
    await withEdited([plan('fromPercent: 85', 'fromPercent: 55')], async (folder) => {
      expect((await loadPlaybook(folder)).playbook).toBeNull();
    });
    await withEdited([thresholds('ose-kawara,warn,3.60', 'ose-kawara,warn,4.60')], async (folder) => {
      expect((await loadPlaybook(folder)).playbook?.gauges.has('ose-kawara')).toBe(true);
    });
  });

  it('tells problems of all files at once, by file and line', async () => {
    const edits = [
      wording('最後の値 {value}', '最後の値 {valu}'),
      gauges('T.P.,0,15.00', 'T.P.,0,約15'),
      thresholds('2024-04-01', '2024-02-30'),
      plan('Asia/Tokyo', 'Asia/Tokio'),
    ];
    await withEdited(edits, async (folder) => {
      const { problems } = await loadPlaybook(folder);
      const wrongWord = `wording/ja.yaml:${await lineWith(folder, 'wording/ja.yaml', '最後の値 {valu}')}`;
      expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual([
        'gauges.csv:2',
        'playbook.yaml:7',
        'thresholds.csv:7',
        wrongWord,
      ]);
      expect(describeProblems(problems).split('\n').slice(-2)).toEqual([
        `${wrongWord} error unknown parameter {valu}; did you mean "value"?`,
        '4 errors, 0 warnings',
      ]);
    });
  });

  it('reads a heartbeat, with an hour and all channels where nothing else is said, and none where there is none', async () => {
    const all = ['line', 'disaster-mail', 'email'];
    const sample = { everyMs: 3_600_000, channels: all, staff: { group: 'duty', channels: ['email', 'line'] } };
    expect((await loadPlaybook(SAMPLE)).playbook!.heartbeat).toEqual(sample);
    const bare = plan('  every: 1h\n  channels: [line, disaster-mail, email]\n', '  channels: [email, line]\n');
    await withEdited([bare], async (folder) =>
      expect((await loadPlaybook(folder)).playbook!.heartbeat).toEqual({ ...sample, channels: ['line', 'email'] }),
    );
    const text = await readFile(join(SAMPLE, 'playbook.yaml'), 'utf8');
    const own = text.slice(text.indexOf('heartbeat:\n'), text.indexOf('# 何日'));
    await withEdited([plan(own, '')], async (folder) => expect((await loadPlaybook(folder)).playbook).not.toHaveProperty('heartbeat'));
  });

  it('says that a folder is none', async () => {
    const { playbook, problems } = await loadPlaybook('no/such/folder');
    expect(playbook).toBeNull();
    expect(problems[0]?.message).toBe('the folder cannot be read (ENOENT); name a playbook folder');
  });

  it('changes its version with every byte of what it acts on, and not with the stories', async () => {
    const before = (await loadPlaybook(SAMPLE)).playbook!.version;
    expect(before).toMatch(/^[0-9a-f]{12}$/);
    await withEdited([plan('# 見本市', '#見本市')], async (folder) =>
      expect((await loadPlaybook(folder)).playbook!.version).not.toBe(before),
    );
    await withEdited([{ file: 'examples/tide.yaml', removed: true }], async (folder) =>
      expect((await loadPlaybook(folder)).playbook!.version).toBe(before),
    );
  });

  it('reads tables with a byte order mark and Windows line ends as it reads the others', async () => {
    const table = await readFile(join(SAMPLE, 'gauges.csv'), 'utf8');
    await withEdited([{ file: 'gauges.csv', contents: `\uFEFF${table.replaceAll('\n', '\r\n')}` }], async (folder) => {
      const { playbook, problems } = await loadPlaybook(folder);
      expect(problems).toEqual([]);
      expect(playbook).toMatchObject({ gauges: (await loadPlaybook(SAMPLE)).playbook!.gauges });
    });
  });

  it('reads CP932 with a warning', async () => {
    // "river" in CP932: 大瀬川. The rest of the table is ASCII.
    const header = 'id,name,kind,river,area,crestM,max,min\n';
    const name = Uint8Array.of(0x91, 0xe5, 0x90, 0xa3, 0x90, 0xec);
    const contents = Buffer.concat([Buffer.from(`${header}ose-seguchi,A,river,`), name, Buffer.from(',seguchi,6.6,,\n')]);
    await withEdited([{ file: 'gauges.csv', contents }], async (folder) => {
      const { problems } = await loadPlaybook(folder);
      expect(problems).toContainEqual({
        file: 'gauges.csv',
        line: 1,
        severity: 'warning',
        message: 'the file is CP932 (Shift_JIS) and was read as such; save it as "CSV UTF-8" so that no character is lost',
      });
      expect(problems.filter(({ message }) => message.includes('大瀬川'))).toEqual([]);
    });
  });

  it('keeps a cell that looks like a formula as text, and counts lines through cells with line breaks', async () => {
    const edits = [
      gauges('ose-kitahara,,北原,', 'ose-kitahara,,"=1+1\n北原",'),
      gauges('危険水位は未設定', '@メモ'),
      gauges('T.P.,0,5.00', 'T.P.,0,x'),
    ];
    await withEdited(edits.slice(0, 2), async (folder) => {
      expect((await loadPlaybook(folder)).playbook?.gauges.get('ose-kitahara')?.name).toBe('=1+1 北原');
    });
    await withEdited(edits, async (folder) => {
      const { problems } = await loadPlaybook(folder);
      expect(problems).toContainEqual(expect.objectContaining({ file: 'gauges.csv', line: 6, severity: 'error' }));
    });
  });

  it('fills what the table leaves empty', async () => {
    const { playbook } = await loadPlaybook(SAMPLE);
    expect(playbook!.gauges.get('ose-seguchi')).toEqual({
      id: 'ose-seguchi',
      device: 'ose-seguchi',
      name: '瀬口',
      kind: 'river',
      quantity: 'level',
      river: '大瀬川',
      areas: ['seguchi', 'honmachi'],
      lat: 34.302,
      lon: 137.6985,
      datum: 'T.P.',
      zeroHeightM: 0,
      crestM: 6.6,
      sensorElevationM: null,
      offset: 0,
      capacity: null,
      publicAlert: 'allowed',
      standbyIntervalMs: 86_400_000,
      observeIntervalMs: 300_000,
      plausible: { min: -11.3, max: 8.6, stepPer10Min: 1, stepPerHour: 3, stuckAfterMs: 10_800_000 },
      thresholds: [
        { code: 'start', value: 3.7, validFrom: 0 },
        { code: 'warn', value: 5.1, validFrom: 0 },
        { code: 'warn', value: 5, validFrom: Date.parse('2024-04-01T00:00:00+09:00') },
        { code: 'flood', value: 5.8, validFrom: 0 },
      ],
      upstream: 'ose-kitahara',
      link: null,
    });
    expect(playbook!.gauges.get('spot-sando')?.plausible).toMatchObject({ min: 0, max: 4_500, stepPer10Min: 4_500 });
  });
});

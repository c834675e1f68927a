import { execFile } from 'node:child_process';
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { builtService } from '../support/built-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MIHON = 'infra/playbooks/mihon';
const folder = temporaryFolder();

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a compiled program in a pipe, as a script would. */
const run = (program: 'cli' | 'standalone', args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  new Promise((done) => {
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SONAE_')));
    execFile(process.execPath, [`dist/apps/${program}/src/main.js`, ...args], { env: { ...own, ...env } }, (error, out, err) => {
      done({ status: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });

const sonae = (...args: readonly string[]): Promise<Ended> => run('cli', args, { SONAE_DATA: folder.file('data') });

beforeAll(() => builtService());
afterAll(() => folder.remove());

describe('sonae', () => {
  it('tells what it can do, and what to do about a wrong word', async () => {
    expect(await sonae('--help')).toMatchObject({ status: 0, out: expect.stringContaining('replay') });
    expect(await sonae('chek')).toMatchObject({ status: 1, out: '', err: expect.stringContaining('there is no command chek') });
    expect(await sonae('check', '--foo', MIHON)).toMatchObject({ status: 1, out: '', err: expect.stringContaining("'--foo'") });
  });

  it('shows an example of every command that it names', async () => {
    const { out } = await sonae('--help');
    const commands = out.split('\n').flatMap((line) => /^ {2}([a-z]+) {2,}\S/.exec(line)?.[1] ?? []);
    expect(commands.length).toBeGreaterThan(10);
    for (const command of commands)
      expect(await sonae(command, '--help')).toMatchObject({ status: 0, err: '', out: expect.stringContaining('Example:') });
  });

  it('checks the sample city clean, and names file and line of what is wrong', async () => {
    expect(await sonae('check', MIHON)).toMatchObject({ status: 0, out: expect.stringContaining('no problems') });
    const broken = folder.file('broken');
    cpSync(MIHON, broken, { recursive: true });
    const file = `${broken}/thresholds.csv`;
    writeFileSync(file, readFileSync(file, 'utf8').replace('ose-seguchi,flood', 'ose-segu,flood'));
    const { status, out } = await sonae('check', broken);
    expect(status).toBe(1);
    expect(out).toMatch(/thresholds\.csv:\d+.* error .*ose-segu/);
  });

  it('ends without a word when nobody reads the pipe any more', async () => {
    const err = await new Promise<string>((done) => {
      execFile('sh', ['-c', '"$0" dist/apps/cli/src/main.js --help | true', process.execPath], (_, __, text) => done(text));
    });
    expect(err).toBe('');
  });

  it('prints one JSON document and nothing else', async () => {
    const { out } = await sonae('check', MIHON, '--json');
    expect(JSON.parse(out)).toEqual({ version: expect.stringMatching(/^[0-9a-f]{12}$/), problems: [] });
  });

  it("runs the playbook's stories", async () => {
    expect(await sonae('test', MIHON)).toMatchObject({ status: 0, out: expect.stringContaining('13 of 13 stories') });
  });

  it('replays a flood with evidence and score, and says which line of a file it cannot read', async () => {
    const flood = folder.file('flood.csv');
    const levels = [3.0, 3.9, 4.2, 5.0, 5.2, 5.9, 6.0];
    const rows = levels.map((level, i) => `ose-seguchi,2026-07-01T0${3 + i}:00:00+09:00,${level}`);
    writeFileSync(flood, `gauge,time,level\n${rows.join('\n')}\n`);
    const { out } = await sonae('replay', MIHON, '--readings', flood, '--json');
    const result = JSON.parse(out) as { transitions: unknown[]; score: unknown[]; readings: number };
    expect(result.readings).toBe(7);
    expect(result.transitions).toContainEqual(
      expect.objectContaining({ at: '2026-07-01T07:00:00+09:00', gauge: 'ose-seguchi', rule: 'river-level', from: 1, to: 2 }),
    );
    expect(result.score).toEqual([{ rule: 'river-level', hits: 1, misses: 0, falseAlarms: 0, leadTimeMin: 60 }]);

    writeFileSync(flood, 'gauge,time,level\nose-seguchi,yesterday,4.2\n');
    expect(await sonae('replay', MIHON, '--readings', flood)).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringContaining('flood.csv:2'),
    });
  });

  it('gives devices their keys once, rotates and revokes them', async () => {
    const { out } = await sonae('device', 'add', 'ose-seguchi', '--json');
    const { 'ose-seguchi': key } = JSON.parse(out) as Record<string, string>;
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(await sonae('device', 'add', 'ose-seguchi')).toMatchObject({ status: 1, err: expect.stringContaining('has a key already') });
    expect(await sonae('device', 'rotate', 'ose-seguchi')).toMatchObject({ status: 0 });
    expect(await sonae('device', 'revoke', 'ose-seguchi', '--old')).toMatchObject({
      status: 0,
      out: expect.stringContaining('1 key revoked'),
    });
    const list = await sonae('device', 'list');
    expect(list.out.split('\n').filter((line) => line.includes('revoked'))).toHaveLength(1);
    expect(list.out).not.toContain(key);
    expect(await sonae('device', 'add', '../etc')).toMatchObject({ status: 1, err: expect.stringContaining('a device id is') });
  });

  it('adds and disables staff', async () => {
    expect(await sonae('user', 'add', 'sato', '--role', 'duty')).toMatchObject({
      status: 0,
      out: expect.stringMatching(/sato \(duty\) {2}password: [\w-]{16}/),
    });
    expect(await sonae('user', 'add', 'sato', '--role', 'duty')).toMatchObject({
      status: 1,
      err: expect.stringContaining('there is a user sato already'),
    });
    expect(await sonae('user', 'add', 'ito', '--role', 'mayor')).toMatchObject({
      status: 1,
      err: expect.stringContaining('--role must be one of'),
    });
    expect(await sonae('user', 'disable', 'sato')).toMatchObject({ status: 0 });
    expect((await sonae('user', 'list')).out).toBe('sato  duty  disabled\n');
  });

  it('adds test users of the heartbeat who keep what they hear, shows them by number, and lets them go', async () => {
    const sealed = temporaryFolder();
    const ask = (...args: readonly string[]): Promise<Ended> => run('cli', args, { SONAE_DATA: sealed.file('data') });
    const address = 'heartbeat@city.example.jp';
    expect(await ask('heartbeat', 'add', 'disaster-mail', address)).toMatchObject({
      status: 0,
      out: expect.stringContaining('subscriber 1 '),
    });
    await ask('user', 'add', 'mori', '--role', 'viewer', '--line', `U${'0'.repeat(32)}`);
    expect(await ask('heartbeat', 'add', 'line', `U${'0'.repeat(32)}`)).toMatchObject({ status: 0 });
    expect(JSON.parse((await ask('heartbeat', 'list', '--json')).out)).toEqual([
      { channel: 'line', subscriber: '2' },
      { channel: 'disaster-mail', subscriber: '1' },
    ]);
    expect(await ask('heartbeat', 'remove', 'line', `U${'0'.repeat(32)}`)).toMatchObject({ status: 0 });
    expect((await ask('heartbeat', 'list')).out).toBe('disaster-mail  subscriber 1\n');
    expect((await ask('subscriber', 'export', 'line', `U${'0'.repeat(32)}`)).out).toContain('staff:duty');
    expect(await ask('heartbeat', 'remove', 'disaster-mail', address)).toMatchObject({ status: 0 });
    expect(await ask('subscriber', 'export', 'disaster-mail', address)).toMatchObject({ status: 1 });
    for (const wrong of [['webhook', 'https://a.jp'], ['line', 'midori'], ['email', 'midori'], ['email']])
      expect(await ask('heartbeat', 'add', ...wrong)).toMatchObject({ status: 1, out: '' });
    sealed.remove();
  });

  it('S35: adds and removes neighbours and test users in one commit with the audit, and a death in between leaves neither', async () => {
    const place = temporaryFolder();
    const ask = (...args: readonly string[]): Promise<Ended> => run('cli', args, { SONAE_DATA: place.file('data') });
    // Makes the data folder; a question would not.
    expect(await ask('user', 'add', 'mori', '--role', 'viewer')).toMatchObject({ status: 0 });
    const ledger = new DatabaseSync(place.file('data/ledger.db'));
    const counted = (): unknown => ledger.prepare('select count(*) as people from subscriber').get()!['people'];
    const written = (): readonly unknown[] =>
      ledger
        .prepare("select act from audit where act in ('subscribed', 'unsubscribed') order by number")
        .all()
        .map(({ act }) => act);
    // From here on whatever was to be written down is left as by a death right before.
    const breaks = () => ledger.exec("create trigger away before insert on audit begin select raise(abort, 'away'); end");
    const mends = () => ledger.exec('drop trigger away');

    const outlet = ['webhook', 'https://neighbour.example.jp/in'] as const;
    const tester = ['heartbeat', 'disaster-mail', 'heartbeat@city.example.jp'] as const;
    const adds = [
      [outlet[0], 'add', outlet[1], '--playbook', MIHON],
      [tester[0], 'add', ...tester.slice(1)],
    ];
    const removes = [outlet, tester].map(([command, ...named]) => [command, 'remove', ...named]);
    breaks();
    for (const add of adds) expect((await ask(...add)).status).not.toBe(0);
    expect([counted(), written()]).toEqual([0, []]);
    mends();
    for (const add of adds) expect(await ask(...add)).toMatchObject({ status: 0, err: '' });
    expect([counted(), written()]).toEqual([2, ['subscribed', 'subscribed']]);
    breaks();
    for (const remove of removes) expect((await ask(...remove)).status).not.toBe(0);
    expect([counted(), written()]).toEqual([2, ['subscribed', 'subscribed']]);
    mends();
    for (const remove of removes) expect(await ask(...remove)).toMatchObject({ status: 0, err: '' });
    expect([counted(), written()]).toEqual([0, ['subscribed', 'subscribed', 'unsubscribed', 'unsubscribed']]);
    ledger.close();
    place.remove();
    // Nine starts of a program, on a machine that may be busy.
  }, 300_000);

  it('S42: lists everybody for a leak report, for its reader alone, and the audit tells of it', async () => {
    await sonae('user', 'add', 'abe', '--role', 'viewer', '--mail', '=a@city.example.jp');
    const file = folder.file('everybody.csv');
    expect(await sonae('subscriber', 'affected', '--out', file)).toMatchObject({ status: 0, out: expect.stringContaining('1 people in') });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [head, row] = readFileSync(file, 'utf8').split('\r\n');
    expect(head).toBe('number,channel,address,language,state,districts,categories');
    expect(row).toMatch(/^"\d+","email","'=a@city\.example\.jp","ja","active","","staff:duty"$/);
    expect(await sonae('subscriber', 'affected', '--out', file)).toMatchObject({ status: 1 });
    expect((await sonae('export', 'audit')).out).toMatch(/"exported","[^"]*","console","subscriber\/all"/);
  });

  it('S9: gives a second factor to whoever the service will ask for one', async () => {
    const env = { SONAE_DATA: folder.file('data'), SONAE_SECOND_FACTOR: 'everybody' };
    const asViewer = ['--role', 'viewer', '--json'] as const;
    const { out: alone } = await sonae('user', 'add', 'mita', ...asViewer);
    expect(JSON.parse(alone)).toEqual({ name: 'mita', role: 'viewer', password: expect.any(String) });
    const { out: asked } = await run('cli', ['user', 'add', 'mori', ...asViewer], env);
    expect(JSON.parse(asked)).toMatchObject({ name: 'mori', otpauth: expect.stringMatching(/^otpauth:/) });
  });
});

describe('npm start', () => {
  it('says everything that is missing or wrong at once, and starts nothing', async () => {
    const { status, err } = await run('standalone', [], {
      SONAE_HTTP_PORT: '99999',
      SONAE_MQTT_PORT: 'mqtt',
      SONAE_SMTP_URL: 'smtp://relay',
      SONAE_WHATEVER: '1',
    });
    expect(status).toBe(1);
    expect(err).toContain('SONAE_PLAYBOOK is missing');
    expect(err).toContain('SONAE_HTTP_PORT must be a port');
    expect(err).toContain('SONAE_MQTT_PORT must be a port');
    expect(err).toContain('SONAE_WHATEVER');
    expect(err).toContain('SONAE_SMTP_URL and SONAE_MAIL_FROM belong together');
  });

  it('refuses a playbook that does not check clean', async () => {
    const { status, err } = await run('standalone', [], { SONAE_PLAYBOOK: folder.path, SONAE_DATA: folder.file('nothing') });
    expect(status).toBe(1);
    expect(err).toContain('does not check clean');
    expect(err).toContain(`${folder.file('playbook.yaml')}:1 error`);
  });

  it('S31 refuses an example secret, without printing it', async () => {
    const { status, err } = await run('standalone', [], { SONAE_PLAYBOOK: MIHON, SONAE_LINE_TOKEN: 'changeme' });
    expect(status).toBe(1);
    expect(err).toContain('SONAE_LINE_TOKEN is an example value');
    expect(err).not.toContain('changeme');
  });
});

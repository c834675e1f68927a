import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { jest } from '@jest/globals';
import type { AuditEntry } from '#core';
import { loadPlaybook } from '#playbook';
import { codeAt } from '#runtime';
import type { AuditEntryDto, AuditStandingDto } from '#wire';
import { audit } from '../../apps/cli/src/audit.ts';
import { exportCommand } from '../../apps/cli/src/export.ts';
import { passwordOf, secretFor, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MINUTE = 60_000;
/** Between two looks into the file of checkpoints. */
const LOOK_MS = 50;

/** What a command writes, and its exit status. */
async function run(
  command: { run(args: readonly string[]): Promise<number> },
  ...args: readonly string[]
): Promise<{ status: number; out: string }> {
  let out = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    return { status: await command.run(args), out };
  } finally {
    spy.mockRestore();
  }
}

describe('what was done by whom', () => {
  const kept = temporaryFolder();
  let station: Station;
  let clock: SteeredClock;

  beforeAll(async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    clock = new SteeredClock(Date.parse('2026-07-01T02:00:00+09:00'));
    station = await Station.start({
      playbook,
      clock,
      withCodes: true,
      staff: [
        { name: 'duty', role: 'duty' },
        { name: 'auditor', role: 'auditor' },
      ],
      env: { SONAE_AUDIT_CHECKPOINTS: kept.file('elsewhere.jsonl') },
    });
  });
  afterAll(async () => {
    await station.stop();
    kept.remove();
  });

  const ask = (path: string, { cookie = '', method = 'GET', body }: { cookie?: string; method?: string; body?: object } = {}) =>
    fetch(`${station.httpUrl}/api/v1/${path}`, {
      method,
      headers: { cookie, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const signIn = async (user: string, code = codeAt(secretFor(user), clock.now())) => {
    const response = await ask('session', { method: 'POST', body: { user, password: passwordOf(user), code } });
    return {
      status: response.status,
      cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '',
      body: await response.json(),
    };
  };
  const verify = (...args: readonly string[]) =>
    run(audit, 'verify', '--data', station.dataFolder, '--checkpoints', kept.file('elsewhere.jsonl'), ...args);
  const signedTo = async (number: number): Promise<void> => {
    const deadline = performance.now() + 120_000;
    for (;;) {
      const lines = readLines();
      if (lines.some((line) => line.number >= number)) return;
      if (performance.now() > deadline) throw new Error(`nothing was signed up to ${number}: ${JSON.stringify(lines)}`);
      await new Promise((next) => setTimeout(next, LOOK_MS));
    }
  };
  const readLines = (): AuditEntry[] => {
    try {
      return readFileSync(kept.file('elsewhere.jsonl'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as AuditEntry);
    } catch {
      return [];
    }
  };

  it('S9 lets a duty officer in with password and code, once for each code, and nobody with the password alone', async () => {
    expect((await signIn('duty', '')).status).toBe(401);
    const first = await signIn('duty');
    expect(first).toMatchObject({ status: 200, body: { user: 'duty', role: 'duty', confirmedAt: clock.now() } });
    expect((await signIn('duty')).status).toBe(401);
    clock.moveTo(clock.now() + 30_000);
    const { cookie } = await signIn('duty');
    clock.moveTo(clock.now() + 16 * MINUTE);
    const again = (code: string) => ask('session/renew', { method: 'POST', cookie, body: { password: passwordOf('duty'), code } });
    expect((await again('000000')).status).toBe(403);
    expect(await (await ask('session', { cookie })).json()).toMatchObject({ confirmedAt: clock.now() - 16 * MINUTE });
    const renewed = await again(codeAt(secretFor('duty'), clock.now()));
    expect(await renewed.json()).toMatchObject({ confirmedAt: clock.now() });
  });

  it('S35 is read by auditors, newest first and by kind, with the address it came from', async () => {
    const { cookie } = await signIn('auditor', '');
    const page = (await (await ask('audit?group=signIn&limit=3', { cookie })).json()) as { items: AuditEntryDto[]; next: string | null };
    expect(page.items.map(({ act, by, from }) => [act, by, from])).toEqual([
      ['signed-in', 'auditor', expect.stringMatching(/127\.0\.0\.1|::1/)],
      ['session-renewed', 'duty', expect.stringMatching(/127\.0\.0\.1|::1/)],
      ['renewal-refused', 'duty', expect.stringMatching(/127\.0\.0\.1|::1/)],
    ]);
    const older = (await (await ask(`audit?group=signIn&limit=3&cursor=${page.next}`, { cookie })).json()) as { items: AuditEntryDto[] };
    expect(older.items[0]!.number).toBe(page.items[2]!.number - 1);
    const sheet = await ask('audit.csv', { cookie });
    expect(sheet.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const text = await sheet.text();
    expect(text.split('\r\n')[0]).toBe('\uFEFFnumber,time,act,by,role,subject,before,after,grounds,from,hash'.slice(1));
    expect(text).toContain('"renewal-refused","duty"');
    const [newest] = ((await (await ask('audit?limit=1', { cookie })).json()) as { items: AuditEntryDto[] }).items;
    expect(newest).toMatchObject({ act: 'exported', by: 'auditor', subject: 'audit' });
  });

  it('S33 is signed within seconds of its first entry and then every hour, and proves itself while the service runs', async () => {
    await signedTo(1);
    const { cookie } = await signIn('auditor', '');
    const before = (await (await ask('audit/standing', { cookie })).json()) as AuditStandingDto;
    expect(before).toMatchObject({ checkpoint: { number: expect.any(Number) }, faults: [] });
    clock.moveTo(clock.now() + 60 * MINUTE);
    await signedTo(before.entries);
    const { status, out } = await verify();
    expect({ status, out }).toEqual({
      status: 0,
      out: expect.stringMatching(/^\d+ entries, the chain holds; covered by checkpoints up to entry \d+/),
    });
    expect(await run(audit, 'key', '--data', station.dataFolder)).toEqual({ status: 0, out: expect.stringMatching(/^[\w-]{43}\n$/) });
  });

  it('is written as CSV at the console, oldest first, and says so in itself', async () => {
    const { status, out } = await run(exportCommand, 'audit', '--data', station.dataFolder, '--from', '2026-07-01', '--to', '2026-07-02');
    expect(status).toBe(0);
    expect(out.split('\r\n')[1]).toMatch(/^1,"2026-06-30T17:00/);
    expect(JSON.parse((await verify('--json')).out)).toMatchObject({ holds: true, faults: [], checkpointFaults: [] });
  });

  it.each<[string, string[], RegExp]>([
    ['an entry changed', [`update audit set body = replace(body, '"duty"', '"nobody"') where number = 2`], /^entry 2 was changed$/m],
    ['an entry removed', ['delete from audit where number = 3'], /^entry 3 was removed: the number is missing$/m],
    [
      'the tail cut, and the count set right',
      ['delete from audit where number > 4', `update counter set value = 4 where name = 'audit'`],
      /^the tail was cut: entries 5 to \d+ are missing from the end$/m,
    ],
    [
      'two swapped',
      [
        `update audit set number = 9999 where number = 2`,
        'update audit set number = 2 where number = 4',
        'update audit set number = 4 where number = 9999',
      ],
      /^entry 2 and entry 4 were swapped$/m,
    ],
  ])('F73 names it: %s', async (_, statements, named) => {
    const copy = temporaryFolder();
    try {
      const source = new DatabaseSync(`${station.dataFolder}/ledger.db`);
      source.exec(`vacuum into '${copy.file('ledger.db')}'`);
      source.close();
      copyFileSync(`${station.dataFolder}/audit-key.pem`, copy.file('audit-key.pem'));
      const untouched = await run(audit, 'verify', '--data', copy.path, '--checkpoints', kept.file('elsewhere.jsonl'));
      expect(untouched.status).toBe(0);
      const raw = new DatabaseSync(copy.file('ledger.db'));
      for (const trigger of ['update', 'delete', 'replace']) raw.exec(`drop trigger audit_no_${trigger}`);
      for (const statement of statements) raw.exec(statement);
      raw.close();
      const { status, out } = await run(audit, 'verify', '--data', copy.path, '--checkpoints', kept.file('elsewhere.jsonl'));
      expect(status).toBe(1);
      expect(out).toMatch(named);
      expect(out.trimEnd().split('\n')).toHaveLength(2);
    } finally {
      copy.remove();
    }
  });

  it('F73 names a checkpoint that somebody changed, one of another key, and one that is none', async () => {
    const [line] = readFileSync(kept.file('elsewhere.jsonl'), 'utf8').split('\n');
    const bent = JSON.parse(line!) as Record<string, unknown>;
    writeFileSync(kept.file('bent.jsonl'), `${line}\n${JSON.stringify({ ...bent, at: 1 })}\n`);
    appendFileSync(kept.file('bent.jsonl'), `${JSON.stringify({ ...bent, key: 'A'.repeat(43) })}\nscribble\n`);
    const { status, out } = await run(audit, 'verify', '--data', station.dataFolder, '--checkpoints', kept.file('bent.jsonl'));
    expect(status).toBe(1);
    expect(out).toMatch(/bent\.jsonl line 2 was changed: its signature does not fit/);
    expect(out).toMatch(/bent\.jsonl line 3 is signed by a key that is not trusted here/);
    expect(out).toMatch(/bent\.jsonl line 4 is no checkpoint/);
  });
});

import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { loadPlaybook } from '#playbook';
import { audit } from '../../apps/cli/src/audit.ts';
import { Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Six starts of a whole service, on a machine that may be busy.
jest.setTimeout(600_000);

const HOUR = 3_600_000;
const PATIENCE_MS = 120_000;
const { playbook } = await loadPlaybook('infra/playbooks/mihon');
if (!playbook) throw new Error('the sample city does not check clean');

/** What the command says, and its exit status; what it refuses is 1 with the sentence. */
async function sonaeAudit(...args: readonly string[]): Promise<{ readonly status: number; readonly out: string }> {
  let out = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    return { status: await audit.run(args), out };
  } catch (cause) {
    return { status: 1, out: (cause as Error).message };
  } finally {
    spy.mockRestore();
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(50);
  }
}

describe('the audit after a copy was put back', () => {
  const copies = temporaryFolder();
  const checkpoints = copies.file('checkpoints.jsonl');
  let station: Station;
  let clock: SteeredClock;
  beforeAll(async () => {
    clock = new SteeredClock(Date.now());
    station = await Station.start({ playbook, clock, env: { SONAE_AUDIT_CHECKPOINTS: checkpoints } });
  });
  afterAll(async () => {
    await station.stop();
    copies.remove();
  });

  const signed = (): readonly { readonly number: number; readonly hash: string }[] =>
    existsSync(checkpoints)
      ? readFileSync(checkpoints, 'utf8')
          .split('\n')
          // What follows the last line feed is being written.
          .slice(0, -1)
          .map((line) => JSON.parse(line) as { number: number; hash: string })
      : [];
  /** The chain as it ends now is signed. */
  const notarised = () =>
    until(async () => {
      const { hash } = await station.service.adapters.audit.head();
      return signed().some((one) => one.hash === hash);
    });
  const verify = (data = station.dataFolder) => sonaeAudit('verify', '--data', data, '--checkpoints', checkpoints);
  const accept = () => sonaeAudit('accept', '--data', station.dataFolder, '--checkpoints', checkpoints);
  const release = async (): Promise<void> => {
    const at = clock.now();
    const done = await station.service.adapters.ledger.releaseDispatch({ at, by: 'suzuki', role: 'decider', why: '確認した' });
    expect(done).toBe(true);
  };
  const restart = async (): Promise<void> => {
    clock.moveTo(clock.now() + HOUR);
    await station.restart();
    await notarised();
  };

  it('F73 is red until a person released the hold and accepted the loss, then names both, and still finds what is changed', async () => {
    await notarised();
    await station.stopService();
    cpSync(station.dataFolder, copies.file('snapshot'), { recursive: true });
    await restart();
    await restart();
    expect((await verify()).status).toBe(0);
    expect(await accept()).toMatchObject({ status: 0, out: expect.stringContaining('nothing to accept') });
    const lost = signed().at(-1)!;

    await station.stopService();
    rmSync(station.dataFolder, { recursive: true });
    cpSync(copies.file('snapshot'), station.dataFolder, { recursive: true });
    await restart();
    expect((await verify()).status).toBe(1);
    expect(await accept()).toMatchObject({ status: 1, out: expect.stringContaining('nobody released') });
    await release();
    expect((await verify()).status).toBe(1);

    const accepted = await accept();
    expect(accepted).toMatchObject({
      status: 0,
      out: expect.stringMatching(new RegExp(`as entr.* ${lost.number}: released by suzuki on `)),
    });
    const whole = await verify();
    expect(whole.out).toContain('a restore lost what was signed as entr');
    expect(whole).toMatchObject({ status: 0, out: expect.stringContaining('the chain holds') });
    await restart();
    expect((await verify()).status).toBe(0);

    // Nothing else is accepted by it: neither an entry that is changed, nor the end cut off, nor the release taken away.
    await station.stopService();
    for (const [statement, named] of [
      ['update audit set body = replace(body, \'"suzuki"\', \'"nobody"\')', /was changed/],
      ['delete from audit where number >= (select max(number) from audit)', /the tail was cut/],
      ["delete from audit where act = 'dispatch-released'", /was removed/],
    ] as const) {
      const copy = temporaryFolder();
      for (const file of ['ledger.db', 'audit-key.pem']) copyFileSync(`${station.dataFolder}/${file}`, copy.file(file));
      const raw = new DatabaseSync(copy.file('ledger.db'));
      for (const trigger of ['update', 'delete', 'replace']) raw.exec(`drop trigger audit_no_${trigger}`);
      raw.exec(statement);
      raw.close();
      expect(await verify(copy.path)).toMatchObject({ status: 1, out: expect.stringMatching(named) });
      copy.remove();
    }

    // Another loss is another matter, and so is a line that somebody wrote about it without the key.
    const lines = readFileSync(checkpoints, 'utf8');
    const line = lines.split('\n').find((one) => one.includes('"lost"'))!;
    writeFileSync(checkpoints, lines.replace(line, line.replace('"suzuki"', '"nobody"')));
    expect(await verify()).toMatchObject({ status: 1, out: expect.stringContaining('its signature does not fit') });
    writeFileSync(checkpoints, lines);
    rmSync(station.dataFolder, { recursive: true });
    cpSync(copies.file('snapshot'), station.dataFolder, { recursive: true });
    await restart();
    await release();
    expect((await verify()).status).toBe(1);
    expect((await accept()).status).toBe(0);
    expect((await verify()).status).toBe(0);
  });
});

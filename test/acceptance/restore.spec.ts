import { cpSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { backUp, restore } from '#sqlite';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PATIENCE_MS = 120_000;
/** As often the audit is signed (S33). */
const HOUR = 3_600_000;
const resident: Subscriber = { channel: 'line', address: lineId('midori'), language: 'ja', districts: ['honmachi'], categories: ['flood'] };

const { playbook } = await loadPlaybook('infra/playbooks/mihon');
if (!playbook) throw new Error('the sample city does not check clean');

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(20);
  }
}

describe('a service on a snapshot of its disk', () => {
  const copies = temporaryFolder();
  afterEach(() => copies.remove());

  it.each([
    ['holds dispatch where the checkpoints of the audit lie elsewhere', true],
    ['cannot know it where they were put back as well', false],
  ])('F20 %s', async (_, elsewhere) => {
    const checkpoints = copies.file('checkpoints.jsonl');
    const env = elsewhere ? { SONAE_AUDIT_CHECKPOINTS: checkpoints } : {};
    const clock = new SteeredClock(Date.now());
    const station = await Station.start({ playbook, clock, subscribers: [resident], env });
    try {
      await station.stopService();
      cpSync(station.dataFolder, copies.file('snapshot'), { recursive: true });
      clock.moveTo(clock.now() + HOUR);
      await station.restart();
      const { audit } = station.service.adapters;
      await until(
        async () =>
          (await lastSigned(elsewhere ? checkpoints : join(station.dataFolder, 'audit-checkpoints.jsonl'))) >= (await audit.head()).number,
      );
      await station.stopService();

      rmSync(station.dataFolder, { recursive: true });
      cpSync(copies.file('snapshot'), station.dataFolder, { recursive: true });
      await station.restart();
      const hold = await station.service.adapters.ledger.dispatchHold();
      expect(hold?.released).toEqual(elsewhere ? null : undefined);
      const restored = await station.service.adapters.audit.entries({ acts: ['restored'], limit: 9 });
      expect(restored).toHaveLength(elsewhere ? 1 : 0);
      // What was found once is not found again: the shorter chain is signed, and the hold stays until a person ends it.
      await station.restart();
      expect((await station.service.adapters.ledger.dispatchHold())?.heldAt).toEqual(hold?.heldAt);
    } finally {
      await station.stop();
    }
  });
});

/** Number of the newest entry that was signed; 0 before the first. */
async function lastSigned(file: string): Promise<number> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).trim().split('\n');
  return lines[0] === '' ? 0 : (JSON.parse(lines.at(-1)!) as { number: number }).number;
}

describe('a service on a backup that was put back', () => {
  const copies = temporaryFolder();
  let station: Station;

  beforeAll(async () => {
    station = await Station.start({
      playbook,
      subscribers: [resident],
      staff: [
        { name: 'sato', role: 'duty' },
        { name: 'suzuki', role: 'decider' },
      ],
    });
  });
  afterAll(async () => {
    await station.stop();
    copies.remove();
  });

  const asking = async (name: string) => {
    const signed = await fetch(`${station.httpUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: name, password: passwordOf(name) }),
    });
    const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
    return (path: string, body?: object): Promise<Response> =>
      fetch(`${station.httpUrl}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { cookie, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
  };

  it('F20 judges and plans, sends nothing until a decider releases it, and then only what is still true', async () => {
    const gauge = await station.gauge('ose-seguchi');
    await gauge.reports([4.6, 4.9]);
    await station.settled();
    await backUp({ data: station.dataFolder, file: copies.file('sonae.tar'), now: Date.now() });
    // It goes on sending after the copy: this alarm is in no ledger any more once the copy is back.
    await gauge.reports([5.25, 5.3]);
    await station.settled();
    const sent = station.line.requests.length;
    expect(sent).toBeGreaterThan(0);

    await station.stopService();
    await restore({ file: copies.file('sonae.tar'), data: station.dataFolder, now: Date.now() });
    await station.restart();
    const again = await station.gauge('ose-seguchi');
    await again.reports([5.31, 5.33]);
    const { ledger } = station.service.adapters;
    const planned = async () => (await ledger.deliveries({ channel: 'line', state: 'queued', limit: 10 })).length > 0;
    await until(planned);
    await delay(1_500);
    expect(station.line.requests).toHaveLength(sent);

    const held = station.service.stages.list().find(({ name }) => name === 'dispatch');
    expect(held).toMatchObject({ state: 'degraded', why: expect.stringContaining('復元しました') });
    expect(await (await fetch(`${station.httpUrl}/readyz`)).json()).toMatchObject({ ready: true });
    const [duty, decider] = [await asking('sato'), await asking('suzuki')];
    expect(await (await duty('/api/v1/dispatch')).json()).toMatchObject({ held: true, why: expect.stringContaining('バックアップ') });
    expect((await duty('/api/v1/dispatch/release', { reason: '確認した' })).status).toBe(403);
    expect((await decider('/api/v1/dispatch/release', {})).status).toBe(400);

    const released = await decider('/api/v1/dispatch/release', { reason: '記録と突き合わせた' });
    expect([released.status, await released.json()]).toMatchObject([
      200,
      { held: false, released: { by: 'suzuki', why: '記録と突き合わせた' } },
    ]);
    await until(async () => !(await planned()));
    expect((await decider('/api/v1/dispatch/release', { reason: 'もう一度' })).status).toBe(409);
    await until(() => station.service.stages.list().find(({ name }) => name === 'dispatch')?.state === 'ok');
    const acts = ['dispatch-held', 'dispatch-released', 'restored', 'service-started'] as const;
    const entries = await station.service.adapters.audit.entries({ acts, limit: 10 });
    // The first start is the one of the copy's own past.
    expect(entries.map(({ act, by, role }) => `${act} ${by} ${role}`).toSorted()).toEqual([
      'dispatch-held dispatch system',
      'dispatch-released suzuki decider',
      'restored service system',
      'service-started service system',
      'service-started service system',
    ]);
    // The water still stands where the alarm said: the words go out once more, under the key of the first time or as the newest word.
    await until(() => station.line.requests.length > sent);
  });

  it('starts as ever the next time', async () => {
    await station.restart();
    expect((await station.service.adapters.ledger.dispatchHold())?.released).not.toBeNull();
    expect(station.service.stages.list().find(({ name }) => name === 'dispatch')?.state).toBe('ok');
  });
});

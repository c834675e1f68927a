import { setTimeout as delay } from 'node:timers/promises';
import type { Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import type { AlertDto } from '#wire';
import { HOUR, MINUTE } from '../support/builders.ts';
import { passwordOf, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

const { playbook: sample } = await loadPlaybook('infra/playbooks/mihon');
if (!sample) throw new Error('the sample city does not check clean');

/** So long a story waits for what must come about, on a machine that may be busy. */
const PATIENCE_MS = 120_000;
const DAY = Date.parse('2026-07-01T10:00:00+09:00');
const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };
const resident: Subscriber = {
  channel: 'disaster-mail',
  address: 'midori@example.jp',
  language: 'ja',
  districts: ['seguchi', 'honmachi', 'sakuradai'],
  categories: ['flood', 'congestion'],
};

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(20);
  }
}

describe('what is found out about a device, in the sample city', () => {
  let clock: SteeredClock;
  let station: Station;

  beforeEach(async () => {
    clock = new SteeredClock(DAY);
    station = await Station.start({
      playbook: sample,
      clock,
      subscribers: [duty, resident],
      staff: [{ name: 'sato', role: 'operator' }],
    });
  });
  afterEach(() => station.stop());

  /** One report over HTTP, and what the inspection makes of everything so far: it looks every few minutes, here after every report. */
  const reports = async (body: object): Promise<void> => {
    const response = await fetch(`${station.httpUrl}/api/v1/devices/ose-seguchi/obs`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`ose-seguchi:${station.keys['ose-seguchi']!}`).toString('base64')}`,
      },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    await station.settled();
    await station.service.inspect();
    await station.settled();
  };
  const mails = async (to = duty.address) => Promise.all(station.mail.mailsTo(to).map((caught) => caught.read()));
  const subjects = async () => (await mails()).map(({ subject }) => subject);
  const ofGauge = async () => (await mails()).filter(({ subject, text }) => `${subject}${text}`.includes('瀬口'));
  const passes = (ms: number): void => clock.moveTo(clock.now() + ms);

  it('D§10.6 F32 sends duty one mail about a key that is used in two places, not one a reading, and one when it is over', async () => {
    for (let turn = 0; turn < 6; turn += 1) {
      passes(5 * MINUTE);
      await reports({ seq: 1_000 + turn, t: clock.now(), level: 2 });
      passes(5 * MINUTE);
      await reports({ seq: 50 + turn, t: clock.now(), level: 2.05 });
    }
    expect(await mails()).toMatchObject([
      { subject: '【職員】瀬口 装置の不具合', text: expect.stringMatching(/同じ機器の鍵が2か所で使われています/) as string },
    ]);
    expect(await mails(resident.address)).toEqual([]);

    // The next life of the service remembers what was told.
    await station.restart();
    passes(MINUTE);
    await reports({ seq: 1_006, t: clock.now(), level: 2 });
    expect(await subjects()).toEqual(['【職員】瀬口 装置の不具合']);

    passes(2 * 24 * HOUR);
    await reports({ seq: 1_007, t: clock.now(), level: 2 });
    expect((await subjects()).filter((subject) => subject.includes('不具合'))).toEqual([
      '【職員】瀬口 装置の不具合',
      '【職員・解消】瀬口 装置の不具合',
    ]);
  });

  it('D§10.13 sends duty one mail about a clock that is hours off, which anybody can follow back on the page and take note of', async () => {
    for (let turn = 0; turn < 6; turn += 1) {
      passes(10 * MINUTE);
      await reports({ seq: turn, t: clock.now() + 5 * HOUR, level: 2 });
    }
    expect(await mails()).toMatchObject([
      { subject: '【職員】瀬口 装置の不具合', text: expect.stringMatching(/機器の時計が約5時間進んでいます/) as string },
    ]);
    expect(await mails(resident.address)).toEqual([]);

    const cookie = await signIn();
    const id = encodeURIComponent('device-faults@ose-seguchi#1');
    const alert = (await (await fetch(`${station.httpUrl}/api/v1/alerts/${id}`, { headers: { cookie } })).json()) as AlertDto;
    expect(alert).toMatchObject({
      ruleId: 'device-faults',
      transitions: [{ kind: 'raised', to: 1, record: { by: 'rule device-faults', verdict: expect.stringContaining('時計') as string } }],
    });
    const acknowledged = await fetch(`${station.httpUrl}/api/v1/alerts/${id}/acknowledge`, { method: 'POST', headers: { cookie } });
    expect(acknowledged.status).toBe(200);

    passes(10 * MINUTE);
    await reports({ seq: 6, t: clock.now(), level: 2 });
    expect(await subjects()).toEqual(['【職員】瀬口 装置の不具合', '【職員・解消】瀬口 装置の不具合']);
  });

  it('holds back that a gauge in maintenance is blind, and tells what still stands when it is over', async () => {
    await reports({ seq: 0, t: clock.now(), mode: 'observe', interval: 600, level: 2 });
    const ask = async (path: string, body?: object) => {
      const response = await fetch(`${station.httpUrl}/api/v1/gauges/ose-seguchi/maintenance${path}`, {
        method: 'POST',
        // Two hours later the session is over.
        headers: { cookie: await signIn(), ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      return (await response.json()) as { readonly id: string };
    };
    const { id } = await ask('', { until: clock.now() + 6 * HOUR, reason: 'センサー清掃' });
    const { ledger } = station.service.adapters;
    const isBlind = async (gauge: string) => (await ledger.alert('blind', gauge))?.state === 'raised';
    passes(2 * HOUR);
    // The road was never heard, so it is blind too, and nobody works on it.
    await until(async () => (await isBlind('ose-seguchi')) && (await isBlind('road-ekikita')));
    await station.settled();
    expect(await subjects()).toContainEqual(expect.stringContaining('駅北アンダーパス'));
    expect(await ofGauge()).toEqual([]);
    const [suppressed] = await ledger.deliveries({ transitionId: 'blind@ose-seguchi#1/1', limit: 9 });
    expect(suppressed!.delivery).toMatchObject({
      state: 'suppressed',
      lastReason: expect.stringContaining('sato：保守中: センサー清掃') as string,
    });

    await ask(`/${encodeURIComponent(id)}/end`);
    await until(async () => (await ofGauge()).length > 0);
    const told = await ofGauge();
    expect(told).toHaveLength(1);
    for (const word of ['保守中: センサー清掃', '観測所の不通']) expect(told[0]!.text).toContain(word);
  });

  async function signIn(): Promise<string> {
    const response = await fetch(`${station.httpUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'sato', password: passwordOf('sato') }),
    });
    return response.headers.get('set-cookie')!.split(';')[0]!;
  }
});

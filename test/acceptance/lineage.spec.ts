import { readFileSync } from 'node:fs';
import type { NumberedTransition, Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { type AlertDto, alertDto, type LineageDto, lineageDto } from '#wire';
import { explainBySonae } from '../support/explain-by-sonae.ts';
import { lineId, passwordOf, Station } from '../support/station.ts';

const MIHON = 'infra/playbooks/mihon';
const ALERT = 'river-level@ose-seguchi#1';

const midori: Subscriber = { channel: 'line', address: lineId('midori'), language: 'ja', districts: ['honmachi'], categories: ['flood'] };
const guest: Subscriber = {
  channel: 'disaster-mail',
  address: 'nguyen@mail.example.jp',
  language: 'en',
  districts: ['seguchi'],
  categories: ['flood'],
};
const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };

describe('promise 8 from a message that somebody received back to the device', () => {
  let station: Station;
  const cookies = new Map<string, string>();

  beforeAll(async () => {
    const { playbook } = await loadPlaybook(MIHON);
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({
      playbook,
      subscribers: [midori, guest, duty],
      staff: [
        { name: 'sato', role: 'duty' },
        { name: 'mori', role: 'auditor' },
        { name: 'ito', role: 'viewer' },
      ],
    });
    for (const name of ['sato', 'mori', 'ito']) cookies.set(name, await signIn(station, name));
    const gauge = await station.gauge('ose-seguchi');
    await gauge.reports([4.6, 4.9, 5.05, 5.12]);
    await station.settled();
  });

  afterAll(() => station.stop());

  const as = async (name: string, path: string, init: RequestInit = {}): Promise<{ readonly status: number; readonly body: unknown }> => {
    const response = await fetch(`${station.httpUrl}/api/v1/${path}`, { ...init, headers: { cookie: cookies.get(name) ?? '' } });
    return { status: response.status, body: await response.json() };
  };
  const chainOf = async (name: string, of: string): Promise<LineageDto> =>
    lineageDto.parse((await as(name, `lineage?of=${encodeURIComponent(of)}`)).body);
  const receivedKey = (): string => {
    const request = station.line.requests.find(({ to, verdict }) => verdict === 'accepted' && to.includes(midori.address));
    if (!request?.retryKey) throw new Error('LINE was told nothing under a key');
    return request.retryKey;
  };

  it('leads from the retry key of what a resident read on LINE to the raw values and the device', async () => {
    const inbox = station.line.inboxOf(midori.address);
    const chain = await chainOf('mori', receivedKey());
    expect(chain).toMatchObject({ kind: 'delivery', alertId: ALERT, addresses: 'whole', alert: { device: 'ose-seguchi', unit: 'm' } });
    const asked = chain.transitions.find(({ id }) => id === chain.transitionId)!;
    const [message] = asked.messages;
    expect(`${message!.subject}\n\n${message!.body}`).toBe(inbox[0]!.text);
    expect(message!.deliveries).toMatchObject([{ state: 'sent', key: receivedKey(), addresses: [`1 ${midori.address}`] }]);
    expect(asked.record.readings.at(-1)).toMatchObject({ raw: 5.12, value: 5.12, quality: 'ok', from: 'log', gauge: 'ose-seguchi' });
    expect(asked.record.verdict).toContain('危険水位');
  });

  it('leads there from the Message-ID of a mail too, and shows addresses to auditors only', async () => {
    const [mail] = station.mail.mailsTo(guest.address);
    const chain = await chainOf('ito', mail!.messageId);
    expect(chain).toMatchObject({ kind: 'delivery', alertId: ALERT, addresses: 'masked' });
    expect(JSON.stringify(chain)).toContain('n…@mail.example.jp');
    expect(JSON.stringify(chain)).not.toContain('nguyen');
    expect(JSON.stringify(await chainOf('mori', mail!.messageId))).toContain('nguyen@mail.example.jp');
  });

  it('names who acknowledged, and how high it went', async () => {
    await as('sato', `alerts/${encodeURIComponent(ALERT)}/acknowledge`, { method: 'POST' });
    const chain = await chainOf('ito', ALERT);
    expect(chain.alert.acts).toMatchObject([{ kind: 'acknowledge', by: 'sato' }]);
    expect(chain.alert.peak).toMatchObject({ now: { value: 5.12 }, revised: false, late: 0, note: '' });
    const alert: AlertDto = alertDto.parse((await as('ito', `alerts/${encodeURIComponent(ALERT)}`)).body);
    expect(alert.peak).toEqual(chain.alert.peak);
  });

  it('shows the rule in the words of the version that decided', async () => {
    const [{ transition }] = (await station.service.adapters.ledger.transitions({ alertId: ALERT, limit: 1 })) as [NumberedTransition];
    const { playbookVersion } = transition.record;
    const files = new Map([['playbook.yaml', readFileSync(`${MIHON}/playbook.yaml`)]]);
    await station.service.adapters.playbookVersions.use({ version: playbookVersion, files, at: Date.now(), by: 'start' });
    const chain = await chainOf('ito', transition.id);
    const told = chain.transitions.find(({ id }) => id === transition.id)!;
    expect(told.record).toMatchObject({
      playbookVersion,
      ruleText: expect.stringMatching(/^id: river-level\n[\s\S]*confirm: \{ readings: 2 \}/),
    });
    const { out } = await explainBySonae({}, transition.id, '--data', station.dataFolder, '--playbook', MIHON);
    expect(out).toMatch(/├─ rule river-level\n.*id: river-level\n/);
  });

  it('refuses strangers, and offers what is open for a name that nothing has', async () => {
    expect((await fetch(`${station.httpUrl}/api/v1/lineage?of=${encodeURIComponent(ALERT)}`)).status).toBe(401);
    expect(await as('ito', `lineage?of=${encodeURIComponent('river-level@ose-seguchi#7')}`)).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining(`Open alerts: ${ALERT}`) },
    });
    expect(await as('ito', 'lineage?of=ose-seguchi')).toMatchObject({ status: 400 });
    expect((await as('ito', 'lineage')).status).toBe(400);
  });

  it('is printed by sonae explain from the data folder while the service runs, without writing there', async () => {
    const { status, out, err } = await explainBySonae({}, receivedKey(), '--data', station.dataFolder, '--playbook', MIHON);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(/^alert river-level@ose-seguchi#1 {2}.*大瀬川 瀬口/);
    expect(out).toMatch(/└─ .*device|├─ gauge ose-seguchi, device ose-seguchi/);
    expect(out).toMatch(/acknowledge by sato at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00/);
    expect(out).toMatch(/5\.12 m {2}ok {2}raw 5\.12 \(level\), received .*, log 4/);
    expect(out).toContain(`retry key ${receivedKey()}, 1 recipients: 1 ${midori.address.slice(0, 2)}…${midori.address.slice(-4)}`);
    expect(out).not.toContain(midori.address);

    const asJson = await explainBySonae({}, ALERT, '--data', station.dataFolder, '--playbook', MIHON, '--addresses', '--json');
    const whole = lineageDto.parse(JSON.parse(asJson.out));
    const served = await chainOf('mori', ALERT);
    expect({ ...whole, alert: { ...whole.alert, peak: served.alert.peak } }).toEqual(served);
  });

  it('is printed by sonae explain through the service, by the right of who asks', async () => {
    const env = { SONAE_USER: 'ito', SONAE_PASSWORD: passwordOf('ito') };
    const { status, out, err } = await explainBySonae(env, `${ALERT}/1`, '--url', station.httpUrl);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('transition river-level@ose-seguchi#1/1');
    expect(await explainBySonae({ ...env, SONAE_PASSWORD: 'wrong' }, ALERT, '--url', station.httpUrl)).toMatchObject({
      status: 1,
      out: '',
    });
    expect(await explainBySonae({}, ALERT, '--url', station.httpUrl)).toMatchObject({
      status: 1,
      err: expect.stringContaining('SONAE_USER'),
    });
  });

  it('is printed by sonae explain from the folder of a service that was stopped', async () => {
    const args = [receivedKey(), '--data', station.dataFolder, '--playbook', MIHON] as const;
    const running = await explainBySonae({}, ...args);
    await station.stopService();
    try {
      expect(await explainBySonae({}, ...args)).toEqual({ ...running, status: 0, err: '' });
    } finally {
      await station.restart();
    }
  });

  it('is refused by sonae explain with what to do', async () => {
    const data = ['--data', station.dataFolder, '--playbook', MIHON];
    expect(await explainBySonae({}, 'river-level@ose-seguchi#9', ...data)).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringContaining(`Open alerts: ${ALERT}`),
    });
    expect(await explainBySonae({}, ALERT, '--data', '/nowhere')).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringContaining('no ledger.db in /nowhere'),
    });
    expect(await explainBySonae({})).toMatchObject({ status: 1, err: expect.stringContaining('--help shows an example') });
  });
});

const signIn = async (station: Station, name: string): Promise<string> => {
  const response = await fetch(`${station.httpUrl}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: name, password: passwordOf(name) }),
  });
  return response.headers.getSetCookie()[0]!.split(';', 1)[0]!;
};

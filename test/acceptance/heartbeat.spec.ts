import { HEARTBEAT_CATEGORY, HEARTBEAT_ID, type Playbook, type Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import type { StatusDto } from '#wire';
import { lineId, passwordOf, Station, type StationOptions } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

/** Shorter than a playbook may ask for, because the last beat's time to arrive, a quarter of it, passes on a real clock. */
const EVERY_MS = 20_000;
/** No machine is so slow. */
const GENEROUS_MS = 120_000;

const tester = (channel: Subscriber['channel'], address: string): Subscriber => ({
  channel,
  address,
  language: 'ja',
  districts: [],
  categories: [HEARTBEAT_CATEGORY],
});
const TEST_PHONE = tester('line', lineId('test phone'));
const TEST_MAIL = tester('disaster-mail', 'heartbeat@test.example.jp');
const TEST_STAFF_MAIL = tester('email', 'heartbeat-staff@test.example.jp');
const TESTERS = [TEST_PHONE, TEST_MAIL, TEST_STAFF_MAIL];
const DUTY: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };
/** Everybody else, in every district and for everything that there is to choose. */
const others = ({ districts }: Playbook): readonly Subscriber[] =>
  (['line', 'disaster-mail', 'email'] as const).map((channel) => ({
    channel,
    address: channel === 'line' ? lineId('midori') : `midori-${channel}@mail.example.jp`,
    language: 'ja',
    districts: [...districts.keys()],
    categories: ['flood', 'congestion', 'evacuation', 'exercise/flood', 'test/flood', `staff:${HEARTBEAT_ID}`],
  }));

const CHANNELS = ['line', 'disaster-mail', 'email'] as const;
let city: Playbook;
let clock: SteeredClock;
let station: Station;
let session: string | null = null;

beforeAll(async () => {
  const { playbook } = await loadPlaybook('infra/playbooks/mihon');
  if (!playbook) throw new Error('the sample city does not check clean');
  city = {
    ...playbook,
    heartbeat: { everyMs: EVERY_MS, channels: CHANNELS, staff: { group: 'duty', channels: ['email', 'line'] } },
  };
});

async function open(more: Partial<StationOptions> = {}): Promise<void> {
  clock = new SteeredClock(Date.now());
  session = null;
  station = await Station.start({
    playbook: city,
    clock,
    subscribers: [...TESTERS, DUTY, ...others(city)],
    staff: [{ name: 'sato', role: 'duty' }],
    ...more,
  });
}

const status = async (): Promise<StatusDto> => {
  const response = await fetch(`${station.httpUrl}/api/v1/status`, { headers: { cookie: await cookie() } });
  return (await response.json()) as StatusDto;
};
async function cookie(): Promise<string> {
  if (session !== null) return session;
  const body = JSON.stringify({ user: 'sato', password: passwordOf('sato') });
  const headers = { 'content-type': 'application/json' };
  const signed = await fetch(`${station.httpUrl}/api/v1/session`, { method: 'POST', headers, body });
  session = signed.headers.getSetCookie()[0]!.split(';')[0]!;
  return session;
}
const get = async (where: string): Promise<unknown> =>
  (await fetch(`${station.httpUrl}/api/v1/${where}`, { headers: { cookie: await cookie() } })).json();

type Channel = (typeof CHANNELS)[number];
const channelNow = async (name: Channel) => (await status()).heartbeat!.channels.find(({ channel }) => channel === name)!;
const stateOf = async (name: Channel): Promise<string> => (await channelNow(name)).state;
const beatsOn = (): number => station.line.inboxOf(TEST_PHONE.address).length;
/** Each is two reports in the log. */
const beatsMade = async (): Promise<number> => (await station.service.adapters.log.end()) / 2;
const mailsTo = (address: string): number => station.mail.mailsTo(address).length;
const subjectsTo = async (address: string): Promise<readonly string[]> =>
  Promise.all(station.mail.mailsTo(address).map(async (mail) => (await mail.read()).subject ?? ''));

/** Looks again until it holds; `step` moves the date on in between, as if time passed faster: only while `kept` holds, where it is given. */
async function until(
  holds: () => Promise<boolean> | boolean,
  stepMs = 0,
  kept: () => Promise<boolean> | boolean = () => true,
): Promise<void> {
  const deadline = AbortSignal.timeout(GENEROUS_MS);
  while (!(await holds())) {
    if (deadline.aborted) throw new Error(`it never came; ${JSON.stringify((await status()).heartbeat)}`);
    if (stepMs > 0 && (await kept())) clock.moveTo(clock.now() + stepMs);
    await new Promise((next) => setTimeout(next, 100));
  }
}
/** The date does not run away from the channels that work: on a busy machine they would miss beats too. */
async function mailKeepsUp(): Promise<boolean> {
  const { channels } = (await status()).heartbeat!;
  return channels.every(({ channel, provenAt }) => channel === 'line' || clock.now() - (provenAt ?? 0) < 1.5 * EVERY_MS);
}
const arrived = (beats: number) => () =>
  beatsOn() === beats && mailsTo(TEST_MAIL.address) === beats && mailsTo(TEST_STAFF_MAIL.address) === beats;

describe('the heartbeat from a gauge to a phone', () => {
  beforeEach(() => open());
  afterEach(() => station.stop());

  it('arrives at the test users of every channel, says that it is a test, and nobody else and no list ever sees it', async () => {
    await until(arrived(1));
    await until(async () => (await status()).heartbeat!.channels.every(({ state }) => state === 'proven'));

    const { text } = station.line.inboxOf(TEST_PHONE.address)[0]!;
    const mail = await station.mail.mailsTo(TEST_MAIL.address)[0]!.read();
    for (const said of [text, mail.text ?? '']) {
      const lines = said.trim().split('\n');
      expect(lines).toEqual(expect.arrayContaining([expect.stringContaining('災害の知らせではありません')]));
      expect(lines.filter((line) => line.includes('【試験】')).length).toBeGreaterThanOrEqual(2);
    }
    expect(mail.subject).toMatch(/^【試験】/);

    await station.gauge('ose-seguchi').then((gauge) => gauge.reports([1.1]));
    await station.settled();
    for (const { channel, address } of [...others(city), DUTY])
      expect([address, channel === 'line' ? station.line.inboxOf(address).length : mailsTo(address)]).toEqual([address, 0]);
    expect(await get('transitions')).toMatchObject({ items: [] });
    expect(await get('deliveries')).toMatchObject({ items: [] });
    expect(JSON.stringify([await get('gauges'), await get('orders'), await get('audit'), await get('faults')])).not.toContain(HEARTBEAT_ID);
    const { ledger, history } = station.service.adapters;
    expect(await ledger.openAlerts(10)).toEqual([]);
    expect(await ledger.queueDepths()).toEqual([]);
    const all = { quantity: 'level', from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10 } as const;
    expect(await history.range({ gauge: HEARTBEAT_ID, ...all })).toEqual([]);
    expect(await history.range({ gauge: 'ose-seguchi', ...all })).toHaveLength(1);
    const measured = await (await fetch(`${station.httpUrl}/metrics`)).text();
    expect(measured).toMatch(/sonae_heartbeat_age_seconds\{channel="line"\} \d/);
    expect(measured).not.toMatch(/sonae_(?:deliveries_total|alerts_raised)\{[^}]*\} [1-9]/);
  });

  it('goes on by the clock and not by restarts: one beat in a period, whoever dies in between', async () => {
    await until(arrived(1));
    const { log } = station.service.adapters;
    const kept = await log.end();
    for (let i = 0; i < 3; i += 1) await station.restart();
    await until(async () => (await status()).heartbeat !== null);
    // The stage has looked, and a beat that it published would be in the log.
    await new Promise((next) => setTimeout(next, 7_000));
    expect(await station.service.adapters.log.end()).toBe(kept);
    expect(arrived(1)()).toBe(true);

    // LINE is silent when the next beat comes, and the service is restarted before it answers.
    station.line.failAll('silence');
    clock.moveTo(clock.now() + EVERY_MS);
    await until(() => mailsTo(TEST_MAIL.address) === 2 && station.line.requests.length > 1);
    await station.restart();
    station.line.failAll(null);
    const before = (await channelNow('line')).provenAt ?? 0;
    await until(async () => ((await channelNow('line')).provenAt ?? 0) > before, 500);
    // One key, one message: nobody hears a beat twice, and none was made for a restart.
    const beats = await beatsMade();
    expect(beatsOn()).toBeLessThanOrEqual(beats);
    expect(beats).toBeLessThanOrEqual(2 + Math.ceil((clock.now() - before) / EVERY_MS));
  });

  it.each(['unauthorized', 'forbidden', 'error500'] as const)(
    'F55 tells the desk and staff after two beats that LINE did not take (%s), and that it is over with the next that it does',
    async (fault) => {
      await until(arrived(1));
      await until(async () => (await stateOf('line')) === 'proven');
      const { provenAt } = await channelNow('line');
      station.line.failAll(fault);
      await until(() => mailsTo(TEST_MAIL.address) > 1, 2_000, mailKeepsUp);
      expect((await channelNow('line')).alarm).toBeNull();
      await until(() => mailsTo(DUTY.address) > 0, 2_000, mailKeepsUp);
      const old = await channelNow('line');
      expect(old).toMatchObject({ state: 'old', provenAt, alarm: { answeredBy: [] } });
      expect(clock.now() - provenAt!).toBeGreaterThanOrEqual(2 * EVERY_MS);
      expect([await stateOf('disaster-mail'), await stateOf('email')]).toEqual(['proven', 'proven']);
      expect((await subjectsTo(DUTY.address)).join()).toMatch(/通し確認（LINE）が届いていません/);
      expect(station.line.inboxOf(others(city)[0]!.address)).toEqual([]);

      const answered = await fetch(`${station.httpUrl}/api/v1/alerts/${encodeURIComponent(old.alarm!.alertId)}/answer`, {
        method: 'POST',
        headers: { cookie: await cookie() },
      });
      expect(answered.status).toBe(200);
      expect((await channelNow('line')).alarm).toMatchObject({ answeredBy: ['sato'] });

      const [heard, made] = [beatsOn(), await beatsMade()];
      station.line.failAll(null);
      await until(async () => (await stateOf('line')) === 'proven', 2_000, mailKeepsUp);
      await until(() => mailsTo(DUTY.address) > 1);
      expect((await channelNow('line')).alarm).toBeNull();
      expect((await subjectsTo(DUTY.address)).at(-1)).toMatch(/復旧.*通し確認（LINE）/);
      // What LINE would not take in time was left: no burst, only the beat that was under way and those that came after it.
      await new Promise((next) => setTimeout(next, 3_000));
      expect(beatsOn() - heard).toBeLessThanOrEqual(1 + (await beatsMade()) - made);
      expect(await get('transitions')).toMatchObject({ items: [] });
    },
  );
});

describe('what the heartbeat would notice', () => {
  afterEach(() => station.stop());

  it('grows old on every channel while nothing is planned, and sounds at the desk where no message can go', async () => {
    const stuck = Promise.withResolvers<never>();
    stuck.promise.catch(() => undefined);
    let plans = true;
    await open({
      wrapAdapters: (adapters) => ({
        ...adapters,
        ledger: new Proxy(adapters.ledger, {
          get: (target, key) => {
            const member: unknown = Reflect.get(target, key, target);
            if (key === 'commitPlan' && !plans) return () => stuck.promise;
            return typeof member === 'function' ? (member.bind(target) as unknown) : member;
          },
        }),
      }),
    });
    await until(arrived(1));
    await until(async () => (await stateOf('line')) === 'proven');
    plans = false;
    await until(async () => (await Promise.all(CHANNELS.map(stateOf))).every((state) => state === 'old'), 1_000);
    expect((await channelNow('email')).alarm).not.toBeNull();
    expect([beatsOn(), mailsTo(DUTY.address)]).toEqual([1, 0]);
    stuck.reject(new Error('the test is over'));
  });

  it('says nothing and is silent while there is no test user, and says so', async () => {
    await open({ subscribers: [DUTY, ...others(city)] });
    await until(async () => (await stateOf('line')) === 'nobody');
    clock.moveTo(clock.now() + 10 * EVERY_MS);
    await new Promise((next) => setTimeout(next, 7_000));
    expect(await Promise.all(CHANNELS.map(stateOf))).toEqual(['nobody', 'nobody', 'nobody']);
    expect(await station.service.adapters.log.end()).toBe(0);
    expect(mailsTo(DUTY.address)).toBe(0);
  });
});

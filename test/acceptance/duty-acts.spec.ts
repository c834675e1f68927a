import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Playbook, Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import type { AlertDto, DeliveryDto, SilenceDto, TimelineDto } from '#wire';
import { SteeredClock } from '../support/steered-clock.ts';
import { lineId, passwordOf, Station } from '../support/station.ts';

const MINUTE = 60_000;
const PATIENCE_MS = 120_000;
const ALERT = 'river-level@ose-seguchi#1';

const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };
const resident: Subscriber = {
  channel: 'line',
  address: lineId('midori'),
  language: 'ja',
  districts: ['honmachi', 'sakuradai'],
  categories: ['flood'],
};

const { playbook: sample } = await loadPlaybook('infra/playbooks/mihon');
if (!sample) throw new Error('the sample city does not check clean');

/** The sample city without those who remind and call, as they look at the clock of the story whenever their turn comes. */
const city: Playbook = {
  ...sample,
  escalations: [],
  rules: sample.rules.map((rule) => ({ ...rule, reminder: { everyMs: 24 * 60 * MINUTE, timesMax: 1 } })),
};

/** Where the staff of the rivers is told by river what happens within half a minute. */
const grouping: Playbook = {
  ...city,
  routes: city.routes.map((route) => (route.id === 'staff-river' ? { ...route, group: { by: 'river', waitMs: 30_000 } } : route)),
};

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(20);
  }
}

let clock: SteeredClock;
let station: Station;
let devices: Map<string, MqttClient>;

async function begin(playbook: Playbook): Promise<void> {
  clock = new SteeredClock(Date.parse('2026-07-01T02:00:00+09:00'));
  devices = new Map();
  station = await Station.start({
    playbook,
    clock,
    subscribers: [duty, resident],
    staff: [
      { name: 'sato', role: 'duty' },
      { name: 'tanaka', role: 'operator' },
      { name: 'suzuki', role: 'decider' },
    ],
  });
}

afterEach(async () => {
  for (const device of devices.values()) await device.endAsync(true);
  await station.stop();
});

async function publishes(device: string, level: number): Promise<void> {
  const known = devices.get(device);
  const password = station.keys[device]!;
  const client =
    known ??
    (await connectAsync(station.mqttUrl, { clientId: device, username: device, password, protocolVersion: 4, reconnectPeriod: 0 }));
  devices.set(device, client);
  await client.publishAsync(`sonae/v1/${device}/obs`, JSON.stringify({ t: clock.now(), level }), { qos: 1 });
}

/** One level after the other, so many minutes apart, each judged and told before the next. */
async function measures(device: string, levels: readonly number[], everyMinutes = 1): Promise<void> {
  for (const level of levels) {
    clock.moveTo(clock.now() + everyMinutes * MINUTE);
    await publishes(device, level);
    await station.settled();
  }
}

interface Reply<Answer> {
  readonly status: number;
  readonly body: Answer;
}

/** Signed in, and how that person asks. */
async function as(name: string) {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ user: name, password: passwordOf(name) });
  const signed = await fetch(`${station.httpUrl}/api/v1/session`, { method: 'POST', headers, body });
  const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
  return async <Answer>(method: string, where: string, ask?: object, key?: string): Promise<Reply<Answer>> => {
    const response = await fetch(`${station.httpUrl}/api/v1/${where}`, {
      method,
      headers: { cookie, ...(ask && headers), ...(key && { 'idempotency-key': key }) },
      ...(ask && { body: JSON.stringify(ask) }),
    });
    return { status: response.status, body: (await response.json()) as Answer };
  };
}

const heardBy = (): readonly string[] => station.line.inboxOf(resident.address).map(({ text }) => text.split('\n')[0]!);
/** What the alert itself made staff hear. A proposal of an order stands on its own: no silence and no mute holds a decision back. */
const mails = async (): Promise<readonly string[]> => {
  const read = await Promise.all(station.mail.mailsTo(duty.address).map((caught) => caught.read()));
  return read.flatMap(({ subject }) => (subject.startsWith('【職員・発令の案】') ? [] : [subject]));
};
const path = (act: string): string => `alerts/${encodeURIComponent(ALERT)}${act}`;

describe('what staff does to an alert', () => {
  beforeEach(async () => {
    await begin(city);
    await measures('ose-seguchi', [4.6, 4.9, 5.05, 5.12]);
  });

  it('is written down with who and when, once per key, and shown with the alert', async () => {
    const [sato, tanaka] = [await as('sato'), await as('tanaka')];
    await sato('POST', path('/acknowledge'));
    await sato('POST', path('/assign'), { to: 'tanaka' }, 'k1');
    await sato('POST', path('/assign'), { to: 'tanaka' }, 'k1');
    await tanaka('POST', path('/note'), { text: '  右岸の水門を閉めた ' }, 'k1');
    await tanaka('POST', path('/note'), { text: 'ポンプ車を呼んだ' }, 'k2');
    await sato('POST', path('/mute'), undefined, 'k3');
    const { body } = await tanaka<AlertDto>('GET', path(''));
    expect(body.acts.map(({ by, kind, text }) => [by, kind, text])).toEqual([
      ['sato', 'acknowledge', ''],
      ['sato', 'assign', 'tanaka'],
      ['tanaka', 'note', '右岸の水門を閉めた'],
      ['tanaka', 'note', 'ポンプ車を呼んだ'],
      ['sato', 'mute', ''],
    ]);
    expect(body).toMatchObject({ assignedTo: 'tanaka', mutedBy: 'sato', acknowledgedBy: 'sato' });
    expect(body.acts.every(({ at, step }) => at === clock.now() && step === 2)).toBe(true);
  });

  it('is refused when it is nobody’s act, nobody’s name, no words or no alert', async () => {
    const sato = await as('sato');
    expect((await sato('POST', path('/assign'), { to: 'nobody' })).status).toBe(400);
    expect((await sato('POST', path('/note'), { text: ' ' })).status).toBe(400);
    expect((await sato('POST', path('/note'), { text: 'x'.repeat(1_001) })).status).toBe(400);
    expect((await sato('POST', `alerts/${encodeURIComponent('river-level@ose-seguchi#7')}/mute`)).status).toBe(409);
    expect((await sato<AlertDto>('GET', path(''))).body.acts).toEqual([]);
  });

  it('keeps staff from hearing until it clears or climbs, and residents from nothing', async () => {
    const sato = await as('sato');
    const before = (await mails()).length;
    await sato('POST', path('/mute'));
    await station.restart();
    devices.clear();
    await measures('ose-seguchi', [4.8, 4.8, 4.8, 4.8], 11);
    expect(heardBy()).toHaveLength(2);
    expect(await mails()).toHaveLength(before);
    await measures('ose-seguchi', [5.5, 5.9, 5.95]);
    expect(heardBy()).toHaveLength(4);
    expect(await mails()).toHaveLength(before + 1);
    expect((await (await as('sato'))<AlertDto>('GET', path(''))).body.mutedBy).toBeNull();
  });
});

const ask = (set: object = {}): object => ({
  matcher: { rivers: ['大瀬川'] },
  reason: '護岸工事のため',
  endsAt: clock.now() + 60 * MINUTE,
  ...set,
});

describe('a silence', () => {
  beforeEach(() => begin(city));

  it('F52 needs a reason, an end within a week, names that mean something, and a decider for residents', async () => {
    const [sato, tanaka, suzuki] = [await as('sato'), await as('tanaka'), await as('suzuki')];
    const tries = [
      await sato('POST', 'silences', ask({ reason: ' ' })),
      await sato('POST', 'silences', ask({ endsAt: undefined })),
      await sato('POST', 'silences', ask({ endsAt: clock.now() })),
      await sato('POST', 'silences', ask({ endsAt: clock.now() + 8 * 24 * 60 * MINUTE })),
      await sato('POST', 'silences', ask({ matcher: {} })),
      await sato('POST', 'silences', ask({ matcher: { rivers: ['ない川'] } })),
    ];
    expect(tries.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400]);
    expect((await tanaka('POST', 'silences', ask())).status).toBe(403);
    expect((await sato('POST', 'silences', ask({ covers: ['staff', 'flood'] }))).status).toBe(403);
    expect((await suzuki('POST', 'silences', ask({ covers: ['flood'] }))).status).toBe(201);
    const { body } = await tanaka<{ items: SilenceDto[] }>('GET', 'silences');
    expect(body.items).toMatchObject([{ id: 'silence-1', by: 'suzuki', covers: ['flood'], active: true }]);
  });

  it('holds back what it is about and nothing else, leaves a trace, and at its end staff hears what stands', async () => {
    const sato = await as('sato');
    await sato('POST', 'silences', ask(), 'k1');
    await sato('POST', 'silences', ask(), 'k1');
    await measures('ose-seguchi', [4.6, 4.9, 5.05, 5.12]);
    expect(heardBy()).toEqual([expect.stringMatching(/大瀬川（瀬口）危険水位に到達/)]);
    expect(await mails()).toEqual([]);
    const { body: held } = await sato<{ items: DeliveryDto[] }>('GET', 'deliveries?state=suppressed');
    expect(held.items.length).toBeGreaterThan(0);
    expect(held.items.every(({ lastReason }) => lastReason === 'silence-1（sato：護岸工事のため）の通知休止のため送っていません')).toBe(
      true,
    );
    const { body: timeline } = await sato<{ items: TimelineDto[] }>('GET', 'transitions');
    expect(timeline.items[0]!.reach.find(({ channel }) => channel === 'email')).toMatchObject({ planned: 0, suppressed: 1 });

    await measures('sakura-sakuradai', [5.95, 5.96]);
    expect(await mails()).toEqual([expect.stringMatching(/桜谷川/)]);

    clock.moveTo(clock.now() + 61 * MINUTE);
    await until(async () => (await mails()).some((subject) => subject.startsWith('【通知再開】')));
    expect((await mails()).filter((subject) => subject.includes('大瀬川'))).toEqual([
      expect.stringMatching(/^【通知再開】継続中：.*大瀬川/),
    ]);
    // An hour is longer than a session that nobody uses.
    const { body } = await (await as('sato'))<{ items: SilenceDto[] }>('GET', 'silences');
    expect(body.items).toMatchObject([{ id: 'silence-1', active: false }]);
  });

  it('is ended early by a person, and staff hears at once', async () => {
    const sato = await as('sato');
    await sato('POST', 'silences', ask());
    await measures('ose-seguchi', [4.6, 4.9, 5.05, 5.12]);
    expect((await sato<SilenceDto>('POST', 'silences/silence-1/end')).body).toMatchObject({ active: false, ended: { by: 'sato' } });
    expect((await sato('POST', 'silences/silence-9/end')).status).toBe(404);
    await until(async () => (await mails()).length > 0);
    expect(await mails()).toEqual([expect.stringMatching(/^【通知再開】/)]);
  });
});

/** Other rules speak of one place each, and their routes gather nothing. */
const together = async (): Promise<readonly string[]> => (await mails()).filter((subject) => !subject.startsWith('【職員】'));

describe('F48 gauges of a river that rise together', () => {
  it('are one mail to staff, also when the service stops while they wait', async () => {
    await begin(grouping);
    for (const level of [0.05, 0.1]) {
      for (const [device, danger] of [
        ['ose-seguchi', 5],
        ['ose-kawara', 3.6],
        ['ose-kitahara', 13.5],
      ] as const)
        await publishes(device, danger + level);
      await station.settled();
      clock.moveTo(clock.now() + 5_000);
    }
    expect(heardBy()).toHaveLength(1);
    expect(await together()).toEqual([]);
    await station.restart();
    clock.moveTo(clock.now() + 40_000);
    await until(async () => (await together()).length > 0);
    await station.settled();
    expect(await together()).toEqual(['大瀬川：3地点が危険水位']);
    const read = await Promise.all(station.mail.mailsTo(duty.address).map((caught) => caught.read()));
    expect(read.find(({ subject }) => subject?.startsWith('大瀬川'))?.text).toMatch(/瀬口 5\.10 m[\s\S]*河原 3\.70 m[\s\S]*北原 13\.60 m/);
    const { body } = await (await as('sato'))<{ items: TimelineDto[] }>('GET', 'transitions');
    const rises = body.items.filter(({ transition }) => transition.ruleId === 'river-level');
    expect(rises.map(({ reach }) => reach.find(({ channel }) => channel === 'email')?.accepted)).toEqual([1, 1, 1]);
  });
});

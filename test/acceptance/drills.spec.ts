import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { type Channel, deliveryOf, marked, messageOf, type OperationStatus, type Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import type { DeliveryDto, DrillDto, GaugeDto, OrderDetailDto, StatusDto, TimelineDto } from '#wire';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

const MINUTE = 60_000;
const PATIENCE_MS = 120_000;
const { playbook } = await loadPlaybook('infra/playbooks/mihon');
if (!playbook) throw new Error('the sample city does not check clean');

const person = (name: string, set: Partial<Subscriber>): Subscriber => ({
  channel: 'line',
  address: lineId(name),
  language: 'ja',
  districts: ['seguchi', 'honmachi'],
  categories: [],
  ...set,
});
/** Lives by the river, and takes part in no drill. */
const real = person('real', { categories: ['flood', 'congestion', 'evacuation'] });
/** Takes part in drills, and hears of real floods too. */
const both = person('both', { categories: ['flood', 'exercise/flood'] });
const pupil = person('pupil', { language: 'en', categories: ['exercise/flood'] });
const duty = person('duty', { channel: 'email', address: 'duty@city.example.jp', districts: [], categories: ['staff:duty'] });
const drillDuty = person('drill-duty', {
  channel: 'email',
  address: 'kunren@city.example.jp',
  districts: [],
  categories: ['exercise/staff:duty'],
});

/** Twelve minutes of a river that rises past its danger mark (5.00 m), one row a minute. */
const FLOOD = [
  'gauge,time,level',
  ...[4.0, 4.2, 4.4, 4.6, 4.8, 4.95, 5.05, 5.15, 5.2, 5.25, 5.25, 5.2].map(
    (level, minute) => `past-1,2016-08-31T04:${String(minute).padStart(2, '0')}:00+09:00,${level}`,
  ),
].join('\n');
const SCRIPT = { source: 'data', name: 'rising', speed: 60, map: [{ from: 'past-1', to: 'ose-seguchi' }] } as const;

let station: Station;
let devices: MqttClient[];

async function begin(clock?: SteeredClock): Promise<void> {
  devices = [];
  station = await Station.start({
    playbook: playbook!,
    ...(clock && { clock }),
    subscribers: [real, both, pupil, duty, drillDuty],
    staff: [
      { name: 'suzuki', role: 'decider' },
      { name: 'kato', role: 'decider' },
      { name: 'mori', role: 'admin' },
      { name: 'sato', role: 'duty' },
    ],
  });
  mkdirSync(join(station.dataFolder, 'floods'), { recursive: true });
  writeFileSync(join(station.dataFolder, 'floods', 'rising.csv'), FLOOD);
}
afterEach(async () => {
  for (const device of devices) await device.endAsync(true);
  await station.stop();
});

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(50);
  }
}

interface Reply<Answer> {
  readonly status: number;
  readonly body: Answer;
}
type Ask = <Answer>(method: string, where: string, ask?: object, key?: string) => Promise<Reply<Answer>>;

async function cookieOf(name: string, root = ''): Promise<string> {
  const signed = await fetch(`${station.httpUrl}${root}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: name, password: passwordOf(name) }),
  });
  return signed.headers.getSetCookie()[0] ?? '';
}

/** Signed in at a place, and how that person asks there. */
async function as(name: string, root = ''): Promise<Ask> {
  const cookie = (await cookieOf(name, root)).split(';')[0]!;
  return async <Answer>(method: string, where: string, ask?: object, key?: string): Promise<Reply<Answer>> => {
    const response = await fetch(`${station.httpUrl}${root}/api/v1/${where}`, {
      method,
      headers: { cookie, ...(ask && { 'content-type': 'application/json' }), ...(key && { 'idempotency-key': key }) },
      ...(ask && { body: JSON.stringify(ask) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Answer };
  };
}

const inMinutes = (minutes: number): number => Date.now() + minutes * MINUTE;

/** Prepared by one, confirmed by another. */
async function begins(ask: object): Promise<DrillDto> {
  const [suzuki, mori] = [await as('suzuki'), await as('mori')];
  const { body: drill } = await suzuki<DrillDto>('POST', 'drills', ask);
  const { status, body } = await mori<DrillDto>('POST', `drills/${drill.id}/confirm`);
  expect([status, body.state]).toEqual([200, 'running']);
  return body;
}

const token = (cookie: string): string => cookie.split(';')[0]!.split('=')[1]!;
const statusWith = async (path: string, cookie: string): Promise<number> =>
  (await fetch(`${station.httpUrl}${path}`, { headers: { cookie } })).status;

/** Folders that drills left behind. */
const folders = (): readonly string[] => readdirSync(join(station.dataFolder, 'drill'));

const endOf = async (id: string): Promise<DrillDto> => (await (await as('sato'))<DrillDto>('GET', `drills/${id}`)).body;
const lineOf = (who: Subscriber): readonly string[] => station.line.inboxOf(who.address).map(({ text }) => text);
const mailsOf = async (who: Subscriber): Promise<readonly { readonly subject: string; readonly text: string }[]> => {
  const read = await Promise.all(station.mail.mailsTo(who.address).map((caught) => caught.read()));
  return read.map(({ subject, text }) => ({ subject: subject ?? '', text: text ?? '' }));
};

async function measures(device: string, levels: readonly number[]): Promise<void> {
  const client = await connectAsync(station.mqttUrl, {
    clientId: device,
    username: device,
    password: station.keys[device]!,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  devices.push(client);
  for (const [index, level] of levels.entries()) {
    const t = Date.now() - (levels.length - index) * 1_000;
    await client.publishAsync(`sonae/v1/${device}/obs`, JSON.stringify({ t, level }), { qos: 1 });
  }
}

/** Where everybody sees it: subject, first line, last line. On LINE the subject is the first line of the text. */
const isMarkedText = (text: string): boolean => {
  const lines = text.trimEnd().split('\n');
  return [lines[0]!, lines[2] ?? '', lines.at(-1)!].every((line) => line.includes('【訓練】'));
};

describe('a drill', () => {
  beforeEach(() => begin());

  it('plays a past flood at 60× to its own audience alone, marked everywhere, and leaves real life untouched', async () => {
    const drill = await begins({ name: '大瀬川の訓練', reason: '秋の総合訓練', endsAt: inMinutes(20), script: SCRIPT });
    const there = await as('sato', '/drill');
    await until(async () => (await there<GaugeDto>('GET', 'gauges/ose-seguchi')).body.severity > 0);
    await until(() => [both, pupil].every((who) => lineOf(who).length >= 2));
    await until(async () => (await mailsOf(drillDuty)).length > 1);

    const status = (await there<StatusDto>('GET', 'status')).body;
    expect(status).toMatchObject({ operation: 'exercise', drill: { id: drill.id, speed: 60 } });
    expect(status.serverTime).toBeGreaterThan(status.drill!.realTime);
    const raised = (await there<{ items: TimelineDto[] }>('GET', 'transitions?gauge=ose-seguchi')).body.items;
    expect(raised.map(({ transition }) => transition.status)).toEqual(raised.map(() => 'exercise'));
    expect(raised.length).toBeGreaterThan(0);

    for (const who of [both, pupil]) {
      expect(lineOf(who).length).toBeGreaterThan(1);
      expect(lineOf(who).filter((text) => !isMarkedText(text))).toEqual([]);
    }
    for (const { subject, text } of await mailsOf(drillDuty)) {
      const lines = text.trimEnd().split('\n');
      expect([subject, lines[0], lines.at(-1)]).toEqual([1, 2, 3].map(() => expect.stringContaining('【訓練】') as string));
    }
    expect([lineOf(real), await mailsOf(duty)]).toEqual([[], []]);

    const here = await as('sato');
    expect((await here<StatusDto>('GET', 'status')).body).toMatchObject({
      operation: 'actual',
      drill: { id: drill.id },
      newestReadingAt: null,
    });
    expect((await here<{ items: unknown[] }>('GET', 'transitions')).body.items).toEqual([]);
    expect((await here<{ items: unknown[] }>('GET', 'deliveries')).body.items).toEqual([]);
    expect((await here<GaugeDto>('GET', 'gauges/ose-seguchi')).body.severity).toBe(0);
    expect(await station.service.adapters.log.end()).toBe(0);
    const scores = (await here<unknown>('GET', 'rules/scores')).body;
    expect(JSON.stringify(scores)).not.toContain('exercise');
    const counts = await station.service.adapters.ledger.queueDepths();
    expect(counts).toEqual([]);
  });

  it('scenario 10: stops when a real level 4 arrives, tells its audience so, and the real message has no mark; both are in the audit', async () => {
    const drill = await begins({ name: '秋の訓練', reason: '総合訓練', endsAt: inMinutes(20), script: null });
    await until(() => lineOf(pupil).length === 1);
    await measures('ose-seguchi', [4.6, 4.9, 5.05, 5.12]);
    await until(async () => (await endOf(drill.id)).state === 'ended' && lineOf(real).length === 1);
    await until(() => lineOf(pupil).length === 2 && lineOf(both).length === 3);

    expect(await endOf(drill.id)).toMatchObject({ ending: 'realEvent', endedBy: null, endWhy: expect.stringContaining('瀬口') as string });
    const stopped = lineOf(both).find((text) => text.includes('訓練を中止します'))!;
    expect(stopped).toContain('これから届くお知らせは本物です');
    expect(isMarkedText(stopped)).toBe(true);
    const [realWords] = lineOf(real);
    expect(realWords).toContain('瀬口');
    expect(lineOf(both).filter((text) => text === realWords)).toHaveLength(1);
    expect(realWords).not.toContain('訓練');
    // Whoever takes part in drills alone hears that it is over, and nothing of the flood.
    expect(lineOf(pupil)[1]).toContain('real');

    const endings = () => station.service.adapters.audit.entries({ acts: ['drill-ended'], limit: 9 });
    await until(async () => (await endings()).length > 0);
    const [ended] = await endings();
    expect(ended).toMatchObject({ subject: drill.id, grounds: { ending: 'realEvent' } });
    const [transition] = await station.service.adapters.ledger.transitions({ limit: 1 });
    const told = (await station.service.adapters.ledger.transitions({ limit: 9 })).find(({ transition: { to } }) => to === 2);
    expect((ended!.grounds as { why: string }).why).toContain(told!.transition.id);
    expect(transition!.transition.status).toBe('actual');
    await until(() => station.service.drill === null);
    expect((await fetch(`${station.httpUrl}/drill/api/v1/status`)).status).toBe(404);
  });

  it('has orders of its own, which reach whoever takes part in their districts and end no drill; a real one ends it', async () => {
    const drill = await begins({ name: '図上訓練', reason: '発令の練習', endsAt: inMinutes(20), script: null });
    const [duty1, first, second] = [await as('sato', '/drill'), await as('suzuki', '/drill'), await as('kato', '/drill')];
    const proposed = await duty1<OrderDetailDto>('POST', 'orders', { preset: 'ose-upper' }, 'p');
    expect(proposed.status).toBe(201);
    const { id, version } = proposed.body;
    const once = await first<OrderDetailDto>('POST', `orders/${id}/confirm`, { version }, 'c1');
    const twice = await second<OrderDetailDto>('POST', `orders/${id}/confirm`, { version: once.body.version }, 'c2');
    expect([once.status, twice.status]).toEqual([200, 200]);
    const ordered = (who: Subscriber): readonly string[] => lineOf(who).filter((text) => /避難指示|Evacuation/i.test(text));
    await until(() => [both, pupil].every((who) => ordered(who).length === 1));
    expect([both, pupil].flatMap(ordered).every(isMarkedText)).toBe(true);
    const there = (await duty1<{ items: DeliveryDto[] }>('GET', 'deliveries')).body.items;
    expect(there.filter(({ transitionId }) => transitionId.startsWith(`order/${id}/`)).length).toBeGreaterThan(0);

    const here = await as('sato');
    expect((await here<{ items: unknown[] }>('GET', 'orders')).body.items).toEqual([]);
    expect((await endOf(drill.id)).state).toBe('running');
    expect([lineOf(real), await mailsOf(duty)]).toEqual([[], []]);

    expect((await here('POST', 'orders', { preset: 'ose-upper' }, 'p')).status).toBe(201);
    await until(async () => (await endOf(drill.id)).state === 'ended');
    expect(await endOf(drill.id)).toMatchObject({ ending: 'realEvent', endWhy: expect.stringContaining('本物の発令') as string });
    await until(() => lineOf(pupil).some((text) => text.includes('called off')));
  });

  it('F67: of 1,000 words aimed from one place into the other none arrives, by ledger or by channel', async () => {
    await begins({ name: '訓練', reason: '理由', endsAt: inMinutes(20), script: null });
    await until(() => lineOf(both).length === 1 && lineOf(pupil).length === 1);
    const { adapters: live, drill } = station.service;
    const there = drill!.adapters;
    const [stranger, member] = await Promise.all(
      [real, both].map(async ({ address }) => (await live.directory.recipientOf('line', address))!),
    );
    const route = { id: 'aimed', lane: 'evacuation', expiresAfterMs: 20 * MINUTE } as const;
    const wrong = { subject: '避難してください', body: '川があふれます。' };
    const right = marked(wrong, 'exercise', 'ja');
    /** Every way in which a word can be wrong where it is; the numbers make each of them a delivery of its own. */
    const aimed = (n: number, status: OperationStatus, words: typeof wrong, recipient: string) => {
      const message = messageOf({ transition: { id: `aimed-${n}`, status, decidedAt: Date.now() }, route, language: 'ja', ...words });
      const delivery = deliveryOf({ message, route, channel: 'line', endpoint: 'line', recipients: [recipient], now: Date.now() });
      return { message, delivery };
    };
    const intoLife = (n: number) => aimed(n, n % 2 ? 'exercise' : 'test', n % 3 ? right : wrong, n % 5 ? stranger! : member!);
    const intoDrill = (n: number) =>
      n % 3 === 0
        ? aimed(n, 'actual', wrong, n % 2 ? stranger! : member!)
        : n % 3 === 1
          ? aimed(n, 'exercise', wrong, n % 2 ? stranger! : member!)
          : aimed(n, 'exercise', right, stranger!);
    const requests = station.line.requests.length;
    // The stage `drill` of real life's own ledger has nothing to tell: here it plays whatever part of the program went wrong.
    for (const [ledger, aim] of [
      [live.ledger, intoLife],
      [there.ledger, intoDrill],
    ] as const) {
      const hold = await ledger.seize('drill');
      const works = Array.from({ length: 400 }, (_, n) => aim(n));
      const [messages, deliveries] = [works.map(({ message }) => message), works.map(({ delivery }) => delivery)];
      await ledger.commitPlan({ hold, to: hold.position, messages, deliveries });
    }
    const contacts = [{ address: real.address, charset: 'utf-8', language: 'ja' }] as const;
    const [lineHere, lineThere] = [live, there].map(({ channels }) =>
      channels.find(({ name }) => name === 'line')!,
    ) as unknown as Channel[];
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, n) => {
        const [channel, { delivery, message }] = n % 2 ? [lineHere!, intoLife(1_000 + n)] : [lineThere!, intoDrill(1_000 + n)];
        return channel.attempt(delivery, message, contacts);
      }),
    );
    const settledIn = async (ledger: typeof live.ledger): Promise<number> => {
      let refused = 0;
      for (let before: number | undefined; ;) {
        const page = await ledger.deliveries({ limit: 100, ...(before !== undefined && { before }) });
        refused += page.filter(({ delivery }) => delivery.messageId.startsWith('aimed-') && delivery.state === 'refused').length;
        if (page.length < 100) return refused;
        before = page.at(-1)!.number;
      }
    };
    // No list of deliveries shows tests.
    const testsRefused = async (): Promise<number> =>
      (await live.ledger.beats('line', 1_000)).filter(({ messageId, state }) => messageId.startsWith('aimed-') && state === 'refused')
        .length;
    await until(async () => (await settledIn(live.ledger)) + (await testsRefused()) === 400 && (await drillIsStill()));
    expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => 'refused'));
    expect(station.line.requests.length).toBe(requests);
    expect([lineOf(real), lineOf(both).length, lineOf(pupil).length]).toEqual([[], 1, 1]);
    expect(station.service.stages.list().find(({ name }) => name === 'dispatch')?.why).toContain('訓練');

    async function drillIsStill(): Promise<boolean> {
      return (await there.ledger.queueDepths()).every(({ deliveries }) => deliveries === 0);
    }
  });

  it('does not begin while something real stands, and not by one person alone', async () => {
    const [suzuki, mori] = [await as('suzuki'), await as('mori')];
    const ask = { name: '訓練', reason: '理由', endsAt: inMinutes(20) };
    const { body: drill, status } = await suzuki<DrillDto>('POST', 'drills', ask, 'k1');
    expect([status, drill.state]).toEqual([201, 'prepared']);
    expect((await suzuki<DrillDto>('POST', 'drills', ask, 'k1')).body.id).toBe(drill.id);
    expect((await suzuki('POST', `drills/${drill.id}/confirm`)).status).toBe(403);
    expect((await (await as('sato'))('POST', 'drills', ask)).status).toBe(403);

    await measures('ose-seguchi', [4.6, 4.9, 5.05, 5.12]);
    await station.settled();
    const refused = await mori<{ detail: string }>('POST', `drills/${drill.id}/confirm`);
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('瀬口')]);
    expect((await endOf(drill.id)).state).toBe('prepared');
    expect(station.line.inboxOf(pupil.address)).toEqual([]);
    const acts = (await station.service.adapters.audit.entries({ limit: 100 })).map(({ act }) => act);
    expect(acts.filter((act) => act.startsWith('drill-'))).toEqual(['drill-refused', 'drill-prepared']);
  });

  it('is ended by a restart of the service, which tells its audience and leaves the record', async () => {
    const drill = await begins({ name: '大瀬川の訓練', reason: '総合訓練', endsAt: inMinutes(20), script: SCRIPT });
    await until(() => lineOf(pupil).length >= 1);
    await station.restart();
    await until(async () => (await endOf(drill.id)).state === 'ended');
    expect(await endOf(drill.id)).toMatchObject({ ending: 'restart', endedBy: null });
    await until(() => station.service.drill === null);
    await until(() => lineOf(pupil).some((text) => text.includes('The drill is over')));
    const heard = lineOf(pupil).length;
    await station.restart();
    await station.settled();
    expect(lineOf(pupil)).toHaveLength(heard);
    expect(station.service.drill).toBeNull();
  });

  it('F67: has its own sign-in: a session of real life opens no drill, and one of a drill no real life', async () => {
    const drill = await begins({ name: '訓練', reason: '理由', endsAt: inMinutes(20), script: null });
    const [live, there] = [await cookieOf('sato'), await cookieOf('sato', '/drill')];
    expect(live).toMatch(/^sonae=[^;]+; Path=\/;/);
    expect(there).toMatch(/^sonae-drill=[^;]+; Path=\/drill;/);
    const answers = await Promise.all([
      statusWith('/api/v1/status', `sonae=${token(live)}`),
      statusWith('/drill/api/v1/status', `sonae-drill=${token(there)}`),
      // The other place's cookie, under its own name and under the name that would do.
      statusWith('/drill/api/v1/status', `sonae=${token(live)}`),
      statusWith('/drill/api/v1/status', `sonae-drill=${token(live)}`),
      statusWith('/api/v1/status', `sonae-drill=${token(there)}`),
      statusWith('/api/v1/status', `sonae=${token(there)}`),
    ]);
    expect(answers).toEqual([200, 200, 401, 401, 401, 401]);

    const ended = await (await as('sato'))<DrillDto>('POST', `drills/${drill.id}/end`, { reason: '訓練はここまで' });
    expect(ended.body).toMatchObject({ state: 'ended', ending: 'person', endedBy: 'sato', endWhy: '訓練はここまで' });
    expect((await (await as('mori'))('POST', `drills/${drill.id}/end`, { reason: 'もう一度' })).status).toBe(409);
    expect(await statusWith('/drill/api/v1/status', `sonae-drill=${token(there)}`)).toBe(404);
  });
});

describe('the time to undo in a drill', () => {
  it('F66 leaves five real seconds to undo, however fast its clock runs', async () => {
    const clock = new SteeredClock(Date.parse('2026-09-01T09:00:00+09:00'));
    await begin(clock);
    const drill = await begins({
      name: '早回しの訓練',
      reason: '取り消しの練習',
      endsAt: clock.now() + 20 * MINUTE,
      script: { ...SCRIPT, speed: 600 },
    });
    const [duty1, first, second] = [await as('sato', '/drill'), await as('suzuki', '/drill'), await as('kato', '/drill')];
    const { id, version } = (await duty1<OrderDetailDto>('POST', 'orders', { preset: 'ose-upper' }, 'p')).body;
    await first('POST', `orders/${id}/confirm`, { version }, 'c1');
    const { decision } = (await second<OrderDetailDto>('POST', `orders/${id}/confirm`, { version }, 'c2')).body;
    expect(decision!.effectAt! - decision!.confirmations[1]!.at).toBe(5_000 * 600);
    // Real seconds, counted by a clock that waits for the machine.
    clock.moveTo(clock.now() + 4_900);
    const { status } = await first('POST', `orders/${id}/withdraw`, { version, reason: '押し間違い' }, 'w');
    expect(status).toBe(200);
    expect((await endOf(drill.id)).state).toBe('running');
  });
});

describe('the end of a drill', () => {
  it('comes when its time has come, also for one that nobody confirmed, and its audience hears it once', async () => {
    const clock = new SteeredClock(Date.parse('2026-09-01T09:00:00+09:00'));
    await begin(clock);
    const endsAt = clock.now() + 20 * MINUTE;
    const drill = await begins({ name: '短い訓練', reason: '確認', endsAt, script: null });
    const waiting = await (await as('suzuki'))<DrillDto>('POST', 'drills', { name: '次の訓練', reason: '確認', endsAt });
    await until(() => lineOf(pupil).length === 1);
    expect(await endOf(drill.id)).toMatchObject({ state: 'running', ending: null });

    clock.moveTo(endsAt);
    await until(async () => (await endOf(drill.id)).state === 'ended');
    await until(() => station.service.drill === null);
    expect(await endOf(drill.id)).toMatchObject({ ending: 'endTime', endedBy: null, endedAt: endsAt });
    expect(await endOf(waiting.body.id)).toMatchObject({ state: 'ended', ending: 'unconfirmed', startedAt: null });
    await until(() => lineOf(pupil).length > 1);
    expect(lineOf(pupil)).toHaveLength(2);
    expect(lineOf(pupil).every(isMarkedText)).toBe(true);
    expect(lineOf(real)).toEqual([]);

    expect(folders()).toEqual([drill.id]);
    clock.moveTo(endsAt + (playbook.retention.logDays + 1) * 24 * 60 * MINUTE);
    const next = await begins({ name: '次の月の訓練', reason: '確認', endsAt: clock.now() + 20 * MINUTE, script: null });
    await (
      await as('sato')
    )('POST', `drills/${next.id}/end`, { reason: 'ここまで' });
    await until(() => station.service.drill === null);
    await until(() => folders().join() === next.id);
    expect(await endOf(drill.id)).toMatchObject({ ending: 'endTime' });
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import type { Playbook, Role, Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { lineageDto, type OrderDetailDto, type OrderDto, orderLineageDto, type OrderPlanDto } from '#wire';
import { aGauge, aLevelRule } from '../support/builders.ts';
import { explainBySonae } from '../support/explain-by-sonae.ts';
import { type Reply, signIn } from '../support/headquarters.ts';
import { lineId, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

// A whole service on a machine that may be busy.
const MINUTE = 60_000;
const UNDO_MS = 5_000;
const PATIENCE_MS = 120_000;
const NIGHT = Date.parse('2026-07-01T02:00:00+09:00');

const resident = (name: string, district: string, set: Partial<Subscriber> = {}): Subscriber => ({
  channel: 'line',
  address: lineId(name),
  language: 'ja',
  districts: [district],
  categories: ['flood'],
  ...set,
});
/** 瀬口's gauge stands for 瀬口 and 本町. */
const midori = resident('midori', 'seguchi');
const crowdsOnly = resident('crowds only', 'honmachi', { categories: ['congestion'], language: 'en' });
const elsewhere = resident('elsewhere', 'minato');
const byMail: Subscriber = { ...resident('', 'seguchi'), channel: 'disaster-mail', address: 'obaa@example.jp' };
const staffOf = (group: string, address: string): Subscriber => ({
  channel: 'email',
  address,
  language: 'ja',
  districts: [],
  categories: [`staff:${group}`],
});
const duty = staffOf('duty', 'duty@city.example.jp');
const leaders = staffOf('leaders', 'leaders@city.example.jp');
const PEOPLE = [midori, crowdsOnly, elsewhere, byMail, duty, leaders];
const STAFF: readonly { readonly name: string; readonly role: Role }[] = [
  { name: 'sato', role: 'duty' },
  { name: 'suzuki', role: 'decider' },
  { name: 'mori', role: 'decider' },
  { name: 'ono', role: 'operator' },
];

const { playbook: sample } = await loadPlaybook('infra/playbooks/mihon');
if (!sample) throw new Error('the sample city does not check clean');

let clock: SteeredClock;
let station: Station;

async function begin(playbook: Playbook = sample!): Promise<void> {
  clock = new SteeredClock(NIGHT);
  station = await Station.start({ playbook, clock, subscribers: PEOPLE, staff: STAFF });
}

afterEach(() => station.stop());

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(20);
  }
}

async function measures(device: string, values: readonly Readonly<Record<string, number>>[], everyMinutes = 2): Promise<void> {
  for (const value of values) {
    clock.moveTo(clock.now() + everyMinutes * MINUTE);
    const answer = await fetch(`${station.httpUrl}/api/v1/devices/${device}/obs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${device}:${station.keys[device]!}`)}` },
      body: JSON.stringify({ t: clock.now(), ...value }),
    });
    expect(answer.status).toBeLessThan(300);
    await station.service.told();
  }
}

const levels = (...values: readonly number[]) => values.map((level) => ({ level }));

interface Problem {
  readonly type: string;
  readonly detail: string;
}
type AskingOrders = <Answer = OrderDetailDto>(method: string, where: string, ask?: object, key?: string) => Promise<Reply<Answer>>;

/** Signed in, and how that person asks about orders. */
async function as(name: string): Promise<AskingOrders> {
  const asking = await signIn(station.httpUrl, name);
  return (method, where, ask, key) => asking(method, `orders${where}`, ask, key);
}

async function openOrders(asking: AskingOrders): Promise<readonly OrderDto[]> {
  const { body } = await asking<{ readonly items: readonly OrderDto[] }>('GET', '?open=true');
  return body.items;
}

/** What waits to be decided is confirmed by both deciders; nothing takes effect by that. */
async function bothConfirm(id: string): Promise<OrderDetailDto> {
  const [suzuki, mori] = [await as('suzuki'), await as('mori')];
  const { version } = (await suzuki('GET', `/${id}`)).body;
  expect((await suzuki('POST', `/${id}/confirm`, { version })).body.decision?.effectAt).toBeNull();
  const { status, body } = await mori('POST', `/${id}/confirm`, { version });
  expect(status).toBe(200);
  expect(body.decision?.effectAt).toBe(clock.now() + UNDO_MS);
  return body;
}

/** Nobody undoes it: the service lets it take effect and tells it. */
async function undoTimePasses(): Promise<void> {
  const before = (await station.service.adapters.orders.transitionsAfter(0, 1_000)).length;
  clock.moveTo(clock.now() + UNDO_MS);
  await until(async () => (await station.service.adapters.orders.transitionsAfter(0, 1_000)).length > before);
  await station.service.told();
}

const heardBy = ({ address }: Subscriber): readonly string[] => station.line.inboxOf(address).map(({ text }) => text);
const ordersHeardBy = (who: Subscriber): readonly string[] => heardBy(who).filter((text) => !text.startsWith('【水位情報】'));
const mailsOf = async ({ address }: Subscriber): Promise<readonly string[]> =>
  Promise.all(station.mail.mailsTo(address).map(async (mail) => (await mail.read()).subject ?? ''));

/** What stands behind the link of a message. */
const pageIn = async (language: string): Promise<string> => {
  const answer = await fetch(`${station.httpUrl}/?lang=${language}`);
  expect({ status: answer.status, cache: answer.headers.get('cache-control') }).toEqual({ status: 200, cache: 'public, max-age=5' });
  return answer.text();
};

/** A proposal of level 4 for 瀬口 and 本町, as the river makes it. */
async function floodProposal(asking: AskingOrders): Promise<OrderDto> {
  await measures('ose-seguchi', levels(4.6, 4.9, 5.05, 5.12, 5.85, 5.9));
  const open = await openOrders(asking);
  return open.find(({ content }) => content.municipalLevel === 4)!;
}

describe('an order that a rule proposes', () => {
  it('reaches the people of its districts once, after two deciders and five seconds, then its update and its end', async () => {
    await begin();
    const sato = await as('sato');
    await measures('ose-seguchi', levels(4.6, 4.9, 5.05, 5.12));
    expect(await openOrders(sato)).toMatchObject([
      { state: 'proposed', ruleId: 'river-level', content: { municipalLevel: 3, hazard: 'flood', persons: 6570, households: 2900 } },
    ]);
    const proposal = await floodProposal(sato);
    const { body: detail } = await sato('GET', `/${proposal.id}`);
    expect(detail).toMatchObject({
      content: { orderName: '避難指示', districts: [{ code: 'seguchi' }, { code: 'honmachi' }] },
      grounds: { readings: [{ gauge: 'ose-seguchi', value: 5.9, quality: 'ok', stepName: '氾濫開始水位', limit: 5.8, doubt: null }] },
      decision: { kind: 'give', wanted: 2, confirmations: [], issueAt: null, wide: null },
      mayConfirm: ['mori', 'suzuki'],
      reaches: [
        { channel: 'line', subscribers: 2, bound: true },
        { channel: 'disaster-mail', subscribers: 1, bound: true },
      ],
    });
    expect(detail.against.map(({ text }) => text)).toEqual([expect.stringContaining('ほかの4地点では、まだ水位が上がっていません')]);
    expect(detail.words.map(({ language }) => language)).toEqual(sample.city.languages);
    expect(detail.words[0]!.body).toContain('警戒レベル4');
    expect(detail.content.destinations.map(({ id }) => id)).toContain('shelter-honmachi');
    expect(await mailsOf(duty)).toEqual(expect.arrayContaining([expect.stringMatching(/避難指示/)]));
    const toDuty = await Promise.all(station.mail.mailsTo(duty.address).map((mail) => mail.read()));
    const asked = toDuty.find(({ subject }) => subject?.includes('発令の案') && subject.includes('避難指示'));
    // Whoever has to decide sees in the mail itself what it rests on.
    expect(asked).toMatchObject({ text: expect.stringMatching(/― 判断の根拠 ―[\s\S]*5\.90 m 良/), pictures: [{ cid: 'chart@sonae' }] });
    // Nothing of this is for residents yet.
    expect(ordersHeardBy(midori)).toEqual([]);

    await bothConfirm(proposal.id);
    await station.service.told();
    expect(ordersHeardBy(midori)).toEqual([]);
    await undoTimePasses();
    expect(ordersHeardBy(midori)).toEqual([expect.stringContaining('避難指示')]);
    // Whoever chose only crowding news, in their own language.
    expect(heardBy(crowdsOnly)).toEqual([expect.stringMatching(/level 4/i)]);
    expect(ordersHeardBy(elsewhere)).toEqual([]);
    expect((await mailsOf(byMail)).filter((subject) => subject.includes('避難指示'))).toHaveLength(1);
    // The lower proposal for the same districts has nothing left to decide.
    await until(async () => (await openOrders(sato)).length === 1);

    const { version } = (await sato('GET', `/${proposal.id}`)).body;
    const districts = ['seguchi', 'honmachi', 'minato'];
    expect((await sato('POST', `/${proposal.id}/update`, { version, districts })).body.state).toBe('changing');
    await bothConfirm(proposal.id);
    await undoTimePasses();
    expect(ordersHeardBy(elsewhere)).toHaveLength(1);
    expect(ordersHeardBy(midori)).toHaveLength(2);

    const changed = (await sato('GET', `/${proposal.id}`)).body;
    await sato('POST', `/${proposal.id}/lift`, { version: changed.version, reason: '水位が下がった' });
    await bothConfirm(proposal.id);
    await undoTimePasses();
    for (const [who, times] of [
      [midori, 3],
      [elsewhere, 2],
    ] as const) {
      expect(ordersHeardBy(who)).toHaveLength(times);
      expect(ordersHeardBy(who).at(-1)).toContain('解除');
    }
    const { body: over } = await sato('GET', `/${proposal.id}`);
    expect(over).toMatchObject({ state: 'lifted', lifted: { noticeText: expect.stringContaining('第60条第5項') } });
    expect(over.told.map(({ kind }) => kind)).toEqual(['proposed', 'given', 'updated', 'lifted']);
    const { body: reported } = await sato('POST', `/${proposal.id}/governor-report`, { reportedAt: clock.now() - MINUTE });
    expect(reported.governorReport).toEqual({ reportedAt: clock.now() - MINUTE, by: 'sato', notedAt: clock.now() });
  });

  it('stands behind the link of its messages in the language of the reader while it is in force, and without a change that is only proposed', async () => {
    await begin();
    const sato = await as('sato');
    const { id } = await floodProposal(sato);
    expect(await pageIn('ja')).toContain('いま出ている避難情報はありません。');
    await bothConfirm(id);
    await undoTimePasses();
    expect(heardBy(crowdsOnly).at(-1)).toContain('/?lang=en');
    expect(await pageIn('en')).toContain('Alert Level 4, Evacuation Order (避難指示)</span>');
    expect(await pageIn('vi')).toContain('Seguchi, Honmachi');

    const { version } = (await sato('GET', `/${id}`)).body;
    await sato('POST', `/${id}/update`, { version, districts: ['seguchi', 'honmachi', 'minato'] });
    clock.moveTo(clock.now() + MINUTE);
    const whileChanging = await pageIn('en');
    expect(whileChanging).toContain('Alert Level 4');
    expect(whileChanging).not.toContain('Minato');

    const changing = (await sato('GET', `/${id}`)).body;
    await sato('POST', `/${id}/withdraw`, { version: changing.version, reason: '広げない' });
    await sato('POST', `/${id}/lift`, { version: (await sato('GET', `/${id}`)).body.version, reason: '水位が下がった' });
    await bothConfirm(id);
    await undoTimePasses();
    expect(await pageIn('ja')).toContain('いま出ている避難情報はありません。');
  });

  it('keeps the words that were sent, whatever ground is added afterwards', async () => {
    await begin();
    const sato = await as('sato');
    const { id } = (await sato('POST', '', { preset: 'ose-lower' })).body;
    await bothConfirm(id);
    await undoTimePasses();
    const heard = heardBy(crowdsOnly).at(-1)!;
    expect(heard).toContain('river flooding');
    await measures('ose-kawara', levels(3.3, 3.5, 3.62, 3.66));
    await until(async () => (await sato('GET', `/${id}`)).body.grounds.readings.length > 0);
    const { subject } = (await sato('GET', `/${id}`)).body.words.find(({ language }) => language === 'en')!;
    expect(heard).toContain(subject);
    expect(await pageIn('en')).toContain(subject);
  });

  it('promise 8 leads from what a resident received back to who decided it, and why, and to the readings', async () => {
    await begin();
    const sato = await as('sato');
    const { id } = await floodProposal(sato);
    await bothConfirm(id);
    await undoTimePasses();
    const asking = await signIn(station.httpUrl, 'suzuki');
    const chainOf = async (of: string) => {
      const { status, body } = await asking<unknown>('GET', `lineage?of=${encodeURIComponent(of)}`);
      expect(status).toBe(200);
      return body;
    };
    const { retryKey } = station.line.requests.findLast(({ to, verdict }) => verdict === 'accepted' && to.includes(midori.address))!;
    const chain = orderLineageDto.parse(await chainOf(retryKey!));
    expect(chain).toMatchObject({
      of: retryKey,
      kind: 'delivery',
      transitionId: `order/${id}/2`,
      addresses: 'masked',
      order: { id, state: 'given', ruleId: 'river-level', grounds: { readings: [{ gauge: 'ose-seguchi', value: 5.9 }] } },
    });
    const [proposed, given] = chain.transitions;
    expect(proposed).toMatchObject({ kind: 'proposed', messages: [] });
    expect(given).toMatchObject({
      kind: 'given',
      by: ['suzuki', 'mori'],
      confirmations: [
        { by: 'suzuki', how: 'person' },
        { by: 'mori', how: 'person' },
      ],
      messages: [{ audience: 'residents', deliveries: [{ state: 'sent', key: retryKey }] }],
    });
    expect(heardBy(midori).at(-1)!.split('\n')[0]).toBe(given!.messages[0]!.subject);
    expect(JSON.stringify(chain)).not.toContain(midori.address);
    // Each ground leads on to the device.
    const ground = lineageDto.parse(await chainOf(chain.order.grounds.readings[0]!.transitionId));
    expect(ground.alert.device).toBe('ose-seguchi');

    const mail = station.mail.mailsTo(byMail.address).at(-1)!;
    expect(await chainOf(mail.messageId)).toMatchObject({ kind: 'delivery', order: { id } });
    const whole = orderLineageDto.parse(await chainOf(id));
    expect(whole.transitions.map(({ messages }) => messages.length > 0)).toEqual([true, true]);
    expect(whole.order.acts.map(({ kind }) => kind)).toEqual(['propose', 'confirm', 'confirm', 'take']);
    expect((await asking('GET', `lineage?of=${encodeURIComponent(`order/${id}/9`)}`)).status).toBe(404);

    const { out } = await explainBySonae({}, retryKey!, '--data', station.dataFolder, '--playbook', 'infra/playbooks/mihon');
    expect(out).toMatch(new RegExp(`^order ${id} {2}level 4 避難指示, 瀬口, 本町, given`));
    expect(out).toMatch(/yes of suzuki \(decider\) at .*\+09:00, person/);
    expect(out).toContain(`see explain '${chain.order.grounds.readings[0]!.transitionId}'`);
  });

  it('F66 can be undone for five seconds, and then reaches nobody', async () => {
    await begin();
    const [sato, suzuki] = [await as('sato'), await as('suzuki')];
    const proposal = await floodProposal(sato);
    const { version } = await bothConfirm(proposal.id);
    expect((await suzuki('POST', `/${proposal.id}/undo`, { version })).body.state).toBe('proposed');
    clock.moveTo(clock.now() + UNDO_MS + MINUTE);
    await measures('ose-seguchi', levels(5.9));
    expect(ordersHeardBy(midori)).toEqual([]);
    const again = await as('suzuki');
    expect((await again<Problem>('POST', `/${proposal.id}/confirm`, { version })).body.type).toBe('urn:sonae:order:changed');
  });

  it('is given after a restart between the last yes and its time, once', async () => {
    await begin();
    const proposal = await floodProposal(await as('sato'));
    await bothConfirm(proposal.id);
    await station.stopService();
    clock.moveTo(clock.now() + 10 * MINUTE);
    await station.restart();
    await until(() => ordersHeardBy(midori).length > 0);
    await station.restart();
    await station.service.told();
    expect(ordersHeardBy(midori)).toHaveLength(1);
    expect((await (await as('sato'))('GET', `/${proposal.id}`)).body).toMatchObject({ state: 'given', givenAt: clock.now() });
  });

  it('F68 is taken back by one decider, to everybody who got it, and says that it was sent by mistake', async () => {
    await begin();
    const [sato, suzuki] = [await as('sato'), await as('suzuki')];
    const proposal = await floodProposal(sato);
    await bothConfirm(proposal.id);
    await undoTimePasses();
    const { version } = (await suzuki('GET', `/${proposal.id}`)).body;
    const refused = await sato<Problem>('POST', `/${proposal.id}/correct`, { version, reason: '誤発令' });
    expect(refused.status).toBe(403);
    expect((await suzuki('POST', `/${proposal.id}/correct`, { version, reason: '地区の取り違え' })).status).toBe(200);
    await undoTimePasses();
    expect(ordersHeardBy(midori).at(-1)).toMatch(/誤/);
    expect(heardBy(crowdsOnly).at(-1)).toMatch(/mistake|error/i);
    expect(ordersHeardBy(elsewhere)).toEqual([]);
    expect((await mailsOf(byMail)).filter((subject) => /訂正|誤/.test(subject))).toHaveLength(1);
    expect((await suzuki('GET', `/${proposal.id}`)).body).toMatchObject({ state: 'corrected', endedWhy: '地区の取り違え' });
  });

  it('F71 outlives the session that looked at it, and says what speaks against it as the water falls', async () => {
    await begin();
    const sato = await as('sato');
    const proposal = await floodProposal(sato);
    await measures('ose-seguchi', levels(5.5, 5.3, 5.2, 5.15), 12);
    // The session of before has ended meanwhile, and the proposal has not (F71).
    const { body } = await (await as('sato'))('GET', `/${proposal.id}`);
    expect(body.state).toBe('proposed');
    expect(body.against.map(({ text }) => text)).toContain('瀬口は「氾濫開始水位」を下回りました');
  });
});

describe('an order that people propose', () => {
  it('F69 takes one request with a preset, and one who broke the glass tells everybody on staff', async () => {
    await begin();
    const [sato, suzuki] = [await as('sato'), await as('suzuki')];
    const { body: plan } = await sato<OrderPlanDto>('GET', '/plan');
    expect(plan.presets.map(({ id }) => id)).toContain('ose-upper');
    const { status, body } = await sato('POST', '', { preset: 'ose-upper', report: '北原で越水を見た' }, 'k1');
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: 'proposed', proposedBy: 'sato', grounds: { reports: [{ text: '北原で越水を見た', by: 'sato' }] } });
    // The double click is one proposal.
    expect((await sato('POST', '', { preset: 'ose-upper', report: '北原で越水を見た' }, 'k1')).body.id).toBe(body.id);
    const again = await sato<Problem>('POST', '', { preset: 'ose-upper' }, 'k2');
    expect([again.status, again.body.type]).toEqual([409, 'urn:sonae:order:alreadyProposed']);
    expect(again.body.detail).toContain(body.id);
    expect(await openOrders(sato)).toHaveLength(1);

    expect((await sato<Problem>('POST', `/${body.id}/confirm`, { version: body.version })).status).toBe(403);
    expect((await suzuki('POST', `/${body.id}/confirm`, { version: body.version, breakGlass: '決定者が一人しかいない' })).status).toBe(200);
    await undoTimePasses();
    expect(ordersHeardBy(midori)).toHaveLength(1);
    const [toLeaders] = await Promise.all(station.mail.mailsTo(leaders.address).map((mail) => mail.read()));
    expect(toLeaders).toMatchObject({
      subject: expect.stringContaining('避難指示'),
      text: expect.stringContaining('決定者が一人しかいない'),
    });
    expect(heardBy(midori).join()).not.toContain('決定者が一人しかいない');
  });

  it('F65 answers two deciders, double clicks and a withdrawal with one outcome, and writes refusals down', async () => {
    await begin();
    const [sato, suzuki, mori] = [await as('sato'), await as('suzuki'), await as('mori')];
    const { body } = await sato('POST', '', { municipalLevel: 3, hazard: 'flood', districts: ['seguchi'] });
    const { id, version } = body;
    const replies = await Promise.all([
      suzuki<Problem & OrderDetailDto>('POST', `/${id}/confirm`, { version }),
      suzuki<Problem & OrderDetailDto>('POST', `/${id}/confirm`, { version }),
      mori<Problem & OrderDetailDto>('POST', `/${id}/confirm`, { version }),
      sato<Problem & OrderDetailDto>('POST', `/${id}/withdraw`, { version, reason: '取り下げ' }),
    ]);
    const { state } = (await sato('GET', `/${id}`)).body;
    expect(state).toBe('withdrawn');
    for (const reply of replies) {
      expect(reply.status === 200 || reply.body.type.startsWith('urn:sonae:order:')).toBe(true);
    }
    clock.moveTo(clock.now() + MINUTE);
    await station.service.told();
    expect(ordersHeardBy(midori)).toEqual([]);
    const acts = (await station.service.adapters.audit.entries({ limit: 50, subject: id })).map(({ act }) => act);
    expect(acts).toEqual(expect.arrayContaining(['order-proposed', 'order-withdrawn']));
    const late = await suzuki<Problem>('POST', `/${id}/confirm`, { version }, 'late');
    expect([late.status, late.body.type]).toEqual([409, 'urn:sonae:order:over']);
    const [refusal] = await station.service.adapters.audit.entries({ limit: 1, subject: id, acts: ['order-refused'] });
    expect(refusal).toMatchObject({ by: 'suzuki', role: 'decider', grounds: { asked: 'confirm', refused: 'over' } });
  });

  it('F66 says above the button that an area is much wider than usual', async () => {
    await begin();
    const sato = await as('sato');
    const districts = [...sample.districts.keys()];
    const { body } = await sato('POST', '', { municipalLevel: 3, hazard: 'flood', districts });
    expect(body.decision).toMatchObject({ wanted: 2, wide: { persons: 20_380 } });
    expect(body.against.map(({ text }) => text)).toEqual([expect.stringMatching(/ふだんの範囲/)]);
  });

  it('S14 and P7 let nobody else in', async () => {
    await begin();
    const [ono, sato, suzuki] = [await as('ono'), await as('sato'), await as('suzuki')];
    expect((await ono('POST', '', { preset: 'ose-upper' })).status).toBe(403);
    const { body } = await sato('POST', '', { preset: 'ose-upper' });
    expect((await ono('GET', `/${body.id}`)).status).toBe(200);
    expect((await fetch(`${station.httpUrl}/api/v1/orders`)).status).toBe(401);
    clock.moveTo(clock.now() + 16 * MINUTE);
    const stale = await suzuki<Problem>('POST', `/${body.id}/confirm`, { version: body.version });
    expect([stale.status, stale.body.type]).toEqual([403, 'urn:sonae:sign-in-again']);
    expect((await sato('GET', `/${body.id}`)).body.decision?.confirmations).toEqual([]);
    expect((await sato<Problem>('GET', '/o-none')).status).toBe(404);
  });
});

/** The sample city with what a city may approve in calm weather. */
const approving: Playbook = {
  ...sample,
  orders: {
    ...sample.orders!,
    approvals: [
      {
        id: 'night',
        of: ['river-elderly'],
        kind: 'issue',
        afterMs: 30 * MINUTE,
        approvedBy: '市長 見本 太郎',
        approvedAt: NIGHT - 86_400_000,
        until: NIGHT + 86_400_000,
      },
    ],
  },
};

describe('an approved policy', () => {
  it('gives an order when nobody answers in its time, and is shown wherever it acts', async () => {
    await begin(approving);
    const sato = await as('sato');
    await measures('ose-seguchi', levels(4.6, 4.9, 5.05, 5.12));
    const [proposal] = await openOrders(sato);
    expect(proposal!.decision).toMatchObject({
      issueAt: clock.now() + 30 * MINUTE,
      policies: [{ id: 'night', approvedBy: '市長 見本 太郎' }],
    });
    const read = await Promise.all(station.mail.mailsTo(duty.address).map((mail) => mail.read()));
    expect(read.some(({ text }) => text?.includes('市長 見本 太郎'))).toBe(true);
    clock.moveTo(clock.now() + 30 * MINUTE);
    const later = await as('sato');
    await until(async () => (await later('GET', `/${proposal!.id}`)).body.state === 'confirmed');
    await undoTimePasses();
    expect(ordersHeardBy(midori)).toEqual([expect.stringContaining('高齢者等避難')]);
    expect((await later('GET', `/${proposal!.id}`)).body.given?.confirmations).toMatchObject([{ by: 'policy:night', how: 'policy' }]);
  });
});

describe('a service that stood still over night', () => {
  it('P5 gives no order of yesterday by a policy: what nobody decided on has lapsed', async () => {
    await begin(approving);
    const sato = await as('sato');
    await measures('ose-seguchi', levels(4.6, 4.9, 5.05, 5.12));
    const [proposal] = await openOrders(sato);
    expect(proposal!.decision?.issueAt).toBe(clock.now() + 30 * MINUTE);
    await station.stopService();
    clock.moveTo(clock.now() + 13 * 60 * MINUTE);
    await station.restart();
    const later = await as('sato');
    await until(async () => (await later('GET', `/${proposal!.id}`)).body.state !== 'proposed');
    expect((await later('GET', `/${proposal!.id}`)).body).toMatchObject({ state: 'expired', given: null });
    expect(ordersHeardBy(midori)).toEqual([]);
  });
});

describe('D§10.15 the weather office lowers its level', () => {
  it('shows it beside the municipal level, and lifts no order', async () => {
    const sky = aGauge({
      id: 'sky',
      device: 'sky',
      name: '見本市の気象',
      kind: 'weather',
      quantity: 'weather',
      river: null,
      areas: ['honmachi', 'seguchi'],
      publicAlert: 'staffOnly',
      plausible: { min: 0, max: 5, stepPer10Min: 5, stepPerHour: 5, stuckAfterMs: Number.MAX_SAFE_INTEGER },
      thresholds: [{ code: 'level2', value: 2, validFrom: 0 }],
    });
    const weather = aLevelRule({
      id: 'weather-level',
      selector: { kinds: ['weather'] },
      quantity: 'weather',
      steps: [{ code: 'level2', name: '気象レベル2相当' }],
      staffOnly: true,
    });
    await begin({ ...sample, gauges: new Map([...sample.gauges, ['sky', sky]]), rules: [...sample.rules, weather] });
    await measures('sky', [{ weather: 4 }]);
    const sato = await as('sato');
    const proposal = await floodProposal(sato);
    expect((await sato('GET', `/${proposal.id}`)).body).toMatchObject({
      content: { municipalLevel: 4 },
      grounds: { weatherLevel: { level: 4 } },
    });
    await bothConfirm(proposal.id);
    await undoTimePasses();
    const before = heardBy(midori);
    await measures('sky', [{ weather: 3 }, { weather: 2 }]);
    expect((await sato('GET', `/${proposal.id}`)).body).toMatchObject({ state: 'given', content: { municipalLevel: 4 } });
    expect(heardBy(midori)).toEqual(before);
  });
});

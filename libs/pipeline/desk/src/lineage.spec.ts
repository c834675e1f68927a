import { type Delivery, deliveryOf, Judge, mailIdentity, type Message, messageOf, type Quality, type Route } from '#core';
import { ManualClock, MemoryDirectory, MemoryLedger, MemoryReadingHistory, MemoryReadingLog } from '#memory';
import { aGauge, aPlaybook, aReading, HOUR, MINUTE, T0 } from '../../../../test/support/builders.ts';
import { type LineageGround, lineageOf } from './lineage.ts';
import { Refusal } from './refusal.ts';

const route: Route = {
  id: 'public',
  rules: ['river-level'],
  transitions: ['raised', 'climbed', 'cleared'],
  fromStep: 1,
  audience: { kind: 'residents', category: 'flood' },
  channels: ['line', 'disaster-mail'],
  lane: 'flood',
  expiresAfterMs: HOUR,
  wording: 'river',
};
const gauge = aGauge();
const playbook = aPlaybook({ gauges: [gauge], routes: [route] });

interface Kept {
  readonly value: number;
  readonly minute: number;
  readonly quality?: Quality;
}

/** A service that kept, judged and told these readings; the words of each transition went to LINE and to one mail. */
async function town(kept: readonly Kept[]) {
  const [ledger, log, history] = [new MemoryLedger(), new MemoryReadingLog(), new MemoryReadingHistory()];
  const directory = new MemoryDirectory();
  const choices = { language: 'ja', districts: [], categories: [] } as const;
  await directory.subscribe([
    ...['1', '2'].map((end) => ({ ...choices, channel: 'line' as const, address: `U${'0'.repeat(31)}${end}` })),
    { ...choices, channel: 'disaster-mail', address: 'midori@mail.example' },
  ]);
  const readings = kept.map(({ value, minute, quality = 'ok' }, i) =>
    aReading({
      seq: i,
      raw: value + 0.5,
      value,
      quality,
      why: quality === 'ok' ? '' : '理由',
      observedAt: T0 + minute * MINUTE,
      receivedAt: T0 + minute * MINUTE + (quality === 'backfilled' ? 4 * HOUR : 2_000),
    }),
  );
  await log.append({ readings, marks: [] });
  const entries = await log.after(0, 1_000);
  await history.write(entries);
  const judge = new Judge(playbook, { alerts: [], watches: [] }, T0);
  for (const entry of entries) judge.observe(entry, entry.reading.receivedAt);
  const { watches, alerts, transitions } = judge.take();
  await ledger.commitWatch({ hold: await ledger.seize('watch'), to: entries.length, watches, alerts, transitions });
  const messages: Message[] = [];
  const deliveries: Delivery[] = [];
  for (const transition of transitions) {
    const message = messageOf({ transition, route, language: 'ja', subject: '多摩川', body: transition.record.verdict });
    messages.push(message);
    const common = { message, route, now: T0 };
    deliveries.push(
      deliveryOf({ ...common, channel: 'line', endpoint: 'line', recipients: ['1', '2'] }),
      deliveryOf({ ...common, channel: 'disaster-mail', endpoint: 'mail.example', recipients: ['3'] }),
    );
  }
  await ledger.commitPlan({ hold: await ledger.seize('dispatch'), to: transitions.length, messages, deliveries });
  const ground: LineageGround = {
    ledger,
    log,
    directory,
    history,
    clock: new ManualClock(T0 + 6 * HOUR),
    playbook,
    ruleText: async (version, ruleId) => (version === 'test-1' ? `id: ${ruleId}` : null),
  };
  return { ledger, log, directory, ground, transitions, messages, deliveries };
}

const flood: readonly Kept[] = [
  { value: 3, minute: 0 },
  { value: 4.6, minute: 10 },
  { value: 4.7, minute: 20 },
  { value: 5.6, minute: 30 },
  { value: 5.7, minute: 40 },
];

const refusalOf = async (asked: Promise<unknown>): Promise<Refusal> => {
  const refusal = await asked.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(refusal instanceof Refusal)) throw new Error('nothing was refused');
  return refusal;
};

describe('promise 8 the chain behind what was told', () => {
  it('leads from a delivery back to the device', async () => {
    const { ground, deliveries, ledger } = await town(flood);
    await ledger.acknowledge('river-level@tama-03#1', 'sato', T0 + HOUR);
    const line = deliveries.find(({ channel, transitionId }) => channel === 'line' && transitionId.endsWith('/1'))!;
    const chain = await lineageOf(line.id, 'whole', ground);
    expect(chain).toMatchObject({
      kind: 'delivery',
      deliveryId: line.id,
      messageId: line.messageId,
      transitionId: 'river-level@tama-03#1/1',
      forgotten: false,
      alert: {
        id: 'river-level@tama-03#1',
        ruleName: '河川水位',
        gaugeName: '多摩川 多摩 三',
        device: 'tama-03',
        unit: 'm',
        state: 'raised',
        acts: [{ kind: 'acknowledge', by: 'sato', at: T0 + HOUR }],
        peak: { live: { value: 5.7 }, now: { value: 5.7 }, revised: false, note: '' },
      },
    });
    expect(chain.transitions.map(({ id, kind, toName }) => [id, kind, toName])).toEqual([
      ['river-level@tama-03#1/1', 'raised', '危険水位'],
      ['river-level@tama-03#1/2', 'climbed', '氾濫開始水位'],
    ]);
    const [first, second] = chain.transitions;
    expect(first!.record).toMatchObject({ playbookVersion: 'test-1', ruleText: 'id: river-level', verdict: '2回続けて危険水位(4.5)以上' });
    expect(first!.record.readings).toMatchObject([
      { position: 1, raw: 3.5, value: 3, seq: 0, quality: 'ok', from: 'log', receivedAt: T0 + 2_000 },
      { position: 2, raw: 5.1, value: 4.6, from: 'log' },
      { position: 3, raw: 5.2, value: 4.7, from: 'log' },
    ]);
    expect(first!.messages).toMatchObject([
      {
        routeId: 'public',
        audience: 'residents',
        deliveries: [{ id: line.id, key: line.retryKey, recipients: 2, addresses: [`1 U${'0'.repeat(31)}1`, `2 U${'0'.repeat(31)}2`] }],
      },
    ]);
    // What was not asked for is told in outline only.
    expect(second).toMatchObject({ messages: [], reach: [], record: { readings: [], ruleText: null } });
  });

  it('tells what each person did about the episode, in the order of time', async () => {
    const { ground, ledger } = await town(flood);
    const alertId = 'river-level@tama-03#1';
    const act = { alertId, by: 'sato', text: '' } as const;
    await ledger.answer(alertId, 'mori', T0 + 3 * HOUR);
    await ledger.acknowledge(alertId, 'sato', T0 + HOUR);
    await ledger.act({ ...act, id: 'a', kind: 'note', at: T0 + 4 * HOUR, text: '橋を閉めた' });
    await ledger.act({ ...act, id: 'b', kind: 'assign', at: T0 + 2 * HOUR, text: 'mori' });
    const { alert } = await lineageOf(alertId, 'whole', ground);
    expect(alert.acts.map(({ kind, by, words }) => `${kind} ${by} ${words}`)).toEqual([
      'acknowledge sato ',
      'assign sato mori',
      'answer mori ',
      'note sato 橋を閉めた',
    ]);
  });

  it('begins at every name that a person may hold in hand', async () => {
    const { ground, deliveries, messages } = await town(flood);
    const mail = deliveries.find(({ channel }) => channel === 'disaster-mail')!;
    const names = [
      'river-level@tama-03#1',
      mail.transitionId,
      messages[0]!.id,
      mail.id,
      mail.retryKey,
      `<${mailIdentity(mail.id)}@city.example.jp>`,
    ];
    const kinds = await Promise.all(names.map(async (name) => (await lineageOf(name, 'whole', ground)).kind));
    expect(kinds).toEqual(['alert', 'transition', 'message', 'delivery', 'delivery', 'delivery']);
  });

  it('tells of an alert everything, with the words and deliveries of each transition', async () => {
    const { ground } = await town(flood);
    const chain = await lineageOf('river-level@tama-03#1', 'whole', ground);
    expect(chain.transitions.map(({ messages, record }) => [messages[0]!.deliveries.length, record.readings.length])).toEqual([
      [2, 3],
      [2, 5],
    ]);
  });

  it('masks addresses for those who may not see them', async () => {
    const { ground } = await town(flood);
    const chain = await lineageOf('river-level@tama-03#1/1', 'masked', ground);
    const shown = chain.transitions[0]!.messages[0]!.deliveries.flatMap(({ addresses }) => addresses);
    expect(shown.toSorted()).toEqual(['1 U0…0001', '2 U0…0002', '3 m…@mail.example']);
    expect(JSON.stringify(chain)).not.toContain('midori');
  });

  it('names who left, and everybody where no address can be opened, by number only', async () => {
    const { ground, directory } = await town(flood);
    await directory.leave('disaster-mail', 'midori@mail.example');
    const shown = async (directoryNow: LineageGround['directory']) => {
      const chain = await lineageOf('river-level@tama-03#1/1', 'whole', { ...ground, directory: directoryNow });
      return chain.transitions[0]!.messages[0]!.deliveries.flatMap(({ addresses }) => addresses).toSorted();
    };
    expect(await shown(directory)).toEqual([`1 U${'0'.repeat(31)}1`, `2 U${'0'.repeat(31)}2`, '3']);
    expect(await shown(null)).toEqual(['1', '2', '3']);
  });

  it('takes readings that the log has forgotten from the decision record, and says so', async () => {
    const { ground, log } = await town(flood);
    await log.forget(4, T0 + 5 * HOUR);
    const { transitions } = await lineageOf('river-level@tama-03#1/2', 'whole', ground);
    expect(transitions[1]!.record.readings.map(({ from, raw, value }) => [from, raw, value])).toEqual([
      ['record', null, 3],
      ['record', null, 4.6],
      ['record', null, 4.7],
      ['log', 6.1, 5.6],
      ['log', 6.2, 5.7],
    ]);
  });

  it('leads from a delivery that was forgotten to the decision all the same', async () => {
    const { ground, ledger, deliveries } = await town(flood);
    const hold = await ledger.seize('dispatch');
    for (const channel of ['line', 'disaster-mail'] as const) {
      const claimed = await ledger.claim({ hold, channel, now: T0 + HOUR, limit: 9, exceptEndpoints: [] });
      await ledger.settle(
        hold,
        claimed.map(({ delivery }) => ({ id: delivery.id, attempt: 1, state: 'sent', at: T0 + HOUR, dueAt: 0, reason: '', receipt: 'r' })),
      );
    }
    await ledger.forgetDeliveries(T0 + 100 * HOUR);
    const chain = await lineageOf(deliveries[0]!.id, 'whole', ground);
    expect(chain).toMatchObject({ kind: 'delivery', forgotten: true });
    expect(chain.transitions[0]).toMatchObject({ messages: [], record: { verdict: '2回続けて危険水位(4.5)以上' } });
    expect((await refusalOf(lineageOf(deliveries[0]!.retryKey, 'whole', ground))).code).toBe('notFound');
  });

  it('finds the first transition of an alert that moved more often than a page holds', async () => {
    const { ground, ledger } = await town(flood);
    const [first] = await ledger.transitionsAfter(0, 1);
    const many = Array.from({ length: 230 }, (_, i) => ({ ...first!.transition, id: `river-level@tama-03#1/${i + 3}` }));
    await ledger.commitWatch({ hold: await ledger.seize('watch'), to: flood.length, watches: [], alerts: [], transitions: many });
    expect((await lineageOf('river-level@tama-03#1/1', 'whole', ground)).transitions.map(({ id }) => id)).toContain(
      'river-level@tama-03#1/1',
    );
    expect((await lineageOf('river-level@tama-03#1', 'whole', ground)).transitions).toHaveLength(100);
  });

  it.each([
    ['river-level@tama-03#7', 'notFound'],
    ['river-level@tama-03#1/99', 'notFound'],
    ['tama-03', 'invalid'],
    [`<${'0'.repeat(32)}@city.example.jp>`, 'notFound'],
    ['00000000-0000-8000-8000-000000000000', 'notFound'],
  ])('refuses %s and offers the nearest open alerts', async (name, code) => {
    const { ground } = await town(flood);
    const refusal = await refusalOf(lineageOf(name, 'whole', ground));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain('Open alerts: river-level@tama-03#1');
  });

  it('annotates the episode when late data shows that it was higher, and stays silent about the rest', async () => {
    const late = [
      { value: 5.2, minute: 50, quality: 'backfilled' as const },
      { value: 6.31, minute: 60, quality: 'backfilled' as const },
      { value: 5.9, minute: 70, quality: 'backfilled' as const },
    ];
    const { ground, transitions } = await town([...flood, { value: 5, minute: 300 }, ...late]);
    expect(transitions).toHaveLength(2);
    const { alert } = await lineageOf('river-level@tama-03#1', 'whole', ground);
    expect(alert.peak).toMatchObject({
      live: { value: 5.7 },
      now: { value: 6.31, at: T0 + 60 * MINUTE },
      revised: true,
      late: 3,
      note: '後から届いた観測: 最高 6.31 m(01:00)',
      from: T0 + 20 * MINUTE,
      to: null,
    });
  });

  it('F19 tells the chain without a peak when the history is away', async () => {
    const { ground } = await town(flood);
    const away = { range: () => Promise.reject(new Error('no answer')) };
    expect((await lineageOf('river-level@tama-03#1', 'whole', { ...ground, history: away })).alert.peak).toBeNull();
  });

  it('says ids where no playbook is at hand', async () => {
    const { ground } = await town(flood);
    expect((await lineageOf('river-level@tama-03#1', 'whole', { ...ground, playbook: null })).alert).toMatchObject({
      ruleName: 'river-level',
      gaugeName: 'tama-03',
      device: null,
      peak: null,
    });
  });
});

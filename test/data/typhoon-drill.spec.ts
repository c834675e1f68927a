import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { categoriesOf, type Language, type Role, type Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import type { DrillDto, OrderDetailDto, OrderDto } from '#wire';
import { type Asking, signIn } from '../support/headquarters.ts';
import { sharedData } from '../shared-data.ts';
import { lineId, Station } from '../support/station.ts';
import { print } from './print.ts';
import { sharedTable } from './shared-table.ts';
import { tokachiReadings } from './tokachi.ts';

/** `DRILL_SPEED=60` holds it as a city does, in ten minutes; without it as fast as a drill may go. */
const SPEED = Number(process.env['DRILL_SPEED'] ?? '600');
const HOUR = 3_600_000;
/** Ten hours around the crest of Typhoon Lionrock. */
const [FROM, TO] = ['2016-08-30T22:00:00+09:00', '2016-08-31T08:00:00+09:00'].map((time) => Date.parse(time)) as [number, number];
const PLAYS_MS = (TO - FROM) / SPEED;
const PATIENCE_MS = PLAYS_MS + 300_000;
jest.setTimeout(3 * PATIENCE_MS);
/** An hourly table is drawn out in a straight line, for the sample city's gauges speak every five minutes. */
const STEP_MS = 5 * 60_000;

/** Gauges of the Tokachi that speak for the sample city's, with zeros such that the crests lie at its own marks. */
const MAP = [
  { from: '301081281107050', to: 'ose-kitahara', shift: -23.57 },
  { from: '301081281107055', to: 'ose-seguchi', shift: -22 },
  { from: '301081281107240', to: 'sakura-yokouchi', shift: -32.27 },
];

const STAFF: readonly { readonly name: string; readonly role: Role }[] = [
  { name: 'sato', role: 'duty' },
  { name: 'suzuki', role: 'decider' },
  { name: 'kato', role: 'decider' },
];
const person = (name: string, language: Language, choices: readonly string[]): Subscriber => ({
  channel: 'line',
  address: lineId(name),
  language,
  districts: ['seguchi', 'honmachi'],
  categories: categoriesOf(choices),
});
const TAKES_PART = ['evacuation', 'flood', 'drill'];
const PLAYERS = [person('Midori', 'ja', TAKES_PART), person('Smith', 'en', TAKES_PART), person('Linh', 'vi', TAKES_PART)] as const;
const BYSTANDER = person('bystander', 'ja', ['evacuation', 'flood']);

const data = sharedData();

(data ? describe : describe.skip)('a drill of Typhoon Lionrock in the sample city, as its headquarters hold it', () => {
  let station: Station;
  const log: string[] = [];
  let drill: DrillDto;
  let given: OrderDetailDto;

  beforeAll(async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({ playbook, staff: STAFF, subscribers: [...PLAYERS, BYSTANDER] });
    mkdirSync(join(station.dataFolder, 'floods'));
    writeFileSync(join(station.dataFolder, 'floods', 'typhoon-2016.csv'), floodOf(sharedTable(tokachiReadings(data!))));

    const [suzuki, kato] = [await signIn(station.httpUrl, 'suzuki'), await signIn(station.httpUrl, 'kato')];
    const script = { source: 'data', name: 'typhoon-2016', speed: SPEED, map: MAP };
    const ask = { name: '台風10号(2016年)の出水訓練', reason: '年次の総合防災訓練', endsAt: Date.now() + PLAYS_MS + HOUR, script };
    drill = (await suzuki<DrillDto>('POST', 'drills', ask)).body;
    note('suzuki', `訓練「${drill.name}」を準備した（${SPEED}倍）`);
    drill = (await kato<DrillDto>('POST', `drills/${drill.id}/confirm`)).body;
    note('kato', `訓練を始めた: ${drill.state}`);

    const inDrill = await Promise.all(['sato', 'suzuki', 'kato'].map((name) => signIn(station.httpUrl, name, '/drill')));
    const [duty, ...deciders] = inDrill as [Asking, Asking, Asking];
    const isOver = async () => ((await suzuki<DrillDto>('GET', `drills/${drill.id}`)).body.running?.played ?? 0) >= 1;
    const givenOnes = new Set<string>();
    await until(async () => {
      const open = await openOrders(duty);
      for (const order of open) {
        if (order.state === 'proposed') await decide(order, deciders, '発令');
        if (order.state === 'given' && !givenOnes.has(order.id)) {
          givenOnes.add(order.id);
          note('備え', `${order.id} ${order.content.orderName}（レベル${order.content.municipalLevel}）が発令された`);
        }
      }
      // What was confirmed last still has its seconds in which it can be taken back.
      return (await isOver()) && open.every(({ state }) => state === 'given');
    });
    await station.service.drill!.settled();
    for (const order of (await openOrders(duty)).filter(({ state }) => state === 'given')) {
      if (order.content.municipalLevel === 4) given = (await duty<OrderDetailDto>('GET', `orders/${order.id}`)).body;
      await duty('POST', `orders/${order.id}/lift`, { version: order.version, reason: '水位が下がった' });
      const [lifting] = (await openOrders(duty)).filter(({ id }) => id === order.id);
      await decide(lifting!, deciders, '解除');
    }
    await until(async () => (await openOrders(duty)).length === 0);
    await station.service.drill!.settled();
    drill = (await suzuki<DrillDto>('POST', `drills/${drill.id}/end`, { reason: '予定どおり' })).body;
    note('suzuki', '訓練を終わらせた');
    await until(async () =>
      PLAYERS.every(({ address }) =>
        station.line
          .inboxOf(address)
          .at(-1)!
          .text.match(/終|end|kết thúc/i),
      ),
    );

    print(`Typhoon Lionrock 2016 as a drill of 見本市 at ${SPEED}×`, ...log);
    for (const { address, language } of PLAYERS) {
      const inbox = station.line.inboxOf(address);
      print(`\n===== ${language}: ${inbox.length} messages`, ...inbox.map(({ text }) => `\n${text}\n-----`));
    }
  });

  afterAll(() => station.stop());

  it('proposes an evacuation order from the readings, which two deciders give and lift', () => {
    expect(given).toMatchObject({
      state: 'given',
      ruleId: 'river-level',
      content: { municipalLevel: 4, orderName: '避難指示', hazard: 'flood' },
    });
    expect(given.grounds.readings.length).toBeGreaterThan(0);
  });

  it('tells three residents in their languages what happens, each line of it marked, from its beginning to its end', () => {
    for (const { address, language } of PLAYERS) {
      const texts = station.line.inboxOf(address).map(({ text }) => text);
      expect(texts.length).toBeGreaterThanOrEqual(5);
      for (const text of texts) {
        const lines = text.trimEnd().split('\n');
        expect([language, lines[0], lines.at(-1)]).toEqual([
          language,
          expect.stringContaining('【訓練】'),
          expect.stringContaining('【訓練】'),
        ]);
      }
      expect(new Set(texts).size).toBe(texts.length);
      expect(texts.filter((text) => /警戒レベル4|level 4|cấp 4/i.test(text))).not.toEqual([]);
    }
    const ends = station.line
      .inboxOf(PLAYERS[0].address)
      .flatMap(({ text }) => (text.includes('【解除】') ? [text.replaceAll('\n', '')] : []));
    // The lower order goes on for a moment, and the last end is the last.
    expect(ends.map((text) => text.includes('続いています'))).toEqual([...ends.slice(1).map(() => true), false]);
  });

  it('leaves everybody else and real life alone', async () => {
    expect(station.line.inboxOf(BYSTANDER.address)).toEqual([]);
    const { log: readings, ledger, orders } = station.service.adapters;
    expect([await readings.end(), await ledger.transitionsAfter(0, 1), await ledger.queueDepths()]).toEqual([0, [], []]);
    expect(await orders.orders({ limit: 1 })).toEqual([]);
    expect(drill).toMatchObject({ state: 'ended', ending: 'person', endedBy: 'suzuki' });
  });

  /** Both deciders say yes; an order that moved on meanwhile is looked at again with the next look. */
  async function decide({ id, content }: OrderDto, deciders: readonly Asking[], what: string): Promise<void> {
    for (const [index, decider] of deciders.entries()) {
      const { version } = (await decider<OrderDetailDto>('GET', `orders/${id}`)).body;
      const { status } = await decider('POST', `orders/${id}/confirm`, { version });
      note(['suzuki', 'kato'][index]!, `${id} ${content.orderName}（レベル${content.municipalLevel}）の${what}を確認した: ${status}`);
      if (status !== 200) return;
    }
  }

  function note(who: string, what: string): void {
    const clock = station.service.drill?.clock.now();
    log.push(
      `${clock === undefined ? '        ' : new Date(clock).toLocaleTimeString('ja-JP', { timeZone: 'Asia/Tokyo' })} ${who}: ${what}`,
    );
  }
});

async function openOrders(asking: Asking): Promise<readonly OrderDto[]> {
  return (await asking<{ readonly items: readonly OrderDto[] }>('GET', 'orders?open=true')).body.items;
}

/** The gauges of the map alone, every five minutes. */
function floodOf(table: readonly Readonly<Record<string, string>>[]): string {
  const rows = MAP.flatMap(({ from }) => {
    const hourly = table
      .map((row) => ({ time: Date.parse(row['time']!), level: Number.parseFloat(row[from]!) }))
      .filter(({ time, level }) => Number.isFinite(level) && time >= FROM && time <= TO);
    return hourly.slice(1).flatMap((next, index) => {
      const before = hourly[index]!;
      const steps = (next.time - before.time) / STEP_MS;
      return Array.from({ length: steps }, (_, step) => {
        const level = before.level + ((next.level - before.level) * step) / steps;
        return {
          time: before.time + step * STEP_MS,
          row: `${from},${new Date(before.time + step * STEP_MS).toISOString()},${level.toFixed(2)}`,
        };
      });
    });
  });
  return ['gauge,time,level', ...rows.toSorted((a, b) => a.time - b.time).map(({ row }) => row)].join('\n');
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(100);
  }
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { Playbook, Subscriber, Transition } from '#core';
import { replay } from '#pipeline/replay';
import { readReadings } from '#readings-csv';
import type { DrillDto } from '#wire';
import { sharedData } from '../shared-data.ts';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { foundMunicipality } from './municipality.ts';
import { print } from './print.ts';
import { tokachiBasin } from './river-basins.ts';
import { sharedTable } from './shared-table.ts';
import { tokachiReadings } from './tokachi.ts';

jest.setTimeout(600_000);
const PATIENCE_MS = 500_000;
const HOUR = 3_600_000;
/** The night of 30 August: sixteen hours, as fast as a drill may go. */
const [FROM, TO] = ['2016-08-30T19:00:00+09:00', '2016-08-31T11:00:00+09:00'];
const SPEED = 600;

const data = sharedData();

(data ? describe : describe.skip)('the night of Typhoon Lionrock as a drill of the Tokachi basin', () => {
  const folder = temporaryFolder();
  let playbook: Playbook;
  let station: Station;
  let people: readonly Subscriber[];
  let drilled: readonly Transition[];
  let replayed: readonly Transition[];
  let startedAt = 0;
  let rows = 0;
  let rss = { before: 0, during: 0 };

  beforeAll(async () => {
    playbook = await foundMunicipality(folder.path, { ...tokachiBasin(data!).municipality, passageWithinH: 15 });
    const districts = [...playbook.districts.keys()];
    people = [
      person('resident', ['exercise/flood'], districts.slice(0, 1)),
      person('neighbour', ['flood', 'exercise/flood'], districts),
      person('duty', ['exercise/staff:duty'], []),
      person('real', ['flood'], districts),
    ];
    const staff = ['suzuki', 'kato'].map((name) => ({ name, role: 'decider' as const }));
    station = await Station.start({ playbook, subscribers: people, staff });
    const flood = join(station.dataFolder, 'floods', 'tokachi.csv');
    mkdirSync(join(station.dataFolder, 'floods'));
    writeFileSync(flood, csvOf(sharedTable(tokachiReadings(data!))));
    const table = await readReadings([flood]);
    rows = table.length;

    rss = { ...rss, before: process.memoryUsage.rss() };
    const drill = await begins();
    startedAt = drill.startedAt!;
    await until(() => station.service.drill?.played === 1);
    rss = { ...rss, during: process.memoryUsage.rss() };
    await station.service.drill!.settled();
    const { ledger } = station.service.drill!.adapters;
    const found = (await ledger.transitionsAfter(0, 10_000)).map(({ transition }) => transition);
    // Of the last hour nothing is compared: there the drill's water stands as the file left it.
    const until1h = (all: readonly Transition[], begin: number) =>
      all.filter(({ at }) => at < begin + table.at(rows - 1).time - table.at(0).time);
    drilled = until1h(found, startedAt);
    replayed = until1h(replay(playbook, table).transitions, table.at(0).time);
  });

  afterAll(async () => {
    await station.stop();
    folder.remove();
  });

  it('comes to the same alerts as the past itself, each as long after the beginning as it was then', () => {
    const rules = new Set(
      replayed.map(({ ruleId }) => ruleId).filter((id) => playbook.rules.find((rule) => rule.id === id)?.kind === 'level'),
    );
    expect(rules.size).toBeGreaterThan(0);
    for (const rule of rules) expect(told(drilled, rule)).toEqual(told(replayed, rule));
    expect(drilled.filter(({ status }) => status !== 'exercise')).toEqual([]);
    expect(drilled.every(({ at }) => at >= startedAt && at <= startedAt + 17 * HOUR)).toBe(true);
  });

  it('reaches who takes part, in marked words, and nobody else', () => {
    const [resident, neighbour, duty, real] = people.map(({ address }) => station.line.inboxOf(address).map(({ text }) => text));
    expect(real).toEqual([]);
    for (const texts of [neighbour!, duty!]) {
      expect(texts.length).toBeGreaterThan(1);
      for (const text of texts) {
        const lines = text.trimEnd().split('\n');
        expect([lines[0], lines[2], lines.at(-1)].every((line) => line?.includes('【訓練】'))).toBe(true);
      }
    }
    print(
      `Tokachi 2016 as a drill at ${SPEED}×: ${rows} readings of ${playbook.gauges.size} gauges, ${drilled.length} transitions; ` +
        `LINE: resident ${resident!.length}, neighbour ${neighbour!.length}, duty officer ${duty!.length}, not in the drill ${real!.length}; ` +
        `RSS ${Math.round(rss.before / 2 ** 20)} MiB before, ${Math.round(rss.during / 2 ** 20)} MiB at the end of the flood`,
      ...[resident!, neighbour!, duty!].map((texts) => `\n--- ${texts.at(1) ?? texts.at(0)}`),
    );
  });

  it('leaves nothing in real life', async () => {
    const { ledger, log } = station.service.adapters;
    expect([await log.end(), await ledger.transitionsAfter(0, 1), await ledger.queueDepths()]).toEqual([0, [], []]);
  });

  async function begins(): Promise<DrillDto> {
    const ask = {
      name: '十勝川 2016 年 8 月',
      reason: '過去の洪水による訓練',
      endsAt: Date.now() + 12 * HOUR,
      script: { source: 'data', name: 'tokachi', speed: SPEED },
    };
    const prepared = await post('suzuki', 'drills', ask);
    const begun = await post('kato', `drills/${prepared.id}/confirm`);
    expect(begun.state).toBe('running');
    return begun;
  }

  async function post(name: string, where: string, ask?: object): Promise<DrillDto> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ user: name, password: passwordOf(name) });
    const signed = await fetch(`${station.httpUrl}/api/v1/session`, { method: 'POST', headers, body });
    const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
    const answer = await fetch(`${station.httpUrl}/api/v1/${where}`, {
      method: 'POST',
      headers: { cookie, ...(ask && headers) },
      ...(ask && { body: JSON.stringify(ask) }),
    });
    return (await answer.json()) as DrillDto;
  }
});

const person = (name: string, categories: readonly string[], own: readonly string[]): Subscriber => ({
  channel: 'line',
  address: lineId(name),
  language: 'ja',
  districts: own,
  categories,
});

/** The changes of one rule, in whatever order they came. */
const told = (all: readonly Transition[], rule: string) =>
  all
    .filter(({ ruleId }) => ruleId === rule)
    .map(({ gauge, kind, from, to }) => `${gauge} ${kind} ${from}→${to}`)
    .toSorted();

/** The night alone, as somebody cuts it out of a long table. */
function csvOf(table: readonly Readonly<Record<string, string>>[]): string {
  const [first] = table;
  const names = Object.keys(first!);
  const night = table.filter(({ time }) => time! >= FROM && time! <= TO);
  return [names.join(','), ...night.map((row) => names.map((name) => row[name]).join(','))].join('\n');
}

async function until(holds: () => boolean): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(100);
  }
}

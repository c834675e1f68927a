import { jest } from '@jest/globals';
import { admit, emptyMark, flappingOf, Judge, type Playbook, type Reading, type Report, type Transition } from '#core';
import { sharedData } from '../shared-data.ts';
import { aReport } from '../support/builders.ts';
import { RawDevice } from '../support/raw-device.ts';
import { Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { foundCrowdCity, LONG_QUEUE } from './crowd-city.ts';
import { median } from './derived-limits.ts';
import { cellsOf, type FigureTable, printTable, thousands, writtenTable } from './document-table.ts';
import { melbourneCounters, TIME_ZONE } from './melbourne.ts';
import { print } from './print.ts';
import { type Poll, warsawQueues } from './warsaw.ts';

jest.setTimeout(900_000);

const DOCUMENT = 'crowding.md';
const DAY_MS = 86_400_000;

const data = sharedData();

interface Judged {
  readonly playbook: Playbook;
  readonly readings: readonly Reading[];
  readonly duplicates: number;
  readonly transitions: readonly Transition[];
}

(data ? describe : describe.skip)('the queues of six offices in Warsaw, 30 December 2019 to 22 January 2020', () => {
  const folder = temporaryFolder();
  let polls: readonly Poll[];
  let judged: Judged;

  beforeAll(async () => {
    const warsaw = warsawQueues(data!);
    ({ polls } = warsaw);
    const playbook = await foundCrowdCity(folder.path, 'Europe/Warsaw', warsaw.places);
    judged = judge(
      playbook,
      polls.map(({ gauge, claimedAt, receivedAt, waiting }) => ({ gauge, claimedAt, receivedAt, values: { waiting } })),
    );
  });

  afterAll(() => folder.remove());

  it('are what docs/crowding.md says', () => {
    const tables = [clocks(), noticesTable('Notices of the queues', judged.transitions, dayInWarsaw)];
    for (const table of tables) printTable(table);
    for (const table of tables) expect(writtenTable(DOCUMENT, table.title)).toEqual(cellsOf(table));
  });

  it('F22 keep every look at a clock that is a year ahead, under the receipt time and with its reason', () => {
    const wrong = polls.filter(({ claimedAt, receivedAt }) => claimedAt - receivedAt > DAY_MS);
    const suspect = judged.readings.filter(({ quality }) => quality === 'clockSuspect');
    expect(wrong.length).toBeGreaterThan(10_000);
    expect(judged.readings).toHaveLength(polls.length);
    expect(judged.duplicates).toBe(0);
    expect(suspect).toHaveLength(wrong.length);
    expect(new Set(suspect.map(({ why }) => why))).toEqual(new Set(['機器の時計の年が1年先になっています。受信時刻で扱います']));
    expect(suspect.filter(({ observedAt, receivedAt }) => observedAt !== receivedAt)).toEqual([]);
    expect(judged.readings.filter(({ observedAt, receivedAt }) => Math.abs(receivedAt - observedAt) > 60_000)).toEqual([]);
  });

  it('do not leave the offices with a wrong year behind when the year is right again', () => {
    const from = Date.parse('2020-01-02T00:00:00+01:00');
    expect(judged.readings.filter(({ receivedAt, quality }) => receivedAt >= from && quality !== 'ok')).toEqual([]);
  });

  it('tell of a queue a few times a day and of none that is empty', () => {
    const { perDay, perPlaceDay } = notices(judged.transitions, dayInWarsaw);
    // 115 queues, of which a few dozen are ever long; a rush is two to four words, and the last days of a year are the worst of it.
    const workdays = [...perDay].filter(([day]) => day >= '2020-01-02' && day !== '2020-01-06');
    expect(workdays.length).toBeGreaterThan(10);
    for (const [, count] of workdays) expect(count).toBeGreaterThanOrEqual(5);
    for (const [, count] of workdays) expect(count).toBeLessThanOrEqual(40);
    for (const [, count] of perDay) expect(count).toBeLessThanOrEqual(100);
    expect(Math.max(...perPlaceDay.values())).toBeLessThanOrEqual(8);
    expect(median([...perPlaceDay.values()])).toBeLessThanOrEqual(4);
    const rises = judged.transitions.filter(({ from, to }) => to > from);
    expect(Math.min(...rises.map(({ record }) => record.evidence.at(-1)!.value))).toBeGreaterThanOrEqual(LONG_QUEUE.busy);
  });

  it('F52 raise no alert more than twice within an hour', () => {
    expect(judged.transitions.length).toBeGreaterThan(300);
    expect(flapping(judged.transitions)).toEqual([]);
    expect(mostRisesWithinAnHour(judged.transitions)).toBeLessThanOrEqual(2);
  });

  it('F52 would flap by a rule that believes every look and forgets at once', () => {
    const hasty = judged.playbook.rules.map((rule) =>
      rule.kind === 'level' ? { ...rule, confirm: { readings: 1 }, clearMargin: 0, clearHoldMs: 0 } : rule,
    );
    const { transitions } = judge(
      { ...judged.playbook, rules: hasty },
      polls.map(({ gauge, claimedAt, receivedAt, waiting }) => ({ gauge, claimedAt, receivedAt, values: { waiting } })),
    );
    expect(flapping(transitions).length).toBeGreaterThan(10);
  });

  it('F22 come through MQTT as they are judged here: one window of Mokotów whose clock says 2020', async () => {
    const gauge = 'ud-mokotow-1-658';
    const own = polls.filter((poll) => poll.gauge === gauge && poll.receivedAt < Date.parse('2020-01-01T00:00:00+01:00'));
    const clock = new SteeredClock(own[0]!.receivedAt);
    const playbook = { ...judged.playbook, gauges: new Map([[gauge, judged.playbook.gauges.get(gauge)!]]) };
    const station = await Station.start({ playbook, clock });
    try {
      const { device } = await RawDevice.open(station.service.mqttPort, { id: gauge, key: station.keys[gauge]!, keepalive: 0 });
      for (const { claimedAt, receivedAt, waiting } of own) {
        clock.moveTo(receivedAt);
        expect(await device.publish(`sonae/v1/${gauge}/obs`, JSON.stringify({ t: claimedAt, waiting }))).toBe(1);
      }
      device.socket.destroy();
      await station.settled();
      const { history, ledger } = station.service.adapters;
      const kept = await history.range({ gauge, quantity: 'waiting', from: 0, to: own.at(-1)!.claimedAt + DAY_MS, limit: own.length + 1 });
      expect(kept.map(({ at, value, quality }) => [at, value, quality])).toEqual(
        own.map(({ receivedAt, waiting }) => [receivedAt, waiting, 'clockSuspect']),
      );
      const told = await ledger.transitionsAfter(0, 1_000);
      const expected = judged.transitions.filter((one) => one.gauge === gauge && one.at < Date.parse('2020-01-01T00:00:00+01:00'));
      expect(expected.length).toBeGreaterThan(3);
      expect(told.map(({ transition }) => [transition.at, transition.from, transition.to])).toEqual(
        expected.map(({ at, from, to }) => [at, from, to]),
      );
    } finally {
      await station.stop();
    }
  });

  function clocks(): FigureTable {
    const byOffice = Map.groupBy(judged.readings, ({ gauge }) => gauge.replace(/-\d+$/, ''));
    return {
      title: 'Clocks of the offices',
      header: ['Office', 'Windows', 'Looks', 'Kept', 'Clock a year ahead, flagged', 'Days'],
      rows: [...byOffice]
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(([office, own]) => {
          const suspect = own.filter(({ quality }) => quality === 'clockSuspect');
          const days = new Set(suspect.map(({ observedAt }) => dayInWarsaw(observedAt)));
          return [
            office,
            `${new Set(own.map(({ gauge }) => gauge)).size}`,
            thousands(polls.filter(({ gauge }) => gauge.replace(/-\d+$/, '') === office).length),
            thousands(own.length),
            thousands(suspect.length),
            [...days].join(', ') || '–',
          ];
        }),
    };
  }
});

(data ? describe : describe.skip)('eight street counters in Melbourne, 2014 to February 2015', () => {
  const folder = temporaryFolder();
  let judged: Judged;

  beforeAll(async () => {
    const { places, hours } = melbourneCounters(data!);
    const playbook = await foundCrowdCity(folder.path, TIME_ZONE, places);
    judged = judge(
      playbook,
      hours.map(({ gauge, at, count }) => ({ gauge, claimedAt: at, receivedAt: at, values: { count } })),
    );
  });

  afterAll(() => folder.remove());

  it('are what docs/crowding.md says', () => {
    const tables = [streets(), noticesTable('Notices of the streets', judged.transitions, dayInMelbourne)];
    for (const table of tables) printTable(table);
    for (const table of tables) expect(writtenTable(DOCUMENT, table.title)).toEqual(cellsOf(table));
  });

  it('tell of a street on few days, and a few times on those', () => {
    const { perDay, perPlaceDay } = notices(judged.transitions, dayInMelbourne);
    // One hour in a hundred was busier than the scale: some 90 a year and street, and they come in evenings of several hours.
    const days = (judged.readings.at(-1)!.observedAt - judged.readings[0]!.observedAt) / DAY_MS;
    const perStreetYear = judged.transitions.filter(({ kind }) => kind === 'raised').length / 8 / (days / 365);
    expect(perStreetYear).toBeGreaterThan(10);
    expect(perStreetYear).toBeLessThan(90);
    expect(perDay.size).toBeLessThan(days);
    expect(Math.max(...perPlaceDay.values())).toBeLessThanOrEqual(8);
  });

  it('F52 raise no alert more than twice within an hour', () => {
    expect(flapping(judged.transitions)).toEqual([]);
    expect(mostRisesWithinAnHour(judged.transitions)).toBeLessThanOrEqual(2);
  });

  it('keep every hour as good: what was counted long ago was counted by clocks that were right', () => {
    expect(judged.readings.filter(({ quality }) => quality !== 'ok')).toEqual([]);
  });

  it.each([
    ['New Year’s Eve', '2014-12-31T18:00:00+11:00', ['New Quay', 'Waterfront City']],
    ['26 January', '2015-01-26T06:00:00+11:00', ['New Quay', 'Waterfront City']],
    [
      'the night of 22 February 2014',
      '2014-02-22T18:00:00+11:00',
      ['Birrarung Marr', 'Flinders Street Station Underpass', 'Melbourne Central', 'Princes Bridge'],
    ],
  ])('call the right streets very crowded on %s, and no other', (_, from, names) => {
    const said = judged.transitions.filter(
      ({ from: before, to, at }) => to > before && to >= 2 && at >= Date.parse(from) && at < Date.parse(from) + DAY_MS / 2,
    );
    expect([...new Set(said.map(({ gauge }) => judged.playbook.gauges.get(gauge)!.name))].toSorted()).toEqual(names);
  });

  function streets(): FigureTable {
    return {
      title: 'Streets and what they are used to',
      header: ['Counter', 'Scale, persons an hour', 'Hours', 'Doubted', 'Raised', 'Very crowded', 'Extremely crowded', 'Highest, %'],
      rows: [...judged.playbook.gauges.values()].map(({ id, name, capacity }) => {
        const own = judged.readings.filter(({ gauge }) => gauge === id);
        const told = judged.transitions.filter(({ gauge, from, to }) => gauge === id && to > from);
        const reached = (step: number): string => `${told.filter(({ from, to }) => from < step && to >= step).length}`;
        const highest = own.reduce((top, { value }) => Math.max(top, value), 0);
        return [
          name,
          thousands(capacity!),
          thousands(own.length),
          `${own.filter(({ quality }) => quality !== 'ok').length}`,
          ...[1, 2, 3].map(reached),
          `${Math.round((100 * highest) / capacity!)}`,
        ];
      }),
    };
  }
});

interface Claimed {
  readonly gauge: string;
  readonly claimedAt: number;
  readonly receivedAt: number;
  readonly values: Report['values'];
}

/** The live engine on what devices claim, with the receipt beside it, which `sonae replay` does not know. */
function judge(playbook: Playbook, claims: readonly Claimed[]): Judged {
  const startedAt = performance.now();
  const marks = new Map([...playbook.gauges.keys()].map((id) => [id, emptyMark(id)]));
  const engine = new Judge(playbook, { alerts: [], watches: [] }, claims[0]!.receivedAt);
  const readings: Reading[] = [];
  let duplicates = 0;
  for (const { gauge, claimedAt, receivedAt, values } of claims) {
    const admission = admit(marks.get(gauge)!, aReport({ at: claimedAt, values }), playbook.gauges.get(gauge)!, receivedAt, 'actual');
    marks.set(gauge, admission.mark);
    duplicates += admission.duplicates;
    for (const reading of admission.readings) {
      readings.push(reading);
      engine.observe({ position: readings.length, reading }, receivedAt);
    }
  }
  const { transitions } = engine.take();
  const seconds = (performance.now() - startedAt) / 1000;
  print(
    `${thousands(claims.length)} reports of ${playbook.gauges.size} places in ${seconds.toFixed(1)} s: ${transitions.length} transitions`,
    '',
  );
  return { playbook, readings, duplicates, transitions };
}

const dayIn = (timeZone: string): ((at: number) => string) => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  return (at) => format.format(at);
};
const dayInWarsaw = dayIn('Europe/Warsaw');
const dayInMelbourne = dayIn(TIME_ZONE);

type Counts = ReadonlyMap<string, number>;

/** How many words a subscriber to everything would get, by day, and by place and day. */
function notices(
  transitions: readonly Transition[],
  dayOf: (at: number) => string,
): { readonly perDay: Counts; readonly perPlaceDay: Counts } {
  const counted = (key: (one: Transition) => string): Counts =>
    new Map([...Map.groupBy(transitions, key)].map(([name, own]) => [name, own.length]));
  return { perDay: counted(({ at }) => dayOf(at)), perPlaceDay: counted(({ gauge, at }) => `${gauge} ${dayOf(at)}`) };
}

function noticesTable(title: string, transitions: readonly Transition[], dayOf: (at: number) => string): FigureTable {
  const { perDay, perPlaceDay } = notices(transitions, dayOf);
  const [busiest, most] = [...perDay].reduce((top, other) => (other[1] > top[1] ? other : top));
  return {
    title,
    header: ['Figure', 'Value'],
    rows: [
      ['transitions', `${transitions.length}`],
      ['places that were ever told of', `${new Set(transitions.map(({ gauge }) => gauge)).size}`],
      ['days with any', `${perDay.size}`],
      ['a day with any, median', `${median([...perDay.values()])}`],
      ['the busiest day', `${most} on ${busiest}`],
      ['a place on a day with any, median', `${median([...perPlaceDay.values()])}`],
      ['a place on its busiest day', `${Math.max(...perPlaceDay.values())}`],
      ['most rises of one alert within an hour', `${mostRisesWithinAnHour(transitions)}`],
      ['alerts that flap (F52)', `${flapping(transitions).length}`],
    ],
  };
}

const byAlert = (transitions: readonly Transition[]): readonly (readonly Transition[])[] => [
  ...Map.groupBy(transitions, ({ ruleId, gauge }) => `${ruleId}@${gauge}`).values(),
];

/** Rises that come back too often within the hour, as the service itself would call them. */
const flapping = (transitions: readonly Transition[]): readonly string[] =>
  byAlert(transitions).flatMap((own) => own.flatMap((one, index) => (flappingOf(own.slice(0, index + 1)).isFlapping ? [one.id] : [])));

const mostRisesWithinAnHour = (transitions: readonly Transition[]): number =>
  Math.max(
    ...byAlert(transitions).map((own) => {
      const rises = own.filter(({ from, to }) => to > from);
      return Math.max(0, ...rises.map(({ at }) => rises.filter((other) => other.at > at - 3_600_000 && other.at <= at).length));
    }),
  );

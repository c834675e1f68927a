import { jest } from '@jest/globals';
import { admit, emptyMark, Judge, type Transition } from '#core';
import { sharedData } from '../shared-data.ts';
import { aReport } from '../support/builders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type CrisisYear, replayCrisisYear } from './crisis-year.ts';
import { publicAlarms } from './heard-in-public.ts';
import { print } from './print.ts';

jest.setTimeout(900_000);

/** Sensors that were found out in the year: what they did wrong, by the name of the station. */
const BAD: readonly (readonly [id: string, name: string, fault: string])[] = [
  ['2420300016', '清水川', 'leaps by 0.8 m, stands at 8.38 m for five weeks, spikes to 9.81 m'],
  ['8500000300', '勢田川左岸3.2km', 'jumps up and down by 0.5 to 2 m on winter nights, 4.97 m on 2025-12-27'],
  ['3600000010', '諏訪橋', 'leaps by 1.65 m, stands at 4.34 m, and comes back there for three days'],
  ['8600000172', '宇陀川4.2k', 'jumps between 203 and 211 m within a day'],
  ['1200000063', '匂当橋', 'stands at 7.3 m for five days after two weeks of silence'],
  ['1200000093', '金田', 'says 9.6 m once in some days'],
  ['2400000055', '芥川橋', 'stands 4.6 m above its flood level for a day'],
  ['2400000052', '能褒野橋', 'first word 4.5 m above start, falling back'],
  ['2400000214', '新羽根橋', 'one value 5.3 m above start'],
  ['2400000157', '鍋坂大橋', 'one value 4.8 m above start'],
  ['2400000191', '岡田橋', 'one value 5.7 m above the ones before'],
];

/** Floods that the description of the data names. */
const FLOODS: readonly (readonly [id: string, name: string])[] = [
  ['3600000016', '為老橋（渡内川）'],
  ['3600000024', '原ヶ野橋（日和佐川）'],
  ['3600000041', '熊谷大橋（熊谷川）'],
  ['2400000001', '汁谷川 宮古橋'],
];

/**
 * Alarms that no region shares, as `docs/crisis-year.md` goes through them. The first two are water at a low mark; the other two are most
 * likely faults that no look at one gauge can tell from a flood: they begin, move and stay like water. Only neighbours or rain can.
 */
const LEFT_ALONE = ['2400000067', '2400000008', '2400000082', '2400000016'];

const data = sharedData();

(data ? describe : describe.skip)('a year of 475 crisis gauges', () => {
  const folder = temporaryFolder();
  let year: CrisisYear;

  beforeAll(async () => {
    year = await replayCrisisYear(data!, (name) => folder.file(name));
  });

  afterAll(() => folder.remove());

  it.each(BAD)('tells the public nothing by %s %s, which %s', (gauge) => {
    expect(year.playbook.gauges.has(gauge)).toBe(true);
    expect(publicAlarms(year.checked).filter(({ gauge: where }) => where === gauge)).toEqual([]);
  });

  it.each(FLOODS)('raises the flood step at %s %s in the night of 2 June 2026', (gauge) => {
    const flood = publicAlarms(year.checked).filter(({ gauge: where, to, at }) => where === gauge && to === 3 && inJune(at));
    expect(flood).toHaveLength(1);
  });

  it('keeps every alarm that its region shares, and at the same reading', () => {
    const [before, after] = [year.unchecked, year.checked].map((transitions) =>
      publicAlarms(transitions)
        .filter((alarm) => !year.neighbours.alone(alarm))
        .map(brief)
        .toSorted(),
    );
    expect(after).toEqual(before);
  });

  it('leaves alone few alarms, and those are known', () => {
    const alone = new Set(
      publicAlarms(year.checked)
        .filter((alarm) => year.neighbours.alone(alarm))
        .map(({ gauge }) => gauge),
    );
    expect([...alone].toSorted()).toEqual(LEFT_ALONE.toSorted());
  });

  it('says the same when the collector hands in every old value again as often as the snapshots did', () => {
    const { observations, playbook } = year;
    const handedIn = observations
      .flatMap((observation) => [
        { observation, receivedAt: observation.at },
        { observation, receivedAt: observation.lastSeenAt },
      ])
      .toSorted((a, b) => a.receivedAt - b.receivedAt);
    const judge = new Judge(playbook, { alerts: [], watches: [] }, handedIn[0]!.receivedAt);
    const marks = new Map([...year.playbook.gauges.keys()].map((id) => [id, emptyMark(id)]));
    let position = 0;
    let repeats = 0;
    for (const { observation, receivedAt } of handedIn) {
      const { gauge, at, level } = observation;
      const admission = admit(
        marks.get(gauge)!,
        aReport({ at, values: { level } }),
        year.playbook.gauges.get(gauge)!,
        receivedAt,
        'actual',
      );
      marks.set(gauge, admission.mark);
      repeats += admission.duplicates;
      for (const reading of admission.readings) judge.observe({ position: (position += 1), reading }, receivedAt);
    }
    const { transitions } = judge.take();
    expect(publicAlarms(transitions).map(brief).toSorted()).toEqual(publicAlarms(year.checked).map(brief).toSorted());
    print(`  handed in twice: ${repeats} of ${observations.length} recognised as repeats, the same public alarms`);
  });
});

const inJune = (at: number): boolean => at >= Date.parse('2026-06-02T12:00:00+09:00') && at < Date.parse('2026-06-03T12:00:00+09:00');
const brief = ({ gauge, to, at }: Transition): string => `${gauge} ${to} ${new Date(at).toISOString()}`;

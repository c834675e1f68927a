import { jest } from '@jest/globals';
import type { LevelRule, Quality, Transition } from '#core';
import { sharedData } from '../shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type CrisisYear, type Doubted, doubtfulWitnesses, isPublicStep, replayCrisisYear, riverRule, witnessesOf } from './crisis-year.ts';
import { cellsOf, type FigureTable, japanTime, printTable, thousands, writtenTable } from './document-table.ts';
import { publicAlarms } from './heard-in-public.ts';
import { print } from './print.ts';

jest.setTimeout(900_000);

const DOCUMENT = 'crisis-year.md';
/** About a day of the snapshots, which come hourly with gaps: fewer still readings may be a crest that lasts. */
const STILL_READINGS_MIN = 24;
const NAMED: Readonly<Partial<Record<Quality, string>>> = { constant: 'stuck', outOfRange: 'absurd', stepTooLarge: 'leaping' };

const data = sharedData();

(data ? describe : describe.skip)('docs/crisis-year.md', () => {
  const folder = temporaryFolder();
  let year: CrisisYear;
  let rule: LevelRule;

  beforeAll(async () => {
    year = await replayCrisisYear(data!, (name) => folder.file(name));
    rule = riverRule(year.playbook);
    print(
      `Crisis gauges, a year: ${thousands(year.readings)} readings of ${year.playbook.gauges.size} gauges in ${year.seconds.toFixed(2)} s`,
      '',
    );
  });

  afterAll(() => folder.remove());

  it.each([
    ['what the checks doubt', doubts],
    ['the public alarms with and without the checks', alarms],
    ['on what the public alarms rest', rests],
    ['the stations that would have told the public of water that was not there', exposed],
    ['the stations that stand still', still],
    ['the alarms that no region shares', alone],
  ])('holds %s as the run finds it', (_, figures) => {
    const table = figures();
    printTable(table);
    expect(table.rows.length).toBeGreaterThan(0);
    expect(writtenTable(DOCUMENT, table.title)).toEqual(cellsOf(table));
  });

  it('can say that no public alarm rests on a doubtful reading: each has two readings that every check believes, made at different times', () => {
    const told = publicAlarms(year.checked);
    expect(told.length).toBeGreaterThan(70);
    for (const alarm of told) {
      const witnesses = witnessesOf(alarm, rule);
      expect(witnesses).toHaveLength(2);
      expect(doubtfulWitnesses(alarm, witnesses, year)).toEqual([]);
      expect(new Set(witnesses.map(({ at }) => at)).size).toBe(2);
      expect(new Set(witnesses.map(({ position }) => position)).size).toBe(2);
      const limit = alarm.record.limits.find(({ name }) => name === rule.steps[alarm.to - 1]!.name)!;
      for (const { value } of witnesses) expect(value).toBeGreaterThanOrEqual(limit.value);
    }
  });

  it('could not say it without the checks, nor of an engine that believes a reading alone', () => {
    const resting = (transitions: readonly Transition[], readings: number): number =>
      publicAlarms(transitions).filter((alarm) => doubtfulWitnesses(alarm, witnessesOf(alarm, asking(readings)), year).length > 0).length;
    expect(resting(year.unchecked, 2)).toBeGreaterThan(5);
    expect(resting(year.atOnce, 1)).toBeGreaterThan(resting(year.unchecked, 2));
  });

  const asking = (readings: number): LevelRule => ({ ...rule, confirm: { readings } });

  function doubts(): FigureTable {
    const byFlag = Map.groupBy(year.doubted.values(), ({ reading }) => reading.quality);
    return {
      title: 'What the checks doubt',
      header: ['Flag', 'Readings', 'Gauges', 'At or above the public limit', 'Gauges there'],
      rows: [...byFlag].map(([flag, own]) => [flag, ...counted(own), ...counted(own.filter(isPublicStep))]),
    };
  }

  function alarms(): FigureTable {
    const row = (engine: string, transitions: readonly Transition[], readings: number): readonly string[] => {
      const told = publicAlarms(transitions);
      const doubtful = told.filter((alarm) => doubtfulWitnesses(alarm, witnessesOf(alarm, asking(readings)), year).length > 0);
      const lone = told.filter((alarm) => year.neighbours.alone(alarm));
      return [engine, `${told.length}`, `${gaugesOf(told)}`, `${doubtful.length}`, `${lone.length}`, `${told.length - lone.length}`];
    };
    return {
      title: 'Public alarms of the year',
      header: ['Engine', 'Alarms', 'Gauges', 'Resting on a doubtful reading', 'Alone within 30 km', 'Shared by the region'],
      rows: [
        row('every reading believed', year.atOnce, 1),
        row('two readings in a row', year.unchecked, 2),
        row('two readings in a row, with the checks', year.checked, 2),
      ],
    };
  }

  function rests(): FigureTable {
    const told = publicAlarms(year.checked).map((alarm) => witnessesOf(alarm, rule));
    const minutes = told.map((witnesses) => (witnesses.at(-1)!.at - witnesses[0]!.at) / 60_000);
    const believed = told.filter((witnesses) => witnesses.length === 2 && witnesses.every(({ quality }) => quality === 'ok'));
    const same = told.filter((witnesses) => witnesses[0]!.value === witnesses.at(-1)!.value);
    return {
      title: 'What the public alarms rest on',
      header: ['Figure', 'Value'],
      rows: [
        ['public alarms', `${told.length}`],
        ['of two readings that every check believes', `${believed.length}`],
        ['least and most minutes between the two', `${Math.min(...minutes)}, ${Math.max(...minutes)}`],
        ['both readings the same to the last digit', `${same.length}`],
      ],
    };
  }

  function exposed(): FigureTable {
    const own = Map.groupBy([...year.doubted.values()].filter(isPublicStep), ({ reading }) => reading.gauge);
    return {
      title: 'Doubted at or above the public limit',
      header: [
        'Gauge',
        'Name',
        'Named',
        'Doubted',
        'Alarms one reading',
        'Alarms two',
        'Alarms with the checks',
        'Reason given at the highest',
      ],
      rows: [...own]
        .toSorted(([, a], [, b]) => b.length - a.length)
        .map(([gauge, doubted]) => [
          gauge,
          nameOf(gauge),
          namesOf(doubted),
          `${doubted.length}`,
          ...[year.atOnce, year.unchecked, year.checked].map((transitions) => `${publicAlarms(transitions).filter(at(gauge)).length}`),
          highest(doubted).reading.why,
        ]),
    };
  }

  function still(): FigureTable {
    const own = Map.groupBy(
      [...year.doubted.values()].filter(({ reading }) => reading.quality === 'constant'),
      ({ reading }) => reading.gauge,
    );
    return {
      title: 'Standing still above the start level',
      header: ['Gauge', 'Name', 'Doubted', 'First', 'Last', 'Last reason given'],
      rows: [...own]
        .filter(([, doubted]) => doubted.length >= STILL_READINGS_MIN)
        .toSorted(([, a], [, b]) => b.length - a.length)
        .map(([gauge, doubted]) => {
          const [first, last] = [doubted[0]!.reading, doubted.at(-1)!.reading];
          return [gauge, nameOf(gauge), `${doubted.length}`, japanTime(first.observedAt), japanTime(last.observedAt), last.why];
        }),
    };
  }

  function alone(): FigureTable {
    return {
      title: 'Alarms that no region shares',
      header: ['Gauge', 'Name', 'Raised', 'Limit', 'The two readings', 'Heard within 15 km'],
      rows: publicAlarms(year.checked)
        .filter((alarm) => year.neighbours.alone(alarm))
        .map((alarm) => {
          const { name, value } = alarm.record.limits.find((limit) => limit.name === rule.steps[alarm.to - 1]!.name)!;
          const near = year.neighbours.near(alarm);
          return [
            alarm.gauge,
            nameOf(alarm.gauge),
            japanTime(alarm.at),
            `${name} ${value} m`,
            witnessesOf(alarm, rule)
              .map((seen) => `${seen.value} m`)
              .join(', '),
            `${near.heard} of ${near.gauges} gauges`,
          ];
        }),
    };
  }

  const nameOf = (gauge: string): string => year.playbook.gauges.get(gauge)!.name;
});

const at =
  (gauge: string) =>
  (alarm: Transition): boolean =>
    alarm.gauge === gauge;
const gaugesOf = (own: readonly { readonly gauge: string }[]): number => new Set(own.map(({ gauge }) => gauge)).size;
const counted = (own: readonly Doubted[]): readonly string[] => [thousands(own.length), `${gaugesOf(own.map(({ reading }) => reading))}`];
const highest = (own: readonly Doubted[]): Doubted => own.reduce((top, other) => (other.reading.value > top.reading.value ? other : top));

/** What staff see the gauge called, by the flags of its readings, the commonest first. */
function namesOf(own: readonly Doubted[]): string {
  return [...Map.groupBy(own, ({ reading }) => reading.quality)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([flag, readings]) => `${NAMED[flag] ?? flag} ${readings.length}`)
    .join(', ');
}

import { jest } from '@jest/globals';
import type { Transition } from '#core';
import { replay } from '#pipeline/replay';
import { type ReadingTable, readReadings } from '#readings-csv';
import { sharedData } from '../shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { cellsOf, type FigureTable, printTable, thousands, writtenTable } from './document-table.ts';
import { median } from './derived-limits.ts';
import { foundMunicipality } from './municipality.ts';
import { leadsOf, type Passages, passagesOf, passings, seriesOf } from './passages.ts';
import { print } from './print.ts';
import { type Basin, type Pair, riverBasins } from './river-basins.ts';

jest.setTimeout(900_000);

const DOCUMENT = 'sequence-rules.md';
/** One lag for every pair: longer than any travel time of the three basins (12.5 h from Mirepoix to Mazères), shorter than a day. */
const WITHIN_H = 15;

interface Judged {
  readonly basin: Basin;
  readonly table: ReadingTable;
  readonly transitions: readonly Transition[];
  readonly passages: ReadonlyMap<Pair, Passages>;
}

const data = sharedData();

(data ? describe : describe.skip)('a sequence rule on neighbours of a river', () => {
  const folder = temporaryFolder();
  let judged: readonly Judged[];

  beforeAll(async () => {
    judged = await Promise.all(
      riverBasins(data!, (name) => folder.file(name)).map((basin, index) => judge(basin, folder.file(`${index}`))),
    );
  });

  afterAll(() => folder.remove());

  it('says what docs/sequence-rules.md holds', () => {
    const tables = [...judged.map(({ basin, passages }) => tableOf(basin, passages)), summary()];
    for (const table of tables) printTable(table);
    for (const table of tables) expect(writtenTable(DOCUMENT, table.title)).toEqual(cellsOf(table));
  });

  it('leads by what the two series say without the engine, at every gauge that has no tide', () => {
    const compared = judged.flatMap(({ basin, table, passages }) => {
      const series = seriesOf(table);
      const start = new Map(basin.municipality.gauges.map((gauge) => [gauge.id, gauge.start]));
      const passed = (gauge: string) => passings(series.get(gauge)!, start.get(gauge)!);
      return [...passages]
        .filter(([{ downstream }]) => !basin.tidal.has(downstream))
        .map(([{ upstream, downstream }, { leadsMin }]) => ({
          pair: `${upstream} to ${downstream}`,
          leadsMin,
          expected: leadsOf(passed(upstream), passed(downstream), WITHIN_H * 3_600_000),
        }));
    });
    expect(compared.length).toBeGreaterThan(30);
    expect(compared.flatMap(({ expected }) => expected).length).toBeGreaterThan(50);
    for (const { pair, leadsMin, expected } of compared) expect({ pair, leadsMin }).toEqual({ pair, leadsMin: expected });
  });

  it('leads by about the travel time of the water, where the peaks tell one', () => {
    const ratios = judged.flatMap(({ basin, passages }) => [...passages].flatMap(([pair, own]) => ratioOf(basin, pair, own) ?? []));
    expect(ratios.length).toBeGreaterThan(20);
    expect(median(ratios)).toBeGreaterThan(0.5);
    expect(median(ratios)).toBeLessThan(1.5);
    expect(ratios.filter((ratio) => ratio >= 0.5 && ratio <= 2).length / ratios.length).toBeGreaterThan(0.66);
  });

  /** Every pair but those at whose lower end the tide passes the limit by itself. */
  function summary(): FigureTable {
    return {
      title: 'All together, without the tide',
      header: ['Basin', 'Pairs', ...COUNTS, 'Lead ÷ travel, median', 'over pairs'],
      rows: judged.map(({ basin, passages }) => {
        const dry = [...passages].filter(([{ downstream }]) => !basin.tidal.has(downstream));
        const sum = (count: (own: Passages) => number): string => `${dry.reduce((total, [, own]) => total + count(own), 0)}`;
        const ratios = dry.flatMap(([pair, own]) => ratioOf(basin, pair, own) ?? []);
        return [
          basin.name,
          `${dry.length}`,
          sum((own) => own.leadsMin.length),
          sum((own) => own.late),
          sum((own) => own.missed),
          sum((own) => own.falseAlarms),
          median(ratios).toFixed(2),
          `${ratios.length}`,
        ];
      }),
    };
  }
});

async function judge(basin: Basin, file: string): Promise<Judged> {
  const playbook = await foundMunicipality(file, { ...basin.municipality, passageWithinH: WITHIN_H });
  const table = await readReadings([basin.readings]);
  const startedAt = performance.now();
  const { transitions, readings } = replay(playbook, table);
  const seconds = (performance.now() - startedAt) / 1000;
  print(`${basin.name}: ${thousands(readings)} readings of ${playbook.gauges.size} gauges in ${seconds.toFixed(1)} s`);
  return { basin, table, transitions, passages: new Map(basin.pairs.map((pair) => [pair, passagesOf(pair.downstream, transitions)])) };
}

const COUNTS = ['Announced', 'Late', 'Missed', 'False'] as const;

function tableOf(basin: Basin, passages: ReadonlyMap<Pair, Passages>): FigureTable {
  const names = new Map(basin.municipality.gauges.map(({ id, name }) => [id, name]));
  return {
    title: basin.name,
    header: ['River', 'From', 'To', 'Own alerts', ...COUNTS, 'Median lead, min', 'Travel, min'],
    rows: [...passages].map(([pair, own]) => [
      pair.river,
      names.get(pair.upstream)!,
      names.get(pair.downstream)!,
      `${own.ownAlerts}`,
      `${own.leadsMin.length}`,
      `${own.late}`,
      `${own.missed}`,
      `${own.falseAlarms}`,
      own.leadsMin.length === 0 ? '–' : `${median(own.leadsMin)}`,
      basin.tidal.has(pair.downstream) ? 'tide' : `${pair.peakLagMin}`,
    ]),
  };
}

/** Median lead over travel time; null where the peaks tell no travel time: by the sea, or where a tributary peaked first. */
function ratioOf({ tidal }: Basin, { downstream, peakLagMin }: Pair, { leadsMin }: Passages): number | null {
  if (tidal.has(downstream) || peakLagMin <= 0 || peakLagMin > WITHIN_H * 60 || leadsMin.length === 0) return null;
  return median(leadsMin) / peakLagMin;
}

import { jest } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replay } from '#pipeline/replay';
import { readReadings } from '#readings-csv';
import { sharedData } from '../shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { derivedLimits, median } from './derived-limits.ts';
import { publicAlarms } from './heard-in-public.ts';
import { type GaugeRow, foundMunicipality } from './municipality.ts';
import { print } from './print.ts';
import { replayUnchecked } from './replay-unchecked.ts';
import { sharedTable } from './shared-table.ts';

jest.setTimeout(900_000);

interface Series {
  readonly name: string;
  readonly file: string;
  /** Null: the file is of one gauge. */
  readonly station: string | null;
  readonly time: string;
  readonly value: string;
  readonly metres: number;
  readonly intervalS: number;
}

const occitanie = (month: string): Series => ({
  name: `southern France ${month}`,
  file: `occitanie_2020/levels_${month}_10min_mm.csv.gz`,
  station: 'station_id',
  time: 'time',
  value: 'level_mm',
  metres: 0.001,
  intervalS: 600,
});
const usgs = (file: string): Series => ({
  name: `USGS ${file.slice(0, 8)}`,
  file: `usgs/${file}_5min.csv.gz`,
  station: null,
  time: 'time_utc',
  value: 'stage_ft',
  metres: 0.3048,
  intervalS: 300,
});
const SERIES: readonly Series[] = [
  occitanie('2020-01'),
  occitanie('2020-04'),
  usgs('01581752_2016-2018'),
  usgs('01589330_2018-06'),
  {
    name: 'Kuji and Naka 2026',
    file: 'kuji_naka_2026/levels_10min_m.csv.gz',
    station: 'station_id',
    time: 'time',
    value: 'level_m',
    metres: 1,
    intervalS: 600,
  },
];

const data = sharedData();

/**
 * The checks were tuned on Japanese crisis gauges; here they meet other floods, at five and ten minutes. Limits are derived as for Tokachi, and
 * what two readings in a row say without any check is said with the checks too, at the same reading.
 */
(data ? describe : describe.skip)('floods on which the checks were not tuned', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it.each(SERIES.map((series) => [series.name, series] as const))('keep every public alarm: %s', async (name, series) => {
    const { gauges, file } = convert(data!, series, folder.file(`${name}.csv`));
    const playbook = await foundMunicipality(folder.file(name), {
      code: '012076',
      name,
      gauges,
      observeIntervalS: series.intervalS,
      standbyIntervalS: series.intervalS,
      greatestAge: '30m',
      blind: false,
    });
    const table = await readReadings([file]);
    const [before, after] = [replayUnchecked(playbook, table), replay(playbook, table).transitions].map((transitions) =>
      publicAlarms(transitions)
        .map(({ gauge, to, at }) => `${gauge} ${to} ${new Date(at).toISOString()}`)
        .toSorted(),
    );
    print(`${name}: ${table.length} readings, ${before!.length} public alarms unchecked, ${after!.length} with the checks`);
    expect(before!.length).toBeGreaterThan(0);
    expect(after).toEqual(before);
  });
});

/** Writes a series as readings, with a gauge for each of its stations. */
function convert(
  shared: string,
  { file, station, time, value, metres }: Series,
  to: string,
): { readonly gauges: readonly GaugeRow[]; readonly file: string } {
  const rows = sharedTable(join(shared, 'rivers', file)).filter((row) => row[value] !== '');
  const seen = rows.map((row) => ({
    gauge: (station === null ? 'usgs' : row[station]!).toLowerCase(),
    time: /Z|[+-]\d\d:\d\d$/.test(row[time]!) ? row[time]! : `${row[time]!}Z`,
    level: Number(row[value]) * metres,
  }));
  writeFileSync(to, ['gauge,time,level', ...seen.map(({ gauge, time: at, level }) => `${gauge},${at},${level.toFixed(3)}`), ''].join('\n'));
  const gauges = [...Map.groupBy(seen, ({ gauge }) => gauge)].map(([id, own]): GaugeRow => {
    const levels = own.map(({ level }) => level);
    return {
      id,
      name: id,
      river: id,
      district: id,
      lat: 43,
      lon: 143,
      publicAlert: 'allowed',
      ...derivedLimits(median(levels), levels),
    };
  });
  return { gauges, file: to };
}

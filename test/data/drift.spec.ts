import { join } from 'node:path';
import { DRIFT_DAYS, driftOf, type Hourly, STUCK_HOURS, stuckOf } from '#core';
import { sharedData } from '../shared-data.ts';
import { median } from './derived-limits.ts';
import { print } from './print.ts';
import { sharedTable } from './shared-table.ts';

const HOUR_MS = 3_600_000;
/** An injected drift of this much shows whether a window could be told at all. */
const DRIFT_M_PER_DAY = 0.04;

type Basin = ReadonlyMap<string, Hourly>;
type Row = readonly [gauge: string, time: string, level: number];

function hourlyOf(rows: Iterable<Row>): Basin {
  const hours = new Map<string, Map<number, number[]>>();
  for (const [gauge, time, level] of rows) {
    const own = hours.get(gauge) ?? new Map<number, number[]>();
    hours.set(gauge, own);
    const hour = Math.floor(Date.parse(time) / HOUR_MS);
    own.set(hour, [...(own.get(hour) ?? []), level]);
  }
  return new Map([...hours].map(([gauge, own]) => [gauge, new Map([...own].map(([hour, levels]) => [hour, median(levels)]))]));
}

function* tall(data: string, file: string, [gauge, column]: readonly [string, string], scale: number): Generator<Row> {
  for (const row of sharedTable(join(data, file))) {
    if (row[column] !== '') yield [row[gauge]!, row['time']!, Number(row[column]) * scale];
  }
}

function* wide(data: string, file: string): Generator<Row> {
  for (const { time, ...levels } of sharedTable(join(data, file))) {
    for (const [gauge, level] of Object.entries(levels)) if (level !== '') yield [gauge, time!, Number(level)];
  }
}

/** Those next to each other on a river, as the table of neighbours has them. */
function besides(data: string): ReadonlyMap<string, ReadonlySet<string>> {
  const beside = new Map<string, Set<string>>();
  const add = (own: string, other: string) => beside.set(own, (beside.get(own) ?? new Set()).add(other));
  for (const { upstream, downstream } of sharedTable(join(data, 'rivers/pairs.csv'))) {
    add(upstream!, downstream!);
    add(downstream!, upstream!);
  }
  return beside;
}

const shifted = (own: Hourly, from: number): Hourly =>
  new Map([...own].map(([hour, level]) => [hour, level + (Math.max(0, hour - from) * DRIFT_M_PER_DAY) / 24]));

const data = sharedData();
(data ? describe : describe.skip)('drift and standstill beside neighbours, on gauges that were well', () => {
  const beside = data ? besides(data) : new Map<string, ReadonlySet<string>>();
  const basins: Readonly<Record<string, () => Basin>> = {
    Tokachi: () => hourlyOf(wide(data!, 'rivers/tokachi_2016/levels_hourly_m.csv.gz')),
    'Kuji and Naka': () => hourlyOf(tall(data!, 'rivers/kuji_naka_2026/levels_10min_m.csv.gz', ['station_id', 'level_m'], 1)),
    'Occitanie in January': () =>
      hourlyOf(tall(data!, 'rivers/occitanie_2020/levels_2020-01_10min_mm.csv.gz', ['site_id', 'level_mm'], 0.001)),
    'Occitanie in April': () =>
      hourlyOf(tall(data!, 'rivers/occitanie_2020/levels_2020-04_10min_mm.csv.gz', ['site_id', 'level_mm'], 0.001)),
  };

  it.each([
    { basin: 'Tokachi', windowsMin: 500, calledMax: 2, seenMin: 0 },
    { basin: 'Kuji and Naka', windowsMin: 250, calledMax: 0, seenMin: 0.4 },
    { basin: 'Occitanie in January', windowsMin: 500, calledMax: 0, seenMin: 0 },
    { basin: 'Occitanie in April', windowsMin: 500, calledMax: 0, seenMin: 0.1 },
  ])('$basin', ({ basin, windowsMin, calledMax, seenMin }) => {
    const gauges = basins[basin]!();
    let [windows, called, seen, still] = [0, 0, 0, 0];
    for (const [gauge, own] of gauges) {
      const neighbours = [...(beside.get(gauge) ?? [])].flatMap((name) => {
        const hourly = gauges.get(name);
        return hourly ? [{ name, hourly }] : [];
      });
      if (neighbours.length === 0) continue;
      const hours = [...own.keys()].toSorted((a, b) => a - b);
      for (let hour = hours[0]! + 24 * DRIFT_DAYS; hour < hours.at(-1)!; hour += 24) {
        windows += 1;
        if (driftOf({ own, neighbours }, hour) !== null) called += 1;
        if (driftOf({ own: shifted(own, hour - 24 * DRIFT_DAYS), neighbours }, hour) !== null) seen += 1;
      }
      for (let hour = hours[0]! + STUCK_HOURS; hour < hours.at(-1)!; hour += 1) {
        if (stuckOf({ own, neighbours }, [], hour) !== null) still += 1;
      }
    }
    print(`${basin}: ${called} of ${windows} windows called a drift, ${seen} with 4 cm a day; ${still} hours called stuck`);
    expect(windows).toBeGreaterThan(windowsMin);
    expect(called).toBeLessThanOrEqual(calledMax);
    expect(seen / windows).toBeGreaterThanOrEqual(seenMin);
    expect(still).toBe(0);
  });
});

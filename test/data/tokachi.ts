import { join } from 'node:path';
import type { GaugeRow, Municipality } from './municipality.ts';
import { sharedTable } from './shared-table.ts';

const FOLDER = 'rivers/tokachi_2016';

/** The wide table as it is shared: `readReadings` takes it. */
export const tokachiReadings = (data: string): string => join(data, FOLDER, 'levels_hourly_m.csv.gz');

/** The first flood of the month began on this day; what was before is base flow. */
const FLOODS_FROM = '2016-08-17';
/** A gauge whose record spans less than this would have its limits within a hand of each other. */
const RISE_M_MIN = 1;

/**
 * The 33 gauges of the Tokachi basin, which report every hour on the hour. The data have no limits; these are derived: `start`, `warn` and
 * `flood` stand at a quarter, a half and three quarters of the way from base flow (the median before the first flood) to the highest level
 * of the record, which is taken as 1 m at least.
 */
export function tokachiMunicipality(data: string): Municipality {
  const rows = sharedTable(tokachiReadings(data));
  const gauges = sharedTable(join(data, FOLDER, 'stations.csv')).map((station): GaugeRow => {
    const id = station['station_id']!;
    const seen = rows.filter((row) => row[id] !== '').map((row) => ({ time: row['time']!, level: Number(row[id]) }));
    const calm = seen.filter(({ time }) => time < FLOODS_FROM);
    const base = median((calm.length > 0 ? calm : seen).map(({ level }) => level));
    const rise = Math.max(RISE_M_MIN, seen.reduce((highest, { level }) => Math.max(highest, level), base) - base);
    const at = (share: number): number => Math.round((base + share * rise) * 100) / 100;
    return {
      id,
      name: station['name']!,
      river: station['river']!,
      district: station['river']!,
      lat: Number(station['lat']),
      lon: Number(station['lon']),
      publicAlert: 'allowed',
      start: at(0.25),
      warn: at(0.5),
      flood: at(0.75),
    };
  });
  return {
    code: '012076',
    name: '十勝川流域',
    gauges,
    observeIntervalS: 3_600,
    standbyIntervalS: 3_600,
    greatestAge: '2h',
    blind: true,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

import { join } from 'node:path';
import { derivedLimits, median } from './derived-limits.ts';
import type { GaugeRow, Municipality } from './municipality.ts';
import { sharedTable } from './shared-table.ts';

const FOLDER = 'rivers/tokachi_2016';

/** The wide table as it is shared: `readReadings` takes it. */
export const tokachiReadings = (data: string): string => join(data, FOLDER, 'levels_hourly_m.csv.gz');

/** The first flood of the month began on this day; what was before is base flow. */
const FLOODS_FROM = '2016-08-17';

/**
 * The 33 gauges of the Tokachi basin, which report every hour on the hour. The data have no limits; they are derived, with the median
 * before the first flood as base flow.
 */
export function tokachiMunicipality(data: string): Municipality {
  const rows = sharedTable(tokachiReadings(data));
  const gauges = sharedTable(join(data, FOLDER, 'stations.csv')).map((station): GaugeRow => {
    const id = station['station_id']!;
    const seen = rows.filter((row) => row[id] !== '').map((row) => ({ time: row['time']!, level: Number(row[id]) }));
    const calm = seen.filter(({ time }) => time < FLOODS_FROM);
    const base = median((calm.length > 0 ? calm : seen).map(({ level }) => level));
    return {
      id,
      name: station['name']!,
      river: station['river']!,
      district: station['river']!,
      lat: Number(station['lat']),
      lon: Number(station['lon']),
      publicAlert: 'allowed',
      ...derivedLimits(
        base,
        seen.map(({ level }) => level),
      ),
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

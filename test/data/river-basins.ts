import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { derivedLimits, median } from './derived-limits.ts';
import type { GaugeRow, Municipality } from './municipality.ts';
import { sharedTable } from './shared-table.ts';
import { tokachiMunicipality, tokachiReadings } from './tokachi.ts';

/** Two gauges of a river, one below the other. Gauge ids as in the basin's municipality. */
export interface Pair {
  readonly river: string;
  readonly upstream: string;
  readonly downstream: string;
  /** From peak to peak in the largest flood: the travel time of the water, as far as nothing disturbs it. */
  readonly peakLagMin: number;
}

export interface Basin {
  readonly name: string;
  readonly municipality: Municipality;
  /** The file that `readReadings` takes. */
  readonly readings: string;
  readonly pairs: readonly Pair[];
  /** Gauges near the sea, whose maxima are partly tide. */
  readonly tidal: ReadonlySet<string>;
}

interface Seen {
  readonly gauge: string;
  readonly time: string;
  readonly level: number;
}

/** The three basins with neighbours on a river; converted readings go into files that the caller removes. */
export const riverBasins = (data: string, file: (name: string) => string): readonly Basin[] => [
  tokachiBasin(data),
  occitanie(data, file('occitanie.csv')),
  kujiNaka(data, file('kuji-naka.csv')),
];

/** The 33 gauges of the Tokachi basin with the next one upstream of each, as far as the data name it. */
export function tokachiBasin(data: string): Basin {
  const pairs = pairsOf(data, 'tokachi_2016');
  return {
    name: 'Tokachi, August 2016',
    municipality: withUpstream(tokachiMunicipality(data), pairs),
    readings: tokachiReadings(data),
    pairs,
    // 大津 at the mouth.
    tidal: new Set(['301081281107090']),
  };
}

/** January (storm Gloria) and April to May 2020, 10 minutes. */
function occitanie(data: string, to: string): Basin {
  const rows = ['2020-01', '2020-04'].flatMap((month) => sharedTable(join(data, `rivers/occitanie_2020/levels_${month}_10min_mm.csv.gz`)));
  // Two sites mix a second station with another zero into the first; the station with most rows is the site.
  const stations = new Map(
    [...Map.groupBy(rows, (row) => row['site_id']!)].map(([site, own]) => [site, commonest(own.map((row) => row['station_id']!))]),
  );
  const seen = rows
    .filter((row) => row['level_mm'] !== '' && row['station_id'] === stations.get(row['site_id']!))
    .map((row) => ({ gauge: row['site_id']!.toLowerCase(), time: row['time']!, level: Number(row['level_mm']) / 1000 }));
  const named = sharedTable(join(data, 'rivers/occitanie_2020/stations.csv')).map((row) => ({ ...row, id: row['site_id']!.toLowerCase() }));
  const pairs = pairsOf(data, 'occitanie_2020');
  return {
    name: 'Southern France, January and April 2020',
    municipality: basin(seen, named, pairs, 600),
    readings: written(to, seen),
    pairs,
    tidal: new Set(),
  };
}

/** June to August 2026, hourly: the flood of June is not in the 10-minute file. */
function kujiNaka(data: string, to: string): Basin {
  const seen = sharedTable(join(data, 'rivers/kuji_naka_2026/levels_hourly_m.csv.gz'))
    .filter((row) => row['level_m'] !== '')
    .map((row) => ({ gauge: row['station_id']!, time: row['time']!, level: Number(row['level_m']) }));
  const named = sharedTable(join(data, 'rivers/kuji_naka_2026/stations.csv')).map((row) => ({ ...row, id: row['station_id']! }));
  // The peaks of August in pairs.csv are tides; those of the flood of June are the water's.
  const pairs = pairsOf(data, 'kuji_naka_2026').map((pair) => ({
    ...pair,
    peakLagMin: (peakAt(seen, pair.downstream, JUNE) - peakAt(seen, pair.upstream, JUNE)) / 60_000,
  }));
  return {
    name: 'Kuji and Naka, June to August 2026',
    municipality: basin(seen, named, pairs, 3_600),
    readings: written(to, seen),
    pairs,
    // 榊橋, 久慈大橋, 水府橋, 涸沼橋, 湊大橋.
    tidal: new Set(['303011283322050', '303011283322060', '303021283322020', '303021283322110', '303021283322010']),
  };
}

const JUNE = { from: '2026-06-02', to: '2026-06-07' } as const;

function peakAt(seen: readonly Seen[], gauge: string, { from, to }: { readonly from: string; readonly to: string }): number {
  const own = seen.filter((one) => one.gauge === gauge && one.time >= from && one.time < to);
  return Date.parse(own.reduce((top, one) => (one.level > top.level ? one : top)).time);
}

const pairsOf = (data: string, dataset: string): readonly Pair[] =>
  sharedTable(join(data, 'rivers/pairs.csv'))
    .filter((row) => row['dataset'] === `rivers/${dataset}`)
    .map((row) => ({
      river: row['river']!,
      upstream: row['upstream']!.toLowerCase(),
      downstream: row['downstream']!.toLowerCase(),
      peakLagMin: Number(row['peak_lag_min']),
    }));

function withUpstream(municipality: Municipality, pairs: readonly Pair[]): Municipality {
  const above = new Map(pairs.map(({ upstream, downstream }) => [downstream, upstream]));
  const gauges = municipality.gauges.map((gauge) => {
    const upstream = above.get(gauge.id);
    return upstream === undefined ? gauge : { ...gauge, upstream };
  });
  return { ...municipality, gauges };
}

type Named = Readonly<Record<string, string>> & { readonly id: string };

function basin(seen: readonly Seen[], named: readonly Named[], pairs: readonly Pair[], intervalS: number): Municipality {
  const gauges = [...Map.groupBy(seen, ({ gauge }) => gauge)].map(([id, own]): GaugeRow => {
    const station = named.find((row) => row.id === id);
    const levels = own.map(({ level }) => level);
    const river = station?.['river'] ?? id;
    return {
      id,
      name: station?.['name'] ?? id,
      river,
      district: river,
      // Some stations are published without a position; a district only has to have an outline.
      lat: Number(station?.['lat'] || 36.4),
      lon: Number(station?.['lon'] || 140.5),
      publicAlert: 'allowed',
      ...derivedLimits(median(levels), levels),
    };
  });
  const municipality: Municipality = {
    code: '012076',
    name: '流域',
    gauges,
    observeIntervalS: intervalS,
    standbyIntervalS: intervalS,
    greatestAge: '2h',
    blind: false,
  };
  return withUpstream(municipality, pairs);
}

function written(file: string, seen: readonly Seen[]): string {
  writeFileSync(file, ['gauge,time,level', ...seen.map(({ gauge, time, level }) => `${gauge},${time},${level.toFixed(3)}`), ''].join('\n'));
  return file;
}

const commonest = (values: readonly string[]): string =>
  [...Map.groupBy(values, (value) => value)].reduce((most, other) => (other[1].length > most[1].length ? other : most))[0];

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GaugeRow, Municipality } from './municipality.ts';
import { sharedTable } from './shared-table.ts';

const FOLDER = 'rivers/crisis_gauges_2026';

/** One observation of a crisis gauge, once however often the snapshots repeated it. */
export interface Observation {
  readonly gauge: string;
  readonly at: number;
  /** As it stands in the file: Japanese time with offset. */
  readonly time: string;
  readonly level: number;
  /** When the collector saw it last: hours or months later where a gauge repeats one old value. */
  readonly lastSeenAt: number;
}

/**
 * The 475 crisis gauges with their published limits as one municipality. The snapshots are about hourly, so an hour is the interval that
 * can be expected of them; what is below `start` is not in them at all, so silence says nothing and no rule judges it.
 */
export function crisisMunicipality(data: string): Municipality {
  const gauges = sharedTable(join(data, FOLDER, 'stations.csv')).map((row): GaugeRow => ({
    id: row['code']!,
    name: row['name']!,
    river: row['name']!,
    // Two stations are published without their municipality.
    district: row['city'] || '市町村不詳',
    lat: Number(row['lat']),
    lon: Number(row['lon']),
    publicAlert: 'allowed',
    start: Number(row['start_level_m']),
    warn: row['warn_level_m'] ? Number(row['warn_level_m']) : null,
    flood: Number(row['flood_level_m']),
  }));
  return {
    code: '240001',
    name: '危機管理型水位計の四県',
    gauges,
    observeIntervalS: 3_600,
    standbyIntervalS: 86_400,
    greatestAge: '30m',
    blind: false,
  };
}

/** The observations from an instant to before another, in order of time. */
export function crisisObservations(data: string, from = '2025-09-01', to = '2027-01-01'): readonly Observation[] {
  return sharedTable(join(data, FOLDER, 'observations.csv.gz'))
    .filter(({ obs_time: time = '' }) => time >= from && time < to)
    .map((row) => ({
      gauge: row['code']!,
      at: Date.parse(row['obs_time']!),
      time: row['obs_time']!,
      level: Number(row['level_m']),
      lastSeenAt: Date.parse(row['last_seen_utc']!),
    }))
    .toSorted((a, b) => a.at - b.at);
}

/** Writes observations as the readings that `sonae replay` and the simulator read. */
export function writeReadings(file: string, observations: readonly Observation[]): string {
  writeFileSync(file, ['gauge,time,level', ...observations.map(({ gauge, time, level }) => `${gauge},${time},${level}`), ''].join('\n'));
  return file;
}

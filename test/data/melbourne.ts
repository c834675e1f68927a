import { join } from 'node:path';
import type { CrowdPlace } from './crowd-city.ts';
import { sharedTable } from './shared-table.ts';

/** People who passed a counter in the hour before. */
export interface HourCount {
  readonly gauge: string;
  readonly at: number;
  readonly count: number;
}

/** What a street is used to is learnt from one year and judged on the next: hours from here on are judged. */
export const JUDGED_FROM = Date.parse('2014-01-01T00:00:00+11:00');
/** One hour in a hundred is busier: the scale against which a street's bands are measured. */
const SCALE_SHARE = 0.99;
export const TIME_ZONE = 'Australia/Melbourne';

/** The eight street counters, their scale from 2013, and their hours from 2014 on, in order. */
export function melbourneCounters(data: string): { readonly places: readonly CrowdPlace[]; readonly hours: readonly HourCount[] } {
  const names = new Map(sharedTable(join(data, 'crowd/melbourne_sensors.csv')).map((row) => [`sensor-${row['sensor_id']!}`, row['name']!]));
  const all = sharedTable(join(data, 'crowd/melbourne_pedestrians_2013-2015_hourly.csv.gz'))
    .filter((row) => row['count'] !== '')
    .map((row): HourCount => ({
      gauge: `sensor-${row['sensor_id']!}`,
      at: melbourneTime(row['time_local']!),
      count: Number(row['count']),
    }))
    .toSorted((a, b) => a.at - b.at);
  const places = [...Map.groupBy(all, ({ gauge }) => gauge)].map(([id, own]): CrowdPlace => {
    const learnt = own
      .filter(({ at }) => at < JUDGED_FROM)
      .map(({ count }) => count)
      .toSorted((a, b) => a - b);
    return { id, name: names.get(id) ?? id, kind: 'spot', capacity: learnt[Math.floor(learnt.length * SCALE_SHARE)]!, intervalS: 3_600 };
  });
  return { places, hours: all.filter(({ at }) => at >= JUDGED_FROM) };
}

/** `2014-12-31T23:00` names the hour that begins then; its count is known when it is over. */
const melbourneTime = (wall: string): number =>
  Temporal.PlainDateTime.from(wall).toZonedDateTime(TIME_ZONE).add({ hours: 1 }).epochMilliseconds;

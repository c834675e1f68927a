import {
  type ClosingTime,
  GAUGE_KINDS,
  type Gauge,
  type GaugeKind,
  type Plausible,
  QUANTITIES,
  type Quantity,
  type Threshold,
} from '#core';
import { readTable, type Row } from './csv-table.ts';
import { suggestion } from './nearest.ts';
import { ID, ID_WANTED } from './plan-fields.ts';
import { geographicProblem } from './position.ts';
import type { Findings, Place } from './problem.ts';

const REQUIRED = ['id', 'name', 'kind'] as const;
const OPTIONAL = [
  'device',
  'quantity',
  'river',
  'area',
  'lat',
  'lon',
  'datum',
  'zeroHeightM',
  'crestM',
  'sensorElevationM',
  'offset',
  'capacity',
  'closing',
  'publicAlert',
  'standbyIntervalS',
  'observeIntervalS',
  'min',
  'max',
  'step10min',
  'stepHour',
  'stuckAfterMin',
  'upstream',
  'link',
  'areaM2',
  'note',
] as const;

/** What the rules of a kind of gauge usually judge. */
const QUANTITY_OF: Readonly<Record<GaugeKind, Quantity>> = {
  river: 'level',
  rain: 'rain',
  road: 'level',
  shelter: 'count',
  spot: 'count',
  window: 'waiting',
  weather: 'weather',
  link: 'level',
};

/** A crisis-management gauge below `start` gives a sign of life once a day, and measures every 10 min (D§1.1). */
const STANDBY_S = 86_400;
const OBSERVE_S = 600;
/** Identical values for longer than this above `start` are a fault (D§1.3). */
const STUCK_MIN = 180;
/** The bed is never further below the lowest threshold, nor the water further above the crest or the highest threshold (D§1.3). */
const BELOW_LOWEST_M = 15;
const ABOVE_CREST_M = 2;
const ABOVE_HIGHEST_M = 3;
/** Passes true floods (D§1.3). */
const STEP_10MIN_M = 1;
const STEP_HOUR_M = 3;
/** Millimetres in one report: above what was ever measured in an hour in Japan. */
const RAIN_MM_MAX = 200;
/** A crowd may exceed the capacity, but not by this factor; without a capacity no counter of ours sees more persons. */
const CAPACITY_TIMES_MAX = 5;
const PERSONS_MAX = 100_000;
/** A cumulative counter has 32 bits (D§7). */
const COUNTER_MAX = 2 ** 32 - 1;
/** A square kilometre: no place that one counter sees is larger. */
const AREA_M2_MAX = 1_000_000;

export interface LocatedGauge {
  readonly gauge: Gauge;
  readonly place: Place;
}

interface Known {
  /** Of the city: closing times are its clocks'. */
  readonly timeZone: string;
  /** Null when nobody knows them because the map cannot be read. */
  readonly districts: ReadonlySet<string> | null;
  readonly thresholds: ReadonlyMap<string, readonly Threshold[]>;
}

/** Reads `gauges.csv` and joins it with its thresholds. `ids` are all that stand there, of rows with errors too. Null when the table cannot be read. */
export function readGauges(
  file: string,
  bytes: Uint8Array,
  known: Known,
  findings: Findings,
): { readonly gauges: ReadonlyMap<string, LocatedGauge>; readonly ids: ReadonlySet<string> } | null {
  const rows = readTable({ file, bytes, required: REQUIRED, optional: OPTIONAL, others: 'refused' }, findings);
  if (!rows) return null;
  const ids = new Set(rows.map((row) => row.text('id')));
  const gauges = new Map<string, LocatedGauge>();
  const sources = new Map<string, string>();
  for (const row of rows) {
    const gauge = gaugeOf(row, known);
    if (!gauge) continue;
    const twin = gauges.get(gauge.id);
    if (twin) {
      row.error(`id: "${gauge.id}" is already the gauge of line ${twin.place.line}; give each gauge its own id`);
      continue;
    }
    const source = `${gauge.device} ${gauge.quantity}`;
    const other = sources.get(source);
    if (other !== undefined) {
      row.error(`device ${gauge.device} already reports ${gauge.quantity} for the gauge "${other}"; name another device or quantity`);
    }
    sources.set(source, gauge.id);
    gauges.set(gauge.id, { gauge, place: row.place });
  }
  checkUpstream(gauges, ids, findings);
  return { gauges, ids };
}

function gaugeOf(row: Row, { districts, thresholds, timeZone }: Known): Gauge | null {
  const id = idOf(row, 'id');
  const name = row.required('name', 'the name that people read');
  const kind = row.required('kind', `one of ${GAUGE_KINDS.join(', ')}`) === null ? null : row.oneOf('kind', GAUGE_KINDS);
  if (id === null || name === null || kind === null) return null;

  const usual = QUANTITY_OF[kind];
  const quantity = row.oneOf('quantity', [usual, ...QUANTITIES.filter((other) => other !== usual)]) ?? usual;
  const device = row.text('device') === '' ? id : (idOf(row, 'device') ?? id);
  const areas = row
    .text('area')
    .split(/[;；]/)
    .map((code) => code.trim())
    .filter((code) => code !== '');
  for (const code of areas) {
    if (districts && !districts.has(code))
      row.error(`area: there is no district "${code}" in areas.geojson${suggestion(code, districts, 'correct the code')}`);
  }
  const position = positionOf(row);
  const own = thresholds.get(id) ?? [];
  const crestM = metres(row, 'crestM');
  const capacity = row.number('capacity', { min: 1, max: PERSONS_MAX, wanted: 'a number of persons' });
  const areaM2 = row.number('areaM2', { min: 1, max: AREA_M2_MAX, wanted: 'a number of square metres' });
  const closing = closingOf(row, kind, quantity, timeZone);
  return {
    id,
    device,
    name,
    kind,
    quantity,
    river: row.text('river') || null,
    areas,
    lat: position?.lat ?? null,
    lon: position?.lon ?? null,
    datum: row.text('datum') || null,
    zeroHeightM: metres(row, 'zeroHeightM'),
    crestM,
    sensorElevationM: sensorOf(row, quantity),
    offset: row.number('offset', { min: -100, max: 100, wanted: 'a correction from -100 to 100' }) ?? 0,
    capacity,
    ...(areaM2 !== null && { areaM2 }),
    ...(closing && { closing }),
    publicAlert: row.oneOf('publicAlert', ['allowed', 'staffOnly'] as const) ?? 'staffOnly',
    standbyIntervalMs: seconds(row, 'standbyIntervalS') ?? STANDBY_S * 1_000,
    observeIntervalMs: seconds(row, 'observeIntervalS') ?? OBSERVE_S * 1_000,
    plausible: plausibleOf(row, kind, quantity, own, crestM, capacity),
    thresholds: own,
    upstream: row.text('upstream') || null,
    link: row.text('link') || null,
  };
}

function idOf(row: Row, column: string): string | null {
  const text = row.required(column, ID_WANTED);
  if (text === null || ID.test(text)) return text;
  row.error(`${column}: "${text}" is not ${ID_WANTED}; correct it`);
  return null;
}

const metres = (row: Row, column: string): number | null =>
  row.number(column, { min: -1_000, max: 9_000, wanted: 'an elevation in metres such as 6.60' });

function seconds(row: Row, column: string): number | null {
  const value = row.number(column, { min: 1, max: 7 * 86_400, wanted: 'a number of seconds from 1 to 604800' });
  return value === null ? null : value * 1_000;
}

function sensorOf(row: Row, quantity: Quantity): number | null {
  const value = metres(row, 'sensorElevationM');
  if (value !== null && quantity !== 'level')
    row.error(`sensorElevationM turns a distance into a level, but this gauge reports ${quantity}; leave it empty`);
  return value;
}

/** When nobody is left in a place that counts those who come and go, and when a window's tickets are over. */
function closingOf(row: Row, kind: GaugeKind, quantity: Quantity, timeZone: string): ClosingTime | null {
  const text = row.text('closing');
  if (text === '') return null;
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) {
    row.error(`closing: "${text}" is not a time of day such as 22:00; correct it`);
    return null;
  }
  if (quantity !== 'count' && kind !== 'window')
    row.error(`closing empties a place whose people are counted, but this gauge reports ${quantity}; leave it empty`);
  return { minuteOfDay: Number(hours) * 60 + Number(minutes), timeZone };
}

function positionOf(row: Row): { readonly lat: number; readonly lon: number } | null {
  const lat = row.number('lat', { min: -180, max: 180, wanted: 'a latitude in degrees such as 34.4021' });
  const lon = row.number('lon', { min: -180, max: 180, wanted: 'a longitude in degrees such as 137.6012' });
  if (lat === null && lon === null) return null;
  if (lat === null || lon === null) {
    row.error('lat and lon belong together; give both or neither');
    return null;
  }
  const problem = geographicProblem(lat, lon);
  if (problem !== null) row.error(`lat and lon: ${problem}`);
  return { lat, lon };
}

/** Bounds as they are given, else those of D§1.3; a limit outside them could never raise an alarm. */
function plausibleOf(
  row: Row,
  kind: GaugeKind,
  quantity: Quantity,
  thresholds: readonly Threshold[],
  crestM: number | null,
  capacity: number | null,
): Plausible {
  const wanted = `a number in the unit of ${quantity}`;
  const given = (column: string, min?: number): number | null => row.number(column, { wanted, ...(min === undefined ? {} : { min }) });
  const values = thresholds.map(({ value }) => value);
  const usual = kind === 'link' ? NEVER : quantity === 'level' ? usualLevels(values, crestM) : usualCounts(quantity, values, capacity);
  const min = given('min') ?? usual?.min ?? null;
  const max = given('max') ?? usual?.max ?? null;
  if (min === null || max === null) {
    row.error('without a threshold or crestM nobody can tell which levels are plausible; give one of them, or min and max');
  } else if (min >= max) {
    row.error(`min ${min} is not below max ${max}; readings between them are believed, correct one`);
  } else {
    for (const value of values) {
      if (value < min || value > max)
        row.error(`the threshold ${value} lies outside min ${min} … max ${max}, so it could never be reached; correct it, min or max`);
    }
  }
  const stepMax = quantity === 'level' ? null : (max ?? PERSONS_MAX);
  return {
    min: min ?? 0,
    max: max ?? 0,
    stepPer10Min: given('step10min', 0) ?? stepMax ?? STEP_10MIN_M,
    stepPerHour: given('stepHour', 0) ?? stepMax ?? STEP_HOUR_M,
    stuckAfterMs: (row.number('stuckAfterMin', { min: 10, max: 100_000, wanted: 'a number of minutes, 10 or more' }) ?? STUCK_MIN) * 60_000,
  };
}

/** A link has no readings, so any bounds do. */
const NEVER = { min: 0, max: 1 };
/** Weather levels are 0 to 5 (D§2.3). */
const WEATHER_LEVEL_MAX = 5;

function usualLevels(values: readonly number[], crestM: number | null): { readonly min: number; readonly max: number } | null {
  const lowest = values.length > 0 ? Math.min(...values) : crestM;
  if (lowest === null) return null;
  return {
    min: metric(lowest - BELOW_LOWEST_M),
    max: metric(crestM === null ? Math.max(...values) + ABOVE_HIGHEST_M : crestM + ABOVE_CREST_M),
  };
}

/** Sums of binary fractions, back to millimetres. */
const metric = (value: number): number => Math.round(value * 1_000) / 1_000;

function usualCounts(
  quantity: Quantity,
  values: readonly number[],
  capacity: number | null,
): { readonly min: number; readonly max: number } {
  if (quantity === 'weather') return { min: 0, max: WEATHER_LEVEL_MAX };
  if (quantity === 'in' || quantity === 'out') return { min: 0, max: COUNTER_MAX };
  const usual = quantity === 'rain' ? RAIN_MM_MAX : capacity === null ? PERSONS_MAX : capacity * CAPACITY_TIMES_MAX;
  return { min: 0, max: Math.max(usual, ...values) };
}

function checkUpstream(gauges: ReadonlyMap<string, LocatedGauge>, ids: ReadonlySet<string>, findings: Findings): void {
  for (const { gauge, place } of gauges.values()) {
    checkLink(gauge, place, gauges, ids, findings);
    if (gauge.upstream === null) continue;
    if (!ids.has(gauge.upstream)) {
      findings.error(place, `upstream: there is no gauge "${gauge.upstream}"${suggestion(gauge.upstream, ids, 'correct the id')}`);
    } else if (flowsInCircle(gauge, gauges)) {
      findings.error(place, `upstream: going up from "${gauge.id}" leads back to it; water does not, correct the column`);
    }
  }
}

/** A link is a row of its own, so that it has a name when it is silent. */
function checkLink(
  { id, link }: Gauge,
  place: Place,
  gauges: ReadonlyMap<string, LocatedGauge>,
  ids: ReadonlySet<string>,
  findings: Findings,
): void {
  if (!link) return;
  if (!ids.has(link)) {
    findings.error(place, `link: there is no row "${link}" of kind link${suggestion(link, ids, 'correct the id')}`);
  } else if (gauges.has(link) && gauges.get(link)!.gauge.kind !== 'link') {
    findings.error(place, `link: "${link}" is not of kind link, so "${id}" cannot speak over it; name a row of kind link`);
  }
}

function flowsInCircle(gauge: Gauge, gauges: ReadonlyMap<string, LocatedGauge>): boolean {
  let at = gauge.upstream;
  for (let steps = 0; at !== null && steps <= gauges.size; steps += 1) {
    if (at === gauge.id) return true;
    at = gauges.get(at)?.gauge.upstream ?? null;
  }
  return false;
}

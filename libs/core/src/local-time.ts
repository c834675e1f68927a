/** An instant as the clocks of a city show it. Weekday 0 is Sunday; month 1 is January. */
export interface LocalTime {
  readonly month: number;
  readonly weekday: number;
  readonly minuteOfDay: number;
}

/** Every time zone moves its clocks at a multiple of a quarter of an hour, so within one the offset is constant. */
const QUARTER_MS = 15 * 60_000;
/** Quarters remembered per zone: readings come nearly in order, and a replay goes through them one after another. */
const QUARTERS_MAX = 64;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly offsets: Map<number, number>;
}

const zones = new Map<string, Zone>();

/** Local time of an instant in a zone (IANA name), the same whatever zone the process runs in (F23). */
export function localTime(at: number, timeZone: string): LocalTime {
  const local = new Date(at + offsetMs(at, timeZone));
  return {
    month: local.getUTCMonth() + 1,
    weekday: local.getUTCDay(),
    minuteOfDay: local.getUTCHours() * 60 + local.getUTCMinutes(),
  };
}

function offsetMs(at: number, timeZone: string): number {
  const zone = zoneOf(timeZone);
  const quarter = Math.floor(at / QUARTER_MS);
  const known = zone.offsets.get(quarter);
  // Stryker disable next-line all: what is remembered is the same, only sooner
  if (known !== undefined) return known;
  const start = quarter * QUARTER_MS;
  const parts = Object.fromEntries(zone.format.formatToParts(start).map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(parts['year']!, parts['month']! - 1, parts['day'], parts['hour'], parts['minute'], parts['second']);
  // Stryker disable next-line all: so is what was forgotten and is worked out again
  if (zone.offsets.size >= QUARTERS_MAX) zone.offsets.delete(zone.offsets.keys().next().value!);
  zone.offsets.set(quarter, shown - start);
  return shown - start;
}

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known) return known;
  const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
  const zone = {
    format: new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', calendar: 'gregory', ...fields }),
    offsets: new Map(),
  };
  zones.set(timeZone, zone);
  return zone;
}

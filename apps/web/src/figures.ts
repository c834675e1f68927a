/** The clock that headquarters lives by; the PC's own time zone has no say. */
export const TIME_ZONE = 'Asia/Tokyo';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface Age {
  readonly count: number;
  readonly unit: 'second' | 'minute' | 'hour' | 'day';
}

/** How long ago an instant was by server time, in the unit in which people say it. An instant ahead of the clock counts as now. */
export function ageOf(at: number, now: number): Age {
  const ms = Math.max(0, now - at);
  if (ms < MINUTE_MS) return { count: Math.floor(ms / 1_000), unit: 'second' };
  if (ms < 120 * MINUTE_MS) return { count: Math.floor(ms / MINUTE_MS), unit: 'minute' };
  if (ms < 48 * HOUR_MS) return { count: Math.floor(ms / HOUR_MS), unit: 'hour' };
  return { count: Math.floor(ms / DAY_MS), unit: 'day' };
}

/** How often something comes, in the unit in which people say it. */
export function rhythmOf(everyMs: number): Age {
  const [unit, ms] =
    everyMs >= DAY_MS
      ? (['day', DAY_MS] as const)
      : everyMs >= HOUR_MS
        ? (['hour', HOUR_MS] as const)
        : everyMs >= MINUTE_MS
          ? (['minute', MINUTE_MS] as const)
          : (['second', 1_000] as const);
  return { count: Math.max(1, Math.round(everyMs / ms)), unit };
}

/** A period of some minutes in the unit in which people say it: 72 hours, not three days. */
export const periodOf = (minutes: number): Age =>
  minutes < 60 ? { count: minutes, unit: 'minute' } : { count: Math.round(minutes / 60), unit: 'hour' };

/** Decimals with which a unit is read: centimetres for levels, tenths for rain, whole people. */
const decimalsOf = (unit: string): number => (unit === 'm' ? 2 : unit === 'mm' ? 1 : 0);

/** A value without its unit, grouped, with the decimals of the unit. The minus sign is a real one, as wide as a digit. */
export function figure(value: number, unit: string): string {
  const text = Math.abs(value).toLocaleString('en-US', {
    minimumFractionDigits: decimalsOf(unit),
    maximumFractionDigits: decimalsOf(unit),
  });
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** How many, grouped; null when nobody knows. */
export const countWords = (count: number | null): string | null => (count === null ? null : figure(count, ''));

/** A rate so small that its figure would be 0 is at rest. */
export function trendOf(ratePerHour: number | null, unit: string): 'unknown' | 'up' | 'down' | 'level' {
  if (ratePerHour === null) return 'unknown';
  if (!/[1-9]/.test(figure(ratePerHour, unit))) return 'level';
  return ratePerHour > 0 ? 'up' : 'down';
}

const seconds = new Intl.DateTimeFormat('ja-JP', {
  timeZone: TIME_ZONE,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const minutes = new Intl.DateTimeFormat('ja-JP', { timeZone: TIME_ZONE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const days = new Intl.DateTimeFormat('ja-JP', { timeZone: TIME_ZONE, month: 'numeric', day: 'numeric' });

export const clockTime = (at: number): string => seconds.format(at);
export const dayTime = (at: number): string => `${days.format(at)} ${minutes.format(at)}`;
export const dayClockTime = (at: number): string => `${days.format(at)} ${seconds.format(at)}`;

/** Hour and minute, with the day in front when it is not the day of `now`. */
export const shortTime = (at: number, now: number): string => (days.format(at) === days.format(now) ? minutes.format(at) : dayTime(at));

/** ISO 8601 with the offset of the city, as in the project's CSV files. Japan has had no summer time since 1951. */
export const isoTime = (at: number): string => `${new Date(at + 9 * HOUR_MS).toISOString().slice(0, -1)}+09:00`;

import { QUANTITIES, type Report } from '#core';
import { z } from 'zod';

/** Reports in one packet (product §7): a day at the shortest interval of D§1.1 fits in three packets. */
export const REPORTS_MAX = 500;
/** A packet or request body larger than this is no report of ours (S19). */
export const PACKET_BYTES_MAX = 64 * 1024;
/** A device that says nothing for longer than a week has no interval. */
const INTERVAL_S_MAX = 7 * 86_400;
/** Version texts are a few characters; the bound keeps a stray buffer out of the tables. */
const FIRMWARE_CHARS_MAX = 64;
/** Greatest instant that a date can hold, either way; what is believable is decided by `admit`, not here (F22). */
const INSTANT_MAX = 8_640_000_000_000_000;

const ISO_WITH_OFFSET =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

const number = z.number('must be a finite number');
/** Instant of the observation: ISO 8601 with offset, or epoch milliseconds. */
// One predicate rather than a union of schemas: a union builds the refusal of its first branch for every report of the other kind.
export const reportInstant = z.custom<number | string>(
  isInstant,
  'must be epoch milliseconds, or a date and time with its offset such as 2026-07-01T03:10:00+09:00',
);

/** One report as a device writes it (product §7): quantities by name in fixed units, unknown keys refused (S19). */
export const reportBody = z
  .strictObject({
    seq: z
      .int('must be a whole number')
      .min(0, 'must not be negative')
      .optional()
      .describe('Rises by one with every report; makes repeats recognisable'),
    t: reportInstant,
    level: number.optional().describe('Water level, m'),
    distance: number.optional().describe('Distance from the sensor down to the water, m'),
    rain: number.optional().describe('Rain of the interval, mm'),
    count: number.optional().describe('Persons present'),
    in: number.optional().describe('Persons that came in, cumulative'),
    out: number.optional().describe('Persons that went out, cumulative'),
    waiting: number.optional().describe('Persons waiting'),
    waitMin: number.optional().describe('Expected wait, min'),
    calling: number.optional().describe('Ticket number being called'),
    weather: number.optional().describe('Weather level 0 to 5, as the forecast office numbers its warnings'),
    batV: number.optional().describe('Battery, V'),
    rssi: number.optional().describe('Signal strength, dBm'),
    mode: z.enum(['standby', 'observe'], 'must be standby or observe').optional(),
    interval: number
      .gt(0, 'must be more than 0 s')
      .max(INTERVAL_S_MAX, 'must be at most a week')
      .optional()
      .describe('Seconds until the next report'),
    fw: z
      .string('must be a text')
      .max(FIRMWARE_CHARS_MAX, `must have at most ${FIRMWARE_CHARS_MAX} characters`)
      .optional()
      .describe('Version of the firmware'),
  })
  .meta({ id: 'ReportBody' });

export type ReportBody = z.infer<typeof reportBody>;

/** A packet: one report, or a batch of them. */
export const reportPacket = z.union([reportBody, z.array(reportBody).min(1).max(REPORTS_MAX)]).meta({ id: 'ReportPacket' });

/** The report that a valid body claims, in the units of the core. */
export function toReport(body: ReportBody): Report {
  const values: Record<string, number> = {};
  for (const name of REPORTED) {
    const value = body[name];
    if (value !== undefined) values[name] = value;
  }
  return {
    seq: body.seq ?? null,
    at: typeof body.t === 'number' ? Math.round(body.t) : Date.parse(body.t),
    values,
    mode: body.mode ?? null,
    intervalMs: body.interval === undefined ? null : Math.round(body.interval * 1000),
    batteryV: body.batV ?? null,
    rssiDbm: body.rssi ?? null,
    firmware: body.fw ?? null,
  };
}

const REPORTED = [...QUANTITIES, 'distance'] as const;

function isInstant(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= INSTANT_MAX;
  return typeof value === 'string' && ISO_WITH_OFFSET.test(value) && isOnCalendar(value);
}

/** `Date.parse` reads the 31st of February as the 3rd of March; a date that does not exist says that the device's clock is broken. */
function isOnCalendar(text: string): boolean {
  const day = Number(text.slice(8, 10));
  return day <= 28 || new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1, day)).getUTCDate() === day;
}

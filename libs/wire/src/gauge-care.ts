import { z } from 'zod';

/** Shapes of what staff does to gauges, and of what is known about their faults. */
const instant = z.number().int().min(0).max(8_640_000_000_000_000);
/** A sentence or two; longer words belong into a report. */
export const REASON_CHARS_MAX = 500;
const reason = z.string().trim().min(1).max(REASON_CHARS_MAX);

/** `value` null takes the correction back. */
export const correctionAsk = z
  .strictObject({
    quantity: z.string().max(16).optional().describe('That of the gauge unless told otherwise'),
    at: instant.describe('Instant of the observation'),
    value: z.number().nullable().describe('What it ought to have been; null takes an earlier correction back'),
    reason,
  })
  .meta({ id: 'CorrectionAsk' });
export type CorrectionAsk = z.infer<typeof correctionAsk>;

export const gaugeNoteAsk = z
  .strictObject({ text: reason, at: instant.optional().describe('What it is about; now unless told otherwise') })
  .meta({ id: 'GaugeNoteAsk' });
export type GaugeNoteAsk = z.infer<typeof gaugeNoteAsk>;

export const maintenanceAsk = z
  .strictObject({ from: instant.optional().describe('Now unless told otherwise'), until: instant, reason })
  .meta({ id: 'MaintenanceAsk' });
export type MaintenanceAsk = z.infer<typeof maintenanceAsk>;

const countNote = z.string().trim().max(REASON_CHARS_MAX).default('');
export const countAsk = z
  .union([
    z.strictObject({ count: z.number().int().min(0).max(1_000_000), note: countNote }),
    z.strictObject({
      full: z.literal(true).describe('Nobody else fits in; stands for as many people as the playbook calls full'),
      note: countNote,
    }),
  ])
  .meta({ id: 'CountAsk' });
export type CountAsk = z.infer<typeof countAsk>;

/** An entry of the logbook. What a kind has not is null. */
export const logbookEntryDto = z
  .object({
    number: z.number().int(),
    id: z.string(),
    gauge: z.string(),
    kind: z.enum(['correction', 'note', 'count', 'maintenance', 'maintenanceEnded', 'finding', 'findingEnded']),
    /** Why, or what was seen. */
    reason: z.string(),
    by: z.string(),
    madeAt: instant,
    at: instant.nullable(),
    from: instant.nullable(),
    until: instant.nullable(),
    quantity: z.string().nullable(),
    /** The value that was admitted, what the device had said, and what it ought to have been. */
    was: z.number().nullable(),
    raw: z.number().nullable(),
    value: z.number().nullable(),
    about: z.string().nullable(),
    of: z.string().nullable(),
  })
  .meta({ id: 'LogbookEntry' });
export type LogbookEntryDto = z.infer<typeof logbookEntryDto>;

/** A doubt about a gauge that holds. */
export const findingDto = z
  .object({ id: z.string(), gauge: z.string(), gaugeName: z.string(), about: z.string(), why: z.string(), since: instant })
  .meta({ id: 'Finding' });
export type FindingDto = z.infer<typeof findingDto>;

export const maintenanceDto = z
  .object({ id: z.string(), from: instant, until: instant, reason: z.string(), by: z.string() })
  .meta({ id: 'Maintenance' });
export type MaintenanceDto = z.infer<typeof maintenanceDto>;

export const gaugeFaultsDto = z
  .object({
    gauge: z.string(),
    /** What holds now, in words. */
    faults: z.array(
      z.object({ kind: z.enum(['cloned', 'clock', 'battery', 'drift', 'stuck']), why: z.string(), since: instant.nullable() }),
    ),
    /** Under way or planned. */
    maintenance: z.array(maintenanceDto),
    device: z.object({
      /** Numbers of the present line that never came. */
      missing: z.number().int(),
      gaps: z.number().int(),
      lastGapAt: instant.nullable(),
      restarts: z.number().int(),
      lastRestartAt: instant.nullable(),
      counterResets: z.number().int(),
      lastCounterResetAt: instant.nullable(),
      /** How far the device's clock is ahead of ours (negative: behind); null while too little was heard. */
      clockOffsetMs: z.number().nullable(),
      batteryV: z.number().nullable(),
    }),
    /** Days of the city, the newest first, counted over the gauge's own quantity. */
    days: z.array(
      z.object({
        day: z.string(),
        readings: z.number().int(),
        flags: z.record(z.string(), z.number().int()),
        last: z.object({ at: instant, quality: z.string(), why: z.string() }).nullable(),
      }),
    ),
  })
  .meta({ id: 'GaugeFaults' });
export type GaugeFaultsDto = z.infer<typeof gaugeFaultsDto>;

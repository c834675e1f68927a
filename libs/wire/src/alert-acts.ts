import { z } from 'zod';
import { ACT_KINDS, MATCHER_NAMES_MAX, SILENCE_COVERS, SILENCE_REASON_CHARS_MAX } from '#core';

const instant = z.number().int().min(0).max(8_640_000_000_000_000);

export const alertActDto = z
  .object({
    id: z.string(),
    kind: z.enum(ACT_KINDS),
    by: z.string(),
    at: instant,
    /** The words of a note, or the person it was assigned to. */
    text: z.string(),
    /** The step at which the alert stood. */
    step: z.number().int(),
  })
  .meta({ id: 'AlertAct', description: 'One act of a person on one episode of an alert; acts are only ever added.' });
export type AlertActDto = z.infer<typeof alertActDto>;

/** Which alerts a silence is about; every given list must match. */
const names = z.array(z.string().min(1).max(128)).min(1).max(MATCHER_NAMES_MAX);
export const silenceMatcherDto = z.strictObject({
  rules: names.optional(),
  gauges: names.optional(),
  rivers: names.optional(),
  areas: names.optional(),
});

const cover = z.enum(SILENCE_COVERS);

export const silenceDto = z
  .object({
    id: z.string(),
    number: z.number().int(),
    matcher: silenceMatcherDto,
    /** Words to staff; crowding news to residents; flood and evacuation news to residents. */
    covers: z.array(cover),
    reason: z.string(),
    by: z.string(),
    at: instant,
    endsAt: instant,
    ended: z.object({ by: z.string(), at: instant }).nullable(),
    /** Whether it holds messages back now, by the server's clock. */
    active: z.boolean(),
  })
  .meta({ id: 'Silence', description: 'A named person holds messages back, for a reason, until an instant.' });
export type SilenceDto = z.infer<typeof silenceDto>;

/** What is asked for; the reason and the end are mandatory, and the end is at most seven days away. */
export const silenceAsk = z.strictObject({
  matcher: silenceMatcherDto.refine((matcher) => Object.keys(matcher).length > 0, { error: 'name rules, gauges, rivers or areas' }),
  covers: z.array(cover).min(1).max(SILENCE_COVERS.length).default(['staff']),
  reason: z.string().trim().min(1).max(SILENCE_REASON_CHARS_MAX),
  endsAt: instant,
});
export type SilenceAsk = z.infer<typeof silenceAsk>;

export const staffDto = z.object({ name: z.string(), role: z.string() }).meta({ id: 'Staff' });
export type StaffDto = z.infer<typeof staffDto>;

import { z } from 'zod';
import { RESIDENT_REPORT_KINDS, RESIDENT_REPORT_STATES, SHELTER_OPENING_STATES } from '#core';

const instant = z.number().int().min(0).max(8_640_000_000_000_000);
const NOTE_CHARS_MAX = 500;

/** A resident's report as headquarters see it. */
export const residentReportDto = z
  .object({
    id: z.string(),
    number: z.number().int(),
    /** `needHelp` stands before all others until it is closed. */
    kind: z.enum(RESIDENT_REPORT_KINDS),
    at: instant,
    /** To about 10 m; null when it was not told. */
    place: z.object({ lat: z.number(), lon: z.number() }).nullable(),
    /** The district of the place. */
    district: z.object({ code: z.string(), name: z.string() }).nullable(),
    /** The resident's own words: shown as text, never as markup. */
    text: z.string(),
    state: z.enum(RESIDENT_REPORT_STATES),
    /** Who acted on it last, with what note. */
    by: z.string(),
    note: z.string(),
    actedAt: instant.nullable(),
    /** Of `needHelp`: since when the same person says to be safe. */
    safeSince: instant.nullable(),
  })
  .meta({ id: 'ResidentReport' });
export type ResidentReportDto = z.infer<typeof residentReportDto>;

export const residentReportAct = z.strictObject({ note: z.string().max(NOTE_CHARS_MAX).default('') }).meta({ id: 'ResidentReportAct' });
export type ResidentReportAct = z.infer<typeof residentReportAct>;

export const shelterOpeningDto = z
  .object({ state: z.enum(SHELTER_OPENING_STATES), note: z.string(), by: z.string(), at: instant })
  .meta({ id: 'ShelterOpening' });

export const shelterDto = z
  .object({
    id: z.string(),
    name: z.string(),
    address: z.string(),
    lat: z.number(),
    lon: z.number(),
    /** Hazards it is designated for, by the names of the national data set. */
    hazards: z.array(z.string()),
    capacity: z.number().nullable(),
    /** The newest word of staff; null while nobody said anything: then it counts as not open. */
    opening: shelterOpeningDto.nullable(),
    /** People there, from counters or a person's count; null when nobody knows now. */
    occupancy: z.object({ count: z.number(), at: instant, quality: z.string() }).nullable(),
    /** Share of the capacity; null when either is unknown. */
    occupancyPercent: z.number().int().nullable(),
    /** A person said that no more fit in. */
    full: z.boolean(),
    /** Those who were checked in; null while nobody is counted at the door or the desk. */
    checkedIn: z.object({ households: z.number().int(), persons: z.number().int(), at: instant }).nullable(),
  })
  .meta({ id: 'Shelter' });
export type ShelterDto = z.infer<typeof shelterDto>;

export const shelterOpeningAsk = z
  .strictObject({ state: z.enum(SHELTER_OPENING_STATES), note: z.string().max(NOTE_CHARS_MAX).default('') })
  .meta({ id: 'ShelterOpeningAsk' });
export type ShelterOpeningAsk = z.infer<typeof shelterOpeningAsk>;

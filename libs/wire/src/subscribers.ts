import { z } from 'zod';
import { CHANNELS, CHARSETS, LANGUAGES, type SubscriberCount } from '#core';

/** The longest address of mail (RFC 5321); ids of LINE have 33 characters. */
const ADDRESS_CHARS_MAX = 254;
/** A figure below this would point at people who can be known by it (S43). */
const SHOWN_PEOPLE_MIN = 5;

/** Whom an export or an erasure is about. */
export const subscriberAsk = z
  .strictObject({ channel: z.enum(CHANNELS), address: z.string().min(1).max(ADDRESS_CHARS_MAX) })
  .meta({ id: 'SubscriberAsk' });
export type SubscriberAsk = z.infer<typeof subscriberAsk>;

const instant = z.number().int();

/** Everything that is held about one person. */
export const subscriberExportDto = z
  .object({
    takenAt: instant,
    /** The number by which everything but the directory knows them. */
    recipient: z.string(),
    channel: z.enum(CHANNELS),
    address: z.string(),
    language: z.enum(LANGUAGES),
    charset: z.enum(CHARSETS),
    districts: z.array(z.string()),
    categories: z.array(z.string()),
    state: z.enum(['active', 'blocked']),
    /** Where messages go when this channel is blocked: a subscription of its own, with an export of its own. */
    standby: z.object({ channel: z.enum(CHANNELS), address: z.string() }).nullable(),
    /** What other stores hold, by the name of the store: what they were told, tickets, reports. */
    records: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
  })
  .meta({ id: 'SubscriberExport' });
export type SubscriberExportDto = z.infer<typeof subscriberExportDto>;

/** What was forgotten. */
export const erasureDto = z
  .object({
    recipient: z.string(),
    /** How many records went, the subscription included. */
    records: z.number().int(),
    /** A channel by which the same person is subscribed still, as a standby; to be erased by its own address. */
    stillSubscribed: z.enum(CHANNELS).nullable(),
  })
  .meta({ id: 'Erasure' });
export type ErasureDto = z.infer<typeof erasureDto>;

/** Subscribers in figures. Null stands for one to four people. */
export const subscriberCountsDto = z
  .object({
    counts: z.array(
      z.object({
        channel: z.string(),
        language: z.string(),
        /** Null for all of a language; who chose several districts is counted in each. */
        district: z.string().nullable(),
        active: z.number().int().nullable(),
        /** They closed this way for now. */
        blocked: z.number().int().nullable(),
      }),
    ),
  })
  .meta({ id: 'SubscriberCounts' });
export type SubscriberCountsDto = z.infer<typeof subscriberCountsDto>;

/** Counts as they may be shown: cells under five people are blank (S43). */
export const shownCounts = (counts: readonly SubscriberCount[]): SubscriberCountsDto => ({
  counts: counts.map(({ active, blocked, ...of }) => ({ ...of, active: shownPeople(active), blocked: shownPeople(blocked) })),
});

/** A number of people as it may be shown: null for one to four. */
export const shownPeople = (people: number): number | null => (people > 0 && people < SHOWN_PEOPLE_MIN ? null : people);

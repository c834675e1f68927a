import { z } from 'zod';
import { DESK_PERSONS_MAX } from '#core';
import { shelterDto } from './residents.ts';

const instant = z.number().int().min(0).max(8_640_000_000_000_000);
const headCount = z.object({ households: z.number().int(), persons: z.number().int() });
/** No hall of a city holds more; a figure with a digit too many is refused. */
const TOTAL_MAX = 20_000;
const HOUSEHOLDS_MAX = 500;

/** A line of a shelter's count. */
export const checkInEntryDto = z
  .object({
    id: z.string(),
    number: z.number().int(),
    kind: z.enum(['begun', 'came', 'left', 'undone', 'corrected', 'closed']),
    /** The number that the party was told; null without one. */
    ticket: z.number().int().nullable(),
    moved: headCount,
    total: headCount,
    way: z.enum(['door', 'desk']),
    /** Empty at the door. */
    by: z.string(),
    reason: z.string(),
    at: instant,
    undone: z.boolean(),
    /** Whether it can be undone still. */
    undoable: z.boolean(),
  })
  .meta({ id: 'CheckInEntry' });
export type CheckInEntryDto = z.infer<typeof checkInEntryDto>;

/** People who came together and are in. */
export const checkInPartyDto = z
  .object({ id: z.string(), ticket: z.number().int(), households: z.number().int(), persons: z.number().int(), since: instant })
  .meta({ id: 'CheckInParty' });

/** A shelter with everything that is counted there. */
export const checkInDto = z
  .object({
    shelter: shelterDto,
    households: z.number().int(),
    persons: z.number().int(),
    /** To how many persons people may count themselves at the door; beyond it staff count. */
    ceiling: z.number().int(),
    /** Of the newest line; rises. */
    number: z.number().int(),
    door: z.object({ url: z.string(), sheet: z.number().int() }),
    /** Newest first. */
    entries: z.array(checkInEntryDto),
    /** Newest number first, as many as a screen shows. */
    parties: z.array(checkInPartyDto),
    serverTime: instant,
  })
  .meta({ id: 'CheckIn' });
export type CheckInDto = z.infer<typeof checkInDto>;

/** What staff do at the desk of a shelter. */
export const checkInAsk = z
  .discriminatedUnion('act', [
    z.strictObject({
      act: z.literal('come'),
      persons: z.number().int().min(1).max(DESK_PERSONS_MAX),
      households: z.number().int().min(0).max(HOUSEHOLDS_MAX).default(1),
    }),
    z.strictObject({ act: z.literal('leave'), party: z.string().min(1).max(64) }),
    z.strictObject({
      act: z.literal('leaveUnnamed'),
      persons: z.number().int().min(1).max(DESK_PERSONS_MAX),
      households: z.number().int().min(0).max(HOUSEHOLDS_MAX).default(0),
    }),
    z.strictObject({ act: z.literal('undo'), of: z.string().min(1).max(400) }),
    z.strictObject({
      act: z.literal('correct'),
      persons: z.number().int().min(0).max(TOTAL_MAX),
      households: z.number().int().min(0).max(TOTAL_MAX),
      reason: z.string().trim().min(1).max(200),
    }),
  ])
  .meta({ id: 'CheckInAsk' });
export type CheckInStaffAsk = z.infer<typeof checkInAsk>;

export const doorSheetAsk = z
  .strictObject({ replaces: z.number().int().min(1).describe('The sheet that hangs now, as it was seen') })
  .meta({ id: 'DoorSheetAsk' });
export type DoorSheetAsk = z.infer<typeof doorSheetAsk>;

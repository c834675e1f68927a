import { z } from 'zod';
import { CHANNELS, TICKET_NUMBER_MAX } from '#core';

/** The longest address of mail (RFC 5321); ids of LINE have 33 characters. */
const ADDRESS_CHARS_MAX = 254;

export const ticketAsk = z
  .strictObject({
    channel: z.enum(CHANNELS),
    address: z.string().min(1).max(ADDRESS_CHARS_MAX).describe('Of a subscriber'),
    number: z.number().int().min(1).max(TICKET_NUMBER_MAX),
  })
  .meta({ id: 'TicketAsk' });
export type TicketAsk = z.infer<typeof ticketAsk>;

export const ticketDto = z
  .object({
    gauge: z.string(),
    number: z.number().int(),
    /** `near`: so few are before it that no call will follow. */
    state: z.enum(['waiting', 'near']),
    /** The number being called; null before the first. */
    calling: z.number().int().nullable(),
    /** How many numbers ahead the call comes. */
    ahead: z.number().int(),
    expiresAt: z.number().int(),
  })
  .meta({ id: 'Ticket' });
export type TicketDto = z.infer<typeof ticketDto>;

import { z } from 'zod';
import { BOUNCE_KINDS } from '#core';

/** A mail that came back, with the person by number; to be mended by whoever looks after the lists and the sender's good name. */
export const bounceDto = z
  .object({
    number: z.number().int(),
    deliveryId: z.string(),
    recipient: z.string(),
    domain: z.string(),
    kind: z.enum(BOUNCE_KINDS),
    /** Enhanced status code (RFC 3463); empty when none was given. */
    status: z.string(),
    at: z.number().int(),
    /** Of the city's calendar, `2026-07-01`. */
    day: z.string(),
  })
  .meta({ id: 'Bounce' });
export type BounceDto = z.infer<typeof bounceDto>;

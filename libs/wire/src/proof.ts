import { z } from 'zod';
import { CHANNELS, DEAD_LETTERS_MAX, LANGUAGES } from '#core';

/** Shapes of the HTTP API about whom a message reached and about what waits for a person. Instants are epoch milliseconds. */
const instant = z.number().int().min(0).max(8_640_000_000_000_000);
const people = z.number().int().min(0);

/** People: `addressed` is `accepted` + `waiting` + `unknown` + `failed`. */
const reachCountsDto = z.object({
  addressed: people,
  accepted: people,
  waiting: people,
  /** Tried, and nobody knows whether the channel has it. */
  unknown: people,
  failed: people,
  /** Among the accepted: they said that they saw it. */
  confirmed: people,
  /** Among the failed: the mail came back, or they blocked us soon after. */
  bounced: people,
  blocked: people,
  /** Held back on purpose; not addressed. */
  suppressed: people,
});

const byChannel = reachCountsDto.extend({ channel: z.enum(CHANNELS) });

export const reachReportDto = z
  .object({
    of: z.string(),
    at: instant,
    residents: reachCountsDto,
    /** Staff and holders of tickets, who were not chosen by district. */
    others: reachCountsDto,
    channels: z.array(byChannel),
    languages: z.array(reachCountsDto.extend({ language: z.enum(LANGUAGES) })),
    /** Those with the fewest reached of their people first; who chose two of them is counted in both. */
    districts: z.array(
      reachCountsDto.extend({
        code: z.string(),
        name: z.string(),
        population: people.nullable(),
        households: people.nullable(),
        notReached: people,
        /** Accepted by a hundred of the population. */
        percent: z.number().nullable(),
        channels: z.array(byChannel),
      }),
    ),
  })
  .meta({ id: 'ReachReport' });
export type ReachReportDto = z.infer<typeof reachReportDto>;

/** Whether dispatch sends. While it is held, everything is planned and nothing leaves. */
export const dispatchHoldDto = z
  .object({
    held: z.boolean(),
    heldAt: instant.nullable(),
    why: z.string(),
    /** Deliveries that wait. */
    waiting: z.number().int(),
    released: z.object({ at: instant, by: z.string(), why: z.string() }).nullable(),
  })
  .meta({ id: 'DispatchHold' });
export type DispatchHoldDto = z.infer<typeof dispatchHoldDto>;

const REASON_CHARS_MAX = 500;
const reason = z.string().trim().min(1).max(REASON_CHARS_MAX);

export const releaseAsk = z.strictObject({ reason });
export type ReleaseAsk = z.infer<typeof releaseAsk>;

export const retryAsk = z.strictObject({ reason: z.string().trim().max(REASON_CHARS_MAX).default('') });
export const closeAsk = z.strictObject({ reason });

/** Dead letters to be settled together: by their ids, or all of a channel or of one of its endpoints. */
export const deadLettersAsk = z.strictObject({
  act: z.enum(['retry', 'close']),
  reason,
  which: z.union([
    z.strictObject({ ids: z.array(z.string().max(512)).min(1).max(DEAD_LETTERS_MAX) }),
    z.strictObject({ channel: z.enum(CHANNELS), endpoint: z.string().max(253).optional() }),
  ]),
});
export type DeadLettersAsk = z.infer<typeof deadLettersAsk>;

export const deadLettersDto = z.object({ settled: z.number().int(), more: z.boolean() }).meta({ id: 'DeadLettersSettled' });
export type DeadLettersDto = z.infer<typeof deadLettersDto>;

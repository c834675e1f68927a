import { z } from 'zod';
import {
  CHANNELS,
  DELIVERY_STATES,
  LANGUAGES,
  ORDER_ACTS,
  ORDER_HAZARDS,
  ORDER_LEVELS,
  ORDER_STATES,
  ORDER_TEXT_CHARS_MAX,
  ORDER_TOLD_KINDS,
  QUALITIES,
  QUANTITIES,
  ROLES,
} from '#core';

const instant = z.number().int().min(0).max(8_640_000_000_000_000);
const count = z.number().int().min(0);
const level = z.union(ORDER_LEVELS.map((value) => z.literal(value)));
const status = z.enum(['actual', 'exercise', 'test']);

/** Districts of one order; a large city has some hundreds. */
const DISTRICTS_MAX = 1_000;

const contentDto = z.object({
  /** The city's own level; it never follows from a weather level. */
  municipalLevel: level,
  orderName: z.string(),
  hazard: z.enum(ORDER_HAZARDS),
  districts: z.array(z.object({ code: z.string(), name: z.string(), households: count.nullable(), persons: count.nullable() })),
  /** Sums over the districts; null when the playbook says it of none. */
  households: count.nullable(),
  persons: count.nullable(),
  /** Only places that are designated for the hazard. */
  destinations: z.array(z.object({ id: z.string(), name: z.string(), address: z.string() })),
});

const confirmationDto = z.object({
  by: z.string(),
  role: z.enum(ROLES).nullable(),
  at: instant,
  how: z.enum(['person', 'breakGlass', 'policy']),
  reason: z.string(),
});

const policyDto = z.object({
  id: z.string(),
  kind: z.enum(['issue', 'onePerson']),
  /** Of `issue`: how long people have to answer. */
  afterMs: z.number().int().nullable(),
  approvedBy: z.string(),
  approvedAt: instant,
  until: instant,
});

const decisionDto = z.object({
  kind: z.enum(['give', 'update', 'lift', 'correct']),
  content: contentDto,
  proposedBy: z.string().nullable(),
  proposedAt: instant,
  reason: z.string(),
  confirmations: z.array(confirmationDto),
  /** How many different deciders it takes. */
  wanted: z.number().int(),
  wide: z.object({ persons: count, usualPersons: count }).nullable(),
  /** Approvals that act on it. */
  policies: z.array(policyDto),
  /** When an approval issues it by itself unless somebody withdraws it before. */
  issueAt: instant.nullable(),
  /** When it takes effect; it can be undone until then. */
  effectAt: instant.nullable(),
  expiresAt: instant.nullable(),
});

export const orderDto = z
  .object({
    number: z.number().int(),
    id: z.string(),
    /** Sent back with every act, so that nobody decides on what has changed. */
    version: z.number().int(),
    state: z.enum(ORDER_STATES),
    status,
    /** Of a proposal as it is proposed, otherwise as it is in force. */
    content: contentDto,
    decision: decisionDto.nullable(),
    openedAt: instant,
    proposedBy: z.string().nullable(),
    /** The rule that proposed it. */
    ruleId: z.string().nullable(),
    /** As the playbook names it now; its id when the rule is gone. */
    ruleName: z.string().nullable(),
    givenAt: instant.nullable(),
    liftedAt: instant.nullable(),
    endedWhy: z.string(),
  })
  .meta({ id: 'Order', description: 'An evacuation order: a proposal, in force, or over.' });
export type OrderDto = z.infer<typeof orderDto>;

export const orderDetailDto = orderDto
  .extend({
    playbookVersion: z.string(),
    grounds: z.object({
      readings: z.array(
        z.object({
          transitionId: z.string(),
          gauge: z.string(),
          gaugeName: z.string(),
          river: z.string(),
          quantity: z.enum(QUANTITIES),
          unit: z.string(),
          value: z.number().nullable(),
          at: instant,
          quality: z.enum(QUALITIES),
          stepName: z.string(),
          limit: z.number().nullable(),
          verdict: z.string(),
          /** Why it may be wrong; null when nothing speaks against it. */
          doubt: z.string().nullable(),
        }),
      ),
      /** Of the weather agency; another thing than `municipalLevel`. */
      weatherLevel: z.object({ level: z.number().int(), at: instant }).nullable(),
      reports: z.array(z.object({ text: z.string(), by: z.string(), at: instant })),
    }),
    /** What speaks against it, each in a sentence: other gauges, doubtful readings, a wide area, words that are missing in a language. */
    against: z.array(z.object({ text: z.string(), at: instant.nullable() })),
    given: z.object({ at: instant, confirmations: z.array(confirmationDto) }).nullable(),
    lifted: z.object({ at: instant, confirmations: z.array(confirmationDto), noticeText: z.string() }).nullable(),
    governorReport: z.object({ reportedAt: instant, by: z.string(), notedAt: instant }).nullable(),
    /** Whom the decision would reach: subscribers of its districts by channel. Who chose two of the districts is counted in both. */
    reaches: z.array(z.object({ channel: z.enum(CHANNELS), subscribers: count, blocked: count, bound: z.boolean() })),
    /** The words that the decision would send, in every language of the city. */
    words: z.array(
      z.object({
        language: z.enum(LANGUAGES),
        subject: z.string(),
        body: z.string(),
        translated: z.boolean(),
        reviewer: z.string().nullable(),
      }),
    ),
    /** Deciders who have not confirmed it yet. */
    mayConfirm: z.array(z.string()),
    told: z.array(
      z.object({
        transitionId: z.string(),
        kind: z.enum(['proposed', ...ORDER_TOLD_KINDS]),
        at: instant,
        by: z.array(z.string()),
        brokeGlass: z.boolean(),
        /** The transition that it takes back. */
        corrects: z.string().nullable(),
        deliveries: z.array(z.object({ channel: z.enum(CHANNELS), state: z.enum(DELIVERY_STATES), deliveries: count, recipients: count })),
      }),
    ),
    acts: z.array(
      z.object({
        kind: z.enum(['propose', ...ORDER_ACTS]),
        by: z.string(),
        role: z.enum(ROLES).nullable(),
        at: instant,
        version: z.number().int(),
        reason: z.string(),
      }),
    ),
  })
  .meta({ id: 'OrderDetail', description: 'Everything that a person needs to decide on an order, and everything that became of it.' });
export type OrderDetailDto = z.infer<typeof orderDetailDto>;

export const orderPlanDto = z
  .object({
    presets: z.array(
      z.object({ id: z.string(), name: z.string(), municipalLevel: level, hazard: z.enum(ORDER_HAZARDS), content: contentDto }),
    ),
    approvals: z.array(policyDto.extend({ of: z.array(z.string()), active: z.boolean() })),
    districts: z.array(z.object({ code: z.string(), name: z.string(), households: count.nullable(), persons: count.nullable() })),
  })
  .meta({ id: 'OrderPlan', description: 'What the playbook says about orders: the usual districts and standing approvals.' });
export type OrderPlanDto = z.infer<typeof orderPlanDto>;

const reason = z.string().trim().max(ORDER_TEXT_CHARS_MAX);
const districts = z.array(z.string().min(1).max(128)).min(1).max(DISTRICTS_MAX);

/** A proposal by staff: a preset, of which level and districts may be changed, or all of level, hazard and districts. */
export const orderAsk = z
  .strictObject({
    preset: z.string().min(1).max(64).optional(),
    municipalLevel: level.optional(),
    hazard: z.enum(ORDER_HAZARDS).optional(),
    districts: districts.optional(),
    /** What somebody saw. */
    report: reason.optional(),
  })
  .refine(
    (ask) => ask.preset !== undefined || (ask.municipalLevel !== undefined && ask.hazard !== undefined && ask.districts !== undefined),
    {
      error: 'name a preset, or municipalLevel, hazard and districts',
    },
  );
export type OrderProposalAsk = z.infer<typeof orderAsk>;

const version = z.number().int().min(1);
export const orderVersionAsk = z.strictObject({ version });
export const orderConfirmAsk = z.strictObject({
  version,
  /** One person alone, for this reason; everybody on staff hears of it. */
  breakGlass: reason.min(1).optional(),
});
export const orderReasonAsk = z.strictObject({ version, reason: reason.default('') });
export const orderCorrectAsk = z.strictObject({ version, reason: reason.min(1) });
export const orderUpdateAsk = z
  .strictObject({ version, municipalLevel: level.optional(), districts: districts.optional(), reason: reason.default('') })
  .refine((ask) => ask.municipalLevel !== undefined || ask.districts !== undefined, { error: 'name municipalLevel or districts' });
export const governorReportAsk = z.strictObject({ reportedAt: instant });
export const orderReportAsk = z.strictObject({ text: reason.min(1) });

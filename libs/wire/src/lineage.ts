import { z } from 'zod';
import { limitDto, messageDto, peakDto, reachDto } from './api.ts';
import { orderDetailDto, orderDto } from './orders.ts';

/** The whole chain behind something that was told, from what a person received back to the device (product promise 8). */
const instant = z.number().int().min(0).max(8_640_000_000_000_000);
const operation = z.enum(['actual', 'exercise', 'test']);

const lineageReadingDto = z
  .object({
    gauge: z.string(),
    position: z.number().int(),
    at: instant,
    receivedAt: instant,
    /** As the device reported it, in which quantity; null when the log no longer has the reading. */
    raw: z.number().nullable(),
    quantity: z.string().nullable(),
    seq: z.number().int().nullable(),
    /** Corrected and converted: what was judged. */
    value: z.number(),
    quality: z.string(),
    why: z.string(),
    status: operation,
    /** `log`: read from the reading log; `record`: no longer there, so as the decision record keeps it. */
    from: z.enum(['log', 'record']),
  })
  .meta({ id: 'LineageReading' });

const lineageDeliveryDto = z
  .object({
    id: z.string(),
    channel: z.string(),
    endpoint: z.string(),
    state: z.string(),
    attempts: z.number().int(),
    firstAttemptAt: instant.nullable(),
    settledAt: instant.nullable(),
    expiresAt: instant,
    lastReason: z.string(),
    receipt: z.string(),
    /** What LINE was told as `X-Line-Retry-Key`, or what stands in the mail's Message-ID before the @. */
    key: z.string(),
    recipients: z.number().int(),
    /** The first of them; whole for administrators and auditors, else masked. */
    addresses: z.array(z.string()),
  })
  .meta({ id: 'LineageDelivery' });

const lineageMessageDto = z
  .object({
    id: z.string(),
    routeId: z.string(),
    audience: messageDto.shape.audience,
    language: z.string(),
    subject: z.string(),
    body: z.string(),
    level: messageDto.shape.level,
    translated: messageDto.shape.translated,
    issuedAt: instant,
    expiresAt: instant,
    deliveries: z.array(lineageDeliveryDto),
  })
  .meta({ id: 'LineageMessage' });

const lineageTransitionDto = z
  .object({
    id: z.string(),
    number: z.number().int(),
    kind: z.string(),
    from: z.number().int(),
    to: z.number().int(),
    fromName: z.string(),
    toName: z.string(),
    at: instant,
    decidedAt: instant,
    status: operation,
    record: z.object({
      playbookVersion: z.string(),
      ruleId: z.string(),
      /** The rule in the words of that version; null when the version was not kept. */
      ruleText: z.string().nullable(),
      by: z.string(),
      verdict: z.string(),
      limits: z.array(limitDto),
      readings: z.array(lineageReadingDto),
    }),
    reach: z.array(reachDto),
    messages: z.array(lineageMessageDto),
    /** Deliveries that are counted in `reach` and not listed. */
    deliveriesLeftOut: z.number().int(),
  })
  .meta({ id: 'LineageTransition' });
export type LineageTransitionDto = z.infer<typeof lineageTransitionDto>;

export const lineageDto = z
  .object({
    /** What was asked, and what it turned out to be. */
    of: z.string(),
    kind: z.enum(['alert', 'transition', 'message', 'delivery']),
    alertId: z.string(),
    transitionId: z.string().nullable(),
    messageId: z.string().nullable(),
    deliveryId: z.string().nullable(),
    /** The asked message or delivery was forgotten after its retention time; the decision was not. */
    forgotten: z.boolean(),
    addresses: z.enum(['whole', 'masked']),
    /** The zone by which the city reads times; `UTC` where no playbook is at hand. */
    timeZone: z.string(),
    alert: z.object({
      id: z.string(),
      ruleId: z.string(),
      ruleName: z.string(),
      /** Empty when the playbook no longer has the rule. */
      ruleKind: z.string(),
      gauge: z.string(),
      gaugeName: z.string(),
      /** Null when the playbook no longer has the gauge. */
      device: z.string().nullable(),
      unit: z.string(),
      /** Whether the episode still runs. */
      state: z.enum(['raised', 'over']),
      acts: z.array(z.object({ kind: z.string(), by: z.string(), at: instant, words: z.string() })),
      peak: peakDto.nullable(),
    }),
    /** Of the episode, oldest first. Words, deliveries and readings of those that were asked for; of an alert, of all. */
    transitions: z.array(lineageTransitionDto),
  })
  .meta({ id: 'Lineage' });
export type LineageDto = z.infer<typeof lineageDto>;

const { shape: orderShape } = orderDetailDto;

/** The same of an order: from what somebody received back to who decided it and why. */
export const orderLineageDto = z
  .object({
    of: z.string(),
    kind: z.enum(['order', 'transition', 'message', 'delivery']),
    transitionId: z.string().nullable(),
    messageId: z.string().nullable(),
    deliveryId: z.string().nullable(),
    forgotten: lineageDto.shape.forgotten,
    addresses: lineageDto.shape.addresses,
    timeZone: z.string(),
    /** Each of its readings names the transition of its rule, whose own chain leads to the device. */
    order: orderDto.extend({ playbookVersion: z.string(), grounds: orderShape.grounds, acts: orderShape.acts }),
    /** Oldest first, the proposal included. Words and deliveries of those that were asked for; of an order, of all. */
    transitions: z.array(
      orderShape.told.element.omit({ transitionId: true, deliveries: true }).extend({
        id: z.string(),
        /** Each yes with its reason. */
        confirmations: orderShape.given.unwrap().shape.confirmations,
        reach: z.array(reachDto),
        messages: z.array(lineageMessageDto),
        deliveriesLeftOut: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'OrderLineage' });
export type OrderLineageDto = z.infer<typeof orderLineageDto>;

/** The chain of an alert, or of an order. */
export const chainDto = z.union([lineageDto, orderLineageDto]);

import { z } from 'zod';
import { CHANNELS, DELIVERY_STATES, HEARTBEAT_STATES } from '#core';
import { alertActDto } from './alert-acts.ts';
import { orderDto } from './orders.ts';
import { residentReportDto } from './residents.ts';
import { drillNowDto } from './drills.ts';

/** Shapes of the HTTP API that headquarters' page and other programs read. Instants are epoch milliseconds by the server's clock. */
const instant = z.number().int().min(0).max(8_640_000_000_000_000);

export const limitDto = z.object({ code: z.string(), name: z.string(), value: z.number() }).meta({ id: 'Limit' });
export type LimitDto = z.infer<typeof limitDto>;

/** A limit with the distance to it in the gauge's unit, never negative. */
const distanceDto = limitDto.extend({ distance: z.number() });

export const alertBriefDto = z
  .object({
    id: z.string(),
    ruleId: z.string(),
    ruleName: z.string(),
    kind: z.enum(['level', 'band', 'rise', 'vote', 'sequence', 'cel', 'blind', 'queue', 'fault']),
    state: z.enum(['pending', 'raised']),
    /** 1 is the lowest step of the rule; 0 while pending. */
    step: z.number().int(),
    stepsMax: z.number().int(),
    stepName: z.string(),
    /** Code of the limit or band behind the step; empty while pending and for blindness. */
    stepCode: z.string(),
    changedAt: instant,
    staffOnly: z.boolean(),
    acknowledgedBy: z.string().nullable(),
  })
  .meta({ id: 'AlertBrief' });

export const gaugeDto = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['river', 'rain', 'road', 'shelter', 'spot', 'window', 'weather', 'link']),
    river: z.string().nullable(),
    areas: z.array(z.object({ code: z.string(), name: z.string() })),
    quantity: z.string(),
    unit: z.string(),
    lat: z.number().nullable(),
    lon: z.number().nullable(),
    datum: z.string().nullable(),
    crestM: z.number().nullable(),
    capacity: z.number().nullable(),
    publicAlert: z.enum(['allowed', 'staffOnly']),
    limits: z.array(limitDto),
    latest: z.object({ at: instant, receivedAt: instant, value: z.number(), quality: z.string(), why: z.string() }).nullable(),
    /** Change per hour over the last readings, half an hour at most; null when it cannot be told. */
    ratePerHour: z.number().nullable(),
    /** The highest limit at or below the latest value, and the lowest above it. */
    passed: distanceDto.nullable(),
    next: distanceDto.nullable(),
    alerts: z.array(alertBriefDto),
    /** How often it should be heard: a gauge that stands by below its `start` sends little more than a proof of life (D§1.1). */
    expected: z.object({ mode: z.enum(['observe', 'standby']), everyMs: z.number().int().min(1) }),
    /** Set while the gauge is silent for too long: nobody knows how things are since then. */
    blindSince: instant.nullable(),
    /** Share of the way up: higher is more dangerous; the list is sorted by it. */
    severity: z.number(),
    /** Latest values, oldest first, for a small line. */
    spark: z.array(z.number()),
    batteryV: z.number().nullable(),
    rssiDbm: z.number().nullable(),
    /** What only a person may say of a place, and how many people that stands for; null where counters may say everything. */
    fullHouse: z.object({ stepName: z.string(), count: z.number().int() }).nullable(),
    /** How a window stands: the number being called, people waiting, minutes of waiting; null for what is no window. */
    window: z.object({ calling: z.number().nullable(), waiting: z.number().nullable(), waitMin: z.number().nullable() }).nullable(),
  })
  .meta({ id: 'Gauge' });
export type GaugeDto = z.infer<typeof gaugeDto>;
export type AlertBriefDto = z.infer<typeof alertBriefDto>;

export const pointDto = z
  .object({
    at: instant,
    receivedAt: instant,
    raw: z.number(),
    value: z.number(),
    quality: z.string(),
    why: z.string(),
    /** What staff says that it ought to have been; the admitted value stays beside it. */
    corrected: z.object({ value: z.number(), by: z.string(), at: instant, reason: z.string() }).optional(),
  })
  .meta({ id: 'Point' });
export type PointDto = z.infer<typeof pointDto>;
export const readingsDto = z
  .object({ gauge: z.string(), quantity: z.string(), unit: z.string(), points: z.array(pointDto) })
  .meta({ id: 'Readings' });
export type ReadingsDto = z.infer<typeof readingsDto>;

export const transitionDto = z
  .object({
    id: z.string(),
    number: z.number().int(),
    alertId: z.string(),
    gauge: z.string(),
    gaugeName: z.string(),
    ruleId: z.string(),
    ruleName: z.string(),
    ruleKind: z.enum(['level', 'band', 'rise', 'vote', 'sequence', 'cel', 'blind', 'queue', 'fault']),
    kind: z.enum(['raised', 'climbed', 'steppedDown', 'cleared', 'reminded', 'escalated', 'reset', 'parked', 'asked', 'called']),
    from: z.number().int(),
    to: z.number().int(),
    fromName: z.string(),
    toName: z.string(),
    at: instant,
    decidedAt: instant,
    status: z.enum(['actual', 'exercise', 'test']),
    record: z.object({
      playbookVersion: z.string(),
      by: z.string(),
      verdict: z.string(),
      limits: z.array(limitDto),
      evidence: z.array(
        z.object({ position: z.number(), at: instant, receivedAt: instant, value: z.number(), quality: z.string(), why: z.string() }),
      ),
    }),
  })
  .meta({ id: 'Transition' });
export type TransitionDto = z.infer<typeof transitionDto>;

const peakPointDto = z.object({ value: z.number(), at: instant, receivedAt: instant });

/** How high an episode went: as it was known while it ran, and as it is known now that late observations are here. */
export const peakDto = z
  .object({
    unit: z.string(),
    from: instant,
    /** Null while the episode runs. */
    to: instant.nullable(),
    live: peakPointDto.nullable(),
    now: peakPointDto.nullable(),
    /** Late observations showed that it was higher than was known live. */
    revised: z.boolean(),
    /** Observations of the span that came late, and those among them that nobody believes. */
    late: z.number().int(),
    lateDoubtful: z.number().int(),
    /** The entry about late data in the city's words and time; empty when nothing came late. */
    note: z.string(),
    /** False for an episode so long that only its newest observations were looked at. */
    complete: z.boolean(),
  })
  .meta({ id: 'Peak' });
export type PeakDto = z.infer<typeof peakDto>;

export const alertDto = alertBriefDto
  .extend({
    gauge: z.string(),
    gaugeName: z.string(),
    acknowledgedAt: instant.nullable(),
    /** Who said to look after it, earliest first. */
    answers: z.array(z.object({ by: z.string(), at: instant })),
    /** What people did to this episode, oldest first. */
    acts: z.array(alertActDto),
    assignedTo: z.string().nullable(),
    /** Who muted it; null when staff hears of it. */
    mutedBy: z.string().nullable(),
    transitions: z.array(transitionDto),
    /** Null when the history cannot be read now, or does not keep what the rule judges. */
    peak: peakDto.nullable(),
  })
  .meta({ id: 'Alert' });
export type AlertDto = z.infer<typeof alertDto>;

/** How the deliveries of one transition stand on one channel, counted in recipients. */
export const reachDto = z
  .object({
    channel: z.enum(CHANNELS),
    planned: z.number().int(),
    accepted: z.number().int(),
    waiting: z.number().int(),
    refused: z.number().int(),
    dead: z.number().int(),
    /** Held back on purpose; not among the planned. */
    suppressed: z.number().int(),
  })
  .meta({ id: 'Reach' });
export type ReachDto = z.infer<typeof reachDto>;

export const timelineDto = z.object({ transition: transitionDto, reach: z.array(reachDto) }).meta({ id: 'TimelineItem' });
export type TimelineDto = z.infer<typeof timelineDto>;

export const deliveryDto = z
  .object({
    number: z.number().int(),
    id: z.string(),
    transitionId: z.string(),
    channel: z.enum(CHANNELS),
    endpoint: z.string(),
    lane: z.string(),
    language: z.string(),
    /** How many people; addresses are not shown. */
    recipients: z.number().int(),
    /** `suppressed`: held back on purpose; `lastReason` says by what or whom. */
    state: z.enum(DELIVERY_STATES),
    attempts: z.number().int(),
    firstAttemptAt: instant.nullable(),
    settledAt: instant.nullable(),
    dueAt: instant,
    lastReason: z.string(),
    receipt: z.string(),
  })
  .meta({ id: 'Delivery' });
export type DeliveryDto = z.infer<typeof deliveryDto>;

export const messageDto = z
  .object({
    id: z.string(),
    /** Whom the words are for; null when the playbook no longer has the route. */
    audience: z.enum(['residents', 'staff', 'tickets']).nullable(),
    language: z.string(),
    subject: z.string(),
    body: z.string(),
    /** The municipal level that the words put people under; null for facts and for an end. */
    level: z.number().int().min(1).max(5).nullable(),
    /** False when the language has no words of its own and Japanese ones were sent, with a link to the city's page in the language. */
    translated: z.boolean(),
    issuedAt: instant,
  })
  .meta({ id: 'Message' });
export type MessageDto = z.infer<typeof messageDto>;

export const stageDto = z
  .object({
    name: z.enum([
      'clock',
      'playbook',
      'intake',
      'watch',
      'history',
      'vigil',
      'propose',
      'dispatch',
      'account',
      'check-in',
      'drill',
      'heartbeat',
      'audit',
      ...CHANNELS,
    ]),
    state: z.enum(['ok', 'degraded']),
    since: instant,
    /** What is wrong and what still works, in a sentence for the duty officer; empty when ok. */
    why: z.string(),
  })
  .meta({ id: 'Stage' });
export type StageDto = z.infer<typeof stageDto>;

/** An alert that was escalated to the desk: the screen sounds until enough persons have answered. */
export const alarmDto = z
  .object({
    alertId: z.string(),
    gauge: z.string(),
    gaugeName: z.string(),
    stepName: z.string(),
    status: z.enum(['actual', 'exercise', 'test']),
    since: instant,
    answeredBy: z.array(z.string()),
    /** How many different persons must answer. */
    wanted: z.number().int(),
  })
  .meta({ id: 'Alarm' });
export type AlarmDto = z.infer<typeof alarmDto>;

/** Deliveries of an order that a channel has not accepted in time. */
export const unconfirmedDto = z
  .object({
    transitionId: z.string(),
    channel: z.string(),
    deliveries: z.number().int(),
    recipients: z.number().int(),
    since: instant,
  })
  .meta({ id: 'Unconfirmed' });
export type UnconfirmedDto = z.infer<typeof unconfirmedDto>;

/** One channel of the end-to-end heartbeat. */
export const provenChannelDto = z
  .object({
    channel: z.enum(CHANNELS),
    /** Since when it is to be proven. */
    since: instant,
    /** When the newest beat began that the channel accepted; null before the first. */
    provenAt: instant.nullable(),
    /**
     * `waiting`: not proven yet and too early to worry. `late`: overdue, with a beat under way. `old`: two beats in a row did not arrive. `spared`: held
     * back so that the month's plan lasts. `nobody`: no test user. `absent`: the settings give no such channel.
     */
    state: z.enum(HEARTBEAT_STATES),
    /** While `old`: what a person answers (`POST /api/v1/alerts/{id}/answer`), and who has. Until somebody has the screen sounds. */
    alarm: z.object({ alertId: z.string(), since: instant, answeredBy: z.array(z.string()) }).nullable(),
  })
  .meta({ id: 'ProvenChannel' });
export type ProvenChannelDto = z.infer<typeof provenChannelDto>;

export const heartbeatDto = z
  .object({ everyMs: z.number().int(), channels: z.array(provenChannelDto) })
  .meta({ id: 'Heartbeat', description: 'When the way from a gauge to a phone was proven last, by channel.' });
export type HeartbeatDto = z.infer<typeof heartbeatDto>;

export const statusDto = z
  .object({
    city: z.string(),
    /** What this service is for; shown on every screen. */
    operation: z.enum(['actual', 'exercise', 'test']),
    /** The drill that runs, in real life and in its own place; null when there is none. */
    drill: drillNowDto.nullable(),
    /** In a drill its own time, which may run faster. */
    serverTime: instant,
    /** Receipt of the newest reading; null before the first. */
    newestReadingAt: instant.nullable(),
    playbookVersion: z.string(),
    stages: z.array(stageDto),
    /** The longest unanswered first. */
    alarms: z.array(alarmDto),
    /** Orders that a channel has not accepted for everybody a minute after they were given, the longest first; the screen sounds. */
    unconfirmed: z.array(unconfirmedDto),
    /** Null where the playbook asks for none, and in a drill. */
    heartbeat: heartbeatDto.nullable(),
    quarantined: z.number().int(),
    deadLetters: z.number().int(),
  })
  .meta({ id: 'Status' });
export type StatusDto = z.infer<typeof statusDto>;

export const sessionDto = z
  .object({
    user: z.string(),
    role: z.string(),
    /** When they last proved who they are: grave acts are taken for 15 minutes from then (S14). */
    confirmedAt: z.number(),
  })
  .meta({ id: 'Session' });
export type SessionDto = z.infer<typeof sessionDto>;

/**
 * Events of `GET /api/v1/live`. `snapshot` comes first on a fresh connection; with `Last-Event-ID` only what was missed, or a snapshot
 * when that is too long ago. `status` comes at least every 5 s and is the sign of life.
 */
export const liveEventDto = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), gauges: z.array(gaugeDto), timeline: z.array(timelineDto), status: statusDto }),
  z.object({ type: z.literal('gauges'), gauges: z.array(gaugeDto) }),
  z.object({ type: z.literal('timeline'), items: z.array(timelineDto) }),
  z.object({ type: z.literal('status'), status: statusDto }),
  /** Orders that are new or changed; `GET /api/v1/orders` has all of them. */
  z.object({ type: z.literal('orders'), orders: z.array(orderDto) }),
  /** Residents' reports that are new or changed; `GET /api/v1/reports` has all of them. */
  z.object({ type: z.literal('reports'), reports: z.array(residentReportDto) }),
  /** Somebody acted on these alerts, or began or ended a silence: whoever shows them asks anew. */
  z.object({ type: z.literal('acted'), alerts: z.array(z.string()), silences: z.boolean() }),
]);
export type LiveEventDto = z.infer<typeof liveEventDto>;

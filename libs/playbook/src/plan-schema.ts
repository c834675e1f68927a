import {
  CHANNELS,
  BAND_MEASURES,
  type BandMeasure,
  type BandRule,
  CALLED_KIND,
  type Condition,
  DRILL_MS_MAX,
  DRILL_MS_MIN,
  DRILL_NAME_CHARS_MAX,
  DRILL_SPEED_MAX,
  type Confirmation,
  FINDINGS_ABOUT,
  GAUGE_KINDS,
  HEARTBEAT_CHANNELS,
  HEARTBEAT_MS,
  HEARTBEAT_MS_MAX,
  HEARTBEAT_MS_MIN,
  LANGUAGES,
  ORDER_HAZARDS,
  ORDER_LEVELS,
  type LevelRule,
  QUANTITIES,
  type RiseRule,
  ROUTE_LANES,
  type Rule,
  type Schedule,
  type Selector,
  TRANSITION_KINDS,
  VIGIL_KINDS,
} from '#core';
import { z } from 'zod';
import { checkDigit, isCityCode } from './city-code.ts';
import { DURATION, DURATION_WANTED, durationMs } from './duration.ts';
import { keys } from './yaml-source.ts';

/** LINE forgets a retry key after 24 h, and automatic repeats stop at 22 h (D§3.2): a message cannot be valid for longer. */
const EXPIRES_MS_MAX = 22 * 3_600_000;
/** Half a minute gathers a burst of gauges (F48) and delays nobody who has to get up. */
export const GROUP_WAIT_MS = 30_000;
const GROUP_WAIT_MS_MAX = 5 * 60_000;
/** The engine keeps 64 readings as witnesses; more than ten in a row would only delay the alarm. */
const CONFIRM_READINGS_MAX = 10;

/** Ids stand in alert ids, topics and addresses: small letters, digits and hyphens. */
export const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
export const ID_WANTED = 'an id of small letters, digits and hyphens such as ose-seguchi';
export const CODE = /^[a-z][A-Za-z0-9]{0,31}$/;
export const CODE_WANTED = 'a code of letters and digits such as warn';

export const id = z.string({ error: ID_WANTED }).regex(ID, { error: ID_WANTED });
export const code = z.string({ error: CODE_WANTED }).regex(CODE, { error: CODE_WANTED });
export const words = (wanted: string) => z.string({ error: wanted }).trim().min(1, { error: wanted });
export const oneOf = <const T extends readonly [string, ...string[]]>(options: T) =>
  z.enum(options, { error: `one of ${options.join(', ')}` });
export const duration = z
  .string({ error: DURATION_WANTED })
  .regex(DURATION, { error: DURATION_WANTED })
  .transform((text) => durationMs(text)!);

const MESSAGE_KINDS = [...TRANSITION_KINDS, ...VIGIL_KINDS, CALLED_KIND] as const;

const yesNo = z.boolean({ error: 'true or false' });
const number = (min: number, max: number) => {
  const error = `a number from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
};
const whole = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
export const someOf = <T extends z.ZodType>(item: T, wanted: string) => z.array(item, { error: wanted }).min(1, { error: wanted });

const cityCode = z.string({ error: 'the six-digit municipality code in quotes such as "992011"' }).superRefine((text, context) => {
  if (isCityCode(text)) return;
  const message = /^\d{6}$/.test(text)
    ? `the check digit of "${text}" is wrong; with these first five digits the code is "${text.slice(0, 5)}${checkDigit(text)}"`
    : `"${text}" is not a municipality code; write all six digits with the check digit, in quotes`;
  context.addIssue({ code: 'custom', message });
});

const timeZone = words('a time zone such as Asia/Tokyo').refine((name) => Intl.supportedValuesOf('timeZone').includes(name), {
  error: 'the time zone is not known; write a name such as Asia/Tokyo',
});

const selector = keys({
  gauges: someOf(id, 'a list of gauge ids').optional(),
  kinds: someOf(oneOf(GAUGE_KINDS), 'a list of gauge kinds').optional(),
  rivers: someOf(words('the name of a river'), 'a list of rivers').optional(),
  areas: someOf(words('the code of a district'), 'a list of district codes').optional(),
}).refine((chosen) => Object.keys(chosen).length > 0, { error: 'it selects nothing; name gauges, kinds, rivers or areas' });

const confirm = keys({ readings: whole(1, CONFIRM_READINGS_MAX).optional(), for: duration.optional() }).superRefine((value, context) => {
  if ((value.readings === undefined) === (value.for === undefined)) {
    context.addIssue({ code: 'custom', message: 'give either readings (how many in a row) or for (how long), one of them' });
  }
});

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const TIME_WANTED = 'a time of day in quotes such as "08:30"';
const timeOfDay = z
  .string({ error: TIME_WANTED })
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: TIME_WANTED })
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
const schedule = keys({
  days: someOf(oneOf(WEEKDAYS), `a list of ${WEEKDAYS.join(', ')}`).default([...WEEKDAYS]),
  from: timeOfDay,
  to: timeOfDay,
}).refine(({ from, to }) => from !== to, { error: 'from and to are the same; leave the schedule out for a rule that is always on' });

/** Whoever is asked more often than every minute stops reading. */
const REMINDER_MS_MIN = 60_000;
/** One night at half an hour, and two days of it: by then somebody who does not answer needs a telephone call. */
const REMINDERS_USUAL = 16;
const REMINDERS_MAX = 96;

const common = {
  id,
  name: words('a name that staff understand'),
  selector,
  staffOnly: yesNo.default(false),
  shadow: yesNo.default(false),
  schedule: schedule.optional(),
  reminder: duration.refine((ms) => ms >= REMINDER_MS_MIN, { error: 'a reminder comes after 1m at the earliest; change it' }).optional(),
  reminderTimes: whole(1, REMINDERS_MAX).default(REMINDERS_USUAL),
};

const stepped = {
  ...common,
  quantity: oneOf(QUANTITIES),
  confirm,
  greatestAge: duration,
  clearHold: duration,
};

const step = { code, name: words('the name of the step as people read it') };

const levelRule = keys({
  ...stepped,
  kind: z.literal('level'),
  steps: someOf(keys(step), 'a list of steps with code and name, lowest first'),
  clearMargin: number(0, 1_000),
});

/** People come in groups: a shorter window would count them and not the stream. */
const FLOW_WINDOW_MS_MIN = 60_000;
/** A longer window outlasts the readings the engine remembers (64). */
const WINDOW_MS_MAX = 6 * 3_600_000;

/** What a measure's numbers are called in the playbook: each says its unit. */
export const BAND_FIELDS = {
  percent: { from: 'fromPercent', hysteresis: 'hysteresisPoints' },
  density: { from: 'fromDensity', hysteresis: 'hysteresisDensity' },
  flow: { from: 'fromPerMinute', hysteresis: 'hysteresisPerMinute' },
} as const satisfies Readonly<Record<BandMeasure, unknown>>;

const band = keys({
  ...step,
  fromPercent: number(1, 1_000).optional(),
  /** Persons per square metre; at seven nobody can move any more. */
  fromDensity: number(0.01, 20).optional(),
  fromPerMinute: number(0.1, 100_000).optional(),
  byPerson: yesNo.optional(),
});

const bandRule = keys({
  ...stepped,
  kind: z.literal('band'),
  measure: oneOf(BAND_MEASURES).default('percent'),
  bands: someOf(band, 'a list of bands with code, name and fromPercent (or fromDensity, fromPerMinute), lowest first'),
  hysteresisPoints: number(0, 100).optional(),
  hysteresisDensity: number(0, 20).optional(),
  hysteresisPerMinute: number(0, 100_000).optional(),
  window: duration
    .refine((ms) => ms >= FLOW_WINDOW_MS_MIN && ms <= WINDOW_MS_MAX, { error: 'a window from 1m to 6h; change it' })
    .optional(),
}).superRefine((said, context) => {
  const fields = BAND_FIELDS[said.measure];
  const tell = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  for (const [measure, { from, hysteresis }] of Object.entries(BAND_FIELDS)) {
    const own = measure === said.measure;
    if (own !== (said[hysteresis] !== undefined))
      tell([hysteresis], own ? `the measure ${measure} needs it; add it` : `the measure is ${said.measure}; write ${fields.hysteresis}`);
    for (const [i, one] of said.bands.entries()) {
      if (own !== (one[from] !== undefined))
        tell(['bands', i, from], own ? `the measure ${measure} needs it; add it` : `the measure is ${said.measure}; write ${fields.from}`);
    }
  }
  if ((said.measure === 'flow') !== (said.window !== undefined))
    tell(
      ['window'],
      said.measure === 'flow' ? 'a flow is counted over a window such as 10m; add it' : 'only a flow has a window; remove it',
    );
});

const queueRule = keys({
  ...common,
  kind: z.literal('queue'),
  ahead: whole(1, 50),
  greatestAge: duration,
});

/** A window shorter than this shows waves. */
const WINDOW_MS_MIN = 5 * 60_000;

const riseRule = keys({
  ...stepped,
  kind: z.literal('rise'),
  window: duration.refine((ms) => ms >= WINDOW_MS_MIN && ms <= WINDOW_MS_MAX, { error: 'a window from 5m to 6h; change it' }),
  steps: someOf(keys({ ...step, perHour: number(0.001, 10_000) }), 'a list of steps with code, name and perHour, lowest first'),
  clearMarginPerHour: number(0, 10_000),
  above: code.optional(),
});

const stepOf = keys({ rule: id, step: code });

const voteRule = keys({
  ...common,
  kind: z.literal('vote'),
  of: selector,
  counts: stepOf,
  steps: someOf(keys({ ...step, atLeast: whole(1, 1_000) }), 'a list of steps with code, name and atLeast, lowest first'),
  greatestAge: duration,
  clearHold: duration,
});

const sequenceRule = keys({
  ...common,
  kind: z.literal('sequence'),
  upstream: id.optional(),
  first: stepOf,
  next: stepOf,
  within: duration,
  steps: z.tuple([keys(step), keys(step)], {
    error: 'two steps with code and name: the water passed upstream, and it came here',
  }),
});

const CONDITION_WANTED = 'a condition such as rise(30) >= 0.5 && weather.level >= 3';

const celRule = keys({
  ...common,
  kind: z.literal('cel'),
  // Not trimmed: a problem is told at its own place in the text.
  condition: z.string({ error: CONDITION_WANTED }).regex(/\S/, { error: CONDITION_WANTED }),
  steps: someOf(keys(step), 'a list of steps with code and name, lowest first'),
  confirm,
  greatestAge: duration,
  clearHold: duration,
});

const blindRule = keys({
  ...common,
  kind: z.literal('blind'),
  observeIntervals: number(1, 100),
  standbyIntervals: number(1, 100),
  linkGaugesMin: whole(2, 1_000).optional(),
});

const faultRule = keys({
  ...common,
  kind: z.literal('fault'),
  staffOnly: yesNo.default(true).refine((only) => only, { error: 'what is wrong with a device is for staff; remove staffOnly: false' }),
  findings: someOf(oneOf(FINDINGS_ABOUT), `a list of ${FINDINGS_ABOUT.join(', ')}; all of them without it`).default([...FINDINGS_ABOUT]),
});

/** Kinds the product describes and this service does not judge yet. */
const LATER_KINDS: readonly unknown[] = ['timeToLevel'];
const KINDS = 'level, band, rise, vote, sequence, cel, blind, queue, fault';

const rule = z.discriminatedUnion(
  'kind',
  [levelRule, bandRule, riseRule, voteRule, sequenceRule, celRule, blindRule, queueRule, faultRule],
  {
    error: (issue) => {
      const kind: unknown = typeof issue.input === 'object' && issue.input !== null && 'kind' in issue.input ? issue.input.kind : undefined;
      return LATER_KINDS.includes(kind) ? `one of ${KINDS}: this kind is not yet supported` : `one of ${KINDS}`;
    },
  },
);

const channels = someOf(oneOf(CHANNELS), `a list of ${CHANNELS.join(', ')} (no other channel is supported yet)`);
const expiresAfter = duration.refine((ms) => ms >= 60_000 && ms <= EXPIRES_MS_MAX, {
  error: 'a message is valid for 1m at least and 22h at most (LINE recognises repeats no longer); change it',
});

const route = keys({
  id,
  rules: someOf(id, 'a list of rule ids'),
  transitions: someOf(oneOf(MESSAGE_KINDS), `a list of ${MESSAGE_KINDS.join(', ')}`).optional(),
  fromStep: code.optional(),
  audience: z.discriminatedUnion(
    'kind',
    [
      keys({ kind: z.literal('residents'), category: id }),
      keys({ kind: z.literal('staff'), group: id }),
      keys({ kind: z.literal('tickets') }),
    ],
    { error: 'kind: residents with a category, kind: staff with a group, or kind: tickets for a queue' },
  ),
  channels,
  lane: oneOf(ROUTE_LANES),
  expiresAfter,
  noticeInterval: duration.optional(),
  mergeBy: oneOf(['river', 'area', 'none']).optional(),
  groupBy: oneOf(['river', 'area']).optional(),
  groupWait: duration
    .refine((ms) => ms >= 1_000 && ms <= GROUP_WAIT_MS_MAX, { error: 'staff waits for a group between 1s and 5m; change it' })
    .optional(),
  wording: code,
}).transform(({ transitions, ...said }) => ({
  ...said,
  transitions: transitions ?? (said.audience.kind === 'tickets' ? [CALLED_KIND] : [...TRANSITION_KINDS]),
}));

/** More levels than a city has people to call; a list that is longer is a mistake. */
const LEVELS_MAX = 8;

const level = keys({
  after: duration.refine((ms) => ms >= 60_000 && ms <= 24 * 3_600_000, { error: 'people get from 1m to 24h to answer; change it' }),
  group: id.optional(),
  channels: channels.optional(),
  desk: yesNo.default(false),
}).superRefine((said, context) => {
  const calls = said.group !== undefined && said.channels !== undefined;
  const callsNobody = said.group === undefined && said.channels === undefined;
  if (said.desk ? !callsNobody : !calls)
    context.addIssue({ code: 'custom', message: 'give a group with its channels, or desk: true for the alarm on the screen' });
});

const escalation = keys({
  id,
  rules: someOf(id, 'a list of rule ids'),
  fromStep: code.optional(),
  answers: whole(1, 20).default(1),
  of: someOf(words('the name of an account'), 'a list of account names').optional(),
  lane: oneOf(ROUTE_LANES).default('staff'),
  expiresAfter,
  wording: code,
  levels: someOf(level, 'a list of levels, each with after and a group, the last one with desk: true')
    .max(LEVELS_MAX, { error: `at most ${LEVELS_MAX} levels; remove some` })
    .refine((levels) => levels.findIndex(({ desk }) => desk) === levels.length - 1, {
      error: 'the last level, and no other, is the desk: write desk: true there',
    }),
});

const orderLevel = z.union(
  ORDER_LEVELS.map((value) => z.literal(value)),
  { error: '3, 4 or 5' },
);
const hazard = oneOf(ORDER_HAZARDS);
const districts = someOf(words('the code of a district'), 'a list of district codes');

/** A level, what threatens, and where: what every order says. */
const orderProposal = keys({
  id,
  rule: id,
  step: code,
  selector: selector.optional(),
  level: orderLevel,
  hazard,
  districts: districts.optional(),
});

const DATE_WANTED = 'a date in quotes such as "2026-05-01"';
const date = z.string({ error: DATE_WANTED }).regex(/^\d{4}-\d{2}-\d{2}$/, { error: DATE_WANTED });
/** Shorter is no time to answer, longer than a proposal lives is none at all. */
const ISSUE_MS_MIN = 60_000;
const ISSUE_MS_MAX = 6 * 3_600_000;

const approval = keys({
  id,
  of: someOf(id, 'a list of ids of proposals and presets'),
  issueAfter: duration
    .refine((ms) => ms >= ISSUE_MS_MIN && ms <= ISSUE_MS_MAX, { error: 'people get from 1m to 6h to answer; change it' })
    .optional(),
  onePerson: yesNo.optional(),
  approvedBy: words('the name and the office of who approved it'),
  approvedOn: date,
  until: date,
}).superRefine((said, context) => {
  if ((said.issueAfter !== undefined) === (said.onePerson === true))
    context.addIssue({
      code: 'custom',
      message: 'give either issueAfter (how long people have to answer) or onePerson: true, one of them',
    });
});

const orders = keys({
  residents: keys({ channels, expiresAfter }).optional(),
  staff: keys({ group: id, channels, expiresAfter }).optional(),
  proposalExpiresAfter: duration
    .refine((ms) => ms >= 600_000 && ms <= 48 * 3_600_000, { error: 'a proposal waits for 10m at least and 48h at most; change it' })
    .optional(),
  proposals: z.array(orderProposal, { error: 'a list of proposals' }).default([]),
  approvals: z.array(approval, { error: 'a list of approvals' }).default([]),
  presets: z
    .array(keys({ id, name: words('a name that staff understand'), level: orderLevel, hazard, districts }), { error: 'a list of presets' })
    .default([]),
});

/** Names a file in the folder `floods`, without its ending. */
const FLOOD_WANTED = 'the name of a file in floods/ without .csv, such as taifu';
const drills = keys({
  endedBy: someOf(
    keys({ rules: someOf(id, 'a list of rule ids'), fromStep: code.optional() }),
    'a list of rules with the step from which they end a drill',
  ).optional(),
  usual: z
    .array(
      keys({
        id,
        name: words('a name that staff and those who take part understand').max(DRILL_NAME_CHARS_MAX, {
          error: `a name of at most ${DRILL_NAME_CHARS_MAX} characters`,
        }),
        lasts: duration.refine((ms) => ms >= DRILL_MS_MIN && ms <= DRILL_MS_MAX, { error: 'a drill lasts from 1m to 24h' }),
        flood: z.string({ error: FLOOD_WANTED }).regex(ID, { error: FLOOD_WANTED }).optional(),
        speed: number(1, DRILL_SPEED_MAX).default(1),
        map: z
          .array(keys({ from: words('the name of a gauge in the file'), to: id, shift: number(-10_000, 10_000).default(0) }), {
            error: 'a list of from, to and shift',
          })
          .default([]),
        note: z.string({ error: 'a note in quotes' }).default(''),
      }),
      { error: 'a list of drills' },
    )
    .default([]),
});

/** Real words go to staff on any channel; the heartbeat proves those that have test users. */
const heartbeat = keys({
  every: duration
    .refine((ms) => ms >= HEARTBEAT_MS_MIN && ms <= HEARTBEAT_MS_MAX, {
      error: 'the way is proven every 1m at most and every 24h at least; change it',
    })
    .default(HEARTBEAT_MS),
  channels: someOf(oneOf(HEARTBEAT_CHANNELS), `a list of ${HEARTBEAT_CHANNELS.join(', ')} (no other channel has test users)`)
    .refine((names) => new Set(names).size === names.length, { error: 'a channel is there twice; name each once' })
    .default([...HEARTBEAT_CHANNELS]),
  staff: keys({ group: id, channels }).optional(),
});

const dayCount = (max: number) => whole(1, max);

/** What `playbook.yaml` may hold. */
export const planSchema = keys({
  city: keys({
    code: cityCode,
    name: words('the name of the city'),
    timeZone,
    languages: someOf(oneOf(LANGUAGES), `a list of ${LANGUAGES.join(', ')} (no other language is supported yet)`).refine(
      (languages) => languages.includes('ja'),
      { error: 'ja is missing; every other language falls back to it, add it' },
    ),
  }),
  rules: someOf(rule, 'a list of rules'),
  routes: someOf(route, 'a list of routes'),
  escalation: z.array(escalation, { error: 'a list of escalation policies' }).default([]),
  orders: orders.optional(),
  drills: drills.optional(),
  heartbeat: heartbeat.optional(),
  contacts: z
    .array(keys({ group: id, name: words('the name of a person or a place'), phone: words('a telephone number in quotes') }), {
      error: 'a list of group, name and phone',
    })
    .default([]),
  retention: keys({
    logDays: dayCount(3_650),
    historyDays: dayCount(36_500),
    deliveriesDays: dayCount(3_650),
    quarantineDays: dayCount(3_650),
  }),
});

type Plan = z.output<typeof planSchema>;
export type PlannedRule = Plan['rules'][number];
export type PlannedCel = Extract<PlannedRule, { kind: 'cel' }>;
export type PlannedRoute = Plan['routes'][number];
export type PlannedEscalation = Plan['escalation'][number];
export type PlannedOrders = NonNullable<Plan['orders']>;
export type PlannedHeartbeat = NonNullable<Plan['heartbeat']>;
export type PlannedDrills = NonNullable<Plan['drills']>;

/** The rule as the engine takes it; `conditionOf` gives what the text of a condition was compiled to. */
export function ruleOf(planned: PlannedRule, conditionOf: (planned: PlannedCel) => Condition): Rule {
  const base = {
    id: planned.id,
    name: planned.name,
    staffOnly: planned.staffOnly,
    shadow: planned.shadow,
    selector: selectorOf(planned.selector),
    ...(planned.schedule && { schedule: scheduleOf(planned.schedule) }),
    ...(planned.reminder !== undefined && { reminder: { everyMs: planned.reminder, timesMax: planned.reminderTimes } }),
  };
  switch (planned.kind) {
    case 'blind': {
      const { observeIntervals, standbyIntervals, linkGaugesMin } = planned;
      return { ...base, kind: 'blind', observeIntervals, standbyIntervals, ...(linkGaugesMin !== undefined && { linkGaugesMin }) };
    }
    case 'fault':
      return { ...base, kind: 'fault', findings: planned.findings };
    case 'queue':
      return { ...base, kind: 'queue', quantity: 'calling', ahead: planned.ahead, greatestAgeMs: planned.greatestAge };
    case 'vote': {
      const { of, counts, steps, greatestAge: greatestAgeMs, clearHold: clearHoldMs } = planned;
      return {
        ...base,
        kind: 'vote',
        of: selectorOf(of),
        counts: { rule: counts.rule, code: counts.step },
        steps,
        greatestAgeMs,
        clearHoldMs,
      };
    }
    case 'sequence': {
      const { upstream, first, next, within: withinMs, steps } = planned;
      return {
        ...base,
        kind: 'sequence',
        ...(upstream !== undefined && { upstream }),
        first: { rule: first.rule, code: first.step },
        next: { rule: next.rule, code: next.step },
        withinMs,
        steps,
      };
    }
    case 'cel':
      return {
        ...base,
        kind: 'cel',
        condition: conditionOf(planned),
        steps: planned.steps,
        confirm: confirmationOf(planned.confirm),
        greatestAgeMs: planned.greatestAge,
        clearHoldMs: planned.clearHold,
      };
    case 'level':
    case 'band':
    case 'rise':
      return { ...base, ...steppedOf(planned) };
  }
}

type PlannedStepped = Extract<PlannedRule, { kind: 'level' | 'band' | 'rise' }>;
type Own<R> = R extends Rule ? Omit<R, 'id' | 'name' | 'staffOnly' | 'shadow' | 'selector' | 'schedule'> : never;

function steppedOf(planned: PlannedStepped): Own<LevelRule | BandRule | RiseRule> {
  const more = {
    quantity: planned.quantity,
    confirm: confirmationOf(planned.confirm),
    greatestAgeMs: planned.greatestAge,
    clearHoldMs: planned.clearHold,
  };
  switch (planned.kind) {
    case 'level':
      return { ...more, kind: 'level', steps: planned.steps, clearMargin: planned.clearMargin };
    case 'band':
      return { ...more, ...bandsOf(planned) };
    case 'rise': {
      const { window: windowMs, steps, clearMarginPerHour, above } = planned;
      return { ...more, kind: 'rise', windowMs, steps, clearMarginPerHour, ...(above !== undefined && { above }) };
    }
  }
}

/** The numbers of the rule's own measure; one that is missing was told by the schema. */
function bandsOf({
  measure,
  bands,
  window,
  ...planned
}: Extract<PlannedRule, { kind: 'band' }>): Pick<BandRule, 'kind' | 'measure' | 'bands' | 'hysteresis' | 'windowMs'> {
  const fields = BAND_FIELDS[measure];
  return {
    kind: 'band',
    measure,
    bands: bands.map((one) => ({ code: one.code, name: one.name, from: one[fields.from] ?? 0, ...(one.byPerson && { byPerson: true }) })),
    hysteresis: planned[fields.hysteresis] ?? 0,
    windowMs: window ?? 0,
  };
}

const confirmationOf = (said: z.output<typeof confirm>): Confirmation =>
  said.for === undefined ? { readings: said.readings! } : { forMs: said.for };

/** The selector without the keys that were left out. */
export const selectorOf = ({ gauges, kinds, rivers, areas }: PlannedRule['selector']): Selector => ({
  ...(gauges && { gauges }),
  ...(kinds && { kinds }),
  ...(rivers && { rivers }),
  ...(areas && { areas }),
});

const scheduleOf = ({ days, from, to }: NonNullable<PlannedRule['schedule']>): Schedule => ({
  weekdays: days.map((day) => WEEKDAYS.indexOf(day)),
  fromMinute: from,
  toMinute: to,
});

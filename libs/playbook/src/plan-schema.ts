import {
  CHANNELS,
  CALLED_KIND,
  DRILL_MS_MAX,
  DRILL_MS_MIN,
  DRILL_NAME_CHARS_MAX,
  DRILL_SPEED_MAX,
  HEARTBEAT_CHANNELS,
  HEARTBEAT_MS,
  HEARTBEAT_MS_MAX,
  HEARTBEAT_MS_MIN,
  LANGUAGES,
  ORDER_HAZARDS,
  ORDER_LEVELS,
  ROUTE_LANES,
  TRANSITION_KINDS,
  VIGIL_KINDS,
} from '#core';
import { z } from 'zod';
import { checkDigit, isCityCode } from './city-code.ts';
import { ID, id, code, words, oneOf, duration, yesNo, number, whole, someOf } from './plan-fields.ts';
import { ruleSchema, selector } from './rule-schema.ts';
import { keys } from './yaml-source.ts';

/** LINE forgets a retry key after 24 h, and automatic repeats stop at 22 h (D§3.2): a message cannot be valid for longer. */
const EXPIRES_MS_MAX = 22 * 3_600_000;
/** Half a minute gathers a burst of gauges (F48) and delays nobody who has to get up. */
export const GROUP_WAIT_MS = 30_000;
const GROUP_WAIT_MS_MAX = 5 * 60_000;
const MESSAGE_KINDS = [...TRANSITION_KINDS, ...VIGIL_KINDS, CALLED_KIND] as const;

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
  rules: someOf(ruleSchema, 'a list of rules'),
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
export type PlannedRoute = Plan['routes'][number];
export type PlannedEscalation = Plan['escalation'][number];
export type PlannedOrders = NonNullable<Plan['orders']>;
export type PlannedHeartbeat = NonNullable<Plan['heartbeat']>;
export type PlannedDrills = NonNullable<Plan['drills']>;

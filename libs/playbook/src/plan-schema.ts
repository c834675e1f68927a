import {
  CHANNELS,
  type BandRule,
  type BlindRule,
  GAUGE_KINDS,
  LANES,
  LANGUAGES,
  type LevelRule,
  QUANTITIES,
  TRANSITION_KINDS,
} from '#core';
import { z } from 'zod';
import { checkDigit, isCityCode } from './city-code.ts';
import { DURATION, DURATION_WANTED, durationMs } from './duration.ts';
import { keys } from './yaml-source.ts';

/** LINE forgets a retry key after 24 h, and automatic repeats stop at 22 h (D§3.2): a message cannot be valid for longer. */
const EXPIRES_MS_MAX = 22 * 3_600_000;
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

const common = {
  id,
  name: words('a name that staff understand'),
  selector,
  staffOnly: yesNo.default(false),
  shadow: yesNo.default(false),
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

const bandRule = keys({
  ...stepped,
  kind: z.literal('band'),
  bands: someOf(keys({ ...step, fromPercent: number(1, 1_000) }), 'a list of bands with code, name and fromPercent, lowest first'),
  hysteresisPoints: number(0, 100),
});

const blindRule = keys({
  ...common,
  kind: z.literal('blind'),
  observeIntervals: number(1, 100),
  standbyIntervals: number(1, 100),
});

/** Kinds the product describes and this service does not judge yet. */
const LATER_KINDS: readonly unknown[] = ['rate', 'rateOfRise', 'timeToLevel', 'queue', 'vote', 'sequence', 'cel'];

const rule = z.discriminatedUnion('kind', [levelRule, bandRule, blindRule], {
  error: (issue) => {
    const kind: unknown = typeof issue.input === 'object' && issue.input !== null && 'kind' in issue.input ? issue.input.kind : undefined;
    return LATER_KINDS.includes(kind) ? 'level, band or blind: this kind is not yet supported' : 'one of level, band, blind';
  },
});

const route = keys({
  id,
  rules: someOf(id, 'a list of rule ids'),
  transitions: someOf(oneOf(TRANSITION_KINDS), `a list of ${TRANSITION_KINDS.join(', ')}`).default([...TRANSITION_KINDS]),
  fromStep: code.optional(),
  audience: z.discriminatedUnion(
    'kind',
    [keys({ kind: z.literal('residents'), category: id }), keys({ kind: z.literal('staff'), group: id })],
    { error: 'kind: residents with a category, or kind: staff with a group' },
  ),
  channels: someOf(oneOf(CHANNELS), `a list of ${CHANNELS.join(', ')} (no other channel is supported yet)`),
  lane: oneOf(LANES),
  expiresAfter: duration.refine((ms) => ms >= 60_000 && ms <= EXPIRES_MS_MAX, {
    error: 'a message is valid for 1m at least and 22h at most (LINE recognises repeats no longer); change it',
  }),
  wording: code,
});

const days = (max: number) => whole(1, max);

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
  retention: keys({ logDays: days(3_650), historyDays: days(36_500), deliveriesDays: days(3_650), quarantineDays: days(3_650) }),
});

type Plan = z.output<typeof planSchema>;
export type PlannedRule = Plan['rules'][number];
export type PlannedRoute = Plan['routes'][number];

/** The rule as the engine takes it. */
export function ruleOf(planned: PlannedRule): LevelRule | BandRule | BlindRule {
  const { gauges, kinds, rivers, areas } = planned.selector;
  const base = {
    id: planned.id,
    name: planned.name,
    staffOnly: planned.staffOnly,
    shadow: planned.shadow,
    selector: { ...(gauges && { gauges }), ...(kinds && { kinds }), ...(rivers && { rivers }), ...(areas && { areas }) },
  };
  if (planned.kind === 'blind') {
    return { ...base, kind: 'blind', observeIntervals: planned.observeIntervals, standbyIntervals: planned.standbyIntervals };
  }
  const { confirm: said } = planned;
  const more = {
    ...base,
    quantity: planned.quantity,
    confirm: said.for === undefined ? { readings: said.readings! } : { forMs: said.for },
    greatestAgeMs: planned.greatestAge,
    clearHoldMs: planned.clearHold,
  };
  return planned.kind === 'level'
    ? { ...more, kind: 'level', steps: planned.steps, clearMargin: planned.clearMargin }
    : { ...more, kind: 'band', bands: planned.bands, hysteresisPoints: planned.hysteresisPoints };
}

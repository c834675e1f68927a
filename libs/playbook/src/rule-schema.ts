import {
  BAND_MEASURES,
  type BandMeasure,
  type BandRule,
  type Condition,
  type Confirmation,
  FINDINGS_ABOUT,
  GAUGE_KINDS,
  type LevelRule,
  QUANTITIES,
  type RiseRule,
  type Rule,
  type Schedule,
  type Selector,
} from '#core';
import { z } from 'zod';
import { id, code, words, oneOf, duration, yesNo, number, whole, someOf } from './plan-fields.ts';
import { keys } from './yaml-source.ts';

/** The engine keeps 64 readings as witnesses; more than ten in a row would only delay the alarm. */
const CONFIRM_READINGS_MAX = 10;

/** What a rule looks at. */
export const selector = keys({
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

/** One rule as it is written. */
export const ruleSchema = z.discriminatedUnion(
  'kind',
  [levelRule, bandRule, riseRule, voteRule, sequenceRule, celRule, blindRule, queueRule, faultRule],
  {
    error: (issue) => {
      const kind: unknown = typeof issue.input === 'object' && issue.input !== null && 'kind' in issue.input ? issue.input.kind : undefined;
      return LATER_KINDS.includes(kind) ? `one of ${KINDS}: this kind is not yet supported` : `one of ${KINDS}`;
    },
  },
);

/** Rules as they are written, read and with the usual filled in. */
export type PlannedRule = z.output<typeof ruleSchema>;
export type PlannedCel = Extract<PlannedRule, { kind: 'cel' }>;

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

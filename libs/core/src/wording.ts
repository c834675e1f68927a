import assert from 'node:assert/strict';
import type { Transition } from './alert.ts';
import { cityPage } from './city-page.ts';
import type { Language } from './delivery.ts';
import { flowOf } from './flow.ts';
import type { Gauge } from './gauge.ts';
import { limitsAt, limitTable } from './limit.ts';
import type { OperationStatus } from './operation-status.ts';
import { ELSEWHERE, LOCALES, MARKS, SEPARATORS, SPARE_WORDS, UNIT_WORDS } from './own-words.ts';
import { heardAs } from './plan.ts';
import type { Playbook, Route } from './playbook.ts';
import type { Quantity } from './quantity.ts';
import { isUsable } from './reading.ts';
import { whyOf } from './reason-words.ts';
import type { Rendering } from './rendering.ts';
import { type Rule, stepByPerson, stepsOf } from './rule.ts';

/** Everything a text of the playbook may name in braces. */
export const PARAMETERS = [
  'city',
  'gauge',
  'river',
  'area',
  'rule',
  'step',
  'from',
  'value',
  'unit',
  'limit',
  'over',
  'percent',
  'capacity',
  'density',
  'perMinute',
  'calling',
  'ahead',
  'time',
  'date',
  'since',
  'why',
  'waited',
  'answered',
  'wanted',
] as const;
export type Parameter = (typeof PARAMETERS)[number];
export type ParameterValues = Readonly<Partial<Record<Parameter, string>>>;

/**
 * The words of one transition for one route in one language: the playbook's text with its parameters filled in, and marked as a drill
 * or a test when it is one. This is the only place that marks, so no channel can forget it (product promise 7).
 */
export function renderTransition({
  playbook,
  route,
  transition: decided,
  language,
  publicUrl,
}: {
  readonly playbook: Playbook;
  readonly route: Pick<Route, 'wording' | 'fromStep'>;
  readonly transition: Transition;
  readonly language: Language;
  /** Where residents reach the service: words that are not in their language lead to its page in it. */
  readonly publicUrl?: string;
}): Rendering {
  const transition: Transition = { ...decided, ...heardAs(route, decided) };
  const rule = playbook.rules.find(({ id }) => id === transition.ruleId);
  const gauge = playbook.gauges.get(transition.gauge);
  assert(rule, `the playbook has no rule ${transition.ruleId}`);
  assert(gauge, `the playbook has no gauge ${transition.gauge}`);

  const key = `${route.wording}.${transition.kind}`;
  // A reset is said by the words of the playbook that goes, which may be too old to have any.
  const own = playbook.wordings.get(language)?.messages[key] ?? SPARE_WORDS[transition.kind]?.[language];
  const spoken: Language = own ? language : 'ja';
  const text = own ?? playbook.wordings.get('ja')?.messages[key];
  assert(text, `the playbook has no Japanese text ${key}`);

  const values = parametersOf({ playbook, rule, gauge, transition, language: spoken });
  const subject = render(text.subject, values);
  const said = render(text.body, values).trimEnd();
  const link = own || publicUrl === undefined ? null : cityPage(publicUrl, language);
  const body = link === null ? said : `${said}\n\n${ELSEWHERE[language]}\n${link}`;
  return { ...marked({ subject, body }, transition.status, spoken), translated: own !== undefined, ...(link !== null && { link }) };
}

const PLACE = /\{([^{}]*)\}/g;

/** Fills `{name}` places and nothing else, in one pass. A name without a value is a bug: the playbook's check refuses such a text. */
export function render(text: string, values: ParameterValues): string {
  return text.replaceAll(PLACE, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name as Parameter] : undefined;
    assert(value !== undefined, `no value for {${name}}`);
    return value;
  });
}

/** Names in braces, in order, as they are written. */
export const placesOf = (text: string): readonly string[] => [...text.matchAll(PLACE)].map((match) => match[1]!);

/**
 * What a text may name for a message kind of a rule on a gauge. The playbook's check and the rendering share this list, so that a
 * playbook that checks clean always renders.
 */
export function parametersOffered(rule: Rule, gauge: Gauge, kind: Transition['kind']): ReadonlySet<Parameter> {
  const offered = new Set<Parameter>(['city', 'gauge', 'rule', 'value', 'unit', 'time', 'date', 'why']);
  if (gauge.river !== null) offered.add('river');
  if (gauge.areas.length > 0) offered.add('area');
  if (kind === 'reset') {
    // Nothing was observed here either, and the limits are what changed.
    for (const name of ['value', 'unit'] as const) offered.delete(name);
    return isBare(rule) ? offered : offered.add('from');
  }
  if (kind === 'reminded' || kind === 'escalated') {
    // Nothing was observed: a value would be that of the alarm, and be taken for that of now.
    for (const name of ['value', 'unit'] as const) offered.delete(name);
    offered.add('waited');
    if (kind === 'escalated') offered.add('answered').add('wanted');
    return isBare(rule) ? offered : offered.add('step');
  }
  if (rule.kind === 'blind') {
    if (kind === 'raised') offered.add('since');
    return offered;
  }
  if (rule.kind === 'fault') {
    // A device is doubted, and its value with it: {why} says all that is known.
    for (const name of ['value', 'unit'] as const) offered.delete(name);
    return offered;
  }
  if (rule.kind === 'queue') {
    for (const name of ['value', 'unit'] as const) offered.delete(name);
    return offered.add('calling').add('ahead');
  }
  if (kind !== 'cleared') offered.add('step');
  if (kind !== 'raised') offered.add('from');
  if (rule.kind === 'vote' || rule.kind === 'sequence' || rule.kind === 'cel') return offered;
  offered.add('limit');
  if (rule.kind === 'band' && rule.measure === 'flow') {
    // What the counter says is not what is judged.
    for (const name of ['value', 'unit'] as const) offered.delete(name);
    return offered.add('perMinute');
  }
  offered.add('over');
  if (gauge.capacity !== null) offered.add('percent').add('capacity');
  if (rule.kind === 'band' && gauge.areaM2) offered.add('density');
  return offered;
}

/** Silence and faults have no steps that mean anything to a reader. */
const isBare = ({ kind }: Rule): boolean => kind === 'blind' || kind === 'fault';

/**
 * The values behind the parameters. `limit` is that of the step reached, or of the step left when the alert went down; `over` is the
 * distance of the value from it, never negative. Metres have two decimals, millimetres at most one, the rest none. `percent` is rounded
 * down, so that 79.9 % is not read as the 80 % that was not reached. `waited` is in minutes. Times are in the city's zone.
 */
export function parametersOf({
  playbook,
  rule,
  gauge,
  transition,
  language,
}: {
  readonly playbook: Playbook;
  readonly rule: Rule;
  readonly gauge: Gauge;
  readonly transition: Transition;
  readonly language: Language;
}): ParameterValues {
  const { city, districts, wordings } = playbook;
  const names = wordings.get(language)?.names;
  const named = (name: string): string => names?.[name] ?? name;
  const quantity = 'quantity' in rule ? rule.quantity : gauge.quantity;
  const number = (value: number): string => numberText(value, quantity, language);

  const seen = transition.record.evidence.filter((evidence) => (evidence.gauge ?? gauge.id) === gauge.id);
  const value = (seen.findLast((evidence) => isUsable(evidence.quality)) ?? seen.at(-1))?.value;
  const limit = limitOf(rule, gauge, transition);
  const usable = seen.filter((evidence) => evidence.status === transition.status && isUsable(evidence.quality));
  const perMinute = rule.kind === 'band' && rule.measure === 'flow' ? flowOf(rule, usable) : null;
  const stepName = (step: number): string => named(stepsOf(rule)[step - 1]?.name ?? rule.name);
  const heardAt = seen.reduce((newest, { receivedAt }) => Math.max(newest, receivedAt), 0);
  const at = (instant: number): string => timeText(instant, city.timeZone);

  const values: Record<Parameter, string> = {
    city: named(city.name),
    gauge: named(gauge.name),
    river: named(gauge.river ?? ''),
    area: gauge.areas.map((code) => named(districts.get(code)?.name ?? code)).join(SEPARATORS[language]),
    rule: named(rule.name),
    step: stepName(transition.kind === 'asked' && rule.kind === 'band' ? (stepByPerson(rule) ?? transition.to) : transition.to),
    from: stepName(transition.from),
    value: value === undefined ? UNKNOWN : number(value),
    unit: UNIT_WORDS[language][quantity],
    limit: limit === undefined ? UNKNOWN : number(limit),
    over: limit === undefined || value === undefined ? UNKNOWN : number(Math.abs(value - limit)),
    percent: value === undefined || gauge.capacity === null ? UNKNOWN : String(Math.floor((value * 100) / gauge.capacity)),
    capacity: gauge.capacity === null ? UNKNOWN : number(gauge.capacity),
    density: value === undefined || !gauge.areaM2 ? UNKNOWN : decimal(value / gauge.areaM2, language),
    perMinute: perMinute === null ? UNKNOWN : decimal(perMinute, language),
    calling: String(transition.to),
    ahead: rule.kind === 'queue' ? String(rule.ahead) : UNKNOWN,
    time: at(transition.at),
    date: dateText(transition.at, city.timeZone, language),
    why: whyOf(transition.record, language, named),
    waited: String(Math.round((transition.call?.waitedMs ?? 0) / 60_000)),
    answered: String(transition.call?.answered ?? 0),
    wanted: String(transition.call?.wanted ?? 0),
    since: sinceText(heardAt > 0 ? heardAt : transition.at, transition.at, city.timeZone, language),
  };
  const offered = parametersOffered(rule, gauge, transition.kind);
  return Object.fromEntries(Object.entries(values).filter(([name]) => offered.has(name as Parameter)));
}

/** A number that nobody knows is shown as a dash: a message with a hole is better than no message. */
const UNKNOWN = '－';

/** The words of the decision record come first: they are what was judged, even if the playbook was changed since. */
function limitOf(rule: Rule, gauge: Gauge, { kind, from, to, at, record }: Transition): number | undefined {
  const step = kind === 'raised' || kind === 'climbed' ? to : from;
  const code = stepsOf(rule)[step - 1]?.code;
  const judged = record.limits.find((limit) => limit.code === code);
  if (judged) return judged.value;
  if (rule.kind !== 'level' && rule.kind !== 'band') return undefined;
  return limitsAt(limitTable(rule, gauge), at).find((limit) => limit.step === step)?.value;
}

/** A number of a quantity as a language writes it: metres with two decimals, millimetres with at most one, the rest with none. */
export function numberText(value: number, quantity: Quantity, language: Language): string {
  const decimals = quantity === 'level' ? [2, 2] : quantity === 'rain' ? [0, 1] : [0, 0];
  return numberFormat(LOCALES[language], decimals[0]!, decimals[1]!).format(value);
}

/** One place: a crowd of 2.04 and one of 1.96 persons a square metre feel alike. */
const decimal = (value: number, language: Language): string => numberFormat(LOCALES[language], 1, 1).format(value);

/** Hours and minutes in the zone, the same in every language. */
export const timeText = (at: number, timeZone: string): string => dateFormat('en-GB', timeZone, CLOCK).format(at);

/** Month and day in the zone as the language says them. */
export function dateText(at: number, timeZone: string, language: Language): string {
  const date = dateFormat(LOCALES[language], timeZone, DAY).format(at);
  return language === 'ja-easy' ? date.replace('月', '月(がつ)').replace('日', '日(にち)') : date;
}

const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const DAY = { month: 'long', day: 'numeric' } as const;

/** Making a format costs more than all words of a message; a city has one zone and eight languages, so few are ever kept. */
const dateFormats = new Map<string, Intl.DateTimeFormat>();
const numberFormats = new Map<string, Intl.NumberFormat>();
const FORMATS_MAX = 64;

const dateFormat = (locale: string, timeZone: string, fields: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  kept(
    dateFormats,
    `${locale} ${timeZone} ${Object.keys(fields).join(' ')}`,
    () => new Intl.DateTimeFormat(locale, { timeZone, ...fields }),
  );

const numberFormat = (locale: string, minimumFractionDigits: number, maximumFractionDigits: number): Intl.NumberFormat =>
  kept(
    numberFormats,
    `${locale} ${minimumFractionDigits} ${maximumFractionDigits}`,
    () => new Intl.NumberFormat(locale, { minimumFractionDigits, maximumFractionDigits }),
  );

function kept<T>(formats: Map<string, T>, key: string, make: () => T): T {
  const known = formats.get(key);
  // Stryker disable next-line all: what is kept is the same, only sooner
  if (known) return known;
  // Stryker disable next-line all: so is what was let go and is made again
  if (formats.size >= FORMATS_MAX) formats.delete(formats.keys().next().value!);
  const made = make();
  formats.set(key, made);
  return made;
}

/** A time of another day than the message's names its day. */
function sinceText(since: number, now: number, timeZone: string, language: Language): string {
  const day = dateText(since, timeZone, language);
  const time = timeText(since, timeZone);
  return day === dateText(now, timeZone, language) ? time : `${day} ${time}`;
}

/** Words as a drill or a test carries them: in the subject, the first line and the last one; real ones stay as they are. */
export function marked(
  { subject, body }: { readonly subject: string; readonly body: string },
  status: OperationStatus,
  language: Language,
): { readonly subject: string; readonly body: string } {
  if (status === 'actual') return { subject, body };
  const mark = MARKS[status][language];
  return { subject: `${mark.subject}${subject}`, body: `${mark.line}\n${body}\n${mark.line}` };
}

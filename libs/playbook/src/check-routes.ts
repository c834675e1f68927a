import {
  type BandMeasure,
  CALLED_KIND,
  ORDER_WORDING,
  type GaugeIndex,
  type Language,
  type Parameter,
  PARAMETERS,
  parametersOffered,
  RESET_KIND,
  type Route,
  type Rule,
  TRANSITION_KINDS,
  type Transition,
  stepsOf,
  VIGIL_KINDS,
} from '#core';
import { selectedBy } from './check-rules.ts';
import type { LocatedGauge } from './gauges.ts';
import { suggestion } from './nearest.ts';
import type { Findings } from './problem.ts';
import { GROUP_WAIT_MS, type PlannedEscalation, type PlannedRoute } from './plan-schema.ts';
import { type LocatedWording, usedIn } from './wordings.ts';
import type { Path, YamlSource } from './yaml-source.ts';

export interface RouteGrounds {
  /** `playbook.yaml`. */
  readonly plan: YamlSource;
  readonly rules: readonly Rule[];
  /** The first rule of each id. */
  readonly byId: ReadonlyMap<string, Rule>;
  readonly gauges: ReadonlyMap<string, LocatedGauge>;
  /** The same gauges, by what a selector can name. */
  readonly index: GaugeIndex;
  readonly languages: readonly Language[];
  readonly wordings: ReadonlyMap<Language, LocatedWording>;
  /** False when a file of `wording/` cannot be read: then nobody knows which texts are missing. */
  readonly wordingsWhole: boolean;
  readonly findings: Findings;
  readonly escalations: readonly PlannedEscalation[];
}

/** Checks the routes, and gives them as dispatch takes them: the step by its number. `levels` are those of the escalation policies. */
export function checkRoutes(planned: readonly PlannedRoute[], levels: readonly Route[], grounds: RouteGrounds): readonly Route[] {
  const { plan, languages, wordings } = grounds;
  for (const language of languages) {
    if (!wordings.has(language) && grounds.wordingsWhole) {
      const tell = language === 'ja' ? plan.error.bind(plan) : plan.warning.bind(plan);
      tell(
        ['city', 'languages', languages.indexOf(language)],
        `there is no file with language: ${language} in wording/; add it or remove the language`,
      );
    }
  }
  for (const { language, source } of wordings.values()) {
    if (!languages.includes(language))
      source.warning(['language'], `${language} is not one of the city's languages, so nobody reads this file; add it to playbook.yaml`);
  }
  const routes = planned.map((route, i) => {
    if (planned.findIndex(({ id }) => id === route.id) < i)
      plan.error(['routes', i, 'id'], `the route id "${route.id}" is there twice; give each route its own`);
    if (route.audience.kind === 'residents' && route.transitions.some((kind) => (VIGIL_KINDS as readonly string[]).includes(kind)))
      plan.error(['routes', i, 'transitions'], 'reminders and calls are for staff; remove reminded and escalated here');
    return checkRoute(route, ['routes', i], grounds);
  });
  checkCoverage(routes, grounds);
  checkReminders(routes, grounds);
  checkUnused([...routes, ...levels], grounds);
  return [...routes, ...levels];
}

/** Checks one route that is written at `path`: its rules, its step, whom it reaches and its texts. */
export function checkRoute(route: PlannedRoute, path: Path, grounds: RouteGrounds): Route {
  const heard = checkedRules(route, path, grounds);
  const fromStep = fromStepOf(route, path, heard, grounds.plan);
  checkReach(route, heard, grounds);
  checkWordings(route, path, heard, fromStep, grounds);
  checkPauses(route, path, grounds.plan);
  checkMerge(route, path, grounds.plan);
  checkTickets(route, path, heard, grounds.plan);
  return routeOf(route, fromStep);
}

/** A machine makes nobody wait for news of water: intervals are for crowding, and groups for staff. */
function checkPauses(
  { lane, audience, expiresAfter, noticeInterval, groupBy, groupWait }: PlannedRoute,
  path: Path,
  plan: YamlSource,
): void {
  if (noticeInterval !== undefined && lane !== 'congestion')
    plan.error([...path, 'noticeInterval'], `only the lane congestion may leave time between notices, and this one is ${lane}; remove it`);
  if (noticeInterval !== undefined && noticeInterval >= expiresAfter)
    plan.error([...path, 'noticeInterval'], 'a notice that waits this long has expired before it is sent; make expiresAfter longer');
  if (groupBy !== undefined && audience.kind !== 'staff')
    plan.error([...path, 'groupBy'], 'only messages to staff wait to be told together; remove it here');
  if (groupWait !== undefined && groupBy === undefined)
    plan.error([...path, 'groupWait'], 'there is nothing to wait for without groupBy: river or area; add it');
}

/** One message for what several gauges say is for residents, and what begins it must end it. */
function checkMerge({ lane, audience, mergeBy = 'none', transitions, noticeInterval }: PlannedRoute, path: Path, plan: YamlSource): void {
  if (mergeBy === 'none') return;
  if (audience.kind !== 'residents')
    plan.error([...path, 'mergeBy'], 'only residents hear once for several gauges, staff by groupBy; remove it here');
  if (noticeInterval !== undefined && lane === 'congestion')
    plan.error([...path, 'mergeBy'], 'it does not go with noticeInterval; remove one of the two');
  for (const [rise, fall] of [
    ['raised', 'cleared'],
    ['climbed', 'steppedDown'],
  ] as const) {
    if (transitions.includes(rise) !== transitions.includes(fall))
      plan.error([...path, 'transitions'], `with mergeBy one route tells both ${rise} and ${fall}; add the other one here`);
  }
}

/** Queues call the holders of tickets and nobody else, and those hear of nothing but queues. */
function checkTickets({ audience, transitions, noticeInterval }: PlannedRoute, path: Path, heard: readonly Rule[], plan: YamlSource): void {
  const toTickets = audience.kind === 'tickets';
  for (const [i, rule] of heard.entries()) {
    if ((rule.kind === 'queue') !== toTickets)
      plan.error(
        [...path, 'rules', i],
        toTickets
          ? `"${rule.id}" is of kind ${rule.kind}, and only a queue calls tickets; remove it here`
          : `"${rule.id}" is a queue, which calls the holders of tickets; write audience: { kind: tickets }`,
      );
  }
  if (transitions.some((kind) => (kind === CALLED_KIND) !== toTickets))
    plan.error(
      [...path, 'transitions'],
      toTickets ? 'tickets hear called and nothing else; leave transitions out' : 'only tickets are called; remove called',
    );
  if (toTickets && noticeInterval !== undefined) plan.error([...path, 'noticeInterval'], 'a turn does not wait; remove it');
}

function checkedRules(route: PlannedRoute, at: Path, { plan, byId }: RouteGrounds): readonly Rule[] {
  return route.rules.flatMap((id, j) => {
    const rule = byId.get(id);
    const path = [...at, 'rules', j];
    if (!rule) {
      plan.error(path, `there is no rule "${id}"${suggestion(id, byId.keys(), 'correct the id')}`);
      return [];
    }
    if (rule.staffOnly && route.audience.kind !== 'staff') {
      plan.error(path, `the rule "${id}" is staffOnly, and this route leads to ${route.audience.kind}; remove it here or the mark there`);
    }
    return [rule];
  });
}

/** The routes that name each rule, in their order. */
function routesByRule(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  const found = new Map<string, Route[]>();
  for (const route of routes) {
    for (const rule of new Set(route.rules)) {
      const known = found.get(rule);
      if (known) known.push(route);
      else found.set(rule, [route]);
    }
  }
  return found;
}

const codesOf = (rule: Rule): readonly string[] => stepsOf(rule).map(({ code }) => code);

/** One number for all rules of the route; rules that count differently need routes of their own. */
function fromStepOf(route: PlannedRoute, path: Path, heard: readonly Rule[], plan: YamlSource): number {
  const { fromStep } = route;
  if (fromStep === undefined) return 1;
  const numbers = heard.map((rule) => {
    const at = codesOf(rule).indexOf(fromStep);
    if (at < 0)
      plan.error(
        [...path, 'fromStep'],
        `the rule "${rule.id}" has no step "${fromStep}"${suggestion(fromStep, codesOf(rule), 'correct it')}`,
      );
    return at + 1;
  });
  if (new Set(numbers).size > 1) {
    plan.error([...path, 'fromStep'], `"${fromStep}" is not the same step in all rules of this route; make a route for each`);
  }
  return numbers[0] ?? 1;
}

function routeOf(route: PlannedRoute, fromStep: number): Route {
  const { id, rules, transitions, audience, channels, lane, expiresAfter, wording, noticeInterval, mergeBy, groupBy, groupWait } = route;
  return {
    id,
    rules,
    transitions,
    fromStep,
    audience,
    channels,
    lane,
    expiresAfterMs: expiresAfter,
    wording,
    ...(noticeInterval !== undefined && { noticeIntervalMs: noticeInterval }),
    ...(mergeBy !== undefined && mergeBy !== 'none' && { mergeBy }),
    ...(groupBy !== undefined && { group: { by: groupBy, waitMs: groupWait ?? GROUP_WAIT_MS } }),
  };
}

/** Transitions of a rule as a route can hear them: above its first step there must be another one to climb to. */
const possible = (rule: Rule, fromStep: number, escalations: readonly PlannedEscalation[]): PlannedRoute['transitions'] => [
  ...(rule.kind === 'queue' ? [CALLED_KIND] : codesOf(rule).length > fromStep ? TRANSITION_KINDS : (['raised', 'cleared'] as const)),
  ...(rule.reminder ? (['reminded'] as const) : []),
  ...(escalations.some(({ rules }) => rules.includes(rule.id)) ? (['escalated'] as const) : []),
];

function checkWordings(route: PlannedRoute, path: Path, heard: readonly Rule[], fromStep: number, grounds: RouteGrounds): void {
  const { plan, languages, wordings, escalations } = grounds;
  const needed = new Set(heard.flatMap((rule) => possible(rule, fromStep, escalations).filter((kind) => route.transitions.includes(kind))));
  for (const kind of [...needed, RESET_KIND]) {
    const key = `${route.wording}.${kind}`;
    for (const language of languages) {
      const wording = wordings.get(language);
      const text = wording?.messages[key];
      if (wording && text) checkParameters(route, heard, kind, wording, grounds);
      else if (!grounds.wordingsWhole || (kind === RESET_KIND && !alarmsResidents(route))) continue;
      else if (language === 'ja') plan.error([...path, 'wording'], `there is no Japanese text ${key}${missingWhere(wording)}`);
      else if (wording && wordings.get('ja')?.messages[key] && !isJapaneseEnough(route, wording))
        plan.warning([...path, 'wording'], `there is no text ${key} in ${language}, so Japanese is sent${missingWhere(wording)}`);
    }
  }
}

/** Staff read the words of the service when a changed rule resets an alert; to residents the city speaks in its own (F51). */
const alarmsResidents = ({ audience, transitions }: PlannedRoute): boolean =>
  audience.kind === 'residents' && (transitions.includes('raised') || transitions.includes('climbed'));

/** Staff of a Japanese city hall read Japanese: a language that gives them none of a wording has not forgotten it. */
const isJapaneseEnough = ({ audience, wording: name }: PlannedRoute, { messages }: LocatedWording): boolean =>
  audience.kind === 'staff' && !Object.keys(messages).some((key) => key.startsWith(`${name}.`));

const missingWhere = (wording: LocatedWording | undefined): string =>
  wording ? `; add it to ${wording.source.file}` : '; add the language to wording/';

/** Columns of `gauges.csv` without which a parameter has no value. */
const COLUMN_OF: Readonly<Partial<Record<Parameter, string>>> = {
  river: 'river',
  area: 'area',
  percent: 'capacity',
  capacity: 'capacity',
  density: 'areaM2',
};

/** Whose absence the check of the rule has told already. */
const COLUMN_OF_MEASURE: Readonly<Record<BandMeasure, string>> = { percent: 'capacity', density: 'areaM2', flow: '' };

/** Every gauge that may speak through this text must know its parameters. */
function checkParameters(
  route: PlannedRoute,
  heard: readonly Rule[],
  kind: Transition['kind'],
  wording: LocatedWording,
  grounds: RouteGrounds,
): void {
  const used = [...usedIn(wording.messages[`${route.wording}.${kind}`]!)].filter(isParameter);
  for (const rule of heard) {
    for (const { gauge, place } of selectedBy(rule.selector, grounds)) {
      if (route.audience.kind === 'residents' && gauge.publicAlert === 'staffOnly') continue;
      const offered = parametersOffered(rule, gauge, kind);
      const lacking = used.filter((parameter) => !offered.has(parameter));
      if (lacking.length === 0) continue;
      const whole = parametersOffered(rule, { ...gauge, river: '', areas: [''], capacity: 1, areaM2: 1 }, kind);
      for (const name of lacking) {
        if (!whole.has(name)) {
          const path = ['messages', route.wording, kind];
          wording.source.error(path, `{${name}} has no value when the rule "${rule.id}" has ${kind}; remove it from this text`);
        } else if (!(rule.kind === 'band' && COLUMN_OF[name] === COLUMN_OF_MEASURE[rule.measure])) {
          grounds.findings.error(
            place,
            `${COLUMN_OF[name]} is empty, and the wording "${route.wording}" names {${name}}; fill it, or remove it there`,
          );
        }
      }
    }
  }
}

const isParameter = (name: string): name is Parameter => (PARAMETERS as readonly string[]).includes(name);

/** Residents are reached by district: a public gauge without one is heard by nobody. */
function checkReach(route: PlannedRoute, heard: readonly Rule[], grounds: RouteGrounds): void {
  if (route.audience.kind !== 'residents') return;
  for (const { gauge, place } of heard.flatMap((rule) => selectedBy(rule.selector, grounds))) {
    if (gauge.publicAlert === 'allowed' && gauge.areas.length === 0) {
      grounds.findings.warning(
        place,
        `area is empty, so the route "${route.id}" reaches no resident about "${gauge.id}"; name its districts`,
      );
    }
  }
}

/** An all-clear is delivered like an alarm (product promise 3), and a rule that no route names is heard by nobody. */
function checkCoverage(routes: readonly Route[], { plan, rules, byId }: RouteGrounds): void {
  const telling = routesByRule(routes);
  const audiences = new Map(routes.map((route) => [route, JSON.stringify(route.audience)]));
  for (const [i, rule] of rules.entries()) {
    if (!telling.has(rule.id) && !rule.shadow)
      plan.warning(['rules', i, 'id'], `no route names the rule "${rule.id}", so nobody hears of it; add it to a route`);
  }
  for (const [i, route] of routes.entries()) {
    const audience = audiences.get(route);
    // What staff never hear the end of they can look up; residents would go on fearing it.
    const tell = route.audience.kind === 'residents' ? plan.error.bind(plan) : plan.warning.bind(plan);
    for (const rule of route.rules) {
      const isHeard = (kind: Transition['kind']): boolean =>
        telling.get(rule)!.some((other) => other.transitions.includes(kind) && audiences.get(other) === audience);
      if (route.transitions.includes('raised') && !isHeard('cleared'))
        tell(['routes', i, 'transitions'], `who hears the alarm of "${rule}" here never hears its all-clear; add cleared`);
      // The water of a sequence came or did not come: there is no way down by steps.
      const isStaircase = byId.has(rule) && byId.get(rule)!.kind !== 'sequence';
      if (isStaircase && route.transitions.includes('climbed') && !isHeard('steppedDown'))
        tell(['routes', i, 'transitions'], `who hears "${rule}" climb here never hears that it steps down; add steppedDown`);
    }
  }
}

/** A reminder that no route carries reminds nobody. */
function checkReminders(routes: readonly Route[], { plan, rules }: RouteGrounds): void {
  const telling = routesByRule(routes);
  for (const [i, rule] of rules.entries()) {
    if (!rule.reminder || rule.shadow) continue;
    if (!telling.get(rule.id)?.some(({ transitions }) => transitions.includes('reminded')))
      plan.warning(['rules', i, 'reminder'], `no route of "${rule.id}" lists reminded, so nobody is reminded; add it to the transitions`);
  }
}

function checkUnused(routes: readonly Route[], { wordings }: RouteGrounds): void {
  const used = new Set([ORDER_WORDING, ...routes.map(({ wording }) => wording)]);
  for (const { messages, source } of wordings.values()) {
    for (const wording of new Set(Object.keys(messages).map((key) => key.slice(0, key.lastIndexOf('.'))))) {
      if (!used.has(wording))
        source.warning(
          ['messages', wording],
          `no route uses the wording "${wording}"${suggestion(wording, used, 'remove it or name it in a route')}`,
        );
    }
  }
}

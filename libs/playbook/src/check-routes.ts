import {
  type Language,
  type Parameter,
  PARAMETERS,
  parametersOffered,
  type Route,
  type Rule,
  TRANSITION_KINDS,
  type Transition,
} from '#core';
import { selectedBy } from './check-rules.ts';
import type { LocatedGauge } from './gauges.ts';
import { suggestion } from './nearest.ts';
import type { Findings } from './problem.ts';
import type { PlannedRoute } from './plan-schema.ts';
import { type LocatedWording, usedIn } from './wordings.ts';
import type { YamlSource } from './yaml-source.ts';

interface Grounds {
  /** `playbook.yaml`. */
  readonly plan: YamlSource;
  readonly rules: readonly Rule[];
  readonly gauges: ReadonlyMap<string, LocatedGauge>;
  readonly languages: readonly Language[];
  readonly wordings: ReadonlyMap<Language, LocatedWording>;
  /** False when a file of `wording/` cannot be read: then nobody knows which texts are missing. */
  readonly wordingsWhole: boolean;
  readonly findings: Findings;
}

/** Checks the routes, and gives them as dispatch takes them: the step by its number. */
export function checkRoutes(planned: readonly PlannedRoute[], grounds: Grounds): readonly Route[] {
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
    const heard = checkedRules(route, i, grounds);
    const fromStep = fromStepOf(route, i, heard, plan);
    checkReach(route, heard, grounds);
    checkWordings(route, i, heard, fromStep, grounds);
    return routeOf(route, fromStep);
  });
  checkCoverage(routes, grounds);
  checkUnused(routes, grounds);
  return routes;
}

function checkedRules(route: PlannedRoute, i: number, { plan, rules }: Grounds): readonly Rule[] {
  return route.rules.flatMap((id, j) => {
    const rule = rules.find((candidate) => candidate.id === id);
    const path = ['routes', i, 'rules', j];
    if (!rule) {
      plan.error(
        path,
        `there is no rule "${id}"${suggestion(
          id,
          rules.map((known) => known.id),
          'correct the id',
        )}`,
      );
      return [];
    }
    if (rule.staffOnly && route.audience.kind === 'residents') {
      plan.error(path, `the rule "${id}" is staffOnly, and this route leads to residents; remove it here or the mark there`);
    }
    return [rule];
  });
}

const stepsOf = (rule: Rule): readonly string[] =>
  rule.kind === 'blind' ? ['blind'] : (rule.kind === 'level' ? rule.steps : rule.bands).map(({ code }) => code);

/** One number for all rules of the route; rules that count differently need routes of their own. */
function fromStepOf(route: PlannedRoute, i: number, heard: readonly Rule[], plan: YamlSource): number {
  const { fromStep } = route;
  if (fromStep === undefined) return 1;
  const numbers = heard.map((rule) => {
    const at = stepsOf(rule).indexOf(fromStep);
    if (at < 0)
      plan.error(
        ['routes', i, 'fromStep'],
        `the rule "${rule.id}" has no step "${fromStep}"${suggestion(fromStep, stepsOf(rule), 'correct it')}`,
      );
    return at + 1;
  });
  if (new Set(numbers).size > 1) {
    plan.error(['routes', i, 'fromStep'], `"${fromStep}" is not the same step in all rules of this route; make a route for each`);
  }
  return numbers[0] ?? 1;
}

function routeOf({ id, rules, transitions, audience, channels, lane, expiresAfter, wording }: PlannedRoute, fromStep: number): Route {
  return { id, rules, transitions, fromStep, audience, channels, lane, expiresAfterMs: expiresAfter, wording };
}

/** Transitions of a rule as a route can hear them: above its first step there must be another one to climb to. */
const possible = (rule: Rule, fromStep: number): readonly Transition['kind'][] =>
  stepsOf(rule).length > fromStep ? TRANSITION_KINDS : ['raised', 'cleared'];

function checkWordings(route: PlannedRoute, i: number, heard: readonly Rule[], fromStep: number, grounds: Grounds): void {
  const { plan, languages, wordings } = grounds;
  const needed = new Set(heard.flatMap((rule) => possible(rule, fromStep).filter((kind) => route.transitions.includes(kind))));
  for (const kind of needed) {
    const key = `${route.wording}.${kind}`;
    for (const language of languages) {
      const wording = wordings.get(language);
      const text = wording?.messages[key];
      if (wording && text) checkParameters(route, heard, kind, wording, grounds);
      else if (!grounds.wordingsWhole) continue;
      else if (language === 'ja') plan.error(['routes', i, 'wording'], `there is no Japanese text ${key}${missingWhere(wording)}`);
      else if (wording)
        plan.warning(['routes', i, 'wording'], `there is no text ${key} in ${language}, so Japanese is sent${missingWhere(wording)}`);
    }
  }
}

const missingWhere = (wording: LocatedWording | undefined): string =>
  wording ? `; add it to ${wording.source.file}` : '; add the language to wording/';

/** Columns of `gauges.csv` without which a parameter has no value. */
const COLUMN_OF: Readonly<Partial<Record<Parameter, string>>> = { river: 'river', area: 'area', percent: 'capacity', capacity: 'capacity' };

/** Every gauge that may speak through this text must know its parameters. */
function checkParameters(
  route: PlannedRoute,
  heard: readonly Rule[],
  kind: Transition['kind'],
  wording: LocatedWording,
  { gauges, findings }: Grounds,
): void {
  const used = [...usedIn(wording.messages[`${route.wording}.${kind}`]!)].filter(isParameter);
  for (const rule of heard) {
    for (const { gauge, place } of selectedBy(rule, gauges)) {
      if (route.audience.kind === 'residents' && gauge.publicAlert === 'staffOnly') continue;
      const offered = parametersOffered(rule, gauge, kind);
      const whole = parametersOffered(rule, { ...gauge, river: '', areas: [''], capacity: 1 }, kind);
      for (const name of used.filter((parameter) => !offered.has(parameter))) {
        if (!whole.has(name)) {
          const path = ['messages', route.wording, kind];
          wording.source.error(path, `{${name}} has no value when the rule "${rule.id}" has ${kind}; remove it from this text`);
        } else if (!(rule.kind === 'band' && COLUMN_OF[name] === 'capacity')) {
          findings.error(
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
function checkReach(route: PlannedRoute, heard: readonly Rule[], { gauges, findings }: Grounds): void {
  if (route.audience.kind !== 'residents') return;
  for (const { gauge, place } of heard.flatMap((rule) => selectedBy(rule, gauges))) {
    if (gauge.publicAlert === 'allowed' && gauge.areas.length === 0) {
      findings.warning(place, `area is empty, so the route "${route.id}" reaches no resident about "${gauge.id}"; name its districts`);
    }
  }
}

/** An all-clear is delivered like an alarm (product promise 3), and a rule that no route names is heard by nobody. */
function checkCoverage(routes: readonly Route[], { plan, rules }: Grounds): void {
  for (const [i, rule] of rules.entries()) {
    const telling = routes.filter((route) => route.rules.includes(rule.id));
    if (telling.length === 0 && !rule.shadow)
      plan.warning(['rules', i, 'id'], `no route names the rule "${rule.id}", so nobody hears of it; add it to a route`);
  }
  for (const [i, route] of routes.entries()) {
    if (!route.transitions.includes('raised')) continue;
    const audience = JSON.stringify(route.audience);
    for (const rule of route.rules) {
      const cleared = routes.some(
        (other) => other.rules.includes(rule) && other.transitions.includes('cleared') && JSON.stringify(other.audience) === audience,
      );
      if (!cleared)
        plan.warning(['routes', i, 'transitions'], `who hears the alarm of "${rule}" here never hears its all-clear; add cleared`);
    }
  }
}

function checkUnused(routes: readonly Route[], { wordings }: Grounds): void {
  const used = new Set(routes.map(({ wording }) => wording));
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

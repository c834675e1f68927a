import {
  type Gauge,
  isUsable,
  type Ledger,
  type LevelRule,
  type Playbook,
  type ReadingHistory,
  routesOf,
  type Rule,
  selects,
  type Transition,
} from '#core';
import { compare, type Comparison, Floods, isScored, totalOf } from './score.ts';

/** A month shows a rainy season's rivers, and is what a change of the playbook is shown on too. */
export const SCORE_DAYS = 30;
/** Points read at a time, and pages of one gauge: a month at a minute. */
const POINTS_PAGE = 5_000;
const POINTS_PAGES_MAX = 9;
/** Transitions read at a time, and pages of one gauge: more in a month are no alarms. */
const TRANSITIONS_PAGE = 500;
const TRANSITIONS_PAGES_MAX = 20;

/** What a shadow rule would have told, and how it met what the water did. */
export interface ShadowScore {
  readonly rule: string;
  readonly name: string;
  readonly kind: Rule['kind'];
  /** How often it raised an alert. */
  readonly alarms: number;
  /** Changes that each of its routes would have told. */
  readonly routes: readonly { readonly route: string; readonly changes: number }[];
  /** Null for a rule that cannot be compared with a flood. */
  readonly hits: number | null;
  readonly misses: number | null;
  readonly falseAlarms: number | null;
  /** Median over the hits; null without one. */
  readonly leadTimeMin: number | null;
}

export interface ShadowScoresOptions {
  readonly playbook: Playbook;
  readonly ledger: Pick<Ledger, 'transitions'>;
  readonly history: Pick<ReadingHistory, 'range'>;
  readonly now: number;
  readonly days?: number;
  /** Called after every gauge; lets everybody else go on. */
  readonly pause: () => Promise<void>;
}

/**
 * Scores every shadow rule over the last days of this service: what it said live, which stands in the ledger, against what was observed.
 * Readings that could not be believed are left out, as they are by the rule.
 */
export async function shadowScores(options: ShadowScoresOptions): Promise<readonly ShadowScore[]> {
  const { playbook, now, days = SCORE_DAYS, pause } = options;
  const from = now - days * 86_400_000;
  const shadows = playbook.rules.filter(({ shadow }) => shadow);
  const said = new Map(shadows.map((rule): [Rule, Transition[]] => [rule, []]));
  const compared = new Map<Rule, Comparison[]>();
  for (const gauge of playbook.gauges.values()) {
    const own = shadows.filter((rule) => selects(rule.selector, gauge));
    if (own.length === 0) continue;
    const transitions = await transitionsSince(options, gauge, from);
    for (const rule of own) said.get(rule)!.push(...transitions.filter(({ ruleId }) => ruleId === rule.id));
    for (const rule of own.filter(isScored)) {
      const { starts } = await floodsSince(options, rule, gauge, from);
      compared.set(rule, [...(compared.get(rule) ?? []), compare(rule, gauge.id, starts, transitions)]);
    }
    await pause();
  }
  return shadows.map((rule) => scoreOf(playbook, rule, said.get(rule)!, compared.get(rule) ?? []));
}

function scoreOf(playbook: Playbook, rule: Rule, said: readonly Transition[], compared: readonly Comparison[]): ShadowScore {
  const told = said.flatMap((transition) => {
    const gauge = playbook.gauges.get(transition.gauge)!;
    return routesOf({ routes: playbook.routes, transition, gauge, rule: { ...rule, shadow: false } });
  });
  const routes = [...Map.groupBy(told, ({ id }) => id)].map(([route, changes]) => ({ route, changes: changes.length }));
  const alarms = said.filter(({ kind }) => kind === 'raised').length;
  const { hits, misses, falseAlarms, leadTimeMin } = isScored(rule)
    ? totalOf(rule.id, compared)
    : { hits: null, misses: null, falseAlarms: null, leadTimeMin: null };
  return { rule: rule.id, name: rule.name, kind: rule.kind, alarms, routes, hits, misses, falseAlarms, leadTimeMin };
}

/** In the order of time; drills and tests say nothing about a rule. */
async function transitionsSince({ ledger }: ShadowScoresOptions, gauge: Gauge, from: number): Promise<readonly Transition[]> {
  const found: Transition[] = [];
  let before: number | undefined;
  for (let pages = 0; pages < TRANSITIONS_PAGES_MAX; pages += 1) {
    const page = await ledger.transitions({ gauge: gauge.id, ...(before !== undefined && { before }), limit: TRANSITIONS_PAGE });
    const recent = page.map(({ transition }) => transition).filter(({ decidedAt }) => decidedAt >= from);
    found.push(...recent.filter(({ status }) => status === 'actual'));
    if (page.length < TRANSITIONS_PAGE || recent.length < page.length) break;
    before = page.at(-1)!.number;
  }
  return found.toReversed();
}

async function floodsSince({ history, now }: ShadowScoresOptions, rule: LevelRule, gauge: Gauge, from: number): Promise<Floods> {
  const pages: (readonly { readonly at: number; readonly value: number }[])[] = [];
  let to = now + 1;
  for (let read = 0; read < POINTS_PAGES_MAX; read += 1) {
    const page = await history.range({ gauge: gauge.id, quantity: rule.quantity, from, to, limit: POINTS_PAGE });
    pages.push(page.filter(({ quality }) => isUsable(quality)));
    if (page.length < POINTS_PAGE) break;
    to = page[0]!.at;
  }
  const floods = new Floods(rule, gauge);
  for (const { at, value } of pages.toReversed().flat()) floods.observe(at, value);
  return floods;
}

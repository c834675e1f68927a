import { Engine, type RuleProperties } from 'json-rules-engine';

/** What json-rules-engine is asked about one reading. `silentMs`: for how long the gauge was not heard before, worked out for it. */
export type Facts = Readonly<Record<'level' | 'silentMs', number>> & { readonly gauge: string };

/** A rule of ours as far as json-rules-engine can say it: a gauge, a fact and its limit, judged by one reading. */
export interface PlainRule {
  readonly id: string;
  readonly gauge: string;
  readonly fact: 'level' | 'silentMs';
  readonly from: number;
}

/** Judges one reading; resolves with how many rules fired. */
export type JsonRules = (facts: Facts) => Promise<number>;

/** All rules in one engine, as its documentation shows it. The gauge is asked first, so that a rule of another gauge ends there. */
export function oneEngine(rules: readonly PlainRule[]): JsonRules {
  const engine = new Engine(rules.map((rule) => stated(rule, [{ fact: 'gauge', operator: 'equal', value: rule.gauge, priority: 2 }])));
  return async (facts) => (await engine.run(facts)).events.length;
}

/** An engine for each gauge: an index that it does not have, and that its user would have to build around it. */
export function engineEach(rules: readonly PlainRule[]): JsonRules {
  const engines = new Map(
    [...Map.groupBy(rules, ({ gauge }) => gauge)].map(([gauge, own]) => [gauge, new Engine(own.map((rule) => stated(rule, [])))]),
  );
  return async (facts) => (await engines.get(facts.gauge)!.run(facts)).events.length;
}

interface Condition {
  readonly fact: string;
  readonly operator: string;
  readonly value: string | number;
  readonly priority: number;
}

const stated = ({ id, fact, from }: PlainRule, before: readonly Condition[]): RuleProperties => ({
  name: id,
  conditions: { all: [...before, { fact, operator: 'greaterThanInclusive', value: from, priority: 1 }] },
  event: { type: id },
});

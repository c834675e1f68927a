import { compileCondition, type ConditionProblem } from '#cel';
import { type Condition, type Gauge, type GaugeIndex, gaugesOf, type Rule } from '#core';
import type { LocatedGauge } from './gauges.ts';
import { nearest } from './nearest.ts';
import { type PlannedCel, type PlannedRule, ruleOf, selectorOf } from './rule-schema.ts';
import type { YamlSource } from './yaml-source.ts';

interface Ground {
  /** `playbook.yaml`. */
  readonly plan: YamlSource;
  readonly gauges: ReadonlyMap<string, LocatedGauge>;
  /** The same gauges, by what a selector can name. */
  readonly index: GaugeIndex;
  /** Ids of `gauges.csv`, of rows with errors too: what follows from those is not told again. */
  readonly ids: ReadonlySet<string>;
}

/** Names listed after an unknown one; a whole city's gauges would hide the sentence. */
const KNOWN_LISTED_MAX = 20;

/** The rules as the engine takes them. What is wrong with a condition is told at its own place in the text. */
export function rulesOf(planned: readonly PlannedRule[], { plan, gauges, index, ids }: Ground): readonly Rule[] {
  const all = new Map([...gauges].map(([id, { gauge }]) => [id, gauge]));
  const brief = planned.map(({ id, selector }) => ({ id, selector: selectorOf(selector) }));
  return planned.map((rule, i) =>
    ruleOf(rule, (cel) => {
      const path = ['rules', i, 'condition'];
      const selected = gaugesOf(selectorOf(cel.selector), index);
      const others = brief.filter(({ id }) => id !== cel.id);
      const compiled = compileCondition(cel.condition, { gauges: all, selected, rules: others, steps: cel.steps.length });
      for (const problem of compiled.problems) {
        // The gauge is there, and its row says what is wrong with it.
        if (problem.slip && ids.has(problem.slip.name)) continue;
        const place = plan.within(path, cel.condition, problem.offset);
        plan.tell(place, problem.severity, `rules[${i}].condition: ${sentence(problem)}`);
      }
      return compiled.condition ?? standIn(cel, all);
    }),
  );
}

function sentence({ message, slip }: ConditionProblem): string {
  if (!slip) return message;
  const meant = nearest(slip.name, slip.known);
  if (meant !== null) return `${message}。「${meant}」ではありませんか`;
  return slip.known.length > 0 && slip.known.length <= KNOWN_LISTED_MAX ? `${message}。使えるのは ${slip.known.join('、')} です` : message;
}

/** Takes the place of a condition that has errors while the rest is checked; a playbook with an error is never used. */
function standIn({ steps }: PlannedCel, gauges: ReadonlyMap<string, Gauge>): Condition {
  return compileCondition('0', { gauges, selected: [], rules: [], steps: steps.length }).condition!;
}

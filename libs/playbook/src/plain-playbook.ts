import { compileCondition } from '#cel';
import { type CelRule, gaugesOf, indexGauges, type Playbook, type Rule } from '#core';

type PlainRule = Exclude<Rule, CelRule> | (Omit<CelRule, 'condition'> & { readonly condition: string });

/** A playbook of values alone, which another process can be told. */
export interface PlainPlaybook extends Omit<Playbook, 'rules'> {
  readonly rules: readonly PlainRule[];
}

/** The playbook with the text of each condition in its place. */
export const plainOf = (playbook: Playbook): PlainPlaybook => ({
  ...playbook,
  rules: playbook.rules.map((rule) => (rule.kind === 'cel' ? { ...rule, condition: rule.condition.text } : rule)),
});

/** The playbook with its conditions compiled anew. They are those of a playbook that was checked, so they compile; a failure is a bug and throws. */
export function playbookOf(plain: PlainPlaybook): Playbook {
  const { gauges } = plain;
  const index = indexGauges(gauges.values());
  return {
    ...plain,
    rules: plain.rules.map((rule) => {
      if (rule.kind !== 'cel') return rule;
      const { condition, problems } = compileCondition(rule.condition, {
        gauges,
        selected: gaugesOf(rule.selector, index),
        rules: plain.rules.filter(({ id }) => id !== rule.id),
        steps: rule.steps.length,
      });
      if (!condition) throw new Error(`the condition of the rule "${rule.id}" no longer compiles: ${problems[0]?.message ?? ''}`);
      return { ...rule, condition };
    }),
  };
}

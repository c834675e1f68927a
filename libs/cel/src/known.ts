import type { Gauge, GaugeId, Rule } from '#core';

/** What a condition may name, and the gauges whose rule it becomes. */
export interface Known {
  readonly gauges: ReadonlyMap<GaugeId, Gauge>;
  /** The gauges that the rule watches. */
  readonly selected: readonly Gauge[];
  /** The other rules of the playbook. A rule does not ask for its own alert: staying up is what its hold is for. */
  readonly rules: readonly Pick<Rule, 'id' | 'selector'>[];
  /** How many steps the rule has. */
  readonly steps: number;
}

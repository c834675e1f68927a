import type { Gauge } from './gauge.ts';
import { selects } from './selection.ts';
import { limitsAt, limitTable } from './limit.ts';
import { type Rule, stepByPerson } from './rule.ts';

/** What a person confirms of a place that only a person may call full. */
export interface FullHouse {
  /** What the step is called. */
  readonly stepName: string;
  /** The number of people that a yes stands for. */
  readonly count: number;
}

/** The step of a gauge that waits for a person's yes, with as many people as reach it; null where counters may say everything. */
export function fullHouseOf(gauge: Gauge, rules: readonly Rule[], at: number): FullHouse | null {
  for (const rule of rules) {
    const step = rule.kind === 'band' && selects(rule.selector, gauge) ? stepByPerson(rule) : null;
    const limit = rule.kind === 'band' ? limitsAt(limitTable(rule, gauge), at).find((one) => one.step === step) : undefined;
    if (limit) return { stepName: limit.name, count: Math.ceil(Math.max(limit.value, gauge.capacity ?? 0)) };
  }
  return null;
}

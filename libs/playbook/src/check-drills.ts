import { type DrillPlan, type Rule, stepNumber, stepsOf, type UsualDrill } from '#core';
import type { RouteGrounds } from './check-routes.ts';
import type { PlannedDrills } from './plan-schema.ts';

/** Checks what ends a drill and the usual drills. Whether a past flood is there is asked when a drill is prepared: it may be put there until then. */
export function checkDrills(
  { endedBy, usual }: PlannedDrills,
  { plan, byId, gauges }: Pick<RouteGrounds, 'plan' | 'byId' | 'gauges'>,
): DrillPlan {
  const ends = endedBy?.flatMap(({ rules, fromStep }, i) =>
    rules.flatMap((name, j) => {
      const rule = byId.get(name);
      if (!rule) plan.error(['drills', 'endedBy', i, 'rules', j], `there is no rule "${name}"; name a rule of this playbook`);
      const step = rule && stepOf(rule, fromStep);
      if (rule && step === null)
        plan.error(
          ['drills', 'endedBy', i, 'fromStep'],
          `the rule "${name}" has no step "${fromStep}"; name one of ${stepsOf(rule)
            .map(({ code }) => code)
            .join(', ')}`,
        );
      return rule && step ? [{ rules: [name], fromStep: step }] : [];
    }),
  );
  const drills = usual.map(({ id, name, lasts, flood, speed, map, note }, i): UsualDrill => {
    if (usual.findIndex((other) => other.id === id) < i)
      plan.error(['drills', 'usual', i, 'id'], `the drill "${id}" is there twice; give each drill its own id`);
    for (const [j, { to }] of map.entries()) {
      if (!gauges.has(to)) plan.error(['drills', 'usual', i, 'map', j, 'to'], `there is no gauge "${to}" in gauges.csv`);
    }
    if (flood === undefined && (speed !== 1 || map.length > 0))
      plan.error(['drills', 'usual', i], 'without a flood nothing plays, so speed and map mean nothing; name a flood or remove them');
    return { id, name, lastsMs: lasts, script: flood === undefined ? null : { source: 'playbook', name: flood, speed, map }, note };
  });
  return { ...(ends && { endedBy: ends }), usual: drills };
}

/** The number of the step; the first one without a code, null when the rule has none of that code. */
const stepOf = (rule: Rule, code: string | undefined): number | null => (code === undefined ? 1 : stepNumber(rule, code) || null);

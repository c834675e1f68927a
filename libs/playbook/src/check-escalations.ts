import type { EscalationPolicy, Route } from '#core';
import { checkRoute, type RouteGrounds } from './check-routes.ts';
import type { PlannedEscalation, PlannedRoute } from './plan-schema.ts';

/** The policies as the stage that watches over raised alerts takes them, and the routes by which dispatch tells their levels. */
export interface CheckedEscalations {
  readonly policies: readonly EscalationPolicy[];
  readonly levels: readonly Route[];
}

/** Checks who is called when nobody answers. Each level that calls people becomes a route of its own. */
export function checkEscalations(planned: readonly PlannedRoute[], grounds: RouteGrounds): CheckedEscalations {
  const policies: EscalationPolicy[] = [];
  const levels: Route[] = [];
  for (const [i, escalation] of grounds.escalations.entries()) {
    checkPolicy(escalation, i, planned, grounds);
    const { id, rules, answers, of } = escalation;
    const { fromStep } = checkRoute(aloneOf(escalation), ['escalation', i], grounds);
    policies.push({ id, rules, fromStep, answers, ...(of && { of }), levels: escalation.levels.map(({ after }) => ({ afterMs: after })) });
    for (const [j, { group, channels }] of escalation.levels.entries()) {
      if (group === undefined || channels === undefined) continue;
      const called: PlannedRoute = {
        ...aloneOf(escalation),
        id: levelRouteId(id, j + 1),
        // Whoever was called hears the all-clear too (product promise 3).
        transitions: ['escalated', 'cleared'],
        audience: { kind: 'staff', group },
        channels,
      };
      levels.push({ ...checkRoute(called, ['escalation', i], grounds), level: j + 1 });
    }
  }
  return { policies, levels };
}

const levelRouteId = (policy: string, level: number): string => `${policy}-${level}`;

/** The policy as a route that tells nobody: its rules and its step are checked like those of any other. */
const aloneOf = ({ id, rules, fromStep, lane, expiresAfter, wording }: PlannedEscalation): PlannedRoute => ({
  id,
  rules,
  transitions: [],
  ...(fromStep !== undefined && { fromStep }),
  audience: { kind: 'staff', group: id },
  channels: [],
  lane,
  expiresAfter,
  wording,
});

function checkPolicy(
  { id, rules, answers, of, levels }: PlannedEscalation,
  i: number,
  routes: readonly PlannedRoute[],
  { plan, escalations }: RouteGrounds,
): void {
  const before = escalations.slice(0, i);
  if (before.some((other) => other.id === id))
    plan.error(['escalation', i, 'id'], `the policy id "${id}" is there twice; give each policy its own`);
  const taken = levels.map((_, j) => levelRouteId(id, j + 1)).find((name) => routes.some((route) => route.id === name));
  if (taken !== undefined)
    plan.error(['escalation', i, 'id'], `the route "${taken}" has the name of a level of this policy; rename one of the two`);
  for (const [j, rule] of rules.entries()) {
    const other = before.find((policy) => policy.rules.includes(rule));
    if (other) plan.error(['escalation', i, 'rules', j], `"${rule}" is in the policy "${other.id}" already; leave it in one of the two`);
  }
  if (of && answers > new Set(of).size) {
    plan.error(
      ['escalation', i, 'answers'],
      `${answers} answers can never come from ${new Set(of).size} accounts; make it smaller or name more`,
    );
  }
}

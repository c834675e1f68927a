import type { Alert, Transition } from './alert.ts';
import type { Lane } from './delivery.ts';
import type { GaugeId } from './gauge.ts';
import { ordersOf } from './order-plan.ts';
import { audienceOf, routesOf } from './plan.ts';
import type { Playbook } from './playbook.ts';
import type { Rule } from './rule.ts';
import { gaugesOf, indexGauges } from './selection.ts';

/** Lanes of what saves lives: words there, to residents, end a drill unless the playbook names rules and steps of its own. */
const VITAL_LANES: ReadonlySet<Lane> = new Set(['evacuation', 'flood']);

/**
 * Whether something real has begun that a drill must give way to: an alert that rose to what the playbook names, or, where it names nothing,
 * one that residents hear of as a flood or an evacuation. Staff's own alerts, crowding and shadow rules end no drill.
 */
export function endsDrill(
  playbook: Playbook,
  { kind, from, to, ruleId, gauge: gaugeId, status }: Pick<Transition, 'kind' | 'from' | 'to' | 'ruleId' | 'gauge' | 'status'>,
): boolean {
  if (status !== 'actual' || (kind !== 'raised' && kind !== 'climbed')) return false;
  const rule = playbook.rules.find(({ id }) => id === ruleId);
  const gauge = playbook.gauges.get(gaugeId);
  if (!rule || !gauge) return false;
  const { routes, drills } = playbook;
  if (drills?.endedBy) return !rule.shadow && drills.endedBy.some(({ rules, fromStep }) => rules.includes(ruleId) && to >= fromStep);
  const heard = routesOf({ routes, transition: { kind, from, to }, gauge, rule });
  return heard.some(({ audience, lane }) => audience.kind === 'residents' && VITAL_LANES.has(lane));
}

/** Whether a raised alert stands where its rise would have ended a drill: then none begins. */
export const forbidsDrill = (playbook: Playbook, { step, ruleId, gauge, status }: Alert): boolean =>
  step > 0 && endsDrill(playbook, { kind: 'raised', from: 0, to: step, ruleId, gauge, status });

/**
 * The playbook as a drill goes by it. Nothing is known of gauges that the script does not speak for, so their silence is no part of the drill,
 * and there are no devices whose faults could be found. Everything else is as in real life.
 */
export function drillPlaybook(playbook: Playbook, scripted: ReadonlySet<GaugeId>): Playbook {
  const index = indexGauges(playbook.gauges.values());
  const rules = playbook.rules.flatMap((rule): readonly Rule[] => {
    if (rule.kind === 'fault') return [];
    if (rule.kind !== 'blind') return [rule];
    const gauges = gaugesOf(rule.selector, index).map(({ id }) => id);
    const told = gauges.filter((id) => scripted.has(id));
    return told.length === 0 ? [] : [{ ...rule, selector: { gauges: told } }];
  });
  return { ...playbook, rules };
}

/** Every category that a drill by this playbook can mean, orders included: whoever is in one of them chose to take part. */
export function drillCategories(playbook: Pick<Playbook, 'routes' | 'orders'>): readonly string[] {
  const anywhere = { areas: [] };
  const { residents, staff } = ordersOf(playbook);
  const told = [...playbook.routes, residents, ...(staff ? [staff] : [])].filter(({ audience }) => audience.kind !== 'tickets');
  return [...new Set(told.map((route) => audienceOf(route, anywhere, 'exercise').category))].toSorted();
}

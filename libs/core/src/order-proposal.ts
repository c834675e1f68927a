import type { Alert, Transition } from './alert.ts';
import { openOrder, type OrderPlanned } from './decide-order.ts';
import { usableWeather } from './facts.ts';
import type { Gauge } from './gauge.ts';
import {
  type Order,
  type OrderContent,
  type OrderGrounds,
  orderIdOf,
  type OrderOrigin,
  type OrderReading,
  type OrderTransition,
} from './order.ts';
import { orderContent, wideOf } from './order-content.ts';
import { ordersOf, policiesFor } from './order-plan.ts';
import { type OrderProposalRule, type Playbook } from './playbook.ts';
import { type Rule, stepsOf } from './rule.ts';
import { selects } from './selection.ts';
import type { GaugeWatch } from './watch-window.ts';

/** What a rule proposes because of a transition, before it is known whether such an order stands already. */
export interface RuleProposal {
  readonly proposal: OrderProposalRule;
  readonly origin: OrderOrigin & { readonly kind: 'rule' };
  readonly content: OrderContent;
  readonly reading: OrderReading;
}

/**
 * The orders that a change of an alert proposes: for every proposal of the playbook whose step it passed upwards. A gauge that only staff hears of
 * proposes only where a proposal names it: it may stand above its limits at every tide (D§10, 16). A rule that runs for trial proposes nothing.
 */
export function proposalsOf(playbook: Playbook, transition: Transition, openAlerts: readonly Alert[]): readonly RuleProposal[] {
  const gauge = playbook.gauges.get(transition.gauge);
  const rule = playbook.rules.find(({ id }) => id === transition.ruleId);
  const rises = transition.kind === 'raised' || transition.kind === 'climbed';
  if (!gauge || !rule || !rises || rule.shadow || transition.coveredBy !== undefined) return [];
  return (
    ordersOf(playbook)
      .proposals.filter((proposal) => proposal.rule === rule.id && speaksFor(proposal, gauge))
      .filter(({ step }) => transition.from < step && step <= transition.to)
      .filter(({ districts }) => (districts ?? gauge.areas).length > 0)
      // The highest first: what a leap reaches below it is a ground of that one.
      .toSorted((a, b) => b.level - a.level)
      .map((proposal) => ({
        proposal,
        origin: {
          kind: 'rule',
          proposal: proposal.id,
          ruleId: rule.id,
          alertId: transition.alertId,
          transitionId: transition.id,
          gauge: gauge.id,
        },
        content: orderContent(playbook, { ...proposal, districts: proposal.districts ?? gauge.areas }),
        reading: readingOf({ transition, gauge, rule, step: proposal.step, openAlerts }),
      }))
  );
}

/** The order that a proposal of a rule opens. Its id follows from the transition, so a repeat after a crash opens no second one. */
export function openByRule(
  playbook: Playbook,
  { proposal, origin, content, reading }: RuleProposal,
  {
    at,
    status,
    weatherLevel,
    against,
  }: {
    readonly at: number;
    readonly status: Transition['status'];
    readonly weatherLevel: OrderGrounds['weatherLevel'];
    readonly against: readonly string[];
  },
): { readonly order: Order; readonly transition: OrderTransition } {
  return openOrder({
    id: orderIdOf(`${origin.transitionId}>${proposal.id}`),
    origin,
    planned: plannedOrder(playbook, { content, of: proposal.id, at }),
    grounds: { readings: [reading], weatherLevel, reports: [], against: against.map((text) => ({ text, at })) },
    status,
    playbookVersion: playbook.version,
    at,
  });
}

/** What is to be decided about some content: how wide it is, which approvals speak of it, and when it lapses. */
export function plannedOrder(
  playbook: Playbook,
  { content, of, at }: { readonly content: OrderContent; readonly of: string | null; readonly at: number },
): OrderPlanned {
  const plan = ordersOf(playbook);
  const wide = wideOf(playbook, content);
  return { content, wide, policies: policiesFor(plan, { of, wide, at }), expiresAt: at + plan.proposalExpiresAfterMs };
}

/** Whether an order that stands says already what is proposed: the same hazard and districts, at this level or a higher one. */
export const covers = (standing: OrderContent, proposed: OrderContent): boolean =>
  standing.hazard === proposed.hazard &&
  standing.municipalLevel >= proposed.municipalLevel &&
  proposed.districts.every(({ code }) => standing.districts.some((district) => district.code === code));

/**
 * What speaks against an order that rests on an alert, when the alert goes down below the step that proposed it; null when it does not. The order
 * itself is lifted by people only.
 */
export function counterOf(playbook: Playbook, order: Order, transition: Transition): string | null {
  if (transition.kind !== 'steppedDown' && transition.kind !== 'cleared') return null;
  const isGround = order.grounds.readings.some(
    ({ ruleId, gauge }) => ruleId === transition.ruleId && gauge === transition.gauge && order.status === transition.status,
  );
  const proposal = ordersOf(playbook).proposals.find(
    ({ rule, level }) => rule === transition.ruleId && level === order.content.municipalLevel,
  );
  if (!isGround || (proposal && transition.to >= proposal.step)) return null;
  const gauge = playbook.gauges.get(transition.gauge);
  const rule = playbook.rules.find(({ id }) => id === transition.ruleId);
  const name = rule ? stepsOf(rule)[transition.from - 1]?.name : undefined;
  return `${gauge?.name ?? transition.gauge}は「${name ?? transition.from}」を下回りました`;
}

/** What else a person should weigh: a lone gauge among calm neighbours may be a fault of the gauge (F43). */
export function doubtsAround(
  playbook: Playbook,
  { gauge: id, ruleId }: Pick<Transition, 'gauge' | 'ruleId'>,
  openAlerts: readonly Alert[],
): readonly string[] {
  const gauge = playbook.gauges.get(id);
  if (!gauge || gauge.river === null) return [];
  const neighbours = [...playbook.gauges.values()].filter(
    (other) => other.river === gauge.river && other.kind === gauge.kind && other.id !== id,
  );
  const isUp = ({ id: other }: Gauge): boolean =>
    openAlerts.some((alert) => alert.gauge === other && alert.ruleId === ruleId && alert.step > 0);
  if (neighbours.length === 0 || neighbours.some(isUp)) return [];
  return [`${gauge.river}のほかの${neighbours.length}地点では、まだ水位が上がっていません`];
}

/** The highest weather level over some districts and when it was given; null when nothing recent tells. It moves no order (D§10, 15). */
export function weatherOver(
  playbook: Pick<Playbook, 'gauges'>,
  watches: readonly GaugeWatch[],
  { districts, at, status }: { readonly districts: readonly string[]; readonly at: number; readonly status: Transition['status'] },
): OrderGrounds['weatherLevel'] {
  let highest: { level: number; at: number } | null = null;
  for (const gauge of playbook.gauges.values()) {
    const isOver = gauge.areas.length === 0 || gauge.areas.some((area) => districts.includes(area));
    if (gauge.kind !== 'weather' || !isOver) continue;
    const newest = usableWeather(
      watches.find((watch) => watch.gauge === gauge.id),
      gauge,
      { at, status },
    );
    if (newest && (highest === null || newest.value > highest.level)) highest = { level: newest.value, at: newest.at };
  }
  return highest;
}

const speaksFor = ({ selector }: OrderProposalRule, gauge: Gauge): boolean =>
  selector === null
    ? gauge.publicAlert === 'allowed'
    : selects(selector, gauge) && (gauge.publicAlert === 'allowed' || (selector.gauges?.includes(gauge.id) ?? false));

function readingOf({
  transition,
  gauge,
  rule,
  step,
  openAlerts,
}: {
  readonly transition: Transition;
  readonly gauge: Gauge;
  readonly rule: Rule;
  readonly step: number;
  readonly openAlerts: readonly Alert[];
}): OrderReading {
  const { record } = transition;
  const seen = record.evidence.findLast((evidence) => evidence.gauge === undefined || evidence.gauge === gauge.id);
  const named = stepsOf(rule)[step - 1];
  return {
    transitionId: transition.id,
    ruleId: rule.id,
    gauge: gauge.id,
    gaugeName: gauge.name,
    river: gauge.river ?? '',
    quantity: gauge.quantity,
    value: seen?.value ?? null,
    at: seen?.at ?? transition.at,
    quality: seen?.quality ?? 'missing',
    stepName: named?.name ?? rule.name,
    limit: record.limits.find(({ code }) => code === named?.code)?.value ?? null,
    verdict: record.verdict,
    doubt: doubtOf(gauge, seen, openAlerts),
  };
}

/** F43: a value that stands still, drifts or comes from a doubtful device may still be true, so it proposes, and says what is wrong with it. */
function doubtOf(gauge: Gauge, seen: Transition['record']['evidence'][number] | undefined, openAlerts: readonly Alert[]): string | null {
  const reasons: string[] = [];
  if (seen && seen.quality !== 'ok' && seen.quality !== 'manual') reasons.push(seen.why || `品質は ${seen.quality} です`);
  for (const alert of openAlerts) if (alert.gauge === gauge.id) reasons.push(...(alert.findings ?? []).map(({ why }) => why));
  return reasons.length === 0 ? null : reasons.join('。');
}

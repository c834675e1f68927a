import { isOrderTransitionId, type Message, type OrderBook, type TransitionId } from '#core';
import { CHART_HOURS, type EvidencePart, evidencePart } from '#evidence';
import type { Adapters } from './adapters.ts';
import type { InForce } from './in-force.ts';

/** Points of a curve at most: more than a picture has columns. */
const POINTS_MAX = 2_000;

/**
 * From now on mails to staff about an alert, or about an order that one proposed, enclose what it rests on: its record, and the curve of the hours
 * before. What tells of nothing that was decided from readings encloses nothing.
 */
export function encloseEvidence(
  { ledger, orders, history, enclosures }: Pick<Adapters, 'ledger' | 'orders' | 'history' | 'enclosures'>,
  { inForce, publicUrl, root }: { readonly inForce: InForce; readonly publicUrl: string; readonly root: string },
): void {
  enclosures?.use(async (message: Message): Promise<EvidencePart | null> => {
    const decidedBy = isOrderTransitionId(message.transitionId) ? await newestGround(orders, message.transitionId) : message.transitionId;
    const found = decidedBy === null ? null : await ledger.transition(decidedBy);
    if (!found) return null;
    const { transition } = found;
    const playbook = (await inForce.of(transition.record.playbookVersion)) ?? inForce.playbook();
    const rule = playbook.rules.find(({ id }) => id === transition.ruleId);
    const gauge = playbook.gauges.get(transition.gauge);
    const quantity = rule && 'quantity' in rule ? rule.quantity : (gauge?.quantity ?? 'level');
    const to = transition.decidedAt + 1;
    const kept = await history.range({ gauge: transition.gauge, quantity, from: to - CHART_HOURS * 3_600_000, to, limit: POINTS_MAX });
    // The history gathers its writes and may be behind: what was decided on is known from the decision itself.
    const newestAt = kept.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    const own = transition.record.evidence
      .filter(({ gauge: of = transition.gauge, at }) => of === transition.gauge && at > newestAt && at < to)
      .map(({ at, receivedAt, value, quality, why }) => ({ at, receivedAt, raw: value, value, quality, why }))
      .toSorted((a, b) => a.at - b.at);
    const points = [...kept, ...own];
    return evidencePart({ message, transition, playbook, points, quantity, url: `${publicUrl.replace(/\/$/, '')}${root}` });
  });
}

/** The transition of the newest reading among the grounds of an order; null for one that people proposed from what they saw. */
async function newestGround(orders: OrderBook, id: TransitionId): Promise<TransitionId | null> {
  const found = await orders.transition(id);
  const readings = found?.transition.order.grounds.readings ?? [];
  return readings.toSorted((a, b) => b.at - a.at)[0]?.transitionId ?? null;
}

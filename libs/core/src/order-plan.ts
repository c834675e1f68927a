import { type ChannelName, routePartsOf } from './delivery.ts';
import { EVACUATION_CATEGORY } from './directory.ts';
import type { OrderDecision, OrderPolicy } from './order.ts';
import type { OrderPlan, Playbook, Route } from './playbook.ts';

export const ORDER_RESIDENTS_ROUTE = 'order-residents';
export const ORDER_STAFF_ROUTE = 'order-staff';

/** Half of the night: water that rises for longer is proposed again by what it reaches then. */
export const PROPOSAL_EXPIRES_MS = 12 * 3_600_000;
/** An order is told for as long as LINE recognises a repeat less a margin, for it stands until it is lifted (D§3.2). */
export const ORDER_EXPIRES_MS = 12 * 3_600_000;

/** A route of orders; rules and steps are not asked for on it. */
export const orderRoute = ({
  id,
  audience,
  channels,
  expiresAfterMs,
}: {
  readonly id: string;
  readonly audience: Route['audience'];
  readonly channels: readonly ChannelName[];
  readonly expiresAfterMs: number;
}): Route => ({
  id,
  rules: [],
  transitions: [],
  fromStep: 0,
  audience,
  channels,
  lane: 'evacuation',
  expiresAfterMs,
  wording: 'order',
});

/** What holds in a playbook that says nothing about orders: staff can propose them, and they go out by every channel for residents. */
const USUAL: OrderPlan = {
  residents: orderRoute({
    id: ORDER_RESIDENTS_ROUTE,
    audience: { kind: 'residents', category: EVACUATION_CATEGORY },
    channels: ['line', 'disaster-mail'],
    expiresAfterMs: ORDER_EXPIRES_MS,
  }),
  staff: null,
  proposalExpiresAfterMs: PROPOSAL_EXPIRES_MS,
  proposals: [],
  approvals: [],
  presets: [],
};

/** The orders' part of a playbook. */
export const ordersOf = ({ orders }: Pick<Playbook, 'orders'>): OrderPlan => orders ?? USUAL;

/** The groups of staff whom any route of the playbook tells: what one person does alone, all of them hear (S13). */
export const staffGroups = (playbook: Pick<Playbook, 'routes' | 'orders'>): readonly string[] => {
  const { staff } = ordersOf(playbook);
  const routes = staff ? [staff, ...playbook.routes] : playbook.routes;
  return [...new Set(routes.flatMap(({ audience }) => (audience.kind === 'staff' ? [audience.group] : [])))];
};

/** Whom a message was meant for, by its route; null when the playbook has no such route any more, or when there is none at hand. */
export function audienceKindOf(
  playbook: Pick<Playbook, 'routes'> | null,
  message: { readonly routeId: string },
): Route['audience']['kind'] | null {
  const { routeId } = routePartsOf(message);
  if (routeId === ORDER_RESIDENTS_ROUTE) return 'residents';
  if (routeId.startsWith(ORDER_STAFF_ROUTE)) return 'staff';
  return playbook?.routes.find(({ id }) => id === routeId)?.audience.kind ?? null;
}

/** The approvals that speak of a proposal or a preset at an instant. None for a wide area: nobody approved that (F66). */
export const policiesFor = (
  { approvals }: Pick<OrderPlan, 'approvals'>,
  { of, wide, at }: { readonly of: string | null; readonly wide: OrderDecision['wide']; readonly at: number },
): readonly OrderPolicy[] =>
  of === null || wide
    ? []
    : approvals
        .filter((approval) => approval.of.includes(of) && approval.approvedAt <= at && at < approval.until)
        .map(({ id, kind, afterMs, approvedBy, approvedAt, until }) => ({ id, kind, afterMs, approvedBy, approvedAt, until }));

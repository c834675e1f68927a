import {
  type ChannelName,
  type Delivery,
  type DeliveryState,
  ELSEWHERE_WHYS,
  heardAs,
  isMerged,
  type Ledger,
  mayHaveArrived,
  NEVER_HEARD_WHY,
  type NumberedTransition,
  type OperationStatus,
  type Route,
  type TransitionId,
} from '#core';
import { HeardSteps } from './heard-steps.ts';

/** Stored deliveries read at once. */
const PAGE_MAX = 500;

/** Who was told what on a route, by the channels that told them. */
export interface Told {
  readonly told: ReadonlyMap<ChannelName, HeardSteps>;
  /** Whether somebody was kept from hearing on purpose, for another reason than another place of the river. */
  readonly wasHeldBack: boolean;
}

/**
 * The step that each person was told last on a route, read from the deliveries themselves: those who got the alarm hear its end, wherever they
 * live by then, and nobody who came later does. Told by another way counts as told on that way.
 *
 * It goes back from the newest to where the alert, or the first of the merged places, rose (`since`), and further while an earlier end did not
 * reach everybody: who was told of a rise there and not of its end, since it had risen again by then, hears of this one.
 */
export async function toldOn(
  ledger: Pick<Ledger, 'deliveries'>,
  {
    route,
    status,
    earlier,
    since,
  }: {
    readonly route: Route;
    readonly status: OperationStatus;
    /** Transitions before the one in question that the route may have told, ascending. */
    readonly earlier: readonly NumberedTransition[];
    readonly since: number;
  },
): Promise<Told> {
  const told = new Map<ChannelName, HeardSteps>(route.channels.map((channel) => [channel, new HeardSteps()]));
  let wasHeldBack = false;
  for (const { number, transition } of earlier.filter((other) => other.transition.status === status).toReversed()) {
    let [planned, missed] = [0, 0];
    for await (const delivery of deliveriesOf(ledger, transition.id)) {
      if (routeOf(delivery) !== route.id) continue;
      planned += 1;
      const isWaiting = waitsForInterval(delivery, transition);
      if (isWaiting || !mayHaveArrived(delivery)) missed += 1;
      if (delivery.state === 'suppressed') wasHeldBack ||= !isOfItsOwn(delivery.lastReason);
      if (isWaiting || !mayHaveArrived(delivery)) continue;
      const steps = told.get(delivery.channel) ?? new HeardSteps();
      told.set(delivery.channel, steps);
      for (const recipient of delivery.recipients) steps.add(recipient, transition.to);
    }
    if (number < since && planned > 0 && missed === 0 && heardAs(route, transition).to === 0) break;
  }
  return { told, wasHeldBack };
}

/**
 * What waits for its interval gives way to what is planned now. Only crowding does (D§7); everything else that is due later than it was decided, one
 * half of a refused group or one message for many places, goes out, and its people must hear its end.
 */
export const waitsForInterval = (
  { lane, state, attempts, dueAt }: Pick<Delivery, 'lane' | 'state' | 'attempts' | 'dueAt'>,
  { decidedAt }: { readonly decidedAt: number },
): boolean => lane === 'congestion' && state === 'queued' && attempts === 0 && dueAt > decidedAt;

/** Held back by what the route's own words say, or told by another way: nobody else's words are judged by it. */
const isOfItsOwn = (reason: string): boolean => isMerged(reason) || reason === NEVER_HEARD_WHY || ELSEWHERE_WHYS.includes(reason);

/** `{transition}/{route}[+extra]/{language}`: neither route nor language holds a slash. */
export const routeOf = ({ messageId }: Pick<Delivery, 'messageId'>): string => (messageId.split('/').at(-2) ?? '').split('+')[0] ?? '';

/** The deliveries of a transition, or of those the ones on a channel in some states, newest first. */
export async function* deliveriesOf(
  ledger: Pick<Ledger, 'deliveries'>,
  transitionId: TransitionId,
  only: { readonly state?: readonly DeliveryState[]; readonly channel?: ChannelName } = {},
): AsyncIterable<Delivery> {
  let before: number | undefined;
  for (;;) {
    const page = await ledger.deliveries({ transitionId, ...only, ...(before !== undefined && { before }), limit: PAGE_MAX });
    for (const { delivery } of page) yield delivery;
    if (page.length < PAGE_MAX) return;
    before = page.at(-1)!.number;
  }
}

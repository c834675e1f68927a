import {
  type ChannelName,
  type Clock,
  type Delivery,
  type DeliveryState,
  type GaugeId,
  type Ledger,
  MERGED_WHY,
  type Message,
  type NumberedTransition,
  type Recipient,
  routePartsOf,
  type Transition,
  type TransitionId,
} from '#core';
import { deliveriesOf } from './told.ts';

/** How old a look at the ledger may be. An all-clear may wait a second; a look per recipient would be dear. */
const LOOK_MS = 1_000;
/** Earlier transitions of a gauge that are looked at: a hundred take longer than any words live. */
const EARLIER_MAX = 100;
/** Transitions remembered at once: those with deliveries under way are a handful. */
const REMEMBERED_MAX = 1_000;
const PAGE_MAX = 500;
const UNSETTLED: readonly DeliveryState[] = ['queued', 'sending'];

/** The gauges whose words on a route are merged with those of a transition, beside its own. */
export type PlacesOf = (transition: Transition, routeId: string) => Promise<readonly GaugeId[]>;

interface Look {
  readonly at: number;
  readonly untrue: boolean;
  /** People who have not been told something earlier yet; null once and for all when there are none. */
  readonly untold: ReadonlySet<Recipient> | null;
}

/**
 * In which order one person hears about one rule on one gauge (F62). Of two failures, a warning that comes late is worse than an old
 * warning that comes after a newer one and carries its time of issue; an all-clear in the wrong place is worst of all. Therefore:
 *
 * - A warning (`raised`, `climbed`), a reminder and a call wait for nothing.
 * - A step down or an all-clear waits for as long as an earlier word is unsettled and unexpired for anyone among its own recipients.
 * - … and is not sent any more when the alert has risen again meanwhile, except in the message of a group, whose other places stay cleared.
 *   A reset is sent all the same: not everybody who was told of the old alert hears of the new one.
 * - A crowding notice that waited for its interval gives way to what its route tells since.
 *
 * - On a route that merges (F44), what the other places of the river told counts as an earlier word: their rise may be all that people heard.
 *
 * All of it is read from the ledger, so it holds across restarts, chunks that were split, and routes.
 */
export class Precedence {
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #placesOf: PlacesOf;
  readonly #transitions = new Map<TransitionId, NumberedTransition>();
  readonly #looks = new Map<string, Look>();
  readonly #overtaken = new Map<string, { readonly at: number; readonly isOvertaken: boolean }>();

  constructor(ledger: Ledger, clock: Clock, placesOf: PlacesOf) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#placesOf = placesOf;
  }

  /** Saves the reading of a transition that was just planned. */
  remember(numbered: NumberedTransition): void {
    keep(this.#transitions, numbered.transition.id, numbered);
  }

  async turnOf(
    delivery: Pick<Delivery, 'transitionId' | 'channel' | 'recipients' | 'attempts' | 'dueAt' | 'lane'>,
    message: Pick<Message, 'routeId' | 'issuedAt'>,
  ): Promise<'go' | 'wait' | 'untrue' | 'merged'> {
    const { transitionId, channel, recipients } = delivery;
    const { routeId, extra } = routePartsOf(message);
    const numbered = this.#transitions.get(transitionId) ?? (await this.#ledger.transition(transitionId));
    // Forgotten by retention: nothing earlier is left either.
    if (!numbered) return 'go';
    this.remember(numbered);
    // Only crowding that waited from the first gives way: once somebody may have it, it is repeated until they do.
    const hasWaited = delivery.lane === 'congestion' && delivery.attempts === 1 && delivery.dueAt > message.issuedAt;
    if (hasWaited && (await this.#isOvertaken(numbered, routeId, channel))) return 'merged';
    if (numbered.transition.to > numbered.transition.from || numbered.transition.call) return 'go';
    const { untrue, untold } = await this.#look(numbered, channel, routeId);
    if (untrue && extra !== 'group') return 'untrue';
    return untold && recipients.some((recipient) => untold.has(recipient)) ? 'wait' : 'go';
  }

  /**
   * Whether the same route tells something later on this channel, or had nothing to add. What was kept from people for another reason takes
   * nobody's place: their all-clear must not be lost because of a rise that they never heard of.
   */
  async #isOvertaken({ number, transition }: NumberedTransition, routeId: string, channel: ChannelName): Promise<boolean> {
    const key = `${transition.id} ${routeId} ${channel}`;
    const last = this.#overtaken.get(key);
    const at = this.#clock.monotonic();
    if (last && at - last.at < LOOK_MS) return last.isOvertaken;
    const newest = await this.#ledger.transitions({ gauge: transition.gauge, limit: EARLIER_MAX });
    const later = newest.filter((other) => other.number > number && other.transition.ruleId === transition.ruleId);
    let isOvertaken = false;
    for (const { transition: other } of later) {
      const page = await this.#ledger.deliveries({ transitionId: other.id, channel, limit: PAGE_MAX });
      isOvertaken ||= page.some(
        ({ delivery: { messageId, state, lastReason } }) =>
          messageId.startsWith(`${other.id}/${routeId}/`) && (state !== 'suppressed' || lastReason === MERGED_WHY),
      );
    }
    keep(this.#overtaken, key, { at, isOvertaken });
    return isOvertaken;
  }

  async #look(numbered: NumberedTransition, channel: ChannelName, routeId: string): Promise<Look> {
    const { transition } = numbered;
    const key = `${transition.id} ${routeId} ${channel}`;
    const last = this.#looks.get(key);
    const at = this.#clock.monotonic();
    if (last && at - last.at < LOOK_MS) return last;
    const alert = await this.#ledger.alert(transition.ruleId, transition.gauge);
    const look = {
      at,
      untrue: transition.kind !== 'reset' && alert !== null && alert.step > transition.to,
      // What came earlier was planned earlier: once it is settled, nothing is added to it.
      untold: last?.untold === null ? null : await this.#untoldBefore(numbered, channel, routeId),
    };
    keep(this.#looks, key, look);
    return look;
  }

  async #untoldBefore(
    { number, transition }: NumberedTransition,
    channel: ChannelName,
    routeId: string,
  ): Promise<ReadonlySet<Recipient> | null> {
    const places = [transition.gauge, ...(await this.#placesOf(transition, routeId))];
    const before = await Promise.all(places.map((gauge) => this.#ledger.transitions({ gauge, before: number, limit: EARLIER_MAX })));
    const earlier = before
      .flat()
      .filter((other) => other.transition.ruleId === transition.ruleId)
      .map((other) => other.transition.id);
    if (earlier.length === 0) return null;
    const counts = await this.#ledger.deliveryCounts(earlier);
    const open = counts.filter((count) => count.channel === channel && count.deliveries > 0 && UNSETTLED.includes(count.state));
    if (open.length === 0) return null;
    const now = this.#clock.now();
    const untold = new Set<Recipient>();
    for (const id of new Set(open.map(({ transitionId }) => transitionId))) {
      for await (const delivery of deliveriesOf(this.#ledger, id, { state: UNSETTLED, channel })) {
        if (delivery.expiresAt > now) for (const recipient of delivery.recipients) untold.add(recipient);
      }
    }
    return untold;
  }
}

/** Remembers at most so many, the latest ones. */
function keep<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > REMEMBERED_MAX) map.delete(map.keys().next().value!);
}

import {
  type ChannelName,
  type Delivery,
  type Hold,
  type Language,
  mayHaveArrived,
  type Message,
  messageOf,
  type OrderBook,
  type OrderId,
  ORDER_STAFF_ROUTE,
  orderRoute,
  orderStaffNote,
  ordersOf,
  type OrderTransition,
  type Playbook,
  type Rendering,
  type Route,
  staffGroups,
  toldBefore,
} from '#core';
import { HeardSteps } from './heard-steps.ts';
import { LEFT_OUT, PlanDraft, type PlanDraftOptions, type Word } from './plan-draft.ts';
import { Strikes } from './strikes.ts';
import { deliveriesOf, routeOf } from './told.ts';

/** Transitions of orders planned before the position is looked at again. */
const TRANSITIONS_MAX = 16;

/** The words of a change of an order, as `renderOrder` of the core gives them. */
export type RenderOrder = (asked: {
  readonly playbook: Playbook;
  readonly transition: OrderTransition;
  readonly language: Language;
  readonly note?: string;
}) => Rendering;

export interface OrderPlannerOptions extends PlanDraftOptions {
  readonly orders: OrderBook;
  readonly playbook: Playbook;
  readonly playbookOf: (version: string) => Promise<Playbook | null>;
  readonly render: RenderOrder;
  /** Told before it is read who heard of an order so far. */
  readonly onPlanning: (order: OrderId) => void;
}

/**
 * Turns changes of orders into messages and deliveries with frozen audiences, in a position of its own: an order never waits behind the plan of a
 * large notice. One decision goes to all channels at once (F69).
 *
 * Residents hear an order in its districts. An update goes to them and to everybody who may have heard the order before; an all-clear to exactly
 * those; a correction to everybody who may have got what it takes back (F68). As with alerts, a plan that a crash cut in two begins by
 * reading what is stored of it.
 */
export class OrderPlanner {
  readonly #options: OrderPlannerOptions;
  readonly #draft: PlanDraft;
  readonly #strikes: Strikes;

  constructor(options: OrderPlannerOptions) {
    this.#options = options;
    this.#draft = new PlanDraft(options);
    this.#strikes = new Strikes(options.onEvent);
  }

  /** Plans up to a bound what comes after the hold's position. False when there was nothing. */
  async plan(hold: Hold): Promise<boolean> {
    this.#draft.clear();
    let held = hold;
    const pending = await this.#options.orders.transitionsAfter(hold.position, TRANSITIONS_MAX);
    for (const { number, transition } of pending) {
      this.#options.onPlanning(transition.orderId);
      try {
        for await (const full of this.#planOne(transition)) {
          if (full) held = await this.#draft.commit(held, held.position);
        }
      } catch (cause) {
        if (!this.#strikes.isOut(transition.id, cause)) throw cause;
      }
      // Each by itself, for the audience of the next one is read from what is stored of this one.
      held = await this.#draft.commit(held, number);
    }
    return pending.length > 0;
  }

  async *#planOne(transition: OrderTransition): AsyncIterable<boolean> {
    const playbook = (await this.#options.playbookOf(transition.order.playbookVersion)) ?? this.#options.playbook;
    const planned = await this.#draft.stored(transition.id);
    const words = new Map<string, Message | null>();
    // Staff first: they are few, and whoever is both hears it once.
    const routes = this.#routesOf(playbook, transition);
    for (const [index, route] of routes.entries()) {
      const told = route.audience.kind === 'residents' && transition.kind !== 'given' ? await this.#told(transition, route) : null;
      const isForAll = told === null || transition.kind === 'updated';
      const word: Word = {
        transition: { id: transition.id, status: transition.status, decidedAt: transition.at, gauge: '' },
        route,
        gauge: { areas: transition.order.content.districts.map(({ code }) => code) },
        extra: '',
        suppressedWhy: (recipient, channel) => (isForAll || told.get(channel)?.has(recipient) ? null : LEFT_OUT),
        compose: (language) => this.#composed({ words, playbook, transition, route, language }),
        ...(told && { told }),
      };
      // Nobody comes after the last route, and of a city's people it is not worth remembering each.
      yield* this.#draft.tell(word, { planned, shared: () => index < routes.length - 1 });
    }
  }

  /** What is proposed concerns staff alone; what one person decided alone, everybody on staff (S13). */
  #routesOf(playbook: Playbook, { kind, brokeGlass }: OrderTransition): readonly Route[] {
    const { residents, staff } = ordersOf(playbook);
    const groups = brokeGlass ? staffGroups(playbook) : [];
    const everybody = groups
      .filter((group) => staff === null || (staff.audience.kind === 'staff' && staff.audience.group !== group))
      .map((group) =>
        orderRoute({
          id: `${ORDER_STAFF_ROUTE}-${group}`,
          audience: { kind: 'staff', group },
          channels: staff?.channels ?? ['email', 'line'],
          expiresAfterMs: staff?.expiresAfterMs ?? residents.expiresAfterMs,
        }),
      );
    return [...(staff ? [staff] : []), ...everybody, ...(kind === 'proposed' ? [] : [residents])];
  }

  /** Everybody who may have got the order, or what a correction takes back, by the channels that told them. */
  async #told(transition: OrderTransition, route: Route): Promise<ReadonlyMap<ChannelName, HeardSteps>> {
    const { ledger, orders } = this.#options;
    const history = (await orders.transitions(transition.orderId)).map((numbered) => numbered.transition);
    const told = new Map<ChannelName, HeardSteps>();
    for (const transitionId of toldBefore(transition, history)) {
      for await (const delivery of deliveriesOf(ledger, transitionId)) {
        if (routeOf(delivery) !== route.id || !isKnownTo(delivery)) continue;
        const heard = told.get(delivery.channel) ?? new HeardSteps();
        told.set(delivery.channel, heard);
        for (const recipient of delivery.recipients) heard.add(recipient, 1);
      }
    }
    return told;
  }

  /** The one message of a change in a language; null when there are no words for it, and a person is told. */
  #composed({
    words,
    playbook,
    transition,
    route,
    language,
  }: {
    readonly words: Map<string, Message | null>;
    readonly playbook: Playbook;
    readonly transition: OrderTransition;
    readonly route: Route;
    readonly language: Language;
  }): Message | null {
    const key = `${route.id}/${language}`;
    const known = words.get(key);
    if (known !== undefined) return known;
    const { render, onEvent } = this.#options;
    try {
      const note = route.audience.kind === 'staff' ? orderStaffNote(transition, language) : null;
      const rendering = render({ playbook, transition, language, ...(note !== null && { note }) });
      const { id, status, at } = transition;
      const message = messageOf({ ...rendering, transition: { id, status, decidedAt: at }, route, language });
      if (!rendering.translated) onEvent({ kind: 'untranslated', messageId: message.id });
      words.set(key, message);
      return message;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      onEvent({ kind: 'unworded', transitionId: transition.id, routeId: route.id, language, why });
      words.set(key, null);
      return null;
    }
  }
}

/**
 * What was never tried nobody got, and by then it must stay unsaid (`isVoid`). What waited when a copy was put back may have been tried in the time
 * that this ledger does not remember (F20): it has an instant of its first attempt, and no attempts.
 */
const isKnownTo = (delivery: Delivery): boolean =>
  (delivery.state !== 'queued' || delivery.attempts > 0 || delivery.firstAttemptAt !== null) && mayHaveArrived(delivery);

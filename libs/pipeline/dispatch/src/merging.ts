import { setImmediate as turn } from 'node:timers/promises';
import {
  audienceOf,
  type ChannelName,
  type Delivery,
  type DeliveryState,
  type Directory,
  type Gauge,
  type Ledger,
  mergedPlaces,
  mergedWhy,
  type NumberedTransition,
  type Playbook,
  type Recipient,
  type RestraintGrounds,
  risenSince,
  type Route,
  type Rule,
  standingAt,
  type StandingPlace,
  type TransitionId,
} from '#core';
import { HeardSteps } from './heard-steps.ts';
import { toldOn } from './told.ts';

/** Earlier transitions of a gauge that are looked at, of all its rules; an episode with every step, its reminders and its calls. */
const HISTORY_MAX = 50;
/** Stored deliveries read at once. */
const PAGE_MAX = 500;
/** People read at once. */
const PEOPLE_MAX = 5_000;
/** Words that have not gone for so long may expire before they go; nobody else's are held back on their account. */
const UNSENT_MS_MAX = 10 * 60_000;

export interface MergingOptions {
  readonly ledger: Ledger;
  readonly directory: Directory;
}

/** What the other places of a river say to one transition on one route. */
export interface Merged {
  /** Why somebody is not told; null when no other place objects. */
  readonly whyNot: (recipient: Recipient, channel: ChannelName) => string | null;
  /** On the way down: the step that everybody was told last by any of the places. */
  readonly told?: ReadonlyMap<ChannelName, HeardSteps>;
  /** Whether another place still stands, so that this is not the last word of the river. */
  readonly othersStand: boolean;
  /** Whether somebody was kept from hearing of what stands by something else than another place; asked on the way down only. */
  readonly wasHeldBack: boolean;
}

/**
 * Works out for a route that merges (F44) who was told what by the other places, and whom they concern. What people know and where the places
 * stand is read from the ledger by number; whom a place concerns is asked of the directory, like the audience itself, for its next word will
 * find these people and no others. As with the audience, whoever is planned before a crash stays planned as they are.
 *
 * It holds the numbers of those whom other standing places concern, and of those who were told since the first of them rose.
 */
export class Merging {
  readonly #options: MergingOptions;

  constructor(options: MergingOptions) {
    this.#options = options;
  }

  /** On the way down everybody matters who was told by any of the places, also those who have moved away from all of them. */
  async of(
    route: Route,
    { numbered, gauge, history }: RestraintGrounds,
    { rule, playbook }: { readonly rule: Rule; readonly playbook: Playbook },
  ): Promise<Merged> {
    const { transition, number } = numbered;
    const places = mergedPlaces({ route, rule, gauge, gauges: playbook.gauges });
    const blindRules = new Set(playbook.rules.filter(({ kind }) => kind === 'blind').map(({ id }) => id));
    const standing: (StandingPlace & { readonly place: Gauge })[] = [];
    const all = history.filter((other) => other.number < number);
    for (const place of places) {
      const found = await this.#options.ledger.transitions({ gauge: place.id, before: number, limit: HISTORY_MAX });
      // Asking staff for their yes moves nothing.
      const before = found.filter(({ transition: { kind } }) => kind !== 'asked').toReversed();
      const stands = standingAt(route, transition, place, { history: before, blindRules });
      if (stands) standing.push({ ...stands, place });
      all.push(...before.filter((other) => other.transition.ruleId === transition.ruleId));
    }
    all.sort((a, b) => a.number - b.number);
    const isRise = transition.to >= transition.from;
    const objecting = standing.filter(({ step }) => (isRise ? step >= transition.to : step > transition.to));
    const since = risenSince(all);
    const concerned = await this.#concerned(route, numbered, gauge, objecting);
    if (!isRise) {
      const { told, wasHeldBack } = await toldOn(this.#options.ledger, { route, status: transition.status, earlier: all, since });
      return {
        told,
        othersStand: objecting.length > 0,
        wasHeldBack,
        whyNot: (recipient, channel) =>
          mergedWhy(route, transition, { known: told.get(channel)?.get(recipient), standing: concerned(recipient, channel) }),
      };
    }
    const known = objecting.length > 0 ? await this.#told(route, numbered, all, since) : new Map<ChannelName, HeardSteps>();
    return {
      othersStand: objecting.length > 0,
      wasHeldBack: false,
      whyNot: (recipient, channel) =>
        mergedWhy(route, transition, { known: known.get(channel)?.get(recipient), standing: concerned(recipient, channel) }),
    };
  }

  /** The step that everybody was told last, by channel, from a number on. */
  async #told(
    route: Route,
    { transition }: NumberedTransition,
    all: readonly NumberedTransition[],
    since: number,
  ): Promise<ReadonlyMap<ChannelName, HeardSteps>> {
    const told = new Map(route.channels.map((channel) => [channel, new HeardSteps()]));
    const looked = all.filter((other) => other.number >= since && other.transition.status === transition.status).toReversed();
    for (const { transition: earlier } of looked) {
      for await (const delivery of this.#deliveries({ transitionId: earlier.id })) {
        const steps = told.get(delivery.channel);
        if (!steps || !isTold(delivery, transition.decidedAt)) continue;
        for (const recipient of delivery.recipients) steps.add(recipient, earlier.to);
      }
    }
    return told;
  }

  async *#deliveries(of: { readonly transitionId: TransitionId; readonly state?: DeliveryState }): AsyncIterable<Delivery> {
    let before: number | undefined;
    for (;;) {
      const page = await this.#options.ledger.deliveries({ ...of, ...(before !== undefined && { before }), limit: PAGE_MAX });
      for (const { delivery } of page) yield delivery;
      if (page.length < PAGE_MAX) return;
      before = page.at(-1)!.number;
    }
  }

  /** Which of the places concern somebody. */
  async #concerned(
    route: Route,
    { transition }: NumberedTransition,
    gauge: Gauge,
    standing: readonly (StandingPlace & { readonly place: Gauge })[],
  ): Promise<(recipient: Recipient, channel: ChannelName) => readonly StandingPlace[]> {
    // Whoever hears of this gauge is in one of its districts, and needs no asking where the other place has them all.
    const everybodys = standing.filter(({ place }) => gauge.areas.every((area) => place.areas.includes(area)));
    const others = standing.filter((one) => !everybodys.includes(one));
    const audiences = new Map<string, Set<Recipient>>();
    for (const { place } of others) {
      for (const channel of new Set(route.channels)) {
        const own = new Set<Recipient>();
        const query = { channel, ...audienceOf(route, place, transition.status) };
        for await (const { people } of this.#options.directory.audience(query, PEOPLE_MAX)) {
          for (const { recipient } of people) own.add(recipient);
          // A directory in the same process answers without ever letting the rest of the process run.
          await turn();
        }
        audiences.set(`${place.id} ${channel}`, own);
      }
    }
    return (recipient, channel) => [
      ...everybodys,
      ...others.filter(({ place }) => audiences.get(`${place.id} ${channel}`)?.has(recipient)),
    ];
  }
}

/** Not kept from hearing on purpose, nor because it was too late or not true any more. */
const isPlanned = ({ state }: Delivery): boolean => state !== 'suppressed' && state !== 'expired';

/** Has it, or has a good chance of having it soon. A refusal or a dead letter told nobody for certain, so the next place tries anew. */
const isTold = (delivery: Delivery, at: number): boolean =>
  isPlanned(delivery) &&
  (delivery.state === 'sent' || ((delivery.state === 'queued' || delivery.state === 'sending') && at - delivery.dueAt <= UNSENT_MS_MAX));

import { setImmediate as turn } from 'node:timers/promises';
import {
  audienceOf,
  type Channel,
  type ChannelName,
  type Clock,
  type Delivery,
  deliveryOf,
  type Directory,
  type Hold,
  type Language,
  type Ledger,
  type Message,
  messageId,
  messageOf,
  type Playbook,
  type Rendering,
  type Route,
  routesOf,
  type Transition,
  type TransitionId,
} from '#core';
import type { DispatchEvent } from './event.ts';
import type { Precedence } from './precedence.ts';
import type { Tally } from './tally.ts';

/** Transitions planned before the position is looked at again; a storm of all gauges fits into a few turns. */
const TRANSITIONS_MAX = 64;
/** One commit writes at most about this much, so that no other writer waits for long and memory stays flat. */
const COMMIT_DELIVERIES_MAX = 1_000;
const COMMIT_RECIPIENTS_MAX = 20_000;
/** Addresses read at once where a delivery holds few: one question to the directory per address would be dear. */
const PAGE_ADDRESSES_MIN = 500;
/** Stored deliveries read at once when a plan is resumed. */
const STORED_PAGE_MAX = 500;

export interface PlannerOptions {
  readonly ledger: Ledger;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly playbook: Playbook;
  readonly render: RenderTransition;
  readonly channels: readonly Channel[];
  readonly precedence: Precedence;
  readonly onEvent: (event: DispatchEvent) => void;
  readonly tally: Tally;
  /** Told after each commit: the hold to go on with, and what there is to send and to show. */
  readonly onPlanned: (hold: Hold, transitions: ReadonlySet<TransitionId>) => void;
}

/** The words of a transition, as `renderTransition` of the core gives them. */
export type RenderTransition = (asked: {
  readonly playbook: Playbook;
  readonly route: Route;
  readonly transition: Transition;
  readonly language: Language;
}) => Rendering;

/**
 * Turns transitions into messages and deliveries with frozen audiences, in the order in which they were decided.
 *
 * A crash may meet a plan half written, and a directory that has changed since. So a plan begins by reading what is stored of it: who is in
 * a stored delivery is planned, whoever of the present audience is not is added, and nobody is in two. Ids follow from the recipients,
 * so a chunk that begins elsewhere after the crash cannot collide with a stored one.
 */
export class Planner {
  readonly #options: PlannerOptions;
  readonly #channels: ReadonlyMap<ChannelName, Channel>;
  #messages = new Map<string, Message | null>();
  #deliveries: Delivery[] = [];
  #recipients = 0;

  constructor(options: PlannerOptions) {
    this.#options = options;
    this.#channels = new Map(options.channels.map((channel) => [channel.name, channel]));
  }

  /** Plans up to a bound what comes after the hold's position. False when there was nothing. */
  async plan(hold: Hold): Promise<boolean> {
    this.#clear();
    let done = hold.position;
    let held = hold;
    for (const numbered of await this.#options.ledger.transitionsAfter(hold.position, TRANSITIONS_MAX)) {
      this.#options.precedence.remember(numbered);
      for await (const full of this.#planOne(numbered.transition)) {
        if (full) held = await this.#commit(held, done);
      }
      done = numbered.number;
    }
    if (done === hold.position) return false;
    await this.#commit(held, done);
    return true;
  }

  /** Yields after every page whether a commit is due. */
  async *#planOne(transition: Transition): AsyncIterable<boolean> {
    const { playbook, onEvent } = this.#options;
    const gauge = playbook.gauges.get(transition.gauge);
    const rule = playbook.rules.find(({ id }) => id === transition.ruleId);
    if (!gauge || !rule) {
      const why = `the playbook has no ${rule ? `gauge ${transition.gauge}` : `rule ${transition.ruleId}`} any more`;
      onEvent({ kind: 'unknownToPlaybook', transitionId: transition.id, why });
      return;
    }
    const routes = routesOf({ routes: playbook.routes, transition, gauge, rule });
    if (routes.length === 0) return;
    const planned = await this.#storedAddresses(transition.id);
    for (const route of routes) {
      for (const name of new Set(route.channels)) {
        const channel = this.#channels.get(name);
        if (!channel) {
          onEvent({ kind: 'channelMissing', channel: name, transitionId: transition.id, routeId: route.id });
          continue;
        }
        // Only where a second route may come upon the same address, or a plan is resumed, is it remembered who was planned.
        const known = planned.get(name) ?? (sharedBy(routes, name) ? new Set<string>() : null);
        if (known) planned.set(name, known);
        const query = { channel: name, ...audienceOf(route, gauge, transition.status) };
        for await (const page of this.#options.directory.audience(query, pageMaxOf(channel))) {
          const fresh = known ? page.addresses.filter((address) => !known.has(address)) : page.addresses;
          const message = fresh.length > 0 ? this.#messageFor(transition, route, page.language) : null;
          if (message) {
            this.#add({ message, route, channel, addresses: fresh });
            // The first route in the playbook that reaches an address on this channel has the word.
            if (known) for (const address of fresh) known.add(address);
          }
          yield this.#deliveries.length >= COMMIT_DELIVERIES_MAX || this.#recipients >= COMMIT_RECIPIENTS_MAX;
          // A directory in the same process answers without ever letting the rest of the process run.
          await turn();
        }
      }
    }
  }

  #add({
    message,
    route,
    channel,
    addresses,
  }: {
    readonly message: Message;
    readonly route: Route;
    readonly channel: Channel;
    readonly addresses: readonly string[];
  }): void {
    const now = this.#options.clock.now();
    for (const [endpoint, members] of Map.groupBy(addresses, (address) => channel.endpointOf(address))) {
      for (let from = 0; from < members.length; from += channel.chunkMax) {
        const recipients = members.slice(from, from + channel.chunkMax);
        this.#deliveries.push(deliveryOf({ message, route, channel: channel.name, endpoint, recipients, now }));
        this.#recipients += recipients.length;
      }
    }
  }

  /** The one message of a transition, route and language, made when its first reader is met; null when there are no words for it. */
  #messageFor(transition: Transition, route: Route, language: Language): Message | null {
    const { playbook, render, onEvent } = this.#options;
    const id = messageId(transition.id, route.id, language);
    const known = this.#messages.get(id);
    if (known !== undefined) return known;
    try {
      const { subject, body, translated } = render({ playbook, route, transition, language });
      const message = messageOf({ transition, route, language, subject, body });
      this.#messages.set(id, message);
      if (!translated) onEvent({ kind: 'untranslated', messageId: id });
      return message;
    } catch (cause) {
      // One broken text must not keep all other people from hearing; a person is told instead.
      const why = cause instanceof Error ? cause.message : String(cause);
      onEvent({ kind: 'unworded', transitionId: transition.id, routeId: route.id, language, why });
      this.#messages.set(id, null);
      return null;
    }
  }

  /** Who is in a stored delivery of the transition already, by channel; empty unless an earlier process died in the middle of this plan. */
  async #storedAddresses(transitionId: TransitionId): Promise<Map<ChannelName, Set<string>>> {
    const stored = new Map<ChannelName, Set<string>>();
    let before: number | undefined;
    for (;;) {
      const query = { transitionId, ...(before !== undefined && { before }), limit: STORED_PAGE_MAX };
      const page = await this.#options.ledger.deliveries(query);
      for (const { delivery } of page) {
        const addresses = stored.get(delivery.channel) ?? new Set();
        for (const address of delivery.recipients) addresses.add(address);
        stored.set(delivery.channel, addresses);
      }
      if (page.length < STORED_PAGE_MAX) return stored;
      before = page.at(-1)!.number;
    }
  }

  /** Writes what has gathered. `to` is the last transition that is planned to its end: a crash after this resumes the one behind it. */
  async #commit(hold: Hold, to: number): Promise<Hold> {
    const { ledger, tally, onPlanned } = this.#options;
    const deliveries = this.#deliveries;
    const messages = [...this.#messages.values()].filter((message) => message !== null);
    const next = await ledger.commitPlan({ hold, to, messages, deliveries });
    this.#deliveries = [];
    this.#recipients = 0;
    for (const { state, channel, recipients } of deliveries) if (state === 'expired') tally.add(channel, 'expired', recipients.length);
    onPlanned(next, new Set(deliveries.map(({ transitionId }) => transitionId)));
    return next;
  }

  #clear(): void {
    this.#messages = new Map();
    this.#deliveries = [];
    this.#recipients = 0;
  }
}

const sharedBy = (routes: readonly Route[], channel: ChannelName): boolean =>
  routes.filter(({ channels }) => channels.includes(channel)).length > 1;

const pageMaxOf = ({ chunkMax }: Channel): number => chunkMax * Math.ceil(PAGE_ADDRESSES_MIN / chunkMax);

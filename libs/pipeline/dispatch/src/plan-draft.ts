import { setImmediate as turn } from 'node:timers/promises';
import {
  type Addressee,
  type AudiencePage,
  type Channel,
  type ChannelName,
  type Clock,
  type Delivery,
  deliveryOf,
  type Directory,
  type Gathered,
  audienceOf,
  homesOf,
  CONTACTS_MAX,
  BLOCKED_WHY,
  type Gauge,
  type Hold,
  type Language,
  type Ledger,
  type Message,
  NEVER_HEARD_WHY,
  type Recipient,
  routePartsOf,
  ticketsOf,
  type Route,
  type Transition,
  type TransitionId,
} from '#core';
import type { DispatchEvent } from './event.ts';
import { HeardSteps } from './heard-steps.ts';
import type { Tally } from './tally.ts';

/** One commit writes at most about this much, so that no other writer waits for long and memory stays flat. */
const COMMIT_DELIVERIES_MAX = 1_000;
const COMMIT_RECIPIENTS_MAX = 20_000;
/** People read at once where a delivery holds few: one question to the directory for each would be dear. */
const PAGE_PEOPLE_MIN = 500;
/** Stored deliveries read at once when a plan is resumed. */
const STORED_PAGE_MAX = 500;

/** What planning asks of a channel: what it is called, and how many people one of its deliveries holds. */
type Way = Pick<Channel, 'name' | 'chunkMax'>;

export interface PlanDraftOptions {
  readonly ledger: Ledger;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly channels: readonly Way[];
  readonly onEvent: (event: DispatchEvent) => void;
  readonly tally: Tally;
  /** Told after each commit: the hold to go on with, and what there is to send and to show. */
  readonly onPlanned: (hold: Hold, transitions: ReadonlySet<TransitionId>) => void;
}

/** What is to be said on one route, and to whom of its audience it is not. */
export interface Word {
  readonly transition: Pick<Transition, 'id' | 'gauge' | 'status' | 'decidedAt' | 'turn'>;
  readonly route: Route;
  readonly gauge: Pick<Gauge, 'areas'>;
  /** Tells the word apart from the ordinary one of the transition; empty for that one. */
  readonly extra: string;
  readonly dueAt?: number;
  /** The words in a language; null when there are none. */
  readonly compose: (language: Language) => Message | null;
  /** Why somebody is not told; null when they are. */
  readonly suppressedWhy: (recipient: Recipient, channel: ChannelName) => string | typeof LEFT_OUT | null;
  /** Who was told before and is told this wherever they live now, also on ways that the route does not name. */
  readonly told?: ReadonlyMap<ChannelName, HeardSteps>;
}

/** Somebody whom a word does not mean although they live where it is told. */
export const LEFT_OUT = Symbol('left out');

/** Who is planned already, by channel and word, and by route where they are held back. */
export type Planned = Map<string, HeardSteps>;

/**
 * What one turn of planning gathers until it is written. A word goes once to a subscriber on a channel, by the first route that reaches it;
 * who is held back on one route may still be told by another.
 */
export class PlanDraft {
  readonly #options: PlanDraftOptions;
  readonly #channels: ReadonlyMap<ChannelName, Way>;
  #messages = new Map<string, Message>();
  #deliveries: Delivery[] = [];
  #gathered: Gathered[] = [];
  #recipients = 0;
  #touched = new Set<TransitionId>();

  constructor(options: PlanDraftOptions) {
    this.#options = options;
    this.#channels = new Map(options.channels.map((channel) => [channel.name, channel]));
  }

  clear(): void {
    this.#messages = new Map();
    this.#deliveries = [];
    this.#gathered = [];
    this.#recipients = 0;
    this.#touched = new Set();
  }

  get isEmpty(): boolean {
    return this.#deliveries.length === 0;
  }

  /** Who is in a stored delivery of the transition already; empty unless an earlier process died in the middle of this plan. */
  async stored(transitionId: TransitionId): Promise<Planned> {
    const stored: Planned = new Map();
    let before: number | undefined;
    for (;;) {
      const query = { transitionId, ...(before !== undefined && { before }), limit: STORED_PAGE_MAX };
      const page = await this.#options.ledger.deliveries(query);
      for (const { delivery } of page) {
        // The message of a group that another transition opened is no word of this one's plan.
        if (!delivery.messageId.startsWith(`${transitionId}/`)) continue;
        const { routeId, extra } = routePartsOf({ routeId: delivery.messageId.slice(transitionId.length + 1).split('/')[0]! });
        const people = setOf(
          stored,
          delivery.state === 'suppressed' ? heldKey(delivery.channel, extra, routeId) : toldKey(delivery.channel, extra),
        );
        for (const recipient of delivery.recipients) people.add(recipient, 0);
      }
      if (page.length < STORED_PAGE_MAX) return stored;
      before = page.at(-1)!.number;
    }
  }

  /** Adds the deliveries of a word. Yields after every page whether a commit is due. `shared`: another route may reach the same people. */
  async *tell(
    word: Word,
    { planned, shared }: { readonly planned: Planned; readonly shared: (channel: ChannelName) => boolean },
  ): AsyncIterable<boolean> {
    const { transition, route, extra } = word;
    if (route.audience.kind === 'tickets' && transition.turn?.used) {
      // Whoever the call before told is told for good, once that plan is written. Not when it was made: a crash in between would forget it.
      yield true;
      await this.#options.directory.useTickets(transition.gauge, transition.turn.used);
    }
    const others = [...(word.told ?? [])].filter(([, steps]) => steps.size > 0).map(([name]) => name);
    for (const name of new Set([...route.channels, ...others])) {
      const channel = this.#channels.get(name);
      if (!channel) {
        this.#options.onEvent({ kind: 'channelMissing', channel: name, transitionId: transition.id, routeId: route.id });
        continue;
      }
      // Only where a second route may come upon the same person, or a plan is resumed, is it remembered who was planned.
      const isShared = shared(name);
      const told = isShared ? setOf(planned, toldKey(name, extra)) : planned.get(toldKey(name, extra));
      const held = planned.get(heldKey(name, extra, route.id));
      for await (const page of this.#audience(word, channel)) {
        const isFresh = ({ recipient }: Addressee) => !told?.has(recipient) && !held?.has(recipient);
        const fresh = told || held ? page.people.filter(isFresh) : page.people;
        const grouped = Map.groupBy(fresh, (one) => whyNotOf(word, one, { channel: name, kind: page.kind }));
        grouped.delete(LEFT_OUT);
        const message = grouped.size > 0 ? word.compose(page.language) : null;
        if (message) {
          for (const [why, people] of grouped) {
            if (why === LEFT_OUT) continue;
            this.#add({ message, word, channel, people, why });
            // The first route in the playbook that reaches somebody on this channel has the word.
            if (told && isShared && why === null) for (const { recipient } of people) told.add(recipient, 0);
          }
        }
        yield this.#deliveries.length >= COMMIT_DELIVERIES_MAX || this.#recipients >= COMMIT_RECIPIENTS_MAX;
        // A directory in the same process answers without ever letting the rest of the process run.
        await turn();
      }
    }
  }

  async *#audience({ transition, route, gauge, told }: Word, channel: Way): AsyncIterable<MeantPage> {
    const { directory } = this.#options;
    const { name } = channel;
    const tickets = ticketsOf(route, transition);
    if (tickets) {
      for await (const page of directory.ticketHolders({ channel: name, ...tickets }, pageMaxOf(channel)))
        yield { ...page, kind: 'present' };
      return;
    }
    const query = { channel: name, ...audienceOf(route, gauge, transition.status) };
    const earlier = told?.get(name);
    const met = new HeardSteps();
    for await (const page of route.channels.includes(name) ? directory.audience(query, pageMaxOf(channel)) : []) {
      if (earlier) for (const { recipient } of page.people) met.add(recipient, 0);
      yield { ...page, kind: 'present' };
    }
    if (earlier) yield* this.#movedAway(channel, earlier, met);
    if (route.audience.kind !== 'residents' || name !== 'line') return;
    // Whoever blocked LINE is told on the way that they named for that; of the others there is nothing to say.
    for await (const { language, people } of directory.audience({ ...query, state: 'blocked' }, CONTACTS_MAX)) {
      const standbys = await directory.standbys(people.map(({ recipient }) => recipient));
      yield { language, people: people.filter((_, index) => standbys[index]), kind: 'blocked' };
    }
  }

  /** Those who were told before and are in the audience no more, as far as they can still be reached. */
  async *#movedAway(channel: Way, earlier: HeardSteps, met: HeardSteps): AsyncIterable<MeantPage> {
    const { directory } = this.#options;
    const sought: Recipient[] = [];
    const pagesOf = async function* (): AsyncIterable<MeantPage> {
      const found = (await directory.reachable(channel.name, sought.splice(0))).filter((one) => one !== null);
      for (const [language, people] of Map.groupBy(found, (one) => one.language))
        yield { language, people: people.map(({ recipient, endpoint }) => ({ recipient, endpoint, districts: [] })), kind: 'movedAway' };
    };
    for (const recipient of earlier.recipients()) {
      if (met.has(recipient)) continue;
      if (sought.push(recipient) >= CONTACTS_MAX) yield* pagesOf();
    }
    if (sought.length > 0) yield* pagesOf();
  }

  /** Lets a transition wait for others of its kind. */
  gather(gathered: Gathered): void {
    this.#gathered.push(gathered);
  }

  /**
   * Writes what has gathered. `to` is the last transition that is planned to its end: a crash after this resumes the one behind it.
   * `ended` is what the same commit closes.
   */
  async commit(
    hold: Hold,
    to: number,
    ended: { readonly groupsTold?: readonly string[]; readonly silencesTold?: readonly string[] } = {},
  ): Promise<Hold> {
    const { ledger, tally, onPlanned } = this.#options;
    const deliveries = this.#deliveries;
    const next = await ledger.commitPlan({
      hold,
      to,
      messages: [...this.#messages.values()],
      deliveries,
      gathered: this.#gathered,
      ...ended,
    });
    const touched = this.#touched;
    this.#deliveries = [];
    this.#gathered = [];
    this.#recipients = 0;
    this.#touched = new Set();
    for (const { state, channel, recipients } of deliveries) {
      if (state === 'expired' || state === 'suppressed') tally.add(channel, state, recipients.length);
    }
    onPlanned(next, touched);
    return next;
  }

  /** These transitions look different on a screen once the draft is written. */
  touch(transitionId: TransitionId): void {
    this.#touched.add(transitionId);
  }

  #add({
    message,
    word: { route, dueAt },
    channel,
    people,
    why,
  }: {
    readonly message: Message;
    readonly word: Word;
    readonly channel: Way;
    readonly people: readonly Addressee[];
    readonly why: string | null;
  }): void {
    const now = this.#options.clock.now();
    this.#messages.set(message.id, message);
    this.touch(message.transitionId);
    for (const [endpoint, members] of Map.groupBy(people, (one) => one.endpoint)) {
      for (let from = 0; from < members.length; from += channel.chunkMax) {
        const chunk = members.slice(from, from + channel.chunkMax);
        const recipients = chunk.map(({ recipient }) => recipient);
        const delivery = { message, route, channel: channel.name, endpoint, recipients, now, suppressedWhy: why };
        const homes = chunk.every(({ districts }) => districts) ? homesOf(chunk.map(({ districts = [] }) => districts)) : null;
        this.#deliveries.push(deliveryOf({ ...delivery, ...(dueAt !== undefined && { dueAt }), ...(homes && { homes }) }));
        this.#recipients += recipients.length;
      }
    }
  }
}

/** A page of those whom a word means: who lives there, who lived there when they were told before, or who has closed the channel themselves. */
interface MeantPage extends AudiencePage {
  readonly kind: 'present' | 'movedAway' | 'blocked';
}

function whyNotOf(
  word: Word,
  { recipient }: Addressee,
  { channel, kind }: { readonly channel: ChannelName; readonly kind: MeantPage['kind'] },
): string | typeof LEFT_OUT | null {
  const why = word.suppressedWhy(recipient, channel);
  if (why === null && kind === 'blocked') return BLOCKED_WHY;
  // Where they live now nobody asks why they were not told.
  return why === NEVER_HEARD_WHY && kind === 'movedAway' ? LEFT_OUT : why;
}

const toldKey = (channel: ChannelName, extra: string): string => `${channel}+${extra}`;
const heldKey = (channel: ChannelName, extra: string, routeId: string): string => `${channel}+${extra} ${routeId}`;

function setOf(planned: Planned, key: string): HeardSteps {
  const known = planned.get(key) ?? new HeardSteps();
  planned.set(key, known);
  return known;
}

const pageMaxOf = ({ chunkMax }: Way): number => chunkMax * Math.ceil(PAGE_PEOPLE_MIN / chunkMax);

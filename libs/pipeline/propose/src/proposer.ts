import {
  actOnOrder,
  type Alert,
  Bell,
  type Clock,
  counterOf,
  covers,
  doubtsAround,
  hasLapsed,
  type Hold,
  isInForce,
  type Ledger,
  LedgerFenced,
  openByRule,
  type OperationStatus,
  type Order,
  type OrderActResult,
  type OrderAsk,
  type OrderBook,
  type OrderTransition,
  type Playbook,
  proposalsOf,
  proposeOrder,
  type RuleProposal,
  type Transition,
  weatherOver,
} from '#core';
import { Aside, isOfTheWorld, type SetAside } from './aside.ts';

/** How often is looked for what no bell told of: a quarter of a second late is early enough for what waited five seconds. */
const LOOK_MS = 250;
/** Wait after a failed look or commit before the next try. */
const RETRY_MS = 500;
/** Transitions of alerts looked at before the position is written down. */
const TRANSITIONS_MAX = 64;
/** Orders that come due at one look; the rest at the next. */
const DUE_MAX = 50;
/** Open orders that a new proposal is compared with; headquarters that have more of them need no rule to propose another one. */
const OPEN_MAX = 500;
/** Open alerts among which neighbours and device faults are looked for. */
const ALERTS_MAX = 5_000;
/** In whose name the service itself acts on an order. */
const ITSELF = 'sonae';

export interface ProposerOptions {
  readonly ledger: Ledger;
  readonly orders: OrderBook;
  readonly clock: Clock;
  /** What this place is for: nothing else is proposed here (product promise 7). */
  readonly status: OperationStatus;
  /** The playbook in force, asked at every look. */
  readonly playbook: () => Playbook;
  /** An earlier version: steps count by the one that decided. Null, and the one in force is asked, when it is not known. */
  readonly playbookOf: (version: string) => Promise<Playbook | null>;
  /** Told after each commit; a throw here would be a bug. */
  readonly onCommit?: (order: Order, transition: OrderTransition | null) => void;
  /** Told when the stage cannot go on (`why`) and when it can again (`null`). */
  readonly onTrouble?: (why: string | null) => void;
  /** Told all that is set aside whenever that changes: what this stage cannot do has to be done by a person. */
  readonly onSetAside?: (all: readonly SetAside[]) => void;
}

/**
 * The part of orders that needs no person: proposes what rules propose, adds further grounds, lets what was confirmed take effect when it cannot be
 * undone any more, issues what an approved policy says, and lets proposals lapse. It tells nobody: that is dispatch's. Every act has an id that
 * follows from what caused it, so whatever a crash repeats changes nothing. An order that cannot be moved is set aside, and the others go on (F10).
 */
export class Proposer {
  readonly #options: ProposerOptions;
  readonly #bell: Bell;
  readonly #stopping = new AbortController();
  /** Due orders that could not be moved. */
  readonly #orders: Aside;
  /** Transitions whose meaning for orders could not be worked out, and proposals that an order covers and that did not lapse. */
  readonly #others: Aside;
  #running: Promise<void> | null = null;
  #position = 0;
  #trouble: string | null = null;

  constructor(options: ProposerOptions) {
    this.#options = options;
    this.#bell = new Bell(options.clock);
    const tell = (): void => options.onSetAside?.(this.setAside);
    this.#orders = new Aside(tell);
    this.#others = new Aside(tell);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Finishes the commit that is under way and takes no new work. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#bell.ring();
    await this.#running;
  }

  /** There are new transitions. */
  notify(): void {
    this.#bell.ring();
  }

  /** Number of the last transition of an alert that was looked at. */
  get position(): number {
    return this.#position;
  }

  /** What could not be done three times and is left to people. */
  get setAside(): readonly SetAside[] {
    return [...this.#orders.list, ...this.#others.list];
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#serve();
      } catch (cause) {
        this.#report(cause instanceof Error ? cause.message : String(cause));
        // Another process took the stage over and does the same work (F9).
        if (cause instanceof LedgerFenced) return;
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  /** From a fresh hold until the stage stops or something fails. */
  async #serve(): Promise<void> {
    const { signal } = this.#stopping;
    let hold = await this.#options.ledger.seize('propose');
    this.#position = hold.position;
    await this.#supersede();
    while (!signal.aborted) {
      const before = hold.position;
      await this.#takeDue();
      hold = await this.#follow(hold);
      this.#position = hold.position;
      this.#report(null);
      if (hold.position === before && !signal.aborted) await this.#bell.wait(LOOK_MS);
    }
  }

  /** Each by itself: of orders that wait for an instant none waits for another one. */
  async #takeDue(): Promise<void> {
    const { orders, clock } = this.#options;
    // What failed before stands first among those that are due, and would leave no room for the others.
    const due = await orders.due(clock.now(), DUE_MAX + this.#orders.size);
    this.#orders.keepOnly(due);
    for (const id of due) {
      if (this.#orders.rests(id, clock.monotonic())) continue;
      try {
        const result = await this.#act(id, (order) => dueAct(order, clock));
        if (result.kind === 'done') this.#orders.done(id);
        // A person came first, and the order is not due any more. One that is, and is refused again and again, is as stuck as one that throws.
        else this.#orders.failed(id, result.kind === 'refused' ? result.code : result.kind, clock.monotonic());
        if (result.kind === 'done' && result.transition && result.transition.kind !== 'proposed') await this.#supersede();
      } catch (cause) {
        if (isOfTheWorld(cause)) throw cause;
        this.#orders.failed(id, cause, clock.monotonic());
      }
    }
  }

  async #follow(hold: Hold): Promise<Hold> {
    const { ledger, status } = this.#options;
    const pending = await ledger.transitionsAfter(hold.position, TRANSITIONS_MAX);
    const last = pending.at(-1);
    if (!last) return hold;
    for (const { transition } of pending) if (transition.status === status) await this.#weighOrSpare(transition);
    return ledger.pass(hold, last.number);
  }

  /** What a transition means is tried three times as a whole; then whatever fails of it is left out, and the rest of it and what follows go on (F10). */
  async #weighOrSpare(transition: Transition): Promise<void> {
    const { id } = transition;
    try {
      await this.#weigh(transition, (part) => part());
      this.#others.done(id);
    } catch (cause) {
      if (isOfTheWorld(cause) || !this.#others.failed(id, cause, this.#options.clock.monotonic())) throw cause;
      await sparing(() => this.#weigh(transition, sparing));
    }
  }

  /** What a change of an alert means for orders: those that it proposes, or a ground against those that are open. Each is a part by itself. */
  async #weigh(transition: Transition, each: (part: () => Promise<unknown>) => Promise<unknown>): Promise<void> {
    const { ledger, orders, playbookOf } = this.#options;
    const playbook = (await playbookOf(transition.record.playbookVersion)) ?? this.#options.playbook();
    const falls = transition.kind === 'steppedDown' || transition.kind === 'cleared';
    const rises = transition.kind === 'raised' || transition.kind === 'climbed';
    if (!falls && !rises) return;
    const alerts = rises ? await ledger.openAlerts(ALERTS_MAX) : [];
    for (const proposal of proposalsOf(playbook, transition, alerts))
      await each(() => this.#propose(playbook, { proposal, transition, alerts }));
    if (!falls) return;
    for (const { order } of await orders.orders({ open: true, limit: OPEN_MAX })) {
      const text = counterOf(playbook, order, transition);
      if (text === null) continue;
      const counter = (now: Order): OrderAsk => ({ ...this.#itself(), kind: 'counter', text, version: now.version });
      await each(() => this.#act(order.id, counter, transition.id));
    }
  }

  async #propose(
    playbook: Playbook,
    {
      proposal,
      transition,
      alerts,
    }: { readonly proposal: RuleProposal; readonly transition: Transition; readonly alerts: readonly Alert[] },
  ): Promise<void> {
    const { orders, clock } = this.#options;
    const { content, reading } = proposal;
    const open = await orders.orders({ open: true, limit: OPEN_MAX });
    const weatherLevel = await this.#weather(playbook, content.districts, transition);
    // The same proposal, or an order in force that says as much already, takes the reading as a further ground.
    const standing = open.find(({ order }) => covers(order.decision?.kind === 'give' ? order.decision.content : order.content, content));
    if (standing) {
      const ground = (): OrderAsk => ({ ...this.#itself(), kind: 'ground', readings: [reading], weatherLevel });
      await this.#act(standing.order.id, ground, `${transition.id}>${proposal.proposal.id}`);
      return;
    }
    const at = clock.now();
    const against = doubtsAround(playbook, transition, alerts);
    const opened = openByRule(playbook, proposal, { at, status: transition.status, weatherLevel, against });
    const result = await proposeOrder(orders, opened, { by: `rule:${transition.ruleId}`, role: null, at, reason: reading.verdict });
    if (result.kind === 'done') this.#options.onCommit?.(result.order, result.transition);
    // Somebody proposed the same at this moment: the next turn finds it.
    if (result.kind === 'refused') await this.#propose(playbook, { proposal, transition, alerts });
  }

  async #weather(
    playbook: Playbook,
    districts: readonly { readonly code: string }[],
    { decidedAt, status }: Transition,
  ): Promise<ReturnType<typeof weatherOver>> {
    if (![...playbook.gauges.values()].some(({ kind }) => kind === 'weather')) return null;
    const { watches } = await this.#options.ledger.watchState();
    return weatherOver(playbook, watches, { districts: districts.map(({ code }) => code), at: decidedAt, status });
  }

  /** A proposal that an order in force covers at its level or a higher one has nothing left to decide. */
  async #supersede(): Promise<void> {
    const { orders } = this.#options;
    const open = (await orders.orders({ open: true, limit: OPEN_MAX })).map(({ order }) => order);
    const inForce = open.filter(isInForce);
    for (const { id, content } of open.filter(({ state }) => state === 'proposed')) {
      const higher = inForce.find((order) => covers(order.content, content));
      if (!higher) continue;
      const why = `警戒レベル${higher.content.municipalLevel}がこの範囲に発令されました`;
      try {
        await this.#act(id, (order) => ({ ...this.#itself(), kind: 'expire', why, version: order.version }), `covered by ${higher.id}`);
        this.#others.done(id);
      } catch (cause) {
        if (isOfTheWorld(cause)) throw cause;
        // It stays in front of headquarters, who can take it back.
        this.#others.failed(id, cause, this.#options.clock.monotonic());
      }
    }
  }

  async #act(id: string, askOf: (order: Order) => OrderAsk | null, key: string | null = null): Promise<OrderActResult> {
    const { orders, clock, onCommit } = this.#options;
    const nothing = (order: Order): OrderAsk => ({ ...this.#itself(), kind: 'take', version: order.version, at: clock.now() });
    const result = await actOnOrder(orders, id, { askOf: (order) => askOf(order) ?? nothing(order), key });
    if (result.kind === 'done') onCommit?.(result.order, result.transition);
    return result;
  }

  #itself(): Pick<OrderAsk, 'by' | 'role' | 'at' | 'version' | 'speed'> {
    const { clock } = this.#options;
    return { by: ITSELF, role: null, at: clock.now(), version: null, speed: clock.speed };
  }

  #report(why: string | null): void {
    if (why === this.#trouble) return;
    this.#trouble = why;
    this.#options.onTrouble?.(why);
  }
}

/** Does a part of the work, or leaves it out when it fails by itself. */
async function sparing(part: () => Promise<unknown>): Promise<void> {
  try {
    await part();
  } catch (cause) {
    if (isOfTheWorld(cause)) throw cause;
  }
}

/** What the time of an order asks for. A person may have come first; then the table refuses what is left of it. */
function dueAct({ decision, version }: Order, clock: Pick<Clock, 'now' | 'speed'>): OrderAsk | null {
  const at = clock.now();
  const itself = { by: ITSELF, role: null, at, version, speed: clock.speed };
  if (!decision) return null;
  if (decision.effectAt !== null) return { ...itself, kind: 'take' };
  const isIssued = decision.issueAt !== null && decision.issueAt <= at && !hasLapsed(decision, at);
  return isIssued ? { ...itself, kind: 'issue' } : { ...itself, kind: 'expire', why: null };
}

import {
  actOnOrder,
  type Alert,
  Bell,
  type Clock,
  counterOf,
  covers,
  doubtsAround,
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
}

/**
 * The part of orders that needs no person: proposes what rules propose, adds further grounds, lets what was confirmed take effect when it cannot be
 * undone any more, issues what an approved policy says, and lets proposals lapse. It tells nobody: that is dispatch's. Every act has an id that
 * follows from what caused it, so whatever a crash repeats changes nothing.
 */
export class Proposer {
  readonly #options: ProposerOptions;
  readonly #bell: Bell;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #position = 0;
  #trouble: string | null = null;

  constructor(options: ProposerOptions) {
    this.#options = options;
    this.#bell = new Bell(options.clock);
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

  async #takeDue(): Promise<void> {
    const { orders, clock } = this.#options;
    for (const { id } of await orders.due(clock.now(), DUE_MAX)) {
      const result = await this.#act(id, (order) => dueAct(order, clock));
      if (result?.transition && result.transition.kind !== 'proposed') await this.#supersede();
    }
  }

  async #follow(hold: Hold): Promise<Hold> {
    const { ledger, status } = this.#options;
    const pending = await ledger.transitionsAfter(hold.position, TRANSITIONS_MAX);
    const last = pending.at(-1);
    if (!last) return hold;
    for (const { transition } of pending) if (transition.status === status) await this.#weigh(transition);
    return ledger.pass(hold, last.number);
  }

  /** What a change of an alert means for orders: one that it proposes, or a ground for or against one that is open. */
  async #weigh(transition: Transition): Promise<void> {
    const { ledger, orders, playbookOf } = this.#options;
    const playbook = (await playbookOf(transition.record.playbookVersion)) ?? this.#options.playbook();
    const falls = transition.kind === 'steppedDown' || transition.kind === 'cleared';
    const rises = transition.kind === 'raised' || transition.kind === 'climbed';
    if (!falls && !rises) return;
    const alerts = rises ? await ledger.openAlerts(ALERTS_MAX) : [];
    for (const proposal of proposalsOf(playbook, transition, alerts)) await this.#propose(playbook, { proposal, transition, alerts });
    if (!falls) return;
    for (const { order } of await orders.orders({ open: true, limit: OPEN_MAX })) {
      const text = counterOf(playbook, order, transition);
      if (text !== null)
        await this.#act(order.id, (now) => ({ ...this.#itself(), kind: 'counter', text, version: now.version }), transition.id);
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
      await this.#act(id, (order) => ({ ...this.#itself(), kind: 'expire', why, version: order.version }), `covered by ${higher.id}`);
    }
  }

  async #act(
    id: string,
    askOf: (order: Order) => OrderAsk | null,
    key: string | null = null,
  ): Promise<Extract<OrderActResult, { kind: 'done' | 'repeated' }> | null> {
    const { orders, clock, onCommit } = this.#options;
    const nothing = (order: Order): OrderAsk => ({ ...this.#itself(), kind: 'take', version: order.version, at: clock.now() });
    const result = await actOnOrder(orders, id, { askOf: (order) => askOf(order) ?? nothing(order), key });
    if (result.kind === 'done') onCommit?.(result.order, result.transition);
    return result.kind === 'done' || result.kind === 'repeated' ? result : null;
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

/** What the time of an order asks for. A person may have come first; then the table refuses what is left of it. */
function dueAct({ decision, version }: Order, clock: Pick<Clock, 'now' | 'speed'>): OrderAsk | null {
  const at = clock.now();
  const itself = { by: ITSELF, role: null, at, version, speed: clock.speed };
  if (decision?.effectAt != null) return { ...itself, kind: 'take' };
  if (decision?.issueAt != null && decision.issueAt <= at) return { ...itself, kind: 'issue' };
  return decision ? { ...itself, kind: 'expire', why: null } : null;
}

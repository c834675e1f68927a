import {
  backoffMs,
  type Channel,
  type Clock,
  type Directory,
  type Hold,
  type Ledger,
  LedgerFenced,
  LedgerUnavailable,
  mergedGauges,
  isOrderTransitionId,
  type OperationStatus,
  type OrderBook,
  type Playbook,
  type TransitionId,
  Bell,
} from '#core';
import type { DispatchEvent } from './event.ts';
import { HeldWatch } from './held-watch.ts';
import { OrderPlanner, type RenderOrder } from './order-planner.ts';
import { OrderPrecedence } from './order-precedence.ts';
import { Planner, type RenderTransition } from './planner.ts';
import { Precedence } from './precedence.ts';
import { POLL_MS, Sender } from './sender.ts';
import { StandIns } from './stand-ins.ts';
import { type OutcomeCount, Tally } from './tally.ts';

/** Unless told otherwise, what is under way gets this long at the end: the whole process has 10 s (F8), and after this stage the files are still to be closed. */
const STOP_MS = 8_000;
/** Waits between two tries after a failure of ledger or directory: short enough that a message is under way within 10 s (F3). */
const TROUBLE_FIRST_MS = 250;
const TROUBLE_MS_MAX = 5_000;
/** How soon people are noticed whom LINE does not reach. */
const STAND_IN_LOOK_MS = 1_000;

export interface DispatchOptions<S extends OperationStatus = OperationStatus> {
  readonly ledger: Ledger;
  readonly directory: Directory;
  readonly clock: Clock;
  /** The one in force, looked into at every transition. */
  readonly playbook: Playbook;
  /** An earlier version: what was decided by it is told in its words, to whom it means. Null, and the one in force speaks, when it is not known. */
  readonly playbookOf?: (version: string) => Promise<Playbook | null>;
  /** `renderTransition` of the core. */
  readonly render: RenderTransition;
  /** Where orders are, and their words (`renderOrder` of the core). Without it no order is told from here. */
  readonly orders?: { readonly book: OrderBook; readonly render: RenderOrder };
  /** All made for the status of this place. */
  readonly channels: readonly Channel<S>[];
  /** A number from 0 up to 1, for jitter only. */
  readonly random: () => number;
  /** At the end, what is under way gets this long; `STOP_MS` unless told otherwise. */
  readonly stopMs?: number;
  /** Told what a person should know; logs and pages. */
  readonly onEvent?: (event: DispatchEvent) => void;
  /** Told when deliveries of these transitions were planned or settled; a throw here would be a bug. */
  readonly onSettled?: (transitions: ReadonlySet<TransitionId>) => void;
}

/** How the stage or one of its channels stands. `why` is a sentence for the duty officer, empty when `ok`. */
export interface DispatchState {
  readonly name: 'dispatch' | Channel['name'];
  readonly state: 'ok' | 'degraded';
  readonly since: number;
  readonly why: string;
}

/**
 * Tells people what was decided (promise 3). It follows the transitions in the ledger, plans their deliveries, and attempts those of each
 * channel in a loop of its own. Everything it knows is in the ledger: at whatever line it dies, the next process takes the stage over,
 * gives claimed deliveries back to the queue, and goes on with the same ids and keys.
 */
export class Dispatch<S extends OperationStatus = OperationStatus> {
  readonly #options: DispatchOptions<S>;
  readonly #bell: Bell;
  readonly #orderBell: Bell;
  readonly #planner: Planner;
  readonly #orderPlanner: OrderPlanner | null;
  readonly #senders: readonly Sender<S>[];
  readonly #held: HeldWatch;
  readonly #standIns: StandIns;
  readonly #standInBell: Bell;
  readonly #tally = new Tally();
  readonly #stopping = new AbortController();
  readonly #givingUp = new AbortController();
  /** Plans that have not gone on since the session began or since they failed, by their bells. */
  readonly #stuck = new Set<Bell>();
  #running: Promise<void> | null = null;
  #hold: Hold = { stage: 'dispatch', fence: 0, position: 0 };
  #orderHold: Hold = { stage: 'orders', fence: 0, position: 0 };
  #okSince: number;
  #trouble: { readonly since: number; readonly why: string } | null = null;

  constructor(options: DispatchOptions<S>) {
    this.#options = options;
    const { ledger, directory, clock, playbook, playbookOf = () => Promise.resolve(null), render, channels, random } = options;
    const onEvent = (event: DispatchEvent) => options.onEvent?.(event);
    const onSettled = (transitions: ReadonlySet<TransitionId>) => options.onSettled?.(transitions);
    const precedence = new Precedence(ledger, clock, async (transition, routeId) => {
      const inForce = (await playbookOf(transition.record.playbookVersion)) ?? playbook;
      return mergedGauges(inForce, transition, routeId);
    });
    const book = options.orders?.book;
    const ofOrders = book ? new OrderPrecedence(ledger, book, clock) : null;
    const turns: Pick<Precedence, 'turnOf'> = {
      turnOf: (delivery, message) =>
        ofOrders && isOrderTransitionId(delivery.transitionId) ? ofOrders.turnOf(delivery) : precedence.turnOf(delivery, message),
    };
    this.#held = new HeldWatch(ledger, book ?? null, clock);
    this.#okSince = clock.now();
    this.#bell = new Bell(clock);
    this.#orderBell = new Bell(clock);
    this.#senders = channels.map(
      (channel) =>
        new Sender({
          channel,
          ledger,
          directory,
          clock,
          random,
          precedence: turns,
          held: this.#held,
          tally: this.#tally,
          onEvent,
          onSettled,
        }),
    );
    this.#standInBell = new Bell(clock);
    this.#standIns = new StandIns({
      ledger,
      directory,
      clock,
      isClosed: () => this.#senders.some(({ name, isClosed }) => name === 'line' && isClosed),
    });
    const planned = (transitions: ReadonlySet<TransitionId>) => this.#planned(transitions);
    const drafting = { ledger, directory, clock, playbook, playbookOf, channels, tally: this.#tally, onEvent };
    this.#planner = new Planner({
      ...drafting,
      render,
      precedence,
      onPlanned: (hold, transitions) => {
        this.#hold = hold;
        planned(transitions);
      },
    });
    this.#orderPlanner = options.orders
      ? new OrderPlanner({
          ...drafting,
          orders: options.orders.book,
          render: options.orders.render,
          onPlanning: (order) => ofOrders?.forget(order),
          onPlanned: (hold, transitions) => {
            this.#orderHold = hold;
            planned(transitions);
          },
        })
      : null;
  }

  /** Takes the stage over and begins. A second process that starts makes this one stop (F9, F62). */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Takes no new work and resolves when what is under way is written down, after `stopMs` at the latest. Channels are closed by their owner. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#ringAll();
    const stopped = new AbortController();
    const { clock, stopMs = STOP_MS } = this.#options;
    const late = clock.sleep(stopMs, stopped.signal).then(() => {
      this.#givingUp.abort();
      this.#ringAll();
    });
    await this.#running;
    stopped.abort();
    await late;
  }

  /** There are new transitions: plans them at once instead of at the next look. */
  notify(): void {
    this.#held.forget();
    this.#bell.ring();
    this.#orderBell.ring();
  }

  /** Number of the last transition that is planned. */
  get position(): number {
    return this.#hold.position;
  }

  /** Number of the last transition of an order that is planned. */
  get orderPosition(): number {
    return this.#orderHold.position;
  }

  /** The stage first, then its channels. */
  state(): readonly DispatchState[] {
    const stateOf = (name: DispatchState['name'], trouble: { readonly since: number; readonly why: string } | null): DispatchState =>
      trouble ? { name, state: 'degraded', ...trouble } : { name, state: 'ok', since: this.#okSince, why: '' };
    return [stateOf('dispatch', this.#trouble), ...this.#senders.map((sender) => stateOf(sender.name, sender.trouble()))];
  }

  /** Why nothing leaves although it is planned; null when it does. As of the last look. */
  get heldWhy(): string | null {
    return this.#held.lastWhy;
  }

  /** Asks each channel what its plan still allows. */
  async lookAtQuotas(): Promise<void> {
    await Promise.all(this.#senders.map(({ quota }) => quota.look()));
  }

  /** Deliveries and recipients by channel and outcome, since this process began. */
  counts(): readonly OutcomeCount[] {
    return this.#tally.counts();
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options;
    for (let failures = 0; !this.#stopping.signal.aborted;) {
      try {
        await this.#session(() => {
          failures = 0;
        });
      } catch (cause) {
        // Somebody else took the stage over: sending on would tell people twice (F9).
        if (cause instanceof LedgerFenced) return this.#fenced(cause);
        failures += 1;
        this.#inTrouble(cause);
        await clock.sleep(backoffMs({ tries: failures, random, firstMs: TROUBLE_FIRST_MS, msMax: TROUBLE_MS_MAX }), this.#stopping.signal);
      }
    }
  }

  /**
   * From a fresh hold until the stage stops or something fails. After a failure nobody knows which claim or commit took place, so all loops
   * end, what is under way is written down, and the next session begins from what the ledger says.
   */
  async #session(onProgress: () => void): Promise<void> {
    const { ledger } = this.#options;
    this.#hold = await ledger.seize('dispatch');
    await ledger.unclaim(this.#hold);
    if (this.#orderPlanner) this.#orderHold = await ledger.seize('orders');
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, this.#stopping.signal]);
    const guarded = async (loop: Promise<void>) => {
      try {
        await loop;
      } finally {
        ending.abort();
        this.#ringAll();
      }
    };
    const looking = { signal, onProgress };
    const orders = this.#orderPlanner;
    const planning = [
      this.#planLoop(this.#bell, () => this.#planner.plan(this.#hold), looking),
      ...(orders ? [this.#planLoop(this.#orderBell, () => orders.plan(this.#orderHold), looking)] : []),
      this.#planLoop(this.#standInBell, () => this.#standIn(), { ...looking, lookMs: STAND_IN_LOOK_MS }),
    ];
    const loops = [...planning, ...this.#senders.map((sender) => sender.run(() => this.#hold, signal))];
    const results = await Promise.allSettled(loops.map(guarded));
    const failed = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
    const fenced = failed.find((cause) => cause instanceof LedgerFenced);
    if (fenced) throw fenced;
    await Promise.all(this.#senders.map((sender) => sender.drain(this.#hold, this.#givingUp.signal)));
    if (failed.length > 0) throw failed[0];
  }

  /** Plans until there is nothing to plan, waits for a ring, and begins again; after a failure of the directory with a pause. */
  async #planLoop(
    bell: Bell,
    plan: () => Promise<boolean>,
    { signal, onProgress, lookMs = POLL_MS }: { readonly signal: AbortSignal; readonly onProgress: () => void; readonly lookMs?: number },
  ): Promise<void> {
    const { clock, random } = this.#options;
    this.#stuck.add(bell);
    for (let failures = 0; !signal.aborted;) {
      try {
        const planned = await plan();
        failures = 0;
        this.#stuck.delete(bell);
        // While one of the plans cannot go on, another one's success is no recovery: with nothing to write it works on a full disk.
        if (this.#stuck.size === 0) {
          onProgress();
          this.#recovered();
        }
        if (!planned && !signal.aborted) await bell.wait(lookMs);
      } catch (cause) {
        if (cause instanceof LedgerFenced || cause instanceof LedgerUnavailable) throw cause;
        // The directory cannot be read: what is planned already goes on being sent, and the plan is resumed from what is stored of it.
        failures += 1;
        this.#stuck.add(bell);
        this.#inTrouble(cause);
        await clock.sleep(backoffMs({ tries: failures, random, firstMs: TROUBLE_FIRST_MS, msMax: TROUBLE_MS_MAX }), signal);
      }
    }
  }

  /** Finds another way for those whom LINE does not reach. False when there is nobody left to look for. */
  async #standIn(): Promise<boolean> {
    if ((await this.#held.why()) !== null) return false;
    const { transitions, more } = await this.#standIns.look(this.#hold);
    if (transitions.size > 0) this.#planned(transitions);
    return more;
  }

  #planned(transitions: ReadonlySet<TransitionId>): void {
    for (const sender of this.#senders) sender.ring();
    this.#options.onSettled?.(transitions);
  }

  #inTrouble(cause: unknown): void {
    const why = cause instanceof Error ? cause.message : String(cause);
    if (this.#trouble?.why === why) return;
    this.#trouble = { since: this.#trouble?.since ?? this.#options.clock.now(), why };
    this.#options.onEvent?.({ kind: 'trouble', why });
  }

  #recovered(): void {
    if (!this.#trouble) return;
    this.#trouble = null;
    this.#okSince = this.#options.clock.now();
    this.#options.onEvent?.({ kind: 'recovered' });
  }

  #fenced({ message }: LedgerFenced): void {
    this.#trouble = { since: this.#options.clock.now(), why: `別のプロセスが送信を引き継ぎました（${message}）` };
    this.#options.onEvent?.({ kind: 'fenced', why: message });
  }

  #ringAll(): void {
    this.notify();
    this.#standInBell.ring();
    for (const sender of this.#senders) sender.ring();
  }
}

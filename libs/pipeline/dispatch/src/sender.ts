import { setImmediate as turn } from 'node:timers/promises';
import {
  backoffMs,
  carries,
  type Channel,
  type Clock,
  type Contact,
  type Delivery,
  type Directory,
  type Hold,
  isFirstPutOff,
  type Ledger,
  LedgerFenced,
  type OperationStatus,
  type Outcome,
  type Settlement,
  settle,
  settleLeft,
  settleMerged,
  settleUnsent,
  settleUntouched,
  settleOutdated,
  settleOverQuota,
  settleUntrue,
  type TransitionId,
  Bell,
} from '#core';
import { Endpoints } from './endpoints.ts';
import type { DispatchEvent } from './event.ts';
import type { HeldWatch } from './held-watch.ts';
import { nameOf, outcomeOf } from './one-attempt.ts';
import { opened } from './opened.ts';
import type { Precedence } from './precedence.ts';
import { QuotaWatch } from './quota-watch.ts';
import { RecentCount } from './recent-count.ts';
import type { OutcomeName, Tally } from './tally.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Work } from './work.ts';

/** Whoever misses a ring looks after this long, so that a lost wake-up costs a quarter of a second and no more. */
export const POLL_MS = 250;
/** A closed channel is tried with one delivery this often: a new token or quota is noticed soon, and nobody is pestered. */
const CLOSED_PROBE_MS = 30_000;
/** All-clears that are claimed and wait for an earlier word to the same people. Beyond this they go back to the queue for a while. */
const WAITING_MAX = 1_000;
const WAITING_LOOK_MS = 1_000;
const PUT_BACK_MS = 5_000;
/** A channel that tells one person at a time claims ahead what it tells in so long: a claim for every few would cost more than telling them. */
const AHEAD_MS = 100;
/** Beyond this a claim is hardly cheaper, and a crash only makes more attempts count that never were. */
const AHEAD_MAX = 200;
/** What was claimed ahead and has not gone after so long is given back to the queue, so that its next claim looks anew who is still there. */
const READY_MS_MAX = 1_000;
/** A hundredth of what a person notices; at its rate a channel fills half of its slots in less. */
const GATHER_MS_MAX = 10;
/** Longest wait between two tries to write down how attempts ended. */
const WRITE_BACKOFF_MS_MAX = 5_000;

export interface SenderOptions<S extends OperationStatus> {
  readonly channel: Channel<S>;
  readonly ledger: Ledger;
  readonly directory: Pick<Directory, 'contacts'>;
  readonly clock: Clock;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
  readonly precedence: Pick<Precedence, 'turnOf'>;
  /** Whether anything may leave. */
  readonly held: HeldWatch;
  readonly tally: Tally;
  readonly onEvent: (event: DispatchEvent) => void;
  readonly onSettled: (transitions: ReadonlySet<TransitionId>) => void;
}

/** Claimed, opened, and waiting for a slot. */
interface Ready<S extends OperationStatus> {
  readonly work: Work<S>;
  readonly contacts: readonly Contact[];
  readonly openedAt: number;
}

interface Ended {
  readonly delivery: Delivery;
  readonly settlement: Settlement;
  /** What is counted; null for what was only put back. */
  readonly outcome: OutcomeName | null;
}

/**
 * The loop of one channel: write down what ended, claim what is due, attempt it. A slot is free again once its outcome is on disk, so no
 * more than the slots can ever be unknown to the ledger. While all goes well some are claimed before there is a slot for them.
 */
export class Sender<S extends OperationStatus = OperationStatus> {
  readonly #options: SenderOptions<S>;
  readonly #bell: Bell;
  readonly #bucket: TokenBucket;
  readonly #endpoints: Endpoints;
  /** What the channel's plan still allows. */
  readonly quota: QuotaWatch;
  #inFlight = 0;
  /** How many are claimed and not yet attempted, ended or put aside. */
  #claimed = 0;
  /** Of them those that wait for a slot only, in their order. */
  #ready: Ready<S>[] = [];
  /** Of them, from the first on, those whose endpoint has its share of the slots. */
  #blocked = 0;
  readonly #pace: RecentCount;
  /** What was claimed last on its way out; while it is being opened the next are claimed. */
  #begun: Promise<void> = Promise.resolve();
  /** Whether the ledger failed: nothing that was claimed under it may begin any more, for somebody else may have it. */
  #halted = false;
  #ended: Ended[] = [];
  /** How many of the ended ones, from the first on, are on their way to the disk. */
  #writing = 0;
  #waiting: Work<S>[] = [];
  #lookAt = 0;
  #closed: { readonly since: number; readonly why: string; readonly probeAt: number } | null = null;
  #suspectsSince: number | null = null;
  #warnedSince: number | null = null;

  constructor(options: SenderOptions<S>) {
    const { channel, clock, random } = options;
    this.#options = options;
    this.#bell = new Bell(clock);
    this.quota = new QuotaWatch(channel, clock);
    this.#bucket = new TokenBucket(clock, channel.perSecondMax);
    this.#endpoints = new Endpoints({ clock, random, slots: channel.inFlightMax });
    this.#pace = new RecentCount(clock, AHEAD_MS);
  }

  get name(): Channel['name'] {
    return this.#options.channel.name;
  }

  /** Something may be due. */
  ring(): void {
    this.#bell.ring();
  }

  /** Whether the channel as a whole takes nothing from us. */
  get isClosed(): boolean {
    return this.#closed !== null;
  }

  /** What is wrong, in words for the duty officer; null when nothing is. */
  trouble(): { readonly since: number; readonly why: string } | null {
    if (this.#closed)
      return { since: this.#closed.since, why: `この手段は閉じられています（${this.#closed.why}）。ほかの手段での送信は続いています` };
    const warning = this.quota.warning();
    if (warning !== null) return { since: (this.#warnedSince ??= this.#options.clock.now()), why: warning };
    this.#warnedSince = null;
    if (this.#suspectsSince === null) return null;
    return { since: this.#suspectsSince, why: `${this.#endpoints.suspects} 件の送信先が応答していません。間隔をあけて送り直しています` };
  }

  /** Works until the signal aborts; ends with `LedgerUnavailable` or `LedgerFenced` when the ledger does. */
  async run(hold: () => Hold, signal: AbortSignal): Promise<void> {
    // Beside the work: an answer that is late must hold up no alarm.
    void this.quota.look();
    // What was claimed under the ledger that failed has come to its end before anything new may begin.
    await this.#begun.catch(() => undefined);
    this.#halted = false;
    try {
      await this.#work(hold, signal);
    } catch (cause) {
      this.#halted = true;
      for (const { work } of this.#ready.splice(0)) this.#forgo(work);
      this.#blocked = 0;
      throw cause;
    }
  }

  async #work(hold: () => Hold, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if ((await this.#options.held.why()) !== null) {
        this.#giveBackReady();
        await this.#writeDown(hold());
        await this.#bell.wait(POLL_MS);
        continue;
      }
      await this.#lookAtWaiting();
      this.#go();
      // Side by side, so that both wait for the disk once.
      const writing = this.#writeDown(hold());
      const [written, claimed] = await Promise.allSettled([writing, this.#claim(hold(), writing)]);
      if (written.status === 'rejected') throw written.reason;
      if (claimed.status === 'rejected') throw claimed.reason;
      const more = claimed.value;
      // Lets timers and sockets have their turn, also when everything answers at once.
      await turn();
      if (more === 'more' || signal.aborted) continue;
      await this.#bell.wait(more === 'enough' ? POLL_MS : await this.#idleMs());
      await this.#gather();
    }
  }

  /**
   * What ends in the same turn of the process is written down together: a commit each would cost more than the attempts. While others wait for
   * a slot, half of the slots are written down at once, and the other half keeps the channel busy.
   */
  async #gather(): Promise<void> {
    const { clock, channel } = this.#options;
    await turn();
    const until = clock.monotonic() + GATHER_MS_MAX;
    const isMoreToCome = () => this.#inFlight > 0 && this.#ready.length > this.#blocked && this.#ended.length < channel.inFlightMax / 2;
    for (let ms = GATHER_MS_MAX; ms > 0 && isMoreToCome(); ms = until - clock.monotonic()) await this.#bell.wait(ms);
  }

  /**
   * Takes nothing new, lets finish what is under way, and writes it down, however often the ledger fails, until the signal aborts. What is
   * unwritten then is given back to the queue at the next start.
   */
  async drain(hold: Hold, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    // Whatever of it is not on its way then is given back to the queue at the next start.
    await this.#begun.catch(() => undefined);
    for (const { delivery } of this.#waiting) this.#putBack(delivery, delivery.dueAt);
    this.#waiting = [];
    this.#giveBackReady();
    let failures = 0;
    while (!signal.aborted && (this.#inFlight > 0 || this.#ended.length > 0)) {
      try {
        await this.#writeDown(hold);
        failures = 0;
        if (this.#inFlight > 0) await this.#bell.wait(POLL_MS);
      } catch (cause) {
        if (cause instanceof LedgerFenced) {
          this.#ended = [];
          throw cause;
        }
        failures += 1;
        await clock.sleep(backoffMs({ tries: failures, random, firstMs: POLL_MS, msMax: WRITE_BACKOFF_MS_MAX }), signal);
      }
    }
  }

  /** Claims for the free slots and somewhat ahead; tells whether there may be more to claim at once, or enough is claimed for now. */
  async #claim(hold: Hold, writing: Promise<void>): Promise<'more' | 'enough' | 'none'> {
    const { inFlightMax } = this.#options.channel;
    const ahead = this.#closed ? 0 : this.#ahead();
    const unknown = () => this.#claimed + this.#inFlight + this.#ended.length - this.#writing;
    const free = () => Math.min(inFlightMax + ahead - unknown(), this.#bucket.available() - this.#claimed);
    if (this.#closed) {
      if (this.#options.clock.monotonic() < this.#closed.probeAt || this.#claimed + this.#inFlight > 0 || free() < 1) return 'none';
      return (await this.#take({ hold, writing, limit: 1, exceptEndpoints: [] })) > 0 ? 'more' : 'none';
    }
    // In few large pages rather than in many small ones.
    if (ahead > 0 && this.#claimed - this.#blocked > ahead / 2) return 'enough';
    const { except, limit } = this.#endpoints.ordinary(ahead);
    const wanted = Math.min(limit, free());
    const taken = wanted > 0 ? await this.#take({ hold, writing, limit: wanted, exceptEndpoints: except }) : 0;
    const probe = free() > 0 ? this.#endpoints.probe() : null;
    const probed = probe ? await this.#take({ hold, writing, limit: 1, exceptEndpoints: probe.except }) : 0;
    const forgiven = taken < wanted && this.#endpoints.forgive();
    return (wanted > 0 && taken === wanted) || probed > 0 || forgiven ? 'more' : 'none';
  }

  /** How many may be claimed beyond the slots: none while an endpoint fails, for it would fill the room that the others need (F58). */
  #ahead(): number {
    const isEach = this.#options.channel.chunkMax === 1;
    return isEach && this.#endpoints.isCalm ? Math.min(this.#pace.count, AHEAD_MAX) : 0;
  }

  async #take({
    writing,
    ...query
  }: {
    readonly hold: Hold;
    readonly limit: number;
    readonly exceptEndpoints: readonly string[];
    readonly writing: Promise<void>;
  }): Promise<number> {
    const { ledger, clock } = this.#options;
    const claimed = await ledger.claim({ ...query, channel: this.name, now: clock.now() });
    // Their slots are those of what is being written down.
    await writing;
    const begun = this.#begun;
    this.#begun = Promise.resolve();
    await begun;
    this.#begun = this.#begin(claimed);
    // Looked at by the next claim, or at the end.
    this.#begun.catch(() => undefined);
    return claimed.length;
  }

  /** Makes those ready whose turn it is. Their contacts are opened now and not before: whoever left since the plan gets nothing any more (F62). */
  async #begin(works: readonly Work[]): Promise<void> {
    const { channel, directory, clock } = this.#options;
    const claimed = new Set(works);
    const take = (work: Work): void => {
      if (claimed.delete(work)) this.#claimed -= 1;
    };
    this.#claimed += works.length;
    for (const { delivery } of works) this.#hold(delivery);
    try {
      const going: Work<S>[] = [];
      for (const work of works) {
        if (!carries(channel, work)) this.#refuse(work);
        else if (await this.#goes(work)) {
          going.push(work);
          continue;
        }
        take(work);
        this.#letGo(work.delivery);
      }
      for await (const [work, contacts] of opened(directory, this.name, going)) {
        if (this.#halted) break;
        if (contacts.length > 0) {
          claimed.delete(work);
          this.#ready.push({ work, contacts, openedAt: clock.monotonic() });
          this.#go();
        } else {
          take(work);
          this.#letGo(work.delivery);
          this.#end(work.delivery, settleLeft(work.delivery, clock.now()), 'suppressed');
        }
      }
    } finally {
      for (const work of claimed) {
        take(work);
        this.#letGo(work.delivery);
      }
    }
  }

  /** Attempts what is ready, in its order, as far as there are slots and no endpoint gets more than its share of them. */
  #go(): void {
    const { channel, clock } = this.#options;
    const ready = this.#ready;
    const isFree = () => this.#inFlight + this.#ended.length < channel.inFlightMax;
    if (ready.length === 0 || !isFree()) return;
    const oldest = clock.monotonic() - READY_MS_MAX;
    const blocked: Ready<S>[] = [];
    let at = 0;
    for (; at < ready.length && isFree(); at += 1) {
      const one = ready[at]!;
      const { delivery } = one.work;
      const now = one.openedAt < oldest ? 'later' : delivery.status === 'test' ? 'go' : this.#endpoints.turnOf(delivery.endpoint);
      if (now === 'full') blocked.push(one);
      else if (now === 'later') this.#giveBack(one.work);
      else {
        this.#claimed -= 1;
        this.#attempt(one.work, one.contacts);
      }
    }
    this.#ready.splice(0, at, ...blocked);
    this.#blocked = blocked.length;
  }

  #giveBackReady(): void {
    for (const { work } of this.#ready.splice(0)) this.#giveBack(work);
    this.#blocked = 0;
  }

  /** Gives back to the queue what is ready: it keeps its place there. */
  #giveBack(work: Work<S>): void {
    this.#forgo(work);
    this.#putBack(work.delivery, work.delivery.dueAt);
  }

  #forgo({ delivery }: Work<S>): void {
    this.#claimed -= 1;
    this.#letGo(delivery);
  }

  /** What becomes of a test must slow down nothing real: neither its endpoint nor the channel is judged by it. */
  #hold({ status, endpoint }: Delivery): void {
    if (status !== 'test') this.#endpoints.begin(endpoint);
  }

  #letGo({ status, endpoint }: Delivery): void {
    if (status !== 'test') this.#endpoints.leave(endpoint);
  }

  /** Words that this way is not made for, a drill's among real ones or real ones among a drill's: never attempted, and a person is told (F67). */
  #refuse({ delivery, message }: Work): void {
    const { channel, clock, random, onEvent } = this.#options;
    const why = `この送信口は ${channel.statuses.join('・')} のためのもので、${delivery.status}（本文は ${message.status}）の知らせは送りません`;
    const outcome: Outcome = { kind: 'refused', reason: why, scope: 'message' };
    this.#end(delivery, settle({ delivery, outcome, now: clock.now(), repeatSafeMs: channel.repeatSafeMs, random }), 'refused');
    onEvent({ kind: 'foreign', channel: channel.name, deliveryId: delivery.id, why });
  }

  async #goes(work: Work<S>): Promise<boolean> {
    const { clock, channel, precedence } = this.#options;
    const { delivery } = work;
    const now = clock.now();
    const unsent = settleUnsent(delivery, { now, repeatSafeMs: channel.repeatSafeMs });
    if (unsent) {
      this.#end(delivery, unsent, unsent.state === 'dead' ? 'dead' : 'expired');
      return false;
    }
    if (await this.#options.held.isOutdated(delivery, work.message)) {
      this.#end(delivery, settleOutdated(delivery, now), 'suppressed');
      return false;
    }
    // What was tried may have arrived, and is repeated until somebody knows.
    if (delivery.attempts === 1 && this.quota.holdsBack(delivery, work.message)) {
      this.#end(delivery, settleOverQuota(delivery, now), 'suppressed');
      return false;
    }
    switch (await precedence.turnOf(delivery, work.message)) {
      case 'go':
        return true;
      case 'untrue':
        this.#end(delivery, settleUntrue(delivery, now), 'expired');
        return false;
      case 'merged':
        this.#end(delivery, settleMerged(delivery, now), 'suppressed');
        return false;
      case 'wait':
        if (this.#waiting.length < WAITING_MAX) this.#waiting.push(work);
        else this.#putBack(delivery, now + PUT_BACK_MS);
        return false;
    }
  }

  /** Gives those that wait for an earlier word another look, in their order. */
  async #lookAtWaiting(): Promise<void> {
    const { channel, clock } = this.#options;
    if (this.#waiting.length === 0 || clock.monotonic() < this.#lookAt) return;
    this.#lookAt = clock.monotonic() + WAITING_LOOK_MS;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [index, work] of waiting.entries()) {
      if (this.#inFlight + this.#ended.length >= channel.inFlightMax || this.#bucket.available() <= this.#claimed) {
        this.#waiting.push(...waiting.slice(index));
        this.#lookAt = 0;
        return;
      }
      await this.#begin([work]);
    }
  }

  #attempt({ delivery, message }: Work<S>, contacts: readonly Contact[]): void {
    const { clock, channel, random } = this.#options;
    this.#inFlight += 1;
    this.#bucket.take();
    const isTest = delivery.status === 'test';
    if (!isTest) this.#endpoints.go(delivery.endpoint);
    void outcomeOf(channel, { delivery, message }, contacts).then((answer) => {
      this.#inFlight -= 1;
      this.#pace.add();
      // A channel that is closed is tried again when it opens; since a test closes none, its own repeats are spaced.
      const outcome: Outcome = isTest && answer.kind === 'closed' ? { kind: 'retry', reason: answer.reason, unknown: false } : answer;
      // A greylist puts everybody off once: waiting for a domain that does, one probe at a time, would take hours for thousands.
      if (!isTest)
        this.#endpoints.end(delivery.endpoint, outcome.kind !== 'retry' || isFirstPutOff(delivery, outcome), outcome.kind === 'sent');
      this.#suspectsSince = this.#endpoints.suspects > 0 ? (this.#suspectsSince ?? clock.now()) : null;
      if (!isTest || outcome.kind === 'sent') this.#openOrClose(outcome);
      if (outcome.kind === 'sent' && !outcome.duplicate) this.quota.spend(contacts.length);
      const settlement = settle({ delivery, outcome, now: clock.now(), repeatSafeMs: channel.repeatSafeMs, random });
      this.#end(delivery, settlement, nameOf(outcome, settlement));
      if (outcome.kind === 'refused' && outcome.scope === 'message') {
        this.#options.onEvent({ kind: 'messageRefused', channel: this.name, deliveryId: delivery.id, why: outcome.reason });
      }
    });
  }

  #openOrClose(outcome: Outcome): void {
    const { clock, onEvent } = this.#options;
    if (outcome.kind === 'closed') {
      if (!this.#closed) onEvent({ kind: 'channelClosed', channel: this.name, why: outcome.reason });
      this.#giveBackReady();
      const since = this.#closed?.since ?? clock.now();
      this.#closed = { since, why: outcome.reason, probeAt: clock.monotonic() + CLOSED_PROBE_MS };
    } else if (this.#closed && outcome.kind === 'retry') {
      this.#closed = { ...this.#closed, probeAt: clock.monotonic() + CLOSED_PROBE_MS };
    } else if (this.#closed) {
      this.#closed = null;
      onEvent({ kind: 'channelOpened', channel: this.name });
    }
  }

  #putBack(delivery: Delivery, dueAt: number): void {
    const settlement = settleUntouched(delivery, { now: this.#options.clock.now(), dueAt });
    this.#end(delivery, settlement, null);
  }

  #end(delivery: Delivery, settlement: Settlement, outcome: OutcomeName | null): void {
    this.#ended.push({ delivery, settlement, outcome });
    this.#bell.ring();
  }

  async #writeDown(hold: Hold): Promise<void> {
    if (this.#ended.length === 0) return;
    const { ledger, tally, onEvent, onSettled } = this.#options;
    const written = [...this.#ended];
    this.#writing = written.length;
    try {
      await ledger.settle(
        hold,
        written.map(({ settlement }) => settlement),
      );
      this.#ended.splice(0, written.length);
      this.#go();
    } finally {
      this.#writing = 0;
    }
    for (const { delivery, settlement, outcome } of written) {
      if (outcome && delivery.status !== 'test') tally.add(this.name, outcome, delivery.recipients.length);
      if (settlement.state === 'dead') onEvent({ kind: 'dead', deliveryId: delivery.id, why: settlement.reason });
    }
    onSettled(new Set(written.map(({ delivery }) => delivery.transitionId)));
  }

  /** How long there is certainly nothing to do, unless somebody rings. */
  async #idleMs(): Promise<number> {
    const { ledger, clock } = this.#options;
    const dueAt = await ledger.nextDueAt(this.name);
    const dueMs = dueAt === null ? POLL_MS : dueAt - clock.now();
    // Something is due but was left out: it waits for a slot, which rings, for a token, or for an endpoint that rests.
    const ms = dueMs > 0 ? dueMs : this.#bucket.waitMs() || (this.#endpoints.restMs() ?? POLL_MS);
    return Math.min(Math.max(Math.ceil(ms), 1), POLL_MS);
  }
}

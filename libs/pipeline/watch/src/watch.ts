import { setImmediate as turn } from 'node:timers/promises';
import {
  type Clock,
  type Hold,
  Judge,
  type Ledger,
  LedgerFenced,
  type LogEntry,
  type Playbook,
  type ReadingLog,
  type Transition,
} from '#core';

/** Entries judged in one commit, some 20 ms of work; each commit touches a gauge's row once. */
const BATCH_MAX = 10_000;
/**
 * News is committed at once. Readings that change nothing people hear of may wait this long for company: at 1,000 readings/s a commit for
 * each group of them would keep the disk, and with it everybody else, busy for a third of the time.
 */
const COMMIT_MS = 50;
/** How often silence is looked at. A blind gauge is a matter of minutes (D§1.3). */
const TICK_MS = 1_000;
/** Wait after a failed commit or read before the next try. */
const RETRY_MS = 500;

export interface WatchOptions {
  readonly log: ReadingLog;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly playbook: Playbook;
  /** Told after each commit, for whoever shows or tells; a throw here would be a bug. */
  readonly onCommit?: (entries: readonly LogEntry[], transitions: readonly Transition[]) => void;
  /** Told when the stage cannot go on (`why`) and when it can again (`null`). */
  readonly onTrouble?: (why: string | null) => void;
}

/**
 * Follows the reading log and judges every entry once in effect: alerts, transitions, windows and the position are one commit, so a crash
 * repeats the batch from the same state and comes to the same transitions (promise 2).
 */
export class Watch {
  readonly #options: WatchOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #position = 0;
  #decided = 0;
  #trouble: string | null = null;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Position of the last committed entry. */
  get position(): number {
    return this.#position;
  }

  /** Readings decided since this process started. */
  get decided(): number {
    return this.#decided;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Finishes the commit that is under way and takes no new work. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    const listeningSince = clock.now();
    while (!signal.aborted) {
      try {
        await this.#follow(listeningSince);
      } catch (cause) {
        this.#report(cause instanceof Error ? cause.message : String(cause));
        // Somebody else took the stage over: writing on would decide things twice (F9).
        if (cause instanceof LedgerFenced) return;
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  /** From a fresh hold until the stage stops or something fails; what was judged but not committed is forgotten with the judge. */
  async #follow(listeningSince: number): Promise<void> {
    const { log, ledger, clock, playbook } = this.#options;
    const { signal } = this.#stopping;
    let hold = await ledger.seize('watch');
    const end = await log.end();
    // An older copy of the log beside a newer ledger: waiting for it to grow would mean to be deaf without a word.
    if (end < hold.position)
      throw new Error(`the reading log ends at ${end}, but ${hold.position} were judged: it is an older copy than the ledger`);
    this.#position = hold.position;
    const judge = new Judge(playbook, await ledger.watchState(), listeningSince);
    let judged: LogEntry[] = [];
    let tickAt = clock.monotonic() + TICK_MS;
    let commitAt = clock.monotonic();
    while (!signal.aborted) {
      for (const entry of await log.after(reached(hold, judged), BATCH_MAX - judged.length)) {
        judge.observe(entry, clock.now());
        judged.push(entry);
      }
      if (clock.monotonic() >= tickAt) {
        judge.tick(clock.now());
        tickAt = clock.monotonic() + TICK_MS;
      }
      const full = judged.length === BATCH_MAX;
      if (full || judge.hasNews || clock.monotonic() >= commitAt) {
        hold = await this.#commit(hold, judge, judged);
        judged = [];
        commitAt = clock.monotonic() + COMMIT_MS;
      }
      this.#report(null);
      const nextAt = judged.length > 0 ? Math.min(commitAt, tickAt) : tickAt;
      // A full batch means more is waiting; the broker gets its turn in between.
      await (full ? turn() : this.#idle(reached(hold, judged), nextAt - clock.monotonic()));
    }
    await this.#commit(hold, judge, judged);
  }

  async #commit(hold: Hold, judge: Judge, entries: readonly LogEntry[]): Promise<Hold> {
    const to = reached(hold, entries);
    const judgement = judge.take();
    if (to === hold.position && judgement.alerts.length === 0) return hold;
    const next = await this.#options.ledger.commitWatch({ hold, to, ...judgement });
    this.#position = to;
    this.#decided += entries.length;
    this.#options.onCommit?.(entries, judgement.transitions);
    return next;
  }

  async #idle(position: number, ms: number): Promise<void> {
    const { log, clock } = this.#options;
    const waking = new AbortController();
    const signal = AbortSignal.any([waking.signal, this.#stopping.signal]);
    try {
      await Promise.race([log.grown(position, signal), clock.sleep(Math.max(ms, 0), signal)]);
    } finally {
      waking.abort();
    }
  }

  #report(why: string | null): void {
    if (why === this.#trouble) return;
    this.#trouble = why;
    this.#options.onTrouble?.(why);
  }
}

/** Position of the last entry that was judged, committed or not. */
const reached = (hold: Hold, judged: readonly LogEntry[]): number => judged.at(-1)?.position ?? hold.position;

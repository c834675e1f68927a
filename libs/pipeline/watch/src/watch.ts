import { setImmediate as turn } from 'node:timers/promises';
import {
  type Alert,
  carryOver,
  type Clock,
  type Hold,
  Judge,
  type Ledger,
  LedgerFenced,
  type LogEntry,
  type OperationStatus,
  type Playbook,
  type Quarantine,
  type QuarantineEntry,
  type ReadingLog,
  type Transition,
  type WatchState,
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
/** One death may be anybody's fault, and two a coincidence; an entry that ended three lives, or three tries, is set aside (F10). */
const TRIES_MAX = 3;

export interface WatchOptions {
  readonly log: ReadingLog;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** What the place is for: the status of alerts that rest on silence. `actual` when not given. */
  readonly status?: OperationStatus;
  /** In force when the stage starts; see `adopt`. */
  readonly playbook: Playbook;
  /** An earlier version in its words, by which alerts of the ledger may count; null when nobody knows it any more. */
  readonly playbookOf?: (version: string) => Promise<Playbook | null>;
  /** Told how the alerts stand whenever the stage takes a playbook, also at its start. */
  readonly onAdopted?: (alerts: readonly Alert[]) => void;
  /** Told after each commit, for whoever shows or tells; a throw here would be a bug. */
  readonly onCommit?: (entries: readonly LogEntry[], transitions: readonly Transition[]) => void;
  /** Keeps what cannot be judged, so that the rest can; without one it is tried for ever. */
  readonly quarantine?: Quarantine;
  /** Told which entry was set aside, and why. */
  readonly onSetAside?: (entry: LogEntry, why: string) => void;
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
  readonly #adopting = new Set<(adopted: boolean) => void>();
  #waking = new AbortController();
  #playbook: Playbook;
  #listeningSince = 0;
  /** Entries that could not be judged in this life: how often, and why at last. */
  readonly #strikes = new Map<number, { readonly tries: number; readonly why: string }>();
  /** Whether this life of the process was counted at the position where it began. */
  #isCounted = false;
  #running: Promise<void> | null = null;
  #ended = false;
  #position = 0;
  #decided = 0;
  #trouble: string | null = null;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#playbook = options.playbook;
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

  /**
   * Judges by another playbook from the next commit on; what was judged before counts by the old one. Resolves once the running alerts are
   * carried over and that is on disk; with false when the stage ended before.
   */
  async adopt(playbook: Playbook): Promise<boolean> {
    if (this.#ended) return false;
    if (playbook === this.#playbook) return true;
    this.#playbook = playbook;
    return await new Promise((adopted) => {
      this.#adopting.add(adopted);
      this.#waking.abort();
    });
  }

  /** Finishes the commit that is under way and takes no new work. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    this.#listeningSince = clock.now();
    while (!signal.aborted) {
      try {
        await this.#follow(this.#playbook);
      } catch (cause) {
        this.#report(cause instanceof Error ? cause.message : String(cause));
        // Somebody else took the stage over: writing on would decide things twice (F9).
        if (cause instanceof LedgerFenced) break;
        await clock.sleep(RETRY_MS, signal);
      }
    }
    this.#ended = true;
    this.#answer(false);
  }

  /**
   * From a fresh hold until the stage stops, adopts another playbook or something fails; what was judged but not committed is forgotten with
   * the judge.
   */
  async #follow(playbook: Playbook): Promise<void> {
    const { log, ledger, clock } = this.#options;
    const { signal } = this.#stopping;
    this.#waking = new AbortController();
    let hold = await ledger.seize('watch');
    const end = await log.end();
    // An older copy of the log beside a newer ledger: waiting for it to grow would mean to be deaf without a word.
    if (end < hold.position)
      throw new Error(`the reading log ends at ${end}, but ${hold.position} were judged: it is an older copy than the ledger`);
    this.#position = hold.position;
    const carried = await this.#carryOver(hold, await ledger.watchState(), playbook);
    hold = carried.hold;
    this.#options.onAdopted?.(carried.state.alerts);
    const judge = new Judge(playbook, carried.state, this.#listeningSince, clock.now(), this.#options.status);
    if (playbook === this.#playbook) this.#answer(true);
    let judged: LogEntry[] = [];
    // Whatever ended the life or the try before this one stands alone once it is the first; the batches grow with every commit.
    let batchMax = 1;
    let tickAt = clock.monotonic() + TICK_MS;
    let commitAt = clock.monotonic();
    while (!signal.aborted && playbook === this.#playbook) {
      for (const entry of await log.after(reached(hold, judged), batchMax - judged.length)) {
        if (!(await this.#isSetAside(hold, entry))) this.#observe(judge, entry);
        judged.push(entry);
      }
      const full = judged.length >= batchMax;
      // While more is waiting, a gauge that seems silent may have spoken: its silence is asked for by the readings themselves.
      if (!full && clock.monotonic() >= tickAt) {
        judge.tick(clock.now());
        tickAt = clock.monotonic() + TICK_MS;
      }
      if (full || judge.hasNews || clock.monotonic() >= commitAt) {
        hold = await this.#commit(hold, judge, judged);
        if (judged.length > 0) batchMax = Math.min(2 * batchMax, BATCH_MAX);
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

  /** Judges an entry, and remembers one that throws: it is tried again from a fresh state, and then set aside. */
  #observe(judge: Judge, entry: LogEntry): void {
    try {
      judge.observe(entry, this.#options.clock.now());
      if (this.#strikes.size > 0) this.#strikes.delete(entry.position);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.#strikes.set(entry.position, { tries: (this.#strikes.get(entry.position)?.tries ?? 0) + 1, why });
      throw cause;
    }
  }

  /**
   * Whether an entry is left out of judgement because it cannot be judged. It is in quarantine then, on disk, before the position moves past
   * it: a death in between puts it there twice and loses nothing. The first entry of a life is counted before it is judged.
   */
  async #isSetAside(hold: Hold, entry: LogEntry): Promise<boolean> {
    const { ledger, quarantine, onSetAside } = this.#options;
    if (!quarantine) return false;
    const strike = this.#strikes.get(entry.position);
    let why = strike && strike.tries >= TRIES_MAX ? `判定に${strike.tries}回失敗しました（${strike.why}）` : null;
    if (!this.#isCounted) {
      const lives = await ledger.countAttempt(hold);
      this.#isCounted = true;
      if (lives > TRIES_MAX) why = `判定の途中で、プロセスが${lives - 1}回続けて止まりました`;
    }
    if (why === null) return false;
    await quarantine.keep([this.#quarantined(entry, why)]);
    this.#strikes.delete(entry.position);
    onSetAside?.(entry, why);
    return true;
  }

  #quarantined({ position, reading }: LogEntry, why: string): QuarantineEntry {
    const device = this.#playbook.gauges.get(reading.gauge)?.device ?? reading.gauge;
    const detail = `記録${position}番の観測値: ${why}`;
    return { device, receivedAt: reading.receivedAt, reason: 'poison', detail, payload: Buffer.from(JSON.stringify(reading)) };
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

  /**
   * Takes the alerts of the ledger to the playbook, if they count by another one, and commits that together with the version: a process that
   * dies before does it again, one that dies after does not (F51). Also for a playbook that was changed while the service was down.
   */
  async #carryOver(
    hold: Hold,
    state: WatchState,
    playbook: Playbook,
  ): Promise<{ readonly hold: Hold; readonly state: Pick<WatchState, 'alerts' | 'watches'> }> {
    const { clock, ledger, playbookOf, onCommit } = this.#options;
    const { alerts, watches, playbookVersion } = state;
    if (playbookVersion === playbook.version) return { hold, state };
    const before = playbookVersion === null ? null : ((await playbookOf?.(playbookVersion)) ?? null);
    const decidedAt = clock.now();
    const moved = carryOver({ alerts, watches, before, beforeVersion: playbookVersion ?? 'unknown', after: playbook, decidedAt });
    const next = await ledger.commitWatch({ hold, to: hold.position, watches: [], ...moved, playbookVersion: playbook.version });
    // A gauge that is new in this playbook was not listened to before.
    if (playbookVersion !== null) this.#listeningSince = decidedAt;
    if (moved.transitions.length > 0) onCommit?.([], moved.transitions);
    const byKey = new Map([...alerts, ...moved.alerts].map((alert) => [JSON.stringify([alert.ruleId, alert.gauge]), alert]));
    return { hold: next, state: { alerts: [...byKey.values()], watches } };
  }

  /** Tells those who wait for a playbook to be adopted. */
  #answer(adopted: boolean): void {
    for (const done of this.#adopting) done(adopted);
    this.#adopting.clear();
  }

  async #idle(position: number, ms: number): Promise<void> {
    const { log, clock } = this.#options;
    const waking = new AbortController();
    const signal = AbortSignal.any([waking.signal, this.#waking.signal, this.#stopping.signal]);
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

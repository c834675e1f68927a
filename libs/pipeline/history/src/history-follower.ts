import { setImmediate as turn } from 'node:timers/promises';
import type { Clock, ReadingHistory, ReadingLog } from '#core';

/** Entries written in one commit: charts may lag by a moment, and fewer, larger commits leave the disk to the log. */
const BATCH_MAX = 5_000;
/** How long entries gather before they are written. */
const GATHER_MS = 250;
/** Wait after a failed write before the next try; the log keeps everything meanwhile (F19). */
const RETRY_MS = 2_000;

export interface HistoryFollowerOptions {
  readonly log: ReadingLog;
  readonly history: ReadingHistory;
  readonly clock: Clock;
  readonly onTrouble?: (why: string | null) => void;
}

/** Copies the log into the history. It holds its position there, so a crash repeats a batch that changes nothing, and delays nobody else. */
export class HistoryFollower {
  readonly #options: HistoryFollowerOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #position = 0;
  #trouble: string | null = null;

  constructor(options: HistoryFollowerOptions) {
    this.#options = options;
  }

  /** Position up to which the log is in the history. */
  get position(): number {
    return this.#position;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#follow();
      } catch (cause) {
        this.#report(cause instanceof Error ? cause.message : String(cause));
        await this.#options.clock.sleep(RETRY_MS, signal);
      }
    }
  }

  async #follow(): Promise<void> {
    const { log, history, clock } = this.#options;
    const { signal } = this.#stopping;
    this.#position = await history.position();
    const end = await log.end();
    if (end < this.#position)
      throw new Error(`the reading log ends at ${end}, but the history reaches ${this.#position}: one of them is an older copy`);
    while (!signal.aborted) {
      const entries = await log.after(this.#position, BATCH_MAX);
      if (entries.length > 0) {
        // Tests are no history of the city. After a restart they are read, and left out, once more.
        const real = entries.filter(({ reading }) => reading.status !== 'test');
        if (real.length > 0) await history.write(real);
        this.#position = entries.at(-1)!.position;
      }
      this.#report(null);
      if (entries.length === BATCH_MAX) {
        await turn();
        continue;
      }
      await log.grown(this.#position, signal);
      await clock.sleep(GATHER_MS, signal);
    }
  }

  #report(why: string | null): void {
    if (why === this.#trouble) return;
    this.#trouble = why;
    this.#options.onTrouble?.(why);
  }
}

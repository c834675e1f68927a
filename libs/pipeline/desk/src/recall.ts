import type { Clock, Gauge, HistoryPoint, ReadingHistory } from '#core';
import { type Board, SPARK_MAX } from './board.ts';

/** A gauge that stands by speaks once a day (D§1.1), and its last word must still be there after a restart, with one day to spare. */
const RECALL_MS = 48 * 3_600_000;
/** How long the start waits for the history: gauges must be heard, judged and told of without it (F19). */
const START_MS_MAX = 5_000;
/** Wait before a history that was away is asked again. */
const AGAIN_MS = 10_000;

export interface RecallOptions {
  readonly history: ReadingHistory;
  readonly board: Board;
  readonly clock: Clock;
  readonly gauges: readonly Gauge[];
  /** Told of each gauge that was filled. */
  readonly onRecalled: (gauge: Gauge) => void;
  /** Told once when the history does not answer at the start. */
  readonly onFault: (why: string) => void;
}

/** Fills the board with the last hours of every gauge, beside the service when the history is slow or away. */
export class Recall {
  readonly #options: RecallOptions;
  readonly #stopping = new AbortController();
  #left: readonly Gauge[];

  constructor(options: RecallOptions) {
    this.#options = options;
    this.#left = options.gauges;
  }

  /** Resolves when everything is recalled, or when the rest has to wait for the history. Never rejects. */
  async start(): Promise<void> {
    const { clock, onFault } = this.#options;
    const now = clock.now();
    const why = await this.#round(now, START_MS_MAX);
    if (this.#left.length === 0) return;
    onFault(`the last hours of ${this.#left.length} gauges are not on the screen yet: ${why ?? 'the history is slow'}`);
    void this.#goOn(now);
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #goOn(now: number): Promise<void> {
    const { signal } = this.#stopping;
    while (this.#left.length > 0 && !signal.aborted) {
      await this.#options.clock.sleep(AGAIN_MS, signal);
      await this.#round(now, Number.POSITIVE_INFINITY);
    }
  }

  /** One gauge after the other, for as long as the history answers and `msMax` lasts. Resolves with why it did not answer. */
  async #round(now: number, msMax: number): Promise<string | null> {
    const { board, clock, onRecalled } = this.#options;
    const began = clock.monotonic();
    while (!this.#stopping.signal.aborted && clock.monotonic() - began < msMax) {
      const [gauge, ...others] = this.#left;
      if (!gauge) break;
      let points: readonly HistoryPoint[];
      try {
        points = await this.#pointsOf(gauge, now);
      } catch (cause) {
        return cause instanceof Error ? cause.message : String(cause);
      }
      board.recall(gauge.id, points);
      this.#left = others;
      onRecalled(gauge);
    }
    return null;
  }

  #pointsOf({ id, quantity }: Gauge, now: number): Promise<readonly HistoryPoint[]> {
    return this.#options.history.range({ gauge: id, quantity, from: now - RECALL_MS, to: now + RECALL_MS, limit: SPARK_MAX });
  }
}

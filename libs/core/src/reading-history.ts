import type { GaugeId } from './gauge.ts';
import type { Quantity } from './quantity.ts';
import type { LogEntry, Quality } from './reading.ts';

export interface HistoryPoint {
  readonly at: number;
  readonly receivedAt: number;
  readonly raw: number;
  readonly value: number;
  readonly quality: Quality;
  readonly why: string;
}

export interface HistoryQuery {
  readonly gauge: GaugeId;
  readonly quantity: Quantity;
  /** From this instant … */
  readonly from: number;
  /** … to before this one. */
  readonly to: number;
  readonly limit: number;
}

/** Readings by gauge and time of observation, written by a follower of the log. It may lag; it never invents. */
export abstract class ReadingHistory {
  /** Keeps entries and the position that they reach, which never runs ahead of them, wherever the process dies. The same entries again change nothing. */
  abstract write(entries: readonly LogEntry[]): Promise<void>;

  /** The position up to which the log is here. */
  abstract position(): Promise<number>;

  /** Points in order of observation; the newest `limit` of the range. */
  abstract range(query: HistoryQuery): Promise<readonly HistoryPoint[]>;

  /** Forgets observations before the instant. Resolves with how many went. */
  abstract forget(observedBefore: number): Promise<number>;
}

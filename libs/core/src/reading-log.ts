import type { Mark } from './mark.ts';
import type { GaugeId } from './gauge.ts';
import type { LogEntry, Reading } from './reading.ts';

/** A group of admitted readings with the marks that remember them: one commit. */
export interface Group {
  readonly readings: readonly Reading[];
  /** The marks after the group, one for each gauge touched. */
  readonly marks: readonly Mark[];
}

export abstract class ReadingLog {
  /**
   * Resolves with the position of the last reading once the whole group would survive a power cut; rejects with
   * `ReadingLogUnavailable` when nothing of it is kept. Positions are given without gaps, in the order of the group.
   */
  abstract append(group: Group): Promise<number>;

  /** What every gauge is remembered by, as of the last append. */
  abstract marks(): Promise<ReadonlyMap<GaugeId, Mark>>;

  /** Position of the newest entry; 0 when the log is empty. */
  abstract end(): Promise<number>;

  /** Up to `limit` entries after `position`, in log order. */
  abstract after(position: number, limit: number): Promise<readonly LogEntry[]>;

  /** Resolves when there may be entries after `position`, or when the signal aborts. */
  abstract grown(position: number, signal: AbortSignal): Promise<void>;

  /** Forgets entries before `position` that were received before the instant; the newest entry always stays. Resolves with how many went. */
  abstract forget(position: number, receivedBefore: number): Promise<number>;
}

/** The log could not keep what it was given, or cannot be read. Nothing of the group counts as kept. */
export class ReadingLogUnavailable extends Error {
  override readonly name = 'ReadingLogUnavailable';
  /** This process must end and start again: after a failed fsync nobody knows what is on the disk, and a second one may lie. */
  readonly fatal: boolean;

  constructor(message: string, options: ErrorOptions & { readonly fatal?: boolean } = {}) {
    super(message, options);
    this.fatal = options.fatal ?? false;
  }
}

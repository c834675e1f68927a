import { type DeviceRecord, NEW_DEVICE } from './device-record.ts';
import type { GaugeId } from './gauge.ts';
import type { Occupancy } from './occupancy.ts';
import type { Plateau } from './plateau.ts';
import type { Quantity } from './quantity.ts';
import { NO_NUMBERS, type Numbering } from './seq-lines.ts';
import type { Unrest } from './unrest.ts';

/** What the checks need to remember of one quantity. */
export interface Track {
  /** Newest believed value and its observation instant. */
  readonly goodAt: number;
  readonly good: number;
  /** A value that came too fast to be believed alone, waiting for a second one that confirms it. */
  readonly doubtAt: number | null;
  readonly doubt: number;
  /** Since when the value is the same to the last digit, and how many readings that were. */
  readonly sameSince: number;
  readonly sameCount: number;
  readonly last: number;
  /** How restless the value is and where it stands still; only of levels. */
  readonly unrest?: Unrest;
  readonly plateau?: Plateau;
}

/** What intake remembers of one gauge: enough to recognise repeats and to judge the next report. Stored with every group. */
export interface Mark extends Numbering {
  readonly gauge: GaugeId;
  /** Observation instants of the newest reports without `seq`, per quantity, in order of arrival. */
  readonly times: Readonly<Partial<Record<Quantity, readonly number[]>>>;
  readonly newestAt: number;
  readonly tracks: Readonly<Partial<Record<Quantity, Track>>>;
  readonly device: DeviceRecord;
  /** Only of places whose people are told by counters, or were counted by a person. */
  readonly occupancy?: Occupancy;
}

export const emptyMark = (gauge: GaugeId): Mark => ({ gauge, ...NO_NUMBERS, times: {}, newestAt: 0, tracks: {}, device: NEW_DEVICE });

/** A mark as it was stored, perhaps by a version that remembered less. */
export function readMark(stored: Partial<Mark> & Pick<Mark, 'gauge'>): Mark {
  const { newestAt = 0, lines = [] } = stored;
  return {
    ...emptyMark(stored.gauge),
    ...stored,
    // How far a line reached was not kept then: the newest at most to the newest observation, the one before it at most to where that begins.
    lines: lines.map((line, index) => ({ ...line, to: (line as { to?: number }).to ?? (index === 0 ? newestAt : lines[0]!.from) })),
  };
}

/** Instants remembered per quantity of devices that do not count: 256 readings are 8 h at the shortest interval of D§1.1. */
const TIMES_MAX = 256;

/** Whether a quantity of a report without `seq` was met before: there identity is the instant (product §7). */
export function meetTime(
  times: readonly number[] | undefined,
  at: number,
): { readonly repeat: boolean; readonly times: readonly number[] } {
  if (!times) return { repeat: false, times: [at] };
  if (times.includes(at)) return { repeat: true, times };
  // Copied as a block and not one by one: this is done for every reading of a device that does not count.
  const next = times.slice(1 - TIMES_MAX);
  next.push(at);
  return { repeat: false, times: next };
}

import type { GaugeId } from './gauge.ts';
import type { Plateau } from './plateau.ts';
import type { Quantity } from './quantity.ts';
import type { Unrest } from './unrest.ts';

/** A run of sequence numbers that one life of a device counted: a reboot starts a new line. */
export interface SeqLine {
  /** Observation instant at which this line began. */
  readonly from: number;
  readonly high: number;
  /** Ranges below `high` that have not come yet, ascending, ends included. */
  readonly missing: readonly (readonly [number, number])[];
}

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
export interface Mark {
  readonly gauge: GaugeId;
  /** The newest line first, and the one before it, from which a buffer may still arrive. */
  readonly lines: readonly SeqLine[];
  /** Observation instants of the newest reports without `seq`, per quantity, newest last. */
  readonly times: Readonly<Partial<Record<Quantity, readonly number[]>>>;
  readonly newestAt: number;
  readonly tracks: Readonly<Partial<Record<Quantity, Track>>>;
}

export const emptyMark = (gauge: GaugeId): Mark => ({ gauge, lines: [], times: {}, newestAt: 0, tracks: {} });

/** Gaps remembered per line: a full batch of 500 reports told in any order leaves at most about a quarter as many at a time. */
const GAPS_MAX = 128;
/** Instants remembered per quantity of devices that do not count: 256 readings are 8 h at the shortest interval of D§1.1. */
const TIMES_MAX = 256;
/** A number this far below the newest, yet observed later, is a reboot and not a straggler: no buffer reorders that much. */
const RESTART_DROP_MIN = 16;

/**
 * Whether a sequence number was met before, and the lines that remember it from now on. A number below `high` that is not missing is a
 * repeat; one below `high` that was observed after everything else is the first of a rebooted device (F47).
 */
export function meetSeq(
  lines: readonly SeqLine[],
  seq: number,
  at: number,
  newestAt: number,
  /** Whether `at` is what the device says; else it is the receipt, and a repeat of the newest would be later than the newest too. */
  clockBelieved = true,
): { readonly repeat: boolean; readonly lines: readonly SeqLine[] } {
  const [line, former] = lines;
  // The first number that we hear need not be the first that was counted: what came before it may still be in the device's buffer.
  if (!line) return { repeat: false, lines: [{ from: at, high: seq, missing: seq > 0 ? [[0, seq - 1]] : [] }] };
  if (former && at < line.from && seq > line.high) {
    const met = meetInLine(former, seq);
    return { repeat: met.repeat, lines: met.repeat ? lines : [line, met.line] };
  }
  const restarted = at > newestAt && fell(line, seq, clockBelieved);
  if (restarted) return { repeat: false, lines: [{ from: at, high: seq, missing: [] }, line] };
  const met = meetInLine(line, seq);
  return { repeat: met.repeat, lines: met.repeat ? lines : former ? [met.line, former] : [met.line] };
}

/**
 * Whether a number observed after everything else is the first of a new life. A battery that is failing reboots a gauge again and again before it
 * has counted far, and the report with its first number may be lost: a repeat is never observed later than what it repeats.
 */
function fell({ high, missing }: SeqLine, seq: number, clockBelieved: boolean): boolean {
  if (seq <= high - RESTART_DROP_MIN || (seq === 0 && high > 0)) return true;
  return clockBelieved && high <= RESTART_DROP_MIN && seq <= high && !missing.some(([first, last]) => first <= seq && seq <= last);
}

function meetInLine(line: SeqLine, seq: number): { readonly repeat: boolean; readonly line: SeqLine } {
  if (seq === line.high + 1) return { repeat: false, line: { ...line, high: seq } };
  if (seq > line.high) {
    const missing = [...line.missing, [line.high + 1, seq - 1] as const];
    return { repeat: false, line: { ...line, high: seq, missing: bounded(missing) } };
  }
  const index = line.missing.findIndex(([first, last]) => first <= seq && seq <= last);
  if (index < 0) return { repeat: true, line };
  const [first, last] = line.missing[index]!;
  const rest: (readonly [number, number])[] = [];
  if (first < seq) rest.push([first, seq - 1]);
  if (seq < last) rest.push([seq + 1, last]);
  return { repeat: false, line: { ...line, missing: bounded(line.missing.toSpliced(index, 1, ...rest)) } };
}

/**
 * One gap too many: the two that lie closest together become one. A number between them would then be taken twice if it were repeated; a gap
 * forgotten would make a repeat of what never came, and a reading that is acknowledged and lost is the worse mistake.
 */
function bounded(missing: SeqLine['missing']): SeqLine['missing'] {
  if (missing.length <= GAPS_MAX) return missing;
  const between = (index: number): number => missing[index + 1]![0] - missing[index]![1];
  let closest = 0;
  for (let index = 1; index < missing.length - 1; index += 1) if (between(index) < between(closest)) closest = index;
  return missing.toSpliced(closest, 2, [missing[closest]![0], missing[closest + 1]![1]]);
}

/** The same for a quantity of a report without `seq`: identity is the instant. */
export function meetTime(
  times: readonly number[] | undefined,
  at: number,
): { readonly repeat: boolean; readonly times: readonly number[] } {
  if (!times) return { repeat: false, times: [at] };
  const newest = times.at(-1)!;
  if (at > newest) return { repeat: false, times: [...times.slice(-(TIMES_MAX - 1)), at] };
  if (times.includes(at)) return { repeat: true, times };
  return { repeat: false, times: [...times, at].toSorted((a, b) => a - b).slice(-TIMES_MAX) };
}

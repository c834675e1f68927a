/** A run of sequence numbers that one life of a device counted: a reboot starts a new line. */
export interface SeqLine {
  /** Observation instant at which this line began; 0 when the device's clock was not believed then. */
  readonly from: number;
  /** Newest observation of the line whose instant was believed, 0 before there was one. */
  readonly to: number;
  readonly high: number;
  /** Ranges below `high` that have not come yet, ascending, ends included. */
  readonly missing: readonly (readonly [number, number])[];
}

/** A number that came, with the instant the device gave it; `content` is what it measured, and empty when the instant was believed. */
export type RecentNumber = readonly [seq: number, claimedAt: number, content: string];

/** What is remembered of the numbers of a device. */
export interface Numbering {
  /** The newest line first, and the one before it, from which a buffer may still arrive. */
  readonly lines: readonly SeqLine[];
  /** The newest numbers with believed instants, newest last; none once the newest line has counted far. */
  readonly recent: readonly RecentNumber[];
  /** The newest numbers without an instant to believe, newest last. */
  readonly undated: readonly RecentNumber[];
}

/** A number as a report claims it. */
export interface NumberClaim {
  readonly seq: number;
  /** By the device's clock, whether it is believed or not: a repeat claims the same. */
  readonly claimedAt: number;
  /** Whether `claimedAt` is taken for the instant of the observation. */
  readonly believed: boolean;
  /** What was measured, as a text. It tells two lives of a device without a clock apart. */
  readonly content: string;
}

/**
 * `next`: the number after the newest. `gap`: numbers between are missing now. `straggler`: one that was missing. `restart`: a new life
 * of the device. `interleaved`: the line before the newest goes on although the newest began after it, as when two devices use one key.
 */
export type SeqTurn = 'first' | 'next' | 'gap' | 'straggler' | 'restart' | 'interleaved';

/** How a number was met: null for a repeat, and the memory from now on. */
export interface SeqMeeting {
  readonly turn: SeqTurn | null;
  readonly numbering: Numbering;
}

const NONE: readonly RecentNumber[] = [];
export const NO_NUMBERS: Numbering = { lines: [], recent: NONE, undated: NONE };

/** Gaps remembered per line: a full batch of 500 reports told in any order leaves at most about a quarter as many at a time. */
const GAPS_MAX = 128;
/** A number this far from a line does not go on with it: no buffer reorders, and no bad link loses, that much in a row. */
const JUMP_MIN = 16;
/**
 * A batch (product §7: 500 reports). A new life can be told backwards from so high a number and seem to go on with a line that has not counted
 * further; without a clock a batch may be repeated whole. What has counted further is told apart by its lines alone, and costs nothing here.
 */
const RECENT_MAX = 512;

/**
 * Whether a number was met before, and what is remembered from now on. The same number with the same claimed instant is a repeat; with
 * another one it is the number of another life, for a repeat never changes what it claims (D§7). Without an instant to believe, what
 * was measured must be the same too. Known limit: a device without a clock that reboots and measures the same again is taken to repeat itself.
 */
export function meetSeq(numbering: Numbering, claim: NumberClaim): SeqMeeting {
  if (cameBefore(numbering, claim)) return { turn: null, numbering };
  const [line, former] = numbering.lines;
  if (!line) return took(numbering, claim, 'first', [lineOf(claim)]);
  return claim.believed ? meetDated(numbering, claim, line, former) : meetUndated(numbering, claim, line, former);
}

/** How many numbers of the newest line are known to be missing. What came before its first number is not known to exist. */
export function missingCount({ lines }: Numbering): number {
  let count = 0;
  for (const [first, last] of lines[0]?.missing ?? []) if (first > 0) count += last - first + 1;
  return count;
}

function meetDated(numbering: Numbering, claim: NumberClaim, line: SeqLine, former: SeqLine | undefined): SeqMeeting {
  const { seq, claimedAt: at } = claim;
  // From before the newest line began: the buffer of the former life, or one of the new life that the first to arrive had overtaken.
  if (former && at < line.from && (seq > line.high || at <= former.to)) {
    const met = inLine(former, claim);
    if (met) return took(numbering, claim, 'straggler', [line, met.line]);
    if (at <= former.to || seq <= line.high) return { turn: null, numbering };
  }
  if (former && goesOn(former, claim) && (seq <= line.high || seq > line.high + JUMP_MIN)) {
    return took(numbering, claim, 'interleaved', [inLine(former, claim)!.line, line]);
  }
  // Two lines that live side by side: what one of them heard at that time is no news of the other.
  if (former && at >= former.from && at <= former.to && seq <= former.high && !inLine(former, claim)) return { turn: null, numbering };
  // A straggler is never observed later than what overtook it.
  if (at > line.to && seq <= line.high && line.to > 0) return took(numbering, claim, 'restart', [lineOf(claim), line]);
  const met = inLine(line, claim);
  if (met) return took(numbering, claim, met.turn, former ? [met.line, former] : [met.line]);
  if (knows(numbering, seq)) return took(numbering, claim, 'restart', splitAt(numbering, claim, line));
  return { turn: null, numbering };
}

function meetUndated(numbering: Numbering, claim: NumberClaim, line: SeqLine, former: SeqLine | undefined): SeqMeeting {
  const { seq } = claim;
  const met = inLine(line, claim);
  if (met) return took(numbering, claim, met.turn, former ? [met.line, former] : [met.line]);
  const restarted = seq <= line.high - JUMP_MIN || knows(numbering, seq);
  return restarted ? took(numbering, claim, 'restart', [lineOf(claim), line]) : { turn: null, numbering };
}

const cameBefore = ({ recent, undated }: Numbering, { seq, claimedAt, believed, content }: NumberClaim): boolean =>
  recent.some(([number, at]) => number === seq && at === claimedAt) ||
  undated.some(([number, at, measured]) => number === seq && at === claimedAt && (believed || measured === content));

const knows = ({ recent, undated }: Numbering, seq: number): boolean =>
  recent.some(([number]) => number === seq) || undated.some(([number]) => number === seq);

function took({ recent, undated }: Numbering, claim: NumberClaim, turn: SeqTurn, lines: readonly SeqLine[]): SeqMeeting {
  const { seq, claimedAt, believed, content } = claim;
  const kept = lines[0]!.high < RECENT_MAX ? recent : NONE;
  return {
    turn,
    numbering: {
      lines,
      recent: believed && lines[0]!.high < RECENT_MAX ? [...kept.slice(1 - RECENT_MAX), [seq, claimedAt, '']] : kept,
      undated: believed ? undated : [...undated.slice(1 - RECENT_MAX), [seq, claimedAt, content]],
    },
  };
}

/** A line that is heard first with this number. What was counted before it may still be in the device's buffer. */
function lineOf({ seq, claimedAt, believed }: NumberClaim): SeqLine {
  const at = believed ? claimedAt : 0;
  return { from: at, to: at, high: seq, missing: seq > 0 ? [[0, seq - 1]] : [] };
}

const goesOn = ({ high, to }: SeqLine, { seq, claimedAt }: NumberClaim): boolean =>
  seq > high && seq <= high + JUMP_MIN && to > 0 && claimedAt > to;

/**
 * The line with a number that is new to it; null when the number is neither above it nor missing from it.
 */
function inLine(line: SeqLine, { seq, claimedAt, believed }: NumberClaim): { readonly turn: SeqTurn; readonly line: SeqLine } | null {
  const to = believed && claimedAt > line.to ? claimedAt : line.to;
  if (seq === line.high + 1) return { turn: 'next', line: { ...line, to, high: seq } };
  if (seq > line.high) {
    const missing = bounded([...line.missing, [line.high + 1, seq - 1]]);
    return { turn: 'gap', line: { ...line, to, high: seq, missing } };
  }
  const index = line.missing.findIndex(([first, last]) => first <= seq && seq <= last);
  if (index < 0) return null;
  const missing = bounded(line.missing.toSpliced(index, 1, ...without(line.missing[index]!, seq)));
  return { turn: 'straggler', line: { ...line, to, missing } };
}

/**
 * A number that the newest line had already, told of another observation: later numbers of a new life came first and seemed to go on with
 * the old one. They are given to the new line, and the old one gets its end back.
 */
function splitAt({ recent }: Numbering, claim: NumberClaim, line: SeqLine): readonly SeqLine[] {
  const { seq, claimedAt: at } = claim;
  let born: SeqLine = lineOf(claim);
  const later = recent.filter(([number, claimedAt]) => claimedAt > at && number > seq).toSorted(([a], [b]) => a - b);
  for (const [number, claimedAt] of later) {
    born = inLine(born, { seq: number, claimedAt, believed: true, content: '' })?.line ?? born;
  }
  const own = recent.filter(([number, claimedAt]) => claimedAt < at && number <= line.high);
  const high = own.length === 0 ? line.high : Math.max(...own.map(([number]) => number));
  const to = own.length === 0 ? line.from : Math.max(...own.map(([, claimedAt]) => claimedAt));
  return [born, { ...line, to, high, missing: line.missing.filter(([, last]) => last < high) }];
}

function without([first, last]: readonly [number, number], seq: number): readonly (readonly [number, number])[] {
  const rest: (readonly [number, number])[] = [];
  if (first < seq) rest.push([first, seq - 1]);
  if (seq < last) rest.push([seq + 1, last]);
  return rest;
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

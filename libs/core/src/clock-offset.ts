import { spanText } from './span-text.ts';

/** How a device's clock compared with ours lately. */
export interface ClockTrack {
  /** Receipt and how far the claimed instant lay behind it, of live words some minutes apart, newest last; negative when the clock is ahead. */
  readonly lags: readonly (readonly [receivedAt: number, lagMs: number])[];
  /** Newest instant that was claimed without being ahead of ours. */
  readonly claimedTo: number;
  /** What the newest word showed to be wrong, for an operator; empty when it was right. */
  readonly trouble: string;
}

/** What is wrong with a clock. */
export type ClockFault = 'unset' | 'ahead' | 'behind' | 'yearAhead' | 'yearBehind';

export interface ClockVerdict {
  /** Null when the claimed instant is taken for the instant of the observation. */
  readonly fault: ClockFault | null;
  readonly track: ClockTrack;
}

/** How far a device's clock may be ahead before the receipt time takes its place (D§7). */
export const CLOCK_AHEAD_MAX_MS = 2 * 60_000;
/** No gauge of ours is older than this; an earlier instant is a clock that never was set (F22). */
const CLOCK_EARLIEST = Date.UTC(2015, 0, 1);
/** A lag that stays as it is to this much is no lag: mobile links vary by seconds, and what was buffered comes ever faster. */
const STEADY_MS_MAX = 2 * 60_000;
/** So many words, so far apart in all, show a steady lag: an outage's buffer is told within minutes. */
const STEADY_LAGS_MIN = 6;
const STEADY_SPAN_MS_MIN = 10 * 60_000;
/** Words closer together than this are one: a counter that speaks every 10 s would fill the memory in a minute. */
const LAG_EVERY_MS = 2 * 60_000;
const LAGS_MAX = STEADY_LAGS_MIN;
/** A steady lag of less is shown and changes nothing: such a word still tells how things are now. */
const BEHIND_MS_MIN = 30 * 60_000;
/** The clocks of offices that count weeks show the right day and minute of another year; twice within this much is no outage. */
const YEAR_SLACK_MS = 60 * 60_000;
const YEAR_WORDS_MIN = 2;

export const NO_CLOCK: ClockTrack = { lags: [], claimedTo: 0, trouble: '' };

/**
 * Compares the instant that a device claims with the receipt. A clock that is ahead, was never set, shows another year or lags steadily by
 * half an hour and more is not believed; whatever else is late came late. A capture that is replayed claims nothing newer than what was
 * claimed before, so it is late and no slow clock, whatever its pace (F36).
 */
export function judgeClock(track: ClockTrack, claimedAt: number, receivedAt: number): ClockVerdict {
  const lagMs = receivedAt - claimedAt;
  const ahead = lagMs < -CLOCK_AHEAD_MAX_MS;
  const lags = withLag(track.lags, receivedAt, lagMs);
  const fault = faultOf(lags, track.claimedTo, claimedAt, receivedAt);
  const claimedTo = ahead || claimedAt <= track.claimedTo ? track.claimedTo : claimedAt;
  return { fault, track: { lags, claimedTo, trouble: fault === null ? '' : clockWhy(fault, claimedAt, receivedAt) } };
}

/** How far the clock is ahead of ours (negative: behind), by the word that came with the least delay; null while too little was heard. */
export function clockOffsetMs({ lags }: ClockTrack): number | null {
  if (lags.length < STEADY_LAGS_MIN) return null;
  return -Math.min(...lags.map(([, lagMs]) => lagMs));
}

function faultOf(lags: ClockTrack['lags'], claimedTo: number, claimedAt: number, receivedAt: number): ClockFault | null {
  // An old flood that is replayed is received when it was observed: its clocks were right.
  if (claimedAt < CLOCK_EARLIEST && receivedAt - claimedAt > CLOCK_AHEAD_MAX_MS) return 'unset';
  const years = yearsOff(claimedAt, receivedAt);
  if (claimedAt > receivedAt + CLOCK_AHEAD_MAX_MS) return years > 0 ? 'yearAhead' : 'ahead';
  if (years < 0) {
    const alike = lags.filter(([at, lagMs]) => yearsOff(at - lagMs, at) === years);
    return alike.length >= YEAR_WORDS_MIN ? 'yearBehind' : null;
  }
  const lagMs = receivedAt - claimedAt;
  return lagMs >= BEHIND_MS_MIN && claimedAt > claimedTo && isSteady(lags) ? 'behind' : null;
}

function isSteady(lags: ClockTrack['lags']): boolean {
  if (lags.length < STEADY_LAGS_MIN || lags.at(-1)![0] - lags[0]![0] < STEADY_SPAN_MS_MIN) return false;
  const spans = lags.map(([, lagMs]) => lagMs);
  return Math.max(...spans) - Math.min(...spans) <= STEADY_MS_MAX;
}

/** Of several words at about one time the one with the least delay counts. */
function withLag(lags: ClockTrack['lags'], receivedAt: number, lagMs: number): ClockTrack['lags'] {
  const newest = lags.at(-1);
  if (!newest || receivedAt - newest[0] >= LAG_EVERY_MS || receivedAt < newest[0]) {
    return [...lags.slice(1 - LAGS_MAX), [receivedAt, lagMs]];
  }
  return lagMs >= newest[1] ? lags : [...lags.slice(0, -1), [newest[0], lagMs]];
}

/** By how many whole years the claimed instant is ahead; 0 when the difference is no whole year. */
function yearsOff(claimedAt: number, receivedAt: number): number {
  const claimed = new Date(claimedAt);
  const years = Math.round((claimedAt - receivedAt) / (365.25 * 86_400_000));
  if (years === 0 || Number.isNaN(claimed.getTime())) return 0;
  const moved = claimed.setUTCFullYear(claimed.getUTCFullYear() - years);
  return Math.abs(moved - receivedAt) <= YEAR_SLACK_MS ? years : 0;
}

/** The fault in words for an operator. */
function clockWhy(fault: ClockFault, claimedAt: number, receivedAt: number): string {
  const offMs = Math.abs(claimedAt - receivedAt);
  const years = Math.abs(yearsOff(claimedAt, receivedAt));
  const what: Readonly<Record<ClockFault, string>> = {
    unset: '機器の時計が合わせられていません',
    ahead: `機器の時計が約${spanText(offMs)}進んでいます`,
    behind: `機器の時計が約${spanText(offMs)}遅れています`,
    yearAhead: `機器の時計の年が${years}年先になっています`,
    yearBehind: `機器の時計の年が${years}年前になっています`,
  };
  return `${what[fault]}。受信時刻で扱います`;
}

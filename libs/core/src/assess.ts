import { type Gauge, startValueAt } from './gauge.ts';
import type { Track } from './mark.ts';
import { leaveLanding, stand } from './plateau.ts';
import { type Quantity, UNITS } from './quantity.ts';
import type { Quality } from './reading.ts';
import { spanText } from './span-text.ts';
import { follow, leapOf, restlessTurns } from './unrest.ts';

/** A reading that is behind the newest one by more than this many intervals came late (D§7). */
const LATE_INTERVALS = 2;
/** … and one that took longer than this from the gauge to us, whatever its order: it cannot tell how things are now. */
const STALE_MS_MIN = 30 * 60_000;
const STALE_INTERVALS = 3;
/** Fewer equal readings than this prove nothing about a sensor. */
const STUCK_READINGS_MIN = 6;
/**
 * A gauge measures every ten minutes and speaks up when the water passes `start` (D§1.1). After a silence of this long from below, its first
 * word can be above `start` by what rises within an hour, however long the silence was.
 */
const SILENT_MS_MIN = 6 * 3_600_000;

export interface Claim {
  readonly gauge: Gauge;
  readonly quantity: Quantity;
  readonly value: number;
  readonly observedAt: number;
  readonly receivedAt: number;
  /** Newest observation of the gauge so far. */
  readonly newestAt: number;
  readonly intervalMs: number;
  /** What is wrong with the device's clock, for an operator; empty when it is believed. */
  readonly clockTrouble: string;
  readonly track: Track | undefined;
}

export interface Assessment {
  readonly quality: Quality;
  readonly why: string;
  readonly track: Track;
}

/**
 * Value, age and quality judged together (product promise 5). Late readings complete the history and teach the checks nothing; the rest
 * passes range, step and stuck checks in this order, and the first that objects names the flag.
 */
export function assess(claim: Claim): Assessment {
  const { gauge, quantity, value, observedAt, receivedAt, newestAt, intervalMs } = claim;
  const track = claim.track ?? { goodAt: 0, good: value, doubtAt: null, doubt: 0, sameSince: observedAt, sameCount: 0, last: value };
  const own = quantity === gauge.quantity;
  const unit = UNITS[quantity];

  if (newestAt - observedAt > LATE_INTERVALS * intervalMs) {
    return { quality: 'backfilled', why: `最新の観測より${spanText(newestAt - observedAt)}前の観測です`, track };
  }
  const age = receivedAt - observedAt;
  if (age > Math.max(STALE_MS_MIN, STALE_INTERVALS * intervalMs)) {
    return { quality: 'backfilled', why: `観測から${spanText(age)}後に届きました`, track };
  }
  // A straggler between two readings says nothing about the step from one to the next.
  if (observedAt < newestAt) {
    const why = own ? rangeObjection(gauge, value) : '';
    return { quality: why === '' ? 'ok' : 'outOfRange', why, track };
  }

  const same = value === track.last;
  const moved: Track = {
    ...track,
    last: value,
    sameSince: same ? track.sameSince : observedAt,
    sameCount: same ? track.sameCount + 1 : 1,
  };
  if (!own) return { ...clockFlag(claim), track: { ...moved, goodAt: observedAt, good: value } };

  const objection = rangeObjection(gauge, value);
  if (objection !== '') return { quality: 'outOfRange', why: objection, track: moved };

  const {
    track: seen,
    restless,
    stillAt,
  } = quantity === 'level' ? watchLevel(claim, track, moved) : { track: moved, restless: 0, stillAt: null };
  const { from, limit, since } = stepFrom(claim, track);
  const step = Math.abs(value - from);
  if (step > limit) {
    // One absurd value is mostly debris; two in a row that move like water count as water, for a missed flood is the worse mistake.
    // The same digits again are no second witness: ice and weeds do not move, a flood does.
    const confirmed = track.doubtAt !== null && !same && Math.abs(value - track.doubt) <= stepMax(gauge, observedAt - track.doubtAt);
    if (!confirmed) {
      return {
        quality: 'stepTooLarge',
        why: `${since}で ${step.toFixed(2)} ${unit} 変わりました(上限 ${limit.toFixed(2)} ${unit})`,
        track: { ...seen, doubtAt: observedAt, doubt: value },
      };
    }
  }
  if (restless > 0) {
    const leap = leapOf(gauge.plausible).toFixed(2);
    return { quality: 'stepTooLarge', why: `3日のうちに${restless}回以上、${leap} ${unit} 以上の急な上下を繰り返しています`, track: seen };
  }
  if (stillAt !== null) return { quality: 'constant', why: `急に変わったあと ${stillAt} ${unit} 付近から動きません`, track: seen };

  const sameFor = observedAt - seen.sameSince;
  if (seen.sameCount >= STUCK_READINGS_MIN && sameFor >= gauge.plausible.stuckAfterMs && shouldMove(gauge, value, observedAt)) {
    return { quality: 'constant', why: `${spanText(sameFor)}のあいだ ${value} ${unit} のまま動きません`, track: seen };
  }
  return { ...clockFlag(claim), track: { ...seen, goodAt: observedAt, good: value, doubtAt: null } };
}

/** Levels move like water: what jumps about and what stands still after a leap is doubtful, as far as it could raise anything. */
function watchLevel(
  { gauge, value, observedAt, newestAt }: Claim,
  track: Track,
  moved: Track,
): { readonly track: Track; readonly restless: number; readonly stillAt: number | null } {
  const leap = leapOf(gauge.plausible);
  const unrest = follow(track.unrest, value, observedAt, leap);
  if (!shouldMove(gauge, value, observedAt)) {
    return { track: { ...moved, unrest, plateau: leaveLanding(track.plateau) }, restless: 0, stillAt: null };
  }
  const start = startValueAt(gauge, observedAt) ?? value;
  const before = track.last < start && observedAt - newestAt >= SILENT_MS_MIN ? start : track.last;
  // A gauge that we never heard may have stood there for long, and one that comes back after a spike has not leapt.
  const leapt = track.goodAt > 0 && Math.abs(value - before) >= leap && Math.abs(value - track.good) >= leap;
  const { plateau, stillAt } = stand(track.plateau, { value, at: observedAt, leapt, stuckAfterMs: gauge.plausible.stuckAfterMs });
  return { track: { ...moved, unrest, plateau }, restless: restlessTurns(unrest, observedAt), stillAt };
}

/** From where the believable step counts, and how large it may be. */
function stepFrom(claim: Claim, track: Track): { readonly from: number; readonly limit: number; readonly since: string } {
  const { gauge, value, observedAt } = claim;
  const start = gauge.quantity === 'level' ? startValueAt(gauge, observedAt) : null;
  if (start !== null && value >= start && silentBelow(claim, track, start)) {
    return { from: start, limit: gauge.plausible.stepPerHour, since: '観測開始水位を超えてから初めての観測' };
  }
  if (track.goodAt === 0) return { from: value, limit: 0, since: '' };
  const elapsed = observedAt - track.goodAt;
  return { from: track.good, limit: stepMax(gauge, elapsed), since: spanText(elapsed) };
}

/** Nothing was heard of the gauge for hours, and what was heard last stood below `start`: it stood by. */
const silentBelow = ({ observedAt }: Claim, { goodAt, good }: Track, start: number): boolean =>
  goodAt === 0 || (good < start && observedAt - goodAt >= SILENT_MS_MIN);

function rangeObjection({ plausible: { min, max }, quantity }: Gauge, value: number): string {
  if (value >= min && value <= max) return '';
  return `${value} ${UNITS[quantity]} はこの地点で起こりうる範囲 ${min}〜${max} ${UNITS[quantity]} の外です`;
}

/** Base flow is flat too: only water at or above `start` has to move (D§1.3). */
function shouldMove(gauge: Gauge, value: number, at: number): boolean {
  if (gauge.quantity !== 'level') return false;
  const start = startValueAt(gauge, at);
  return start !== null && value >= start;
}

/** The believable change grows with the time since the last believed value, and stops growing after a day. */
function stepMax({ plausible }: Gauge, elapsedMs: number): number {
  const hours = Math.min(Math.max(elapsedMs, 0), 86_400_000) / 3_600_000;
  if (hours <= 1 / 6) return plausible.stepPer10Min;
  if (hours <= 1) return plausible.stepPer10Min + ((plausible.stepPerHour - plausible.stepPer10Min) * (hours - 1 / 6)) / (5 / 6);
  return plausible.stepPerHour * hours;
}

const clockFlag = ({ clockTrouble }: Claim): { quality: Quality; why: string } =>
  clockTrouble === '' ? { quality: 'ok', why: '' } : { quality: 'clockSuspect', why: clockTrouble };

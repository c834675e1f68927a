import type { Plausible } from './gauge.ts';
import { witnessOf } from './lateness.ts';
import type { HistoryPoint } from './reading-history.ts';

/** The highest observation of a span of time. */
export interface Peak {
  readonly value: number;
  readonly at: number;
  readonly receivedAt: number;
}

/** How high an episode went, as it was known while it ran and as it is known now. */
export interface EpisodePeak {
  /** Highest of what came in time; null when nothing did. */
  readonly live: Peak | null;
  /** Highest of everything that is believed, late observations included; null without any. */
  readonly now: Peak | null;
  /** Late observations changed the peak: what was told live was lower. */
  readonly revised: boolean;
  /** Late observations within the span, and how many of them are not believed. */
  readonly late: number;
  readonly lateDoubtful: number;
}

/**
 * The peak of a span. Late observations passed no step check when they came, for their neighbours came with them; here they stand in order,
 * so one that is outside what the place can show, or that jumps up and down again alone, makes no peak (D§1.3). The earliest of equal
 * values counts.
 */
export function peakOf(points: readonly HistoryPoint[], plausible: Plausible | null): EpisodePeak {
  const line = points.filter(({ quality }) => witnessOf(quality) !== 'doubtful').toSorted((a, b) => a.at - b.at);
  let live: Peak | null = null;
  let now: Peak | null = null;
  let late = 0;
  let lateDoubtful = 0;
  for (const [index, point] of line.entries()) {
    const isLate = witnessOf(point.quality) === 'late';
    if (isLate) late += 1;
    if (isLate && plausible && !believable(line, index, plausible)) {
      lateDoubtful += 1;
      continue;
    }
    if (now === null || point.value > now.value) now = peak(point);
    if (!isLate && (live === null || point.value > live.value)) live = peak(point);
  }
  return { live, now, revised: now !== null && (live === null || now.value > live.value), late, lateDoubtful };
}

const peak = ({ value, at, receivedAt }: HistoryPoint): Peak => ({ value, at, receivedAt });

function believable(line: readonly HistoryPoint[], index: number, plausible: Plausible): boolean {
  const { value } = line[index]!;
  if (value < plausible.min || value > plausible.max) return false;
  const neighbours = [line[index - 1], line[index + 1]].filter((point) => point !== undefined);
  // One neighbour within reach is a second witness; alone there is none.
  return neighbours.some((other) => Math.abs(value - other.value) <= reach(Math.abs(line[index]!.at - other.at), plausible));
}

const HOUR_MS = 3_600_000;

/** The largest believable change between two observations. */
const reach = (ms: number, { stepPer10Min, stepPerHour }: Plausible): number => Math.max(stepPer10Min, (stepPerHour * ms) / HOUR_MS);

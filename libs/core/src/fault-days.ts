import type { HistoryPoint } from './reading-history.ts';
import type { Quality } from './reading.ts';

/** How the readings of one day were flagged. */
export interface FaultDay {
  /** As the city writes it: 2026-07-01. */
  readonly day: string;
  readonly readings: number;
  /** How often each flag but `ok` was given. */
  readonly flags: Readonly<Partial<Record<Quality, number>>>;
  /** The newest reading that was not `ok`. */
  readonly last: { readonly at: number; readonly quality: Quality; readonly why: string } | null;
}

/** Counts flags by day, the newest day first. Days without a reading are left out: silence has its own alert. */
export function faultDays(points: readonly HistoryPoint[], dayOf: (at: number) => string): readonly FaultDay[] {
  const days = new Map<string, FaultDay>();
  for (const { at, quality, why } of points) {
    const day = dayOf(at);
    const { readings, flags, last } = days.get(day) ?? { readings: 0, flags: {}, last: null };
    const flagged = quality !== 'ok';
    days.set(day, {
      day,
      readings: readings + 1,
      flags: flagged ? { ...flags, [quality]: (flags[quality] ?? 0) + 1 } : flags,
      last: flagged && at >= (last?.at ?? 0) ? { at, quality, why } : last,
    });
  }
  return [...days.values()].toSorted((a, b) => b.day.localeCompare(a.day));
}

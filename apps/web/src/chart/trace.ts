import type { GaugeDto, PointDto } from '#wire';
import { trustOf } from '../situation/standing.ts';

/** A pause longer than this many usual intervals is a gap: the line breaks rather than claims what nobody saw. */
const GAP_INTERVALS = 3;
const GAP_MS_MIN = 60_000;
const HEADROOM = 0.08;

/** What is drawn: a line of believed and late values, hollow marks for late ones, crosses for doubtful ones. Seconds on x. */
export interface Trace {
  readonly xs: number[];
  readonly ys: (number | null)[];
  readonly late: readonly { readonly x: number; readonly y: number }[];
  readonly doubtful: readonly { readonly x: number; readonly y: number }[];
  readonly range: readonly [number, number];
}

export interface NamedLine {
  readonly name: string;
  readonly value: number;
  readonly kind: 'limit' | 'crest' | 'capacity';
}

/** The limits of a gauge as lines, by the names that the rest of the page gives them, and what it must not pass. */
export function linesOf(
  gauge: GaugeDto,
  names: { readonly crest: string; readonly capacity: string; readonly limit: (name: string) => string },
): NamedLine[] {
  return [
    ...gauge.limits.map(({ name, value }) => ({ name: names.limit(name), value, kind: 'limit' as const })),
    ...(gauge.crestM === null || gauge.quantity !== 'level' ? [] : [{ name: names.crest, value: gauge.crestM, kind: 'crest' as const }]),
    ...(gauge.capacity === null || gauge.quantity === 'level'
      ? []
      : [{ name: names.capacity, value: gauge.capacity, kind: 'capacity' as const }]),
  ];
}

/** Turns points (in any order) into what is drawn. What staff corrected is drawn as corrected, with a cross where it had been. Doubtful values do not stretch the axis: debris at 40 m must not flatten a flood. */
export function traceOf(points: readonly PointDto[], lines: readonly NamedLine[]): Trace {
  const sorted = points.toSorted((a, b) => a.at - b.at);
  const drawn = sorted
    .filter((point) => point.corrected || trustOf(point.quality) !== 'doubtful')
    .map(({ at, value, corrected }) => ({ at, value: corrected?.value ?? value }));
  const gapMs = Math.max(GAP_MS_MIN, GAP_INTERVALS * usualInterval(drawn));
  const xs: number[] = [];
  const ys: (number | null)[] = [];
  let lastAt = Number.NaN;
  for (const { at, value } of drawn) {
    if (at === lastAt) continue;
    if (at - lastAt > gapMs) {
      xs.push((lastAt + at) / 2_000);
      ys.push(null);
    }
    xs.push(at / 1_000);
    ys.push(value);
    lastAt = at;
  }
  return {
    xs,
    ys,
    late: sorted.filter((point) => !point.corrected && trustOf(point.quality) === 'late').map(mark),
    doubtful: sorted.filter((point) => point.corrected || trustOf(point.quality) === 'doubtful').map(mark),
    range: rangeOf([...drawn.map((point) => point.value), ...lines.map((line) => line.value)]),
  };
}

const mark = ({ at, value }: PointDto) => ({ x: at / 1_000, y: value });

function usualInterval(points: readonly Pick<PointDto, 'at'>[]): number {
  const gaps = points.slice(1).map((point, index) => point.at - points[index]!.at);
  return gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 0;
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low || 1) * HEADROOM;
  return [low - room, high + room];
}

import { durationMs } from './duration.ts';

/** A reading of a story: `at` in milliseconds after its start, the value in the unit of the gauge. */
export interface TimelinePoint {
  readonly at: number;
  readonly value: number;
}

/** A timeline that cannot be read; the message says which part and what was expected. */
export class TimelineUnreadable extends Error {
  override readonly name = 'TimelineUnreadable';
}

/** A story with more readings is a replay, and belongs into a CSV file. */
const POINTS_MAX = 10_000;

const NUMBER = String.raw`[0-9]+(?:\.[0-9]+)?`;
const VALUE = new RegExp(`^-?${NUMBER}$`);
const DELTA = new RegExp(String.raw`^[+-]${NUMBER}$`);

/**
 * Expands a timeline. Its parts stand one after another, with commas between:
 *
 * - `3.80 +0.10 every 10m x12`: 3.80, then 12 more readings, each 0.10 above the last and 10 minutes later
 * - `3.80 every 10m x12`: 3.80, then the same 12 more times
 * - `3.80 3.95 4.20 every 10m`: these values, 10 minutes apart
 * - `then +0.10 every 10m x12`: from the value before, 12 readings
 * - `silence 40m`: no reading; the next one comes 40 minutes after the one before
 *
 * The first reading is at 0; a part begins one interval of its own after the part before it. Of several numbers with `x`, the second is
 * a change and has a sign; without `x` all are values.
 */
export function expandTimeline(text: string): readonly TimelinePoint[] {
  const points: TimelinePoint[] = [];
  let pause: number | null = null;
  for (const part of text.split(/[,\n]/).map((piece) => piece.trim())) {
    if (part === '') continue;
    const silence = /^silence (\S+)$/.exec(part);
    if (silence) {
      pause = (pause ?? 0) + duration(silence[1]!, part);
      continue;
    }
    const { values, everyMs } = valuesOf(part, points.at(-1)?.value);
    if (points.length + values.length > POINTS_MAX)
      throw new TimelineUnreadable(`"${part}" leads to more than ${POINTS_MAX} readings; make it shorter`);
    for (const value of values) {
      const before = points.at(-1);
      points.push({ at: before ? before.at + (pause ?? everyMs) : (pause ?? 0), value });
      pause = null;
    }
  }
  if (points.length === 0) throw new TimelineUnreadable('it has no reading; write for example 3.80 +0.10 every 10m x12');
  return points;
}

function valuesOf(part: string, last: number | undefined): { readonly values: readonly number[]; readonly everyMs: number } {
  const match = /^(then )?(.+?) every (\S+)(?: x(\d{1,5}))?$/.exec(part);
  const wanted = 'write for example 3.80 +0.10 every 10m x12, or 3.80 3.95 every 10m, or silence 40m';
  if (!match) {
    if (VALUE.test(part) && last === undefined) return { values: [Number(part)], everyMs: 0 };
    throw new TimelineUnreadable(`"${part}" is not understood; ${wanted}`);
  }
  const [, then, said, every, times] = match;
  const everyMs = duration(every!, part);
  const words = said!.split(/\s+/);
  const count = times === undefined ? null : Number(times);

  if (then !== undefined) {
    if (last === undefined || count === null || words.length !== 1 || !DELTA.test(words[0]!)) {
      throw new TimelineUnreadable(`"${part}" is not understood; after a value write for example then +0.10 every 10m x12`);
    }
    return { values: steps(last, Number(words[0]), count).slice(1), everyMs };
  }
  if (count !== null && words.length === 2 && VALUE.test(words[0]!) && DELTA.test(words[1]!)) {
    return { values: steps(Number(words[0]), Number(words[1]), count), everyMs };
  }
  if (count !== null && words.length === 1 && VALUE.test(words[0]!)) return { values: steps(Number(words[0]), 0, count), everyMs };
  if (count === null && words.every((word) => VALUE.test(word))) return { values: words.map(Number), everyMs };
  throw new TimelineUnreadable(`"${part}" is not understood; ${wanted}`);
}

/** Multiples of the step rather than sums, and tenths of a millimetre: 3.80 + 7 × 0.10 is 4.50. */
const steps = (from: number, by: number, count: number): readonly number[] =>
  Array.from({ length: count + 1 }, (_, i) => Math.round((from + i * by) * 10_000) / 10_000);

function duration(text: string, part: string): number {
  const ms = durationMs(text);
  if (ms === null || ms === 0) throw new TimelineUnreadable(`"${text}" in "${part}" is not a duration; write for example 30s, 10m or 3h`);
  return ms;
}

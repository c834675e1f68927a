import { localTime } from './local-time.ts';

/** How many people are in a place, as far as its counters tell, and what that rests on. */
export interface Occupancy {
  /** Newest observation, or count by a person, that it holds. */
  readonly at: number;
  /** The newest figures of the cumulative counters; null before the first. */
  readonly in: number | null;
  readonly out: number | null;
  readonly count: number;
  /** From where it counts: the first figures, a closing time, a person who counted, or those who were checked in. */
  readonly since: 'first' | 'closing' | 'manual' | 'register';
  readonly sinceAt: number;
  /** Who counted; empty unless `manual`. */
  readonly by: string;
  /** What was told last of those who were checked in: the number of the newest line, and when. */
  readonly register?: { readonly number: number; readonly at: number };
}

/** When a place is empty every day: minutes after midnight in its time zone. */
export interface ClosingTime {
  readonly minuteOfDay: number;
  readonly timeZone: string;
}

/** Newest figures of cumulative counters, those that a report has. */
export interface CounterFigures {
  readonly in?: number | undefined;
  readonly out?: number | undefined;
  readonly at: number;
}

export interface Counted {
  readonly occupancy: Occupancy;
  /** The number of people to tell; null while only one of the directions was ever heard. */
  readonly estimate: {
    /** Before it was kept from becoming less than nobody. */
    readonly raw: number;
    readonly value: number;
    /** Why it is an estimate, for an operator. */
    readonly why: string;
    /** It does not follow from the estimate before it: whatever the difference is, it is no step. */
    readonly afresh: boolean;
  } | null;
  /** What happened to a counter that fell, by its name, for an operator. */
  readonly fell: Readonly<Partial<Record<'in' | 'out', string>>>;
}

const DAY_MS = 86_400_000;
/** D§7: counters have 32 bits. */
const WRAP = 2 ** 32;
/** No door of ours lets more people through than this between two reports, however long the line was dead: such a fall is a wrap. */
const PASSED_MAX = 10_000;
/** A counter that restarted begins with zero and is heard within minutes: if it shows more, it is another counter, with another past. */
const PASSED_SINCE_RESTART_MAX = 200;

/**
 * Moves the number of people by the figures of the counters (F47). Going round at 32 bits is counted through. A counter that fell was
 * restarted: people did not leave by it, and those it has counted since are taken unless they are too many to have passed. It never falls
 * below zero, and begins with zero after each closing time. Null for late figures, which tell nothing about now.
 */
export function countOn(known: Occupancy | undefined, figures: CounterFigures, closing: ClosingTime | null): Counted | null {
  const { at } = figures;
  if (known && at <= known.at) return null;
  if (!known || known.in === null || known.out === null) return firstFigures(known, figures);
  const closed = closing !== null && closedBetween(known.at, at, closing);
  const moves = (['in', 'out'] as const).map((name) => ({ name, ...passed(known[name]!, figures[name] ?? known[name]!) }));
  const [came, went] = moves as [(typeof moves)[number], (typeof moves)[number]];
  const raw = (closed ? 0 : known.count) + came.people - went.people;
  const fell = Object.fromEntries(moves.flatMap(({ name, note }) => (note === '' ? [] : [[name, note]])));
  const occupancy: Occupancy = {
    ...known,
    at,
    in: figures.in ?? known.in,
    out: figures.out ?? known.out,
    count: Math.max(0, raw),
    ...(closed && { since: 'closing', sinceAt: at, by: '' }),
  };
  const limits = raw < 0 ? ['計算では0人を下回るため、0人とします'] : [];
  const why = [basis(occupancy), ...Object.values(fell), ...limits].join('。');
  return { occupancy, estimate: { raw, value: occupancy.count, why, afresh: closed }, fell };
}

/** A person counted: from here the counters count on. */
export const countedBy = (
  known: Occupancy | undefined,
  { count, by, at }: { readonly count: number; readonly by: string; readonly at: number },
): Occupancy => ({
  in: known?.in ?? null,
  out: known?.out ?? null,
  at: Math.max(at, known?.at ?? at),
  count,
  since: 'manual',
  sinceAt: at,
  by,
  ...(known?.register && { register: known.register }),
});

/** Those who were checked in: from here the counters count on, until the next line. */
export const countedAtDoor = (
  known: Occupancy | undefined,
  { persons, number, at }: { readonly persons: number; readonly number: number; readonly at: number },
): Occupancy => ({ ...countedBy(known, { count: persons, by: '', at }), since: 'register', register: { number, at } });

/** A count by a person may have come before the first figures: then they tell from where they count, and nothing about who is in. */
function firstFigures(known: Occupancy | undefined, figures: CounterFigures): Counted | null {
  const { at } = figures;
  const into = figures.in ?? known?.in ?? null;
  const out = figures.out ?? known?.out ?? null;
  if (into === null && out === null) return null;
  const whole = into !== null && out !== null;
  const manual = known?.since === 'manual' || known?.since === 'register';
  const raw = manual ? known.count : whole ? into - out : 0;
  const { since, sinceAt, by } = manual ? known : { since: 'first' as const, sinceAt: at, by: '' };
  const occupancy: Occupancy = { at, in: into, out, count: Math.max(0, raw), since, sinceAt, by };
  return { occupancy, estimate: whole ? { raw, value: occupancy.count, why: basis(occupancy), afresh: true } : null, fell: {} };
}

/** How many people a cumulative counter counted between two of its figures, and what happened to it if it fell, for an operator. */
export function passed(before: number, now: number): { readonly people: number; readonly note: string } {
  if (now >= before) return { people: now - before, note: '' };
  const round = now + WRAP - before;
  if (round <= PASSED_MAX) return { people: round, note: '' };
  const people = now <= PASSED_SINCE_RESTART_MAX ? now : 0;
  return { people, note: `カウンタが ${before} から ${now} に戻りました(機器の再起動)。人数は引き継ぎます` };
}

function basis({ since, by }: Occupancy): string {
  const from = { first: '計測開始', closing: '閉館時刻の0人', manual: `${by} が数えた人数`, register: '受付で数えた人数' }[since];
  return `入場と退場の差から求めた推定です(起点: ${from})`;
}

function closedBetween(from: number, to: number, { minuteOfDay, timeZone }: ClosingTime): boolean {
  if (to - from >= DAY_MS) return true;
  const minutesAgo = (localTime(to, timeZone).minuteOfDay - minuteOfDay + 1_440) % 1_440;
  const closedAt = to - (to % 60_000) - minutesAgo * 60_000;
  return closedAt > from;
}

/** When a place closes next after an instant. */
export function nextClosingAt({ minuteOfDay, timeZone }: ClosingTime, after: number): number {
  const minutesUntil = (minuteOfDay - localTime(after, timeZone).minuteOfDay + 1_440) % 1_440;
  return after - (after % 60_000) + (minutesUntil === 0 ? 1_440 : minutesUntil) * 60_000;
}

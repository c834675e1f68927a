const MINUTE_MS = 60_000;

/** Periods that a course is shown for, in minutes: from a service that has just begun to three days. */
export const RANGES_MIN = [10, 60, 180, 360, 1_440, 4_320] as const;
/** What is asked for when nobody chose: the evening before a decision. */
const USUAL_MIN = 360;
const CHOICE_KEY = 'sonae.minutes';

/** The shortest period that reaches back to an instant; the longest one when none does. */
const shortestTo = (at: number, now: number): number => RANGES_MIN.find((minutes) => now - at <= minutes * MINUTE_MS) ?? RANGES_MIN.at(-1)!;

/** The period to read when nobody chose: the usual one, or longer where even the latest value is older than that. */
export const minutesToRead = (latestAt: number | null, now: number): number =>
  latestAt === null ? USUAL_MIN : Math.max(USUAL_MIN, shortestTo(latestAt, now));

/** The period to show when nobody chose: no longer than what was read, and no longer than there is something to see. */
export const minutesToShow = (read: number, oldestAt: number | null, now: number): number =>
  oldestAt === null ? read : Math.min(read, shortestTo(oldestAt, now));

/** The period that somebody chose in this session of the browser; null when nobody did. */
export function chosenMinutes(): number | null {
  const kept = Number(sessionStorage.getItem(CHOICE_KEY));
  return RANGES_MIN.find((minutes) => minutes === kept) ?? null;
}

export const keepMinutes = (minutes: number): void => sessionStorage.setItem(CHOICE_KEY, String(minutes));

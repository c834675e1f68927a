const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
export const DURATION = /^(\d{1,6})(s|m|h)$/;
export const DURATION_WANTED = 'a duration such as 30s, 10m or 3h';

/** Milliseconds of a duration such as `30s`, `10m`, `3h`; null when it is none. */
export function durationMs(text: string): number | null {
  const match = DURATION.exec(text);
  return match ? Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS] : null;
}

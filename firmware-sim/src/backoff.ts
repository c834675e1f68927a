/** How long a device waits before it tries the broker again. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Back within 5 s of a restarted broker (F24), and still spread out enough that thousands do not knock in the same instant (F29). */
export const BACKOFF: Backoff = { firstMs: 250, maxMs: 4_000 };

/** Doubles from `firstMs` to `maxMs`; the jitter takes up to half of it away. `random` is in 0–1. */
export function waitMs({ firstMs, maxMs }: Backoff, attempt: number, random: number): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 20));
  return Math.round(full * (1 - random / 2));
}

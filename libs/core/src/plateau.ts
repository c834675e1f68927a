/** Where a level stands after a leap: ice, weeds and a hanging sensor jump and then stand still; a flood goes on moving. */
export interface Plateau {
  /** Where the newest leap landed, while the level has stood there ever since. */
  readonly landing: { readonly value: number; readonly at: number } | null;
  /** A level at which the sensor stood still after a leap, how far around it counts as the same, and when it was last there. */
  readonly stuck: { readonly value: number; readonly bandM: number; readonly at: number } | null;
}

/** Both readings are right to ±1 cm (D§1.1). */
const STILL_BAND_M = 0.02;
/** 清水川 leapt by 0.79 m and stood at 8.38 m for five weeks; it dipped by up to 0.11 m now and then, and left for up to six days. */
const STUCK_BAND_M = 0.15;
const REMEMBERED_MS = 7 * 86_400_000;
/** Sums of binary fractions must not make a centimetre more than a centimetre. */
const ROUNDING_M = 1e-9;

export interface Stand {
  readonly value: number;
  readonly at: number;
  /** Whether the value came here from the one before faster than nearly all water does. */
  readonly leapt: boolean;
  /** Standing still for longer than this is a fault of the sensor; for a shorter time it may be a crest. */
  readonly stuckAfterMs: number;
}

/** Moves the memory by one reading, and tells the level at which the reading stands still; null when it moves like water. */
export function stand(
  plateau: Plateau | undefined,
  { value, at, leapt, stuckAfterMs }: Stand,
): { readonly plateau: Plateau; readonly stillAt: number | null } {
  const known = plateau?.stuck ?? null;
  const stuck = known && at - known.at <= REMEMBERED_MS ? known : null;
  const landing = plateau?.landing ?? null;
  if (!leapt && landing && near(value, landing.value, STILL_BAND_M)) {
    const bandM = at - landing.at > stuckAfterMs ? STUCK_BAND_M : STILL_BAND_M;
    // A stuck sensor that stands elsewhere for an hour will be back: the wider memory is not given up for a narrower one.
    const found = stuck && stuck.bandM > bandM ? stuck : { value: landing.value, bandM, at };
    return { plateau: { landing, stuck: found }, stillAt: landing.value };
  }
  if (stuck && near(value, stuck.value, stuck.bandM)) {
    return { plateau: { landing: null, stuck: { ...stuck, at } }, stillAt: stuck.value };
  }
  return { plateau: { landing: leapt ? { value, at } : null, stuck }, stillAt: null };
}

/** Below `start` nothing has to move; what was found stuck above it stays remembered. */
export const leaveLanding = (plateau: Plateau | undefined): Plateau => ({ landing: null, stuck: plateau?.stuck ?? null });

const near = (a: number, b: number, withinM: number): boolean => Math.abs(a - b) <= withinM + ROUNDING_M;

import type { TransitionDto } from '#wire';

/** Reaching the highest limit interrupts whatever is read aloud; everything else waits its turn (D§8). */
export const isGrave = ({ kind, to, record }: TransitionDto): boolean =>
  (kind === 'raised' || kind === 'climbed') && record.limits.length > 0 && to >= record.limits.length;

import type { Transition } from './alert.ts';

/** F52: the same alert a third time within the hour. */
const FLAP_WINDOW_MS = 3_600_000;
const FLAP_TIMES = 3;

/** How often an alert came back. */
export interface Flapping {
  /** How many times it rose to this step within the hour, this time included; 0 for a step down or an all-clear. */
  readonly times: number;
  readonly isFlapping: boolean;
  /** The first time that it is too often: a person is asked once, not at every further swing. */
  readonly asks: boolean;
}

const NOT_RISING: Flapping = { times: 0, isFlapping: false, asks: false };

/**
 * Whether an alert flaps with this transition. Rises to or past the same step are counted over episodes, by the instants of the
 * observations, so that a restart or a replay counts the same. A rise to a higher step than before is news and never flapping.
 *
 * `history` holds transitions of the same rule and gauge, ascending, this one last.
 */
export function flappingOf(history: readonly Transition[]): Flapping {
  const transition = history.at(-1);
  if (!transition || !isRise(transition)) return NOT_RISING;
  const rises = history.filter(
    (one) => one.status === transition.status && isRise(one) && one.from < transition.to && one.to >= transition.to,
  );
  const times = timesAt(rises, rises.length - 1);
  const isFlapping = times >= FLAP_TIMES;
  return { times, isFlapping, asks: isFlapping && timesAt(rises, rises.length - 2) < FLAP_TIMES };
}

const isRise = ({ from, to }: Transition): boolean => to > from;

function timesAt(rises: readonly Transition[], index: number): number {
  const at = rises[index]?.at;
  return at === undefined ? 0 : rises.slice(0, index + 1).filter((rise) => at - rise.at < FLAP_WINDOW_MS).length;
}

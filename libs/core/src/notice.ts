import type { Transition } from './alert.ts';
import { heardAs } from './plan.ts';
import type { Route } from './playbook.ts';

/** When a transition is told on a route that leaves time between two notices. */
export type Notice =
  | { readonly kind: 'at'; readonly at: number }
  /** By the time it could be told, people would hear what they know already. */
  | { readonly kind: 'unneeded' };

/** A transition that a route hears of, and whether its words were damped: nobody was told, but the alert stood there. */
export interface Noticeable {
  readonly transition: Transition;
  readonly isDamped: boolean;
}

/**
 * When the last transition of a history may be told on a route with a notice interval (crowding, D§7). It is worked out from the
 * transitions alone, so that a crash works it out again: a notice that may not go yet waits, a later one takes its place, and what was told
 * is always taken back, at the latest when the interval has passed and it is true.
 *
 * `history` holds those transitions of one rule on one gauge that the route hears, ascending, the one in question last and not damped.
 */
export function noticeOf(
  history: readonly Noticeable[],
  { fromStep, noticeIntervalMs = 0 }: Pick<Route, 'fromStep' | 'noticeIntervalMs'>,
): Notice {
  let goneAt = Number.NEGATIVE_INFINITY;
  let known = 0;
  let stands = 0;
  let waiting: { readonly at: number; readonly step: number; readonly isFall: boolean } | null = null;
  let notice: Notice = { kind: 'unneeded' };
  for (const { transition, isDamped } of history) {
    const { decidedAt } = transition;
    const { from, to: step } = heardAs({ fromStep }, transition);
    if (waiting && waiting.at <= decidedAt) {
      // An all-clear that was not true any more when its time came was not sent.
      if (!(waiting.isFall && stands > waiting.step)) [goneAt, known] = [waiting.at, waiting.step];
      waiting = null;
    }
    stands = step;
    if (isDamped) continue;
    const at: number = Math.max(decidedAt, goneAt + noticeIntervalMs);
    // What waited is replaced. When nothing would be new to anybody by the time it could go, nobody is told.
    const isNeeded = at <= decidedAt || step !== known;
    waiting = isNeeded ? { at, step, isFall: step < from } : null;
    notice = isNeeded ? { kind: 'at', at } : { kind: 'unneeded' };
  }
  return notice;
}

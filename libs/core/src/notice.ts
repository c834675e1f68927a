import type { Transition } from './alert.ts';
import { heardAs } from './plan.ts';
import type { Route } from './playbook.ts';

/** When a transition is told on a route that leaves time between two notices. */
export type Notice =
  | { readonly kind: 'at'; readonly at: number }
  /** By the time it could be told, people would hear what they know already. */
  | { readonly kind: 'unneeded' };

/**
 * When the last transition of a history may be told on a route with a notice interval (crowding, D§7). It is worked out from the
 * transitions alone, so that a crash works it out again: a notice that may not go yet waits, a later one takes its place, and what was told
 * is always taken back, at the latest when the interval has passed.
 *
 * `history` holds those transitions of one rule on one gauge that the route hears, ascending, the one in question last.
 */
export function noticeOf(
  history: readonly Transition[],
  { fromStep, noticeIntervalMs }: Pick<Route, 'fromStep' | 'noticeIntervalMs'>,
): Notice {
  const intervalMs = noticeIntervalMs ?? 0;
  let goneAt = Number.NEGATIVE_INFINITY;
  let known = 0;
  let waiting: { readonly at: number; readonly step: number } | null = null;
  let notice: Notice = { kind: 'unneeded' };
  for (const transition of history) {
    const { decidedAt } = transition;
    if (waiting && waiting.at <= decidedAt) {
      goneAt = waiting.at;
      known = waiting.step;
      waiting = null;
    }
    const step = heardAs({ fromStep }, transition).to;
    const at: number = Math.max(decidedAt, goneAt + intervalMs);
    const mayGo = at <= decidedAt;
    // What waited is replaced. When nothing would be new to anybody, nobody is told.
    if (!mayGo && step === known) {
      waiting = null;
      notice = { kind: 'unneeded' };
    } else {
      waiting = { at, step };
      notice = { kind: 'at', at };
    }
  }
  return notice;
}

import { type AlertAct, muteAt } from './alert-act.ts';
import { flappingOf } from './flapping.ts';
import type { Gauge } from './gauge.ts';
import type { NumberedTransition } from './alert.ts';
import { type Noticeable, noticeOf } from './notice.ts';
import { hears } from './plan.ts';
import type { Route } from './playbook.ts';
import { coverOf, type AlertSilence, silences } from './alert-silence.ts';

/** Everything that may hold the words of a transition back. */
export interface RestraintGrounds {
  readonly numbered: NumberedTransition;
  readonly gauge: Gauge;
  readonly silences: readonly AlertSilence[];
  /** Of this episode, in their order. */
  readonly acts: readonly AlertAct[];
  /** Transitions of the same rule and gauge up to this one, ascending. */
  readonly history: readonly NumberedTransition[];
}

/** Whether a transition is told on a route: at an instant, or not, with the reason that staff reads beside the suppressed deliveries. */
export type Restraint =
  | { readonly kind: 'tell'; readonly at: number }
  /** `unlessHeard`: whoever heard of the rise hears of its end all the same. */
  | { readonly kind: 'suppress'; readonly why: string; readonly unlessHeard: boolean };

/** Why somebody does not hear that something ended of which they never heard that it began. */
export const NEVER_HEARD_WHY = '始まりを知らせていない（または知らせた段階より下がっていない）ため送っていません';
/** Why a notice that waited for its interval was not sent. */
export const MERGED_WHY = '送る前に状況が変わったため、次の知らせにまとめました';

/**
 * What holds a route's words of a transition back: a silence by a named person; a mute, which is staff's own; flapping and the notice
 * interval, which touch crowding and nothing else, for a machine never holds back a flood (F52).
 */
export function restrain(route: Route, grounds: RestraintGrounds): Restraint {
  // Whoever silences alerts does not want to be told that LINE is broken.
  if (grounds.numbered.transition.status === 'test') return { kind: 'tell', at: grounds.numbered.transition.decidedAt };
  const why = silencedWhy(route, grounds) ?? mutedWhy(route, grounds) ?? flappingWhy(route, grounds);
  if (why !== null) return { kind: 'suppress', why, unlessHeard: true };
  const { transition } = grounds.numbered;
  if (route.lane !== 'congestion' || route.noticeIntervalMs === undefined) return { kind: 'tell', at: transition.decidedAt };
  const notice = noticeOf(noticed(route, grounds.history), route);
  return notice.kind === 'at' ? { kind: 'tell', at: notice.at } : { kind: 'suppress', why: MERGED_WHY, unlessHeard: false };
}

/** What holds back a word to staff that no lane damps: a silence or a mute. */
export function restrainNote(route: Route, grounds: RestraintGrounds): string | null {
  return silencedWhy(route, grounds) ?? mutedWhy(route, grounds);
}

function silencedWhy(route: Route, { silences: open, numbered, gauge }: RestraintGrounds): string | null {
  const silence = open.find((one) => silences(one, { numbered, gauge, route }));
  return silence ? `${silence.id}（${silence.by}：${silence.reason}）の通知休止のため送っていません` : null;
}

function mutedWhy(route: Route, { acts, history, numbered: { number, transition } }: RestraintGrounds): string | null {
  if (coverOf(route) !== 'staff') return null;
  const transitions = history.filter((other) => other.transition.alertId === transition.alertId);
  const mute = muteAt({ acts, transitions, number });
  return mute ? `${mute.by}がこの警報を消音しているため送っていません` : null;
}

function flappingWhy({ lane }: Route, { history }: RestraintGrounds): string | null {
  if (lane !== 'congestion') return null;
  const { times, isFlapping } = flappingOf(history.map(({ transition }) => transition));
  return isFlapping ? `1時間に${times}回目のため止めました。職員に判断を求めています` : null;
}

const noticed = (route: Route, history: readonly NumberedTransition[]): readonly Noticeable[] =>
  history
    .map(({ transition }, index, all) => ({
      transition,
      isDamped: flappingOf(all.slice(0, index + 1).map((earlier) => earlier.transition)).isFlapping,
    }))
    .filter(({ transition }) => hears(route, transition));

import { type NumberedTransition, type Transition, TRANSITION_KINDS, type TransitionId } from './alert.ts';
import { extraRouteId, type Language } from './delivery.ts';
import type { Gauge } from './gauge.ts';
import { GROUP_WORDS } from './own-words.ts';
import { heardAs } from './plan.ts';
import type { Playbook, Route } from './playbook.ts';
import { type Rendering } from './rendering.ts';
import { marked, parametersOf } from './wording.ts';

/** Changes told in one message; the next one opens another group, so that a night of all gauges stays readable and bounded. */
export const GROUP_MAX = 50;
/** Lines that are listed; LINE takes 5,000 characters and a tired person fewer. */
const LINES_MAX = 20;

/** A transition that waits to be told together with others of its kind. */
export interface Gathered {
  readonly transitionId: TransitionId;
  readonly routeId: string;
  /** Follows from the transition that opened the group. */
  readonly groupId: string;
  readonly leaderId: TransitionId;
  /** What the members have in common. */
  readonly key: string;
  readonly number: number;
  readonly closesAt: number;
}

/** The river, or the districts, that a route's groups of this gauge go by; null when there is none, and then it is told alone. */
function placeOf({ group }: Pick<Route, 'group'>, { river, areas }: Pick<Gauge, 'river' | 'areas'>): string | null {
  if (!group) return null;
  return group.by === 'river' ? river : areas.length > 0 ? areas.join(' ') : null;
}

/**
 * Where a transition waits on a route that groups: in the open group of its kind, step, place and status whose wait is not over, or in one
 * that it opens. Null when the route does not group it. It follows from what is gathered in the ledger and from the instant of the decision.
 */
export function gather({
  numbered: { number, transition },
  route,
  gauge,
  open,
}: {
  readonly numbered: NumberedTransition;
  readonly route: Route;
  readonly gauge: Gauge;
  /** Gathered and not told, in the order in which they joined. */
  readonly open: readonly Gathered[];
}): Gathered | null {
  const place = placeOf(route, gauge);
  const kinds: readonly string[] = TRANSITION_KINDS;
  if (!route.group || place === null || !kinds.includes(transition.kind)) return null;
  const known = open.find((other) => other.transitionId === transition.id && other.routeId === route.id);
  if (known) return known;
  const heard = heardAs(route, transition);
  const key = JSON.stringify([route.id, transition.ruleId, heard.kind, heard.from, heard.to, transition.status, place]);
  const own = { transitionId: transition.id, routeId: route.id, key, number };
  const group = open.findLast((other) => other.key === key);
  if (group && transition.decidedAt < group.closesAt && open.filter(({ groupId }) => groupId === group.groupId).length < GROUP_MAX) {
    return { ...own, groupId: group.groupId, leaderId: group.leaderId, closesAt: group.closesAt };
  }
  const leaderId = transition.id;
  return {
    ...own,
    groupId: `${leaderId}/${extraRouteId(route.id, 'group')}`,
    leaderId,
    closesAt: transition.decidedAt + route.group.waitMs,
  };
}

/** The words of a group: how many places, what they reached, and each with its value. */
export function renderGroup({
  playbook,
  route,
  transitions,
  language,
}: {
  readonly playbook: Playbook;
  readonly route: Pick<Route, 'fromStep' | 'group'>;
  /** Two or more of one rule, kind and step, in their order. */
  readonly transitions: readonly Transition[];
  readonly language: Language;
}): Rendering {
  const lines = transitions.flatMap((decided) => {
    const transition: Transition = { ...decided, ...heardAs(route, decided) };
    const gauge = playbook.gauges.get(transition.gauge);
    const rule = playbook.rules.find(({ id }) => id === transition.ruleId);
    if (!gauge || !rule) return [];
    return [{ kind: transition.kind, ...parametersOf({ playbook, rule, gauge, transition, language }) }];
  });
  const first = lines[0];
  const words = GROUP_WORDS[language];
  const place = (route.group?.by === 'river' ? first?.river : first?.area) ?? '';
  const step = first?.kind === 'cleared' || first?.kind === 'steppedDown' ? first.from : first?.step;
  const subject = words.subject(place, lines.length, words.change(first?.kind ?? 'raised', step ?? first?.rule ?? ''));
  const listed = lines.slice(0, LINES_MAX).map(({ gauge, value, unit, time }) => `・${gauge} ${value} ${unit}（${time}）`);
  const rest = lines.length > LINES_MAX ? [words.rest(lines.length - LINES_MAX)] : [];
  const body = [subject, '', ...listed, ...rest].join('\n');
  return { ...marked({ subject, body }, transitions[0]?.status ?? 'actual', language), translated: true };
}

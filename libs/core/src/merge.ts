import type { NumberedTransition, Transition } from './alert.ts';
import type { Gauge, GaugeId } from './gauge.ts';
import type { Playbook, Route } from './playbook.ts';
import type { Rule } from './rule.ts';
import { selects } from './selection.ts';

/** Another place of the river, or of the districts, at which the alert of the same rule stands. */
export interface StandingPlace {
  readonly gauge: GaugeId;
  readonly name: string;
  /** As the route hears it: 0 below the step from which it tells. */
  readonly step: number;
  /** Blind or parked: it reached the step, and nobody knows whether the water is still there. */
  readonly isUncertain: boolean;
}

/**
 * Why a transition is not told to one address on a route that merges (F44: one message per level and district); null when the places have no
 * objection. People know one step of a river, the highest of the places that concern them, and hear when that moves:
 *
 * - A rise is not told to whoever knows the same or a higher step, while another place still stands there. Where that place is blind or parked,
 *   or its alert was reset, it vouches for nothing and the rise is told: hearing twice is the lesser mistake.
 * - A step down, an all-clear or a reset is not told while another place stands higher than where this one went. There a blind place does count,
 *   for silence is never an all-clear (F45). The last of them is told, also when its own rise was not.
 */
export function mergedWhy(
  route: Pick<Route, 'fromStep'>,
  transition: Pick<Transition, 'from' | 'to'>,
  {
    known,
    standing,
  }: {
    /** The step that the address was told last since one of the places rose; undefined when it was told nothing. */
    readonly known: number | undefined;
    /** The other places that concern the address. */
    readonly standing: readonly StandingPlace[];
  },
): string | null {
  const to = stepHeard(route, transition.to);
  if (transition.to >= transition.from) {
    if (known === undefined || stepHeard(route, known) < to) return null;
    const place = standing.find(({ step, isUncertain }) => step >= to && !isUncertain);
    return place ? `${place.name}${TOLD_WHY}` : null;
  }
  const place = standing.find(({ step }) => step > to);
  return place ? `${place.name}${STANDS_WHY}` : null;
}

const TOLD_WHY = 'の知らせで同じ段階以上をすでに伝えており、そこでも続いているため送っていません';
const STANDS_WHY = 'でまだ続いているため送っていません。最後の地点が下がったときに知らせます';

/** Whether a delivery was held back by `mergedWhy`, and for no other reason. */
export const isMerged = (reason: string): boolean => reason.endsWith(TOLD_WHY) || reason.endsWith(STANDS_WHY);

/** A step as a route hears it. */
const stepHeard = ({ fromStep }: Pick<Route, 'fromStep'>, step: number): number => (step < fromStep ? 0 : step);

/**
 * The other gauges whose alerts of a rule a route merges with this one's; none on a route that does not merge. By area they are all that hang
 * together by districts that they share, so that it is the same whichever of them is asked.
 */
export function mergedPlaces({
  route,
  rule,
  gauge,
  gauges,
}: {
  readonly route: Pick<Route, 'mergeBy'>;
  readonly rule: Rule;
  readonly gauge: Gauge;
  readonly gauges: Playbook['gauges'];
}): readonly Gauge[] {
  if (!route.mergeBy) return [];
  const others = [...gauges.values()].filter(
    (other) => other.id !== gauge.id && other.publicAlert === 'allowed' && selects(rule.selector, other),
  );
  if (route.mergeBy === 'river') return gauge.river === null ? [] : others.filter(({ river }) => river === gauge.river);
  const areas = new Set(gauge.areas);
  const found = new Set<Gauge>();
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const other of others) {
      if (found.has(other) || !other.areas.some((area) => areas.has(area))) continue;
      found.add(other);
      for (const area of other.areas) areas.add(area);
    }
  }
  return [...found];
}

/**
 * Whether and where another place stands at a transition of this status. It follows from the ledger's own order alone.
 *
 * `history` holds transitions of the place of all rules before the one in question, ascending. What was decided in a drill does not stand for
 * what is real, and the other way round.
 */
export function standingAt(
  route: Pick<Route, 'fromStep'>,
  { ruleId, status }: Pick<Transition, 'ruleId' | 'status'>,
  place: Pick<Gauge, 'id' | 'name'>,
  { history, blindRules }: { readonly history: readonly NumberedTransition[]; readonly blindRules: ReadonlySet<string> },
): StandingPlace | null {
  const last = history.findLast(({ transition }) => transition.ruleId === ruleId)?.transition;
  const step = last && last.status === status ? stepHeard(route, last.to) : 0;
  if (!last || step === 0) return null;
  const blindness = new Map(
    history.filter(({ transition }) => blindRules.has(transition.ruleId)).map(({ transition }) => [transition.ruleId, transition.to]),
  );
  const isUncertain = last.kind === 'parked' || [...blindness.values()].some((blind) => blind > 0);
  return { gauge: place.id, name: place.name, step, isUncertain };
}

/**
 * The number of the transition with which the first of some places rose that have not all been quiet since; what was told before it is over.
 * `history` holds transitions of one rule on all of them, ascending.
 */
export function risenSince(history: readonly NumberedTransition[]): number {
  const standing = new Set<GaugeId>();
  let since = Number.POSITIVE_INFINITY;
  for (const { number, transition } of history) {
    if (standing.size === 0) since = number;
    if (transition.to > 0) standing.add(transition.gauge);
    else standing.delete(transition.gauge);
    if (standing.size === 0) since = Number.POSITIVE_INFINITY;
  }
  return since;
}

/** As `mergedPlaces`, for words of a transition that are planned: by the names that the playbook may have lost since, and then none. */
export function mergedGauges(
  playbook: Playbook,
  { ruleId, gauge: id }: Pick<Transition, 'ruleId' | 'gauge'>,
  routeId: string,
): readonly GaugeId[] {
  const route = playbook.routes.find((one) => one.id === routeId);
  const rule = playbook.rules.find((one) => one.id === ruleId);
  const gauge = playbook.gauges.get(id);
  return route && rule && gauge ? mergedPlaces({ route, rule, gauge, gauges: playbook.gauges }).map((place) => place.id) : [];
}

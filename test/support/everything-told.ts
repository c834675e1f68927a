import {
  type Gauge,
  limitsAt,
  limitTable,
  ORDER_HAZARDS,
  ORDER_LEVELS,
  type OrderTransition,
  type Playbook,
  type Route,
  routesOf,
  type Rule,
  selects,
  stepByPerson,
  stepsOf,
  type Transition,
} from '#core';
import { orderTold } from './order-told.ts';

const at = Date.parse('2026-12-31T23:59:00+09:00');

/** A transition and a route that tells it. */
export interface Told {
  readonly route: Route;
  readonly transition: Transition;
}

/** Every transition that some route of a playbook would tell, of every kind, on every gauge. */
export function* everythingTold(playbook: Playbook): Generator<Told> {
  for (const rule of playbook.rules) {
    for (const gauge of playbook.gauges.values()) {
      if (!selects(rule.selector, gauge)) continue;
      for (const transition of transitionsOf(playbook.version, rule, gauge)) {
        for (const route of routesOf({ routes: playbook.routes, transition, gauge, rule, called: 1 })) yield { route, transition };
      }
    }
  }
}

function transitionsOf(playbookVersion: string, rule: Rule, gauge: Gauge): readonly Transition[] {
  const limits = rule.kind === 'level' || rule.kind === 'band' ? limitsAt(limitTable(rule, gauge), at) : [];
  const reachable =
    rule.kind === 'level' || rule.kind === 'band' ? limits.map(({ step }) => step) : stepsOf(rule).map((_, index) => index + 1);
  const pairs = [0, ...reachable].flatMap((from) => [0, ...reachable].filter((to) => to !== from).map((to) => ({ from, to })));
  const value = gauge.capacity ?? limits.at(-1)?.value ?? 1;
  const highest = Math.max(...reachable, 1);
  const moves: readonly Pick<Transition, 'kind' | 'from' | 'to' | 'call'>[] = [
    ...pairs.map(({ from, to }) => ({
      kind:
        from === 0 ? ('raised' as const) : to === 0 ? ('cleared' as const) : to > from ? ('climbed' as const) : ('steppedDown' as const),
      from,
      to,
    })),
    { kind: 'reset', from: highest, to: 0 },
    { kind: 'parked', from: 0, to: 0 },
    ...(rule.kind === 'band' && stepByPerson(rule) !== null ? [{ kind: 'asked' as const, from: highest - 1, to: highest - 1 }] : []),
    { kind: 'reminded', from: highest, to: highest, call: { ordinal: 1, waitedMs: 1_800_000, answered: 0, wanted: 2 } },
    { kind: 'escalated', from: highest, to: highest, call: { ordinal: 1, waitedMs: 600_000, answered: 1, wanted: 2 } },
  ];
  return (rule.kind === 'queue' ? [{ kind: 'called' as const, from: 38, to: 43 }] : moves).map((move) => ({
    ...move,
    id: 't',
    alertId: 'a',
    ruleId: rule.id,
    gauge: gauge.id,
    at,
    decidedAt: at,
    status: 'exercise',
    record: {
      playbookVersion,
      ruleId: rule.id,
      by: '',
      verdict: '',
      limits: [],
      evidence: [{ position: 1, at, receivedAt: at - 86_400_000, value, quality: 'ok', why: '', status: 'actual' }],
    },
  }));
}

/** Every change of an order at every level, for every hazard, of every status, for a district and for all of them. */
export function everyOrder(playbook: Playbook): readonly OrderTransition[] {
  const districts = [...playbook.districts.values()].map(({ code, name }) => ({ code, name, households: 10, persons: 20 }));
  const shelters = Array.from({ length: 10 }, (_, i) => playbook.shelters[i % playbook.shelters.length]!);
  const kinds = [
    { kind: 'proposed' },
    { kind: 'given' },
    { kind: 'updated' },
    { kind: 'lifted' },
    ...(['given', 'updated', 'lifted'] as const).map((of) => ({ kind: 'corrected' as const, corrects: { id: 'x', kind: of } })),
  ] as const;
  return kinds.flatMap(({ kind, ...more }) =>
    ORDER_LEVELS.flatMap((municipalLevel) =>
      ORDER_HAZARDS.flatMap((hazard) =>
        [districts.slice(0, 1), districts].flatMap((some, i) => {
          const content = { municipalLevel, hazard, districts: some, destinations: municipalLevel === 5 ? [] : shelters.slice(0, i * 10) };
          const before = kind === 'updated' ? { ...content, municipalLevel: 3 as const, districts: districts.slice(1, 2) } : null;
          const status = (['actual', 'exercise', 'test'] as const)[(municipalLevel + i) % 3]!;
          return orderTold(kind, { content, transition: { before, status, ...more } });
        }),
      ),
    ),
  );
}

import { CONDITION_READINGS_MAX } from './condition.ts';
import type { Surroundings } from './facts.ts';
import type { Gauge, GaugeId } from './gauge.ts';
import { type LimitTable, limitTable } from './limit.ts';
import type { Playbook } from './playbook.ts';
import {
  type BandRule,
  type BlindRule,
  type CelRule,
  type LevelRule,
  type QueueRule,
  type RiseRule,
  type Rule,
  type SequenceRule,
  stepNumber,
  type StepOf,
  type VoteRule,
} from './rule.ts';
import { type RuleId } from './rule-id.ts';
import { type GaugeIndex, gaugesOf, indexGauges, rulesByGauge } from './selection.ts';

/** Readings kept beyond what a confirmation needs, as evidence of how things went before. */
const EVIDENCE_EXTRA = 4;

/** Everything that a reading of one gauge is judged by. */
export interface Watched {
  readonly gauge: Gauge;
  /** Rules that speak for this gauge. */
  readonly own: ReadonlySet<RuleId>;
  readonly stepped: readonly { readonly rule: LevelRule | BandRule; readonly table: LimitTable; readonly key: string }[];
  readonly rises: readonly { readonly rule: RiseRule; readonly key: string }[];
  readonly flows: readonly { readonly rule: BandRule; readonly table: LimitTable; readonly key: string }[];
  readonly queues: readonly { readonly rule: QueueRule; readonly key: string }[];
  readonly blind: readonly Listening[];
  /** Rules over several gauges that this one has a say in, for whichever gauge they speak. */
  readonly votes: readonly Vote[];
  readonly sequences: readonly Sequence[];
  readonly conditions: readonly Conditioned[];
  /** Whether any rule besides those of steps and silence looks at its newest reading. */
  readonly judgesNewest: boolean;
  readonly keepReadings: number;
  readonly keepMs: number;
}

/** A rule that listens for a gauge's word. */
export interface Listening {
  readonly rule: BlindRule;
  readonly gauge: Gauge;
  readonly key: string;
  /** The link it speaks over, when silence of several gauges there is one alert. */
  readonly link: { readonly gauge: Gauge; readonly key: string; readonly peers: readonly Gauge[] } | null;
}

/** A vote that some gauges have a say in. */
export interface Vote {
  readonly rule: VoteRule;
  readonly target: Gauge;
  readonly key: string;
  readonly voters: readonly { readonly gauge: Gauge; readonly key: string }[];
  readonly step: number;
}

/** A condition, for one of its gauges. */
export interface Conditioned {
  readonly rule: CelRule;
  readonly target: Gauge;
  readonly key: string;
  readonly around: Surroundings;
}

/** A sequence on one gauge, with what it waits for upstream. */
export interface Sequence {
  readonly rule: SequenceRule;
  readonly target: Gauge;
  readonly upstream: Gauge;
  readonly key: string;
  readonly firstKey: string;
  readonly firstStep: number;
  readonly nextKey: string;
  readonly nextStep: number;
}

/** One alert of a rule on a gauge, as the engine finds it. */
export const keyOf = (ruleId: RuleId, gauge: GaugeId): string => `${ruleId}@${gauge}`;

const add = <T>(to: Map<GaugeId, T[]>, gauge: GaugeId, one: T): void => void (to.get(gauge)?.push(one) ?? to.set(gauge, [one]));

/**
 * Who is judged by what, worked out once, so that the cost of a reading is that of its own gauge's rules and not of all. Sequences besides, since
 * time moves them too.
 */
export function indexOf({ gauges, rules }: Playbook): {
  readonly watched: ReadonlyMap<GaugeId, Watched>;
  readonly sequences: readonly Sequence[];
} {
  const index = indexGauges(gauges.values());
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const speaking = rulesByGauge(rules, index);
  const stepOf = ({ rule, code }: StepOf): number => {
    const counted = byId.get(rule);
    return counted ? stepNumber(counted, code) : 0;
  };
  const votes = new Map<GaugeId, Vote[]>();
  const sequences = new Map<GaugeId, Sequence[]>();
  for (const rule of rules) {
    if (rule.kind === 'vote') {
      const voters = gaugesOf(rule.of, index).map((gauge) => ({ gauge, key: keyOf(rule.counts.rule, gauge.id) }));
      for (const target of gaugesOf(rule.selector, index)) {
        const vote = { rule, target, key: keyOf(rule.id, target.id), voters, step: stepOf(rule.counts) };
        for (const { gauge } of voters) add(votes, gauge.id, vote);
      }
    }
    if (rule.kind === 'sequence') {
      for (const target of gaugesOf(rule.selector, index)) {
        const upstream = gauges.get(rule.upstream ?? target.upstream ?? '');
        if (!upstream || upstream === target) continue;
        const sequence: Sequence = {
          rule,
          target,
          upstream,
          key: keyOf(rule.id, target.id),
          firstKey: keyOf(rule.first.rule, upstream.id),
          firstStep: stepOf(rule.first),
          nextKey: keyOf(rule.next.rule, target.id),
          nextStep: stepOf(rule.next),
        };
        add(sequences, upstream.id, sequence);
        add(sequences, target.id, sequence);
      }
    }
  }
  const surroundings = surroundingsIn(index);
  const conditions = new Map<GaugeId, Conditioned[]>();
  /** How far back the conditions of others look at a gauge. */
  const lookedBackMs = new Map<GaugeId, number>();
  for (const rule of rules) {
    if (rule.kind !== 'cel') continue;
    const { condition } = rule;
    for (const target of gaugesOf(rule.selector, index)) {
      const around = surroundings(target);
      const asked = [
        target,
        ...condition.gauges.flatMap((id) => gauges.get(id) ?? []),
        ...condition.around.flatMap((scope) => around[scope]),
        ...(condition.asksWeather ? around.weather : []),
      ];
      for (const { id } of new Set(asked)) {
        add(conditions, id, { rule, target, key: keyOf(rule.id, target.id), around });
        lookedBackMs.set(id, Math.max(lookedBackMs.get(id) ?? 0, condition.windowMs));
      }
    }
  }
  const peersOf = peersBy(index);
  const watched = new Map<GaugeId, Watched>();
  for (const gauge of index.all) {
    const own = speaking.get(gauge.id) ?? [];
    const voting = votes.get(gauge.id) ?? [];
    const following = sequences.get(gauge.id) ?? [];
    const asking = conditions.get(gauge.id) ?? [];
    if (own.length + voting.length + following.length + asking.length === 0) continue;
    const stepped = own.filter(isStepped).map((rule) => ({ rule, table: limitTable(rule, gauge), key: keyOf(rule.id, gauge.id) }));
    const rises = own.filter((rule) => rule.kind === 'rise').map((rule) => ({ rule, key: keyOf(rule.id, gauge.id) }));
    const flows = own.filter(isFlow).map((rule) => ({ rule, table: limitTable(rule, gauge), key: keyOf(rule.id, gauge.id) }));
    const queues = own.filter((rule) => rule.kind === 'queue').map((rule) => ({ rule, key: keyOf(rule.id, gauge.id) }));
    const counts = stepped.map(({ rule }) => ('readings' in rule.confirm ? rule.confirm.readings : 2));
    const spans = stepped.map(({ rule }) => ('forMs' in rule.confirm ? rule.confirm.forMs : 0));
    watched.set(gauge.id, {
      gauge,
      own: new Set(own.map(({ id }) => id)),
      stepped,
      rises,
      flows,
      queues,
      // A link has no word of its own to miss.
      blind: gauge.kind === 'link' ? [] : own.filter((rule) => rule.kind === 'blind').map((rule) => listeningOf(rule, gauge, peersOf)),
      votes: voting,
      sequences: following,
      conditions: asking,
      judgesNewest: rises.length + flows.length + queues.length + voting.length + asking.length > 0,
      keepReadings: Math.min(CONDITION_READINGS_MAX, Math.max(1, ...counts) + EVIDENCE_EXTRA),
      keepMs: Math.max(0, ...spans, ...[...rises, ...flows].map(({ rule }) => rule.windowMs), lookedBackMs.get(gauge.id) ?? 0),
    });
  }
  return { watched, sequences: [...new Set([...sequences.values()].flat())] };
}

/** Around each gauge; gauges of the same districts and the same river share their lists. */
function surroundingsIn({ all, byRiver }: GaugeIndex): (target: Gauge) => Surroundings {
  const near = new Map<string, Pick<Surroundings, 'area' | 'weather'>>();
  return (target) => {
    const key = JSON.stringify(target.areas);
    let known = near.get(key);
    if (!known) {
      const shares = (areas: readonly string[]): boolean => areas.some((area) => target.areas.includes(area));
      known = {
        area: all.filter(({ areas }) => shares(areas)),
        weather: all.filter(({ kind, areas }) => kind === 'weather' && (areas.length === 0 || shares(areas))),
      };
      near.set(key, known);
    }
    return { ...known, river: target.river === null ? [target] : (byRiver.get(target.river) ?? [target]) };
  };
}

/** The link of a gauge and all gauges of the rule that speak over it, found once per rule and link. */
function peersBy(
  index: GaugeIndex,
): (rule: BlindRule, link: GaugeId) => { readonly gauge: Gauge; readonly peers: readonly Gauge[] } | null {
  const byRule = new Map<BlindRule, ReadonlyMap<GaugeId, readonly Gauge[]>>();
  return (rule, link) => {
    const [gauge] = index.byId.get(link) ?? [];
    if (!gauge) return null;
    let byLink = byRule.get(rule);
    if (!byLink) {
      byLink = Map.groupBy(gaugesOf(rule.selector, index), (peer) => peer.link ?? '');
      byRule.set(rule, byLink);
    }
    return { gauge, peers: byLink.get(link) ?? [] };
  };
}

function listeningOf(rule: BlindRule, gauge: Gauge, peersOf: ReturnType<typeof peersBy>): Listening {
  const link = rule.linkGaugesMin === undefined || !gauge.link ? null : peersOf(rule, gauge.link);
  return { rule, gauge, key: keyOf(rule.id, gauge.id), link: link && { ...link, key: keyOf(rule.id, link.gauge.id) } };
}

const isStepped = (rule: Rule): rule is LevelRule | BandRule => rule.kind === 'level' || (rule.kind === 'band' && rule.measure !== 'flow');

const isFlow = (rule: Rule): rule is BandRule => rule.kind === 'band' && rule.measure === 'flow';

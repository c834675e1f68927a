import type { Gauge, GaugeId } from './gauge.ts';
import type { Rule, Selector } from './rule.ts';

/** Whether a selector means a gauge: every given field must match. */
export function selects(selector: Selector, gauge: Gauge): boolean {
  const { gauges, kinds, rivers, areas } = selector;
  if (gauges && !gauges.includes(gauge.id)) return false;
  if (kinds && !kinds.includes(gauge.kind)) return false;
  if (rivers && (gauge.river === null || !rivers.includes(gauge.river))) return false;
  if (areas && !areas.some((area) => gauge.areas.includes(area))) return false;
  return true;
}

/** Gauges by what a selector can name. Thousands of rules with a gauge each must not cost thousands of looks at every gauge. */
export interface GaugeIndex {
  /** In the order of the playbook, as are all lists here. */
  readonly all: readonly Gauge[];
  readonly byKind: ReadonlyMap<string, readonly Gauge[]>;
  readonly byRiver: ReadonlyMap<string, readonly Gauge[]>;
  readonly byArea: ReadonlyMap<string, readonly Gauge[]>;
  readonly byId: ReadonlyMap<GaugeId, readonly Gauge[]>;
  readonly place: ReadonlyMap<Gauge, number>;
}

/** The index of a playbook's gauges. It holds for as long as the gauges stay as they are. */
export function indexGauges(gauges: Iterable<Gauge>): GaugeIndex {
  const all = [...gauges];
  return {
    all,
    byId: listed(all, ({ id }) => [id]),
    byKind: listed(all, ({ kind }) => [kind]),
    byRiver: listed(all, ({ river }) => (river === null ? [] : [river])),
    byArea: listed(all, ({ areas }) => areas),
    place: new Map(all.map((gauge, place) => [gauge, place])),
  };
}

/** The gauges that a selector means, in the order of the playbook. The cost follows how many are named, not how many there are. */
export function gaugesOf(selector: Selector, index: GaugeIndex): readonly Gauge[] {
  const fields = [
    [selector.gauges, index.byId],
    [selector.rivers, index.byRiver],
    [selector.areas, index.byArea],
    [selector.kinds, index.byKind],
  ] as const;
  const said = fields.flatMap(([names, by]) => (names ? [names.map((name) => by.get(name) ?? [])] : []));
  const [first, ...others] = said;
  if (!first) return index.all;
  const fewest = others.reduce((least, lists) => (countOf(lists) < countOf(least) ? lists : least), first);
  const among = [...new Set(fewest.flat())];
  const meant = others.length === 0 ? among : among.filter((gauge) => selects(selector, gauge));
  return fewest.length === 1 ? meant : meant.toSorted((a, b) => index.place.get(a)! - index.place.get(b)!);
}

const countOf = (lists: readonly (readonly Gauge[])[]): number => lists.reduce((sum, list) => sum + list.length, 0);

/** The rules that speak for each gauge, in the order of the playbook; none for a gauge that no rule watches. */
export function rulesByGauge(rules: readonly Rule[], index: GaugeIndex): ReadonlyMap<GaugeId, readonly Rule[]> {
  const found = new Map<GaugeId, Rule[]>();
  for (const rule of rules) {
    for (const { id } of gaugesOf(rule.selector, index)) {
      const own = found.get(id);
      if (own) own.push(rule);
      else found.set(id, [rule]);
    }
  }
  return found;
}

/** Each gauge under each of its names, once. */
function listed(gauges: readonly Gauge[], namesOf: (gauge: Gauge) => readonly string[]): ReadonlyMap<string, readonly Gauge[]> {
  const lists = new Map<string, Gauge[]>();
  for (const gauge of gauges) {
    for (const name of new Set(namesOf(gauge))) {
      const list = lists.get(name);
      if (list) list.push(gauge);
      else lists.set(name, [gauge]);
    }
  }
  return lists;
}

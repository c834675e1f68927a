import {
  type BandRule,
  type BlindRule,
  type Gauge,
  type GaugeIndex,
  gaugesOf,
  type LevelRule,
  type QueueRule,
  type RiseRule,
  type Rule,
  rulesByGauge,
  selects,
  type Selector,
  type SequenceRule,
  stepNumber,
  type StepOf,
  stepsOf,
  thresholdsAt,
  type VoteRule,
} from '#core';
import type { LocatedGauge } from './gauges.ts';
import { suggestion } from './nearest.ts';
import { BAND_FIELDS } from './rule-schema.ts';
import type { Findings } from './problem.ts';
import type { LocatedThreshold } from './thresholds.ts';
import type { Path, YamlSource } from './yaml-source.ts';

export interface Grounds {
  /** `playbook.yaml`. */
  readonly plan: YamlSource;
  readonly rules: readonly Rule[];
  /** The first rule of each id. */
  readonly byId: ReadonlyMap<string, Rule>;
  readonly gauges: ReadonlyMap<string, LocatedGauge>;
  /** The same gauges, by what a selector can name. */
  readonly index: GaugeIndex;
  /** Ids of `gauges.csv`, of rows with errors too: what follows from those is not told again. */
  readonly ids: ReadonlySet<string>;
  readonly thresholds: readonly LocatedThreshold[];
  readonly districts: ReadonlySet<string>;
}

/** Gauges a selector means, with their places. */
export const selectedBy = (selector: Selector, { gauges, index }: Pick<Grounds, 'gauges' | 'index'>): readonly LocatedGauge[] =>
  gaugesOf(selector, index).map(({ id }) => gauges.get(id)!);

/** What rules, gauges and thresholds say about each other. */
export function checkRules(grounds: Grounds, findings: Findings): void {
  const { plan, rules, byId, gauges, ids, thresholds } = grounds;
  for (const { gauge, place } of thresholds) {
    if (!ids.has(gauge)) findings.error(place, `there is no gauge "${gauge}" in gauges.csv${suggestion(gauge, ids, 'correct the id')}`);
  }
  checkOrder(grounds, findings);
  const watched = new Set<string>();
  for (const [i, rule] of rules.entries()) {
    if (byId.get(rule.id) !== rule) plan.error(['rules', i, 'id'], `the rule id "${rule.id}" is there twice; give each rule its own`);
    checkSelector(rule.selector, ['rules', i, 'selector'], grounds);
    const selected = selectedBy(rule.selector, grounds);
    // Whoever looks after a device has not looked at its values.
    if (rule.kind !== 'fault') for (const { gauge } of selected) watched.add(gauge.id);
    if (selected.length === 0)
      plan.warning(['rules', i, 'selector'], `the rule "${rule.id}" selects no gauge and will never speak; correct its selector`);
    if (rule.kind === 'queue') checkQueue(rule, ['rules', i], selected, grounds);
    else if ('quantity' in rule) checkQuantity(rule, ['rules', i], selected, plan);
    if (rule.kind === 'rise') checkRise(rule, ['rules', i], selected, plan);
    if (rule.kind === 'vote') checkVote(rule, ['rules', i], grounds);
    if (rule.kind === 'sequence') checkSequence(rule, ['rules', i], selected, grounds);
    if (rule.kind === 'blind') checkLinks(rule, ['rules', i], selected, plan);
    if (rule.kind === 'level') checkLevel(rule, ['rules', i], selected, plan, findings);
    if (rule.kind === 'band') checkBand(rule, ['rules', i], selected, plan, findings);
  }
  for (const { gauge, place } of gauges.values()) {
    if (gauge.kind !== 'link' && !watched.has(gauge.id))
      findings.warning(place, `no rule watches "${gauge.id}"; add it to the selector of a rule`);
  }
}

function checkSelector(selector: Selector, path: Path, { plan, index, ids, districts }: Grounds): void {
  const named = [
    ['gauges', 'gauge', 'gauges.csv', ids],
    ['rivers', 'river', 'gauges.csv', index.byRiver],
    ['areas', 'district', 'areas.geojson', districts],
  ] as const;
  for (const [field, noun, file, known] of named) {
    for (const [i, name] of (selector[field] ?? []).entries()) {
      if (!known.has(name))
        plan.error([...path, field, i], `there is no ${noun} "${name}" in ${file}${suggestion(name, known.keys(), 'correct it')}`);
    }
  }
}

function checkQuantity(rule: LevelRule | BandRule | RiseRule, path: Path, selected: readonly LocatedGauge[], plan: YamlSource): void {
  for (const { gauge } of selected) {
    // A place whose people are counted at its doors reports both directions beside their number.
    const asFlow = rule.kind === 'band' && rule.measure === 'flow' && gauge.quantity === 'count' && ['in', 'out'].includes(rule.quantity);
    if (gauge.quantity === rule.quantity || asFlow) continue;
    plan.error(
      [...path, 'quantity'],
      `the rule judges ${rule.quantity}, but "${gauge.id}" reports ${gauge.quantity}; correct one or narrow the selector`,
    );
  }
}

function checkLevel(rule: LevelRule, path: Path, selected: readonly LocatedGauge[], plan: YamlSource, findings: Findings): void {
  const present = new Set(selected.flatMap(({ gauge }) => gauge.thresholds.map(({ code }) => code)));
  const codes = rule.steps.map(({ code }) => code);
  for (const [i, code] of codes.entries()) {
    const at = [...path, 'steps', i, 'code'];
    if (codes.indexOf(code) < i) plan.error(at, `the step "${code}" is there twice; remove one`);
    else if (selected.length > 0 && !present.has(code)) {
      plan.error(at, `no gauge of this rule has a threshold "${code}" in thresholds.csv${suggestion(code, present, 'add it there')}`);
    }
  }
  for (const { gauge, place } of selected) {
    const limits = gauge.thresholds.filter(({ code }) => codes.includes(code));
    if (limits.length === 0) {
      findings.warning(
        place,
        `"${gauge.id}" has no threshold ${codes.join(', ')}, so the rule "${rule.id}" never speaks of it; add one to thresholds.csv`,
      );
    }
    // Elevations may be negative; counts and rain end at zero.
    if (rule.quantity !== 'level' && limits.some(({ value }) => value - rule.clearMargin < 0)) {
      plan.error(
        [...path, 'clearMargin'],
        `clearMargin ${rule.clearMargin} leads below zero on "${gauge.id}", so the alert would never end; make it smaller`,
      );
    }
  }
}

function checkBand(rule: BandRule, path: Path, selected: readonly LocatedGauge[], plan: YamlSource, findings: Findings): void {
  const { from: field, hysteresis } = BAND_FIELDS[rule.measure];
  checkAscending(
    'bands',
    rule.bands.map(({ code, from }) => ({ code, value: from })),
    field,
    path,
    plan,
  );
  const lowest = Math.min(...rule.bands.map(({ from }) => from));
  if (rule.hysteresis >= lowest) {
    plan.error(
      [...path, hysteresis],
      `${rule.hysteresis} below the lowest band (${lowest}) is nobody at all, so the alert would never end; make it smaller`,
    );
  }
  checkByPerson(rule, path, plan);
  const column = { percent: 'capacity', density: 'areaM2', flow: null }[rule.measure];
  for (const { gauge, place } of selected) {
    if (column === null || (column === 'capacity' ? gauge.capacity : gauge.areaM2)) continue;
    const wanted =
      column === 'capacity' ? 'in percent of it; write a number of persons' : 'in persons per square metre; write the ground in m²';
    findings.error(place, `${column} is empty, and the rule "${rule.id}" judges "${gauge.id}" ${wanted}`);
  }
}

/** Counters need a step to wait in, and nothing above a person's yes can do without it. */
function checkByPerson({ measure, bands }: BandRule, path: Path, plan: YamlSource): void {
  const first = bands.findIndex(({ byPerson }) => byPerson);
  if (first < 0) return;
  const at = [...path, 'bands', first, 'byPerson'];
  if (measure === 'flow') plan.error(at, 'nobody counts a flow by hand; remove it');
  if (first === 0) plan.error(at, 'below the lowest band there is no step in which counters could wait for a person; add a band below it');
  for (const [i, { byPerson }] of bands.entries()) {
    if (i > first && !byPerson) plan.error([...path, 'bands', i], 'a band above one that needs a person needs one too; add byPerson: true');
  }
}

/** Whoever holds a ticket is called once, so one rule speaks for a window. */
function checkQueue(rule: QueueRule, path: Path, selected: readonly LocatedGauge[], { plan, rules }: Grounds): void {
  for (const { gauge } of selected) {
    if (gauge.kind !== 'window')
      plan.error([...path, 'selector'], `"${gauge.id}" is a ${gauge.kind}, and only windows call numbers; narrow it`);
    const other = rules.find((one) => one.kind === 'queue' && one.id !== rule.id && selects(one.selector, gauge));
    if (other)
      plan.error([...path, 'selector'], `the rule "${other.id}" calls the tickets of "${gauge.id}" already; leave it to one of them`);
  }
}

function checkRise(rule: RiseRule, path: Path, selected: readonly LocatedGauge[], plan: YamlSource): void {
  checkAscending(
    'steps',
    rule.steps.map(({ code, perHour }) => ({ code, value: perHour })),
    'perHour',
    path,
    plan,
  );
  if (rule.clearMarginPerHour >= Math.min(...rule.steps.map(({ perHour }) => perHour))) {
    plan.error(
      [...path, 'clearMarginPerHour'],
      'the water would have to fall before the alert ends; make it smaller than the lowest perHour',
    );
  }
  const { above } = rule;
  if (above === undefined) return;
  const present = new Set(selected.flatMap(({ gauge }) => gauge.thresholds.map(({ code }) => code)));
  if (selected.length > 0 && !present.has(above)) {
    plan.error(
      [...path, 'above'],
      `no gauge of this rule has a threshold "${above}"${suggestion(above, present, 'add it to thresholds.csv')}`,
    );
  }
}

/** Rules whose alerts other rules may count: those that judge a gauge by its own readings, so that no rule waits for itself. */
const COUNTABLE: readonly Rule['kind'][] = ['level', 'band', 'rise'];

function checkStepOf({ rule: id, code }: StepOf, path: Path, needed: readonly LocatedGauge[], { plan, byId }: Grounds): void {
  const counted = byId.get(id);
  if (!counted) {
    plan.error([...path, 'rule'], `there is no rule "${id}"${suggestion(id, byId.keys(), 'correct it')}`);
    return;
  }
  if (!COUNTABLE.includes(counted.kind)) {
    plan.error([...path, 'rule'], `"${id}" is of kind ${counted.kind}; only ${COUNTABLE.join(', ')} can be counted, name one of those`);
    return;
  }
  if (stepNumber(counted, code) === 0) {
    const codes = new Set(stepsOf(counted).map((step) => step.code));
    plan.error([...path, 'step'], `the rule "${id}" has no step "${code}"${suggestion(code, codes, 'correct it')}`);
  }
  const strangers = needed.filter(({ gauge }) => !selects(counted.selector, gauge)).map(({ gauge }) => gauge.id);
  if (strangers.length > 0) {
    plan.error([...path, 'rule'], `"${id}" does not watch ${strangers.join(', ')}, so its step is never reached there; widen its selector`);
  }
}

function checkVote(rule: VoteRule, path: Path, grounds: Grounds): void {
  const { plan } = grounds;
  checkSelector(rule.of, [...path, 'of'], grounds);
  const voters = selectedBy(rule.of, grounds);
  checkStepOf(rule.counts, [...path, 'counts'], voters, grounds);
  checkAscending(
    'steps',
    rule.steps.map(({ code, atLeast }) => ({ code, value: atLeast })),
    'atLeast',
    path,
    plan,
  );
  for (const [i, { atLeast }] of rule.steps.entries()) {
    if (atLeast > voters.length) {
      plan.error(
        [...path, 'steps', i, 'atLeast'],
        `only ${voters.length} gauges vote, so ${atLeast} can never be reached; make it smaller`,
      );
    }
  }
}

function checkSequence(rule: SequenceRule, path: Path, selected: readonly LocatedGauge[], grounds: Grounds): void {
  const { plan, gauges, ids } = grounds;
  if (rule.upstream !== undefined && !ids.has(rule.upstream)) {
    plan.error([...path, 'upstream'], `there is no gauge "${rule.upstream}" in gauges.csv${suggestion(rule.upstream, ids, 'correct it')}`);
  }
  const upper = selected.flatMap(({ gauge }) => gauges.get(rule.upstream ?? gauge.upstream ?? '') ?? []);
  const alone = selected.filter(({ gauge }) => (rule.upstream ?? gauge.upstream) === null).map(({ gauge }) => gauge.id);
  if (alone.length > 0) {
    plan.error(
      [...path, 'selector'],
      `${alone.join(', ')} has no upstream gauge; fill the column, name upstream here, or narrow the selector`,
    );
  }
  checkStepOf(rule.first, [...path, 'first'], upper, grounds);
  checkStepOf(rule.next, [...path, 'next'], selected, grounds);
}

function checkLinks(rule: BlindRule, path: Path, selected: readonly LocatedGauge[], plan: YamlSource): void {
  if (rule.linkGaugesMin === undefined) return;
  if (!selected.some(({ gauge }) => gauge.link)) {
    plan.warning(
      [...path, 'linkGaugesMin'],
      'no gauge of this rule names a link in gauges.csv, so no common cause is ever found; fill the column',
    );
  }
}

function checkAscending(
  list: string,
  entries: readonly { readonly code: string; readonly value: number }[],
  field: string,
  path: Path,
  plan: YamlSource,
): void {
  for (const [i, { code, value }] of entries.entries()) {
    const before = entries[i - 1];
    if (before && value <= before.value) {
      plan.error([...path, list, i, field], `${value} is not above the ${before.value} before it; put them in ascending order`);
    }
    if (entries.findIndex((entry) => entry.code === code) < i)
      plan.error([...path, list, i, 'code'], `"${code}" is there twice; remove one`);
  }
}

/** The expected order of a crisis-management gauge (D§1.1). Real masters hold equal and inverted pairs: staff are told, nothing crashes. */
const ORDER = ['start', 'warn', 'flood'];

function checkOrder(grounds: Grounds, findings: Findings): void {
  const { rules, gauges, index, thresholds } = grounds;
  const levels = rulesByGauge(
    rules.filter((rule) => rule.kind === 'level'),
    index,
  );
  const limits = Map.groupBy(thresholds, ({ gauge }) => gauge);
  for (const { gauge } of gauges.values()) {
    const own = limits.get(gauge.id) ?? [];
    const since = new Set(own.map(({ validFrom }) => validFrom));
    const ladders = (levels.get(gauge.id) ?? []).map((rule) => stepsOf(rule).map(({ code }) => code));
    for (const ladder of [ORDER, ...ladders]) for (const from of since) checkLadder(gauge, ladder, from, own, findings);
  }
}

function checkLadder(gauge: Gauge, ladder: readonly string[], at: number, own: readonly LocatedThreshold[], findings: Findings): void {
  const inForce = thresholdsAt(gauge, at);
  const steps = ladder.flatMap((code) => inForce.find((threshold) => threshold.code === code) ?? []);
  for (const [i, upper] of steps.entries()) {
    const lower = steps[i - 1];
    if (!lower || lower.value < upper.value) continue;
    const located = own.find(({ code, validFrom }) => code === upper.code && validFrom === upper.validFrom);
    if (located)
      findings.warning(
        located.place,
        `${gauge.id}: ${upper.code} ${upper.value} is not above ${lower.code} ${lower.value}; ask the owner of the river which is right`,
      );
  }
}

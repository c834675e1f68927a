import { type BandRule, type Gauge, type LevelRule, type Rule, selects, thresholdsAt } from '#core';
import type { LocatedGauge } from './gauges.ts';
import { suggestion } from './nearest.ts';
import type { Findings } from './problem.ts';
import type { LocatedThreshold } from './thresholds.ts';
import type { Path, YamlSource } from './yaml-source.ts';

export interface Grounds {
  /** `playbook.yaml`. */
  readonly plan: YamlSource;
  readonly rules: readonly Rule[];
  readonly gauges: ReadonlyMap<string, LocatedGauge>;
  /** Ids of `gauges.csv`, of rows with errors too: what follows from those is not told again. */
  readonly ids: ReadonlySet<string>;
  readonly thresholds: readonly LocatedThreshold[];
  readonly districts: ReadonlySet<string>;
}

/** Gauges a rule watches. */
export const selectedBy = (rule: Rule, gauges: ReadonlyMap<string, LocatedGauge>): readonly LocatedGauge[] =>
  [...gauges.values()].filter(({ gauge }) => selects(rule.selector, gauge));

/** What rules, gauges and thresholds say about each other. */
export function checkRules(grounds: Grounds, findings: Findings): void {
  const { plan, rules, gauges, ids, thresholds } = grounds;
  for (const { gauge, place } of thresholds) {
    if (!ids.has(gauge)) findings.error(place, `there is no gauge "${gauge}" in gauges.csv${suggestion(gauge, ids, 'correct the id')}`);
  }
  checkOrder(grounds, findings);
  const first = new Map<string, number>();
  for (const [i, rule] of rules.entries()) {
    if (first.has(rule.id)) plan.error(['rules', i, 'id'], `the rule id "${rule.id}" is there twice; give each rule its own`);
    else first.set(rule.id, i);
    checkSelector(rule, ['rules', i, 'selector'], grounds);
    const selected = selectedBy(rule, gauges);
    if (selected.length === 0)
      plan.warning(['rules', i, 'selector'], `the rule "${rule.id}" selects no gauge and will never speak; correct its selector`);
    if (rule.kind !== 'blind') checkQuantity(rule, ['rules', i], selected, plan);
    if (rule.kind === 'level') checkLevel(rule, ['rules', i], selected, plan, findings);
    if (rule.kind === 'band') checkBand(rule, ['rules', i], selected, plan, findings);
  }
  for (const { gauge, place } of gauges.values()) {
    if (!rules.some((rule) => selects(rule.selector, gauge)))
      findings.warning(place, `no rule watches "${gauge.id}"; add it to the selector of a rule`);
  }
}

function checkSelector({ selector }: Rule, path: Path, { plan, gauges, ids, districts }: Grounds): void {
  const rivers = new Set([...gauges.values()].flatMap(({ gauge }) => gauge.river ?? []));
  const named = [
    ['gauges', 'gauge', 'gauges.csv', ids],
    ['rivers', 'river', 'gauges.csv', rivers],
    ['areas', 'district', 'areas.geojson', districts],
  ] as const;
  for (const [field, noun, file, known] of named) {
    for (const [i, name] of (selector[field] ?? []).entries()) {
      if (!known.has(name))
        plan.error([...path, field, i], `there is no ${noun} "${name}" in ${file}${suggestion(name, known, 'correct it')}`);
    }
  }
}

function checkQuantity(rule: LevelRule | BandRule, path: Path, selected: readonly LocatedGauge[], plan: YamlSource): void {
  for (const { gauge } of selected) {
    if (gauge.quantity === rule.quantity) continue;
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
  for (const [i, band] of rule.bands.entries()) {
    const before = rule.bands[i - 1];
    if (before && band.fromPercent <= before.fromPercent) {
      plan.error(
        [...path, 'bands', i, 'fromPercent'],
        `${band.fromPercent} is not above the ${before.fromPercent} before it; put the bands in ascending order`,
      );
    }
    if (rule.bands.findIndex(({ code }) => code === band.code) < i) {
      plan.error([...path, 'bands', i, 'code'], `the band "${band.code}" is there twice; remove one`);
    }
  }
  const lowest = Math.min(...rule.bands.map(({ fromPercent }) => fromPercent));
  if (rule.hysteresisPoints >= lowest) {
    plan.error(
      [...path, 'hysteresisPoints'],
      `${rule.hysteresisPoints} points below the lowest band (${lowest} %) is nobody at all, so the alert would never end; make it smaller`,
    );
  }
  for (const { gauge, place } of selected) {
    if (gauge.capacity === null)
      findings.error(
        place,
        `capacity is empty, and the rule "${rule.id}" judges "${gauge.id}" in percent of it; write a number of persons`,
      );
  }
}

/** The expected order of a crisis-management gauge (D§1.1). Real masters hold equal and inverted pairs: staff are told, nothing crashes. */
const ORDER = ['start', 'warn', 'flood'];

function checkOrder({ rules, gauges, thresholds }: Grounds, findings: Findings): void {
  for (const { gauge } of gauges.values()) {
    const own = thresholds.filter((threshold) => threshold.gauge === gauge.id);
    const ladders = rules.filter((rule) => rule.kind === 'level' && selects(rule.selector, gauge)) as readonly LevelRule[];
    for (const ladder of [ORDER, ...ladders.map(({ steps }) => steps.map(({ code }) => code))]) {
      for (const from of new Set(own.map(({ validFrom }) => validFrom))) checkLadder(gauge, ladder, from, own, findings);
    }
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

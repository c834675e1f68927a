import { type Alert, alertId, type DecisionRecord, type Evidence, quietAlert, type Transition, transitionId } from './alert.ts';
import { followersOf } from './followers.ts';
import type { Gauge, GaugeId } from './gauge.ts';
import { selects } from './selection.ts';
import { limitsAt, limitTable, stepHeld } from './limit.ts';
import { audienceOf, routesOf } from './plan.ts';
import type { Playbook } from './playbook.ts';
import type { Quantity } from './quantity.ts';
import { isUsable } from './reading.ts';
import { type ResetCause } from './reason.ts';
import { saidOf } from './reason-words.ts';
import { type BandRule, type LevelRule, type Rule, stepNumber, stepsOf } from './rule.ts';
import { indexOf, keyOf } from './rule-index.ts';
import type { GaugeWatch } from './watch-window.ts';

/** What a change of the playbook does to the alerts: the ones that differ, and what people should hear of it. */
export interface CarriedOver {
  readonly alerts: readonly Alert[];
  readonly transitions: readonly Transition[];
}

export interface Change {
  readonly alerts: readonly Alert[];
  readonly watches: readonly GaugeWatch[];
  /** By which the steps of the alerts count; null when nobody knows its words any more. */
  readonly before: Playbook | null;
  readonly beforeVersion: string;
  readonly after: Playbook;
  readonly decidedAt: number;
}

/**
 * Takes the running alerts from one playbook to the next (F51). An episode goes on when its step still has its place, the newest value still
 * holds it, and the same people hear of it; its step then counts by the new rule. Otherwise the alert is reset, which is told in words of its
 * own to those who had been told of it, and is never an all-clear: the water did not move, the rule did. A hold that was under way starts again.
 */
export function carryOver(change: Change): CarriedOver {
  const watches = new Map(change.watches.map((watch) => [watch.gauge, watch]));
  const alerts: Alert[] = [];
  const transitions: Transition[] = [];
  for (const alert of [...change.alerts, ...unseenOn(change)]) {
    const { alert: next, transition } = carried(alert, watches.get(alert.gauge), change);
    if (next !== alert) alerts.push(next);
    if (transition) transitions.push(transition);
  }
  return withFollowers({ alerts, transitions }, watches, change);
}

/** Resets, too, what stood because an alert stood that is reset: by the next reading it would be told as over. */
function withFollowers(carriedOver: CarriedOver, watches: ReadonlyMap<GaugeId, GaugeWatch>, change: Change): CarriedOver {
  const resets = carriedOver.transitions.filter(({ kind }) => kind === 'reset');
  if (resets.length === 0) return carriedOver;
  const { watched } = indexOf(change.after);
  const standing = new Map([...change.alerts, ...carriedOver.alerts].map((alert) => [keyOf(alert.ruleId, alert.gauge), alert]));
  const moved = new Map(carriedOver.alerts.map((alert) => [keyOf(alert.ruleId, alert.gauge), alert]));
  const transitions = [...carriedOver.transitions];
  for (const { ruleId, gauge } of resets) {
    const around = watched.get(gauge);
    for (const { key } of around ? followersOf(around, keyOf(ruleId, gauge), (one) => standing.get(one)) : []) {
      const alert = standing.get(key)!;
      const followed = reset(
        alert,
        { ...alert, underSince: null, underStepMax: 0 },
        watches.get(alert.gauge),
        { cause: 'followed', name: '' },
        change,
      );
      standing.set(key, followed.alert);
      moved.set(key, followed.alert);
      transitions.push(followed.transition);
    }
  }
  return { alerts: [...moved.values()], transitions };
}

/** How the reason begins for which a rule is not judged on a gauge that was moved; the place that its thresholds fit follows (F46). */
const MOVED_WHY = '観測所の基準が変わり、しきい値がまだ確認されていないため、この規則の判定を止めた';

/** Whether a rule is blocked on a gauge because the gauge was moved and its thresholds were not given anew (F46). */
export const isBlocked = ({ parked }: Pick<Alert, 'parked'>): boolean => parked?.startsWith(MOVED_WHY) ?? false;

/** Gauges whose zero, datum or correction is another one while their thresholds are as they were: nobody has said yet that these still fit (F46). */
export function movedGauges(before: Playbook, after: Playbook): readonly Gauge[] {
  return [...after.gauges.values()].filter((gauge) => {
    const known = before.gauges.get(gauge.id);
    return known !== undefined && gauge.thresholds.length > 0 && moved(known, gauge) && same(known.thresholds, gauge.thresholds);
  });
}

/** Where the numbers of a gauge are counted from, in words: another text is another place. */
const placeOf = ({ datum, zeroHeightM, offset, sensorElevationM }: Gauge): string =>
  `基準面 ${datum ?? '－'}・零点高 ${zeroHeightM ?? '－'}・補正 ${offset}・センサー高 ${sensorElevationM ?? '－'}`;

const moved = (before: Gauge, after: Gauge): boolean => placeOf(before) !== placeOf(after);

const blockedSince = (place: string): string => `${MOVED_WHY}（しきい値は ${place} のもの）`;

/** Rules that judge by the thresholds of the gauge. */
const judgesByThresholds = (rule: Rule): boolean => rule.kind === 'level' || (rule.kind === 'rise' && rule.above !== undefined);

/** Rules on moved gauges of which no alert was ever seen: they are blocked all the same. */
function unseenOn({ alerts, before, after }: Change): readonly Alert[] {
  if (!before) return [];
  const seen = new Set(alerts.map(({ ruleId, gauge }) => JSON.stringify([ruleId, gauge])));
  return movedGauges(before, after).flatMap((gauge) =>
    after.rules
      .filter((rule) => judgesByThresholds(rule) && selects(rule.selector, gauge) && !seen.has(JSON.stringify([rule.id, gauge.id])))
      .map(({ id }) => quietAlert(id, gauge.id)),
  );
}

/** Why a rule is not judged on a gauge any more, or null. It is again once its thresholds changed, or the gauge is back where they fit. */
function blockOf(alert: Alert, { before, after }: Change): string | null {
  const rule = after.rules.find(({ id }) => id === alert.ruleId);
  const gauge = after.gauges.get(alert.gauge);
  const known = before?.gauges.get(alert.gauge);
  if (!rule || !gauge || !known || !judgesByThresholds(rule) || !same(known.thresholds, gauge.thresholds)) return null;
  if (isBlocked(alert)) return alert.parked === blockedSince(placeOf(gauge)) ? null : alert.parked!;
  return gauge.thresholds.length > 0 && moved(known, gauge) ? blockedSince(placeOf(known)) : null;
}

function carried(
  alert: Alert,
  watch: GaugeWatch | undefined,
  change: Change,
): { readonly alert: Alert; readonly transition: Transition | null } {
  // A rule that was parked for its cost gets another chance by every change (F49).
  const parked = blockOf(alert, change);
  const kept = (alert.parked ?? null) === parked ? alert : { ...alert, parked };
  if (alert.state === 'quiet')
    return kept !== alert && parked !== null ? blocked(kept, watch, parked, change) : { alert: kept, transition: null };
  const fate: Fate = parked !== null && alert.parked !== parked ? resets('unconfirmed', parked) : fateOf(alert, watch, change);
  if (fate.kind === 'same') return { alert: kept, transition: null };
  const still = { ...kept, underSince: null, underStepMax: 0, ...(alert.over ? { over: null } : {}) };
  if (fate.kind === 'goesOn') return { alert: { ...still, step: fate.step }, transition: null };
  // Nobody has heard of what is only pending.
  if (alert.state === 'pending') {
    const quiet: Alert = { ...still, state: 'quiet', changedAt: change.decidedAt };
    return parked === null ? { alert: quiet, transition: null } : blocked(quiet, watch, parked, change);
  }
  return reset(alert, still, watch, fate, change);
}

type Fate =
  | { readonly kind: 'same' }
  | { readonly kind: 'goesOn'; readonly step: number }
  | { readonly kind: 'reset'; readonly cause: ResetCause; readonly name: string };

const resets = (cause: ResetCause, name = ''): Fate => ({ kind: 'reset', cause, name });

function fateOf(alert: Alert, watch: GaugeWatch | undefined, { before, after }: Change): Fate {
  const rule = after.rules.find(({ id }) => id === alert.ruleId);
  const gauge = after.gauges.get(alert.gauge);
  if (!rule) return resets('ruleGone');
  if (!gauge) return resets('gaugeGone');
  const oldRule = before?.rules.find(({ id }) => id === alert.ruleId);
  const oldGauge = before?.gauges.get(alert.gauge);
  if (!before || !oldRule || !oldGauge) return alert.step > stepsOf(rule).length ? resets('stepsGone') : { kind: 'same' };
  // A link's alert belongs to a gauge that no selector names, so what counts is that it was meant and is not any more.
  if (selects(oldRule.selector, oldGauge) && !selects(rule.selector, gauge)) return resets('notMeant');
  // Under another zero the newest value and the new limits do not speak of the same water.
  if (moved(oldGauge, gauge) && rule.kind !== 'blind' && rule.kind !== 'fault') return resets('moved');
  if (rule.kind !== oldRule.kind || quantityOf(rule) !== quantityOf(oldRule)) return resets('kindChanged');
  if (alert.state === 'raised' && !sameHearers(alert, { before, oldRule, oldGauge }, { after, rule, gauge }))
    return resets('hearersChanged');
  // What was found out holds under any playbook; the inspection takes the alert to what the new rule wants told.
  if (rule.kind === 'fault') return { kind: 'same' };
  if (same(groundOf(oldRule, oldGauge), groundOf(rule, gauge))) return { kind: 'same' };
  if (alert.state === 'pending') return { kind: 'goesOn', step: 0 };
  const step = stepsOf(oldRule)[alert.step - 1];
  const to = step ? stepNumber(rule, step.code) : 0;
  if (!step || to === 0) return resets('stepGone', step?.name ?? `${alert.step}`);
  if (!stillHolds(alert.step, to, newestOf(watch, oldRule), { oldRule, oldGauge, rule, gauge })) return resets('limitChanged', step.name);
  return { kind: 'goesOn', step: to };
}

/**
 * Whether the change alone would take the step away. Rules with limits are asked with the newest value; of the others only what softens or
 * hastens them may differ, for what they would say of the present nobody can tell from here.
 */
function stillHolds(
  from: number,
  to: number,
  newest: Evidence | undefined,
  { oldRule, oldGauge, rule, gauge }: { readonly oldRule: Rule; readonly oldGauge: Gauge; readonly rule: Rule; readonly gauge: Gauge },
): boolean {
  if (
    (oldRule.kind === 'level' && rule.kind === 'level') ||
    (oldRule.kind === 'band' && rule.kind === 'band' && rule.measure === oldRule.measure && rule.measure !== 'flow')
  ) {
    if (!newest) return true;
    const held = (of: LevelRule | BandRule, at: Gauge): number => stepHeld(limitsAt(limitTable(of, at), newest.at), newest.value);
    // Below its limit already under the old rule: then the water itself is on its way down, and the hold decides.
    return held(rule, gauge) >= to || held(oldRule, oldGauge) < from;
  }
  return rule.kind === 'blind' || same(coreOf(oldRule), coreOf(rule));
}

const groundOf = (rule: Rule, { thresholds, capacity, areaM2 = null }: Gauge): unknown => [meaningOf(rule), thresholds, capacity, areaM2];

/** Everything that decides, names and audience left out. */
function meaningOf(rule: Rule): unknown {
  const { name: _, selector: __, staffOnly: ___, shadow: ____, ...rest } = rule;
  return withoutNames(rest);
}

/** What decides whether a step is reached, without what only says how soon it is believed or left. */
function coreOf(rule: Rule): unknown {
  const soft = ['hysteresis', 'confirm', 'greatestAgeMs', 'clearHoldMs', 'clearMargin', 'clearMarginPerHour', 'schedule'];
  return Object.fromEntries(Object.entries(meaningOf(rule) as object).filter(([key]) => !soft.includes(key)));
}

const withoutNames = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'name' ? undefined : inner)));

const quantityOf = (rule: Rule): Quantity | null => ('quantity' in rule ? rule.quantity : null);

interface Side {
  readonly playbook: Playbook;
  readonly rule: Rule;
  readonly gauge: Gauge;
}

/**
 * Whether those who were told of the alarm would hear its end, and nobody among residents would hear the end of what they never heard begin.
 * A staff channel that is added tells of the next change; that is no reason to speak to residents.
 */
function sameHearers(
  alert: Alert,
  { before, oldRule, oldGauge }: { readonly before: Playbook; readonly oldRule: Rule; readonly oldGauge: Gauge },
  { after, rule, gauge }: { readonly after: Playbook; readonly rule: Rule; readonly gauge: Gauge },
): boolean {
  const code = stepsOf(oldRule)[alert.step - 1]?.code;
  const to = code === undefined ? 0 : stepNumber(rule, code);
  // That the step is gone is the better reason, and it is found later.
  if (to === 0) return true;
  const old = hearersOf({ playbook: before, rule: oldRule, gauge: oldGauge }, alert.step, alert.status);
  const now = hearersOf({ playbook: after, rule, gauge }, to, alert.status);
  const lost = [...old].some((hearer) => !now.has(hearer));
  const gained = [...now].some((hearer) => !old.has(hearer) && (hearer.startsWith(RESIDENTS) || old.size === 0));
  return !lost && !gained;
}

const RESIDENTS = 'residents ';

function hearersOf({ playbook, rule, gauge }: Side, step: number, status: Alert['status']): ReadonlySet<string> {
  const transition = { kind: 'raised', from: 0, to: step } as const;
  const hearers = new Set<string>();
  for (const route of routesOf({ routes: playbook.routes, transition, gauge, rule })) {
    const { category, districts } = audienceOf(route, gauge, status);
    if (districts === null) hearers.add(`staff ${category}`);
    else
      for (const district of districts) for (const channel of route.channels) hearers.add(`${RESIDENTS}${category} ${district} ${channel}`);
  }
  return hearers;
}

function newestOf(watch: GaugeWatch | undefined, rule: Rule): Evidence | undefined {
  const quantity = quantityOf(rule);
  return quantity === null ? undefined : watch?.recent[quantity]?.findLast(({ quality }) => isUsable(quality));
}

/** Quiet again, and told so by the playbook that goes, to those who had been told by it. */
function reset(
  alert: Alert,
  still: Alert,
  watch: GaugeWatch | undefined,
  { cause, name }: { readonly cause: ResetCause; readonly name: string },
  change: Change,
): { readonly alert: Alert; readonly transition: Transition } {
  const { before, beforeVersion, after, decidedAt } = change;
  const rule = before?.rules.find(({ id }) => id === alert.ruleId);
  const quiet: Alert = {
    ...still,
    state: 'quiet',
    step: 0,
    changedAt: decidedAt,
    transitions: alert.transitions + 1,
    // Whatever still holds is told anew, to those who hear it now.
    ...(alert.findings ? { findings: [] } : {}),
  };
  return {
    alert: quiet,
    transition: {
      ...toldOf(quiet, change),
      kind: 'reset',
      from: alert.step,
      to: 0,
      // Nobody was told of a silence that its link explains, so nobody hears that it was reset.
      ...(rule?.kind === 'blind' && alert.about ? { coveredBy: alert.about } : {}),
      record: {
        ...recordOf(alert, watch, change),
        playbookVersion: beforeVersion,
        supersededBy: after.version,
        ...saidOf({ kind: 'reset', cause, name, versions: [beforeVersion, after.version] }),
      },
    },
  };
}

/** Judged no more, and staff told so by the new playbook, which is the one to be put right. */
function blocked(
  alert: Alert,
  watch: GaugeWatch | undefined,
  why: string,
  change: Change,
): { readonly alert: Alert; readonly transition: Transition } {
  const parked: Alert = { ...alert, transitions: alert.transitions + 1 };
  return {
    alert: parked,
    transition: {
      ...toldOf(parked, change),
      kind: 'parked',
      from: 0,
      to: 0,
      record: { ...recordOf(alert, watch, change), playbookVersion: change.after.version, ...saidOf({ kind: 'blocked', text: why }) },
    },
  };
}

type Told = Pick<Transition, 'id' | 'alertId' | 'ruleId' | 'gauge' | 'at' | 'decidedAt' | 'status'>;

const toldOf = (alert: Alert, { decidedAt }: Change): Told => ({
  id: transitionId(alert, alert.transitions),
  alertId: alertId(alert),
  ruleId: alert.ruleId,
  gauge: alert.gauge,
  at: decidedAt,
  decidedAt,
  status: alert.status,
});

/** What was known when the playbook changed: the last readings and the limits that were in force. */
function recordOf(
  { ruleId, gauge: gaugeId }: Alert,
  watch: GaugeWatch | undefined,
  { before, after, decidedAt }: Change,
): Omit<DecisionRecord, 'playbookVersion' | 'verdict' | 'reason'> {
  const rule = before?.rules.find(({ id }) => id === ruleId);
  const gauge = before?.gauges.get(gaugeId);
  const quantity = (rule && quantityOf(rule)) ?? gauge?.quantity;
  const limits = (rule?.kind === 'level' || rule?.kind === 'band') && gauge ? limitsAt(limitTable(rule, gauge), decidedAt) : [];
  return {
    ruleId,
    by: `playbook ${after.version}`,
    limits: limits.map(({ code, name, value }) => ({ code, name, value })),
    evidence: quantity === undefined ? [] : (watch?.recent[quantity] ?? []),
  };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

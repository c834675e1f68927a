import type { Alert, AlertId } from './alert.ts';
import { type Gauge, startValueAt } from './gauge.ts';
import { type Advance, climb, stepDown, told, type Telling } from './move.ts';
import type { Reason } from './reason.ts';
import type { BlindRule } from './rule.ts';
import type { GaugeWatch } from './watch-window.ts';

export interface Silence {
  readonly rule: BlindRule;
  readonly gauge: Gauge;
  readonly watch: GaugeWatch | undefined;
  /** Since when this service listens: silence while we were away proves nothing about a gauge. */
  readonly listeningSince: number;
  readonly now: number;
  /** Only written down. */
  readonly decidedAt: number;
  readonly playbookVersion: string;
}

/** When the silence of a gauge becomes too long: some expected intervals after it was last heard, by the mode it is in (D§1.1). */
export function blindAt({ rule, gauge, watch, listeningSince }: Pick<Silence, 'rule' | 'gauge' | 'watch' | 'listeningSince'>): number {
  return silentFrom(watch, listeningSince) + patienceMs(rule, gauge, watch);
}

/** The silence that is too long, in milliseconds. */
export const patienceMs = (rule: BlindRule, gauge: Gauge, watch: GaugeWatch | undefined): number =>
  expectedMs(gauge, watch) * (observing(gauge, watch) ? rule.observeIntervals : rule.standbyIntervals);

/** From when the silence of a gauge counts: since it was last heard, without the time in which nobody listened. */
export const silentFrom = (watch: GaugeWatch | undefined, listeningSince: number): number =>
  watch ? watch.heardAt + (watch.excusedMs ?? 0) : listeningSince;

/**
 * How often a gauge is expected to speak in the mode it is in. A device may promise to speak more often than the playbook expects of it, never
 * less than once in the interval of standing by: one that tells milliseconds for seconds would be silent for months before anybody asked.
 */
export function expectedMs(gauge: Gauge, watch: GaugeWatch | undefined): number {
  const longestMs = Math.max(gauge.standbyIntervalMs, gauge.observeIntervalMs);
  if (observing(gauge, watch)) return Math.min(watch?.intervalMs ?? gauge.observeIntervalMs, longestMs);
  // A gauge that stands by may tell how often it measures; it still sends only its proof of life.
  return longestMs;
}

/** Whether a gauge observes, as it says itself, else as its newest value says; otherwise it stands by and sends only its proof of life. */
export function observing(gauge: Gauge, watch: GaugeWatch | undefined): boolean {
  if (watch?.mode) return watch.mode === 'observe';
  const newest = watch?.recent[gauge.quantity]?.at(-1);
  if (!newest) return false;
  const start = gauge.quantity === 'level' ? startValueAt(gauge, newest.at) : null;
  return start === null || newest.value >= start;
}

/**
 * Raises or clears blindness by the time that passed since the gauge was last heard. Decided at the instant it became true, not at the tick that
 * saw it. `cover` is the alert of the link whose silence explains this one: the gauge is blind all the same, and nobody is told twice.
 */
export function advanceBlind(alert: Alert, silence: Silence, cover: AlertId | null = null): Advance {
  const { rule, gauge, watch, listeningSince, now } = silence;
  const dueAt = blindAt(silence);
  const heardAt = watch?.heardAt ?? 0;
  if (alert.step === 0 && now >= dueAt) {
    const since = silentFrom(watch, listeningSince);
    const verdict = { kind: 'silent', ms: dueAt - since, expectedMs: expectedMs(gauge, watch) } as const;
    return covered(climb({ ...alert, about: cover }, 1, tellingOf(silence, alert.status, dueAt, verdict)), cover);
  }
  if (alert.step > 0 && heardAt >= alert.changedAt) {
    const telling = tellingOf(silence, alert.status, heardAt, { kind: 'heardAgain', rule: rule.id });
    return covered(stepDown({ ...alert, about: null }, 0, telling), alert.about ?? null);
  }
  return { alert, transition: null };
}

/** The link is back and the gauge is not: from now on its silence is its own, and people hear of it. */
export function uncover(alert: Alert, silence: Silence, at: number): Advance {
  const verdict = { kind: 'stillSilent', ms: at - silentFrom(silence.watch, silence.listeningSince) } as const;
  const own: Alert = { ...alert, about: null, changedAt: at, transitions: alert.transitions + 1 };
  return told('raised', alert, own, tellingOf(silence, alert.status, at, verdict));
}

/** A gauge that is overdue by this share of its expected interval counts as silent when its link is asked for. */
const OVERDUE_INTERVALS = 1.5;

/** Whether a gauge's own word is overdue at an instant, though not yet long enough to call it blind. */
export const isOverdue = (gauge: Gauge, watch: GaugeWatch | undefined, listeningSince: number, at: number): boolean =>
  at - silentFrom(watch, listeningSince) > expectedMs(gauge, watch) * OVERDUE_INTERVALS;

/** Raises the alert of a link: `silent` of its `of` gauges have not spoken since. */
export function raiseLink(alert: Alert, silence: Omit<Silence, 'watch' | 'now'>, at: number, silent: number, of: number): Advance {
  const verdict = { kind: 'linkSilent', silent, of } as const;
  return climb(alert, 1, tellingOf({ ...silence, watch: undefined, now: at }, alert.status, at, verdict));
}

/** One gauge of the link was heard: the link is back. */
export function clearLink(alert: Alert, silence: Omit<Silence, 'watch' | 'now'>, at: number): Advance {
  return stepDown(
    alert,
    0,
    tellingOf({ ...silence, watch: undefined, now: at }, alert.status, at, { kind: 'linkHeardAgain', rule: silence.rule.id }),
  );
}

const covered = ({ alert, transition }: Advance, cover: AlertId | null): Advance => ({
  alert,
  transition: transition && cover !== null ? { ...transition, coveredBy: cover } : transition,
});

function tellingOf(
  { rule, gauge, watch, decidedAt, playbookVersion }: Silence,
  status: Alert['status'],
  at: number,
  verdict: Reason,
): Telling {
  const evidence = watch?.recent[gauge.quantity] ?? [];
  return { ruleId: rule.id, playbookVersion, at, decidedAt, status, limits: [], evidence, verdict: () => verdict };
}

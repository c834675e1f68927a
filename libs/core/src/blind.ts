import { type Alert, alertId, type Transition, transitionId } from './alert.ts';
import type { Advance } from './advance.ts';
import { type Gauge, startValueAt } from './gauge.ts';
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
export function blindAt({ rule, gauge, watch, listeningSince }: Omit<Silence, 'now' | 'decidedAt' | 'playbookVersion'>): number {
  const heardAt = Math.max(watch?.heardAt ?? 0, listeningSince);
  return heardAt + expectedMs(gauge, watch) * (observing(gauge, watch) ? rule.observeIntervals : rule.standbyIntervals);
}

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

/** Raises or clears blindness by the time that passed since the gauge was last heard. Decided at the instant it became true, not at the tick that saw it. */
export function advanceBlind(alert: Alert, silence: Silence): Advance {
  const { rule, watch, listeningSince, now } = silence;
  const dueAt = blindAt(silence);
  const heardAt = watch?.heardAt ?? 0;
  if (alert.step === 0 && now >= dueAt) {
    const since = Math.max(heardAt, listeningSince);
    const raised: Alert = {
      ...alert,
      episode: alert.episode + 1,
      state: 'raised',
      step: 1,
      changedAt: dueAt,
      transitions: 1,
      acknowledgedBy: null,
      acknowledgedAt: null,
    };
    return {
      alert: raised,
      transition: told(
        silence,
        alert,
        raised,
        'raised',
        dueAt,
        `${duration(dueAt - since)}受信がない(予定間隔 ${duration(expectedMs(silence.gauge, watch))})`,
      ),
    };
  }
  if (alert.step > 0 && heardAt >= alert.changedAt) {
    const cleared: Alert = { ...alert, state: 'quiet', step: 0, changedAt: heardAt, transitions: alert.transitions + 1 };
    return { alert: cleared, transition: told(silence, alert, cleared, 'cleared', heardAt, `規則 ${rule.id}: 受信が再開した`) };
  }
  return { alert, transition: null };
}

function told(
  { rule, gauge, watch, decidedAt, playbookVersion }: Silence,
  before: Alert,
  after: Alert,
  kind: Transition['kind'],
  at: number,
  verdict: string,
): Transition {
  return {
    id: transitionId(after, after.transitions),
    alertId: alertId(after),
    ruleId: rule.id,
    gauge: gauge.id,
    kind,
    from: before.step,
    to: after.step,
    at,
    decidedAt,
    status: after.status,
    record: { playbookVersion, ruleId: rule.id, by: `rule ${rule.id}`, verdict, limits: [], evidence: watch?.recent[gauge.quantity] ?? [] },
  };
}

/** In the words of the city; the unit that leaves a number below two hundred. */
function duration(ms: number): string {
  const [unit, of] =
    ms < 180_000 ? (['秒', 1_000] as const) : ms < 180 * 60_000 ? (['分', 60_000] as const) : (['時間', 3_600_000] as const);
  return `${Math.round(ms / of)}${unit}`;
}

import type { AlertBriefDto, GaugeDto } from '#wire';

/** The intake takes a value this old for history, not for the present; the page does the same. */
const OLD_MS_MIN = 30 * 60_000;
/** A proof of life may come this much late: the device measures every ten minutes and sends with the measurement. */
const STANDBY_SLACK = 1.1;
/** One reading in twenty rises faster in the flood season (P95 0.13 m/h, D§1.3): below this a river is at rest. */
const RISING_M_PER_H = 0.1;

const USABLE = new Set(['ok', 'manual', 'estimated', 'clockSuspect']);
const LATE = new Set(['backfilled']);

/** Kinds that say something of a gauge beside the limit it has reached: shown when nothing else is. */
const COMBINED: ReadonlySet<AlertBriefDto['kind']> = new Set(['rise', 'vote', 'sequence', 'cel']);

/** How a flag of a value is drawn: believed, come late, or doubtful. */
export type Trust = 'good' | 'late' | 'doubtful';
export const trustOf = (quality: string): Trust => (USABLE.has(quality) ? 'good' : LATE.has(quality) ? 'late' : 'doubtful');

/** Where one gauge stands, in the order in which the page asks: unknown first, for a gap is not a state. */
export type Standing =
  | { readonly kind: 'unknown'; readonly since: number; readonly before: string }
  | { readonly kind: 'raised'; readonly code: string; readonly name: string; readonly step: number; readonly stepsMax: number }
  | { readonly kind: 'crowded'; readonly code: string; readonly name: string; readonly step: number; readonly stepsMax: number }
  | { readonly kind: 'noted'; readonly code: string; readonly name: string; readonly step: number; readonly stepsMax: number }
  | { readonly kind: 'pending'; readonly code: string; readonly name: string }
  | { readonly kind: 'doubtful' }
  | { readonly kind: 'calm' }
  | { readonly kind: 'silent' };

/** Judges by what the service decided (alerts, blindness), never by the value itself: the page must not know better than the record. */
export function standingOf(gauge: GaugeDto): Standing {
  const raised = highest(gauge.alerts, 'level', 'raised');
  if (gauge.blindSince !== null) {
    return { kind: 'unknown', since: gauge.blindSince, before: raised?.stepName ?? gauge.passed?.name ?? '' };
  }
  if (raised) {
    return {
      kind: 'raised',
      code: raised.stepCode,
      name: raised.stepName,
      step: raised.step,
      stepsMax: raised.stepsMax,
    };
  }
  const crowded = highest(gauge.alerts, 'band', 'raised');
  if (crowded) return { kind: 'crowded', code: crowded.stepCode, name: crowded.stepName, step: crowded.step, stepsMax: crowded.stepsMax };
  const other = gauge.alerts.find(({ kind, state }) => COMBINED.has(kind) && state === 'raised');
  if (other) return { kind: 'noted', code: other.stepCode, name: other.stepName, step: other.step, stepsMax: other.stepsMax };
  // A link has no readings of its own; it is spoken of when it is silent.
  if (!gauge.latest) return gauge.kind === 'link' ? { kind: 'calm' } : { kind: 'silent' };
  const waits = gauge.alerts.some((alert) => alert.state === 'pending' && alert.kind !== 'blind');
  if (waits) return { kind: 'pending', code: gauge.passed?.code ?? '', name: gauge.passed?.name ?? '' };
  // A value that nobody believes says nothing about calm either.
  return trustOf(gauge.latest.quality) === 'good' ? { kind: 'calm' } : { kind: 'doubtful' };
}

/** Whether a value can speak of now. A gauge that stands by is quiet on purpose: old only when its proof of life is overdue. */
export type Freshness = 'fresh' | 'standby' | 'old';

/** `now` is server time. A gauge without a value has none that is old. */
export function freshnessOf({ latest, expected }: GaugeDto, now: number): Freshness {
  const ageMs = latest === null ? 0 : now - latest.at;
  if (ageMs < OLD_MS_MIN) return 'fresh';
  return expected.mode === 'standby' && ageMs < expected.everyMs * STANDBY_SLACK ? 'standby' : 'old';
}

/** Somebody took note of every alert that is raised here. */
export function isAcknowledged({ alerts }: GaugeDto): boolean {
  const raised = alerts.filter(({ state }) => state === 'raised');
  return raised.length > 0 && raised.every(({ acknowledgedBy }) => acknowledgedBy !== null);
}

/** A river that rises, as far as anybody knows. */
export const isRising = (gauge: GaugeDto): boolean =>
  gauge.quantity === 'level' && gauge.blindSince === null && (gauge.ratePerHour ?? 0) >= RISING_M_PER_H;

const highest = (alerts: readonly AlertBriefDto[], kind: AlertBriefDto['kind'], state: AlertBriefDto['state']): AlertBriefDto | undefined =>
  alerts
    .filter((alert) => alert.kind === kind && alert.state === state)
    .toSorted((a, b) => b.step / b.stepsMax - a.step / a.stepsMax || b.step - a.step)[0];

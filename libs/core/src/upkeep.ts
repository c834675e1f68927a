import type { MaintenanceAt } from './admit.ts';
import type { GaugeId } from './gauge.ts';
import type { Correction, Maintenance, MaintenanceEnd } from './logbook.ts';

/** A maintenance with the end that it really has. */
export interface MaintenanceWindow {
  readonly id: string;
  readonly gauge: GaugeId;
  readonly from: number;
  readonly until: number;
  readonly reason: string;
  readonly by: string;
}

/** Which gauges are in maintenance when. The ends of those that were over early are the early ones. */
export class Upkeep {
  readonly #windows = new Map<GaugeId, readonly MaintenanceWindow[]>();

  /** Takes entries in the order in which they were made; the same again changes nothing. */
  take(entries: readonly (Maintenance | MaintenanceEnd)[]): void {
    for (const entry of entries) {
      const own = this.#windows.get(entry.gauge) ?? [];
      if (entry.kind === 'maintenance') {
        if (own.some(({ id }) => id === entry.id)) continue;
        const { id, gauge, from, until, reason, by } = entry;
        this.#windows.set(gauge, [...own, { id, gauge, from, until, reason, by }]);
      } else {
        const ended = own.map((window) => (window.id === entry.of ? { ...window, until: Math.min(window.until, entry.at) } : window));
        this.#windows.set(entry.gauge, ended);
      }
    }
  }

  /** Forgets what was over before the instant. */
  forget(endedBefore: number): void {
    for (const [gauge, own] of this.#windows) {
      const left = own.filter(({ until }) => until > endedBefore);
      if (left.length === 0) this.#windows.delete(gauge);
      else this.#windows.set(gauge, left);
    }
  }

  /** For `admit`: why the gauge was in maintenance at an instant. */
  of(gauge: GaugeId): MaintenanceAt {
    const own = this.#windows.get(gauge);
    if (own === undefined) return never;
    return (at) => {
      const window = own.find(({ from, until }) => from <= at && at < until);
      return window ? `保守中のため判定に使いません: ${window.reason}(${window.by})` : null;
    };
  }

  /** What is planned or under way at the instant or later, by its beginning. */
  windows(gauge: GaugeId, at: number): readonly MaintenanceWindow[] {
    return (this.#windows.get(gauge) ?? []).filter(({ until }) => until > at).toSorted((a, b) => a.from - b.from);
  }
}

const never: MaintenanceAt = () => null;

/** The corrections in force, by the instant of the observation: of several the last one, and none where the last one takes it back. */
export function correctionsInForce(corrections: readonly Correction[]): ReadonlyMap<number, Correction & { readonly value: number }> {
  const inForce = new Map<number, Correction & { readonly value: number }>();
  for (const correction of corrections) {
    const { at, value } = correction;
    if (value === null) inForce.delete(at);
    else inForce.set(at, { ...correction, value });
  }
  return inForce;
}

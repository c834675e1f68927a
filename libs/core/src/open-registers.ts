import type { MaintenanceAt } from './admit.ts';
import type { GaugeId } from './gauge.ts';

/**
 * Gauges of shelters whose people are checked in. A shelter has one number of people: while its register counts, what a counter of its own says is
 * kept and moves nothing, or the two would take turns on every screen.
 */
export class OpenRegisters {
  #gauges: ReadonlySet<GaugeId> = new Set();

  /** From now on these. */
  take(gauges: ReadonlySet<GaugeId>): void {
    this.#gauges = gauges;
  }

  /** For `admit`: why a device's count moves nothing; null where devices count. */
  of(gauge: GaugeId): MaintenanceAt | null {
    return this.#gauges.has(gauge) ? setAside : null;
  }
}

const setAside: MaintenanceAt = () => '受付（QRコードと係員）で数えているため、計数器の値は参考にとどめます';

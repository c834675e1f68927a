import type { Evidence } from './alert.ts';
import type { GaugeId } from './gauge.ts';
import type { Quantity } from './quantity.ts';
import type { Mode } from './report.ts';

/** What `watch` remembers of one gauge between two commits. Recent readings by time of observation, for confirmation and evidence. */
export interface GaugeWatch {
  readonly gauge: GaugeId;
  readonly recent: Readonly<Partial<Record<Quantity, readonly Evidence[]>>>;
  /** When the device was last heard, by our clock. */
  readonly heardAt: number;
  readonly mode: Mode | null;
  readonly intervalMs: number | null;
  /** Time since `heardAt` in which this service did not listen, which proves nothing about the gauge. */
  readonly excusedMs?: number;
  /** The start of listening that the newest part of `excusedMs` ends at. */
  readonly excusedFor?: number;
}

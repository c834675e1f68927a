import type { Quantity } from './quantity.ts';

/** Below `start` a crisis-management gauge stands by (a sign of life a day); at or above it, it observes at a short interval (D§1.1). */
export type Mode = 'standby' | 'observe';

/** What a device claims, decoded and in fixed units, not yet believed. `distance` in metres becomes a level by the gauge's sensor elevation. */
export interface Report {
  readonly seq: number | null;
  /** Observation instant by the device's clock, epoch milliseconds. */
  readonly at: number;
  readonly values: Readonly<Partial<Record<Quantity | 'distance', number>>>;
  readonly mode: Mode | null;
  readonly intervalMs: number | null;
  readonly batteryV: number | null;
  readonly rssiDbm: number | null;
  readonly firmware: string | null;
}

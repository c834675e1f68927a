import type { GaugeId } from './gauge.ts';
import type { OperationStatus } from './operation-status.ts';
import type { Quantity } from './quantity.ts';
import type { Mode } from './report.ts';

/** Nearly the flags of prefecture telemetry (D§1.3). */
export const QUALITIES = [
  'ok',
  'outOfRange',
  'stepTooLarge',
  'constant',
  'maintenance',
  'manual',
  'missing',
  'estimated',
  'backfilled',
  'clockSuspect',
] as const;
export type Quality = (typeof QUALITIES)[number];

/** One quantity of one report that was admitted. Raw value, corrected value, flag and its reason are kept for good. */
export interface Reading<S extends OperationStatus = OperationStatus> {
  readonly gauge: GaugeId;
  readonly quantity: Quantity;
  readonly seq: number | null;
  /** Epoch milliseconds. When the device's clock cannot be believed this is the receipt time and the flag is `clockSuspect`. */
  readonly observedAt: number;
  readonly receivedAt: number;
  /** As reported (a distance gauge: the distance). */
  readonly raw: number;
  /** Corrected and converted, in the unit of the quantity. */
  readonly value: number;
  readonly quality: Quality;
  /** Why the flag is not `ok`, in words an operator understands; empty for `ok`. */
  readonly why: string;
  readonly status: S;
  readonly mode: Mode | null;
  readonly intervalMs: number | null;
  readonly batteryV: number | null;
  readonly rssiDbm: number | null;
}

/** A reading with its place in the log. Positions rise by one and order the world; clocks only describe it. */
export interface LogEntry<S extends OperationStatus = OperationStatus> {
  readonly position: number;
  readonly reading: Reading<S>;
}

/**
 * Whether a reading may move an alert. A suspect clock is replaced by the receipt time, so its value still counts; an estimate from
 * counters is the best that is known of a crowd (D§7).
 */
export const isUsable = (quality: Quality): boolean =>
  quality === 'ok' || quality === 'manual' || quality === 'estimated' || quality === 'clockSuspect';

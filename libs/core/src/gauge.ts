import type { ClosingTime } from './occupancy.ts';
import type { Quantity } from './quantity.ts';

export type GaugeId = string;
export type DeviceId = string;
export const GAUGE_KINDS = ['river', 'rain', 'road', 'shelter', 'spot', 'window', 'weather', 'link'] as const;
export type GaugeKind = (typeof GAUGE_KINDS)[number];

/** A named limit of a gauge. Limits are versions: an observation is judged by the one in force when it was made (D§1.1). */
export interface Threshold {
  readonly code: string;
  readonly value: number;
  /** Epoch milliseconds; in force from here until the next version of the same code. */
  readonly validFrom: number;
}

/** Bounds of what the place can physically show; outside them a reading is doubtful (D§1.3). Metres for levels, else the quantity's unit. */
export interface Plausible {
  readonly min: number;
  readonly max: number;
  /** Largest believable change within 10 minutes and within an hour. */
  readonly stepPer10Min: number;
  readonly stepPerHour: number;
  /** Identical values for this long, while the place should move, mean a stuck sensor. */
  readonly stuckAfterMs: number;
}

/** A place that is watched. `quantity` is what its rules judge; other quantities of its reports are kept beside it. */
export interface Gauge {
  readonly id: GaugeId;
  readonly device: DeviceId;
  readonly name: string;
  readonly kind: GaugeKind;
  readonly quantity: Quantity;
  readonly river: string | null;
  /** Codes of the districts that hear about this gauge. */
  readonly areas: readonly string[];
  readonly lat: number | null;
  readonly lon: number | null;
  readonly datum: string | null;
  readonly zeroHeightM: number | null;
  readonly crestM: number | null;
  /** Elevation of the sensor for gauges that report a distance: level = sensorElevationM − distance. */
  readonly sensorElevationM: number | null;
  /** Added to the reported value to correct a known offset. */
  readonly offset: number;
  readonly capacity: number | null;
  /** Of a place without walls: the ground on which people stand. */
  readonly areaM2?: number | null;
  /** When a place that counts those who come and go is empty every day; never without one. */
  readonly closing?: ClosingTime | null;
  readonly publicAlert: 'allowed' | 'staffOnly';
  /** What the device is expected to do below and above its `start` threshold. */
  readonly standbyIntervalMs: number;
  readonly observeIntervalMs: number;
  readonly plausible: Plausible;
  readonly thresholds: readonly Threshold[];
  readonly upstream: GaugeId | null;
  /** The link (base station, gateway) its device speaks over: a gauge of kind `link`, which has no readings of its own. */
  readonly link?: GaugeId | null;
}

/** The limits of a gauge in force at an instant, ascending by value. */
export function thresholdsAt(gauge: Gauge, at: number): readonly Threshold[] {
  const inForce = new Map<string, Threshold>();
  for (const threshold of gauge.thresholds) {
    if (threshold.validFrom > at) continue;
    const known = inForce.get(threshold.code);
    if (!known || known.validFrom <= threshold.validFrom) inForce.set(threshold.code, threshold);
  }
  return [...inForce.values()].toSorted((a, b) => a.value - b.value);
}

/**
 * Where a gauge begins to observe: its `start`, or its lowest limit when it has none of that name; null without limits. Asked for every
 * reading, so it allocates nothing.
 */
export function startValueAt({ thresholds }: Gauge, at: number): number | null {
  let start: Threshold | null = null;
  let lowest: number | null = null;
  for (const threshold of thresholds) {
    if (threshold.validFrom > at) continue;
    if (threshold.code === 'start' && (start === null || threshold.validFrom >= start.validFrom)) start = threshold;
    lowest = Math.min(lowest ?? threshold.value, threshold.value);
  }
  return start?.value ?? lowest;
}

import type { Gauge } from './gauge.ts';
import type { Mode } from './report.ts';

/** Below `start` by this much a gauge may stand by again: a level that plays around `start` must not change the rhythm with every wave. */
const STANDBY_BELOW_M = 0.1;

/** What a device is asked to do: its retained `cfg`. */
export interface Tuning {
  readonly mode: Mode;
  readonly intervalMs: number;
}

/**
 * The closed loop (product §7): at or above its `start` a gauge is asked to observe at its short interval, below it to stand by. `before`
 * is what it was asked last. Null for gauges without `start`: their own rhythm stands.
 */
export function tuningOf(gauge: Gauge, latest: { readonly at: number; readonly value: number }, before: Mode | null): Tuning | null {
  if (gauge.quantity !== 'level') return null;
  const start = startInForce(gauge, latest.at);
  if (start === null) return null;
  const observing = latest.value >= start || (before === 'observe' && latest.value >= start - STANDBY_BELOW_M);
  return observing ? { mode: 'observe', intervalMs: gauge.observeIntervalMs } : { mode: 'standby', intervalMs: gauge.standbyIntervalMs };
}

/** The gauge's own `start`, if it has one by then. Asked for every reading, so it allocates nothing. */
function startInForce({ thresholds }: Gauge, at: number): number | null {
  let start: number | null = null;
  let since = Number.NEGATIVE_INFINITY;
  for (const { code, value, validFrom } of thresholds) {
    if (code !== 'start' || validFrom > at || validFrom < since) continue;
    start = value;
    since = validFrom;
  }
  return start;
}

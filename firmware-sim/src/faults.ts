import type { DeviceSpec, Values } from './device.ts';

/** What goes wrong with a device, and when. Instants are milliseconds of the scenario; numbers in the unit of the device's main quantity. */
export type Fault =
  /** One absurd value, or as many as fit into the time (D§1.3, F42). */
  | { readonly kind: 'spike'; readonly from: number; readonly to: number; readonly add: number }
  /** The value of the beginning, over and over. */
  | { readonly kind: 'stuck'; readonly from: number; readonly to: number }
  /** Creeps away from the truth. */
  | { readonly kind: 'drift'; readonly from: number; readonly to: number; readonly addPerHour: number }
  /** The clock runs from 1970-01-01 on, as one that was never set (F22) … */
  | { readonly kind: 'clock1970'; readonly from: number; readonly to: number }
  /** … or is ahead (negative: behind) of the right time. */
  | { readonly kind: 'clockAhead'; readonly from: number; readonly to: number; readonly aheadMs: number }
  /** No radio: measures and remembers, and sends it all afterwards; `shuffled` in no order (F37). */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number; readonly shuffled: boolean }
  /** No power: nothing is measured (F45). */
  | { readonly kind: 'dead'; readonly from: number; readonly to: number }
  /** Every packet goes twice. */
  | { readonly kind: 'duplicate'; readonly from: number; readonly to: number }
  /** Counters and numbers begin again (F47). */
  | { readonly kind: 'reboot'; readonly from: number; readonly to: number };

export type FaultKind = Fault['kind'];

const isActive = ({ from, to }: Fault, at: number): boolean => from <= at && at < to;

/** Whether a fault of the kind is on. */
export const has = (faults: readonly Fault[], kind: FaultKind, at: number): boolean =>
  faults.some((fault) => fault.kind === kind && isActive(fault, at));

/** What the sensor says instead of the truth. `truth` gives the values of any instant. */
export function distorted({ kind }: Pick<DeviceSpec, 'kind'>, faults: readonly Fault[], truth: (at: number) => Values, at: number): Values {
  const main = MAIN_QUANTITY[kind];
  let values = truth(at);
  for (const fault of faults) {
    if (!isActive(fault, at)) continue;
    if (fault.kind === 'stuck') values = truth(fault.from);
    const now = values[main];
    if (now === undefined) continue;
    if (fault.kind === 'spike') values = { ...values, [main]: rounded(now + fault.add) };
    if (fault.kind === 'drift') values = { ...values, [main]: rounded(now + (fault.addPerHour * (at - fault.from)) / 3_600_000) };
  }
  return values;
}

/** What the device's clock shows. `now` is the right time, `sinceMs` gives the real time since an instant of the scenario. */
export function clockShown(faults: readonly Fault[], at: number, now: number, sinceMs: (from: number) => number): number {
  for (const fault of faults) {
    if (!isActive(fault, at)) continue;
    if (fault.kind === 'clock1970') return sinceMs(fault.from);
    if (fault.kind === 'clockAhead') return now + fault.aheadMs;
  }
  return now;
}

/** The next instant after `at` at which a fault begins or ends; infinity when there is none. */
export const nextTurn = (faults: readonly Fault[], at: number): number =>
  Math.min(Number.POSITIVE_INFINITY, ...faults.flatMap(({ from, to }) => [from, to]).filter((turn) => turn > at));

/** The quantity that a fault of the sensor distorts. */
const MAIN_QUANTITY = { level: 'level', rain: 'rain', counter: 'count', window: 'waiting' } as const;

/** Sensors show hundredths. */
const rounded = (value: number): number => Math.round(value * 100) / 100;

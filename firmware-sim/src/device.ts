import type { Mode, Quantity } from '#core';
import type { CfgMessage, ReportBody } from '#wire';
import { type Battery, batteryVolt, drain, FULL } from './battery.ts';
import { isoJapan } from './report-packet.ts';

/**
 * The decisions of a device without its radio: when it measures, what it sends. Pure; instants and intervals are milliseconds of the
 * device's life, which a run may make faster than ours.
 */

export type DeviceKind = 'level' | 'rain' | 'counter' | 'window';

export interface DeviceSpec {
  readonly id: string;
  readonly kind: DeviceKind;
  /** The level at and above which a gauge observes; null: it observes always. */
  readonly startM: number | null;
  /** Below `start` a gauge measures this often … */
  readonly standbyEveryMs: number;
  /** … and sends this often, as a sign of life. */
  readonly lifeSignEveryMs: number;
  /** At or above `start` it measures and sends this often. */
  readonly observeEveryMs: number;
  /** Elevation of the sensor of a gauge that reports the distance down to the water; null: it reports a level. */
  readonly sensorM: number | null;
  readonly firmware: string;
}

/** D§1.1: below `start` at least every 10 minutes measured, at least once a day sent; above, 2, 5 or 10 minutes by the size of the river. */
export const GAUGE_RHYTHM = { standbyEveryMs: 600_000, lifeSignEveryMs: 86_400_000, observeEveryMs: 300_000 } as const;

export interface DeviceState {
  /** Number of the next report. */
  readonly seq: number;
  readonly mode: Mode;
  readonly nextMeasureAt: number;
  /** When the last report was made; null after boot, so that the first measurement is reported. */
  readonly reportedAt: number | null;
  /** What had been counted before this life of the device: its counters restart from zero (D§7). */
  readonly countedBefore: Counters;
  /** The configuration obeyed; null before any came. Kept over a reboot. */
  readonly cfg: CfgMessage | null;
  readonly battery: Battery;
}

export type Values = Readonly<Partial<Record<Quantity, number>>>;

interface Counters {
  readonly in: number;
  readonly out: number;
}

/** A device that boots at `at`. `phase` in 0–1 spreads first measurements over one interval, so that a fleet does not speak in chorus. */
export const booted = (spec: DeviceSpec, at: number, phase: number): DeviceState => ({
  seq: 0,
  mode: 'standby',
  nextMeasureAt: at + Math.round(phase * Math.min(spec.standbyEveryMs, spec.observeEveryMs)),
  reportedAt: null,
  countedBefore: { in: 0, out: 0 },
  cfg: null,
  battery: FULL,
});

/** What survives a reboot is the battery and the configuration; numbers and counters begin again (F47). */
export const rebooted = (spec: DeviceSpec, state: DeviceState, at: number, { in: came = 0, out: left = 0 }: Values): DeviceState => ({
  ...booted(spec, at, 0),
  countedBefore: { in: came, out: left },
  cfg: state.cfg,
  battery: state.battery,
});

/** The highest `rev` wins; an older or equal one changes nothing. */
export function configured(
  spec: DeviceSpec,
  state: DeviceState,
  cfg: CfgMessage,
  { at, everyMsMin }: { readonly at: number; readonly everyMsMin: number },
): DeviceState {
  if (state.cfg && cfg.rev <= state.cfg.rev) return state;
  const next = { ...state, cfg };
  // A shorter interval holds from now on, not from the end of the long one that is running.
  return { ...next, nextMeasureAt: Math.min(state.nextMeasureAt, at + rhythm(spec, next, everyMsMin).measureEveryMs) };
}

/**
 * How often a device measures and sends in its present mode. Its own `start` outranks a configuration that says standby: water decides.
 * It does nothing more often than `everyMsMin`, whatever it is told.
 */
export function rhythm(
  spec: DeviceSpec,
  { mode, cfg }: Pick<DeviceState, 'mode' | 'cfg'>,
  everyMsMin: number,
): { readonly measureEveryMs: number; readonly sendEveryMs: number } {
  if (mode === 'observe' || cfg?.mode === 'observe') {
    const everyMs = Math.max(everyMsMin, cfg?.mode === 'observe' ? cfg.interval * 1000 : spec.observeEveryMs);
    return { measureEveryMs: everyMs, sendEveryMs: everyMs };
  }
  const sendEveryMs = Math.max(everyMsMin, cfg ? cfg.interval * 1000 : spec.lifeSignEveryMs);
  return { measureEveryMs: Math.max(everyMsMin, Math.min(spec.standbyEveryMs, sendEveryMs)), sendEveryMs };
}

export interface Measurement {
  readonly state: DeviceState;
  /** What is to be sent; null when the device only looked. */
  readonly report: ReportBody | null;
}

/**
 * Takes one measurement and decides whether it is worth a report: always while observing, on a change of mode, after boot, and once
 * in the interval of signs of life. `clockAt` is the instant that the device's clock shows, `speed` how much faster its life runs:
 * the interval is told in the receiver's seconds.
 */
export function measured(
  spec: DeviceSpec,
  state: DeviceState,
  seen: {
    readonly at: number;
    readonly values: Values;
    readonly clockAt: number;
    readonly rssiDbm: number;
    readonly speed: number;
    readonly everyMsMin: number;
  },
): Measurement {
  const { at } = seen;
  const values = asCounted(seen.values, state.countedBefore);
  const mode: Mode = observes(spec, values) ? 'observe' : 'standby';
  const { measureEveryMs, sendEveryMs } = rhythm(spec, { mode, cfg: state.cfg }, seen.everyMsMin);
  // Half an interval of patience: a timer that fires a little early must not cost a whole round.
  const due = state.reportedAt === null || mode !== state.mode || at - state.reportedAt >= sendEveryMs - measureEveryMs / 2;
  const battery = drain(state.battery, due);
  const next = { ...state, mode, nextMeasureAt: at + measureEveryMs, battery };
  if (!due) return { state: next, report: null };
  return {
    state: { ...next, seq: state.seq + 1, reportedAt: at },
    report: {
      seq: state.seq,
      t: isoJapan(seen.clockAt),
      ...asSensed(values, spec.sensorM),
      mode: state.cfg?.mode === 'observe' ? 'observe' : mode,
      interval: Math.max(1, Math.round(sendEveryMs / seen.speed)) / 1000,
      batV: batteryVolt(battery),
      rssi: seen.rssiDbm,
      fw: spec.firmware,
    },
  };
}

/** Counters are unsigned and 32 bits wide: beyond that they begin again at zero. */
const asCounted = (values: Values, before: Counters): Values => ({
  ...values,
  ...(values.in === undefined ? {} : { in: (values.in - before.in) >>> 0 }),
  ...(values.out === undefined ? {} : { out: (values.out - before.out) >>> 0 }),
});

/** A sensor above the water tells how far down it is, to the millimetre. */
function asSensed({ level, ...rest }: Values, sensorM: number | null): Values & { readonly distance?: number } {
  if (level === undefined) return rest;
  return sensorM === null ? { ...rest, level } : { ...rest, distance: Math.round((sensorM - level) * 1000) / 1000 };
}

const observes = ({ kind, startM }: DeviceSpec, { level }: Values): boolean =>
  kind !== 'level' || startM === null || (level !== undefined && level >= startM);

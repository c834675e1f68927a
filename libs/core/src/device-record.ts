import { type ClockTrack, NO_CLOCK } from './clock-offset.ts';
import type { SeqTurn } from './seq-lines.ts';

/** What the numbers, clock and battery of a device told about it, beside its readings. Instants are receipts. */
export interface DeviceRecord {
  readonly clock: ClockTrack;
  /** How often numbers were left out, and when last. */
  readonly gaps: number;
  readonly lastGapAt: number;
  readonly restarts: number;
  readonly lastRestartAt: number;
  /** When the line of numbers before the newest went on, newest last. */
  readonly interleavedAt: readonly number[];
  /** How often a cumulative counter fell, and when last. */
  readonly counterResets: number;
  readonly lastCounterResetAt: number;
  readonly batteryV: number | null;
}

/** Something about a device that staff should look after. */
export interface DeviceFault {
  readonly kind: 'cloned' | 'clock' | 'battery';
  /** For an operator. */
  readonly why: string;
}

export const NEW_DEVICE: DeviceRecord = {
  clock: NO_CLOCK,
  gaps: 0,
  lastGapAt: 0,
  restarts: 0,
  lastRestartAt: 0,
  interleavedAt: [],
  counterResets: 0,
  lastCounterResetAt: 0,
  batteryV: null,
};

/** One line that goes on once may be a buffer found late; so many times within a day are two devices that count side by side (F32). */
const INTERLEAVED_MIN = 3;
const INTERLEAVED_WITHIN_MS = 86_400_000;
/**
 * Below these a battery is nearly empty. Lithium thionyl chloride cells (3.6 V) fall steeply from here to 3.0 V, the end of their data sheets;
 * lead batteries of solar stations are 11.6 V at a charge of 20 %.
 */
const BATTERY_LOW_V = [
  { upToV: 4.5, lowV: 3.3 },
  { upToV: 16, lowV: 11.6 },
] as const;

/** The record after one report more. */
export function noted(
  record: DeviceRecord,
  {
    turn,
    clock,
    batteryV,
    receivedAt,
  }: { readonly turn: SeqTurn | null; readonly clock: ClockTrack; readonly batteryV: number | null; readonly receivedAt: number },
): DeviceRecord {
  return {
    ...record,
    clock,
    batteryV: batteryV ?? record.batteryV,
    ...(turn === 'gap' && { gaps: record.gaps + 1, lastGapAt: receivedAt }),
    ...(turn === 'restart' && { restarts: record.restarts + 1, lastRestartAt: receivedAt }),
    ...(turn === 'interleaved' && { interleavedAt: [...record.interleavedAt.slice(1 - INTERLEAVED_MIN), receivedAt] }),
  };
}

/** What staff should look after, by the newest word of the device. */
export function deviceFaults(record: DeviceRecord, now: number): readonly DeviceFault[] {
  const faults: DeviceFault[] = [];
  if (isCloned(record, now)) {
    faults.push({
      kind: 'cloned',
      why: '同じ機器の鍵が2か所で使われています。番号が2つの流れで届いています。鍵が複製されていないか確かめてください',
    });
  }
  if (record.clock.trouble !== '') faults.push({ kind: 'clock', why: record.clock.trouble });
  const { batteryV } = record;
  if (batteryV !== null && isLow(batteryV)) faults.push({ kind: 'battery', why: `電池の電圧が ${batteryV} V に下がっています` });
  return faults;
}

const isCloned = ({ interleavedAt }: DeviceRecord, now: number): boolean =>
  interleavedAt.length >= INTERLEAVED_MIN && now - interleavedAt.at(-INTERLEAVED_MIN)! <= INTERLEAVED_WITHIN_MS;

/** A voltage above every class is no battery of ours, or a percentage. */
const isLow = (volts: number): boolean => volts < (BATTERY_LOW_V.find(({ upToV }) => volts <= upToV)?.lowV ?? 0);

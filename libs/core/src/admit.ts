import { assess } from './assess.ts';
import { type Gauge } from './gauge.ts';
import { type Mark, meetSeq, meetTime } from './mark.ts';
import type { OperationStatus } from './operation-status.ts';
import { QUANTITIES, type Quantity } from './quantity.ts';
import type { Reading } from './reading.ts';
import type { Report } from './report.ts';

/** How far a device's clock may be ahead before the receipt time takes its place (D§7). */
export const CLOCK_AHEAD_MAX_MS = 2 * 60_000;
/** No gauge of ours is older than this; an earlier instant is a clock that never was set (F22). */
const CLOCK_EARLIEST = Date.UTC(2015, 0, 1);

/** What became of one report: its readings and how many quantities were repeats, with the mark that remembers them. */
export interface Admission {
  readonly readings: readonly Reading[];
  readonly duplicates: number;
  readonly mark: Mark;
}

/**
 * Turns a report into readings: clock check, repeat check, conversion, then range, step and stuck checks (product §8). Pure: the same
 * reports in the same order give the same readings, so a replay decides as the live service did.
 */
export function admit(mark: Mark, report: Report, gauge: Gauge, receivedAt: number, status: OperationStatus): Admission {
  const clockWrong = report.at > receivedAt + CLOCK_AHEAD_MAX_MS || report.at < CLOCK_EARLIEST;
  const observedAt = clockWrong ? receivedAt : report.at;

  const present = quantitiesOf(report, gauge);
  let { lines, times } = mark;
  if (report.seq !== null) {
    const met = meetSeq(lines, report.seq, observedAt, mark.newestAt, !clockWrong);
    if (met.repeat) return { readings: [], duplicates: present.length, mark };
    lines = met.lines;
  }

  const readings: Reading[] = [];
  const tracks = { ...mark.tracks };
  let duplicates = 0;
  for (const { quantity, raw, value } of present) {
    if (report.seq === null) {
      const met = meetTime(times[quantity], observedAt);
      if (met.repeat) {
        duplicates += 1;
        continue;
      }
      times = { ...times, [quantity]: met.times };
    }
    const { quality, why, track } = assess({
      gauge,
      quantity,
      value,
      observedAt,
      receivedAt,
      newestAt: mark.newestAt,
      intervalMs: report.intervalMs ?? gauge.observeIntervalMs,
      claimedAt: clockWrong ? report.at : null,
      track: mark.tracks[quantity],
    });
    tracks[quantity] = track;
    readings.push({
      gauge: gauge.id,
      quantity,
      seq: report.seq,
      observedAt,
      receivedAt,
      raw,
      value,
      quality,
      why,
      status,
      mode: report.mode,
      intervalMs: report.intervalMs,
      batteryV: report.batteryV,
      rssiDbm: report.rssiDbm,
    });
  }
  if (readings.length === 0) return { readings, duplicates, mark };
  return { readings, duplicates, mark: { gauge: mark.gauge, lines, times, newestAt: Math.max(mark.newestAt, observedAt), tracks } };
}

function quantitiesOf(
  { values }: Report,
  gauge: Gauge,
): readonly { readonly quantity: Quantity; readonly raw: number; readonly value: number }[] {
  const found: { quantity: Quantity; raw: number; value: number }[] = [];
  for (const quantity of QUANTITIES) {
    const raw = values[quantity];
    if (raw === undefined) continue;
    found.push({ quantity, raw, value: quantity === gauge.quantity ? rounded(raw + gauge.offset) : raw });
  }
  if (values.distance !== undefined && values.level === undefined && gauge.sensorElevationM !== null) {
    found.push({ quantity: 'level', raw: values.distance, value: rounded(gauge.sensorElevationM - values.distance + gauge.offset) });
  }
  return found;
}

/** Tenths of a millimetre: sums of binary fractions must not move a value across a limit. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

import { assess } from './assess.ts';
import { judgeClock } from './clock-offset.ts';
import { noted } from './device-record.ts';
import { type Gauge } from './gauge.ts';
import { type Mark, meetTime } from './mark.ts';
import { countedAtDoor, countedBy, countOn } from './occupancy.ts';
import type { OperationStatus } from './operation-status.ts';
import { QUANTITIES, type Quantity } from './quantity.ts';
import type { Quality, Reading } from './reading.ts';
import type { Report } from './report.ts';
import { meetSeq, type SeqTurn } from './seq-lines.ts';

/** What became of one report: its readings and how many quantities were repeats, with the mark that remembers them. */
export interface Admission<S extends OperationStatus = OperationStatus> {
  readonly readings: readonly Reading<S>[];
  readonly duplicates: number;
  readonly mark: Mark;
}

/** Why a gauge was in maintenance at an instant, for an operator; null when it was not. */
export type MaintenanceAt = (at: number) => string | null;

/**
 * Turns a report into readings: clock check, repeat check, conversion, then range, step and stuck checks (product §8). Pure: the same
 * reports in the same order give the same readings, so a replay decides as the live service did. What was measured in maintenance is kept,
 * moves nothing and teaches the checks nothing.
 */
export function admit<S extends OperationStatus>(
  mark: Mark,
  report: Report,
  gauge: Gauge,
  receivedAt: number,
  status: S,
  maintenanceAt: MaintenanceAt = never,
): Admission<S> {
  const clock = judgeClock(mark.device.clock, report.at, receivedAt);
  const believed = clock.fault === null;
  const observedAt = believed ? report.at : receivedAt;

  const present = quantitiesOf(report, gauge);
  let numbering: Pick<Mark, 'lines' | 'recent' | 'undated'> = mark;
  let turn: SeqTurn | null = null;
  if (report.seq !== null) {
    const content = believed ? '' : JSON.stringify(report.values);
    const met = meetSeq(mark, { seq: report.seq, claimedAt: report.at, believed, content });
    if (met.turn === null) return { readings: [], duplicates: present.length, mark };
    ({ turn, numbering } = met);
  }

  // A clock that runs names an observation even when it is wrong; one that was never set names them all alike.
  const identity = clock.fault === 'unset' ? observedAt : report.at;
  const readings: Reading<S>[] = [];
  const tracks = { ...mark.tracks };
  let { times } = mark;
  let duplicates = 0;
  const maintenance = maintenanceAt(observedAt);
  const keep = (quantity: Quantity, raw: number, value: number, judged: { readonly quality: Quality; readonly why: string }): void => {
    readings.push({ ...bareReading(gauge, report, { quantity, raw, value, observedAt, receivedAt, status }), ...judged });
  };
  const judge = (quantity: Quantity, value: number, track = mark.tracks[quantity]): { readonly quality: Quality; readonly why: string } => {
    if (maintenance !== null) return { quality: 'maintenance', why: maintenance };
    const { newestAt } = mark;
    const intervalMs = report.intervalMs ?? gauge.observeIntervalMs;
    const clockTrouble = clock.track.trouble;
    const assessed = assess({ gauge, quantity, value, observedAt, receivedAt, newestAt, intervalMs, clockTrouble, track });
    tracks[quantity] = assessed.track;
    return assessed;
  };
  for (const { quantity, raw, value } of present) {
    if (report.seq === null) {
      const met = meetTime(times[quantity], identity);
      if (met.repeat) {
        duplicates += 1;
        continue;
      }
      times = { ...times, [quantity]: met.times };
    }
    const { quality, why } = judge(quantity, value);
    keep(quantity, raw, value, { quality, why });
  }
  if (readings.length === 0) return { readings, duplicates, mark };

  let device = noted(mark.device, { turn, clock: clock.track, batteryV: report.batteryV, receivedAt });
  let { occupancy } = mark;
  const counted = countsByDoors(gauge, report) ? countOn(occupancy, { ...doorsOf(readings), at: observedAt }, gauge.closing ?? null) : null;
  if (counted) {
    ({ occupancy } = counted);
    const { estimate, fell } = counted;
    for (const [index, reading] of readings.entries()) {
      const why = reading.quantity === 'in' || reading.quantity === 'out' ? fell[reading.quantity] : undefined;
      if (why !== undefined && reading.quality === 'ok') readings[index] = { ...reading, quality: 'estimated', why };
    }
    if (Object.keys(fell).length > 0) device = { ...device, counterResets: device.counterResets + 1, lastCounterResetAt: receivedAt };
    if (estimate) {
      const { quality, why } = judge('count', estimate.value, estimate.afresh ? freshTrack(estimate.value, observedAt) : mark.tracks.count);
      const believable = quality === 'ok' || quality === 'clockSuspect';
      const said = [estimate.why, why].filter((part) => part !== '').join('。');
      keep('count', estimate.raw, estimate.value, believable ? { quality: 'estimated', why: said } : { quality, why });
    }
  }
  const newestAt = Math.max(mark.newestAt, observedAt);
  const moved: Mark = { ...mark, ...linesOf(numbering), times, newestAt, tracks, device, ...(occupancy && { occupancy }) };
  return { readings, duplicates, mark: moved };
}

/** People that a person counted: the truth from where the counters count on. */
export interface ManualCount {
  readonly count: number;
  readonly by: string;
  readonly note: string;
}

/** Takes a count by a person in place of what the counters make of it. Never a repeat: who counts again, counts again. */
export function admitManual<S extends OperationStatus>(
  mark: Mark,
  { count, by, note }: ManualCount,
  gauge: Gauge,
  receivedAt: number,
  status: S,
): Admission<S> {
  const reading: Reading<S> = {
    ...bareReading(gauge, null, { quantity: 'count', raw: count, value: count, observedAt: receivedAt, receivedAt, status }),
    quality: 'manual',
    why: `${by} が数えた人数です${note === '' ? '' : `: ${note}`}`,
  };
  const moved: Mark = {
    ...mark,
    newestAt: Math.max(mark.newestAt, receivedAt),
    tracks: { ...mark.tracks, count: freshTrack(count, receivedAt) },
    occupancy: countedBy(mark.occupancy, { count, by, at: receivedAt }),
  };
  return { readings: [reading], duplicates: 0, mark: moved };
}

/** Those who are in a shelter by its register, as of a line of it. */
export interface RegisterCount {
  readonly persons: number;
  readonly households: number;
  /** Of the newest line. */
  readonly number: number;
}

/**
 * Takes the count of a shelter's register in place of what counters make of it. The same line again is a repeat, unless an interval of the gauge has
 * passed: a register in which nothing moves still knows who is in, and must not seem to have fallen silent.
 */
export function admitRegister<S extends OperationStatus>(
  mark: Mark,
  { persons, households, number }: RegisterCount,
  gauge: Gauge,
  receivedAt: number,
  status: S,
): Admission<S> {
  if (isRegisterTold(mark, { number, gauge, now: receivedAt })) return { readings: [], duplicates: 1, mark };
  const reading: Reading<S> = {
    ...bareReading(gauge, null, { quantity: 'count', raw: persons, value: persons, observedAt: receivedAt, receivedAt, status }),
    // By whoever came and said so: the best that is known, and no person's word that the house is full.
    quality: 'estimated',
    why: `受付で数えた人数です（${households}世帯、記録 ${number} まで）`,
  };
  const moved: Mark = {
    ...mark,
    newestAt: Math.max(mark.newestAt, receivedAt),
    tracks: { ...mark.tracks, count: freshTrack(persons, receivedAt) },
    occupancy: countedAtDoor(mark.occupancy, { persons, number, at: receivedAt }),
  };
  return { readings: [reading], duplicates: 0, mark: moved };
}

/** Whether a line of a register was told of the gauge, within its interval. */
export function isRegisterTold(
  mark: Pick<Mark, 'occupancy'> | undefined,
  { number, gauge, now }: { readonly number: number; readonly gauge: Pick<Gauge, 'observeIntervalMs'>; readonly now: number },
): boolean {
  const told = mark?.occupancy?.register;
  return told?.number === number && now - told.at < gauge.observeIntervalMs;
}

const never: MaintenanceAt = () => null;

const linesOf = ({ lines, recent, undated }: Pick<Mark, 'lines' | 'recent' | 'undated'>): Pick<Mark, 'lines' | 'recent' | 'undated'> => ({
  lines,
  recent,
  undated,
});

/** What was counted afresh is no step from what was told before. */
const freshTrack = (value: number, at: number): Mark['tracks'][Quantity] & object => ({
  goodAt: at,
  good: value,
  doubtAt: null,
  doubt: 0,
  sameSince: at,
  sameCount: 0,
  last: value,
});

/** A place whose people are only told by those who come and go. */
const countsByDoors = ({ quantity }: Gauge, { values }: Report): boolean =>
  quantity === 'count' && values.count === undefined && (values.in !== undefined || values.out !== undefined);

const doorsOf = (readings: readonly Reading[]): { readonly in?: number | undefined; readonly out?: number | undefined } => ({
  in: readings.find(({ quantity }) => quantity === 'in')?.value,
  out: readings.find(({ quantity }) => quantity === 'out')?.value,
});

function bareReading<S extends OperationStatus>(
  gauge: Gauge,
  report: Report | null,
  set: Pick<Reading<S>, 'quantity' | 'raw' | 'value' | 'observedAt' | 'receivedAt' | 'status'>,
): Omit<Reading<S>, 'quality' | 'why'> {
  return {
    gauge: gauge.id,
    seq: report?.seq ?? null,
    ...set,
    mode: report?.mode ?? null,
    intervalMs: report?.intervalMs ?? null,
    batteryV: report?.batteryV ?? null,
    rssiDbm: report?.rssiDbm ?? null,
  };
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

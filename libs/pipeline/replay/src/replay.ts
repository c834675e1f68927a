import { admit, admitManual, emptyMark, type GaugeId, Judge, type Playbook, type Quantity, type Report, type Transition } from '#core';

/** Observations of the past in order of time, in columns: a year of a hundred gauges fits into memory. */
export interface Series {
  readonly length: number;
  readonly gauges: readonly GaugeId[];
  /** Quantity of each gauge index. */
  readonly quantities: readonly (Quantity | 'distance')[];
  /** Of each gauge index: whether a person counted. Nobody did when it is left out. */
  readonly byPerson?: readonly boolean[];
  at(index: number): { readonly gauge: number; readonly time: number; readonly value: number };
}

export interface Replayed {
  readonly transitions: readonly Transition[];
  readonly readings: number;
}

/** Rows between two words about the progress, and between two collections of transitions. */
const SLICE_ROWS = 10_000;

export interface ReplayOptions {
  /** The clock runs on to here after the last observation, for silence is a story too. */
  readonly untilAt?: number;
  /** Hears the share of rows done. */
  readonly onProgress?: (share: number) => void;
}

/**
 * The live engine under a virtual clock: the same admission, assessment and judgement, each observation received when it was made.
 */
export function replay(playbook: Playbook, series: Series, { untilAt = 0, onProgress }: ReplayOptions = {}): Replayed {
  if (series.length === 0) return { transitions: [], readings: 0 };
  const gauges = series.gauges.map((id) => playbook.gauges.get(id));
  // Of gauges without a column nothing is known: their silence is no part of this past.
  const links = [...playbook.gauges.values()].filter(({ kind }) => kind === 'link');
  const present = new Map([...gauges, ...links].flatMap((gauge) => (gauge ? [[gauge.id, gauge] as const] : [])));
  // Two columns of one gauge are one past.
  const slots = series.gauges.map((id) => series.gauges.indexOf(id));
  const marks = gauges.map((gauge) => gauge && emptyMark(gauge.id));
  const startsAt = series.at(0).time;
  const judge = new Judge({ ...playbook, gauges: present }, { alerts: [], watches: [] }, startsAt);
  const transitions: Transition[] = [];
  let readings = 0;
  let now = startsAt;
  for (let row = 0; row < series.length; row += 1) {
    const { gauge: column, time, value } = series.at(row);
    now = time;
    const gauge = gauges[column];
    if (gauge) {
      const mark = marks[slots[column]!]!;
      const admission = series.byPerson?.[column]
        ? admitManual(mark, { count: value, by: '職員', note: '' }, gauge, now, 'actual')
        : admit(mark, reportOf(series.quantities[column]!, value, now), gauge, now, 'actual');
      marks[slots[column]!] = admission.mark;
      for (const reading of admission.readings) {
        readings += 1;
        judge.observe({ position: readings, reading }, now);
      }
    }
    if (row % SLICE_ROWS === 0) {
      transitions.push(...judge.take().transitions);
      onProgress?.(row / series.length);
    }
  }
  judge.tick(Math.max(now, untilAt));
  transitions.push(...judge.take().transitions);
  return { transitions: transitions.toSorted((a, b) => a.at - b.at || a.id.localeCompare(b.id)), readings };
}

const reportOf = (quantity: Quantity | 'distance', value: number, at: number): Report => ({
  seq: null,
  at,
  values: { [quantity]: value },
  mode: null,
  intervalMs: null,
  batteryV: null,
  rssiDbm: null,
  firmware: null,
});

/** Values by hour since 1970: medians of what was believed, and sums of rain. */
export type Hourly = ReadonlyMap<number, number>;

/** The water around a gauge. */
export interface WaterAround {
  readonly own: Hourly;
  readonly neighbours: readonly { readonly name: string; readonly hourly: Hourly }[];
}

/**
 * Days looked back for a drift. These figures were chosen on healthy gauges of Tokachi 2016, Kuji and Naka 2026 and Occitanie 2020
 * (test/data/drift.spec.ts): 2 of 1,896 windows of 14 days are called a drift, and on Kuji and Naka half of all windows show one of 4 cm a day.
 * In a month of floods nearly nothing is said, for no river falls as its neighbour does.
 */
export const DRIFT_DAYS = 14;
const DRIFT_M_MIN = 0.3;
/** The drift stands out of what the days scatter around it by this factor. */
const DRIFT_TO_SCATTER_MIN = 6;
/** Neighbours that moved more had a flood, after which two rivers fall differently. */
const CALM_M_MAX = 0.5;
/** Neighbours that rose or fell all the time explain a trend as well as a drift does. */
const TREND_ALIKE_MAX = 0.8;
/** No gauge answers its neighbour by more than this, nor against it. */
const ANSWER_MIN = -0.5;
const ANSWER_MAX = 3;
const HOURS_OF_DAY_MIN = 6;
const DAYS_SHARE_MIN = 0.7;

/**
 * Hours without any change while the water around moves. On the same gauges: none in 72,000 hours, with the neighbours moving so much in 7 to
 * 50 % of them. Six hours are too few beside the tide, and 0.2 m are too little (two in Tokachi).
 */
export const STUCK_HOURS = 12;
const STUCK_NEIGHBOUR_M = 0.3;
/** Rain of a warning for heavy rain in most districts; every small river answers it within hours (D§9). */
const STUCK_RAIN_MM = 30;
const STUCK_SHARE_MIN = 0.8;

/** A slow offset of the gauge against its neighbours (D§1.3), in words for an operator; null without one, or when nothing can be told. */
export function driftOf({ own, neighbours }: WaterAround, hour: number): string | null {
  const days = dailyMedians(own, hour);
  let total = 0;
  const witnesses: string[] = [];
  for (const { name, hourly } of neighbours) {
    const found = driftAgainst(days, dailyMedians(hourly, hour));
    if (found === 'silent') continue;
    if (found === null || found * total < 0) return null;
    if (witnesses.length === 0 || Math.abs(found) < Math.abs(total)) total = found;
    witnesses.push(name);
  }
  if (witnesses.length === 0) return null;
  const which = witnesses.length === 1 ? '。どちらがずれたかは現地で確かめてください' : '';
  return `${DRIFT_DAYS}日間で ${witnesses.join('・')} に対して ${Math.abs(total).toFixed(2)} m ${total > 0 ? '高く' : '低く'}ずれてきました${which}`;
}

/** Identical values while the neighbours or the rain moved (D§1.3), in words for an operator; null when it moved, or nobody else did. */
export function stuckOf({ own, neighbours }: WaterAround, rain: readonly Hourly[], hour: number): string | null {
  const values = within(own, hour);
  if (values === null || !isStill(own, hour)) return null;
  const heard = neighbours.flatMap(({ name, hourly }) => {
    const others = within(hourly, hour);
    return others === null ? [] : [{ name, moved: Math.max(...others) - Math.min(...others) }];
  });
  if (heard.length > 0 && heard.every(({ moved }) => moved >= STUCK_NEIGHBOUR_M)) {
    const names = heard.map(({ name, moved }) => `${name} は ${moved.toFixed(2)} m`).join('、');
    return `${STUCK_HOURS}時間 ${values[0]} m のまま動きません。同じ間に ${names} 動きました`;
  }
  const fallen = Math.max(0, ...rain.map((hourly) => (within(hourly, hour) ?? []).reduce((sum, mm) => sum + mm, 0)));
  if (fallen < STUCK_RAIN_MM) return null;
  return `${STUCK_HOURS}時間 ${values[0]} m のまま動きません。同じ間に近くで ${Math.round(fallen)} mm の雨が降りました`;
}

/** Whether the gauge was heard in these hours and showed one figure only. */
export function isStill(own: Hourly, hour: number): boolean {
  const values = within(own, hour);
  return values !== null && Math.max(...values) === Math.min(...values);
}

/**
 * How far the gauge went away from its neighbour over the days: the part of its course that rises with time, beside the part that follows the
 * neighbour (least squares over daily medians). `silent` when the neighbour was not heard enough, null when it is not a drift.
 */
function driftAgainst(own: Days, other: Days): number | null | 'silent' {
  const days = Array.from({ length: DRIFT_DAYS }, (_, day) => day).filter((day) => own[day] !== null && other[day] !== null);
  if (days.length < DRIFT_DAYS * DAYS_SHARE_MIN) return 'silent';
  const y = centred(days.map((day) => own[day]!));
  const n = centred(days.map((day) => other[day]!));
  const t = centred(days);
  if (Math.max(...n) - Math.min(...n) > CALM_M_MAX) return null;
  const [nn, tt, nt, ny, ty] = [dot(n, n), dot(t, t), dot(n, t), dot(n, y), dot(t, y)];
  const flat = nn < 1e-9;
  if (!flat && Math.abs(nt) / Math.sqrt(nn * tt) > TREND_ALIKE_MAX) return null;
  const determinant = nn * tt - nt * nt;
  const answer = flat ? 0 : (ny * tt - ty * nt) / determinant;
  const perDay = flat ? ty / tt : (ty * nn - ny * nt) / determinant;
  if (answer < ANSWER_MIN || answer > ANSWER_MAX) return null;
  const rest = y.map((value, index) => value - answer * n[index]! - perDay * t[index]!);
  const scatter = Math.sqrt(dot(rest, rest) / (days.length - 3));
  const total = perDay * DRIFT_DAYS;
  return Math.abs(total) >= DRIFT_M_MIN && Math.abs(total) >= DRIFT_TO_SCATTER_MIN * scatter ? total : null;
}

type Days = readonly (number | null)[];

/** The oldest day first; null for a day with too few hours. */
function dailyMedians(hourly: Hourly, hour: number): Days {
  return Array.from({ length: DRIFT_DAYS }, (_, day) => {
    const first = hour - 24 * (DRIFT_DAYS - day) + 1;
    const values = valuesOf(hourly, first, first + 23).toSorted((a, b) => a - b);
    return values.length < HOURS_OF_DAY_MIN ? null : values[values.length >> 1]!;
  });
}

function within(hourly: Hourly, hour: number): readonly number[] | null {
  const values = valuesOf(hourly, hour - STUCK_HOURS + 1, hour);
  return values.length < STUCK_HOURS * STUCK_SHARE_MIN ? null : values;
}

function valuesOf(hourly: Hourly, first: number, last: number): readonly number[] {
  const values: number[] = [];
  for (let hour = first; hour <= last; hour += 1) {
    const value = hourly.get(hour);
    if (value !== undefined) values.push(value);
  }
  return values;
}

function centred(values: readonly number[]): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, index) => sum + value * b[index]!, 0);

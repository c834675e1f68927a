import { type Colour, Raster } from './raster.ts';

/** One point of a curve. */
export interface ChartPoint {
  readonly at: number;
  readonly value: number;
  /** Whether a decision could rest on it; the others are marked and not joined. */
  readonly isUsable: boolean;
}

/** A level that means something, with the letter under which the legend names it. */
export interface ChartLimit {
  readonly letter: string;
  readonly value: number;
  readonly colour: Colour;
}

export interface Chart {
  readonly from: number;
  readonly to: number;
  readonly points: readonly ChartPoint[];
  readonly limits: readonly ChartLimit[];
  /** Neighbours further apart are not joined: a gap is not a state. */
  readonly gapMs: number;
  /** Digits behind the point on the scale. */
  readonly decimals: number;
  /** Milliseconds by which the city's clocks are ahead of UTC. */
  readonly offsetMs: number;
}

/** Twice the size at which it is shown, so that it is sharp on a phone. */
export const CHART_WIDTH = 1_120;
export const CHART_HEIGHT = 520;

const GROUND: Colour = [255, 255, 255];
const INK: Colour = [26, 26, 28];
const GRID: Colour = [224, 224, 228];
const CURVE: Colour = [0, 23, 193];
const DOUBTFUL: Colour = [118, 118, 118];

const LEFT = 150;
const RIGHT = 1_054;
const TOP = 28;
const BOTTOM = 450;
/** Dots of a letter's dot: the figures stay readable when a phone shows the picture at a third of its size. */
const FIGURES = 4;
const LETTERS = 6;

/** The curve of the last hours with its limits, as PNG. Without a point there is no picture. */
export function drawHydrograph(chart: Chart): Buffer | null {
  const { from, to, points, limits } = chart;
  if (points.length === 0) return null;
  const raster = new Raster(CHART_WIDTH, CHART_HEIGHT, GROUND);
  const scale = scaleOf([...points.map(({ value }) => value), ...limits.map(({ value }) => value)]);
  const x = (at: number): number => LEFT + ((at - from) / (to - from)) * (RIGHT - LEFT);
  const y = (value: number): number => BOTTOM - ((value - scale.min) / (scale.max - scale.min)) * (BOTTOM - TOP);

  for (let value = scale.min; value <= scale.max + scale.step / 2; value += scale.step) {
    raster.line([LEFT, y(value)], [RIGHT, y(value)], GRID, 2);
    raster.text(value.toFixed(Math.max(chart.decimals, scale.decimals)), LEFT - 12, y(value), INK, { scale: FIGURES, align: 'right' });
  }
  for (const { at, text } of hoursOf(chart)) {
    raster.line([x(at), TOP], [x(at), BOTTOM], GRID, 2);
    raster.text(text, x(at), BOTTOM + 30, INK, { scale: FIGURES, align: 'middle' });
  }
  raster.line([LEFT, BOTTOM], [RIGHT, BOTTOM], INK, 2);
  for (const { value, colour, letter } of limits) {
    raster.dashes(LEFT, RIGHT, y(value), colour, { thick: 4, on: 22, off: 10 });
    raster.text(letter, RIGHT + 14, y(value), colour, { scale: LETTERS });
  }
  drawCurve(raster, chart, x, y);
  return raster.png();
}

function drawCurve(raster: Raster, { points, gapMs }: Chart, x: (at: number) => number, y: (value: number) => number): void {
  let last: ChartPoint | null = null;
  for (const point of points) {
    const [column, row] = [x(point.at), y(point.value)];
    if (!point.isUsable) {
      raster.line([column - 7, row - 7], [column + 7, row + 7], DOUBTFUL, 3);
      raster.line([column - 7, row + 7], [column + 7, row - 7], DOUBTFUL, 3);
      continue;
    }
    if (last && point.at - last.at <= gapMs) raster.line([x(last.at), y(last.value)], [column, row], CURVE, 5);
    else raster.box(column - 4, row - 4, 9, 9, CURVE);
    last = point;
  }
  if (last) raster.box(x(last.at) - 8, y(last.value) - 8, 17, 17, CURVE);
}

/** Round numbers from below the lowest to above the highest value. */
function scaleOf(values: readonly number[]): {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly decimals: number;
} {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const rough = Math.max((high - low) / 4, 1e-3 * Math.max(Math.abs(high), 1));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const [min, max] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  return { min, max: max > min ? max : min + step, step, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

const HOUR_MS = 3_600_000;
/** Times that fit side by side. */
const HOURS_MAX = 6;

/** Full hours by the city's clocks, as many as can be read. */
function hoursOf({ from, to, offsetMs }: Chart): readonly { readonly at: number; readonly text: string }[] {
  const everyMs = Math.max(1, Math.ceil((to - from) / HOUR_MS / HOURS_MAX)) * HOUR_MS;
  const first = Math.ceil((from + offsetMs) / everyMs) * everyMs - offsetMs;
  const hours: { at: number; text: string }[] = [];
  for (let at = first; at <= to; at += everyMs) hours.push({ at, text: new Date(at + offsetMs).toISOString().slice(11, 16) });
  return hours;
}

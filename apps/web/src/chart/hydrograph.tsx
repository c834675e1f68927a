import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { PointDto } from '#wire';
import { figure, TIME_ZONE } from '../figures.ts';
import { type NamedLine, type Trace, traceOf } from './trace.ts';

const HEIGHT_PX = 212;
const MARK_PX = 3.5;
const FONT = "12px 'Noto Sans JP', 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic UI', Meiryo, sans-serif";

interface Props {
  readonly points: readonly PointDto[];
  readonly lines: readonly NamedLine[];
  readonly unit: string;
  /** Epoch milliseconds of both ends. */
  readonly from: number;
  readonly to: number;
  /** Instants at which an alert of the gauge changed. */
  readonly changes: readonly number[];
  /** What the picture says, for those who do not see it. */
  readonly sentence: string;
}

/** The course of one gauge with its limits as named lines. Late values are hollow, doubtful ones crossed; a gap stays a gap. */
export function Hydrograph({ points, lines, unit, from, to, changes, sentence }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const trace = useMemo(() => traceOf(points, lines), [points, lines]);

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const ink = inks(element);
    const scale = devicePixelRatio;
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), TIME_ZONE),
        legend: { show: false },
        cursor: { show: false },
        padding: [8, 8, 0, 0],
        scales: { x: { range: [from / 1_000, to / 1_000] }, y: { range: [trace.range[0], trace.range[1]] } },
        axes: [
          {
            ...axis(ink),
            size: 28,
            values: [
              [86_400, '{M}/{D}'],
              [3_600, '{HH}:{mm}'],
              [60, '{HH}:{mm}'],
            ].map(([step, text]) => [step, text, null, null, null, null, null, null, 1]) as uPlot.Axis.Values,
          },
          { ...axis(ink), size: 52, values: (_, ticks) => ticks.map((tick) => figure(tick, unit)) },
        ],
        series: [{}, { stroke: ink.trace, width: 2, spanGaps: false, points: { show: trace.xs.length < 3, size: 6 } }],
        hooks: {
          drawAxes: [(plot) => drawLines(plot, lines, ink, scale)],
          draw: [(plot) => drawMarks(plot, trace, changes, ink, scale)],
        },
      },
      [trace.xs, trace.ys],
      element,
    );
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.destroy();
    };
  }, [trace, lines, unit, from, to, changes]);

  return <figure ref={box} aria-label={sentence} className="w-full overflow-hidden" style={{ height: HEIGHT_PX }} />;
}

type Inks = Readonly<Record<'ink' | 'dim' | 'line' | 'trace' | 'warn' | 'panel', string>>;

/** The colours of the theme as they stand now; a canvas does not follow CSS by itself. */
function inks(element: Element): Inks {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return { ink: read('ink'), dim: read('dim'), line: read('line'), trace: read('trace'), warn: read('warn'), panel: read('panel') };
}

const axis = (ink: Inks): uPlot.Axis => ({
  stroke: ink.dim,
  font: FONT,
  grid: { stroke: ink.line, width: 1 },
  ticks: { stroke: ink.line, width: 1, size: 4 },
});

function drawLines(plot: uPlot, lines: readonly NamedLine[], ink: Inks, scale: number): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = FONT.replace('12px', `${12 * scale}px`);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  let lowestText = Number.POSITIVE_INFINITY;
  for (const { name, value, kind } of lines.toSorted((a, b) => a.value - b.value)) {
    const y = Math.round(plot.valToPos(value, 'y', true));
    ctx.strokeStyle = kind === 'limit' ? ink.warn : ink.ink;
    ctx.lineWidth = scale * (kind === 'limit' ? 1 : 2);
    ctx.setLineDash(kind === 'limit' ? [6 * scale, 4 * scale] : []);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    // Two limits a few centimetres apart must not write over each other: the upper one keeps its distance.
    const text = Math.min(y - 2 * scale, lowestText - 14 * scale);
    ctx.fillStyle = kind === 'limit' ? ink.warn : ink.ink;
    ctx.fillText(name, bbox.left + 6 * scale, text);
    lowestText = text;
  }
  ctx.restore();
}

function drawMarks(plot: uPlot, trace: Trace, changes: readonly number[], ink: Inks, scale: number): void {
  const { ctx, bbox } = plot;
  const size = MARK_PX * scale;
  ctx.save();
  ctx.lineWidth = 1.5 * scale;
  ctx.strokeStyle = ink.trace;
  ctx.fillStyle = ink.panel;
  for (const { x, y } of trace.late) {
    ctx.beginPath();
    ctx.arc(plot.valToPos(x, 'x', true), plot.valToPos(y, 'y', true), size, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
  ctx.strokeStyle = ink.warn;
  ctx.lineWidth = 2 * scale;
  for (const { x, y } of trace.doubtful) {
    const px = plot.valToPos(x, 'x', true);
    // A doubtful value outside the picture is shown at its edge rather than not at all.
    const py = Math.min(bbox.top + bbox.height - size, Math.max(bbox.top + size, plot.valToPos(y, 'y', true)));
    ctx.beginPath();
    ctx.moveTo(px - size, py - size);
    ctx.lineTo(px + size, py + size);
    ctx.moveTo(px - size, py + size);
    ctx.lineTo(px + size, py - size);
    ctx.stroke();
  }
  ctx.fillStyle = ink.ink;
  for (const at of changes) {
    const px = plot.valToPos(at / 1_000, 'x', true);
    if (px < bbox.left || px > bbox.left + bbox.width) continue;
    const base = bbox.top + bbox.height;
    ctx.beginPath();
    ctx.moveTo(px, base - 9 * scale);
    ctx.lineTo(px + 5 * scale, base);
    ctx.lineTo(px - 5 * scale, base);
    ctx.fill();
  }
  ctx.restore();
}

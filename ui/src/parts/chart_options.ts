// What uPlot has to know to draw our lines. Steps are numbered 0, 1, 2 …: months and days are then
// equally wide, and the labels are ours instead of guessed from seconds.
import type uPlot from 'uplot';
import { onAxis, timeTick } from '../format';
import { tickSteps, type Line, type SeriesData } from '../series_data';
import type { Grain, Unit } from '../types';

export interface Colours {
  lines: string[];
  faint: string[]; // of the time before
  text: string;
  grid: string;
  fill: string; // under the first line
}

export interface ChartLook {
  data: SeriesData;
  shown: string[]; // names of lines
  grain: Grain;
  hasOwnAxes: boolean; // an axis per line, in its colour; else one per unit
  isUnfinished: boolean; // the last step is still going on
}

interface Drawn {
  line: Line;
  at: number; // which line, for its colour
  values: (number | null)[];
  scale: string;
  kind: 'whole' | 'unfinished' | 'before';
}

const kFont = '11px system-ui, sans-serif';
const kLabelPx = 62; // room that a label under the axis needs
export const kAxisPx = 54;
export const kRightPx = 22;
export const kTopPx = 8;
// 1, 2, 5, 10, … 5e15: no half visitors on an axis.
const kWholeSteps = Array.from({ length: 16 }, (_, e) => [1, 2, 5].map((n) => n * 10 ** e)).flat();

const scaleOf = (look: ChartLook, line: Line) => (look.hasOwnAxes ? line.name : line.unit);

export interface Axis {
  scale: string;
  unit: Unit;
  at: number; // of the line whose colour it has
}

// At most two fit.
export function axesOf(look: ChartLook): Axis[] {
  const axes: Axis[] = [];
  look.data.lines.forEach((line, at) => {
    const scale = scaleOf(look, line);
    if (!axes.some((axis) => axis.scale === scale)) axes.push({ scale, unit: line.unit, at });
  });
  return axes.slice(0, 2);
}

// The last step of today is drawn apart, with dashes from the one before.
function partsOf(look: ChartLook, line: Line, at: number): Drawn[] {
  const { values, before } = line;
  const scale = scaleOf(look, line);
  const last = values.length - 1;
  const drawn: Drawn[] = [];
  if (before !== undefined) {
    const padded = values.map((_, step) => before[step] ?? null);
    drawn.push({ line, at, values: padded, scale, kind: 'before' });
  }
  if (!look.isUnfinished || last < 1) return [...drawn, { line, at, values, scale, kind: 'whole' }];
  const tail = values.map((value, step) => (step >= last - 1 ? value : null));
  drawn.push({ line, at, values: tail, scale, kind: 'unfinished' });
  const whole = values.map((value, step) => (step < last ? value : null));
  return [...drawn, { line, at, values: whole, scale, kind: 'whole' }];
}

// What is compared with lies under everything; the first line is drawn last: where two are equal,
// it is the one that is seen.
function drawnOf(look: ChartLook): Drawn[] {
  const all = look.data.lines.flatMap((line, at) => partsOf(look, line, at)).reverse();
  return [
    ...all.filter(({ kind }) => kind === 'before'),
    ...all.filter(({ kind }) => kind !== 'before'),
  ];
}

// A value alone between two gaps has no line to show it: it gets a point.
function lonelySteps(plot: uPlot, seriesAt: number): number[] {
  const values = plot.data[seriesAt] ?? [];
  const isThere = (step: number) => values[step] !== null && values[step] !== undefined;
  return Array.from(values, (_, step) => step).filter(
    (step) => isThere(step) && !isThere(step - 1) && !isThere(step + 1),
  );
}

function series(drawn: Drawn, look: ChartLook, colours: Colours): uPlot.Series {
  const { line, at, kind, scale } = drawn;
  const list = kind === 'before' ? colours.faint : colours.lines;
  const stroke = list[at % list.length] ?? colours.text;
  return {
    label: line.title,
    scale,
    show: look.shown.includes(line.name),
    stroke,
    width: kind === 'before' ? 1.5 : 2,
    ...(kind === 'unfinished' ? { dash: [5, 4] } : {}),
    points: { show: true, size: 6, fill: stroke, filter: (plot, i) => lonelySteps(plot, i) },
    ...(at === 0 && kind !== 'before' ? { fill: colours.fill } : {}),
  };
}

function timeAxis(look: ChartLook, colours: Colours): uPlot.Axis {
  const { times } = look.data;
  const ticksIn = (plot: uPlot) => tickSteps(times, look.grain, Math.floor(plot.width / kLabelPx));
  return {
    stroke: colours.text,
    font: kFont,
    size: 28,
    gap: 6,
    grid: { show: false },
    ticks: { show: true, stroke: colours.grid, width: 1, size: 4 },
    splits: (plot) => ticksIn(plot).steps,
    values: (plot, steps) => steps.map((step) => timeTick(times[step] ?? '', ticksIn(plot).grain)),
  };
}

function valueAxis(axis: Axis, at: number, look: ChartLook, colours: Colours): uPlot.Axis {
  const isWhole = axis.unit === 'count' || axis.unit === 'bytes';
  const isColoured = look.hasOwnAxes && look.data.lines.length > 1;
  return {
    scale: axis.scale,
    side: at === 0 ? 3 : 1,
    stroke: isColoured ? (colours.lines[axis.at] ?? colours.text) : colours.text,
    font: kFont,
    size: kAxisPx,
    gap: 6,
    space: 34,
    ...(isWhole ? { incrs: kWholeSteps } : {}),
    grid: { show: at === 0, stroke: colours.grid, width: 1 },
    ticks: { show: false },
    values: (_, splits) => splits.map((value) => onAxis(value, axis.unit)),
  };
}

// From zero, always: a chart that starts elsewhere makes every wobble a cliff.
const fromZero = (_: uPlot, __: number | null, max: number | null): [number, number] => [
  0,
  max !== null && max > 0 ? max * 1.08 : 1,
];

// The line under the pointer stands at a step, never between two.
function snapped(plot: uPlot, left: number, top: number): [number, number] {
  return left < 0 ? [left, top] : [plot.valToPos(plot.posToIdx(left), 'x'), top];
}

export interface ChartEvents {
  onStep: (step: number | null, left: number) => void;
  onBrush: ((first: number, last: number) => void) | undefined;
}

const kClickPx = 4; // less is not dragged, but clicked

function brushed(plot: uPlot, onBrush: (first: number, last: number) => void): void {
  const { left, width } = plot.select;
  if (width <= 0) return;
  const [first, last] = [plot.posToIdx(left), plot.posToIdx(left + width)];
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  if (width > kClickPx) onBrush(Math.min(first, last), Math.max(first, last));
}

export function chartOptions(
  look: ChartLook,
  colours: Colours,
  size: { width: number; height: number },
  { onStep, onBrush }: ChartEvents,
): uPlot.Options {
  const last = Math.max(look.data.times.length - 1, 1);
  const axes = axesOf(look);
  const scales = new Set(look.data.lines.map((line) => scaleOf(look, line)));
  return {
    ...size,
    padding: [kTopPx, axes.length > 1 ? 0 : kRightPx, 0, 0],
    legend: { show: false },
    cursor: {
      drag: { x: onBrush !== undefined, y: false, setScale: false },
      y: false,
      move: snapped,
      points: { size: 7 },
    },
    scales: {
      x: { time: false, range: look.data.times.length > 1 ? [0, last] : [-0.5, 0.5] },
      ...Object.fromEntries([...scales].map((scale) => [scale, { range: fromZero }])),
    },
    axes: [
      timeAxis(look, colours),
      ...axes.map((axis, at) => valueAxis(axis, at, look, colours)),
    ],
    series: [{}, ...drawnOf(look).map((drawn) => series(drawn, look, colours))],
    hooks: {
      setCursor: [(plot) => onStep(plot.cursor.idx ?? null, plot.cursor.left ?? 0)],
      ...(onBrush === undefined ? {} : { setSelect: [(plot) => brushed(plot, onBrush)] }),
    },
  };
}

export const chartData = (look: ChartLook): uPlot.AlignedData => [
  look.data.times.map((_, step) => step),
  ...drawnOf(look).map((drawn) => drawn.values),
];

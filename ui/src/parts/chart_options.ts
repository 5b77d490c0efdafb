// What uPlot has to know to draw our lines. Steps are numbered 0, 1, 2 …: months and days are then
// equally wide, and the labels are ours instead of guessed from seconds.
import type uPlot from 'uplot';
import { onAxis, timeTick } from '../format';
import { tickSteps, type Line, type SeriesData } from '../series_data';
import type { Grain, Unit } from '../types';

export interface Colours {
  lines: string[];
  text: string;
  grid: string;
  fill: string; // under the first line
}

const kFont = '11px system-ui, sans-serif';
const kLabelPx = 62; // room that a label under the axis needs
const kAxisPx = 54;
// 1, 2, 5, 10, … 5e15: no half visitors on an axis.
const kWholeSteps = Array.from({ length: 16 }, (_, e) => [1, 2, 5].map((n) => n * 10 ** e)).flat();

export const unitsOf = (lines: Line[]): Unit[] => [...new Set(lines.map((line) => line.unit))];

// A value alone between two gaps has no line to show it: it gets a point.
function lonelySteps(plot: uPlot, seriesAt: number): number[] {
  const values = plot.data[seriesAt] ?? [];
  const isThere = (step: number) => values[step] !== null && values[step] !== undefined;
  return Array.from(values, (_, step) => step).filter(
    (step) => isThere(step) && !isThere(step - 1) && !isThere(step + 1),
  );
}

function series(line: Line, at: number, isShown: boolean, colours: Colours): uPlot.Series {
  const stroke = colours.lines[at % colours.lines.length] ?? colours.text;
  return {
    label: line.title,
    scale: line.unit,
    show: isShown,
    stroke,
    width: 2,
    points: { show: true, size: 6, fill: stroke, filter: (plot, i) => lonelySteps(plot, i) },
    ...(at === 0 ? { fill: colours.fill } : {}),
  };
}

function timeAxis(data: SeriesData, grain: Grain, colours: Colours): uPlot.Axis {
  const ticksIn = (plot: uPlot) => tickSteps(data.times, grain, Math.floor(plot.width / kLabelPx));
  return {
    stroke: colours.text,
    font: kFont,
    size: 28,
    gap: 6,
    grid: { show: false },
    ticks: { show: true, stroke: colours.grid, width: 1, size: 4 },
    splits: (plot) => ticksIn(plot).steps,
    values: (plot, steps) =>
      steps.map((step) => timeTick(data.times[step] ?? '', ticksIn(plot).grain)),
  };
}

function valueAxis(unit: Unit, at: number, colours: Colours): uPlot.Axis {
  const isWhole = unit === 'count' || unit === 'bytes';
  return {
    scale: unit,
    side: at === 0 ? 3 : 1,
    stroke: colours.text,
    font: kFont,
    size: kAxisPx,
    gap: 6,
    space: 34,
    ...(isWhole ? { incrs: kWholeSteps } : {}),
    grid: { show: at === 0, stroke: colours.grid, width: 1 },
    ticks: { show: false },
    values: (_, splits) => splits.map((value) => onAxis(value, unit)),
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

export function chartOptions(
  data: SeriesData,
  shown: string[],
  grain: Grain,
  colours: Colours,
  size: { width: number; height: number },
  onStep: (step: number | null, left: number) => void,
): uPlot.Options {
  const last = Math.max(data.times.length - 1, 1);
  const units = unitsOf(data.lines);
  return {
    ...size,
    padding: [8, units.length > 1 ? 0 : 22, 0, 0],
    legend: { show: false },
    cursor: {
      drag: { x: false, y: false },
      y: false,
      move: snapped,
      points: { size: 7 },
    },
    scales: {
      x: { time: false, range: data.times.length > 1 ? [0, last] : [-0.5, 0.5] },
      ...Object.fromEntries(units.map((unit) => [unit, { range: fromZero }])),
    },
    axes: [
      timeAxis(data, grain, colours),
      ...units.map((unit, at) => valueAxis(unit, at, colours)),
    ],
    series: [
      {},
      ...data.lines
        .map((line, at) => series(line, at, shown.includes(line.name), colours))
        .reverse(),
    ],
    hooks: {
      setCursor: [(plot) => onStep(plot.cursor.idx ?? null, plot.cursor.left ?? 0)],
    },
  };
}

// The first line is drawn last: where two are equal, it is the one that is seen.
export const chartData = (data: SeriesData): uPlot.AlignedData => [
  data.times.map((_, step) => step),
  ...data.lines.map((line) => line.values).reverse(),
];

// An answer with a time column → lines to draw. Pure.
import type { Catalog } from './catalog';
import { dayIn, isDate } from './range';
import { valueTitle } from './values';
import type { Answer, Cell, Grain, Unit } from './types';

export interface Line {
  name: string;
  title: string;
  definition: string;
  unit: Unit;
  values: (number | null)[];
  before?: (number | null)[]; // step by step, of the time that is compared with
}
export interface SeriesData {
  times: string[];
  lines: Line[];
  beforeTimes?: string[];
}

const kStrides = [1, 2, 3, 4, 6, 7, 8, 12, 14, 24, 28, 48, 72, 168];
const kLinesMax = 8; // as many as can be told apart

const numberOf = (cell: Cell | undefined) => (typeof cell === 'number' ? cell : null);

function linesByMetric(answer: Answer, catalog: Catalog, rows: Cell[][]): Line[] {
  return answer.columns.flatMap((column, index) => {
    if (column.kind !== 'metric') return [];
    const { title, unit, definition } = catalog.metric(column.name);
    const values = rows.map((row) => numberOf(row[index]));
    const before = answer.compare?.rows.map((row) => numberOf(row[index]));
    const line = { name: column.name, title, definition, unit: column.unit ?? unit, values };
    return [before === undefined ? line : { ...line, before }];
  });
}

// time, dimension, metric → a line per value of the dimension, the largest first. Steps without a
// row had nothing: 0 for counts, unknown for the rest.
function linesByValue(answer: Answer, catalog: Catalog, rows: Cell[][], times: string[]): Line[] {
  const timeAt = answer.columns.findIndex((column) => column.kind === 'time');
  const valueAt = answer.columns.findIndex((column) => column.kind === 'dimension');
  const metricAt = answer.columns.findIndex((column) => column.kind === 'metric');
  const metricColumn = answer.columns[metricAt];
  if (metricColumn === undefined) return [];
  const metric = catalog.metric(metricColumn.name);
  const unit = metricColumn.unit ?? metric.unit;
  const dimension = answer.columns[valueAt]?.name ?? '';
  const stepOf = new Map(times.map((time, step) => [time, step]));
  const lines = new Map<Cell, Line & { sum: number }>();
  for (const row of rows) {
    const value = row[valueAt] ?? null;
    let line = lines.get(value);
    if (line === undefined) {
      const values = times.map(() => (unit === 'count' || unit === 'bytes' ? 0 : null));
      const title = valueTitle(dimension, value);
      line = { name: String(value), title, definition: '', unit, values, sum: 0 };
      lines.set(value, line);
    }
    const number = numberOf(row[metricAt]);
    line.values[stepOf.get(String(row[timeAt])) ?? 0] = number;
    line.sum += number ?? 0;
  }
  return [...lines.values()].sort((a, b) => b.sum - a.sum).slice(0, kLinesMax);
}

// Steps that have not begun yet are left out: "today" by hour must not fall to zero at midnight.
export function seriesData(answer: Answer, catalog: Catalog, nowMs: number): SeriesData {
  const timeAt = answer.columns.findIndex((column) => column.kind === 'time');
  const today = dayIn(answer.time_zone ?? 'UTC', nowMs);
  const hasBegun = (time: string) => (isDate(time) ? time <= today : !(Date.parse(time) > nowMs));
  const begun = answer.rows.filter((row) => hasBegun(String(row[timeAt])));
  const rows = begun.length > 0 ? begun : answer.rows;
  const times = [...new Set(rows.map((row) => String(row[timeAt])))].sort();
  const hasValues = answer.columns.some((column) => column.kind === 'dimension');
  const lines = hasValues
    ? linesByValue(answer, catalog, rows, times)
    : linesByMetric(answer, catalog, rows);
  const titles = shortTitles(lines.map((line) => line.title));
  return {
    times,
    lines: lines.map((line, i) => ({ ...line, title: titles[i] ?? line.title })),
    ...(answer.compare ? { beforeTimes: answer.compare.rows.map((row) => String(row[timeAt])) } : {}),
  };
}

// "Generation time, average", "Generation time, p95" → "average", "p95": what all lines say is the
// chart's title already.
export function shortTitles(titles: string[]): string[] {
  const comma = titles[0]?.indexOf(', ') ?? -1;
  const prefix = titles[0]?.slice(0, comma + 2) ?? '';
  if (titles.length < 2 || comma < 0 || !titles.every((title) => title.startsWith(prefix)))
    return titles;
  return titles.map((title) => title.slice(prefix.length));
}

export const maxOf = (line: Line): number => Math.max(0, ...line.values.map((value) => value ?? 0));

// Counts so much larger than the first line that they would press it flat start switched off: a
// site has ten times as many hits as visitors, and the visitors are what the chart is for.
const kFlattening = 4;

export function hiddenAtFirst(lines: Line[]): Set<string> {
  const [first, ...others] = lines;
  if (first === undefined || first.unit !== 'count') return new Set();
  const bound = kFlattening * maxOf(first);
  const large = others.filter((line) => line.unit === 'count' && bound > 0 && maxOf(line) > bound);
  return new Set(large.map((line) => line.name));
}

// Which steps get a label under the axis, and of which grain: every one, every second … as many as
// there is `room` for. Long rows of days are labelled at the first of each month, long rows of hours
// at midnight.
export function tickSteps(
  times: string[],
  grain: Grain,
  room: number,
): { steps: number[]; grain: Grain } {
  const all = times.map((_, step) => step);
  const where = (form: RegExp) => all.filter((step) => form.test(times[step] ?? ''));
  let candidates = all;
  let labels = grain;
  if (grain === 'day' && times.length > 62 && where(/-01$/).length > 1) {
    [candidates, labels] = [where(/-01$/), 'month'];
  } else if (grain === 'hour' && times.length > 48 && where(/T00:00:00/).length > 1) {
    [candidates, labels] = [where(/T00:00:00/), 'day'];
  }
  const every = kStrides.find((n) => Math.ceil(candidates.length / n) <= Math.max(2, room));
  const stride = every ?? candidates.length;
  return { steps: candidates.filter((_, i) => i % stride === 0), grain: labels };
}

// An answer of SQL as a picture: lines over time, or bars of names. Pure.
import { count, kNone } from './format';
import { kLocale } from './locale';
import { cellText, columnKind, numberOf } from './sql_sort';
import type { Cell, SqlAnswer } from './types';

export const kLinesMax = 8; // as many colours as there are
export const kBarsMax = 100;

export interface Choice {
  x: number; // a column of the answer
  ys: number[]; // columns of numbers; bars show the first
  by: number | null; // a column whose values become lines
}

export interface Line {
  title: string;
  values: (number | null)[];
}
export interface Lines {
  times: number[]; // seconds, rising
  hasClock: boolean; // not whole days alone
  lines: Line[];
  left: number; // values of `by` that are not shown
}
export interface Bar {
  title: string | null;
  value: number | null;
}

type Columns = SqlAnswer['columns'];

export const columnsOf = (columns: Columns, ...kinds: string[]): number[] =>
  columns.flatMap(({ type }, i) => (kinds.includes(columnKind(type)) ? [i] : []));

export const isOverTime = (columns: Columns, { x }: Choice): boolean =>
  columnKind(columns[x]?.type ?? '') === 'time';

// "2026-11-23 12:00:00.5", "2026-11-23", with "+00" where it has a zone; all are UTC.
export function secondsOf(cell: Cell | undefined): number | null {
  if (typeof cell !== 'string') return null;
  const match = /^(\d{4,}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d(?:\.\d+)?)(?:\+00)?)?$/.exec(cell);
  if (match === null) return null;
  const ms = Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}Z`);
  return Number.isNaN(ms) ? null : ms / 1000;
}

const largest = (rows: Cell[][], column: number): number =>
  rows.reduce((most, row) => Math.max(most, Math.abs(numberOf(row[column]) ?? 0)), 0);

// The first number, and the others that it would not press flat, nor they it.
function comparable(rows: Cell[][], numbers: number[]): number[] {
  const most = largest(rows, numbers[0] ?? 0);
  return numbers
    .filter((column, i) => {
      const here = largest(rows, column);
      return i === 0 || (here * 20 >= most && here <= most * 20);
    })
    .slice(0, kLinesMax);
}

const hasTwice = (rows: Cell[][], column: number): boolean =>
  new Set(rows.map((row) => row[column])).size < rows.length;

// What is worth drawing; null: nothing is. Over time if there is a time, else bars by the first
// text.
export function firstChoice({ columns, rows }: SqlAnswer): Choice | null {
  const [time] = columnsOf(columns, 'time');
  const names = columnsOf(columns, 'text');
  const numbers = columnsOf(columns, 'number');
  const x = time ?? names[0] ?? (numbers.length > 1 ? numbers[0] : undefined);
  const others = numbers.filter((column) => column !== x);
  if (x === undefined || others.length === 0 || rows.length === 0) return null;
  const by = time !== undefined && hasTwice(rows, time) ? (names[0] ?? null) : null;
  const ys = by === null ? comparable(rows, others) : others.slice(0, 1);
  return { x, ys, by };
}

type Points = Map<number, number>;

// Values of one time are added up: they are of lines that are not told apart.
function pointsOf(rows: Cell[][], x: number, y: number): Points {
  const points: Points = new Map();
  for (const row of rows) {
    const [time, value] = [secondsOf(row[x]), numberOf(row[y])];
    if (time !== null && value !== null) points.set(time, (points.get(time) ?? 0) + value);
  }
  return points;
}

const totalOf = (points: Points): number => [...points.values()].reduce((sum, n) => sum + n, 0);

const title = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? 'NULL' : cellText(cell);

// The largest first.
function splitBy(rows: Cell[][], { x, ys, by }: Choice): { title: string; points: Points }[] {
  const groups = new Map<string, Cell[][]>();
  for (const row of rows) {
    const key = title(row[by ?? 0]);
    const some = groups.get(key);
    if (some === undefined) groups.set(key, [row]);
    else some.push(row);
  }
  return [...groups]
    .map(([name, some]) => ({ title: name, points: pointsOf(some, x, ys[0] ?? 0) }))
    .sort((a, b) => totalOf(b.points) - totalOf(a.points));
}

export function linesOf({ columns, rows }: SqlAnswer, choice: Choice): Lines {
  const all =
    choice.by === null
      ? choice.ys.map((y) => ({ title: columns[y]?.name ?? '', points: pointsOf(rows, choice.x, y) }))
      : splitBy(rows, choice);
  const drawn = all.slice(0, kLinesMax);
  const times = [...new Set(drawn.flatMap(({ points }) => [...points.keys()]))].sort(
    (a, b) => a - b,
  );
  return {
    times,
    hasClock: times.some((time) => time % 86_400 !== 0),
    lines: drawn.map(({ title: name, points }) => ({
      title: name,
      values: times.map((time) => points.get(time) ?? null),
    })),
    left: all.length - drawn.length,
  };
}

// In the order of the answer.
export const barsOf = (rows: Cell[][], { x, ys }: Choice): Bar[] =>
  rows.slice(0, kBarsMax).map((row) => {
    const cell = row[x] ?? null;
    return { title: cell === null ? null : cellText(cell), value: numberOf(row[ys[0] ?? 0]) };
  });

const digits = new Intl.NumberFormat(kLocale, { maximumSignificantDigits: 6 });

export const valueText = (value: number | null | undefined): string =>
  value === null || value === undefined
    ? kNone
    : Number.isInteger(value)
      ? count(value)
      : digits.format(value);

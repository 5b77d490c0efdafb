// Rows of an answer in the order of one of its columns. Pure.
import { kLocale } from './locale';
import type { Cell } from './types';

export interface Order {
  column: number;
  isDown: boolean;
}

const kNumber =
  /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL|DOUBLE|FLOAT|REAL|NUMERIC|BIGNUM)/;
const kTime = /^(?:DATE|TIMESTAMP)/;

export type ColumnKind = 'number' | 'time' | 'text';

// A list (BIGINT[]) is a text here.
export function columnKind(type: string): ColumnKind {
  if (type.endsWith(']')) return 'text';
  if (kNumber.test(type)) return 'number';
  return kTime.test(type) ? 'time' : 'text';
}

// Decimals, and integers that a double cannot hold, come as texts; null where there is none.
export function numberOf(cell: Cell | undefined): number | null {
  if (typeof cell === 'number') return cell;
  if (typeof cell !== 'string' || cell === '') return null;
  const value = Number(cell);
  return Number.isNaN(value) ? null : value;
}

// Lists and structs come as texts of the engine's; what else may come is written as JSON.
export const cellText = (cell: Cell): string =>
  typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : String(cell);

const texts = new Intl.Collator(kLocale, { numeric: true });

// Integers beyond 2^53 differ in digits that a double does not have.
function compareNumbers(a: Cell, b: Cell): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x === null || y === null) return texts.compare(String(a), String(b));
  if (x !== y || typeof a !== 'string' || typeof b !== 'string') return x - y;
  const isWhole = /^-?\d+$/.test(a) && /^-?\d+$/.test(b);
  return isWhole ? Number(BigInt(a) - BigInt(b)) : 0;
}

function comparator(kind: ColumnKind): (a: Cell, b: Cell) => number {
  if (kind === 'number') return compareNumbers;
  // "2026-11-23 12:00:00": the order of letters is that of time.
  if (kind === 'time') return (a, b) => (String(a) < String(b) ? -1 : a === b ? 0 : 1);
  return (a, b) => texts.compare(cellText(a), cellText(b));
}

// NULL is last both ways; what is equal stays in the answer's order.
export function sortedRows(rows: Cell[][], types: string[], order: Order | null): Cell[][] {
  if (order === null) return rows;
  const { column, isDown } = order;
  const compare = comparator(columnKind(types[column] ?? ''));
  const sign = isDown ? -1 : 1;
  return [...rows].sort((left, right) => {
    const [a = null, b = null] = [left[column], right[column]];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return sign * compare(a, b);
  });
}

// Numbers begin with the largest; a third click gives back the answer's own order.
export function nextOrder(order: Order | null, column: number, type: string): Order | null {
  const first = columnKind(type) === 'number';
  if (order?.column !== column) return { column, isDown: first };
  return order.isDown === first ? { column, isDown: !first } : null;
}

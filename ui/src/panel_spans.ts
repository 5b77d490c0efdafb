// How wide the panels of a group are, in twelfths, so that no row has a hole. Pure.
import type { Kind } from './types';

// 1 → 12; 2 → 6 6; 4 → 6 6, 6 6; 5 → 4 4 4, 6 6; 7 → 4 4 4, 6 6, 6 6
function rowsOf(n: number): number[] {
  if (n <= 0) return [];
  if (n === 1) return [12];
  if (n % 3 === 1) return [...rowsOf(n - 4), 6, 6, 6, 6];
  if (n % 3 === 2) return [...rowsOf(n - 2), 6, 6];
  return Array.from({ length: n }, () => 4);
}

// Of charts an odd one is the first and takes the whole width, the others stand in pairs.
const chartsOf = (n: number): number[] =>
  Array.from({ length: n }, (_, i) => (i === 0 && n % 2 === 1 ? 12 : 6));

const isWide = (kind: Kind) => kind === 'numbers' || kind === 'heatmap';

export function spansOf(kinds: Kind[]): number[] {
  const charts = chartsOf(kinds.filter((kind) => kind === 'series').length);
  const lists = rowsOf(kinds.filter((kind) => !isWide(kind) && kind !== 'series').length);
  return kinds.map((kind) => {
    if (isWide(kind)) return 12;
    return (kind === 'series' ? charts : lists).shift() ?? 12;
  });
}

// What every kind of picture gets to draw.
import type { Catalog } from '../catalog';
import { makeFilter } from '../filters';
import type { Answer, Cell, Condition, Grain, Report } from '../types';

// Percentiles are read from counted buckets: "≈12 ms".
export const approximately = (answer: Answer, column: string, value: Cell | undefined): string =>
  answer.approximate === true && typeof value === 'number' && /_p\d\d$/.test(column) ? '≈' : '';

// `isExcluded`: everything but that value. `row`: all that its row says.
export type OnFilter = (
  dimension: string,
  value: Cell,
  isExcluded: boolean,
  row?: Condition[],
) => void;

export const conditionsOf = (answer: Answer, row: Cell[]): Condition[] =>
  answer.columns.flatMap(({ name, kind }, at) =>
    kind === 'dimension' ? [makeFilter('is', name, [String(row[at] ?? '')])] : [],
  );

export interface PictureProps {
  report: Report;
  answer: Answer;
  catalog: Catalog;
  grain: Grain;
  zone: string; // whose clocks times are of
  onFilter: OnFilter;
  picked?: string[]; // metrics that the time line shows
  onPick?: (metric: string) => void;
}

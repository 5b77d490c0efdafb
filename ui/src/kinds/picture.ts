// What every kind of picture gets to draw.
import type { Catalog } from '../catalog';
import type { Answer, Cell, Grain, Report } from '../types';

// Percentiles are read from counted buckets: "≈12 ms".
export const approximately = (answer: Answer, column: string): string =>
  answer.approximate === true && /_p\d\d$/.test(column) ? '≈' : '';

export interface PictureProps {
  report: Report;
  answer: Answer;
  catalog: Catalog;
  grain: Grain;
  zone: string; // whose clocks times are of
  onFilter: (dimension: string, value: Cell) => void;
}

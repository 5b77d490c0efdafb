// What every kind of picture gets to draw.
import type { Catalog } from '../catalog';
import type { Answer, Cell, Grain, Report } from '../types';

export interface PictureProps {
  report: Report;
  answer: Answer;
  catalog: Catalog;
  grain: Grain;
  onFilter: (dimension: string, value: Cell) => void;
}

// The kinds of pictures. A report names one of them; nothing here knows a single report.
import type { ComponentType } from 'preact';
import type { Kind } from '../types';
import { Heatmap } from './heatmap';
import { WorldMap } from './map';
import { Numbers } from './numbers';
import type { PictureProps } from './picture';
import { Ranking } from './ranking';
import { Series } from './series';
import { DataTable } from './table';

const pictures: Record<Kind, ComponentType<PictureProps>> = {
  numbers: Numbers,
  series: Series,
  ranking: Ranking,
  table: DataTable,
  heatmap: Heatmap,
  map: WorldMap,
};

// A kind of a later server: its rows are still worth showing.
export const pictureOf = (kind: string): ComponentType<PictureProps> =>
  pictures[kind as Kind] ?? DataTable;

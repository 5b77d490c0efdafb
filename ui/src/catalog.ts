// What metrics and dimensions are called and mean: the server's word, with a fallback to the bare
// name, so that a column the page has not heard of is still shown.
import { texts } from './texts';
import type { Dimension, Metric, Reports, Unit } from './types';

export interface Catalog {
  metric(name: string): Metric;
  dimension(name: string): Dimension;
}

// "event:props:plan" is a property of somebody's own making.
const spelt = (name: string) => {
  const property = /^event:props:(.+)$/s.exec(name)?.[1];
  if (property !== undefined) return `${texts.property} ${property}`;

  const words = name.replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export function makeCatalog(reports: Pick<Reports, 'metrics' | 'dimensions'>): Catalog {
  const metrics = new Map(reports.metrics.map((metric) => [metric.name, metric]));
  const dimensions = new Map(reports.dimensions.map((dimension) => [dimension.name, dimension]));
  const unit: Unit = 'count';
  return {
    metric: (name) => metrics.get(name) ?? { name, title: spelt(name), unit, definition: '' },
    dimension: (name) => dimensions.get(name) ?? { name, title: spelt(name), doc: '' },
  };
}

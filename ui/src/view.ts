// What the service page shows, as a value that lives in the URL:
// ?range=30d&compare=year&metrics=visits,hits&grain=week&tabs=entry_pages&filters=[["is","path","/blog"]]
// &funnel=[["path","/cart"],["event","Order"]]
import { readFunnel, writeSteps, type Funnel } from './funnel';
import { grainFor, grainsOf, kPresets, lengthOf, readStretch, type Range } from './range';
import type { Condition, Grain, Operator } from './types';

const kDefaultRange: Range = '7d';
export const kCompares = ['previous', 'year', 'none'] as const;
export type Compare = (typeof kCompares)[number];

const kOperators: readonly string[] = [
  'is',
  'is_not',
  'contains',
  'contains_not',
  'matches',
  'matches_not',
  'in',
  'not_in',
] satisfies Operator[];

export interface View {
  range: Range;
  compare: Compare;
  grain: Grain | null; // null: the one that fits the range
  metrics: string[]; // of the time line, up to two; none: its own
  tabs: string[]; // reports that are open though they are not the first of their panel
  filters: Condition[];
  bots: boolean;
  funnel: Funnel | null; // null: none is being looked at
}

// `first` is the day of the first hit, where an answer has told it already.
export function lengthOfView(view: View, today: string, first: string | null): number | null {
  if (view.range !== 'all') return lengthOf(view.range, today);
  return first === null ? null : lengthOf({ from: first, to: today }, today);
}

export function grainOf(view: View, days: number | null): Grain {
  const isFitting = view.grain !== null && grainsOf(days).includes(view.grain);
  return isFitting && view.grain !== null ? view.grain : grainFor(days);
}

// Someone may have edited the URL, or a filter may be of a later version: what is not understood
// is left out.
export function isCondition(value: unknown): value is Condition {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [operator, column, operand] = value as unknown[];
  return (
    typeof operator === 'string' &&
    kOperators.includes(operator) &&
    typeof column === 'string' &&
    (typeof operand === 'string' ||
      (Array.isArray(operand) && operand.every((item) => typeof item === 'string')))
  );
}

export function readFilters(json: string | null): Condition[] {
  if (json === null) return [];
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.filter(isCondition) : [];
  } catch {
    return [];
  }
}

const listOf = (text: string | null): string[] =>
  text === null ? [] : text.split(',').filter((name) => /^[a-z0-9_]+$/.test(name));

export function readView(search: string): View {
  const params = new URLSearchParams(search);
  const oneOf = <T extends string>(all: readonly T[], name: string) =>
    all.find((known) => known === params.get(name));
  return {
    range:
      readStretch(params.get('from'), params.get('to')) ?? oneOf(kPresets, 'range') ?? kDefaultRange,
    compare: oneOf(kCompares, 'compare') ?? 'previous',
    grain: oneOf(['minute', 'hour', 'day', 'week', 'month'] as const, 'grain') ?? null,
    metrics: [...new Set(listOf(params.get('metrics')))].slice(0, 2),
    tabs: listOf(params.get('tabs')),
    filters: readFilters(params.get('filters')),
    bots: params.get('bots') === '1',
    funnel: readFunnel(params.get('funnel'), params.get('funnel_name')),
  };
}

// The shortest URL that reads back as the same view: defaults are left out.
export function writeView(view: View): string {
  const params = new URLSearchParams();
  if (typeof view.range === 'object') {
    params.set('from', view.range.from);
    params.set('to', view.range.to);
  } else if (view.range !== kDefaultRange) params.set('range', view.range);
  if (view.compare !== 'previous') params.set('compare', view.compare);
  if (view.grain !== null) params.set('grain', view.grain);
  if (view.metrics.length > 0) params.set('metrics', view.metrics.join(','));
  if (view.tabs.length > 0) params.set('tabs', view.tabs.join(','));
  if (view.bots) params.set('bots', '1');
  if (view.filters.length > 0) params.set('filters', JSON.stringify(view.filters));
  if (view.funnel !== null) {
    params.set('funnel', writeSteps(view.funnel));
    if (view.funnel.name !== '') params.set('funnel_name', view.funnel.name);
  }
  const search = params.toString().replace(/%2C/g, ',').replace(/%3A/g, ':');
  return search === '' ? '' : `?${search}`;
}

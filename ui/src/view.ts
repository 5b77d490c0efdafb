// What the service page shows, as a value that lives in the URL:
// ?range=7d&bots=1&grain=hour&filters=[["is","path","/blog"]]
import type { Condition, Grain, Operator } from './types';

export const kRanges = ['today', '7d', '30d', 'month', 'year', 'all'] as const;
export type Range = (typeof kRanges)[number];
const kDefaultRange: Range = '7d';

const kGrains: Record<Range, Grain[]> = {
  today: ['hour'],
  '7d': ['hour', 'day'],
  '30d': ['day', 'week'],
  month: ['day', 'week'],
  year: ['day', 'week', 'month'],
  all: ['day', 'week', 'month'],
};
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
  grain: Grain | null; // null: the one that fits the range
  filters: Condition[];
  bots: boolean;
}

export const grainsOf = (range: Range): Grain[] => kGrains[range];

// More than this many steps and a line becomes a fur: the next coarser grain is taken.
const kDaysOnChart = 100;

// `days` is how much time the range covers, where an answer has told it already.
export function grainOf(view: View, days: number | null): Grain {
  if (view.grain !== null && kGrains[view.range].includes(view.grain)) return view.grain;
  if (view.range === 'today') return 'hour';
  if (view.range !== 'year' && view.range !== 'all') return 'day';
  if (days === null || days <= kDaysOnChart) return 'day';
  return days <= 7 * kDaysOnChart ? 'week' : 'month';
}

// Someone may have edited the URL, or a filter may be of a later version: what is not understood
// is left out.
function isCondition(value: unknown): value is Condition {
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

function readFilters(json: string | null): Condition[] {
  if (json === null) return [];
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.filter(isCondition) : [];
  } catch {
    return [];
  }
}

export function readView(search: string): View {
  const params = new URLSearchParams(search);
  const range = params.get('range');
  const grain = params.get('grain');
  return {
    range: kRanges.find((known) => known === range) ?? kDefaultRange,
    grain: (['hour', 'day', 'week', 'month'] as const).find((known) => known === grain) ?? null,
    filters: readFilters(params.get('filters')),
    bots: params.get('bots') === '1',
  };
}

// The shortest URL that reads back as the same view: defaults are left out.
export function writeView(view: View): string {
  const params = new URLSearchParams();
  if (view.range !== kDefaultRange) params.set('range', view.range);
  if (view.grain !== null) params.set('grain', view.grain);
  if (view.bots) params.set('bots', '1');
  if (view.filters.length > 0) params.set('filters', JSON.stringify(view.filters));
  const search = params.toString();
  return search === '' ? '' : `?${search}`;
}

const isSame = (a: Condition, b: Condition) => JSON.stringify(a) === JSON.stringify(b);

export function addFilter(view: View, filter: Condition): View {
  if (view.filters.some((known) => isSame(known, filter))) return view;
  return { ...view, filters: [...view.filters, filter] };
}

export function removeFilter(view: View, filter: Condition): View {
  return { ...view, filters: view.filters.filter((known) => !isSame(known, filter)) };
}

const kOpposites: Record<Operator, Operator> = {
  is: 'is_not',
  is_not: 'is',
  contains: 'contains_not',
  contains_not: 'contains',
  matches: 'matches_not',
  matches_not: 'matches',
  in: 'not_in',
  not_in: 'in',
};

// "path is /blog" ↔ "path is not /blog"
export function flipFilter(view: View, filter: Condition): View {
  const flipped: Condition = [kOpposites[filter[0]], filter[1], filter[2]];
  return {
    ...view,
    filters: view.filters.map((known) => (isSame(known, filter) ? flipped : known)),
  };
}

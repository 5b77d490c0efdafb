// Filters as values: added, merged, turned around, taken away. Pure.
import type { Condition, Operator } from './types';

const isSame = (a: Condition, b: Condition) => JSON.stringify(a) === JSON.stringify(b);
export const valuesOf = (filter: Condition): string[] => [filter[2]].flat();

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
// "is" and "in" are one verb, of one value or several.
const kSenses: Partial<Record<Operator, 'is' | 'is_not'>> = {
  is: 'is',
  in: 'is',
  is_not: 'is_not',
  not_in: 'is_not',
};
const kOfMany = { is: 'in', is_not: 'not_in' } as const;

export function makeFilter(sense: 'is' | 'is_not', column: string, values: string[]): Condition {
  const [value = ''] = values;
  return values.length === 1 ? [sense, column, value] : [kOfMany[sense], column, values];
}

export const withoutFilter = (filters: Condition[], filter: Condition): Condition[] =>
  filters.filter((known) => !isSame(known, filter));

// One more value of what is filtered by already widens that filter: two countries are "one of".
// What was left out before and is wanted now, or the other way round, is turned around.
export function withFilter(filters: Condition[], filter: Condition): Condition[] {
  const sense = kSenses[filter[0]];
  if (sense === undefined || filters.some((known) => isSame(known, filter)))
    return [...withoutFilter(filters, filter), filter];
  const opposite = makeFilter(sense === 'is' ? 'is_not' : 'is', filter[1], valuesOf(filter));
  const others = withoutFilter(filters, opposite);
  const known = others.find((one) => one[1] === filter[1] && kSenses[one[0]] === sense);
  if (known === undefined) return [...others, filter];
  const all = [...new Set([...valuesOf(known), ...valuesOf(filter)])];
  return others.map((one) => (one === known ? makeFilter(sense, filter[1], all) : one));
}

export const replacedFilter = (
  filters: Condition[],
  old: Condition,
  filter: Condition,
): Condition[] => filters.map((known) => (isSame(known, old) ? filter : known));

// "path is /blog" ↔ "path is not /blog"
export const flipped = (filter: Condition): Condition => [
  kOpposites[filter[0]],
  filter[1],
  filter[2],
];

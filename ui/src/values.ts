// How a value of a dimension is shown to people: DE → Germany, 404 → 404 Not Found.
import { kLocale } from './locale';
import { texts } from './texts';
import type { Cell } from './types';

const regionNames = new Intl.DisplayNames(kLocale, { type: 'region', fallback: 'code' });

function countryTitle(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  const name = regionNames.of(code);
  return name === undefined || name === code ? code : name;
}

// What a log says may be called like something every object has ("constructor").
function textOf(table: Record<string, string> | undefined, name: string): string | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

function statusTitle(status: string): string {
  const reason = textOf(texts.statusReasons, status);
  return reason === undefined ? status : `${status} ${reason}`;
}

export function valueTitle(dimension: string, value: Cell): string {
  if (value === null || value === '') return textOf(texts.absentOf, dimension) ?? texts.absent;
  const text = String(value);
  if (dimension === 'country') return countryTitle(text);
  if (dimension === 'status') return statusTitle(text);
  const titles = Object.hasOwn(texts.valueTitles, dimension)
    ? texts.valueTitles[dimension]
    : undefined;
  return textOf(titles, text) ?? text;
}

// A short mark in front of the title: the ISO code of a country.
export function valueMark(dimension: string, value: Cell): string | null {
  return dimension === 'country' && typeof value === 'string' && value !== '' ? value : null;
}

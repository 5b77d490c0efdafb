// Numbers, times and sizes as people read them. Pure.
import { kLocale } from './locale';
import { texts } from './texts'; // which imports this file: both use each other in functions only
import type { Cell, Grain, Unit } from './types';

export const kNone = '–'; // where there is nothing to show

const countFormat = new Intl.NumberFormat(kLocale);
// British "m" for millions reads as metres: 12k, 12M everywhere.
const compactFormat = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  maximumFractionDigits: 1,
});
const ratioFormat = new Intl.NumberFormat(kLocale, { maximumFractionDigits: 2 });
const pluralRules = new Intl.PluralRules(kLocale);

export const count = (n: number): string => countFormat.format(n);

// 1.2M, for axes and other narrow places.
export const compact = (n: number): string => compactFormat.format(n).replace('K', 'k');

// Eight digits still fit a tile; what is longer is shortened (its full value goes to the title).
export const bigCount = (n: number): string => (n < 1e7 ? count(n) : compact(n));

// plural(1, 'hit', 'hits') → "1 hit"
export function plural(n: number, one: string, other: string): string {
  return `${count(n)}\u00a0${pluralRules.select(n) === 'one' ? one : other}`;
}

// Intl's narrow units without a space ("12ms") are hard to read in a column: put one in.
function withUnit(n: number, unit: string, digits: Intl.NumberFormatOptions): string {
  const format = new Intl.NumberFormat(kLocale, {
    style: 'unit',
    unit,
    unitDisplay: 'narrow',
    ...digits,
  });
  return format
    .formatToParts(n)
    .map((part) => (part.type === 'unit' ? `\u00a0${part.value.trim()}` : part.value.trimEnd()))
    .join('');
}

const kThreeDigits = { maximumSignificantDigits: 3 };

export function bytes(n: number): string {
  if (n < 1e3) return withUnit(n, 'byte', kThreeDigits);
  if (n < 999_500) return withUnit(n / 1e3, 'kilobyte', kThreeDigits);
  if (n < 999.5e6) return withUnit(n / 1e6, 'megabyte', kThreeDigits);
  if (n < 999.5e9) return withUnit(n / 1e9, 'gigabyte', kThreeDigits);
  return withUnit(n / 1e12, 'terabyte', kThreeDigits);
}

// From 40 µs to hours: three digits and the unit that fits.
export function seconds(s: number): string {
  if (s === 0) return withUnit(0, 'millisecond', kThreeDigits);
  // Not every Intl knows 'microsecond' (Node 18 and the browsers of its time throw).
  if (s < 0.001) return `${count(Math.round(s * 1e6))}\u00a0${texts.units.microsecond}`;
  if (s < 0.9995) return withUnit(s * 1e3, 'millisecond', kThreeDigits);
  if (s < 120) return withUnit(s, 'second', kThreeDigits);
  if (s < 600) return minutesAndSeconds(Math.round(s));
  if (s < 7200) return `${count(Math.round(s / 60))}\u00a0${texts.units.minute}`;
  return `${count(Math.round(s / 3600))}\u00a0${texts.units.hour}`;
}

// "3:12 min"
function minutesAndSeconds(s: number): string {
  if (s % 60 === 0) return `${s / 60}\u00a0${texts.units.minute}`;
  const rest = String(s % 60).padStart(2, '0');
  return `${Math.floor(s / 60)}:${rest}\u00a0${texts.units.minute}`;
}

// 0.0004 → "<0.1%": a share that is there must not read as none.
export function share(x: number): string {
  const percent = new Intl.NumberFormat(kLocale, { style: 'percent', maximumFractionDigits: 1 });
  return x > 0 && x < 0.0005 ? `<${percent.format(0.001)}` : percent.format(x);
}

export function inUnit(value: Cell | undefined, unit: Unit | null | undefined): string {
  if (typeof value !== 'number') return kNone;
  if (unit === 'bytes') return bytes(value);
  if (unit === 'seconds') return seconds(value);
  if (unit === 'share') return share(value);
  if (unit === 'ratio') return ratioFormat.format(value);
  return count(value);
}

// How a value has changed: "+12%", of shares in points. Empty where there is nothing to say.
export function change(now: Cell | undefined, before: Cell | undefined, unit: Unit): string {
  if (typeof now !== 'number' || typeof before !== 'number') return '';
  const isShare = unit === 'share';
  if (!isShare && before === 0) return '';
  const by = isShare ? now - before : now / before - 1;
  const sign = by < 0 ? '\u2212' : '+';
  if (Math.abs(by) < 0.0005) return '±0%';
  // Ten times as much is a number of its own.
  if (!isShare && by > 9.995) return `×${compact(Math.round(now / before))}`;
  const digits = Math.abs(by) < 0.0995 ? 1 : 0;
  const percent = countFormat.format(Number((Math.abs(by) * 100).toFixed(digits)));
  return isShare ? `${sign}${percent}\u00a0${texts.units.points}` : `${sign}${percent}%`;
}

// The same for an axis, where counts must be short.
export function onAxis(value: number, unit: Unit): string {
  return unit === 'count' ? compact(value) : inUnit(value, unit);
}

// Steps of hours carry the offset of their zone: "2026-11-23T12:00:00+01:00". What is shown is what
// the clocks there say.
const wallClock = (time: string) => new Date(time.replace(/[+-]\d\d:\d\d$/, 'Z'));

const dateFormat = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(kLocale, { timeZone: 'UTC', ...options });
const kDay = { day: 'numeric', month: 'short' } as const;
const kClock = { hour: '2-digit', minute: '2-digit' } as const;
const longDay = dateFormat({ weekday: 'short', ...kDay, year: 'numeric' });
const longHour = dateFormat({ weekday: 'short', ...kDay, ...kClock });
const longMonth = dateFormat({ month: 'long', year: 'numeric' });
const shortDay = dateFormat(kDay);
const shortClock = dateFormat(kClock);
const shortMonth = dateFormat({ month: 'short' });
const shortMonthYear = dateFormat({ month: 'short', year: 'numeric' });
const stretchOfDays = dateFormat({ ...kDay, year: 'numeric' });
const stretchOfTimes = dateFormat({ ...kDay, ...kClock });
const exactTime = dateFormat({ dateStyle: 'medium', timeStyle: 'medium' });

// "Mon, 23 Nov 2026", "Mon 23 Nov, 14:00", "November 2026": a step of a series, spelt out.
export function timeTitle(time: string, grain: Grain): string {
  const at = wallClock(time);
  if (Number.isNaN(at.getTime())) return time;
  if (grain === 'month') return longMonth.format(at);
  if (grain === 'week') return texts.weekOf(longDay.format(at));
  return (grain === 'hour' || grain === 'minute' ? longHour : longDay).format(at);
}

// "17–23 Nov 2026", "23 Nov, 14:00 – 16:00": from one to another, as short as it can be said.
export function stretchTitle({ from, to }: { from: string; to: string }): string {
  const [first, last] = [wallClock(from), wallClock(to)];
  const isOfTimes = from.includes('T');
  const format = isOfTimes ? stretchOfTimes : stretchOfDays;
  return format.formatRange(first, last).replace(/\u2009/g, '');
}

// "23 Nov", "14:00", "Nov": the same under an axis. January carries its year.
export function timeTick(time: string, grain: Grain): string {
  const at = wallClock(time);
  if (Number.isNaN(at.getTime())) return time;
  if (grain === 'month') {
    return (at.getUTCMonth() === 0 ? shortMonthYear : shortMonth).format(at);
  }
  return (grain === 'hour' || grain === 'minute' ? shortClock : shortDay).format(at);
}

// "23 Nov 2026, 12:20:09 UTC"
export function exact(time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time : `${exactTime.format(at)} ${texts.utc}`;
}

// How long, in one unit: "12 s", "3 min", "2 h", "5 days".
export function span(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s}\u00a0${texts.units.second}`;
  if (s < 3600) return `${Math.floor(s / 60)}\u00a0${texts.units.minute}`;
  if (s < 48 * 3600) return `${Math.floor(s / 3600)}\u00a0${texts.units.hour}`;
  return plural(Math.floor(s / 86400), texts.units.day, texts.units.days);
}

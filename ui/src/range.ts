// Stretches of time as the page speaks of them: what they are called, how long they are, which
// steps fit them, and the one before and after. Pure.
import type { Grain } from './types';

// As the server spells them.
export const kPresets = [
  'today',
  'yesterday',
  'last 30 minutes',
  'last 24 hours',
  '7d',
  '30d',
  '90d',
  '365d',
  'month',
  'year',
  'all',
] as const;
export type Preset = (typeof kPresets)[number];
// Dates (`to` is included) or moments with their offset (`to` is excluded).
export interface Stretch {
  from: string;
  to: string;
}
export type Range = Preset | Stretch;

const kDayMs = 86_400_000;
const kGrains: Grain[] = ['minute', 'hour', 'day', 'week', 'month'];

export const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text);
const isMoment = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text));

export function readStretch(from: string | null, to: string | null): Stretch | null {
  if (from === null || to === null || !(from < to || from === to)) return null;
  const fits = (isDate(from) && isDate(to)) || (isMoment(from) && isMoment(to) && from < to);
  return fits ? { from, to } : null;
}

export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * kDayMs).toISOString().slice(0, 10);

// What the calendar says where the service is: "2026-11-23".
export function dayIn(zone: string, ms: number): string {
  try {
    const parts = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    }).formatToParts(ms);
    const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
    return `${part('year')}-${part('month')}-${part('day')}`;
  } catch {
    return new Date(ms).toISOString().slice(0, 10); // a zone that this browser does not know
  }
}

const lastOfMonth = (date: string): string =>
  new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0))
    .toISOString()
    .slice(0, 10);

// The days of a range; null for those that are not made of days, or of how many is not known.
export function daysIn(range: Range, today: string): Stretch | null {
  if (typeof range === 'object') return isDate(range.from) ? range : null;
  if (range === 'today') return { from: today, to: today };
  if (range === 'yesterday') return { from: addDays(today, -1), to: addDays(today, -1) };
  if (range === 'month') return { from: `${today.slice(0, 7)}-01`, to: today };
  if (range === 'year') return { from: `${today.slice(0, 4)}-01-01`, to: today };
  const days = /^(\d+)d$/.exec(range)?.[1];
  return days === undefined ? null : { from: addDays(today, 1 - Number(days)), to: today };
}

// How many days long, with a fraction; null for all that there is.
export function lengthOf(range: Range, today: string): number | null {
  if (range === 'last 30 minutes') return 1 / 48;
  if (range === 'last 24 hours') return 1;
  if (typeof range === 'object' && !isDate(range.from))
    return (Date.parse(range.to) - Date.parse(range.from)) / kDayMs;
  const days = daysIn(range, today);
  return days === null ? null : (Date.parse(days.to) - Date.parse(days.from)) / kDayMs + 1;
}

const kFewest: Record<Grain, number> = { none: 0, minute: 0, hour: 0.1, day: 2, week: 14, month: 59 };
const kMost: Record<Grain, number> = { none: 0, minute: 1, hour: 35, day: 1100, week: 1e5, month: 1e5 };

// Neither a chart of two points nor one of thousands.
export const grainsOf = (days: number | null): Grain[] =>
  days === null
    ? ['day', 'week', 'month']
    : kGrains.filter((grain) => kFewest[grain] <= days && days <= kMost[grain]);

// More than this many steps and a line becomes a fur: the next coarser grain is taken.
const kStepsLiked = 100;

export function grainFor(days: number | null): Grain {
  if (days === null) return 'month';
  if (days < 0.15) return 'minute';
  if (days <= 2) return 'hour';
  if (days <= kStepsLiked) return 'day';
  return days <= 7 * kStepsLiked ? 'week' : 'month';
}

function monthsLater(date: string, months: number): string {
  const at = new Date(`${date.slice(0, 7)}-01`);
  at.setUTCMonth(at.getUTCMonth() + months);
  return at.toISOString().slice(0, 10);
}

// Whole months move by months, everything else by its own length.
function movedDays(days: Stretch, direction: 1 | -1): Stretch {
  const isOfMonths = days.from.endsWith('-01') && days.to === lastOfMonth(days.to);
  if (!isOfMonths) {
    const length = (Date.parse(days.to) - Date.parse(days.from)) / kDayMs + 1;
    return { from: addDays(days.from, direction * length), to: addDays(days.to, direction * length) };
  }
  const months =
    (Number(days.to.slice(0, 4)) - Number(days.from.slice(0, 4))) * 12 +
    Number(days.to.slice(5, 7)) -
    Number(days.from.slice(5, 7)) +
    1;
  const from = monthsLater(days.from, direction * months);
  return { from, to: lastOfMonth(monthsLater(from, months - 1)) };
}

const wholePeriod = (range: Range, days: Stretch): Stretch => {
  if (range === 'month') return { from: days.from, to: lastOfMonth(days.to) };
  return range === 'year' ? { from: days.from, to: `${days.to.slice(0, 4)}-12-31` } : days;
};

// A stretch by the name that it has today.
function named(days: Stretch, today: string): Range {
  const name = kPresets.find((preset) => {
    const own = daysIn(preset, today);
    if (own === null) return false;
    const whole = wholePeriod(preset, own);
    return own.from === days.from && (own.to === days.to || whole.to === days.to);
  });
  return name ?? (days.to > today ? { from: days.from, to: today } : days);
}

// The period before (-1) or after (1); null where there is none.
export function moved(range: Range, direction: 1 | -1, today: string): Range | null {
  if (typeof range === 'object' && !isDate(range.from)) {
    const [from, to] = [Date.parse(range.from), Date.parse(range.to)];
    const at = (ms: number) => new Date(ms).toISOString().replace('.000', '');
    return { from: at(from + direction * (to - from)), to: at(to + direction * (to - from)) };
  }
  const days = daysIn(range, today);
  if (days === null) return null;
  const next = movedDays(wholePeriod(range, days), direction);
  return next.from > today ? null : named(next, today);
}

// The first and the last of these steps, and all between them.
export function stretchOf(times: string[], grain: Grain, first: number, last: number): Stretch | null {
  const [from, to, after] = [times[first], times[last], times[last + 1]];
  if (from === undefined || to === undefined) return null;
  if (isDate(from)) {
    const length = grain === 'week' ? 6 : 0;
    return { from, to: grain === 'month' ? lastOfMonth(to) : addDays(to, length) };
  }
  return { from, to: after ?? endOf(to, grain === 'minute' ? 60_000 : 3_600_000) };
}

// "2026-11-23T23:00:00+01:00" → "2026-11-24T00:00:00+01:00"
function endOf(time: string, ms: number): string {
  const offset = /[+-]\d\d:\d\d$/.exec(time)?.[0] ?? 'Z';
  const wall = Date.parse(`${time.slice(0, 19)}Z`) + ms;
  return new Date(wall).toISOString().slice(0, 19) + offset;
}

// Whether a step is still going on: what it counts is not all of it.
export function isUnfinished(time: string, grain: Grain, nowMs: number, zone: string): boolean {
  const today = dayIn(zone, nowMs);
  if (grain === 'month') return time.slice(0, 7) === today.slice(0, 7);
  if (grain === 'week') return time <= today && today <= addDays(time, 6);
  if (grain === 'day') return time === today;
  const began = Date.parse(time);
  return began <= nowMs && nowMs < began + (grain === 'hour' ? 3_600_000 : 60_000);
}

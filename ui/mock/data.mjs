// Invented, but plausible and the same every time: numbers as functions of service, day and value.
import { dimensions, metrics, reports } from './reports.mjs';
import { values } from './values.mjs';

const kDayMs = 86_400_000;
const unitOf = new Map(metrics.map((metric) => [metric.name, metric.unit]));

// 0 ≤ noise < 1, from any text (FNV-1a).
export function noise(text) {
  let hash = 2166136261;
  for (const char of text) hash = Math.imul(hash ^ char.codePointAt(0), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

const services = [
  { name: 'example', visitors: 4200, silentMs: 4_000 },
  { name: 'blog', visitors: 380, silentMs: 190_000 },
  { name: 'shop-api.example.org', visitors: 96, silentMs: 2.4 * 3_600_000 },
  { name: 'новости', visitors: 41, silentMs: 31 * 60_000 },
  {
    name: 'a-service-with-a-name-that-is-almost-as-long-as-a-name-may-be.example',
    visitors: 7,
    silentMs: 8 * 60_000,
  },
  { name: 'quiet', visitors: 1, silentMs: 5.2 * kDayMs },
];

export const dayOf = (ms) => new Date(ms).toISOString().slice(0, 10);

// Fewer at weekends, growing slowly, and one day when a post was on everybody's front page.
function visitorsOn(service, day) {
  const date = new Date(day);
  const weekend = [0, 6].includes(date.getUTCDay()) ? 0.62 : 1;
  const wobble = 0.8 + 0.4 * noise(`${service.name} ${day}`);
  const spike = noise(`spike ${service.name} ${day}`) > 0.96 ? 2.4 : 1;
  return Math.round(service.visitors * weekend * wobble * spike);
}

function totalsOf(visitors, seed) {
  const pageViews = Math.round(visitors * (1.8 + noise(`views ${seed}`)));
  return { hits: Math.round(pageViews * 7.4), page_views: pageViews, visitors };
}

export function servicesAnswer(now) {
  const today = dayOf(now);
  const share = (now % kDayMs) / kDayMs; // of today that is over
  return {
    today,
    services: services.map((service) => {
      const days = Array.from({ length: 30 }, (_, i) => {
        const date = dayOf(now - (29 - i) * kDayMs);
        const isSilent = now - Date.parse(date) < service.silentMs - kDayMs / 2;
        const whole = isSilent ? 0 : visitorsOn(service, date);
        const visitors = i === 29 ? Math.ceil(whole * share) : whole;
        return { date, ...totalsOf(visitors, service.name + date) };
      });
      const { date: _, ...now30 } = days[29];
      return {
        name: service.name,
        last_hit: new Date(now - service.silentMs).toISOString(),
        live_visitors: service.silentMs > 300_000 ? 0 : Math.round(now30.visitors / 200),
        visitors_yesterday: Math.round(days[28].visitors * share),
        visitors: days.slice(0, 29).reduce((sum, day) => sum + day.visitors, days[0].visitors),
        visitors_before: Math.round(service.visitors * 27 * (0.7 + 0.5 * noise(service.name))),
        error_rate: now30.hits > 0 ? 0.08 * noise(`errors ${service.name}`) : null,
        generation_time_p95: now30.hits > 0 ? 0.4 * noise(`p95 ${service.name}`) : null,
        today: now30,
        days,
      };
    }),
  };
}

export const reportsAnswer = () => ({ reports, metrics, dimensions });

// → {from, to} in ms: whole UTC days, but for what is of minutes and hours.
function stretchOf(range, now) {
  const end = Date.parse(dayOf(now)) + kDayMs;
  if (typeof range === 'object') {
    const isOfDays = range.to.length === 10;
    return { from: Date.parse(range.from), to: Date.parse(range.to) + (isOfDays ? kDayMs : 0) };
  }
  if (range === 'yesterday') return { from: end - 2 * kDayMs, to: end - kDayMs };
  if (range === 'last 30 minutes') return { from: now - (now % 60_000) - 29 * 60_000, to: now };
  if (range === 'last 24 hours') return { from: now - (now % 3_600_000) - 23 * 3_600_000, to: now };
  const date = new Date(now);
  const days = { today: 1, all: 410, month: date.getUTCDate() }[range] ?? Number(range.slice(0, -1));
  if (range === 'year') return { from: Date.UTC(date.getUTCFullYear(), 0, 1), to: end };
  return { from: end - days * kDayMs, to: end };
}

function timesIn({ from, to }, grain, now) {
  const until = Math.min(to, now);
  const length = { minute: 60_000, hour: 3_600_000 }[grain] ?? kDayMs;
  const steps = Array.from({ length: Math.ceil((until - from) / length) }, (_, i) => from + i * length);
  if (length < kDayMs) return steps.map((at) => new Date(at).toISOString().replace('.000', ''));
  const all = steps.map(dayOf);
  if (grain === 'month') return [...new Set(all.map((day) => `${day.slice(0, 7)}-01`))];
  if (grain !== 'week') return all;
  return [
    ...new Set(
      all.map((day) => dayOf(Date.parse(day) - ((new Date(day).getUTCDay() + 6) % 7) * kDayMs)),
    ),
  ];
}

// A metric's value where `visitors` people were there.
function measure(metric, visitors, seed) {
  const totals = totalsOf(visitors, seed);
  const wobble = 0.8 + 0.4 * noise(seed + metric);
  if (metric in totals) return totals[metric];
  if (metric === 'bytes') return Math.round(totals.hits * 41_300 * wobble);
  if (metric === 'visits') return Math.round(visitors * 1.2);
  if (metric === 'live_visitors') return 12;
  if (metric === 'views_per_visit') return Number((1.9 * wobble).toFixed(2));
  if (metric === 'bounce_rate') return 0.52 * wobble;
  if (metric === 'visit_duration') return Math.round(186 * wobble);
  if (unitOf.get(metric) === 'count') return Math.round(totals.hits * 0.1 * wobble);
  if (unitOf.get(metric) === 'share') return (metric === 'bot_share' ? 0.31 : 0.043) * wobble;
  if (totals.hits === 0) return null;
  const slow = {
    generation_time_avg: 0.064,
    generation_time_p50: 0.021,
    generation_time_p95: 0.28,
    generation_time_p99: 0.94,
  };
  return Number(((slow[metric] ?? 0.05) * wobble).toPrecision(3));
}

// Few at night, most on weekday afternoons.
const hoursOfWeek = (query, visitors) =>
  Array.from({ length: 168 }, (_, i) => {
    const [weekday, hour] = [Math.floor(i / 24) + 1, i % 24];
    const part = (1.1 - Math.cos(((hour - 3) / 24) * Math.PI * 2)) * (weekday > 5 ? 0.5 : 1);
    const here = Math.round((visitors / 168) * part * (0.8 + 0.4 * noise(`hour ${i}`)));
    return [weekday, hour, ...query.metrics.map((name) => measure(name, here, `hour ${i}`))];
  });

// Whether a value fits the filters on its dimension.
function fits(value, filters, dimension) {
  const text = String([value].flat()[0] ?? '');
  return filters.every(([operator, column, operand]) => {
    if (column !== dimension || operator === 'or') return true;
    const wanted = [operand].flat();
    const isOne = operator.startsWith('contains')
      ? text.toLowerCase().includes(wanted[0].toLowerCase())
      : operator.startsWith('matches') || wanted.includes(text);
    return operator.includes('not') !== isOne;
  });
}

function rankingRows(query, visitors) {
  if (query.by.join() === 'weekday,hour') return hoursOfWeek(query, visitors);
  const all = values[query.by.join(' ')] ?? values[query.by[0]] ?? [`/${query.by[0]}`];
  const asked = all.filter((value) => fits(value, query.filters ?? [], query.by[0]));
  const offset = query.offset ?? 0;
  return asked.slice(offset, offset + (query.limit ?? 100)).map((value, i) => {
    const here = Math.max(1, Math.round((visitors * 0.34) / (i + offset + 1) ** 1.15));
    const keys = [value].flat();
    return [
      ...query.by.map((_, at) => keys[at] ?? null),
      ...query.metrics.map((metric) => measure(metric, here, `${query.by} ${value}`)),
    ];
  });
}

function seriesRows(service, query, stretch, now) {
  const scale = (query.filters ?? []).length > 0 ? 0.12 : 1;
  const parts = { minute: 1 / 1440, hour: 1 / 24, day: 1, week: 7, month: 30 }[query.grain];
  return timesIn(stretch, query.grain, now).map((time) => {
    const clock = (Number(time.slice(11, 13)) - 6) / 24;
    const hour = parts < 1 ? 1.1 + Math.sin(clock * Math.PI * 2) : 1;
    const whole = visitorsOn(service, time) * parts * scale * Math.max(hour, 0.1);
    const isToday = parts >= 1 && time === dayOf(now);
    const visitors = Math.round(whole * (isToday ? (now % kDayMs) / kDayMs : 1));
    return [time, ...query.metrics.map((metric) => measure(metric, visitors, service.name + time))];
  });
}

function rowsOf(service, query, stretch, now) {
  const scale = (query.filters ?? []).length > 0 ? 0.12 : 1;
  const days = (Math.min(stretch.to, now) - stretch.from) / kDayMs;
  const visitors = Math.round(service.visitors * days * 0.9 * scale);
  if (query.grain !== undefined && query.grain !== 'none')
    return seriesRows(service, query, stretch, now);
  if ((query.by ?? []).length > 0) return rankingRows(query, visitors);
  return [query.metrics.map((name) => measure(name, visitors, service.name + stretch.from))];
}

const column = (kind) => (name) => ({
  name,
  kind,
  unit: kind === 'metric' ? (unitOf.get(name) ?? 'count') : null,
});

export function queryAnswer(query, now) {
  const service = services.find(({ name }) => name === query.service);
  if (service === undefined) {
    return {
      error: {
        message: `expected a service, got "${query.service}"`,
        field: 'service',
        position: null,
      },
    };
  }
  const stretch = stretchOf(query.range, now);
  const isSeries = query.grain !== undefined && query.grain !== 'none';
  const length = Math.min(stretch.to, now) - stretch.from;
  const before = { from: stretch.from - (stretch.to - stretch.from), to: 0 };
  before.to = before.from + length;
  const isCompared = query.compare !== undefined && query.compare !== 'none';
  const at = (ms) => new Date(ms).toISOString().replace('.000', '');
  const rows = rowsOf(service, query, stretch, now);
  return {
    query: { ...query, range: { from: at(stretch.from), to: at(stretch.to) } },
    time_zone: service.name === 'blog' ? 'America/New_York' : 'UTC',
    columns: [
      ...(isSeries ? ['time'] : []).map(column('time')),
      ...(query.by ?? []).map(column('dimension')),
      ...query.metrics.map(column('metric')),
    ],
    rows,
    ...(isCompared ? { compare: { rows: rowsOf(service, query, before, before.to) } } : {}),
    ...(query.metrics.some((name) => /_p\d\d$/.test(name)) ? { approximate: true } : {}),
    truncated: (query.by ?? []).length > 0 && rows.length === query.limit,
    elapsed_ms: 1.3,
    ...((query.include ?? []).includes('sql') ? { sql: `SELECT '${query.metrics.join()}'` } : {}),
  };
}

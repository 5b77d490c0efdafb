// GET /api/v1/reports as the server gives it, read from the server's own tables, so that the mock
// never lags behind; dimensions are those that the mock has values of.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), '../../src/query');
const kTopLimit = 5;

// {"pages", "Pages", "ranking", "Pages", "Top", R"({…})"},  // or, and then, kPropertyStart
const kReport = /\{"(\w+)",\s*"([^"]+)",\s*"(\w+)",\s*"([^"]+)",\s*"([^"]+)",\s*R"\((.*?)\)"(,\s*kPropertyStart)?\}/gs;
// {"visitors", "Visitors", "count", Better::more, "Distinct people " "per day", {…}, "visitors"},
const kMetric = /\{"(\w+)",\s*"([^"]+)",\s*"(\w+)",\s*Better::(\w+),\s*((?:"[^"]*"\s*)+),\s*\{([^}]*)\}/gs;

const rowsOf = (file, pattern) => {
  const rows = [...readFileSync(join(source, file), 'utf8').matchAll(pattern)];
  if (rows.length < 20) throw new Error(`expected the table of ${file}, got ${rows.length} rows`);
  return rows;
};

export const reports = rowsOf('reports.cc', kReport).map(([, name, title, kind, group, tab, json, opens]) => {
  const query = JSON.parse(json);
  const isList = kind === 'ranking' || kind === 'table';
  if (isList && query.limit === undefined) query.limit = kTopLimit;
  return { name, title, kind, group, tab, query, ...(opens ? { opens: 'event:props:' } : {}) };
});

export const metrics = rowsOf('metrics.cc', kMetric).map(
  ([, name, title, unit, better, texts, measures]) => ({
    name,
    title,
    unit,
    better,
    definition: texts.replace(/"\s*"/g, '').replace(/^"|"\s*$/g, ''),
    is_over_time: !/live_visitors|all_visitors|group_visitors/.test(measures),
  }),
);

const dimension = (name, title, doc) => ({ name, title, doc });

export const dimensions = [
  dimension('weekday', 'Weekday', '1 (Monday) to 7, in the service’s time zone'),
  dimension('hour', 'Hour', 'Hour of the day, 0 to 23, in the service’s time zone'),
  dimension('path', 'Path', 'Path of the URL, percent-decoded, without the query'),
  dimension('channel', 'Channel', 'How the visitor came: Direct, Organic Search, AI Assistant, …'),
  dimension('referrer_name', 'Referrer name', 'Name of the referring site: Google, Mastodon, …'),
  dimension('utm_campaign', 'UTM campaign', 'Campaign name of the URL'),
  dimension('country', 'Country', 'ISO 3166-1 code of the address’s country'),
  dimension('browser', 'Browser', 'Browser’s name'),
  dimension('browser_version', 'Browser version', 'Browser’s version'),
  dimension('os', 'OS', 'Operating system’s name'),
  dimension('device', 'Device', 'desktop, mobile, tablet, tv, console, wearable or other'),
  dimension('status', 'Status', 'HTTP status of the answer'),
  dimension('kind', 'Kind', 'page, asset, api, redirect, error, feed, download or probe'),
  dimension('host', 'Host', 'Host that was asked for, lower-case, without port'),
  dimension('method', 'Method', 'HTTP method'),
  dimension('protocol', 'Protocol', 'HTTP version'),
  dimension('cache_status', 'Cache status', 'What the server’s cache said: HIT, MISS, …'),
  dimension('bot', 'Bot', 'Name of the bot; absent for people'),
  dimension('bot_kind', 'Bot kind', 'search, ai-training, ai-search, ai-user, seo, …'),
];

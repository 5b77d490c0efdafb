// The worked questions of docs/sql.md, for a service of one's own.
import { written } from './sql_tokens';

export interface Example {
  title: string;
  sql: string;
}

// `name` is the service as a text, `view` as a view.
function questions(name: string, view: string): Example[] {
  return [
    {
      title: 'Which pages are read the most?',
      sql: `SELECT path, count(DISTINCT visitor) AS visitors, count(*) AS page_views
FROM page_views
WHERE service = ${name} AND day > current_date - 7
GROUP BY path
ORDER BY visitors DESC, path
LIMIT 10`,
    },
    {
      title: 'Where do visits come from, and which of them stay?',
      sql: `SELECT channel, count(*) AS visits, round(avg(is_bounce::INTEGER), 3) AS bounce_rate,
       round(avg(duration)) AS seconds
FROM visits
WHERE service = ${name} AND day > current_date - 30
GROUP BY channel
ORDER BY visits DESC`,
    },
    {
      title: 'Where do people come in, and where do they leave?',
      sql: `SELECT entry_path, exit_path, count(*) AS visits
FROM visits
WHERE service = ${name} AND NOT is_bounce
GROUP BY ALL
ORDER BY visits DESC, entry_path, exit_path
LIMIT 20`,
    },
    {
      title: 'What do people read after a page?',
      sql: `SELECT next_path, count(*) AS times
FROM (
  SELECT path, lead(path) OVER (PARTITION BY service, day, visitor, visit ORDER BY time) AS next_path
  FROM page_views
  WHERE service = ${name} AND visitor IS NOT NULL
)
WHERE path = '/' AND next_path IS NOT NULL
GROUP BY next_path
ORDER BY times DESC
LIMIT 10`,
    },
    {
      title: 'Which links lead to pages that do not exist?',
      sql: `SELECT path, referrer, count(*) AS hits, max(time) AS last
FROM hits
WHERE service = ${name} AND status = 404 AND bot IS NULL AND referrer IS NOT NULL
GROUP BY ALL
ORDER BY hits DESC
LIMIT 20`,
    },
    {
      title: 'At which hours are pages slow?',
      sql: `SELECT date_trunc('hour', time) AS hour, count(*) AS pages,
       round(quantile_cont(generation_time, 0.95) * 1000) AS p95_ms
FROM hits
WHERE service = ${name} AND kind = 'page' AND generation_time IS NOT NULL
GROUP BY hour
HAVING count(*) >= 5
ORDER BY p95_ms DESC
LIMIT 10`,
    },
    {
      title: 'What do AI companies fetch?',
      sql: `SELECT bot, bot_kind, count(*) AS hits, count(DISTINCT path) AS paths, sum(bytes)::BIGINT AS bytes
FROM hits
WHERE service = ${name} AND bot_kind LIKE 'ai-%'
GROUP BY ALL
ORDER BY hits DESC`,
    },
    {
      title: 'Who is taken for a bot, and why?',
      sql: `SELECT bot_reason, bot, count(*) AS hits, count(DISTINCT visitor) AS visitors
FROM hits
WHERE service = ${name} AND bot IS NOT NULL
GROUP BY ALL
ORDER BY hits DESC
LIMIT 20`,
    },
    {
      title: 'How many errors does each day have, in the words of the Python original?',
      sql: `SELECT datetime::DATE AS date, count(*) AS hits,
       count(*) FILTER (status >= 400) AS errors,
       round(avg(generation_time), 4) AS seconds
FROM ${view}
WHERE NOT is_robot
GROUP BY date
ORDER BY date DESC
LIMIT 30`,
    },
    {
      title: 'How many page views did each day have, and through which edges of the CDN?',
      sql: `SELECT event_date, edge_city, count(*) AS page_views, round(avg(cloudfront_time_taken_ms)) AS ms
FROM page_views
WHERE service = ${name} AND event_date > current_date - 7
GROUP BY ALL
ORDER BY event_date DESC, page_views DESC
LIMIT 20`,
    },
    {
      title: 'Who shows our pictures on their pages?',
      sql: `SELECT referrer_host, count(*) AS hits, sum(bytes)::BIGINT AS bytes, any_value(path) AS one_of_them
FROM hits
WHERE service = ${name} AND kind = 'asset' AND bot IS NULL
  AND referrer_host IS NOT NULL AND referrer_host <> host
GROUP BY referrer_host
ORDER BY bytes DESC
LIMIT 10`,
    },
  ];
}

export const examplesFor = (service: string): Example[] =>
  questions(`'${service.replace(/'/g, "''")}'`, written(service));

// Questions to start from. They run as they are; `service` is one that exists.
export interface Example {
  title: string;
  sql: string;
}

// A view may be called anything: quoted as DuckDB wants it.
export const quoted = (name: string): string => `"${name.replace(/"/g, '""')}"`;

export function examplesFor(service: string): Example[] {
  return [
    {
      title: 'Visitors by day',
      sql: `SELECT time::DATE AS day, count(*) AS page_views, count(DISTINCT visitor) AS visitors
FROM hits
WHERE is_page_view
GROUP BY day
ORDER BY day DESC
LIMIT 30`,
    },
    {
      title: 'Top pages of a week',
      sql: `SELECT service, path, count(*) AS page_views, count(DISTINCT visitor) AS visitors
FROM hits
WHERE is_page_view AND time >= current_date - 6
GROUP BY service, path
ORDER BY page_views DESC
LIMIT 20`,
    },
    {
      title: 'Slowest pages',
      sql: `SELECT path, count(*) AS views,
       round(median(generation_time), 3) AS p50_s,
       round(quantile_cont(generation_time, 0.95), 3) AS p95_s
FROM hits
WHERE is_page_view AND generation_time IS NOT NULL
GROUP BY path
HAVING count(*) >= 5
ORDER BY p95_s DESC
LIMIT 20`,
    },
    {
      title: 'Where visitors come from',
      sql: `SELECT channel, referrer_name, count(DISTINCT visitor) AS visitors
FROM hits
WHERE is_page_view
GROUP BY channel, referrer_name
ORDER BY visitors DESC
LIMIT 20`,
    },
    {
      title: 'Broken links',
      sql: `SELECT path, referrer, count(*) AS hits, max(time) AS last_seen
FROM hits
WHERE status = 404 AND bot IS NULL
GROUP BY path, referrer
ORDER BY hits DESC
LIMIT 20`,
    },
    {
      title: 'Countries',
      sql: `SELECT country, count(DISTINCT visitor) AS visitors, count(*) AS page_views
FROM hits
WHERE is_page_view
GROUP BY country
ORDER BY visitors DESC
LIMIT 20`,
    },
    {
      title: 'AI crawlers',
      sql: `SELECT bot, bot_kind, count(*) AS hits, count(DISTINCT path) AS paths, sum(bytes) AS bytes
FROM hits
WHERE bot_kind LIKE 'ai-%'
GROUP BY bot, bot_kind
ORDER BY hits DESC`,
    },
    {
      title: 'Errors by hour',
      sql: `SELECT date_trunc('hour', time) AS hour, count(*) AS hits,
       count(*) FILTER (WHERE status >= 500) AS server_errors,
       count(*) FILTER (WHERE status BETWEEN 400 AND 499) AS client_errors
FROM hits
GROUP BY hour
ORDER BY hour DESC
LIMIT 48`,
    },
    {
      title: 'Traffic by service',
      sql: `SELECT service, count(*) AS hits, sum(bytes) AS bytes, min(time) AS first_hit, max(time) AS last_hit
FROM hits
GROUP BY service
ORDER BY bytes DESC`,
    },
    {
      title: 'Last requests of a service',
      sql: `SELECT * FROM ${quoted(service)} ORDER BY datetime DESC LIMIT 20`,
    },
  ];
}

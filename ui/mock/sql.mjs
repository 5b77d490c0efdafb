// POST /api/v1/sql and GET /api/v1/schema of the mock.
import { servicesAnswer } from './data.mjs';
import { kMarkup } from './values.mjs';

const kinds = ['page', 'asset', 'api', null];

const table = (columns, rows) => ({
  columns: columns.map(([name, type]) => ({ name, type })),
  rows,
  elapsed_ms: 12.7,
  truncated: false,
});

const day = (i) => `2026-11-${String((i % 23) + 1).padStart(2, '0')}`;
const wave = (i) => Math.round(900 + 500 * Math.sin(i / 3) + ((i * 7919) % 211));

const byDay = () =>
  table(
    [
      ['day', 'DATE'],
      ['visitors', 'BIGINT'],
      ['page_views', 'BIGINT'],
      ['bounce_rate', 'DOUBLE'],
    ],
    Array.from({ length: 23 }, (_, i) => [day(22 - i), wave(i), wave(i) * 2 + i, 0.4 + i / 100]),
  );

const byChannel = () =>
  table(
    [
      ['hour', 'TIMESTAMP'],
      ['channel', 'VARCHAR'],
      ['visits', 'BIGINT'],
    ],
    Array.from({ length: 96 }, (_, i) => [
      `2026-11-23 ${String(Math.floor(i / 4)).padStart(2, '0')}:00:00`,
      ['Direct', 'Organic Search', 'AI Assistant', 'Social'][i % 4],
      Math.round(wave(i) / (1 + (i % 4))),
    ]),
  );

const byPath = () =>
  table(
    [
      ['path', 'VARCHAR'],
      ['visitors', 'BIGINT'],
    ],
    Array.from({ length: 14 }, (_, i) => [
      i === 3 ? kMarkup : i === 5 ? null : `/blog/${'a-rather-long-title-'.repeat(i % 4)}${i}`,
      Math.round(4000 / (i + 1)),
    ]),
  );

const long = (rowCount) => ({
  ...table(
    [
      ['day', 'DATE'],
      ['path', 'VARCHAR'],
      ['kind', 'VARCHAR'],
      ['page_views', 'BIGINT'],
      ['p95_s', 'DOUBLE'],
      ['is_page_view', 'BOOLEAN'],
    ],
    Array.from({ length: rowCount }, (_, i) => [
      day(i),
      i === 3 ? kMarkup : `/blog/${i}`,
      kinds[i % 4],
      (i * 7919) % 20_011,
      i % 5 === 0 ? null : ((i * 37) % 1000) / 1000,
      i % 2 === 0,
    ]),
  ),
  truncated: rowCount >= 3000,
});

export function sqlAnswer(sql) {
  const position = sql.search(/\bvisitorss\b/);
  if (position >= 0) {
    return {
      error: {
        message:
          'Binder Error: Referenced column "visitorss" not found in FROM clause!\nCandidate bindings: "visitor", "service"',
        position: Buffer.byteLength(sql.slice(0, position)),
      },
    };
  }
  if (/GROUP BY day/.test(sql)) return byDay();
  if (/GROUP BY hour, channel/.test(sql)) return byChannel();
  if (/GROUP BY path/.test(sql)) return byPath();
  return long(/LIMIT 3000/.test(sql) ? 3000 : 24);
}

// What the page saves is what came, whatever it is.
export const sqlFile = ({ columns, rows }, format) =>
  format === 'csv'
    ? {
        type: 'text/csv',
        bytes: [columns.map(({ name }) => name), ...rows].map((row) => `${row.join(',')}\r\n`).join(''),
      }
    : { type: 'application/vnd.apache.parquet', bytes: 'PAR1 … PAR1' };

const column = ([name, type, doc]) => ({ name, type, doc });

const hits = [
  ['time', 'TIMESTAMP', 'When the server logged the request, by the log’s own clock, UTC'],
  ['status', 'USMALLINT', 'HTTP status of the answer'],
  ['bytes', 'BIGINT', 'Bytes sent to the client, headers included where the log counts them'],
  ['generation_time', 'DOUBLE', 'From the request’s first byte to the answer’s last, in seconds'],
  ['visitor', 'UBIGINT', 'Keyed hash of address, User-Agent and service; lives for one day'],
  ['service', 'VARCHAR', 'The site or server, as the log format names it'],
  ['host', 'VARCHAR', 'Host that was asked for, lower-case, without port'],
  ['path', 'VARCHAR', 'Path of the URL, percent-decoded, without the query'],
  ['referrer', 'VARCHAR', 'URL of the page that led here'],
  ['referrer_host', 'VARCHAR', 'Host of the referrer, without www.'],
  ['country', 'VARCHAR', 'ISO 3166-1 code of the address’s country'],
  ['bot', 'VARCHAR', 'Name of the bot; absent for people'],
  ['timezone', 'VARCHAR', 'Time zone of the browser: Europe/Berlin'],
  ['is_page_view', 'BOOLEAN', 'A page that a person asked for'],
].map(column);
const pageViews = [
  ['service', 'VARCHAR', 'The site or server, as the log format names it'],
  ['day', 'DATE', 'Day in the service’s time zone'],
  ['path', 'VARCHAR', 'The page'],
  ['visitor', 'UBIGINT', 'The visitor’s number of this day'],
].map(column);
const visits = [
  ['day', 'DATE', 'Day in the service’s time zone'],
  ['entry_path', 'VARCHAR', 'Where it began'],
  ['exit_path', 'VARCHAR', 'Where it ended'],
  ['duration', 'UINTEGER', 'Seconds from its first page view to its last'],
].map(column);
const original = [
  ['datetime', 'TIMESTAMP', 'When the server logged the request, by the log’s own clock, UTC'],
  ['path', 'VARCHAR', 'Path of the URL, percent-decoded, without the query'],
  ['status', 'USMALLINT', 'HTTP status of the answer'],
  ['is_robot', 'BOOLEAN', 'Whether it was a bot'],
].map(column);

export const schemaAnswer = (isEmpty) => ({
  views: [
    { name: 'hits', doc: 'A request, of people and of bots', columns: hits },
    { name: 'page_views', doc: 'A page that a person saw', columns: pageViews },
    { name: 'visits', doc: 'A visit of a person', columns: visits },
  ],
  services: isEmpty ? [] : servicesAnswer(Date.now()).services.map(({ name }) => name),
  service_columns: isEmpty ? [] : original,
  functions: ['abs', 'count', 'date_trunc', 'levenshtein', 'quantile_cont', 'round', 'sum'],
  limits: { seconds: 30, rows: 10_000, file_rows: 1_000_000, bytes: 67_108_864 },
});

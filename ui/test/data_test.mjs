import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachRow, load } from './load.mjs';
import { metrics, dimensions } from '../mock/reports.mjs';

const series = await load('series_data');
const { makeCatalog } = await load('catalog');
const { valueTitle } = await load('values');
const { toCsv, toJson } = await load('csv');
const { unusualSilence } = await load('silence');
const { newDrops, troubleOf } = await load('status');

const catalog = makeCatalog({ metrics, dimensions });
const time = { name: 'time', kind: 'time' };
const metric = (name) => ({ name, kind: 'metric', unit: null });
const kNow = Date.parse('2026-11-23T12:00:00Z');
const kLater = Date.parse('2027-01-01');

test('each metric of a series becomes a line', () => {
  const answer = {
    columns: [time, metric('visitors'), metric('page_views')],
    rows: [
      ['2026-11-22', 1, 2],
      ['2026-11-23', 3, null],
    ],
  };
  const { times, lines } = series.seriesData(answer, catalog, kLater);
  assert.deepEqual(times, ['2026-11-22', '2026-11-23']);
  assert.deepEqual(
    lines.map(({ title, values }) => [title, ...values]),
    [
      ['Visitors', 1, 3],
      ['Page views', 2, null],
    ],
  );
});

test('steps that have not begun are left out', () => {
  const rows = [11, 12, 13].map((hour) => [`2026-11-23T${hour}:00:00Z`, hour]);
  const { times } = series.seriesData({ columns: [time, metric('hits')], rows }, catalog, kNow);
  assert.deepEqual(times, ['2026-11-23T11:00:00Z', '2026-11-23T12:00:00Z']);
});

test('a series by a dimension has a line per value, the largest first, gaps filled', () => {
  const answer = {
    columns: [time, { name: 'device', kind: 'dimension' }, metric('visitors')],
    rows: [
      ['2026-11-22', 'mobile', 5],
      ['2026-11-22', 'desktop', 4],
      ['2026-11-23', 'desktop', 9],
    ],
  };
  const { lines } = series.seriesData(answer, catalog, kLater);
  assert.deepEqual(
    lines.map(({ title, values }) => [title, ...values]),
    [
      ['Desktop', 4, 9],
      ['Mobile', 5, 0],
    ],
  );
});

test('lines that would press the first one flat start switched off', () => {
  const line = (name, unit, ...values) => ({ name, unit, values });
  eachRow(assert, (...lines) => [...series.hiddenAtFirst(lines)], [
    [
      line('visitors', 'count', 10),
      line('page_views', 'count', 30),
      line('hits', 'count', 90),
      ['hits'],
    ],
    [line('visitors', 'count', 0), line('hits', 'count', 90), []],
    [line('p50', 'seconds', 1), line('p99', 'seconds', 90), []],
    [[]],
  ]);
});

test('what all titles begin with is said once', () => {
  eachRow(assert, series.shortTitles, [
    [
      ['Generation time, average', 'Generation time, p95'],
      ['average', 'p95'],
    ],
    [
      ['Visitors', 'Page views'],
      ['Visitors', 'Page views'],
    ],
    [['Generation time, p95'], ['Generation time, p95']],
    [
      ['Generation time, p95', 'Hits'],
      ['Generation time, p95', 'Hits'],
    ],
    [[], []],
  ]);
});

test('labels under the axis are as many as there is room for, months for long rows of days', () => {
  const days = (n) =>
    Array.from({ length: n }, (_, i) =>
      new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10),
    );
  const hours = (n) =>
    Array.from({ length: n }, (_, i) =>
      new Date(Date.UTC(2026, 0, 1, i)).toISOString().replace('.000', ''),
    );
  eachRow(assert, series.tickSteps, [
    [days(7), 'day', 10, { steps: [0, 1, 2, 3, 4, 5, 6], grain: 'day' }],
    [days(30), 'day', 5, { steps: [0, 6, 12, 18, 24], grain: 'day' }],
    [days(100), 'day', 10, { steps: [0, 31, 59, 90], grain: 'month' }],
    [hours(24), 'hour', 8, { steps: [0, 3, 6, 9, 12, 15, 18, 21], grain: 'hour' }],
    [hours(72), 'hour', 8, { steps: [0, 24, 48], grain: 'day' }],
    [[], 'day', 8, { steps: [], grain: 'day' }],
  ]);
});

test('values are named for people', () => {
  eachRow(assert, valueTitle, [
    ['country', 'DE', 'Germany'],
    ['country', 'XX', 'XX'],
    ['country', null, 'Unknown'],
    ['status', 404, '404 Not Found'],
    ['status', '799', '799'],
    ['path', null, '(none)'],
    ['device', 'tv', 'TV'],
    ['bot_kind', 'ai-training', 'AI training'],
    ['path', '/x', '/x'],
    ['device', 'constructor', 'constructor'],
    ['constructor', 'x', 'x'],
  ]);
});

test('CSV is quoted as RFC 4180 says, and NULL is told from an empty text', () => {
  assert.equal(
    toCsv(
      ['a', 'b,c'],
      [
        [1, null],
        ['x"y', 'line\nbreak'],
        ['', true],
      ],
    ),
    'a,"b,c"\r\n1,\r\n"x""y","line\nbreak"\r\n"",true\r\n',
  );
  assert.deepEqual(JSON.parse(toJson(['a'], [[1], [null]])), [{ a: 1 }, { a: null }]);
});

test('silence is unusual by the service’s own habit', () => {
  const service = (hitsPerDay, agoHours) => ({
    last_hit: new Date(kNow - agoHours * 3_600_000).toISOString(),
    days: Array.from({ length: 30 }, () => ({ hits: hitsPerDay })),
  });
  eachRow(assert, (hits, hours) => unusualSilence(service(hits, hours), kNow) !== null, [
    [50_000, 0.5, false],
    [50_000, 1.5, true],
    [100, 3, false],
    [100, 6, true],
    [1, 48, false],
    [1, 600, true],
  ]);
  assert.equal(unusualSilence({ last_hit: null, days: [] }, kNow), null);
});

test('drops since the page was opened are told by reason', () => {
  const status = (malformed) => ({
    failed_commits: 0,
    sources: [
      {
        name: 's',
        lost_in_kernel: 2,
        dropped: { malformed, empty: 4 },
        help: { malformed: 'Compare.' },
        examples: { malformed: '<190>' },
      },
    ],
  });
  assert.deepEqual(newDrops(status(1), status(3)), [
    { reason: 'malformed', lines: 2, help: 'Compare.', example: '<190>' },
  ]);
  assert.deepEqual(newDrops(status(3), status(3)), []);
  assert.deepEqual(troubleOf(status(3)), { dropped: 7, lost: 2, failed: 0 });
});

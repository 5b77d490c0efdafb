import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { schemaAnswer } from '../mock/sql.mjs';
import { eachRow, load } from './load.mjs';

const { characterAt, lineAndColumn, wordAt } = await load('sql_position');
const { examplesFor } = await load('sql_examples');
const { piecesOf, tokensOf, written } = await load('sql_tokens');
const { complete } = await load('sql_complete');
const { nextOrder, sortedRows } = await load('sql_sort');
const { kRunsMax, parsedRuns, withRun } = await load('sql_history');
const chart = await load('sql_chart');

const schema = schemaAnswer(false);

test('the place of an error is found by bytes and shown by line and column', () => {
  const sql = "SELECT 'é', visitorss\nFROM hits";
  assert.equal(characterAt(sql, 13), 12);
  assert.deepEqual(wordAt(sql, 12), { start: 12, end: 21 });
  assert.deepEqual(wordAt(sql, 10_000), { start: sql.length - 1, end: sql.length });
  assert.deepEqual(wordAt('', 0), { start: 0, end: 0 });
  assert.deepEqual(lineAndColumn(sql, 22), { line: 2, column: 1 });
});

test('the questions are those of the document, for the service that is asked for', () => {
  const document = readFileSync(new URL('../../docs/sql.md', import.meta.url), 'utf8');
  const inDocument = [...document.matchAll(/^### (.*)\n+```sql\n([^]*?)\n```/gm)];
  assert.equal(inDocument.length, 11);
  assert.deepEqual(
    examplesFor('example').map(({ title, sql }) => [title, sql]),
    inDocument.map(([, title, sql]) => [title, sql]),
  );
  const quoted = examplesFor("o'r\"der").map(({ sql }) => sql);
  assert.ok(quoted.some((sql) => sql.includes(`FROM "o'r""der"`)));
  assert.ok(quoted.some((sql) => sql.includes(`service = 'o''r"der'`)));
  assert.ok(quoted.every((sql) => !sql.includes('example')));
});

test('a statement is cut into words, and nothing of it is lost', () => {
  const kinds = (sql) =>
    tokensOf(sql)
      .filter(({ kind }) => kind !== 'space')
      .map(({ kind, text }) => `${kind}:${text}`)
      .join(' ');
  eachRow(assert, kinds, [
    ['SELECT a', 'keyword:SELECT name:a'],
    ["'it''s' || \"a \"\"b\"", 'string:\'it\'\'s\' sign:| sign:| quoted:"a ""b"'],
    ['-- all\n1.5e3', 'comment:-- all number:1.5e3'],
    ['/* a ; b */ x', 'comment:/* a ; b */ name:x'],
    ['$$;$$', 'string:$$;$$'],
    ['größe.x1', 'name:größe sign:. name:x1'],
    ['t1.5', 'name:t1 number:.5'],
    ['', ''],
  ]);
  for (const sql of ["'open", '"open', '/* open', '/* open *', '$$ open', 'a;b\r\n\t😀', '/*/', "''"])
    assert.equal(
      tokensOf(sql)
        .map(({ text }) => text)
        .join(''),
      sql,
    );
});

test('colours and the mark of an error are parts of the same text', () => {
  const pieces = piecesOf('SELECT visitorss FROM', { start: 7, end: 16 });
  assert.deepEqual(
    pieces.filter(({ isMarked }) => isMarked).map(({ text }) => text),
    ['visitorss'],
  );
  assert.equal(pieces.map(({ text }) => text).join(''), 'SELECT visitorss FROM');
});

test('names are written with quotes where they need them', () => {
  eachRow(assert, written, [
    ['path', 'path'],
    ['shop-api.example.org', '"shop-api.example.org"'],
    ['select', '"select"'],
    ['a"b', '"a""b"'],
    ['новости', '"новости"'],
  ]);
});

// | is the caret. The labels, the first few of them.
function offered(text, count = 3) {
  const caret = text.indexOf('|');
  const found = complete(text.replace('|', ''), caret, schema);
  return found === null ? null : found.candidates.slice(0, count).map(({ label }) => label);
}

test('what is offered depends on where it is', () => {
  eachRow(assert, offered, [
    // words of the language
    ['|', ['SELECT', 'FROM', 'WITH']],
    ['SELECT 1; |', ['SELECT', 'FROM', 'WITH']],
    ['SELECT path FROM hits g|', ['GROUP BY']],
    ['SELECT path FROM hits WHERE status = 200 a|', ['AND', 'AS', 'ASC']],
    // views
    ['SELECT * FROM |', ['hits', 'page_views', 'visits']],
    ['SELECT * FROM vis|', ['visits']],
    ['SELECT * FROM hits, |', ['hits', 'page_views', 'visits']],
    ['SELECT * FROM hits h JOIN pa|', ['page_views']],
    ['FROM shop|', ['shop-api.example.org']],
    ['SELECT * FROM main.p|', ['page_views']],
    ['SELECT * FROM services.b|', ['blog']],
    ['DESCRIBE vi|', ['visits']],
    // columns of what is read, wherever FROM stands
    ['SELECT ti| FROM hits', ['time', 'timezone', 'time_bucket']],
    ['SELECT en| FROM visits', ['entry_path', 'ends_with', 'END']],
    ['FROM visits SELECT en|', ['entry_path', 'ends_with', 'END']],
    ['SELECT coun|', ['country', 'count']],
    ['SELECT x FROM visits WHERE dur|', ['duration']],
    ['SELECT date| FROM blog', ['datetime', 'date_trunc', 'date_part']],
    ['SELECT x FROM "shop-api.example.org" WHERE is_r|', ['is_robot']],
    // after a dot, by alias, view or part of WITH
    ['SELECT h.re| FROM hits h', ['referrer', 'referrer_host']],
    ['SELECT v.| FROM hits AS h, visits AS v', ['day', 'entry_path', 'exit_path']],
    ['SELECT visits.du| FROM visits', ['duration']],
    ['SELECT "h".sta| FROM hits "h"', ['status']],
    ['SELECT nope.x|', []],
    ['WITH days AS (SELECT day, count(*) AS n FROM visits GROUP BY 1) SELECT d.| FROM days d', ['day', 'n']],
    ['WITH days AS (SELECT day AS d FROM visits) SELECT * FROM da|', ['days']],
    ['SELECT s.| FROM (SELECT path AS p, max(time) AS last FROM hits) s', ['p', 'last']],
    // the level of the caret, not that around it
    ['SELECT * FROM visits WHERE x IN (SELECT sta| FROM hits)', ['status', 'starts_with']],
    ['SELECT * FROM visits WHERE x IN (SELECT 1 FROM hits) AND dur|', ['duration']],
    ['SELECT * FROM visits WHERE x IN (SELECT bo| FROM hits', ['bot']],
    // names that the statement gives itself
    ['SELECT path, count(*) AS many FROM hits GROUP BY path ORDER BY ma|', ['many', 'max']],
    // functions, common ones first, and those that only the server knows
    ['SELECT cou|', ['country', 'count']],
    ['SELECT lev|', ['levenshtein']],
    // within a word
    ['SELECT ti|me FROM hits', ['time', 'timezone', 'time_bucket']],
    // nothing to say
    ["SELECT 'fr|", null],
    ['SELECT 1 -- fr|', null],
    ['SELECT 12|', null],
    ['SELECT path AS pa|', null],
    ['WITH x|', null],
  ].map((row) => [row[0], ...(row[1]?.length === undefined ? [] : [Math.max(row[1].length, 1)]), row[1]]));
});

test('what is taken stands in place of the whole word, quoted where that is needed', () => {
  const taken = (text) => {
    const found = complete(text.replace('|', ''), text.indexOf('|'), schema);
    const sql = text.replace('|', '');
    return sql.slice(0, found.from) + found.candidates[0].insert + sql.slice(found.to);
  };
  eachRow(assert, taken, [
    ['SELECT re| FROM hits', 'SELECT referrer FROM hits'],
    ['SELECT sta|xx FROM hits', 'SELECT status FROM hits'],
    ['FROM sho|', 'FROM "shop-api.example.org"'],
    ['FROM "sho|', 'FROM "shop-api.example.org"'],
    ['SELECT quan|', 'SELECT quantile_cont('],
    ['SELECT current|', 'SELECT current_date'],
  ]);
});

test('a service that is called like a common view stands before it', () => {
  const odd = { ...schema, services: ['Hits'] };
  const labels = complete('FROM ', 5, odd).candidates.map(({ insert }) => insert);
  assert.deepEqual(labels, ['main.hits', 'page_views', 'visits', 'Hits']);
  const columns = (sql) => complete(sql, sql.length, odd).candidates.map(({ label }) => label);
  assert.ok(columns('FROM hits SELECT is_').includes('is_robot'));
  assert.ok(columns('FROM main.hits SELECT is_').includes('is_page_view'));
});

test('rows are sorted by what the column holds, NULL last', () => {
  const by = (type, isDown, ...values) =>
    sortedRows(
      values.map((value) => [value]),
      [type],
      { column: 0, isDown },
    ).flat();
  eachRow(assert, by, [
    ['BIGINT', false, 10, 9, null, -1, [-1, 9, 10, null]],
    ['BIGINT', true, 10, 9, null, -1, [10, 9, -1, null]],
    ['UBIGINT', false, '18446744073709551615', 3, '18446744073709551614',
      [3, '18446744073709551614', '18446744073709551615']],
    ['DECIMAL(18,2)', false, '10.50', '9.25', ['9.25', '10.50']],
    ['DOUBLE', false, 'Infinity', 1, '-Infinity', ['-Infinity', 1, 'Infinity']],
    ['VARCHAR', false, 'page10', 'page9', null, 'Äpfel', ['Äpfel', 'page9', 'page10', null]],
    ['DATE', true, '2026-11-02', '2026-11-10', ['2026-11-10', '2026-11-02']],
    ['BOOLEAN', false, true, false, [false, true]],
    ['BIGINT[]', false, '[10]', '[9]', ['[9]', '[10]']],
  ]);
});

test('a column is sorted one way, then the other, then not at all', () => {
  const first = nextOrder(null, 2, 'BIGINT');
  assert.deepEqual(first, { column: 2, isDown: true });
  assert.deepEqual(nextOrder(first, 2, 'BIGINT'), { column: 2, isDown: false });
  assert.equal(nextOrder({ column: 2, isDown: false }, 2, 'BIGINT'), null);
  assert.deepEqual(nextOrder(first, 0, 'VARCHAR'), { column: 0, isDown: false });
});

test('the history holds each statement once, the newest first, and survives nonsense', () => {
  const run = (sql, rows = 1) => ({ sql, atMs: 1, rows });
  const three = [run('c'), run('b'), run('a')];
  assert.deepEqual(withRun(three, run('a ', 2)), [run('a ', 2), run('c'), run('b')]);
  const many = Array.from({ length: kRunsMax }, (_, i) => run(String(i)));
  assert.equal(withRun(many, run('new')).length, kRunsMax);
  assert.equal(withRun(three, run('x'.repeat(100_000))).length, 3);
  eachRow(assert, (text) => parsedRuns(text).length, [
    [null, 0],
    ['', 0],
    ['{', 0],
    ['{}', 0],
    ['[1, null, {"sql": 2}, {"sql": "SELECT 1", "atMs": 5, "rows": null}]', 1],
  ]);
});

const answerOf = (columns, rows) => ({
  columns: columns.map(([name, type]) => ({ name, type })),
  rows,
});

test('a chart is over time where there is a time, else of names', () => {
  const [day, path, n, share] = [
    ['day', 'DATE'],
    ['path', 'VARCHAR'],
    ['n', 'BIGINT'],
    ['share', 'DOUBLE'],
  ];
  eachRow(assert, (columns, rows) => chart.firstChoice(answerOf(columns, rows)), [
    [[day, n], [['2026-11-23', 5]], { x: 0, ys: [1], by: null }],
    [[path, n], [['/', 5]], { x: 0, ys: [1], by: null }],
    [[n, path, day], [[5, '/', '2026-11-23']], { x: 2, ys: [0], by: null }],
    // what would be a flat line beside the first starts switched off
    [[day, n, share], [['2026-11-23', 500, 0.5]], { x: 0, ys: [1], by: null }],
    [[day, n, n], [['2026-11-23', 500, 400]], { x: 0, ys: [1, 2], by: null }],
    // the same day twice: a line for each path
    [[day, path, n], [['2026-11-23', '/', 1], ['2026-11-23', '/a', 2]], { x: 0, ys: [2], by: 1 }],
    [[n, n], [[1, 2]], { x: 0, ys: [1], by: null }],
    [[path], [['/']], null],
    [[n], [[1]], null],
    [[day, n], [], null],
  ]);
});

test('lines rise in time, whatever the order of rows, and are split by a column', () => {
  const answer = answerOf(
    [
      ['at', 'TIMESTAMP'],
      ['kind', 'VARCHAR'],
      ['n', 'BIGINT'],
    ],
    [
      ['2026-11-23 02:00:00', 'a', 1],
      ['2026-11-23 01:00:00', 'a', 2],
      ['2026-11-23 01:00:00', 'b', '30'],
      ['infinity', 'b', 9],
      [null, null, 9],
    ],
  );
  const first = Date.parse('2026-11-23T01:00:00Z') / 1000;
  const split = chart.linesOf(answer, { x: 0, ys: [2], by: 1 });
  assert.deepEqual(split.times, [first, first + 3600]);
  assert.deepEqual(
    split.lines.map(({ title, values }) => [title, ...values]),
    [
      ['b', 30, null],
      ['a', 2, 1],
      ['NULL', null, null],
    ],
  );
  const together = chart.linesOf(answer, { x: 0, ys: [2], by: null });
  assert.deepEqual(together.lines[0].values, [32, 1]);
  assert.ok(together.hasClock);
});

test('times are read as they are written, in UTC', () => {
  eachRow(assert, (text) => chart.secondsOf(text), [
    ['1970-01-02', 86_400],
    ['1970-01-01 00:00:01.5', 1.5],
    ['1970-01-01 00:00:01+00', 1],
    ['0044-03-15 (BC)', null],
    ['infinity', null],
    [null, null],
    [5, null],
  ]);
});

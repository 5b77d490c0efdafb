// Every report over HTTP, and its statement in the console: the same numbers, also with filters.
import assert from 'node:assert/strict';
import test from 'node:test';
import { hit, start } from './harness.mjs';

const kAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)',
];
const kPaths = ['/', "/it's", '/blog/a?utm_source=news&utm_campaign=c', '/wp-login.php', '/feed.xml', '/style.css', '/gone'];

const hits = Array.from({ length: 120 }, (_, i) =>
  hit({
    ip: `192.0.2.${i % 11}`,
    path: kPaths[i % kPaths.length],
    user_agent: kAgents[i % 3],
    status: i % kPaths.length === 6 ? '404' : '200',
    referrer: i % 4 === 0 ? 'https://news.example.org/x' : '',
    length: String(100 + i),
    generation_time_milli: String((i % 9) / 100),
  }));

// Of percentiles, within 1 %; rows in which nothing happened count as none.
const is_nothing = (value) => value === null || Number(value) === 0;
const are_near = (a, b) => {
  if (is_nothing(a) && is_nothing(b)) return true;
  return typeof a === 'number' ? Math.abs(a - Number(b)) <= 0.011 * Math.abs(a) + 1e-6 : a === b;
};
const rows_by_key = (rows, keys) => new Map(rows
  .filter((row) => !row.slice(keys).every(is_nothing))
  .map((row) => [JSON.stringify(row.slice(0, keys).map((key) => String(key ?? '').replace(/[TZ]| 00:00:00$/g, ' ').trim())), row.slice(keys)]));

async function assert_same(ballcone, question) {
  const { status, body } = await ballcone.post('/api/v1/query', question);
  assert.equal(status, 200, JSON.stringify([question, body]));
  assert.equal(typeof body.sql, 'string', `${question.report} has no statement`);
  const console_answer = await ballcone.post('/api/v1/sql', { sql: body.sql });
  assert.equal(console_answer.status, 200, `${JSON.stringify(console_answer.body)}\n${body.sql}`);
  const keys = body.columns.filter(({ kind }) => kind !== 'metric').length;
  const want = rows_by_key(body.rows, keys);
  const got = rows_by_key(console_answer.body.rows, keys);
  assert.deepEqual([...got.keys()].sort(), [...want.keys()].sort(), body.sql);
  for (const [key, values] of want)
    values.forEach((value, i) => assert.ok(are_near(value, got.get(key)[i]), `${question.report} ${key}: ${value} is ${got.get(key)[i]} in\n${body.sql}`));
}

test('the statement of every report has the numbers of its answer', async (t) => {
  const ballcone = await start(t);
  await ballcone.send_hits(hits);
  await ballcone.settled();
  await ballcone.post('/api/v1/goals', { action: 'add', service: 'example', name: "It's", path: "/it's" });
  const { reports } = (await ballcone.json('/api/v1/reports')).body;
  assert.ok(reports.length > 50);
  // Which properties there are is a question of its own, and each of them another.
  for (const { name, query } of reports.filter((report) => report.name !== 'properties')) {
    const question = { report: name, service: 'example', range: 'all', limit: 1000 };
    if (query.grain !== undefined) delete question.limit;
    const include = [...(query.include ?? []), 'sql'];
    await assert_same(ballcone, { ...question, include });
    for (const filter of [['is', 'path', "/it's"], ['is_not', 'browser', 'Firefox'], ['contains', 'path', 'BLOG']])
      await assert_same(ballcone, { ...question, include, filters: [...(query.filters ?? []), filter] });
  }
});

// Page views, visits and totals follow the hits, whatever happens meanwhile.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Ballcone, eventually, start } from './harness.mjs';
import { Site, line } from './import.mjs';

const days = 8;
const first_day = Date.UTC(2026, 10, 1);
// Hits of `visitors` per day, each of whom has three pages and then, after half an hour, another one.
const hits_of_days = (round, visitors) => Array.from({ length: days * visitors * 4 }, (_, i) => {
  const [day, visitor, page] = [i % days, Math.floor(i / days / 4), Math.floor(i / days) % 4];
  const time = first_day + day * 86_400_000 + (round * visitors + visitor) * 1000 + [0, 60, 1859, 3659][page] * 1000;
  return line(round * visitors + visitor, { time, path: `/page/${(visitor + page) % 9}` });
}).sort();

// Totals, as the questions of the page read them, and the derived rows, against plain SQL over hits.
async function agrees(server) {
  const range = { from: '2026-11-01', to: `2026-11-0${days}` };
  const ask = async (question) => {
    const { status, body } = await server.post('/api/v1/query', { range, ...question });
    assert.equal(status, 200, JSON.stringify(body));
    return body.rows;
  };
  const plain = await server.rows(`WITH seen AS (SELECT *, strftime(time, '%Y-%m-%d') AS day, lag(time) OVER (PARTITION BY service, time::DATE, visitor ORDER BY time) AS before
      FROM hits WHERE is_page_view),
    per_day AS (SELECT day, count(*) AS page_views, count(DISTINCT visitor) AS visitors, count(*) FILTER (before IS NULL OR time - before >= INTERVAL 30 MINUTE) AS visits FROM seen GROUP BY 1)
    SELECT strftime(time, '%Y-%m-%d') AS day, count(*) FILTER (bot IS NULL), sum(bytes) FILTER (bot IS NULL), any_value(page_views), any_value(visitors), any_value(visits)
    FROM hits JOIN per_day ON day = strftime(time, '%Y-%m-%d') GROUP BY 1 ORDER BY 1`);
  assert.equal(plain.length, days);
  assert.deepEqual(await ask({ grain: 'day', metrics: ['hits', 'bytes', 'page_views', 'visitors', 'visits'] }), plain);
  const paths = await server.rows(`SELECT path, count(*), count(DISTINCT (time::DATE, visitor)) FROM hits WHERE is_page_view GROUP BY 1 ORDER BY 1`);
  assert.deepEqual((await ask({ by: ['path'], metrics: ['page_views', 'visitors'], limit: 100 })).sort(), paths);
  assert.deepEqual(await server.rows('SELECT count(*), sum(views)::BIGINT FROM visits'), [[plain.reduce((sum, row) => sum + row[5], 0), plain.reduce((sum, row) => sum + row[3], 0)]]);
  assert.deepEqual(await server.rows('SELECT count(*) FROM page_views'), [[plain.reduce((sum, row) => sum + row[3], 0)]]);
  return plain;
}

test('kill -9 in the middle of deriving: everything follows afterwards', async (t) => {
  const site = new Site('derive');
  const rounds = 6;
  const interrupted = [];
  let visitors = 0;
  for (let round = 0; round < rounds; round++) {
    const server = await Ballcone.start({ database: site.database });
    // Alternately masses, whose days are derived as a whole, and little, which is added to them.
    const more = round % 2 === 0 ? 60 : 4;
    const log = site.write(`${round}.log`, hits_of_days(round, more));
    const command = site.start(['--service', 'blog', log]);
    const { derive } = await eventually('some days derived and some not', async (saw) => {
      const status = await server.status();
      saw(status.derive);
      const { derived_days, increments, pending_days } = status.derive;
      return derived_days + increments > round % 3 && pending_days > 0 && status;
    });
    await server.kill();
    await command.exit;
    interrupted.push(`${derive.derived_days}+${derive.increments} of ${derive.pending_days + derive.derived_days + derive.increments}`);
    visitors += more;
  }
  t.diagnostic(`days derived and added to at each kill: ${interrupted.join(', ')}`);

  const server = await start(t, { database: site.database });
  await server.derived();
  const before = await agrees(server);
  // What the killed servers had not yet stored is imported by the same commands, and no line twice.
  for (let round = 0; round < rounds; round++) await site.import('--service', 'blog', site.path(`${round}.log`));
  const [[stored]] = await server.rows('SELECT count(*) FROM hits');
  assert.equal(stored, visitors * days * 4);
  await server.derived();
  const after = await agrees(server);
  assert.ok(after.every((row, i) => row[1] >= before[i][1]));
});

test('the same import twice, undone and done again gives the same totals', async (t) => {
  const site = new Site('derive');
  const server = await start(t, { database: site.database });
  await site.import('--service', 'blog', site.write('live.log', hits_of_days(0, 20)));
  await server.derived();
  const before = await agrees(server);
  const log = site.write('more.log', hits_of_days(1, 25));
  const { import: id } = await site.import('--service', 'blog', log);
  await server.derived();
  const after = await agrees(server);
  assert.notDeepEqual(after, before);

  const { derived_days, increments } = (await server.status()).derive;
  assert.equal((await site.import('--service', 'blog', log)).stored, 0);
  const { derive } = await server.status();
  assert.deepEqual([derive.derived_days, derive.increments], [derived_days, increments], 'nothing to derive');

  assert.equal((await site.run('--undo', String(id))).code, 0);
  await server.derived();
  assert.deepEqual(await agrees(server), before);
  await site.import('--service', 'blog', log);
  await server.derived();
  assert.deepEqual(await agrees(server), after);
});

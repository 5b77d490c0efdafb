// The SQL console, over HTTP and from the shell: through the running server, and on the file when nobody serves it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Ballcone, ballcone as run, eventually, hit, start, temporary_folder } from './harness.mjs';

async function filled(database) {
  const ballcone = await Ballcone.start({ database });
  await ballcone.send_hits([hit({ path: '/one,"two"\nthree' }), hit({ path: '/naïve' }), hit({ service: 'other' })]);
  await ballcone.settled();
  return ballcone;
}

test('ballcone sql, on the file and through the server', async (t) => {
  const database = path.join(temporary_folder('sql'), 'ballcone.duckdb');
  const server = await filled(database);

  for (const where of ['through the server', 'on the file']) {
    await t.test(where, async () => {
      if (where === 'on the file') await server.stop();
      const json = await run('sql', '-d', database, '--format', 'json', 'SELECT path FROM example ORDER BY path');
      assert.equal(json.code, 0, json.stderr);
      assert.deepEqual(JSON.parse(json.stdout).rows, [['/naïve'], ['/one,"two"\nthree']]);

      const csv = await run('sql', '-d', database, '--format', 'csv', 'SELECT path, 1 AS n FROM example ORDER BY path');
      assert.match(csv.stdout, /^path,n\r?\n\/naïve,1\r?\n"\/one,""two""\n/);

      const table = await run('sql', '-d', database, 'SELECT count(*) AS hits_there FROM main.hits');
      assert.match(table.stdout, /hits_there/);
      assert.match(table.stdout, /3/);

      const wrong = await run('sql', '-d', database, 'SELECT nonsense FROM example');
      assert.equal(wrong.code, 1);
      assert.match(wrong.stderr, /nonsense/);
      assert.match(wrong.stderr, /\^/, 'the place is shown');

      const write = await run('sql', '-d', database, 'DELETE FROM data.hits');
      assert.equal(write.code, 1);
    });
  }
  const absent = await run('sql', '-d', path.join(temporary_folder('none'), 'none.duckdb'), 'SELECT 1');
  assert.equal(absent.code, 1);
  assert.match(absent.stderr, /does not exist/);
  assert.ok(!fs.existsSync(absent.stderr.match(/\S+none\.duckdb/)?.[0] ?? ''), 'asking does not create');
});

test('a server file that a killed server left behind is no obstacle', async () => {
  const database = path.join(temporary_folder('stale'), 'ballcone.duckdb');
  const server = await filled(database);
  await server.kill();
  const { code, stdout, stderr } = await run('sql', '-d', database, '--format', 'csv', 'SELECT count(*) FROM main.hits');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /\n3\r?\n/);
});

const json = { 'content-type': 'application/json' };

test('POST /api/v1/sql', async (t) => {
  const ballcone = await start(t);
  await ballcone.send_hits(Array.from({ length: 50 }, (_, i) => hit({ path: `/${i}` })));
  await ballcone.settled();

  await t.test('names and types of columns, and NULL', async () => {
    const { status, body } = await ballcone.sql('SELECT 1 AS a, \'x\' AS b, NULL AS c, 1.5::DOUBLE AS d, true AS e');
    assert.equal(status, 200);
    assert.deepEqual(body.columns, [{ name: 'a', type: 'INTEGER' }, { name: 'b', type: 'VARCHAR' }, { name: 'c', type: 'INTEGER' },
                                    { name: 'd', type: 'DOUBLE' }, { name: 'e', type: 'BOOLEAN' }]);
    assert.deepEqual(body.rows, [[1, 'x', null, 1.5, true]]);
    assert.equal(body.truncated, false);
    assert.ok(body.elapsed_ms >= 0);
  });
  await t.test('an error has the engine\'s words and the place', async () => {
    const { status, body } = await ballcone.sql('SELECT path FROM example WHERE shoe = 1');
    assert.ok(status >= 400 && status < 500);
    assert.match(body.error.message, /shoe/);
    assert.equal(body.error.position, 'SELECT path FROM example WHERE '.length);
  });
  await t.test('CSV by parameter and by Accept', async () => {
    for (const [target, headers] of [['/api/v1/sql?format=csv', {}], ['/api/v1/sql', { accept: 'text/csv' }]]) {
      const response = await ballcone.fetch(target, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify({ sql: 'SELECT 1 AS a, \'x,y\' AS b' }) });
      assert.match(response.headers.get('content-type'), /^text\/csv/);
      assert.match(await response.text(), /^a,b\r\n1,"x,y"\r\n$/);
    }
  });
  await t.test('a file has more rows than the page, and says when it is cut', async () => {
    const file = (format, sql) => ballcone.fetch(`/api/v1/sql?format=${format}`, { method: 'POST', headers: json, body: JSON.stringify({ sql }) });
    const csv = await file('csv', 'SELECT range AS n FROM range(50000)');
    const lines = (await csv.text()).trim().split('\r\n');
    assert.equal(csv.headers.get('ballcone-truncated'), null);
    assert.deepEqual([lines.length, lines[0], lines[50_000]], [50_001, 'n', '49999']);
    assert.equal(await (await file('csv', 'SELECT 1 AS a WHERE false')).text(), 'a\r\n');
    const cut = await file('parquet', 'SELECT repeat(\'x\', 1000) FROM range(1000000)');
    assert.equal(cut.status, 200);
    assert.equal(cut.headers.get('ballcone-truncated'), 'true');
    const parquet = await file('parquet', 'FROM hits');
    assert.equal(parquet.status, 200);
    assert.equal(parquet.headers.get('content-type'), 'application/vnd.apache.parquet');
    assert.match(parquet.headers.get('content-disposition'), /filename="ballcone.parquet"/);
    const bytes = Buffer.from(await parquet.arrayBuffer());
    assert.equal(bytes.subarray(0, 4).toString() + bytes.subarray(-4).toString(), 'PAR1PAR1');
    const wrong = await file('parquet', 'SELECT path FROM example WHERE shoe = 1');
    assert.equal(wrong.status, 400);
    assert.equal((await wrong.json()).error.position, 'SELECT path FROM example WHERE '.length);
  });
  await t.test('the schema names views, columns and functions that a statement may', async () => {
    const { status, body } = await ballcone.json('/api/v1/schema');
    assert.equal(status, 200);
    assert.deepEqual(body.services, ['example']);
    for (const view of [...body.views, { name: 'example', columns: body.service_columns }]) {
      const names = view.columns.map(({ name }) => name);
      const answer = await ballcone.sql(`SELECT ${names.join(', ')} FROM ${view.name} LIMIT 0`);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.deepEqual(answer.body.columns, view.columns.map(({ name, type }) => ({ name, type })));
      for (const { name, doc } of view.columns) assert.ok(doc.length > 0, `${view.name}.${name}`);
    }
    for (const name of ['count', 'date_trunc', 'quantile_cont', 'regexp_extract']) assert.ok(body.functions.includes(name), name);
    assert.deepEqual(body.limits, { seconds: 30, rows: 10_000, file_rows: 1_000_000, bytes: 64 << 20 });
  });
  await t.test('rows beyond the limit are cut, and it is said', async () => {
    const { status, body } = await ballcone.sql('SELECT * FROM range(1000000)');
    assert.equal(status, 200);
    assert.equal(body.truncated, true);
    assert.ok(body.rows.length <= 10_000);
  });
  await t.test('a body that is not what it should be', async () => {
    for (const body of ['', '{', '[]', '{"sql": 1}', '{"query": "SELECT 1"}', '{"sql": ""}', '{"sql": "SELECT \\u0000 1"}']) {
      const { status } = await ballcone.post('/api/v1/sql', body);
      assert.ok(status >= 400 && status < 500, `${body}: ${status}`);
    }
  });
  await t.test('a form of another site cannot ask: JSON must be said', async () => {
    const { status } = await ballcone.post('/api/v1/sql', { sql: 'SELECT 1' }, { 'content-type': 'text/plain' });
    assert.equal(status, 415);
  });
  await t.test('a question whose asker has gone is stopped', async () => {
    const endless = 'SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range + b.range = -1';
    const abort = new AbortController();
    const asked = ballcone.fetch('/api/v1/sql', { method: 'POST', headers: json, body: JSON.stringify({ sql: endless }), signal: abort.signal });
    setTimeout(() => abort.abort(), 200);
    await assert.rejects(asked);
    // Files are stopped as well.
    const third = new AbortController();
    const file = ballcone.fetch('/api/v1/sql?format=parquet', { method: 'POST', headers: json, body: JSON.stringify({ sql: endless }), signal: third.signal });
    setTimeout(() => third.abort(), 100);
    await assert.rejects(file);
    // Were it still running, four of them would leave no reader for this one.
    for (let i = 0; i < 4; i++) {
      const again = new AbortController();
      const lost = ballcone.fetch('/api/v1/sql', { method: 'POST', headers: json, body: JSON.stringify({ sql: endless }), signal: again.signal });
      setTimeout(() => again.abort(), 100);
      await assert.rejects(lost);
    }
    await eventually('an answer', async () => (await ballcone.rows('SELECT 1'))[0][0] === 1, 5_000);
  });
});

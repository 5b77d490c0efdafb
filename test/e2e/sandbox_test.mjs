// What people may not do through the SQL console, tried over HTTP. Each is refused with 4xx; nothing changes; nothing is read
// that is not the data; the server goes on.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { eventually, hit, start, temporary_folder } from './harness.mjs';

const folder = temporary_folder('sandbox');
const secret = path.join(folder, 'secret.csv');
fs.writeFileSync(secret, 'word\nhunter2\n');
const database = path.join(folder, 'ballcone.duckdb');
const out = path.join(folder, 'out');

const attempts = [
  // change data
  'DELETE FROM data.hits', 'INSERT INTO data.hits SELECT * FROM data.hits', 'UPDATE data.hits SET status = 200', 'TRUNCATE data.hits',
  'DROP TABLE data.hits', 'DROP VIEW main.hits', 'DROP SCHEMA services CASCADE', 'ALTER TABLE data.hits ADD COLUMN x INTEGER',
  'CREATE TABLE t AS SELECT 1', 'CREATE TEMP TABLE t AS SELECT 1', 'CREATE OR REPLACE VIEW services.example AS SELECT 1', 'CREATE SEQUENCE s',
  'CREATE MACRO f(x) AS x + 1', 'CREATE SCHEMA s', 'CREATE TYPE mood AS ENUM (\'sad\')', 'MERGE INTO data.hits USING data.hits h ON true WHEN MATCHED THEN DELETE',
  'WITH x AS (DELETE FROM data.hits RETURNING *) SELECT * FROM x', 'COMMENT ON TABLE data.hits IS \'x\'',
  // more than one statement
  'SELECT 1; DROP TABLE data.hits', 'SELECT 1; SELECT 2', 'BEGIN', 'BEGIN TRANSACTION; DELETE FROM data.hits; COMMIT', 'ROLLBACK',
  'PREPARE p AS SELECT 1', 'EXECUTE p', 'DEALLOCATE p',
  // files and network
  `SELECT * FROM read_csv('${secret}')`, `SELECT * FROM '${secret}'`, `FROM read_text('${secret}')`, `SELECT * FROM read_blob('${secret}')`,
  'SELECT * FROM read_text(\'/etc/passwd\')', 'SELECT * FROM glob(\'/etc/*\')', `SELECT * FROM read_json_auto('${secret}')`,
  `SELECT * FROM read_parquet('${secret}')`, `SELECT * FROM sniff_csv('${secret}')`, `SELECT * FROM parquet_metadata('${secret}')`,
  `SELECT * FROM query('SELECT * FROM read_text(''${secret}'')')`, `SELECT * FROM query_table('${secret}')`,
  'SELECT * FROM \'https://example.com/x.csv\'', 'SELECT * FROM read_csv(\'http://127.0.0.1:1/x.csv\')', `SELECT getenv('HOME')`,
  `COPY data.hits TO '${out}.csv'`, `COPY (SELECT 1) TO '${out}.parquet' (FORMAT parquet)`, `COPY data.hits FROM '${secret}'`,
  `EXPORT DATABASE '${out}'`, `IMPORT DATABASE '${out}'`, `EXPLAIN ANALYZE COPY (SELECT 1) TO '${out}.csv'`,
  // other databases, extensions
  `ATTACH '${out}.duckdb' AS other`, 'ATTACH \':memory:\' AS other', `ATTACH '${database}.salts'`, 'DETACH ballcone', 'USE main', 'INSTALL httpfs',
  'LOAD httpfs', 'LOAD \'/tmp/x.duckdb_extension\'', 'FORCE INSTALL sqlite', 'UPDATE EXTENSIONS',
  // settings
  'SET enable_external_access = true', 'SET memory_limit = \'100GB\'', 'RESET memory_limit', 'SET GLOBAL threads = 64', 'PRAGMA threads = 64',
  'PRAGMA database_list', 'SET lock_configuration = false', 'SET search_path = \'data\'', 'SET VARIABLE x = 1', 'PRAGMA enable_profiling',
  'CALL pragma_version()', 'CHECKPOINT', 'FORCE CHECKPOINT', 'VACUUM', 'ANALYZE', 'CREATE SECRET s (TYPE s3)', 'SELECT * FROM duckdb_secrets()',
  'SELECT * FROM duckdb_settings()', 'SELECT current_setting(\'secret_directory\')',
  // not a statement
  '', ';', '--', 'hello', 'SELECT', 'SELECT \'unterminated', 'EXPLAIN DELETE FROM data.hits',
];

// Refused when it has used up its time, memory or stack; slower, so each is waited for.
const greedy = [
  'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t',
  'SELECT count(*) FROM range(10000000000) a, range(10000000000) b WHERE a.range * b.range = 7',
  'SELECT list(a.range) FROM range(1000000000) a',
  'SELECT repeat(\'x\', 2000000000)',
  `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
];

test('the sandbox of SQL', async (t) => {
  const ballcone = await start(t, { database });
  await ballcone.send_hits(Array.from({ length: 20 }, (_, i) => hit({ path: `/${i}` })));
  await ballcone.settled();
  const before = fs.readdirSync(folder).sort();
  assert.ok(attempts.length >= 40);

  for (const sql of attempts) {
    await t.test(sql.slice(0, 80) || '(nothing)', async () => {
      const { status, body } = await ballcone.sql(sql);
      assert.ok(status >= 400 && status < 500, `${status}: ${JSON.stringify(body).slice(0, 300)}`);
      assert.ok(body.error.message.length > 0);
      assert.doesNotMatch(JSON.stringify(body), /hunter2|root:x:/);
    });
  }
  // The forms in which an answer comes are no way around.
  for (const format of ['parquet', 'csv', 'json', 'table']) {
    await t.test(`the same as ${format}`, async () => {
      for (const sql of attempts) {
        const { status, body } = await ballcone.post(`/api/v1/sql?format=${format}`, { sql });
        assert.ok(status >= 400 && status < 500, `${sql}: ${status} ${JSON.stringify(body).slice(0, 300)}`);
        assert.doesNotMatch(JSON.stringify(body), /hunter2|root:x:/);
      }
    });
  }
  await t.test('names and texts of an answer are only names and texts in its file', async () => {
    for (const sql of [`SELECT 1 AS "x) TO '${out}.csv' --"`, `SELECT 'x' AS "a""; COPY (SELECT 1) TO '${out}.csv'; --"`,
                       `SELECT {'a'') FROM read_text(''${secret}'') --': 1} AS s`, `SELECT '${out}.parquet' AS "${out}"`]) {
      const response = await ballcone.fetch('/api/v1/sql?format=parquet',
                                            { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sql }) });
      assert.equal(response.status, 200, `${sql}: ${await response.clone().text()}`);
      assert.match(await response.text(), /^PAR1[^]*PAR1$/);
    }
  });
  await t.test('other formats, and other ways to say one, are refused', async () => {
    for (const format of ['arrow', 'PARQUET', '../x', `parquet' TO '${out}`, '']) {
      const { status, body } = await ballcone.post(`/api/v1/sql?format=${encodeURIComponent(format)}`, { sql: 'SELECT 1' });
      assert.equal(status, 400, format);
      assert.equal(body.error.field, 'format');
    }
  });
  await t.test('the schema names what is seen, and cannot be written to', async () => {
    const { status, body } = await ballcone.json('/api/v1/schema');
    assert.equal(status, 200);
    const names = JSON.stringify(body);
    for (const hidden of ['duckdb_', 'getenv', 'read_csv', 'text_path', 'salts', folder]) assert.ok(!names.includes(hidden), hidden);
    assert.equal((await ballcone.post('/api/v1/schema', {})).status, 405);
  });
  await t.test('what is greedy is ended', async () => {
    const answers = await Promise.all(greedy.map((sql) => ballcone.sql(sql)));
    answers.forEach(({ status, body }, i) => {
      assert.ok(status >= 400 && status < 500, `${greedy[i].slice(0, 60)}: ${status} ${JSON.stringify(body).slice(0, 200)}`);
    });
    const files = await Promise.all(greedy.slice(0, 4).map((sql) => ballcone.post('/api/v1/sql?format=parquet', { sql })));
    files.forEach(({ status }, i) => assert.equal(status, 400, greedy[i].slice(0, 60)));
  });
  await t.test('all is as it was', async () => {
    assert.deepEqual(await ballcone.rows('SELECT count(*), count(DISTINCT path) FROM main.hits'), [[20, 20]]);
    // The engine's own folder, for what did not fit its memory, may have appeared.
    const own = `${path.basename(database)}.tmp`;
    assert.deepEqual(fs.readdirSync(folder).filter((file) => file !== own).sort(), before);
    await ballcone.send_hits([hit()]);
    // A statement that is being ended may still hold all the engine's memory: deriving tries again.
    await ballcone.settled(ballcone.sent, { after_trouble: true });
    assert.equal((await ballcone.status()).failed_commits, 0);
  });
  await t.test('reading is as free as it should be', async () => {
    for (const sql of ['SELECT count(*) FROM example', 'SELECT * FROM hits LIMIT 1', 'WITH x AS (SELECT 1) SELECT * FROM x', 'FROM example LIMIT 1',
                       'SELECT path, count(*) OVER () FROM services.example', 'EXPLAIN SELECT 1', 'DESCRIBE example', 'SHOW TABLES', 'VALUES (1)',
                       'SELECT date_trunc(\'hour\', datetime), approx_quantile(generation_time, 0.95) FROM example GROUP BY 1']) {
      const { status, body } = await ballcone.sql(sql);
      assert.equal(status, 200, `${sql}: ${JSON.stringify(body)}`);
    }
  });
  await t.test('what was put aside for want of memory goes with the program', async () => {
    await ballcone.stop();
    const own = path.join(folder, `${path.basename(database)}.tmp`);
    assert.deepEqual(fs.existsSync(own) ? fs.readdirSync(own) : [], []);
  });
});

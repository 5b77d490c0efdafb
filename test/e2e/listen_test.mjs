// Where it listens, whom it lets in, and what it says when it cannot start.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Ballcone, ballcone as run, binary, hit, start, temporary_folder } from './harness.mjs';

const quick = ['-sp', '0', '-wp', '0', '-d', ':memory:'];

test('beyond loopback it wants a password or a word', async (t) => {
  for (const host of ['0.0.0.0', '::']) {
    const { code, stderr } = await run(...quick, '-wh', host);
    assert.notEqual(code, 0);
    assert.match(stderr, /--web-auth none/);
    assert.match(stderr, /password/);
  }
  const open = await start(t, { args: ['-wh', '0.0.0.0', '--web-auth', 'none'] });
  assert.equal((await open.fetch('/healthz')).status, 200);
});

test('basic authentication', async (t) => {
  const made = spawnSync(binary, ['password'], { input: 'correct horse\n', encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const hash = made.stdout.trim();
  assert.doesNotMatch(hash, /correct/);
  const database = path.join(temporary_folder('auth'), 'ballcone.duckdb');
  const ballcone = await Ballcone.start({ database, args: ['--web-password-hash', hash] }).catch((error) => error);
  assert.ok(ballcone instanceof Ballcone, String(ballcone));
  t.after(() => ballcone.stop());
  const as = (user, password) => ({ headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` } });
  for (const target of ['/', '/api/v1/services', '/metrics', '/sql']) {
    const refused = await ballcone.fetch(target);
    assert.equal(refused.status, 401, target);
    assert.match(refused.headers.get('www-authenticate'), /^Basic /);
    assert.equal((await ballcone.fetch(target, as('admin', 'wrong'))).status, 401);
    assert.equal((await ballcone.fetch(target, as('root', 'correct horse'))).status, 401);
    assert.equal((await ballcone.fetch(target, as('admin', 'correct horse'))).status, 200, target);
  }
  const sql = await run('sql', '-d', database, '--format', 'csv', 'SELECT 1 AS one');
  assert.equal(sql.code, 0, 'the owner of the file needs no password');
});

test('IPv6', async (t) => {
  const ballcone = await start(t, { host: '::1' });
  await ballcone.send_hits([hit({ ip: '2003:6:1::1' })]);
  await ballcone.settled();
  assert.deepEqual(await ballcone.rows('SELECT count(*) FROM example'), [[1]]);
});

test('a database that another one has open', async (t) => {
  const database = path.join(temporary_folder('locked'), 'ballcone.duckdb');
  const first = await start(t, { database });
  const { code, stderr } = await run('-sp', '0', '-wp', '0', '-d', database);
  assert.notEqual(code, 0);
  assert.match(stderr, new RegExp(`${first.pid}|another`), 'it says who');
  assert.doesNotMatch(stderr, /terminate called|Aborted/);
});

test('ports that are taken, files that are none, and words it does not know', async (t) => {
  const first = await start(t);
  const web = await run('-sp', '0', '-wp', new URL(first.url).port, '-d', ':memory:');
  assert.notEqual(web.code, 0);
  assert.match(web.stderr, new RegExp(new URL(first.url).port));
  const syslog = await run('-sp', String(first.syslog_port), '-wp', '0', '-d', ':memory:');
  assert.notEqual(syslog.code, 0);
  assert.match(syslog.stderr, new RegExp(String(first.syslog_port)));

  const file = path.join(temporary_folder('file'), 'text.duckdb');
  fs.writeFileSync(file, 'this is not a database, and must not become one\n'.repeat(1000));
  const text = await run('-sp', '0', '-wp', '0', '-d', file);
  assert.notEqual(text.code, 0);
  assert.match(text.stderr, /text\.duckdb/);
  assert.match(fs.readFileSync(file, 'utf8'), /^this is not a database/);
  const nowhere = await run('-sp', '0', '-wp', '0', '-d', '/nonexistent/folder/x.duckdb');
  assert.notEqual(nowhere.code, 0);

  for (const args of [['--no-such-flag'], ['-wp', '70000'], ['-p', 'soon'], ['nonsense'], ['--addresses', 'some']]) {
    const { code, stderr } = await run(...args);
    assert.notEqual(code, 0, args.join(' '));
    assert.ok(stderr.length > 0);
  }
});

test('the command line explains itself', async () => {
  const version = await run('-v');
  assert.equal(version.code, 0);
  assert.match(version.stdout, /Ballcone v\d+\.\d+\.\d+/);
  const help = await run('--help');
  assert.equal(help.code, 0);
  for (const flag of ['--syslog-host', '--syslog-port', '--web-host', '--web-port', '--database', '--period', '--top-limit', '--days', 'sql']) {
    assert.ok(help.stdout.includes(flag), flag);
  }
  const sql = await run('sql', '--help');
  assert.match(sql.stdout, /--format/);
});

test('a settings file sets what a flag can, and flags win', async (t) => {
  const config = path.join(temporary_folder('config'), 'ballcone.toml');
  fs.writeFileSync(config, 'days = 7\ntop-limit = 3\nservices = ["one", "two"]\naddresses = "none"\n');
  const ballcone = await start(t, { args: ['--config', config, '--days', '9'] });
  await ballcone.send_hits([hit({ service: 'one' }), hit({ service: 'three' })]);
  const { stored, dropped } = await ballcone.settled();
  assert.deepEqual([stored, dropped.service_not_allowed], [1, 1]);
  assert.deepEqual(await ballcone.rows('SELECT address FROM main.hits'), [[null]]);
  assert.equal((await ballcone.json('/services/one/count/path')).body.elements.length <= 9, true);

  fs.writeFileSync(config, 'dayz = 7\n');
  const wrong = await run(...quick, '--config', config);
  assert.notEqual(wrong.code, 0);
  assert.match(wrong.stderr, /dayz/);

  const printed = await run(...quick, '--print-config');
  assert.equal(printed.code, 0);
  assert.match(printed.stdout, /^days = 30$/m);
  fs.writeFileSync(config, printed.stdout);
  const again = await start(t, { args: ['--config', config] });
  assert.equal((await again.fetch('/healthz')).status, 200);
});

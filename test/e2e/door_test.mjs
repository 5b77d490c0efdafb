// Login, sessions and share links of the real program, through restarts and with the command.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Ballcone, ballcone as run, binary, hit, start, temporary_folder } from './harness.mjs';

const hash_of = (password) => spawnSync(binary, ['password'], { input: `${password}\n`, encoding: 'utf8' }).stdout.trim();
const json = (body, headers = {}) => ({ method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
                                        body: JSON.stringify(body) });
const as_browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const cookie_of = (response) => response.headers.get('set-cookie').split(';')[0];

// Starts a program with a password; status and settled() are asked by a session of its own.
async function locked(database, hash) {
  const ballcone = await Ballcone.start({ database, args: ['--web-password-hash', hash] });
  const log_in = (password, headers) => ballcone.fetch('/login', json({ password }, headers));
  const status = async (target, cookie = '') => (await ballcone.fetch(target, { headers: { cookie } })).status;
  return { ballcone, log_in, status };
}

test('a login is a session that outlives a restart, until the logout or another password', async (t) => {
  const database = path.join(temporary_folder('login'), 'ballcone.duckdb');
  const hash = hash_of('correct horse');
  let { ballcone, log_in, status } = await locked(database, hash);
  t.after(() => ballcone.stop());

  const page = await ballcone.fetch('/services/shop?range=7d', { headers: as_browser, redirect: 'manual' });
  assert.equal(page.status, 401);
  assert.equal(page.headers.get('www-authenticate'), null);
  assert.match(await page.text(), /data-door="locked"/);
  const quiet = await ballcone.fetch('/api/v1/services', { headers: { accept: 'application/json' } });
  assert.deepEqual([quiet.status, quiet.headers.get('www-authenticate')], [401, null]);
  assert.match((await ballcone.fetch('/api/v1/services')).headers.get('www-authenticate'), /^Basic /);

  const wrong = await log_in('correct');
  assert.deepEqual([wrong.status, wrong.headers.get('set-cookie')], [401, null]);
  const fixed = `${cookie_of(await log_in('correct horse')).split('=')[0]}=${'0'.repeat(32)}`;
  const login = await log_in('correct horse', { cookie: fixed });
  assert.equal(login.status, 204);
  assert.match(login.headers.get('set-cookie'), /^ballcone_[0-9a-f]{8}=[0-9a-f]{32}; Max-Age=2592000; HttpOnly; SameSite=Lax$/);
  const cookie = cookie_of(login);
  assert.notEqual(cookie, fixed, 'a token that was there before is not taken');
  assert.deepEqual([await status('/', cookie), await status('/', fixed), await status('/metrics', cookie)], [200, 401, 200]);
  const secure = await log_in('correct horse', { 'x-forwarded-proto': 'https' });
  assert.match(secure.headers.get('set-cookie'), /; Secure$/);

  const file = `${database}.sessions`;
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  assert.ok(!fs.readFileSync(file, 'utf8').includes(cookie.split('=')[1]));

  await ballcone.stop();
  ({ ballcone, log_in, status } = await locked(database, hash));
  assert.equal(await status('/api/v1/services', cookie), 200, 'after a restart');
  const out = await ballcone.fetch('/logout', json({}, { cookie }));
  assert.match(out.headers.get('set-cookie'), /=; Max-Age=0;/);
  assert.equal(await status('/api/v1/services', cookie), 401, 'after the logout');
  const last = cookie_of(await log_in('correct horse'));

  await ballcone.stop();
  ({ ballcone, log_in, status } = await locked(database, hash_of('another')));
  assert.equal(await status('/api/v1/services', last), 401, 'with another password');
});

test('guesses are answered slowly, whatever is forged', async (t) => {
  const { ballcone, log_in } = await locked(':memory:', hash_of('correct horse'));
  t.after(() => ballcone.stop());
  // At once: one after the other, a slow machine takes as long for each as it takes to earn the next one.
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) =>
    log_in('x', { 'x-forwarded-for': `203.0.113.${i}, 192.0.2.7` })));
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length > 0);
  assert.equal(refused[0].headers.get('retry-after'), '1');
  assert.equal(answers.length - refused.length, answers.filter(({ status }) => status === 401).length);
  assert.equal((await log_in('correct horse', { 'x-forwarded-for': '192.0.2.8' })).status, 204);
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
  assert.equal((await log_in('correct horse', foreign)).status, 403);
  const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'password=correct+horse' };
  assert.equal((await ballcone.fetch('/login', form)).status, 415);
  assert.equal((await ballcone.fetch('/login', json({ password: 'x'.repeat(2000) }))).status, 400);
});

test('a share is made, followed and taken away by the command, with a server and without', async (t) => {
  const database = path.join(temporary_folder('share'), 'ballcone.duckdb');
  const share = (...args) => run('share', args[0], '-d', database, ...args.slice(1));
  const first = await share('add', 'shop', '--name', 'Press', '--until', '30d', '--embed', 'https://a.example,https://b.example');
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^1: shop, Press, until \S+Z, on https:\/\/a\.example, on https:\/\/b\.example\n\/share\/[0-9a-f]{32}\n$/);
  const link = first.stdout.trim().split('\n').at(-1);

  const { ballcone, log_in } = await locked(database, hash_of('correct horse'));
  t.after(() => ballcone.stop());
  const cookie = cookie_of(await log_in('correct horse'));
  ballcone.fetch = (target, options = {}) => fetch(ballcone.url + target, { ...options, headers: { cookie, ...options.headers } });
  await ballcone.send_hits([hit({ service: 'shop', path: '/a' }), hit({ service: 'blog', path: '/secret' })]);
  await ballcone.settled();
  const open = (target, options) => fetch(ballcone.url + target, options);

  const page = await open(link);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-security-policy'), /frame-ancestors https:\/\/a\.example https:\/\/b\.example$/);
  assert.deepEqual([page.headers.get('x-frame-options'), page.headers.get('set-cookie')], [null, null]);
  const services = await (await open(`${link}/api/v1/services`)).json();
  assert.deepEqual(services.services.map(({ name }) => name), ['shop']);
  const rows = async (question) => (await (await open(`${link}/api/v1/query`, json(question))).json()).rows;
  assert.deepEqual(await rows({ service: 'blog', range: 'all', metrics: ['hits'], by: ['path'] }), [['/a', 1]]);
  assert.equal((await open(`${link}/api/v1/query`, json({ metrics: ['hits'], by: ['address'] }))).status, 400);
  for (const other of ['/api/v1/sql', '/api/v1/status', '/api/v1/registry']) assert.equal((await open(link + other)).status, 404, other);

  const second = spawnSync(binary, ['share', 'add', '-d', database, 'shop', '--password'], { input: 'open sesame\n', encoding: 'utf8' });
  assert.equal(second.status, 0, second.stderr);
  assert.match(second.stdout, /\n2: shop, with a password\n/);
  const url = second.stdout.trim().split('\n').at(-1);
  assert.ok(url.startsWith(`${ballcone.url}/share/`), url);
  const ask = (headers) => fetch(`${url}/api/v1/services`, { headers });
  assert.equal((await ask({})).status, 401);
  assert.deepEqual(await (await fetch(`${url}/api/v1/share`)).json(), { is_locked: true });
  assert.equal((await fetch(`${url}/login`, json({ password: 'correct horse' }))).status, 401);
  const opened = await fetch(`${url}/login`, json({ password: 'open sesame' }));
  assert.match(opened.headers.get('set-cookie'), /^ballcone_share_2=\S+; Max-Age=2592000; HttpOnly; SameSite=Lax$/);
  const framed = await fetch(`${url}/login`, json({ password: 'open sesame' }, { 'x-forwarded-proto': 'https' }));
  assert.match(framed.headers.get('set-cookie'), /; SameSite=None; Secure; Partitioned$/);
  assert.equal((await ask({ cookie: cookie_of(opened) })).status, 200);
  assert.equal((await open(`${link}/api/v1/services`)).status, 200);

  assert.equal((await share('remove', '1')).code, 0);
  assert.equal((await open(`${link}/api/v1/services`)).status, 404, 'at once');
  assert.equal((await open(link)).status, 404);
  assert.match((await share('list')).stdout, /^2: shop, with a password\n$/);
  const missing = await share('remove', '1');
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /expected the id of a share, got 1/);

  await ballcone.stop();
  const { ballcone: again } = await locked(database, hash_of('correct horse'));
  t.after(() => again.stop());
  const moved = again.url + new URL(url).pathname;
  assert.equal((await fetch(`${moved}/api/v1/services`, { headers: { cookie: cookie_of(opened) } })).status, 200, 'after a restart');
});

test('wrong shares say what would have been right', async (t) => {
  const ballcone = await start(t);
  for (const [request, words] of [
    [{ action: 'add', service: 'shop', until: 'soon' }, /days such as 30d/],
    [{ action: 'add', service: 'shop', embed_on: ['a.example'] }, /origins such as https/],
    [{ action: 'add' }, /./],
    [{ action: 'remove', id: 7 }, /id of a share, got 7/],
    [{ action: 'more' }, /"add"/],
  ]) {
    const answer = await ballcone.post('/api/v1/shares', request);
    assert.equal(answer.status, 400, JSON.stringify(answer.body));
    assert.match(answer.body.error.message, words);
  }
  assert.deepEqual((await ballcone.json('/api/v1/shares')).body, { shares: [] });
  assert.equal((await run('share', 'remove', 'x', '-d', ':memory:')).code, 2);
  assert.equal((await run('share', 'burn')).code, 2);
});

test('visitors get no cookie', async (t) => {
  const { ballcone } = await locked(':memory:', hash_of('correct horse'));
  t.after(() => ballcone.stop());
  for (const [target, options] of [['/hello.gif'], ['/noscript.gif'], ['/hello.js'], ['/more.js'], ['/privacy/shop'],
                                   ['/api/hello', json({})], ['/api/event', json({})], ['/api/v1/hits', json({})]]) {
    const response = await ballcone.fetch(target, options);
    assert.notEqual(response.status, 401, target);
    assert.equal(response.headers.get('set-cookie'), null, target);
  }
});

// Scripts, pixels and servers over real HTTP: what is taken is stored, what is refused is counted, and nothing else is.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';
import { ballcone as run, eventually, hit, start, temporary_folder } from './harness.mjs';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
const origin = 'https://blog.example';

// With any Host, Origin and method; fetch() chooses some of them itself.
function request(ballcone, target, { method = 'GET', headers = {}, body, agent } = {}) {
  return new Promise((resolve, reject) => {
    http.request(ballcone.url + target, { method, agent, headers: { 'user-agent': firefox, ...headers } }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    }).once('error', reject).end(body);
  });
}
const post = (ballcone, target, body, headers = {}) =>
  request(ballcone, target, { method: 'POST', headers: { origin, 'content-type': 'text/plain', ...headers },
                              body: typeof body === 'string' ? body : JSON.stringify(body) });
const page = (fields = {}) => ({ n: 'pageview', u: `${origin}/a`, s: 'blog', ...fields });

// Conservation of what was collected.
async function settled(ballcone, received) {
  return eventually(`${received} hits collected, each stored or dropped`, async (saw) => {
    const source = (await ballcone.status()).sources.find(({ name }) => name === 'script and pixel');
    const dropped = Object.values(source.dropped).reduce((a, b) => a + b, 0);
    saw({ received: source.received, stored: source.stored, dropped });
    return source.received === received && source.stored + dropped === received && source;
  });
}
const register = async (ballcone, fields = {}) => (await ballcone.post('/api/v1/registry',
  { action: 'add', name: 'blog', hosts: ['blog.example', '*.blog.example'], ...fields })).body.service;

test('a pixel, a script and Plausible’s script are stored like lines of a log', async (t) => {
  const ballcone = await start(t);
  const service = await register(ballcone);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());

  const pixel = `/hello.gif?t=pv&ts=${Date.now()}&u=${encodeURIComponent(`${origin}/pixel?x=1`)}&l=de-DE&tz=Europe%2FBerlin&w=1920&h=1080`;
  for (let i = 0; i < 3; i++) {
    const { status, headers, body } = await request(ballcone, pixel, { agent, headers: { referer: `${origin}/pixel`, host: 'stats.blog.example' } });
    assert.equal(status, 200);
    assert.equal(body.length, 43);
    assert.match(body.toString('latin1'), /^GIF89a.*;$/s);
    assert.equal(headers['content-type'], 'image/gif');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
    assert.equal(headers['ballcone-dropped'], undefined);
    assert.notEqual(headers.connection, 'close');
  }
  assert.equal((await request(ballcone, '/noscript.gif', { headers: { referer: `${origin}/old` } })).status, 200);
  const view = await post(ballcone, '/api/hello', page({ r: 'https://www.google.com/', w: 1280, l: 'en' }));
  assert.equal(view.status, 202);
  assert.equal(view.headers['access-control-allow-origin'], '*');
  assert.equal((await post(ballcone, '/api/hello', page({ n: 'engagement', e: 12400 }))).status, 202);
  const event = await post(ballcone, '/api/event', { name: 'Signup', url: `${origin}/a`, domain: 'blog.example', props: { plan: 'pro' },
                                                     revenue: { amount: 12.5, currency: 'EUR' } });
  assert.equal(event.status, 202);
  assert.equal((await post(ballcone, '/api/event', { n: 'pageview', u: `${origin}/keyed`, d: 'blog' }, { origin: 'https://evil.example' })).headers['ballcone-dropped'],
               'wrong_origin');
  assert.equal((await request(ballcone, `/hello.gif?dk=${service.key}&pa=mail/17`)).headers['ballcone-dropped'], undefined);

  const source = await settled(ballcone, 9);
  assert.equal(source.stored, 8);
  assert.equal(source.dropped.wrong_origin, 1);
  assert.deepEqual(await ballcone.rows('SELECT kind, via, path, query, event, props, engaged, inner_resolution FROM main.hits WHERE event IS NOT NULL ORDER BY event'), [
    ['event', 'script', '/a', null, 'Signup', '{"currency":"EUR","plan":"pro","revenue":"12.5"}', null, null],
    ['event', 'script', '/a', null, 'engagement', null, 12.4, null],
  ]);
  assert.deepEqual(await ballcone.rows(`SELECT path, via, count(*), min(language), min(timezone), min(outer_resolution), min(browser)
                                        FROM main.hits WHERE is_page_view GROUP BY ALL ORDER BY path`), [
    ['/a', 'script', 1, 'en', null, null, 'Firefox'],
    ['/mail/17', 'pixel', 1, null, null, null, 'Firefox'],
    ['/old', 'pixel', 1, null, null, null, 'Firefox'],
    ['/pixel', 'script', 3, 'de-DE', 'Europe/Berlin', '1920x1080', 'Firefox'],
  ]);
  const metrics = await ballcone.metrics();
  assert.equal(metrics.get('ballcone_lines_stored_total{source="script and pixel"}'), 8);
  assert.equal(metrics.get('ballcone_lines_dropped_total{source="script and pixel",reason="wrong_origin"}'), 1);
});

test('a browser of another site may send, and nothing else', async (t) => {
  const ballcone = await start(t);
  const cross = { origin: 'https://any.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', host: 'stats.example' };
  const preflight = await request(ballcone, '/api/event', { method: 'OPTIONS', headers: { ...cross, 'access-control-request-method': 'POST' } });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers['access-control-allow-origin'], '*');
  assert.match(preflight.headers['access-control-allow-methods'], /POST/);
  assert.match(preflight.headers['access-control-allow-headers'], /Content-Type/i);
  for (const script of ['/hello.js', '/more.js']) {
    const { status, headers, body } = await request(ballcone, script, { headers: cross });
    assert.equal(status, 200, script);
    assert.match(headers['content-type'], /^text\/javascript/);
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.match(headers['cache-control'], /^public/);
    assert.ok(body.length > 100);
  }
  assert.equal((await request(ballcone, '/hello.gif', { headers: cross })).status, 200);
  assert.equal((await request(ballcone, '/api/hello', { headers: cross })).status, 405);
  for (const target of ['/', '/api/v1/services', '/api/v1/registry', '/hello.gif/x', '/metrics'])
    assert.equal((await request(ballcone, target, { headers: cross })).status, 421, target);
  assert.equal((await request(ballcone, '/api/v1/registry', { headers: { ...cross, host: new URL(ballcone.url).host } })).status, 403);
});

test('what is refused is answered and counted', async (t) => {
  const ballcone = await start(t, { args: ['--rate-limit', '60'] });
  await register(ballcone, { switches: ['gpc=honour'] });
  const expected = { bad_request: 0, too_large: 0, unknown_service: 0, wrong_key: 0, opted_out: 0 };
  const refused = async (status, reason, body, headers) => {
    const answer = await post(ballcone, '/api/hello', body, headers);
    assert.deepEqual([answer.status, answer.headers['ballcone-dropped']], [status, reason]);
    assert.ok(answer.body.length > 10, 'it says why');
    expected[reason]++;
  };
  await refused(400, 'bad_request', '{');
  await refused(400, 'bad_request', { n: 'pageview' });
  await refused(413, 'too_large', page({ p: { x: 'x'.repeat(40_000) } }));
  await refused(202, 'unknown_service', page({ s: 'nobody' }));
  await refused(202, 'wrong_key', page({ k: 'guess' }));
  await refused(202, 'opted_out', page(), { 'sec-gpc': '1' });
  assert.equal((await request(ballcone, '/hello.gif?t=pv')).status, 200, 'a pixel is a pixel');
  expected.bad_request++;
  let limited = 0;
  for (let i = 0; i < 80; i++) limited += (await post(ballcone, '/api/hello', page())).status === 429;
  assert.ok(limited >= 10 && limited <= 40, String(limited));
  const source = await settled(ballcone, 87);
  assert.equal(source.dropped.rate_limited, limited);
  for (const [reason, count] of Object.entries(expected)) assert.equal(source.dropped[reason], count, reason);
  assert.deepEqual(await ballcone.rows('SELECT count(*) FROM main.hits'), [[source.stored]]);
});

test('a visitor of the log is a visitor of the script', async (t) => {
  const ballcone = await start(t);
  await register(ballcone);
  await ballcone.send_hits([hit({ service: 'blog', ip: '198.51.100.7', host: 'blog.example', user_agent: firefox })]);
  await post(ballcone, '/api/hello', page(), { 'x-forwarded-for': '203.0.113.5, 198.51.100.7' });
  await settled(ballcone, 1);
  await ballcone.settled();
  assert.deepEqual(await ballcone.rows('SELECT count(*), count(DISTINCT visitor), min(address), max(address) FROM main.hits'),
                   [[2, 1, '198.51.100.0', '198.51.100.0']]);
});

test('a site whose log is there needs no more than the tag', async (t) => {
  const ballcone = await start(t);
  await ballcone.send_hits([hit({ service: 'docs', host: 'docs.example' })]);
  await ballcone.settled();
  let sent = 0;
  await eventually('a hit of a host of the log', async (saw) => {
    const { headers } = await post(ballcone, '/api/hello', { n: 'pageview', u: 'https://docs.example/a' }, { origin: 'https://docs.example' });
    sent++;
    saw(headers['ballcone-dropped']);
    return headers['ballcone-dropped'] === undefined;
  });
  assert.equal((await post(ballcone, '/api/hello', { n: 'pageview', u: 'https://docs.example/a', s: 'docs' })).headers['ballcone-dropped'], 'unknown_service');
  assert.equal((await settled(ballcone, sent + 1)).stored, 1);
});

test('servers send lines, each id once, also after a restart', async (t) => {
  const database = path.join(temporary_folder('hits'), 'ballcone.duckdb');
  let ballcone = await start(t, { database });
  const { server_key } = await register(ballcone);
  const lines = Array.from({ length: 500 }, (_, i) => JSON.stringify({ id: `order-${i}`, time: '2025-03-02T10:00:00Z', url: `${origin}/thanks`,
    event: 'Order', props: { number: i }, address: '198.51.100.7', user_agent: firefox })).join('\n');
  const send = async (body, key = server_key) => {
    const { status, body: answer } = await post(ballcone, '/api/v1/hits', body, { authorization: `Bearer ${key}` });
    return { status, ...JSON.parse(answer) };
  };
  assert.equal((await send(lines, 'guess')).status, 403);
  assert.equal((await send('\n'.repeat(1001))).status, 413);
  assert.deepEqual(await send(`${lines}\n{`), { status: 200, accepted: 500,
    refused: [{ line: 501, reason: 'bad_request', message: 'expected a JSON object on each line' }] });
  const again = await send(lines);
  assert.equal(again.accepted, 0);
  assert.equal(again.refused[499].reason, 'replayed');
  assert.equal((await settled(ballcone, 1003)).stored, 500);
  await ballcone.stop();
  ballcone = await start(t, { database });
  assert.equal((await send(lines)).accepted, 0);
  assert.deepEqual(await ballcone.rows("SELECT count(*), count(DISTINCT props), min(time)::VARCHAR FROM main.hits WHERE via = 'server'"),
                   [[500, 500, '2025-03-02 10:00:00']]);
});

test('ballcone service, with a server and without', async (t) => {
  const database = path.join(temporary_folder('service'), 'ballcone.duckdb');
  const service = (...args) => run('service', ...args, '-d', database);
  assert.equal((await service('add', 'shop', '--host', 'shop.example', '--set', 'ip=none,query=drop,referrer=host')).code, 0);
  const ballcone = await start(t, { database });
  await post(ballcone, '/api/hello', { n: 'pageview', u: 'https://shop.example/a?b=c', r: 'https://news.example/x' }, { origin: 'https://shop.example' });
  await settled(ballcone, 1);
  await ballcone.send_hits([hit({ service: 'shop', path: '/b?c=d', referrer: 'https://news.example/y' })]);
  await ballcone.settled();
  assert.deepEqual(await ballcone.rows('SELECT path, query, referrer, address, visitor IS NULL FROM main.hits ORDER BY path'),
                   [['/a', null, 'https://news.example', null, false], ['/b', null, 'https://news.example', null, false]]);

  const added = await service('add', 'blog', '--host', 'blog.example,*.blog.example', '--time-zone', 'Europe/Berlin');
  assert.equal(added.code, 0, added.stderr);
  const key = /^ +key +(\S+)$/m.exec(added.stdout)[1];
  assert.equal((await post(ballcone, '/api/hello', page({ k: key }), { origin: 'https://else.example' })).headers['ballcone-dropped'], undefined);
  const renewed = await service('key', 'blog');
  assert.notEqual(/^ +key +(\S+)$/m.exec(renewed.stdout)[1], key);
  assert.equal((await post(ballcone, '/api/hello', page({ k: key }))).headers['ballcone-dropped'], 'wrong_key');
  const list = await service('list');
  assert.match(list.stdout, /^blog\n {2}hosts +blog\.example, \*\.blog\.example\n {2}time zone +Europe\/Berlin\n/m);
  assert.match(list.stdout, /^shop\n(.*\n)* {2}switches +ip=none,query=drop,referrer=host\n/m);
  assert.equal((await service('remove', 'shop')).code, 0);
  const gone = await service('remove', 'shop');
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /shop/);
  assert.match((await service('add', 'blog', '--set', 'ip=maskd')).stderr, /ip=masked/);
  assert.match((await service('add', 'blog', '--host', 'https://blog.example/')).stderr, /example\.com/);
});

test('switches and masking hold for logs, imports and scripts, and are told to visitors', async (t) => {
  const folder = temporary_folder('privacy');
  const database = path.join(folder, 'ballcone.duckdb');
  const ballcone = await start(t, { database });
  await register(ballcone, { switches: ['referrer=host', 'regions=drop'] });
  const secret = '/u/jane@example.org?token=abc&q=1';
  await ballcone.send_hits([hit({ service: 'blog', path: secret, referrer: 'https://news.example/y' })]);
  await ballcone.settled();
  await post(ballcone, '/api/hello', page({ u: origin + secret, r: 'https://news.example/x' }));
  await settled(ballcone, 1);
  const log = path.join(folder, 'access.log');
  fs.writeFileSync(log, `198.51.100.77 - - [23/Nov/2026:12:00:00 +0000] "GET ${secret} HTTP/1.1" 200 12 "https://news.example/z" "${firefox}"\n`);
  const imported = await run('import', '-d', database, '--service', 'blog', log);
  assert.equal(imported.code, 0, imported.stderr);
  assert.deepEqual(await ballcone.rows('SELECT DISTINCT path, query, referrer FROM main.hits'),
                   [['/u/***', 'token=***&q=1', 'https://news.example']]);
  assert.deepEqual(await ballcone.rows('SELECT count(*), count(region), count(network) FROM main.hits'), [[3, 0, 0]]);

  const check = await run('privacy', 'check', '-d', database, '--format', 'csv');
  assert.equal(check.code, 0, check.stderr);
  assert.match(check.stdout, /^path,[^,]*,1,nothing that a rule of masking finds,\/u\/\*\*\*\r$/m);
  assert.match(check.stdout, /^address,.*,masked to \/24 and \/48,/m);

  const shown = await request(ballcone, '/privacy/blog', { headers: { host: 'stats.blog.example' } });
  assert.equal(shown.status, 200);
  assert.match(shown.body.toString(), /Only the country that the address belongs to/);
  assert.match(shown.body.toString(), /Only the name of its site/);
  assert.equal((await request(ballcone, '/privacy/nobody')).status, 404);
});

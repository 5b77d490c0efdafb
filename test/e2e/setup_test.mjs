// What the setup page says is copied as it stands, and must work: nginx runs with its lines, other servers' formats
// are filled in as those servers were seen to do, shell commands run in a shell, and what comes of it is stored.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import zlib from 'node:zlib';
import { send_raw, start_nginx } from '../nginx/nginx.mjs';
import { ballcone as run, binary, eventually, root, start, temporary_folder } from './harness.mjs';

const samples = path.join(root, 'test/samples');
const lines_of = (file) => fs.readFileSync(path.join(samples, file), 'utf8').trimEnd().split('\n');

// The steps of one way, by what is to be copied; `query` as in the page's own question.
async function steps(ballcone, way, query = '') {
  const { status, body } = await ballcone.json(
    `/api/v1/setup?service=blog&server=127.0.0.1:${ballcone.syslog_port}&url=${ballcone.url}${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body.ways.find(({ name }) => name === way).steps.map(({ code }) => code);
}
const register = (ballcone, fields) => ballcone.post('/api/v1/registry', { action: 'set', name: 'blog', ...fields });
const rows = (ballcone) => ballcone.rows(`SELECT host, method, path, query, status, bytes, referrer, user_agent, fetch_dest,
  gpc, round(generation_time * 1000)::BIGINT FROM hits WHERE service = 'blog' ORDER BY time, path`);

for (const option of ['', 'original']) {
  test(`nginx runs with its lines, ${option || 'extended'}`, async (t) => {
    const ballcone = await start(t);
    const [format, access_log, command] = await steps(ballcone, 'nginx', `&with=${option}`);
    assert.equal(command, 'nginx -t && nginx -s reload');
    const nginx = await start_nginx(t, { service: 'blog', format, syslog: access_log, has_no_file: true });
    await send_raw(nginx, [Buffer.from('GET /a%20b?c=d HTTP/1.1\r\nHost: blog.example\r\nConnection: close\r\nSec-Fetch-Dest: document\r\nUser-Agent: x "y"\r\n\r\n')]);
    await ballcone.settled(1);
    const [[host, method, uri_path, query, status, , , agent, dest]] = await rows(ballcone);
    assert.deepEqual([host, method, uri_path, query, status, agent, dest],
      ['blog.example', option ? null : 'GET', '/a b', 'c=d', 404, 'x "y"', option ? null : 'document']);
  });
}

// A format with the values that the server was seen to write in its place: the line must be the one that was recorded
// when the server ran with this very format, so a format that is changed has to be run and recorded again.
function filled_in(format, values) {
  return Object.entries(values).reduce((text, [name, value]) => {
    assert.ok(text.includes(name), `the format has ${name}`);
    return text.replace(name, () => value);
  }, format);
}

test('Apache sends lines through logger, as it was seen to do', async (t) => {
  const ballcone = await start(t);
  const [format, log] = await steps(ballcone, 'apache', '&with=syslog');
  const recorded = lines_of('ballcone/apache.log');
  const pattern = /^LogFormat "(.*)" ballcone_blog$/m.exec(format)[1].replaceAll('\\"', '"');
  const json = JSON.parse(recorded[0].replace(/\\x/g, '\\\\x'));
  const raw = (name) => new RegExp(`"${name}": "((?:[^"\\\\]|\\\\.)*)"`).exec(recorded[0])[1];
  assert.equal(filled_in(pattern, {
    '%{%Y-%m-%dT%H:%M:%S%z}t': json.date, '%a': json.ip, '%>s': json.status, '%O': json.length, '%{ms}T': json.duration_ms,
    '%m': json.method, '%H': json.protocol, '%{Content-Type}o': raw('content_type'), '%{Sec-GPC}i': json.gpc,
    '%{Sec-Fetch-Dest}i': json.fetch_dest, '%{Sec-Purpose}i': json.sec_purpose, '%{Host}i': json.host,
    '%{ballcone_path}e': raw('path'), '%{Referer}i': raw('referrer'), '%{User-Agent}i': raw('user_agent'),
  }), recorded[0]);
  const command = /^CustomLog "\|(.*)" ballcone_blog$/.exec(log)[1];
  execFileSync('sh', ['-c', command], { input: `${recorded.join('\n')}\n` });
  const { stored, dropped } = await ballcone.settled(recorded.length);
  assert.equal(stored, recorded.length, JSON.stringify(dropped));
  const agent = 'Mozilla/5.0 (X11) "q" (KHTML, like Gecko) \\ x';
  assert.deepEqual((await rows(ballcone))[0],
    ['127.0.0.1', 'GET', '/a bé', 'b="q"&c=%C3%A9', 404, 397, 'https://example.org/"x"\\y', agent, 'document', 1, 0]);
});

test('HAProxy sends lines, as it was seen to do', async (t) => {
  const ballcone = await start(t);
  const [frontend] = await steps(ballcone, 'haproxy');
  assert.match(frontend, new RegExp(`^    log 127\\.0\\.0\\.1:${ballcone.syslog_port} len 8192 local0$`, 'm'));
  const recorded = lines_of('ballcone/haproxy.log');
  const payload = recorded[0].replace(/^<134>.* haproxy\[\d+\]: /, '');
  const json = JSON.parse(payload);
  const raw = (name) => new RegExp(`"${name}": "((?:[^"\\\\]|\\\\.)*)"`).exec(payload)[1];
  const variable = (name) => `%[var(txn.${name}),json(utf8s)]`;
  assert.equal(filled_in(/log-format '(.*)'$/m.exec(frontend)[1], {
    '%[date,utime(%Y-%m-%dT%H:%M:%SZ)]': json.date, '%ci': json.ip, '%ST': json.status, '%B': json.length, '%Ta': json.duration_ms,
    '%HM': json.method, '%[ssl_fc,iif(https,http)]': json.scheme, '%HV': json.protocol, [variable('type')]: raw('content_type'),
    [variable('gpc')]: json.gpc, [variable('dest')]: json.fetch_dest, [variable('purpose')]: json.sec_purpose,
    [variable('host')]: json.host, [variable('path')]: raw('path'), [variable('referrer')]: raw('referrer'),
    [variable('agent')]: raw('user_agent'),
  }), payload);
  await ballcone.send(recorded);
  const { stored, dropped } = await ballcone.settled(recorded.length);
  assert.equal(stored, recorded.length, JSON.stringify(dropped));
  const agent = 'Mozilla/5.0 (X11) "q" (KHTML, like Gecko) é \\ x';
  const found = (await rows(ballcone)).find(([host]) => host !== null);
  assert.deepEqual(found.slice(0, 10), ['127.0.0.1', 'GET', '/a bé', 'b="q"&c=%C3%A9', 200, json.length, 'https://example.org/"x"\\y',
    agent, 'document', 1]);
});

// Way → a log as that server writes it with what is printed, and how many of its lines are requests.
const followed = {
  apache: ['combined/apache.log', /^LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%\{Referer\}i\\" \\"%\{User-Agent\}i\\"" combined$/m],
  caddy: ['caddy/served.log', /^    format json$/m],
  traefik: ['traefik_json/lines.log', /^  format: json$/m],
  files: ['combined/apache.log', /^ballcone import /],
};
for (const [way, [sample, has]] of Object.entries(followed)) {
  test(`the log of ${way} is followed by the command that is printed`, async (t) => {
    const folder = temporary_folder(way);
    const asked = await start(t);
    const printed = await steps(asked, way);
    assert.match(printed[0], has);
    const [, service, file] = printed.map((code) => /^ballcone serve --follow (\S+)=(\/\S+)$/.exec(code)).find(Boolean);
    const copy = path.join(folder, path.basename(file));
    fs.copyFileSync(path.join(samples, sample), copy);
    const ballcone = await start(t, { args: ['--follow', `${service}=${copy}`] });
    const hits = await eventually('hits of the file', async (saw) => {
      const [[count]] = await ballcone.rows("SELECT count(*) FROM hits WHERE service = 'blog' AND user_agent IS NOT NULL");
      saw(count);
      return count > 0 && count;
    });
    assert.ok(hits > 0);
    const source = (await ballcone.status()).sources.find(({ name }) => name.includes(copy));
    const malformed = lines_of(sample.replace(/log$/, 'txt')).filter((line) => line === 'malformed').length;
    assert.equal(source.dropped.malformed, malformed, JSON.stringify(source.examples));
  });
}

test('commands that import run in a shell', async (t) => {
  const asked = await start(t);
  const folder = temporary_folder('import');
  fs.symlinkSync(binary, path.join(folder, 'ballcone'));
  const shell = (code) => execFileSync('sh', ['-c', code], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` } });
  const count = async () => (await run('sql', '-d', path.join(folder, 'ballcone.duckdb'), "SELECT count(*) FROM hits WHERE service = 'blog'")).stdout;

  fs.copyFileSync(path.join(samples, 'combined/apache.log'), path.join(folder, 'access.log'));
  const [files, preview] = await steps(asked, 'files');
  assert.match(shell(preview), /combined/);
  shell(files);
  assert.match(await count(), /\b5\b/);

  const lines = fs.readFileSync(path.join(samples, 'w3c/cloudfront.log'));
  fs.writeFileSync(path.join(folder, 'E1.2026-11-23-12.abc.gz'), zlib.gzipSync(lines));
  const [, cloudfront] = await steps(asked, 'cloudfront');
  const [sync, fetched] = cloudfront.split('\n');
  assert.match(sync, /^aws s3 sync s3:\/\/BUCKET\/PREFIX \/var\/lib\/ballcone\/cloudfront$/);
  assert.match(shell(fetched.replace('/var/lib/ballcone/cloudfront', folder)), /stored/);
});

test('the pixels count where their tags are, and a mail by its key', async (t) => {
  const ballcone = await start(t);
  assert.deepEqual((await steps(ballcone, 'pixel')).slice(1), [''], 'without a registration there is no key');
  const { body: { service } } = await register(ballcone, { hosts: ['blog.example'] });
  const sources = (await steps(ballcone, 'pixel')).map((code) => /src="([^"]*)"/.exec(code)[1].replaceAll('&amp;', '&'));
  assert.ok(sources[1].includes(service.key));
  const [page, mail] = [await fetch(sources[0], { headers: { referer: 'https://blog.example/a' } }), await fetch(sources[1])];
  for (const answer of [page, mail]) assert.equal(answer.headers.get('ballcone-dropped'), null);
  await ballcone.settled(0);
  const paths = await eventually('two hits', async () => {
    const found = await ballcone.rows("SELECT path FROM hits WHERE service = 'blog' ORDER BY path");
    return found.length === 2 && found.flat();
  });
  assert.deepEqual(paths, ['/a', '/newsletter/17']);
});

test('a server\'s own lines are taken as the printed curl sends them', async (t) => {
  const ballcone = await start(t);
  assert.deepEqual(await steps(ballcone, 'server'), ['']);
  await register(ballcone, { hosts: ['blog.example'] });
  const [ask, asking] = await steps(ballcone, 'server');
  assert.equal(ask, 'read -rs SERVER_KEY');
  assert.match(asking, /Bearer \$SERVER_KEY"/);
  const [, command] = await steps(ballcone, 'server', '&with=server_key');
  const [, url, key, body] = /^curl (\S+) -H "Authorization: Bearer (\w+)" --data-binary '\n(.*)'$/s.exec(command);
  const answer = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body });
  assert.deepEqual([answer.status, await answer.json()], [200, { accepted: 1, refused: [] }]);
});

test('Plausible\'s settings lead to a route that takes what Plausible sends', async (t) => {
  const ballcone = await start(t);
  await register(ballcone, { hosts: ['blog.example'] });
  const [npm, tag, stats] = await steps(ballcone, 'plausible');
  const [, domain, endpoint] = /init\(\{ domain: '(.*)', endpoint: '(.*)' \}\)/.exec(npm);
  assert.equal(/data-api="([^"]*)"/.exec(tag)[1], endpoint);
  assert.equal(/data-domain="([^"]*)"/.exec(tag)[1], domain);
  const sent = await fetch(endpoint, { method: 'POST', headers: { 'content-type': 'text/plain', origin: 'https://blog.example' },
                                       body: JSON.stringify({ n: 'pageview', u: 'https://blog.example/a', d: domain, r: null }) });
  assert.deepEqual([sent.status, sent.headers.get('ballcone-dropped')], [202, null]);
  const asked = await fetch(stats, { method: 'POST', headers: { 'content-type': 'application/json' },
                                     body: JSON.stringify({ site_id: domain, metrics: ['visitors'], date_range: 'day' }) });
  assert.ok([200, 404].includes(asked.status), `${asked.status}`); // 404 until the hit is committed
});

test('a registration is set as a whole, and only what is right', async (t) => {
  const ballcone = await start(t);
  await register(ballcone, { hosts: ['a.example', 'b.example'], switches: ['ip=none', 'query=drop'], time_zone: 'Europe/Berlin' });
  const { body } = await register(ballcone, { hosts: ['c.example'], switches: ['ip=default'] });
  assert.deepEqual([body.service.hosts, body.service.switches, body.service.time_zone], [['c.example'], '', '']);
  const added = await ballcone.post('/api/v1/registry', { action: 'add', name: 'blog', hosts: ['d.example'] });
  assert.deepEqual(added.body.service.hosts, ['c.example', 'd.example']);
  assert.equal((await register(ballcone, { hosts: ['c.example/x'] })).status, 400);
  const { body: { services } } = await ballcone.json('/api/v1/registry');
  assert.deepEqual(services[0].hosts, ['c.example', 'd.example']);
});

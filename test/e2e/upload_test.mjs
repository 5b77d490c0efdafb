// A log file sent by a browser: in pieces, looked at before, imported once.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import zlib from 'node:zlib';
import { Ballcone, ballcone as run, binary, eventually, start, temporary_folder } from './harness.mjs';

const line = (i) => `192.0.2.${i % 250} - - [23/Nov/2026:12:${String(i % 60).padStart(2, '0')}:00 +0000] "GET /page/${i} HTTP/1.1" 200 ${i} ` +
  '"https://example.org/" "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"\n';
const log = (count, first = 0) => Buffer.from(Array.from({ length: count }, (_, i) => line(first + i)).join(''));
const octets = { 'content-type': 'application/octet-stream' };
const hits = async (ballcone) => (await ballcone.rows('SELECT count(*) FROM main.hits'))[0][0];

const begin = (ballcone, bytes, fields = {}) => ballcone.post('/api/v1/import', { name: 'access.log', bytes, service: 'blog', ...fields });
const piece = (ballcone, id, at, body) => ballcone.json(`/api/v1/import/${id}/piece?at=${at}`, { method: 'POST', headers: octets, body });
const act = (ballcone, id, action) => ballcone.post(`/api/v1/import/${id}`, { action });
const preview = (ballcone, body, query = 'name=access.log') =>
  ballcone.json(`/api/v1/import/preview?${query}`, { method: 'POST', headers: octets, body });

// As the page does it. Gives the last state.
async function upload(ballcone, bytes, fields = {}, piece_bytes = 100_000) {
  const begun = await begin(ballcone, bytes.length, fields);
  assert.equal(begun.status, 200, JSON.stringify(begun.body));
  const { id } = begun.body;
  for (let at = 0; at < bytes.length; at += piece_bytes) {
    const { status, body } = await piece(ballcone, id, at, bytes.subarray(at, at + piece_bytes));
    assert.equal(status, 200, JSON.stringify(body));
  }
  assert.equal((await act(ballcone, id, 'import')).status, 200);
  return eventually('the import to end', async (saw) => {
    const { body } = await ballcone.json(`/api/v1/import/${id}`);
    saw(body);
    return ['done', 'failed', 'stopped'].includes(body.state) && body;
  });
}

for (const [kind, compress] of [['plain', (x) => x], ['gzip', zlib.gzipSync]]) {
  test(`a file is stored once, however often it comes: ${kind}`, async (t) => {
    const ballcone = await start(t);
    const bytes = compress(log(3000));
    const first = await upload(ballcone, bytes);
    assert.deepEqual([first.state, first.error, first.figures.lines, first.figures.stored], ['done', null, 3000, 3000]);
    assert.deepEqual(Object.keys(first.figures.services), ['blog']);
    const again = await upload(ballcone, bytes, { name: 'copy.log' });
    assert.deepEqual([again.state, again.figures.stored, again.figures.known_files], ['done', 0, 1]);
    // What it has grown by since.
    const grown = await upload(ballcone, compress(log(3100)));
    assert.deepEqual([grown.state, grown.figures.stored], ['done', 100]);
    assert.equal(await hits(ballcone), 3100);
  });
}

test('uploads and the command know each other\'s files', async (t) => {
  const folder = temporary_folder('upload');
  const database = path.join(folder, 'ballcone.duckdb');
  const ballcone = await start(t, { database });
  assert.equal((await upload(ballcone, log(500))).figures.stored, 500);
  fs.writeFileSync(path.join(folder, 'access.log'), log(500));
  const command = await run('import', '--json', '--service', 'blog', '-d', database, path.join(folder, 'access.log'));
  assert.equal(JSON.parse(command.stdout).stored, 0, command.stderr);
  const list = await run('import', '--list', '--json', '-d', database);
  assert.deepEqual(JSON.parse(list.stdout).map(({ what, stored }) => [what, stored]), [['access.log', 500]]);
});

test('a preview says what would become of the first lines, and changes nothing', async (t) => {
  const ballcone = await start(t);
  const { body } = await preview(ballcone, Buffer.concat([log(20), Buffer.from('nonsense\n')]), 'name=shop-access.log.gz');
  assert.equal(body.format, 'combined');
  assert.deepEqual([body.lines, body.rows.length], [21, 10]);
  const row = Object.fromEntries(body.columns.map((name, i) => [name, body.rows[0][i]]));
  assert.deepEqual([row.time, row.service, row.uri, row.status], ['2026-11-23T12:00:00Z', 'shop', '/page/0', '200']);
  assert.deepEqual(body.dropped.map(({ reason, lines, example }) => [reason, lines, example]), [['malformed', 1, '21: nonsense']]);
  // The beginning of a file that goes on.
  const cut = await preview(ballcone, zlib.gzipSync(log(50_000)).subarray(0, 100_000), 'name=a.log.gz&service=blog');
  assert.deepEqual([cut.status, cut.body.format, cut.body.dropped, cut.body.rows[0][1]], [200, 'combined', [], 'blog']);
  const pattern = encodeURIComponent('$remote_addr [$time_local] "$request" $status');
  const own = await preview(ballcone, Buffer.from('192.0.2.1 [23/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 200\n'), `name=a&format=${pattern}`);
  assert.equal(own.body.rows.length, 1, JSON.stringify(own.body));
  assert.equal(await hits(ballcone), 0);
});

test('what is no log is refused with what to do', async (t) => {
  const ballcone = await start(t);
  const png = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  const seen = await preview(ballcone, png, 'name=a.png');
  assert.equal(seen.status, 422);
  assert.ok(seen.body.error.message.includes('a.png'), seen.body.error.message);
  const sent = await upload(ballcone, png, { name: 'a.png' });
  assert.equal(sent.state, 'failed');
  assert.ok(sent.error.includes('a.png'), sent.error);
  // Half of a compressed file: what is whole is stored, and the rest is told.
  const gzip = zlib.gzipSync(log(20_000));
  const cut = await upload(ballcone, gzip.subarray(0, gzip.length / 2));
  assert.equal(cut.state, 'failed');
  assert.match(cut.error, /cut off: expected the rest of a gzip member/);
  assert.equal(await hits(ballcone), cut.figures.stored);
});

test('requests that are wrong are refused, each with its reason', async (t) => {
  const ballcone = await start(t);
  const { body: { id } } = await begin(ballcone, 1000);
  const json = { 'content-type': 'application/json' };
  const post = (target, body, headers = json) => ballcone.json(target, { method: 'POST', headers, body });
  const rows = [
    [400, /name/, post('/api/v1/import', '{"bytes": 5}')],
    [400, /JSON|name/, post('/api/v1/import', 'nonsense')],
    [400, /size/, post('/api/v1/import', '{"name": "a"}')],
    [400, /size/, post('/api/v1/import', '{"name": "a", "bytes": -1}')],
    [400, /empty/, post('/api/v1/import', '{"name": "a", "bytes": 0}')],
    [413, /4294967296/, begin(ballcone, 4294967297)],
    [400, /service/, begin(ballcone, 5, { service: 'a b' })],
    [400, /format/, begin(ballcone, 5, { format: 'no such thing' })],
    [415, /octet-stream/, post(`/api/v1/import/${id}/piece?at=0`, 'x')],
    [415, /json/, post('/api/v1/import', '{}', octets)],
    [400, /at=/, piece(ballcone, id, 'x', 'y')],
    [409, /at 0/, piece(ballcone, id, 7, 'y')],
    [400, /1000 bytes more/, piece(ballcone, id, 0, 'x'.repeat(1001))],
    [409, /1000 bytes/, act(ballcone, id, 'import')],
    [400, /action/, act(ballcone, id, 'dance')],
    [404, /no such upload/, act(ballcone, 'abc', 'import')],
    [404, /no such upload/, ballcone.json('/api/v1/import/abc')],
    [404, /no such upload/, piece(ballcone, 'abc', 0, 'x')],
    [403, /another site/, post('/api/v1/import', '{"name": "a", "bytes": 5}', { ...json, origin: 'https://evil.example' })],
    [403, /another site/, post(`/api/v1/import/${id}/piece?at=0`, 'x', { ...octets, 'sec-fetch-site': 'cross-site' })],
  ];
  for (const [status, message, asked] of rows) {
    const answer = await asked;
    assert.equal(answer.status, status, `${message}: ${JSON.stringify(answer.body)}`);
    assert.match(answer.body.error.message, message);
  }
  // Before it is known what it is for.
  const whole = await ballcone.fetch(`/api/v1/import/${id}/piece?at=0`, { method: 'POST', headers: octets, body: 'x'.repeat(1_100_000) });
  assert.equal(whole.status, 413);
  assert.equal((await ballcone.json(`/api/v1/import/${id}`)).body.received, 0);
});

test('only so many files at once', async (t) => {
  const ballcone = await start(t);
  const begun = await Promise.all(Array.from({ length: 8 }, () => begin(ballcone, 10)));
  assert.deepEqual([...new Set(begun.map(({ status }) => status))], [200]);
  const ninth = await begin(ballcone, 10);
  assert.equal(ninth.status, 503);
  assert.match(ninth.body.error.message, /8 uploads are under way/);
  await act(ballcone, begun[0].body.id, 'stop');
  assert.equal((await begin(ballcone, 10)).status, 200);
});

test('with a password nobody uploads without it', async (t) => {
  const made = spawnSync(binary, ['password'], { input: 'correct horse\n', encoding: 'utf8' });
  const ballcone = await Ballcone.start({ args: ['--web-password-hash', made.stdout.trim()] }).catch((error) => error);
  assert.ok(ballcone instanceof Ballcone, String(ballcone));
  t.after(() => ballcone.stop());
  const ask = (headers) => ballcone.fetch('/api/v1/import', {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{"name": "a", "bytes": 1}' });
  assert.equal((await ask({})).status, 401);
  assert.equal((await ask({ authorization: `Basic ${Buffer.from('admin:correct horse').toString('base64')}` })).status, 200);
});

const open_files = (pid) => fs.readdirSync(`/proc/${pid}/fd`).map((fd) => {
  try { return fs.readlinkSync(`/proc/${pid}/fd/${fd}`); } catch { return ''; }
});

test('an upload that is stopped leaves nothing, and neither does a crash', async (t) => {
  const folder = temporary_folder('upload');
  const database = path.join(folder, 'ballcone.duckdb');
  const ballcone = await Ballcone.start({ database });
  const kept = () => open_files(ballcone.pid).filter((name) => name.startsWith(folder) && name.includes('(deleted)'));
  const { body: { id } } = await begin(ballcone, 300_000);
  await piece(ballcone, id, 0, log(1000).subarray(0, 100_000));
  assert.equal(kept().length, 1);
  assert.equal((await act(ballcone, id, 'stop')).body.state, 'stopped');
  assert.deepEqual(kept(), []);
  assert.equal((await piece(ballcone, id, 100_000, 'x')).status, 409);
  assert.equal(await hits(ballcone), 0);

  const { body: { id: second } } = await begin(ballcone, 300_000);
  await piece(ballcone, second, 0, log(1000).subarray(0, 100_000));
  await ballcone.kill();
  assert.deepEqual(fs.readdirSync(folder).filter((name) => !name.startsWith('ballcone.duckdb')), []);
  const next = await start(t, { database });
  assert.equal(await hits(next), 0);
  assert.equal((await next.json(`/api/v1/import/${second}`)).status, 404);
});

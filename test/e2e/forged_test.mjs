// Forged, oversized, malformed and replayed requests, one after another, against the whole program: each has the answer
// that forged_cases.mjs says, moves the counters that it says, and no others.
import assert from 'node:assert/strict';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { cases, cases_after_restart } from './forged_cases.mjs';
import { Ballcone, eventually, start, temporary_folder } from './harness.mjs';

// Sends bytes, gives the answer; status 0 if there is none. `ends`: no more will come.
function send(url, { bytes, ends }) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    const socket = net.connect(Number(new URL(url).port), new URL(url).hostname, () => {
      socket.write(Buffer.from(bytes, 'latin1'));
      if (ends) socket.end();
    });
    // What is left of a request that is too long is not read: then the connection is reset behind the answer.
    socket.on('data', (chunk) => chunks.push(chunk)).on('close', () => resolve(parse(Buffer.concat(chunks)))).on('error', (error) => {
      if (!['EPIPE', 'ECONNRESET'].includes(error.code)) reject(error);
    });
  });
}
function parse(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return { status: 0, headers: {}, body: bytes };
  const [first, ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]));
  return { status: Number(first.split(' ')[1]), headers, body: bytes.subarray(end + 4) };
}

// {received, stored, reason: count …} of what is collected.
async function counters(ballcone) {
  const counts = {};
  for (const [name, value] of await ballcone.metrics()) {
    const [, what, reason] = /^ballcone_lines_(\w+)_total\{source="script and pixel"(?:,reason="(\w+)")?\}$/.exec(name) ?? [];
    if (what && what !== 'repaired') counts[reason ?? what] = value;
  }
  return counts;
}
const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);
function change(before, after) {
  return Object.fromEntries(Object.keys(after).filter((name) => after[name] !== before[name]).map((name) => [name, after[name] - before[name]]));
}

function check_answer({ status, headers, body }, want) {
  assert.equal(status, want.status, body.toString('latin1', 0, 300));
  if (status === 0) return assert.equal(body.length, 0);
  assert.equal(headers['ballcone-dropped'], want.reason);
  assert.equal(headers['set-cookie'], undefined);
  // A sentence may repeat what was sent; no browser takes it for a page.
  if (sum(want.counts) > 0) assert.doesNotMatch(headers['content-type'], /html|svg|xml/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  if (want.type) assert.equal(headers['content-type'], want.type);
  if (want.type === 'image/gif' && !want.is_empty) assert.equal(body.length, 43);
  for (const [name, value] of Object.entries(want.headers ?? {})) assert.equal(headers[name], value, name);
  // A page of any site may read why; nobody is let in with a password for it.
  if (sum(want.counts) > 0) assert.equal(headers['access-control-allow-origin'], '*');
  if (want.accepted === undefined) return;
  const { accepted, refused } = JSON.parse(body);
  assert.deepEqual([accepted, refused.map(({ reason }) => reason)], [want.accepted, want.reasons]);
}

async function check_row(ballcone, { path: name, ...columns }) {
  const names = Object.keys(columns);
  const rows = await ballcone.rows(`SELECT ${names.join(', ') || 'path'} FROM main.hits WHERE path = '${name.replaceAll("'", "''")}'`);
  assert.deepEqual(rows, [names.length ? Object.values(columns) : [name]]);
}

// Each from an address of its own, unless it says who it is.
let senders = 0;
function with_sender(bytes) {
  if (/^(x-forwarded-for|cf-connecting-ip|x-real-ip):/im.test(bytes)) return bytes;
  senders++;
  return bytes.replace(/\r\n/, `\r\nX-Forwarded-For: 100.64.${senders >> 8}.${senders & 255}\r\n`);
}

async function run(ballcone, [name, given, want, row]) {
  const before = await counters(ballcone);
  let answer;
  for (const one of [given].flat()) {
    const { bytes, ends } = typeof one === 'string' ? { bytes: one } : one;
    answer = await send(ballcone.url, { bytes: with_sender(bytes), ends });
  }
  check_answer(answer, want);
  const wanted = sum(want.counts) > 0 ? { received: sum(want.counts), ...want.counts } : {};
  const after = await eventually(`the counters of "${name}"`, async (saw) => {
    const now = await counters(ballcone);
    saw(change(before, now));
    const { received, stored, ...dropped } = now;
    return received - before.received >= (wanted.received ?? 0) && stored + sum(dropped) === received && now;
  });
  assert.deepEqual(change(before, after), wanted);
  if (row) await check_row(ballcone, row);
}

const args = ['--rate-limit', '2', '--trusted-proxies', '10.0.0.0/8', '--services', 'blog,shop', '-p', '0.02'];

test('what is forged, oversized, malformed or replayed has its answer and its counter', async (t) => {
  const database = path.join(temporary_folder('forged'), 'ballcone.duckdb');
  let ballcone = await Ballcone.start({ database, args });
  t.after(() => ballcone.stop());
  const register = async (name, switches) => (await ballcone.post('/api/v1/registry', {
    action: 'add', name, hosts: [`${name}.example`, `*.${name}.example`], switches })).body.service;
  const keys = { blog: await register('blog', []), shop: await register('shop', ['gpc=honour', 'dnt=honour']) };
  await register('closed', []);

  const all = cases(keys);
  assert.ok(all.length >= 100, `${all.length} cases`);
  assert.equal(new Set(all.map(([name]) => name)).size, all.length, 'each has a name of its own');
  for (const one of all) await t.test(one[0], () => run(ballcone, one));

  await t.test('nothing is lost and nothing is invented', async () => {
    const { received, stored, ...dropped } = await counters(ballcone);
    const wanted = all.map(([, , { counts }]) => counts);
    assert.equal(received, wanted.map(sum).reduce((a, b) => a + b));
    assert.equal(stored, wanted.map((counts) => counts.stored ?? 0).reduce((a, b) => a + b));
    assert.equal(stored + sum(dropped), received);
    assert.deepEqual(await ballcone.rows('SELECT count(*), count(*) FILTER (service NOT IN (\'blog\', \'shop\')) FROM main.hits'), [[stored, 0]]);
    for (const secret of ['SECRET', 'U0VDUkVU', '192.0.2.66', 'smuggled', keys.blog.key, keys.blog.server_key])
      assert.deepEqual(await ballcone.rows(`SELECT count(*) FROM main.hits h WHERE contains(h::VARCHAR, '${secret}')`), [[0]], secret);
  });

  await ballcone.stop();
  ballcone = await Ballcone.start({ database, args });
  for (const one of cases_after_restart(keys)) await t.test(`after a restart: ${one[0]}`, () => run(ballcone, one));
});

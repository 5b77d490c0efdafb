// A public log of 10,000 real requests, counted by us and by GoAccess 1.7: where both count the same thing, the same
// numbers. BALLCONE_LOGS names the folder that has it; without it the test is skipped.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { root, run_program } from './harness.mjs';
import { Site } from './import.mjs';

const log = path.join(process.env.BALLCONE_LOGS ?? path.resolve(root, '../shared/data/logs'), 'apache_combined_real.log');
const absent = fs.existsSync(log) ? false : `${log} is not there`;

async function goaccess(site) {
  const program = run_program('goaccess', [log, '--log-format=COMBINED', '-o', site.path('report.json'), '--no-global-config', '--max-items=100000']);
  const end = await program.exit;
  assert.equal(end.code, 0, `goaccess: ${end.error ?? program.stderr}`);
  return JSON.parse(fs.readFileSync(site.path('report.json'), 'utf8'));
}

// Keys with their counts; what has one key is added up.
function counts(rows) {
  const map = new Map();
  for (const [key, ...values] of rows) map.set(key, values.map((value, i) => value + (map.get(key)?.[i] ?? 0)));
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

// GoAccess decodes escapes in a query once, as we do in a path; both keep what is malformed. It cuts white space at the end.
function readable(url) {
  const bytes = url.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return bytes.replace(/[\0-\x1f]/g, '').replace(/[?\s]+$/, '');
}

test('the real log is stored whole, and GoAccess counts the same', { skip: absent }, async (t) => {
  const site = new Site('real');
  const summary = await site.import('--service', 'real', '--addresses', 'full', log);
  assert.deepEqual([summary.lines, summary.stored, summary.repaired, summary.dropped], [10_000, 10_000, 1, {}]);
  assert.deepEqual([summary.services.real.first, summary.services.real.last], ['2015-05-17T10:05:00Z', '2015-05-20T21:05:59Z']);
  const classes = [2, 3, 4, 5].map((digit) => `count(*) FILTER (status // 100 = ${digit})`);
  assert.deepEqual(await site.rows(`SELECT count(DISTINCT address), sum(bytes)::BIGINT, ${classes} FROM hits`), [[1753, 2_747_282_740, 9171, 609, 217, 3]]);

  const report = await goaccess(site);
  assert.deepEqual([report.general.valid_requests, report.general.failed_requests, report.general.bandwidth], [10_000, 0, 2_747_282_740]);
  const theirs = (rows) => counts(rows.map((row) => [row.data, row.hits.count, row.bytes.count]));
  const ours = async (key) => counts(await site.rows(`SELECT ${key}, count(*), coalesce(sum(bytes), 0)::BIGINT FROM hits GROUP BY 1`));

  await t.test('per day: hits and bytes', async () => {
    assert.deepEqual(await ours("strftime(time, '%Y%m%d')"), theirs(report.visitors.data));
  });
  await t.test('per hour of the day: hits and bytes', async () => {
    assert.deepEqual(await ours("strftime(time, '%H')"), theirs(report.visit_time.data));
  });
  await t.test('per status code: hits and bytes', async () => {
    const codes = report.status_codes.data.flatMap((one) => one.items.map((item) => ({ ...item, data: item.data.slice(0, 3) })));
    assert.deepEqual(await ours('status::VARCHAR'), theirs(codes));
  });
  await t.test('per address: hits and bytes', async () => {
    assert.deepEqual(await ours('address'), theirs(report.hosts.data));
  });
  // Its requests are in three panels: pages, files by their extension, and what was answered 404.
  await t.test('per method, protocol, path and query: hits and bytes', async () => {
    const panels = [report.requests, report.static_requests, report.not_found].flatMap((panel) => panel.data);
    const rows = panels.map((row) => [`${row.method} ${row.protocol} ${readable(row.data)}`, row.hits.count, row.bytes.count]);
    const own = await ours("concat(method, ' ', protocol, ' ', path, '?' || query)");
    assert.deepEqual(counts([...own].map(([key, values]) => [readable(key), ...values])), counts(rows));
  });
  await t.test('per referring host: hits and bytes', async () => {
    const own = await ours("regexp_extract(referrer, '^[a-z]+://([^/:?]+)', 1)");
    own.delete(null);
    own.delete('');
    assert.deepEqual(own, theirs(report.referring_sites.data));
  });
});

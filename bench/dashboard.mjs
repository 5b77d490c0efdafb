// The dashboard over a large database: how long one request for all of its first screen takes, without filters, with one, with
// two, and while hits arrive; what deriving costs; how much of the disk derived data take.
import { execFileSync, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import path from 'node:path';
import { Ballcone, binary, eventually } from '../test/e2e/harness.mjs';

const grouped = (number) => Math.round(number).toLocaleString('en');
const format = '$remote_addr - - [$time_local] "$request" $status $bytes_sent "$http_referer" "$http_user_agent" $request_time $upstream_cache_status';
const service = 'shop';
const range = { from: '2026-10-01', to: '2026-10-30' };

const rankings = ['pages', 'entry_pages', 'exit_pages', 'sources', 'channels', 'campaigns', 'countries', 'browsers', 'operating_systems', 'devices',
  'status_codes', 'bots'];
export const first_screen = (filters = [], name = service) => [
  { report: 'overview', compare: 'previous' }, { report: 'time_line' },
  ...rankings.map((report) => ({ report, limit: 10 })),
].map((query) => ({ service: name, range, ...query, ...(filters.length ? { extra_filters: filters } : {}) }));

const filters = {
  'country is US': ['is', 'country', 'US'],
  'country is DE': ['is', 'country', 'DE'],
  'browser is Chrome': ['is', 'browser', 'Chrome'],
  'device is mobile': ['is', 'device', 'mobile'],
  'os is not Windows': ['is_not', 'os', 'Windows'],
  'channel is Direct': ['is', 'channel', 'Direct'],
  'referrer_host is google.com': ['is', 'referrer_host', 'google.com'],
  'path is /': ['is', 'path', '/'],
  'path matches /blog/*': ['matches', 'path', '/blog/*'],
  'path contains title': ['contains', 'path', 'title'],
  'entry_path is /': ['is', 'entry_path', '/'],
  'utm_campaign is week1': ['is', 'utm_campaign', 'week1'],
  'status is 404': ['is', 'status', '404'],
};
const pairs = [['country is US', 'browser is Chrome'], ['device is mobile', 'path matches /blog/*'], ['channel is Direct', 'os is not Windows'],
  ['country is DE', 'status is 404'], ['entry_path is /', 'browser is Chrome']];

export const percentile = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];

export async function make_database(tools, scratch, hits, say) {
  const database = path.join(scratch, `visits-${hits}.duckdb`);
  if (fs.existsSync(database)) return database;
  const part = `${database}.part`;
  fs.rmSync(part, { force: true });
  const out = execFileSync('bash', ['-o', 'pipefail', '-c', `"${path.join(tools, 'visits')}" ${hits} | "${binary}" import -d "${part}" --service ${service} --format '${format}' --json -`],
                           { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const summary = JSON.parse(out);
  for (const ending of ['', '.wal', '.salts']) if (fs.existsSync(part + ending)) fs.renameSync(part + ending, database + ending);
  say(`imported ${grouped(summary.stored)} hits in ${summary.seconds.toFixed(1)} s, derived ${summary.derived_days} days in ${summary.derive_seconds?.toFixed(1)} s`);
  return database;
}

// Milliseconds from request to whole answer. An answer with an error among its parts is none.
async function ask(ballcone, queries) {
  const begin = process.hrtime.bigint();
  const answer = await ballcone.fetch('/api/v1/query', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(queries) });
  const text = await answer.text();
  const took = Number(process.hrtime.bigint() - begin) / 1e6;
  const parts = JSON.parse(text);
  const wrong = parts.find((part) => part.error);
  if (answer.status !== 200 || wrong) throw new Error(`expected an answer, got ${JSON.stringify(wrong ?? text).slice(0, 300)}`);
  return took;
}

// `extra_filters` is ours: a report's own filters stay, and these are added.
async function with_filters(ballcone, queries) {
  const { body } = await ballcone.json('/api/v1/reports');
  const own = new Map(body.reports.map((report) => [report.name, report.query.filters ?? []]));
  return queries.map(({ extra_filters, ...query }) => (extra_filters ? { ...query, filters: [...(own.get(query.report) ?? []), ...extra_filters] } : query));
}

async function measure(ballcone, queries, times) {
  const took = [];
  for (let i = 0; i < times; i++) took.push(await ask(ballcone, queries));
  return took;
}

async function screens(ballcone, say, label, times) {
  const plain = await measure(ballcone, first_screen(), times * 4);
  say(`| ${label}: no filter | ${percentile(plain, 0.5).toFixed(0)} | ${percentile(plain, 0.95).toFixed(0)} |`);
  const all = [];
  for (const [name, filter] of Object.entries(filters)) {
    const took = await measure(ballcone, await with_filters(ballcone, first_screen([filter])), times);
    all.push(...took);
    say(`| ${label}: ${name} | ${percentile(took, 0.5).toFixed(0)} | ${percentile(took, 0.95).toFixed(0)} |`);
  }
  say(`| ${label}: any single filter | ${percentile(all, 0.5).toFixed(0)} | ${percentile(all, 0.95).toFixed(0)} |`);
  const two = [];
  for (const names of pairs) {
    const took = await measure(ballcone, await with_filters(ballcone, first_screen(names.map((name) => filters[name]))), times);
    two.push(...took);
    say(`| ${label}: ${names.join(', ')} | ${percentile(took, 0.5).toFixed(0)} | ${percentile(took, 0.95).toFixed(0)} |`);
  }
  say(`| ${label}: two filters | ${percentile(two, 0.5).toFixed(0)} | ${percentile(two, 0.95).toFixed(0)} |`);
}

// Hits of another service, so that the answers stay what they are.
export function send_hits(port, per_second) {
  const socket = dgram.createSocket('udp4');
  let sent = 0;
  const begin = Date.now();
  const timer = setInterval(() => {
    const due = Math.floor((Date.now() - begin) / 1000 * per_second);
    for (; sent < due; sent++) {
      socket.send(`<190>Jan  2 12:00:00 web1 nginx: {"service": "live", "ip": "198.51.${sent % 200}.${sent % 251}", "host": "example.org", "path": "/page-${sent % 997}", ` +
        `"status": "200", "referrer": "", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "length": 1234, ` +
        `"generation_time_milli": 0.012, "date": "${new Date().toISOString().slice(0, 19)}+00:00"}`, port, '127.0.0.1');
    }
  }, 10);
  return { stop: () => { clearInterval(timer); socket.close(); return sent; } };
}

async function settled(ballcone, patience_ms) {
  return eventually('everything derived', async (seen) => {
    const { body } = await ballcone.json('/api/v1/status');
    seen(body.derive);
    return body.derive?.pending_days === 0 && body.derive;
  }, patience_ms);
}

export async function bench_dashboard(tools, scratch, hits, say) {
  const database = await make_database(tools, scratch, hits, say);
  const ballcone = await Ballcone.start({ database, args: ['-p', '5'] });
  await settled(ballcone, 3_600_000);
  say(`${grouped(hits)} hits, database of ${grouped(fs.statSync(database).size / 1e6)} MB`);
  const raw = process.hrtime.bigint();
  await ballcone.fetch('/api/v1/sql', { method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql: 'SELECT path, count(DISTINCT visitor) AS visitors FROM hits GROUP BY path ORDER BY visitors DESC LIMIT 10' }) }).then((answer) => answer.text());
  say(`reference, one ranking by plain SQL over all hits (ended after 30 s at the latest): ${(Number(process.hrtime.bigint() - raw) / 1e9).toFixed(1)} s`);
  say('| first screen: overview with comparison, time line, 12 rankings | p50, ms | p95, ms |\n|---|---|---|');
  await screens(ballcone, say, 'quiet', 5);
  const sender = send_hits(ballcone.syslog_port, 20_000);
  await screens(ballcone, say, '20,000 hits/s arriving', 2);
  const sent = sender.stop();
  const derive = await settled(ballcone, 600_000);
  say(`${grouped(sent)} hits sent meanwhile; the last derivation took ${derive.last_ms} ms`);
  await ballcone.stop();
}

// A service whose today has millions of hits, and more of the same visits coming in: how much CPU the whole server takes
// while nobody asks; then how long readers wait for an answer and the writer for a commit; beside the same rate into a new service.
import { execFileSync } from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import path from 'node:path';
import { Ballcone, binary, eventually, pause } from '../test/e2e/harness.mjs';

const format = '$remote_addr - - [$time_local] "$request" $status $bytes_sent "$http_referer" "$http_user_agent" $request_time $upstream_cache_status';
const line_pattern = /^(\S+) - - \[[^\]]+\] "GET (\S+) HTTP\/1.1" (\d+) (\d+) "([^"]*)" "([^"]*)" (\S+)/;
const per_second = 500;
const grouped = (number) => Math.round(number).toLocaleString('en');

// Local time is between 22 and 23 h there, so that a whole day lies behind.
function zone_of_late_evening(now) {
  const hours = 22 - now.getUTCHours();
  const ahead = hours > 14 ? hours - 24 : hours;
  return { name: ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`, ahead };
}

// Seconds of CPU of all threads, from /proc.
function cpu_seconds(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function send(port, service, lines) {
  const socket = dgram.createSocket('udp4');
  const begin = Date.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor((Date.now() - begin) / 1000 * per_second);
    for (; sent < due; sent++) {
      const [, ip, target, status, length, referrer, user_agent, took] = line_pattern.exec(lines[sent % lines.length]);
      const [page, args = ''] = target.split('?');
      socket.send(`<190>Jan  2 12:00:00 web1 nginx: ${JSON.stringify({ service, ip, host: 'www.example.com', path: page, args, status,
        referrer: referrer === '-' ? '' : referrer, user_agent, length: Number(length), generation_time_milli: Number(took),
        date: `${new Date().toISOString().slice(0, 19)}+00:00` })}`, port, '127.0.0.1');
    }
  }, 10);
  return { stop: () => { clearInterval(timer); socket.close(); return sent; } };
}

const percentile = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];

async function while_arriving(ballcone, service, lines, seconds) {
  const sender = send(ballcone.syslog_port, service, lines);
  await eventually('first hits', async () => (await ballcone.json('/api/v1/services')).body.services.some((row) => row.name === service));
  await pause(6_000); // until the first commits are derived
  const before = (await ballcone.json('/api/v1/status')).body;
  const cpu = cpu_seconds(ballcone.pid);
  const quiet = Date.now();
  await pause(seconds * 1000);
  const share = (cpu_seconds(ballcone.pid) - cpu) * 1000 / (Date.now() - quiet);
  const after = (await ballcone.json('/api/v1/status')).body;
  const begin = Date.now();
  const reads = [];
  const commits = new Set();
  const lags = [];
  for (let i = 0; Date.now() - begin < seconds * 1000; i++) {
    const asked = process.hrtime.bigint();
    await ballcone.fetch(`/api/v1/query?service=${service}&range=today&metrics=visitors,page_views`).then((answer) => answer.text());
    reads.push(Number(process.hrtime.bigint() - asked) / 1e6);
    if (i % 10 === 0) {
      const { body } = await ballcone.json('/api/v1/status');
      commits.add(`${body.commits} ${body.last_commit_ms}`);
      lags.push(body.derive.lag_s);
    }
    await pause(50);
  }
  sender.stop();
  const commit_ms = [...commits].map((text) => Number(text.split(' ')[1]));
  return { share, reads, commit_ms, lag_s: Math.max(...lags), increments: after.derive.increments - before.derive.increments,
    days: after.derive.derived_days - before.derive.derived_days, last_ms: after.derive.last_ms };
}

export async function bench_today(tools, scratch, hits, seconds, say) {
  const now = new Date();
  const zone = zone_of_late_evening(now);
  const local = now.getTime() + zone.ahead * 3_600_000;
  const from = (local - local % 86_400_000 - zone.ahead * 3_600_000) / 1000;
  const to = Math.floor(now.getTime() / 1000);
  const log = path.join(scratch, 'today.log');
  const database = path.join(scratch, 'today.duckdb');
  for (const ending of ['', '.wal', '.salts']) fs.rmSync(database + ending, { force: true });
  execFileSync('bash', ['-c', `"${path.join(tools, 'visits')}" ${hits} ${from} ${to} > "${log}"`]);
  const summary = JSON.parse(execFileSync(binary, ['import', '-d', database, '--service', 'shop', '--format', format, '--time-zone', zone.name, '--json', log],
                                          { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  const lines = execFileSync('tail', ['-n', '60000', log], { encoding: 'utf8', maxBuffer: 1 << 26 }).trim().split('\n');
  say(`${grouped(summary.stored)} hits so far, of which ${summary.derived_days} day was derived in ${summary.derive_seconds.toFixed(1)} s`);
  const ballcone = await Ballcone.start({ database, args: ['-p', '5', '--time-zone', zone.name] });
  await eventually('everything derived', async () => (await ballcone.json('/api/v1/status')).body.derive.pending_days === 0, 600_000);
  say(`| ${per_second} hits/s into | CPU, % of a core | increments, whole days | the last took, ms | behind at most, s | a reader waits p50, p99, max, ms | commits, max, ms |\n|---|---|---|---|---|---|---|`);
  for (const [label, service] of [['a new service', 'fresh'], ['the service of that day', 'shop']]) {
    const got = await while_arriving(ballcone, service, lines, seconds);
    say(`| ${label} | ${(got.share * 100).toFixed(1)} | ${got.increments}, ${got.days} | ${got.last_ms.toFixed(0)} | ${got.lag_s.toFixed(1)} | ` +
        `${[0.5, 0.99, 1].map((share) => percentile(got.reads, share).toFixed(0)).join(', ')} | ${Math.max(...got.commit_ms).toFixed(0)} |`);
  }
  await ballcone.stop();
  fs.rmSync(log);
}

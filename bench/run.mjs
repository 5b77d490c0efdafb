// Runs the benchmarks and prints what was measured, on which machine; ratios are to references of the same run.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Ballcone, eventually, free_port, pause, root, run_program, temporary_folder } from '../test/e2e/harness.mjs';
import { start_nginx } from '../test/nginx/nginx.mjs';
import { bench_dashboard } from './dashboard.mjs';
import { bench_import } from './import.mjs';
import { bench_page } from './page.mjs';
import { bench_pixel } from './pixel.mjs';
import { bench_today } from './today.mjs';
import { datagram, day_of_traffic, is_event, make_random } from '../tools/demo/traffic.mjs';

const tools = path.join(root, 'build/release/bench');
const seconds = Number(process.env.BENCH_SECONDS ?? 20);
const hits = Number(process.env.BENCH_HITS ?? 10_000_000);
const scratch = path.join(root, 'build/bench');
const lines_file = path.join(scratch, 'lines.txt');
const cleanups = [];
const scope = { after: (clean) => cleanups.push(clean) };

const say = (text) => console.log(text);
const heading = (text) => say(`\n## ${text}`);
const grouped = (number) => Math.round(number).toLocaleString('en');

function machine() {
  const cpu = os.cpus();
  say(`${new Date().toISOString().slice(0, 10)}, ${cpu.length} × ${cpu[0].model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ` +
      `Linux ${os.release()}, ${execFileSync('g++', ['-dumpfullversion'], { encoding: 'utf8' }).trim()} (g++)`);
}

// One day of the demo's traffic: about 200,000 lines of about 430 bytes, as datagrams.
function make_lines() {
  fs.mkdirSync(scratch, { recursive: true });
  const now = Date.now();
  const requests = day_of_traffic(now - now % 86_400_000, 20_000, make_random(7)).filter((one) => !is_event(one));
  fs.writeFileSync(lines_file, requests.map(datagram).join('\n') + '\n');
  const bytes = fs.statSync(lines_file).size;
  say(`${grouped(requests.length)} lines of ${Math.round(bytes / requests.length)} bytes on average`);
}

function micro() {
  for (const name of fs.readdirSync(tools).filter((file) => file.endsWith('_bench')).sort()) {
    heading(`${name}: rooms, one thread`);
    const result = path.join(scratch, `${name}.json`);
    const run = spawnSync(path.join(tools, name), [`--benchmark_out=${result}`, '--benchmark_out_format=json'],
                          { stdio: ['ignore', 'inherit', 'ignore'], env: { ...process.env, BENCH_LINES: lines_file } });
    if (run.status !== 0) throw new Error(`${name} failed`);
    const { benchmarks } = JSON.parse(fs.readFileSync(result, 'utf8'));
    const reference = benchmarks[0];
    for (const { name: what, items_per_second } of benchmarks) {
      if (items_per_second) say(`${what}: ${grouped(items_per_second)}/s, ${(items_per_second / reference.items_per_second).toFixed(2)} of ${reference.name}`);
    }
  }
}

async function flood_into(port) {
  const flood = run_program(path.join(tools, 'udp_flood'), [String(port), String(seconds), lines_file]);
  await flood.exit;
  return JSON.parse(flood.stdout);
}

async function flood_sink() {
  const port = await free_port();
  const sink = run_program(path.join(tools, 'udp_flood'), ['sink', String(port), String(seconds + 2)]);
  await pause(300);
  const { sent } = await flood_into(port);
  await sink.exit;
  return { sent, ...JSON.parse(sink.stdout) };
}

const cpu_seconds = (pid) => {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const resident_mb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

// After the last datagram: until all that was received is stored or dropped.
async function at_rest(ballcone, patience_ms = 600_000) {
  return eventually('every line stored or dropped', async (saw) => {
    const source = await ballcone.source();
    const dropped = Object.values(source.dropped).reduce((a, b) => a + b, 0);
    saw(source);
    const before = source.received;
    await pause(300);
    return source.stored + dropped === source.received && (await ballcone.source()).received === before && { ...source, dropped_total: dropped };
  }, patience_ms);
}

async function flood() {
  heading(`flood: datagrams as fast as one sender can, ${seconds} s`);
  const reference = await flood_sink();
  say(`reference (receives and forgets): sent ${grouped(reference.sent)}, received ${grouped(reference.received)} ` +
      `(${grouped(reference.received / seconds)}/s), lost in kernel ${grouped(reference.lost)}`);
  const database = path.join(temporary_folder('flood'), 'ballcone.duckdb');
  const ballcone = await Ballcone.start({ database, args: ['-p', '5'] });
  const sent = await flood_into(ballcone.syslog_port);
  const begin = Date.now();
  const source = await at_rest(ballcone);
  const state = await ballcone.status();
  say(`sent ${grouped(sent.sent)} (${grouped(sent.sent / sent.seconds)}/s, ${Math.round(sent.bytes / sent.sent)} bytes each)`);
  say(`received ${grouped(source.received)} (${grouped(source.received / sent.seconds)}/s, ${(source.received / reference.received).toFixed(2)} of the reference), ` +
      `stored ${grouped(source.stored)}, dropped ${grouped(source.dropped_total)} ${JSON.stringify(Object.fromEntries(Object.entries(source.dropped).filter(([, n]) => n)))}`);
  say(`lost in kernel ${grouped(source.lost_in_kernel)}, with a receive buffer of ${grouped(source.buffer_bytes)} bytes; ${grouped(source.buffer_wanted_bytes)} would have held the longest loss`);
  say(`sent = received + lost: ${sent.sent === source.received + source.lost_in_kernel ? 'yes' : `NO, ${sent.sent - source.received - source.lost_in_kernel} apart`}; ` +
      `received = stored + dropped: ${source.received === source.stored + source.dropped_total ? 'yes' : 'NO'}; at rest ${((Date.now() - begin) / 1000).toFixed(1)} s after the last`);
  say(`${(cpu_seconds(ballcone.pid) * 1e6 / source.received).toFixed(2)} µs of CPU per line; ${(state.database.file_bytes / source.stored).toFixed(1)} bytes on disk per hit; ${resident_mb(ballcone.pid).toFixed(0)} MB resident`);
  for (const step of state.steps) say(`  ${step.name}: ${Math.round(step.ns_per_row)} ns per line`);
  await ballcone.stop();
}

async function start() {
  heading(`start: until the first answer, with a database of ${grouped(hits)} hits`);
  const database = path.join(scratch, `hits-${hits}.duckdb`);
  if (!fs.existsSync(database)) {
    const made = execFileSync(path.join(tools, 'generate'), [`${database}.part`, String(hits), lines_file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    for (const file of [database, `${database}.wal`]) if (fs.existsSync(file.replace(database, `${database}.part`))) fs.renameSync(file.replace(database, `${database}.part`), file);
    const { seconds: took, file_bytes } = JSON.parse(made);
    say(`generated in ${took} s (${grouped(hits / took)} hits/s through decode, enrich and append on one thread), ${(file_bytes / hits).toFixed(1)} bytes per hit`);
  }
  const reference = [];
  for (let i = 0; i < 5; i++) {
    const begin = process.hrtime.bigint();
    const empty = await Ballcone.start();
    await empty.fetch('/');
    reference.push(Number(process.hrtime.bigint() - begin) / 1e6);
    await empty.stop();
  }
  const times = [], data = [];
  let resident;
  for (let i = 0; i < 5; i++) {
    const begin = process.hrtime.bigint();
    const ballcone = await Ballcone.start({ database });
    const page = await ballcone.fetch('/');
    await page.text();
    times.push(Number(process.hrtime.bigint() - begin) / 1e6);
    resident = resident_mb(ballcone.pid);
    await (await ballcone.fetch('/api/v1/services')).text();
    data.push(Number(process.hrtime.bigint() - begin) / 1e6);
    await ballcone.stop();
  }
  const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
  say(`first page after ${median(times).toFixed(0)} ms (median of 5; the harness looks every 20 ms), ${(median(times) / median(reference)).toFixed(2)} of an empty database's ${median(reference).toFixed(0)} ms`);
  say(`the list of services with today's and 30 days' numbers after ${median(data).toFixed(0)} ms; resident at rest ${resident.toFixed(0)} MB`);
}

function wrk(port, lua) {
  const run = run_program('wrk', ['-t1', '-c32', `-d${seconds}s`, '-s', lua, `http://127.0.0.1:${port}/`]);
  return run.exit.then(() => ({ requests: Number(/(\d+) requests in/.exec(run.stdout)[1]), rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(run.stdout)[1]) }));
}

async function nginx() {
  heading(`nginx at full speed with wrk, ${seconds} s`);
  const lua = path.join(scratch, 'wrk.lua');
  fs.writeFileSync(lua, `local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", "/?n=" .. n % 5000, {["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", ["Referer"] = "https://www.google.com/"})
end\n`);
  const ballcone = await Ballcone.start({ database: path.join(temporary_folder('wrk'), 'ballcone.duckdb'), args: ['-p', '5'] });
  const format = (await ballcone.json('/api/v1/nginx?service=example&server=127.0.0.1:1')).body.original;
  const quiet = await start_nginx(scope, { service: 'example', format, syslog: 'access_log off;', has_no_file: true });
  const reference = await wrk(quiet.port, lua);
  await quiet.stop();
  const server = await start_nginx(scope, { service: 'example', format, has_no_file: true,
                                            syslog: `access_log syslog:server=127.0.0.1:${ballcone.syslog_port} ballcone_json_example;` });
  const served = await wrk(server.port, lua);
  await server.stop();
  const source = await at_rest(ballcone);
  say(`reference (access_log off): ${grouped(reference.rate)} requests/s`);
  // wrk stops counting when its time is over; nginx still answers what it had been sent: up to 32 more.
  say(`with Ballcone beside it: ${grouped(served.rate)} requests/s (${(served.rate / reference.rate).toFixed(2)} of the reference); wrk counted ${grouped(served.requests)}, ` +
      `stored ${grouped(source.stored)}, dropped ${grouped(source.dropped_total)}, lost in kernel ${grouped(source.lost_in_kernel)}`);
  say(`none lost: ${source.stored >= served.requests && source.lost_in_kernel === 0 ? 'yes' : 'NO'}`);
  await ballcone.stop();
}

async function import_logs() {
  heading('import: logs into a new database, durable, every enrichment on');
  await bench_import(tools, scratch, say);
}

async function dashboard() {
  heading('dashboard: the first screen in one request');
  await bench_dashboard(tools, scratch, Number(process.env.BENCH_VISIT_HITS ?? 10_000_000), say);
}

async function today() {
  heading('today: what it costs to keep a day fresh while its hits arrive');
  await bench_today(tools, scratch, Number(process.env.BENCH_TODAY_HITS ?? 3_000_000), seconds, say);
}

async function pixel() {
  heading(`pixel: hello.gif at full speed with wrk, then at half of it while the dashboard is used, ${seconds} s each`);
  await bench_pixel(tools, scratch, { seconds, hits: Number(process.env.BENCH_VISIT_HITS ?? 10_000_000) }, say);
}

async function page() {
  heading('page: first figures, a click on a row, and long tasks while live, in Chromium');
  await bench_page(tools, scratch, Number(process.env.BENCH_VISIT_HITS ?? 10_000_000), seconds, say);
}

const all = { micro, import: import_logs, flood, start, nginx, pixel, dashboard, page, today };
const chosen = process.argv.slice(2);
machine();
make_lines();
for (const [name, run] of Object.entries(all)) {
  if (!chosen.length || chosen.includes(name)) await run();
}
for (const clean of cleanups) await clean();

// hello.gif by keep-alive connections: how many a second beside wrk, against nginx's empty_gif in the same minute; then half as
// many while the dashboard is asked, by a person or without a pause: how long they wait. What was sent is stored or counted as refused.
import fs from 'node:fs';
import path from 'node:path';
import { Ballcone, eventually, free_port, pause, run_program, temporary_folder } from '../test/e2e/harness.mjs';
import { first_screen, make_database } from './dashboard.mjs';

const grouped = (number) => Math.round(number).toLocaleString('en');
const connections = 64;
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
];

// What ownstats' script asks for, through a proxy: 100,000 visitors, 500 pages.
function request(i) {
  const page = encodeURIComponent(`https://blog.example/page-${i % 500}?ref=${i % 7}`);
  const referrer = encodeURIComponent('https://www.google.com/');
  return `GET /hello.gif?t=pv&u=${page}&r=${referrer}&w=1920&h=1080&iw=1280&ih=720&l=de-DE&tz=Europe%2FBerlin HTTP/1.1
Host: stats.blog.example
User-Agent: ${agents[i % agents.length]}
Accept: image/avif,image/webp,*/*
Accept-Language: de-DE,de;q=0.8,en;q=0.5
Accept-Encoding: gzip, deflate
Referer: https://blog.example/
X-Forwarded-For: ${198 - (i >> 16)}.51.${(i >> 8) & 255}.${i & 255}

`.replaceAll('\n', '\r\n');
}

// wrk and pixel_load take them ready-made from a file, so that they have little to do themselves.
function write_requests(scratch) {
  const file = path.join(scratch, 'pixels.txt');
  const lua = path.join(scratch, 'pixels.lua');
  fs.writeFileSync(file, Array.from({ length: 100_000 }, (_, i) => request(i)).join(''));
  fs.writeFileSync(lua, `local all, n = {}, 0
for head in io.open("${file}", "rb"):read("*a"):gmatch("GET .-\\r\\n\\r\\n") do all[#all + 1] = head end
request = function() n = n % #all + 1; return all[n] end\n`);
  return { file, lua };
}

async function wrk(port, lua, seconds) {
  const run = run_program('wrk', ['-t2', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', lua, `http://127.0.0.1:${port}/`]);
  await run.exit;
  const found = (pattern) => pattern.exec(run.stdout)?.[1];
  if (!found(/(\d+) requests in/)) throw new Error(`wrk: ${run.stdout}${run.stderr}`);
  return { requests: Number(found(/(\d+) requests in/)), rate: Number(found(/Requests\/sec:\s+([\d.]+)/)), p99: found(/99%\s+(\S+)/),
           errors: found(/(Non-2xx[^\n]*|Socket errors[^\n]*)/) ?? 'none' };
}

// As many processes as there are cores, no log, no end of a connection.
async function start_nginx() {
  const folder = temporary_folder('empty-gif');
  const port = await free_port();
  fs.writeFileSync(path.join(folder, 'nginx.conf'), `daemon off;
${process.getuid() === 0 ? 'user root;' : ''}
worker_processes auto;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
    ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
    access_log off;
    keepalive_requests 1000000000;
    server { listen 127.0.0.1:${port}; location = /hello.gif { empty_gif; } }
}
`);
  const program = run_program('nginx', ['-p', folder, '-c', path.join(folder, 'nginx.conf'), '-e', path.join(folder, 'error.log')],
                              { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` } });
  await eventually('nginx to answer', async () => (await fetch(`http://127.0.0.1:${port}/hello.gif`)).ok);
  return { port, pid: program.child.pid, stop: async () => { program.child.kill('SIGQUIT'); await program.exit; } };
}

const collected = async (ballcone) => (await ballcone.status()).sources.find(({ name }) => name === 'script and pixel');
const sum = (figures) => Object.values(figures).reduce((a, b) => a + b, 0);

// Until all that came is stored or counted.
async function at_rest(ballcone) {
  return eventually('every hit stored or dropped', async (saw) => {
    const source = await collected(ballcone);
    saw(source);
    await pause(300);
    return source.stored + sum(source.dropped) === source.received && (await collected(ballcone)).received === source.received && source;
  }, 600_000);
}

function say_conservation(source, sent, in_flight, say) {
  const dropped = Object.fromEntries(Object.entries(source.dropped).filter(([, count]) => count > 0));
  const more = source.received - sent;
  say(`sent ${grouped(sent)}; received ${grouped(source.received)} = stored ${grouped(source.stored)} + refused ${grouped(sum(source.dropped))} ${JSON.stringify(dropped)}; ` +
      `every one sent is stored or counted: ${more >= 0 && more <= in_flight ? 'yes' : `NO, ${more} apart`}`);
}

// Of a program and of the processes that it has started.
function cpu_seconds(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + cpu_seconds(child), (Number(fields[11]) + Number(fields[12])) / 100);
}

// What wrk saw in so many seconds, and what CPU each request took of the server in that time.
async function wrk_on({ port, pid }, lua, seconds) {
  const warm = await wrk(port, lua, 1);
  const before = cpu_seconds(pid);
  const run = await wrk(port, lua, seconds);
  return { ...run, sent: run.requests + warm.requests, cpu_us: (cpu_seconds(pid) - before) * 1e6 / run.requests };
}

const since = (before, source) => ({
  received: source.received - before.received, stored: source.stored - before.stored,
  dropped: Object.fromEntries(Object.entries(source.dropped).map(([name, count]) => [name, count - before.dropped[name]])),
});

const serve = (database) => Ballcone.start({ database, args: ['-p', '5', '--rate-limit', '0'] });
const register = (ballcone) => ballcone.post('/api/v1/registry', { action: 'add', name: 'blog', hosts: ['blog.example'] });

async function measure_rate(lua, seconds, say) {
  const nginx = await start_nginx();
  const reference = await wrk_on(nginx, lua, seconds);
  await nginx.stop();
  const ballcone = await serve(path.join(temporary_folder('pixel'), 'ballcone.duckdb'));
  await register(ballcone);
  const reached = await wrk_on({ port: new URL(ballcone.url).port, pid: ballcone.pid }, lua, seconds);
  const source = await at_rest(ballcone);
  const say_run = (name, run, more) => say(`${name}: ${grouped(run.rate)} requests/s${more}, p99 ${run.p99}, ${run.cpu_us.toFixed(1)} µs of CPU for each, errors: ${run.errors}`);
  say_run('nginx empty_gif', reference, '');
  say_run('hello.gif', reached, ` (${(reached.rate / reference.rate).toFixed(2)} of it)`);
  // wrk stops counting when its time is over; what it had sent then is still answered.
  say_conservation(source, reached.sent, 2 * connections, say);
  await ballcone.stop();
  return reached.rate;
}

// The dashboard's first screen, asked again so long after it was answered.
async function use_dashboard(ballcone, state, pause_ms) {
  const body = JSON.stringify(first_screen());
  for (; !state.is_over; state.screens++) {
    const answer = await ballcone.fetch('/api/v1/query', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const parts = await answer.json();
    const wrong = answer.status === 200 ? parts.find((part) => part.error) : parts;
    if (wrong) throw new Error(`expected the first screen, got ${JSON.stringify(wrong).slice(0, 300)}`);
    await pause(pause_ms);
  }
}

async function measure_waits(tools, scratch, { rate, seconds, hits, file }, say) {
  const database = path.join(temporary_folder('pixel'), 'ballcone.duckdb');
  fs.copyFileSync(await make_database(tools, scratch, hits, say), database);
  const ballcone = await serve(database);
  await register(ballcone);
  await eventually('everything derived', async () => (await ballcone.status()).derive.pending_days === 0, 3_600_000);
  // Nobody; a person who clicks once a second; many, or a program.
  for (const pause_ms of [undefined, 1000, 0]) {
    const before = await at_rest(ballcone);
    const state = { is_over: false, screens: 0 };
    const using = pause_ms === undefined ? undefined : use_dashboard(ballcone, state, pause_ms);
    const load = run_program(path.join(tools, 'pixel_load'), [new URL(ballcone.url).port, String(rate), String(seconds), String(connections), file]);
    const end = await load.exit;
    state.is_over = true;
    await using;
    if (end.code !== 0) throw new Error(load.stderr);
    const got = JSON.parse(load.stdout);
    const source = await at_rest(ballcone);
    say(`${using ? `with the dashboard (${grouped(hits)} hits; ${state.screens} first screens)` : 'nobody at the dashboard'}: ${grouped(got.answered / got.seconds)} requests/s of ${grouped(rate)} asked; ` +
        `p50 ${got.p50_us / 1000} ms, p99 ${got.p99_us / 1000} ms, p99.9 ${got.p999_us / 1000} ms, longest ${got.max_us / 1000} ms`);
    say_conservation(since(before, source), got.sent, 0, say);
  }
  await ballcone.stop();
}

export async function bench_pixel(tools, scratch, { seconds, hits }, say) {
  const { file, lua } = write_requests(scratch);
  const rate = Number(process.env.BENCH_PIXEL_RATE ?? await measure_rate(lua, seconds, say) / 2);
  await measure_waits(tools, scratch, { rate: Math.round(rate), seconds, hits, file }, say);
}

// node tools/demo/run.mjs [--check]: Ballcone, a real nginx in front of three small sites, a month of history and live traffic,
// until Ctrl-C. --check: on free ports, with little history; ends with success once all of it is in the dashboard.
// --screenshots: on free ports, with the whole history; draws docs/screenshots and ends.
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import dgram from 'node:dgram';
import path from 'node:path';
import { Ballcone, binary, eventually, free_port, pause, root, run_program, temporary_folder } from '../../test/e2e/harness.mjs';
import { goals, line_of } from './events.mjs';
import { nginx_conf, sites, write_sites } from './site.mjs';
import { datagram, day_of_traffic, is_event, make_random, visit_now } from './traffic.mjs';

const is_check = process.argv.includes('--check');
const is_drawing = process.argv.includes('--screenshots');
const day_ms = 86_400_000;
const days = Number(process.env.DEMO_DAYS ?? (is_check ? 3 : 30));
const visits_per_day = Number(process.env.DEMO_VISITS ?? (is_check ? 40 : 1100));
const requests_per_second = Number(process.env.DEMO_RATE ?? 30);
const folder = is_check || is_drawing ? temporary_folder('demo') : path.join(root, 'build/demo');
const random = make_random(20_261_123);
const say = (text) => console.log(`demo: ${text}`);

let is_stopping = false;
const stoppers = [];
async function stop(code) {
  if (is_stopping) return;
  is_stopping = true;
  for (const stopper of stoppers.reverse()) await Promise.resolve(stopper()).catch((error) => { say(error.message); code ||= 1; });
  process.exit(code);
}
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));

class Stop extends Error {}  // a message for a person, without a stack

async function check_free(name, port, probe) {
  await probe.catch((error) => {
    throw new Stop(`port ${port} cannot be used (${error.code}): choose another with \`make demo ${name}=…\``);
  });
}
const try_tcp = (port) => new Promise((resolve, reject) => {
  const server = net.createServer().once('error', reject).listen(port, '127.0.0.1', () => server.close(resolve));
});
const try_udp = (port) => new Promise((resolve, reject) => {
  const socket = dgram.createSocket('udp4').once('error', reject);
  socket.bind(port, '127.0.0.1', () => socket.close(resolve));
});

async function choose_ports() {
  if (is_check || is_drawing) return { web: 0, syslog: 0, nginx: await free_port() };
  const ports = { web: Number(process.env.WEB_PORT || 8080), nginx: Number(process.env.NGINX_PORT || 8888),
                  syslog: Number(process.env.SYSLOG_PORT || 65140) };
  await check_free('WEB_PORT', ports.web, try_tcp(ports.web));
  await check_free('NGINX_PORT', ports.nginx, try_tcp(ports.nginx));
  await check_free('SYSLOG_PORT', ports.syslog, try_udp(ports.syslog));
  return ports;
}

// What nginx proxies to: answers that take their time, and now and then fails.
function start_backend() {
  const server = http.createServer((request, response) => {
    setTimeout(() => {
      const dice = Math.random();
      if (dice < 0.01) return request.socket.destroy();  // nginx says 502
      response.writeHead(dice < 0.02 ? 500 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ path: request.url, results: 'x'.repeat(Math.random() * 4000) }));
    }, 20 + Math.random() ** 3 * 1500);
  });
  stoppers.push(() => { server.closeAllConnections(); server.close(); });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

async function start_nginx(port, syslog_port) {
  write_sites(path.join(folder, 'sites'));
  fs.mkdirSync(path.join(folder, 'temp'), { recursive: true });
  const conf = path.join(folder, 'nginx.conf');
  fs.writeFileSync(conf, nginx_conf({ folder, port, syslog: `127.0.0.1:${syslog_port}`, backend: await start_backend() }));
  const nginx = run_program('nginx', ['-p', folder, '-c', conf, '-e', path.join(folder, 'nginx-error.log')],
                            { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` } });
  stoppers.push(async () => { nginx.child.kill('SIGQUIT'); setTimeout(() => nginx.child.kill('SIGTERM'), 2000).unref(); await nginx.exit; });
  await eventually('nginx to answer', async () => {
    if (nginx.ended) throw Object.assign(new Stop(`nginx ended: ${nginx.ended.error ?? nginx.stderr}`), { fatal: true });
    await try_tcp(port).then(() => Promise.reject(new Error('nobody listens')), () => {});
    return true;
  });
}

let events_sent = 0;

// → sends events to Ballcone, as the sites' own servers would: with the secret key of each site's service.
async function start_events(ballcone) {
  const keys = new Map();
  for (const { service, host } of sites) {
    const { body } = await ballcone.post('/api/v1/registry', { action: 'add', name: service, hosts: [host] });
    keys.set(service, body.service.server_key);
  }
  for (const [service, name, what] of goals) await ballcone.post('/api/v1/goals', { action: 'add', service, name, ...what });
  return async (events) => {
    for (const [service, key] of keys) {
      const lines = events.filter((event) => event.service === service).map(line_of);
      for (let at = 0; at < lines.length; at += 1000) {
        const batch = lines.slice(at, at + 1000);
        const { status, body } = await ballcone.post('/api/v1/hits', batch.join('\n'), { authorization: `Bearer ${key}` });
        if (body.accepted !== batch.length) throw new Stop(`expected ${batch.length} events to be taken, got ${status} ${JSON.stringify(body)}`);
        events_sent += batch.length;
      }
    }
  };
}

// The days before today and today until now, as nginx would have logged them.
async function send_history(ballcone, send_events) {
  const now = Date.now();
  const today = now - now % day_ms;
  let sent = 0;
  const begin = Date.now();
  for (let ago = days - 1; ago >= 0; ago--) {
    const growth = 1 - 0.012 * ago + (ago === 9 ? 0.9 : ago === 8 ? 0.4 : 0);  // one day the site was linked from somewhere
    const day = day_of_traffic(today - ago * day_ms, visits_per_day * growth, random).filter(({ at }) => at < now);
    const requests = day.filter((one) => !is_event(one)).sort((a, b) => a.at - b.at);
    await ballcone.send(requests.map(datagram));
    sent += requests.length;
    await send_events(day.filter(is_event));
    if (ago % 10 === 0) say(`${sent} lines of history sent (${days - ago} of ${days} days)`);
  }
  say(`history took ${((Date.now() - begin) / 1000).toFixed(1)} s; ${events_sent} events are in it`);
  return sent;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
let live = 0;
function ask_nginx(port, { host, path: target, method, referrer, agent: user_agent, address }) {
  const headers = { host, 'x-forwarded-for': address, 'user-agent': user_agent };
  if (referrer) headers.referer = referrer;
  return new Promise((resolve) => {
    const request = http.request({ host: '127.0.0.1', port, path: target, method, headers, agent }, (response) => {
      live++;
      response.resume().once('close', resolve);
    });
    request.once('error', resolve).end();
  });
}

// Starts visits so that about `requests_per_second` come; a visit's pauses are a tenth of a person's.
async function send_live(port, send_events, until) {
  let due = [];
  let planned = 0;
  const begin = Date.now();
  while (!until()) {
    const now = Date.now();
    while (planned < (now - begin) / 1000 * requests_per_second) {
      const visit = visit_now(now, random);
      planned += visit.length;
      due.push(...visit.map((request) => ({ ...request, at: now + (request.at - now) / 10 })));
    }
    const ready = due.filter(({ at }) => at <= now);
    due = due.filter(({ at }) => at > now);
    for (const request of ready.filter((one) => !is_event(one))) ask_nginx(port, request);
    await send_events(ready.filter(is_event)).catch((error) => { if (!until()) throw error; });
    await pause(50);
  }
}

// At least: nginx logs a request before its answer has arrived here.
async function everything(ballcone, history) {
  await eventually('what nginx served to be stored', async (saw) => {
    const source = await ballcone.source();
    saw(source);
    return source.stored === source.received && source.received >= history + live;
  });
  await eventually('page views to be derived from it', async (saw) => {
    const { derive } = (await ballcone.json('/api/v1/status')).body;
    saw(derive);
    return derive.pending_days === 0;
  });
}

async function check(ballcone, ports, history, send_events) {
  await send_live(ports.nginx, send_events, () => live >= 200);
  await everything(ballcone, history);
  await eventually(`${events_sent} events to be stored`, async (saw) => {
    let events = 0;
    for (const { service } of sites) {
      const { body } = await ballcone.json(`/api/v1/query?service=${service}&range=30d&metrics=events&include=bots`);
      events += body.rows[0][0];
    }
    saw(events);
    return events === events_sent;
  });
  const { body } = await ballcone.json('/api/v1/services');
  const names = body.services.map(({ name }) => name).sort();
  if (names.join() !== 'example,handbook,shop') throw new Stop(`expected three services, got ${names}`);
  const countries = await ballcone.json('/api/v1/query?service=example&range=30d&metrics=visitors&by=country&limit=5');
  const known = (countries.body.rows ?? []).filter(([country]) => country);
  if (known.length < 3) throw new Stop(`expected visitors of several countries, got ${JSON.stringify(countries.body)}`);
  const errors = ballcone.log.split('\n').filter((line) => / error /.test(line));
  if (errors.length) throw new Stop(`the log has errors: ${errors[0]}`);
  say(`checked: ${history} lines of history, ${live} live requests and ${events_sent} events are in the dashboard`);
}

async function main() {
  if (!fs.existsSync(binary)) throw new Stop(`expected ${binary}: run \`make build\` first`);
  const ports = await choose_ports();
  if (!is_check && !is_drawing) fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const ballcone = await Ballcone.start({ database: path.join(folder, 'ballcone.duckdb'), web_port: ports.web, syslog_port: ports.syslog, cwd: folder });
  stoppers.push(() => ballcone.stop());
  await start_nginx(ports.nginx, ballcone.syslog_port);
  const send_events = await start_events(ballcone);
  const history = await send_history(ballcone, send_events);
  if (is_check) return check(ballcone, ports, history, send_events);
  if (is_drawing) {
    await send_live(ports.nginx, send_events, () => live >= 300);
    await everything(ballcone, history);
    const { take_screenshots } = await import('./screenshots.mjs');
    let is_drawn = false;
    const sending = send_live(ports.nginx, send_events, () => is_drawn);  // the live page shows what comes meanwhile
    const drawing = take_screenshots(ballcone.url).finally(() => { is_drawn = true; });
    for (const file of (await Promise.all([drawing, sending]))[0]) say(`drew ${file}`);
    return;
  }
  console.log(`\nDashboard: ${ballcone.url}/  (nginx: http://127.0.0.1:${ports.nginx}/, Ctrl-C to stop)\n`);
  if (process.stdout.isTTY) setInterval(() => process.stdout.write(`\r${live} live requests so far `), 1000).unref();
  await send_live(ports.nginx, send_events, () => is_stopping || ballcone.has_ended);
  if (!is_stopping) throw new Stop(`ballcone ended: ${ballcone.log.slice(-2000)}`);
}

main().then(() => stop(0), (error) => {
  if (is_stopping) return;
  console.error(error instanceof Stop ? `demo: ${error.message}` : error);
  stop(1);
});

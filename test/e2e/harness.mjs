// Starts a real ballcone on free ports, talks to it as the world does (datagrams in, HTTP out), stops what it started.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = path.resolve(process.env.BALLCONE ?? path.join(root, 'build/release/ballcone'));
// A sanitized program on a busy machine is slow to start; nothing waits this long when all is well.
const patience_ms = 60_000;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Asks `probe` until it gives something true, and gives that. The error tells what was last seen.
export async function eventually(what, probe, timeout_ms = patience_ms) {
  const until = Date.now() + timeout_ms;
  let last;
  for (;;) {
    try {
      const value = await probe((seen) => { last = seen; });
      if (value) return value;
    } catch (error) {
      if (error.fatal) throw error;
      last = error;
    }
    if (Date.now() > until) {
      const seen = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`expected ${what} within ${timeout_ms} ms, last saw ${seen}`);
    }
    await pause(20);
  }
}

// A folder of its own for a test, removed when the process ends.
export function temporary_folder(name = 'test') {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `ballcone-${name}-`));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function free_port(host = '127.0.0.1') {
  const server = net.createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// A program and what it has said so far. `exit` resolves to {code, signal} when it has ended.
export function run_program(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const program = { child, stdout: '', stderr: '' };
  child.stdout.on('data', (data) => { program.stdout += data; });
  child.stderr.on('data', (data) => { program.stderr += data; });
  program.exit = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: -1, signal: null, error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const reap = () => child.kill('SIGKILL');
  process.on('exit', reap);
  program.exit.then((end) => { program.ended = end; process.off('exit', reap); });
  return program;
}

// Runs ballcone to its end.
export async function ballcone(...args) {
  const options = typeof args.at(-1) === 'object' ? args.pop() : {};
  const program = run_program(binary, args, options);
  const end = await program.exit;
  return { ...end, stdout: program.stdout, stderr: program.stderr };
}

// Whether the program is built with a sanitizer, which takes memory and time of its own: it says so itself.
export async function is_sanitized() {
  const { code, stdout, stderr } = await ballcone('--version');
  if (code !== 0 || !stdout.startsWith('Ballcone v')) throw new Error(`expected the version of ${binary}, got ${stdout || stderr}`);
  return /Sanitizer\)/.test(stdout);
}

// nginx's datagram: <190> is local7.info.
export const syslog = (text, host = 'web1 ') => `<190>Nov 23 12:00:00 ${host}nginx: ${text}`;

// A hit as the original's log_format writes it.
export function hit(fields = {}) {
  return {
    service: 'example', ip: '192.0.2.1', host: 'example.com', path: '/', status: '200', referrer: '',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
    length: 1000, generation_time_milli: 0.005, date: new Date().toISOString(), ...fields,
  };
}

export class Sender {
  #socket;
  constructor(port, host = '127.0.0.1') {
    this.port = port;
    this.host = host;
    this.#socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
    this.sent = 0;
  }
  // Buffers or texts, one datagram each.
  async send(datagrams) {
    await Promise.all(datagrams.map((datagram) => new Promise((resolve, reject) => {
      this.#socket.send(datagram, this.port, this.host, (error) => (error ? reject(error) : resolve()));
    })));
    this.sent += datagrams.length;
  }
  close() { this.#socket.close(); }
}

export class Ballcone {
  #is_stopped = false;
  #program;
  #sender;

  // options: args (after the harness's own), database, env, cwd, host (of both sockets).
  static async start(options = {}) {
    const self = new Ballcone();
    const host = options.host ?? '127.0.0.1';
    self.database = options.database ?? ':memory:';
    const given = options.args ?? [];
    const args = ['-sh', host, '-sp', String(options.syslog_port ?? 0), '-wp', String(options.web_port ?? 0), '-d', self.database,
                  ...(given.includes('-wh') ? [] : ['-wh', host]), ...(given.includes('-p') ? [] : ['-p', '1']), ...given];
    const begin = process.hrtime.bigint();
    self.#program = run_program(binary, args, { env: { ...process.env, ...options.env }, cwd: options.cwd });
    await eventually('ballcone to listen and serve', (saw) => {
      if (self.#program.ended) throw Object.assign(new Error(`ballcone ended: ${self.log}`), { fatal: true });
      saw(self.log);
      self.syslog_port = Number(/listening on \S+:(\d+)\/udp/.exec(self.log)?.[1]);
      self.url = /serving (http:\/\/\S+)/.exec(self.log)?.[1]?.replace(/\/$/, '');
      return self.syslog_port && self.url;
    });
    self.started_ms = Number(process.hrtime.bigint() - begin) / 1e6;
    self.#sender = new Sender(self.syslog_port, host);
    return self;
  }

  get log() { return this.#program.stderr; }
  get pid() { return this.#program.child.pid; }
  get sent() { return this.#sender.sent; }
  get has_ended() { return Boolean(this.#program.ended); }

  fetch(target, options) { return fetch(this.url + target, options); }
  async json(target, options) {
    const response = await this.fetch(target, options);
    const body = await response.text();
    try {
      return { status: response.status, body: JSON.parse(body) };
    } catch {
      throw new Error(`${target}: expected JSON, got ${response.status} ${body.slice(0, 300)}`);
    }
  }
  async status() { return (await this.json('/api/v1/status')).body; }
  async source() { return (await this.status()).sources[0]; }
  post(target, body, headers = {}) {
    return this.json(target, { method: 'POST', headers: { 'content-type': 'application/json', ...headers },
                               body: typeof body === 'string' ? body : JSON.stringify(body) });
  }
  sql(text) { return this.post('/api/v1/sql', { sql: text }); }
  async rows(text) {
    const { status, body } = await this.sql(text);
    if (status !== 200) throw new Error(`${text}: ${status} ${JSON.stringify(body)}`);
    return body.rows;
  }
  async metrics() {
    const text = await (await this.fetch('/metrics')).text();
    return new Map(text.split('\n').filter((line) => line && !line.startsWith('#')).map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }));
  }

  // Sends in portions that the socket's buffer holds (the kernel counts about 1,300 bytes for a message of 430),
  // and waits for each to be received: nothing is lost, however slow the receiver.
  async send(datagrams) {
    const before = await this.source();
    const portion = Math.max(20, Math.min(2000, Math.floor(before.buffer_bytes / 2 / 1500)));
    const base = before.received + before.lost_in_kernel;
    for (let at = 0; at < datagrams.length; at += portion) {
      await this.#sender.send(datagrams.slice(at, at + portion));
      const expected = base + Math.min(datagrams.length, at + portion);
      await eventually(`${expected} datagrams received`, async (saw) => {
        const { received, lost_in_kernel } = await this.source();
        saw({ received, lost_in_kernel });
        return received + lost_in_kernel >= expected;
      });
    }
  }
  async send_hits(hits) { await this.send(hits.map((fields) => syslog(JSON.stringify(fields)))); }

  // Conservation: waits until every line is accounted for, and page views, visits and totals have followed; gives the
  // source's numbers.
  async settled(received = this.sent, derived = {}) {
    const source = await eventually(`${received} lines received, each stored or dropped`, async (saw) => {
      const now = await this.source();
      const dropped = Object.values(now.dropped).reduce((a, b) => a + b, 0);
      saw({ received: now.received, stored: now.stored, dropped: now.dropped, lost: now.lost_in_kernel });
      return now.received === received && now.stored + dropped === now.received && now;
    });
    await this.derived(derived);
    return source;
  }
  // Waits until no day is behind its hits; through a failure only where one is expected to be got over.
  async derived({ after_trouble = false } = {}) {
    return eventually('page views, visits and totals of every day', async (saw) => {
      const { derive } = await this.status();
      saw(derive);
      if (derive.trouble && !after_trouble) throw Object.assign(new Error(`derivation failed: ${derive.trouble}`), { fatal: true });
      return derive.pending_days === 0 && !derive.trouble && derive;
    }, 5 * patience_ms);
  }

  // As an operator does. Anything but a clean end is an error, a sanitizer's report included.
  async stop(signal = 'SIGTERM') {
    if (this.#is_stopped) return;
    this.#is_stopped = true;
    this.#sender.close();
    if (!this.#program.ended) this.#program.child.kill(signal);
    const end = await this.#program.exit;
    if (end.code !== 0) throw new Error(`expected exit code 0 after ${signal}, got ${JSON.stringify(end)}: ${this.log.slice(-3000)}`);
  }
  async kill() {
    this.#sender.close();
    this.#program.child.kill('SIGKILL');
    await this.#program.exit;
  }
}

// Starts one for a node:test context and stops it at the test's end.
export async function start(test, options) {
  const ballcone = await Ballcone.start(options);
  test.after(() => ballcone.stop());
  return ballcone;
}

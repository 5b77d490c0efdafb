// A site and a collector, two origins on one port of 127.0.0.1, and a Chromium that finds both.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { makeFiles } from '../../tracker/build.mjs';

const files = Object.fromEntries((await makeFiles()).map(({ path, bytes }) => [path, bytes]));

// What the site and the collector were asked, and the hits among it.
export class Sites {
  requests = [];
  hits = [];
  pages = {};
  #waiting = [];
  #count = 0;

  // `stats`: where the scripts come from and hits go to, if that is another server.
  static async start(stats) {
    const self = new Sites();
    self.server = createServer((request, response) => self.#answer(request, response));
    self.server.listen(0, '127.0.0.1');
    await once(self.server, 'listening');
    const { port } = self.server.address();
    self.port = port;
    self.forget();
    self.stats = stats ?? `http://stats.example:${port}`;
    return self;
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  // Begins again with a site of another name, since a page that is closed may send a last hit.
  forget() {
    this.site = `http://shop${++this.#count}.example:${this.port}`;
    this.requests = [];
    this.hits = [];
    this.pages = {};
  }

  // Fulfilled once there are so many hits of that name, or after ten seconds with what there is.
  async hitsOnce(count, name) {
    const found = () => this.hits.filter(({ n }) => name === undefined || n === name);
    await this.until(() => found().length >= count);
    return found();
  }

  // Fulfilled once something asked for makes it true, or after ten seconds.
  async until(isTrue) {
    if (isTrue()) return;
    let timer;
    const tooLate = new Promise((resolve) => (timer = setTimeout(resolve, 10_000)));
    const isThere = new Promise((resolve) => this.#waiting.push({ isTrue, resolve }));
    await Promise.race([isThere, tooLate]);
    clearTimeout(timer);
  }

  story() {
    return this.hits.map(({ n, u, p }) => {
      const { pathname, hash } = new URL(u);
      return `${n} ${pathname}${hash}${p ? ` ${JSON.stringify(p)}` : ''}`;
    });
  }

  #tell() {
    this.#waiting = this.#waiting.filter(({ isTrue, resolve }) => {
      if (!isTrue()) return true;
      resolve();
      return false;
    });
  }

  async #answer(request, response) {
    const { method, url, headers } = request;
    let body = '';
    for await (const chunk of request) body += chunk;
    const isSite = headers.host.startsWith('shop');
    const from = headers.origin ?? (isSite ? `http://${headers.host}` : '');
    if (from && from !== this.site) return response.end();
    this.requests.push({ method, url, headers, body });
    if (method === 'POST' && url === '/api/hello') this.hits.push(JSON.parse(body));
    this.#tell();
    if (!headers.host.startsWith('stats.')) return this.#answerPage(url, response);
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (files[url]) return response.setHeader('Content-Type', 'text/javascript').end(files[url]);
    response.statusCode = 202;
    response.end();
  }

  async #answerPage(url, response) {
    const { pathname } = new URL(url, this.site);
    // /wait-for/x is answered when /x has been asked for.
    const awaited = /^\/wait-for(\/.*)/.exec(pathname)?.[1];
    if (awaited) await this.until(() => this.requests.some((request) => request.url === awaited));
    const { head = this.tag(), body = '', headers = {} } = this.pages[pathname] ?? {};
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end(`<!doctype html><html lang="en"><head><title>${pathname}</title>
<link rel="icon" href="data:,">${head}</head><body><h1>${pathname}</h1>${body}</body></html>`);
  }

  tag(attributes = '', file = '/hello.js') {
    return `<script defer src="${this.stats}${file}" ${attributes}></script>`;
  }
}

const kPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const kArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP *.example 127.0.0.1',
];

// Playwright says navigator.webdriver and has no back/forward cache, unless asked otherwise.
export const launch = (...more) =>
  chromium.launch({
    executablePath: kPath,
    headless: true,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: [...kArguments, ...more],
  });

export const kUndriven = '--disable-blink-features=AutomationControlled';

// A Chromium that nobody drives: one that is debugged does not prerender. → stop()
export function browse(url) {
  const profile = mkdtempSync(join(tmpdir(), 'ballcone-chromium-'));
  const line = ['--headless=new', `--user-data-dir=${profile}`, ...kArguments, url];
  const process = spawn(kPath, line, { stdio: 'ignore' });
  return async () => {
    if (process.exitCode === null) {
      process.kill();
      await once(process, 'exit');
    }
    // Its other processes end a little later, and write until then.
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
}

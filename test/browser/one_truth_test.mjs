// 500 visits that two systems see: a real nginx, which logs them, and a real Chromium, in which
// the pages' script runs. They are 500 page views, and not 1,000. Then visits of which the script
// sees nothing: they count once too, and the gap is told.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { browsers } from '../../tools/demo/agents.mjs';
import { binary, eventually, start } from '../e2e/harness.mjs';
import { start_nginx } from '../nginx/nginx.mjs';
import { kUndriven, launch } from '../tracker/sites.mjs';

const skip = existsSync(binary) ? false : 'the program is not built';
const kVisits = 500;
const kWithoutJavaScript = 30;
const kWithBlocker = 30;
const kMissed = kWithoutJavaScript + kWithBlocker;
const kAtOnce = 8;
const kPatience_ms = 240_000; // on a busy machine; nothing waits this long when all is well

// The script comes from an origin of its own, or from nginx, which passes it on.
const kPages = {
  '/': 'own',
  '/docs.html': 'own',
  '/about.html': 'own',
  '/shop.html': 'nginx',
  '/blog.html': 'nginx',
};
const kPaths = Object.keys(kPages);
const kAgents = browsers.slice(0, 40).map(([agent]) => agent);

// Two visitors behind each address, with other browsers. 198.18.0.0/15 is for tests (RFC 2544).
const visitor = (i) => ({
  address: `198.18.${(i >> 1) >> 7}.${1 + ((i >> 1) & 127)}`,
  agent: kAgents[i % kAgents.length],
  path: kPaths[i % kPaths.length],
});
const addressOf = (site, i) => `${site}${visitor(i).path}?visit=${i}`;
// The visit that a request is of: by its own address, or that of the page which says something.
const visitOf = (text) => Number(/[?&]visit=(\d+)/.exec(text)?.[1] ?? -1);

// It is about noon there, so that no visit is at midnight.
function zoneOfNoon() {
  const behind = new Date().getUTCHours() - 12;
  return `Etc/GMT${behind < 0 ? '' : '+'}${behind}`;
}

function writePages(folder, stats) {
  for (const [path, from] of Object.entries(kPages)) {
    const script = from === 'own' ? `${stats}/hello.js` : '/stats/hello.js';
    writeFileSync(
      join(folder, 'root', path === '/' ? 'index.html' : path),
      `<!doctype html><html lang="en"><head><title>${path}</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">
<script defer src="${script}" data-service="site"></script></head>
<body><h1>${path}</h1></body></html>`,
    );
  }
}

// What stands before nginx and Ballcone, as a CDN does, and knows who comes: it tells each
// request's address, and has the visitor's browser in place of ours. `blocks`: it lets no script
// through, as some networks do.
class Front {
  blocks = false;
  #waiting = new Map();

  // targets: {host: port}.
  static async start(targets) {
    const self = new Front();
    self.server = http.createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      self.#pass(request, body, targets[request.headers.host.split(':')[0]], response);
    });
    self.server.listen(0, '127.0.0.1');
    await once(self.server, 'listening');
    self.port = self.server.address().port;
    return self;
  }
  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  // Fulfilled with its answer once the page view of that visit has been taken.
  taken(visit) {
    return new Promise((resolve) => this.#waiting.set(visit, resolve));
  }

  #pass({ method, url, headers }, body, port, response) {
    if (this.blocks && url.endsWith('.js')) return response.writeHead(403).end();
    const visit = visitOf(url + body);
    const { address, agent } = visitor(Math.max(0, visit));
    const told = { ...headers, 'user-agent': agent, 'x-forwarded-for': address };
    const passed = http.request({ host: '127.0.0.1', port, method, path: url, headers: told });
    passed.on('response', (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
      if (body.includes('"n":"pageview"')) this.#waiting.get(visit)?.(answer);
    });
    passed.on('error', () => response.destroy()).end(body);
  }
}

// The next visitor comes when the page view of this one has been taken. Asked for by the protocol:
// by page.goto() it takes longer.
async function visitCounted({ session, front }, site, i) {
  const taken = front.taken(i);
  await session.send('Page.navigate', { url: addressOf(site, i) });
  const { statusCode, headers } = await taken;
  assert.deepEqual([statusCode, headers['ballcone-dropped']], [202, undefined]);
}
const visitUncounted = ({ page }, site, i) =>
  page.goto(addressOf(site, i), { timeout: kPatience_ms });

// Visits from `from` on, in several windows at once, in each one after another. Nothing is kept
// from one to the next, or the numbers will not be right.
async function inWindows({ browser, front, site }, from, count, act, options = {}) {
  let next = from;
  const work = async () => {
    const viewport = { width: 1280, height: 720 };
    const context = await browser.newContext({ viewport, ...options });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    while (next < from + count) await act({ page, session, front }, site, next++);
    await context.close();
  };
  await Promise.all(Array.from({ length: kAtOnce }, work));
}

// Ballcone, nginx that tells it, what stands before both, and a browser.
async function startWorld(t) {
  const ballcone = await start(t, { args: ['-p', '3', '--time-zone', zoneOfNoon()] });
  const add = { action: 'add', name: 'site', hosts: ['site.example'] };
  assert.equal((await ballcone.post('/api/v1/registry', add)).status, 200);
  const syslog = `service=site&server=127.0.0.1:${ballcone.syslog_port}`;
  const { body: offered } = await ballcone.json(`/api/v1/nginx?${syslog}`);
  const nginx = await start_nginx(t, {
    service: 'site',
    format: offered.extended,
    syslog: offered.access_log,
    has_no_file: true,
    more: `location /stats/ {
            proxy_pass ${ballcone.url}/;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }`,
  });
  const { port } = new URL(ballcone.url);
  const front = await Front.start({ 'site.example': nginx.port, 'stats.example': port });
  t.after(() => front.stop());
  writePages(nginx.folder, `http://stats.example:${front.port}`);
  const browser = await launch(kUndriven, '--disable-back-forward-cache');
  t.after(() => browser.close());
  return { ballcone, front, browser, site: `http://site.example:${front.port}` };
}

// Everything that both have told is stored, and page views have followed.
const settled = (ballcone, ofLog, ofScript) =>
  eventually(`${ofLog} pages of the log, ${ofScript} of the script`, async (saw) => {
    const [[log, script]] = await ballcone.rows(
      `SELECT count(*) FILTER (via IS NULL), count(*) FILTER (via = 'script')
       FROM main.hits WHERE kind = 'page'`,
    );
    saw([log, script]);
    assert.ok(log <= ofLog && script <= ofScript, `more than there were: ${log}, ${script}`);
    if (log < ofLog || script < ofScript) return false;
    await ballcone.derived();
    return true;
  });

const rounded = (number) => Math.round(number * 1e6) / 1e6;

test('500 visits of which log and script tell are 500 page views', { skip }, async (t) => {
  const world = await startWorld(t);
  const { ballcone, front } = world;
  const ask = async (question) => {
    const asked = { service: 'site', range: 'all', ...question };
    const { status, body } = await ballcone.post('/api/v1/query', asked);
    assert.equal(status, 200, JSON.stringify(body));
    return body.rows;
  };
  const metrics = ['page_views', 'visits', 'visitors', 'confirmed', 'unconfirmed_share'];
  const each = kVisits / kPaths.length;
  // [path, page views, of which confirmed, share of the others], for any order.
  const gap = async () => (await ask({ report: 'script_gap' })).sort();
  const gapOf = (...row) => kPaths.map((path) => [path, ...row]).sort();

  await t.test('each once, and each confirmed', async () => {
    await inWindows(world, 0, kVisits, visitCounted);
    await settled(ballcone, kVisits, kVisits);
    assert.deepEqual(await ask({ metrics }), [[500, 500, 500, 500, 0]]);
    assert.deepEqual(await gap(), gapOf(each, each, 0));
    const v2 = { site_id: 'site', metrics: ['visitors', 'visits', 'pageviews'], date_range: 'all' };
    const { results } = (await ballcone.post('/api/v2/query', v2)).body;
    assert.deepEqual(results, [{ dimensions: [], metrics: [500, 500, 500] }]);
    // One row has the log's status and type, and the window that only the script knows.
    assert.deepEqual(
      await ballcone.rows(
        `SELECT count(*), count(DISTINCT visitor), bool_and(is_confirmed), min(status), max(status),
         min(content_type), min(inner_resolution), max(inner_resolution), bool_and(is_bounce)
         FROM main.page_views`,
      ),
      [[500, 500, true, 200, 200, 'text/html', '1280', '1280', true]],
    );
  });

  await t.test('those whose script does not run count too, and where is told', async () => {
    const noScript = { javaScriptEnabled: false };
    await inWindows(world, kVisits, kWithoutJavaScript, visitUncounted, noScript);
    front.blocks = true;
    await inWindows(world, kVisits + kWithoutJavaScript, kWithBlocker, visitUncounted);
    await settled(ballcone, kVisits + kMissed, kVisits);
    const share = rounded(kMissed / (kVisits + kMissed));
    assert.deepEqual(await ask({ metrics }), [[560, 560, 560, 500, share]]);
    assert.deepEqual(await gap(), gapOf(each + kMissed / kPaths.length, each, share));
    const viewed = (confirmed) =>
      ask({ metrics: ['page_views'], filters: [['is', 'confirmed', confirmed]] });
    assert.deepEqual(await viewed(0), [[kMissed]]);
    assert.deepEqual(await viewed(1), [[500]]);
  });

  await t.test('nothing was lost on either way, and nothing refused', async () => {
    const { sources } = await ballcone.status();
    for (const { name, received, stored, lost_in_kernel } of sources.slice(0, 2))
      assert.deepEqual([stored, lost_in_kernel], [received, 0], name);
  });
});

// 500 visits that two systems see: a real nginx, which logs them, and a real Chromium, in which the pages' script runs. They
// are 500 page views, and not 1,000. Then visits of which the script sees nothing: they count once too, and the gap is told.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
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
const kAtOnce = 4;

// The script comes from an origin of its own, or from nginx, which passes it on.
const kPages = { '/': 'own', '/docs.html': 'own', '/about.html': 'own', '/shop.html': 'nginx', '/blog.html': 'nginx' };
const kAgents = browsers.slice(0, 40).map(([agent]) => agent);

// Two visitors behind each address, with other browsers. 198.18.0.0/15 is for tests (RFC 2544).
const visitor = (i) => ({
  address: `198.18.${(i >> 1) >> 7}.${1 + ((i >> 1) & 127)}`,
  agent: kAgents[i % kAgents.length],
  path: Object.keys(kPages)[i % Object.keys(kPages).length],
});

// It is about noon there, so that no visit is at midnight.
function zoneOfNoon() {
  const behind = new Date().getUTCHours() - 12;
  return `Etc/GMT${behind < 0 ? '' : '+'}${behind}`;
}

function writePages(folder, stats) {
  for (const [path, from] of Object.entries(kPages)) {
    const script = from === 'own' ? `${stats}/hello.js` : '/stats/hello.js';
    writeFileSync(join(folder, 'root', path === '/' ? 'index.html' : path), `<!doctype html><html lang="en"><head>
<title>${path}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">
<script defer src="${script}" data-service="site"></script></head><body><h1>${path}</h1></body></html>`);
  }
}

// The visit that a request is of: by its own address, or that of the page which says something.
const visitOf = (request) => Number(/[?&]visit=(\d+)/.exec(request.postData() ?? request.url())?.[1] ?? -1);

// A window in which one visitor comes after another. Who it is, is told on the wire alone, as proxies do it: the page
// knows nothing of it. Each window keeps nothing of those before, or the numbers will not be right.
async function openWindow(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
  let current = 0;
  await context.route('**/*', (route, request) => {
    const given = visitOf(request);
    const { address, agent } = visitor(given < 0 ? current : given);
    return route.continue({ headers: { ...request.headers(), 'x-forwarded-for': address, 'user-agent': agent } });
  });
  const page = await context.newPage();
  return {
    page,
    visit: (site, i) => {
      current = i;
      return page.goto(`${site}${visitor(i).path}?visit=${i}`);
    },
    close: () => context.close(),
  };
}

// The next visitor comes when the page view of this one has been taken.
async function visitCounted({ page, visit }, site, i) {
  const answer = page.waitForResponse((response) => response.url().endsWith('/api/hello') && visitOf(response.request()) === i);
  await Promise.all([answer, visit(site, i)]);
  assert.equal((await answer).status(), 202);
  assert.equal((await answer).headers()['ballcone-dropped'], undefined);
}

// Visits from `from` on, in several windows at once.
async function inWindows(browser, from, count, options, act) {
  let next = from;
  const work = async () => {
    const one = await openWindow(browser, options);
    while (next < from + count) await act(one, next++);
    await one.close();
  };
  await Promise.all(Array.from({ length: kAtOnce }, work));
}

test('500 visits of which log and script tell are 500 page views', { skip }, async (t) => {
  const ballcone = await start(t, { args: ['-p', '0.2', '--time-zone', zoneOfNoon()] });
  const added = await ballcone.post('/api/v1/registry', { action: 'add', name: 'site', hosts: ['site.example'] });
  assert.equal(added.status, 200);
  const offered = (await ballcone.json(`/api/v1/nginx?service=site&server=127.0.0.1:${ballcone.syslog_port}`)).body;
  const nginx = await start_nginx(t, {
    service: 'site', format: offered.extended, syslog: offered.access_log, has_no_file: true,
    more: `location /stats/ {
            proxy_pass ${ballcone.url}/;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }`,
  });
  writePages(nginx.folder, ballcone.url.replace('127.0.0.1', 'stats.example'));
  const site = `http://site.example:${nginx.port}`;
  const browser = await launch(kUndriven, '--disable-back-forward-cache');
  t.after(() => browser.close());

  const ask = async (question) => {
    const { status, body } = await ballcone.post('/api/v1/query', { service: 'site', range: 'all', ...question });
    assert.equal(status, 200, JSON.stringify(body));
    return body.rows;
  };
  // Everything that both have told is stored, and page views have followed.
  const settled = (ofLog, ofScript) => eventually(`${ofLog} pages of the log, ${ofScript} of the script`, async (saw) => {
    const [counts] = await ballcone.rows(`SELECT count(*) FILTER (via IS NULL), count(*) FILTER (via = 'script')
      FROM main.hits WHERE kind = 'page'`);
    saw(counts);
    assert.ok(counts[0] <= ofLog && counts[1] <= ofScript, `more than there were: ${counts}`);
    if (counts[0] < ofLog || counts[1] < ofScript) return false;
    await ballcone.derived();
    return true;
  });
  const metrics = ['page_views', 'visits', 'visitors', 'confirmed', 'unconfirmed_share'];
  const kEach = kVisits / Object.keys(kPages).length;

  await t.test('each once, and each confirmed', async () => {
    await inWindows(browser, 0, kVisits, {}, (one, i) => visitCounted(one, site, i));
    await settled(kVisits, kVisits);
    assert.deepEqual(await ask({ metrics }), [[500, 500, 500, 500, 0]]);
    assert.deepEqual((await ask({ report: 'script_gap' })).sort(), Object.keys(kPages).map((path) => [path, kEach, kEach, 0]).sort());
    const v2 = await ballcone.post('/api/v2/query', { site_id: 'site', metrics: ['visitors', 'visits', 'pageviews'], date_range: 'all' });
    assert.deepEqual(v2.body.results, [{ dimensions: [], metrics: [500, 500, 500] }]);
    // One row has the log's status and type, and the window that only the script knows.
    assert.deepEqual(
      await ballcone.rows(`SELECT count(*), count(DISTINCT visitor), bool_and(is_confirmed), min(status), max(status),
        min(content_type), min(inner_resolution), max(inner_resolution), bool_and(is_bounce) FROM main.page_views`),
      [[500, 500, true, 200, 200, 'text/html', '1280', '1280', true]],
    );
  });

  await t.test('those whose script does not run count too, and the report says where', async () => {
    const more = kWithoutJavaScript + kWithBlocker;
    await inWindows(browser, kVisits, kWithoutJavaScript, { javaScriptEnabled: false }, ({ visit }, i) => visit(site, i));
    await inWindows(browser, kVisits + kWithoutJavaScript, kWithBlocker, {}, async ({ page, visit }, i) => {
      await page.route('**/hello.js', (route) => route.abort('blockedbyclient'));
      await visit(site, i);
    });
    await settled(kVisits + more, kVisits);
    assert.deepEqual(await ask({ metrics }), [[560, 560, 560, 500, Math.round((more / 560) * 1e6) / 1e6]]);
    const each = more / Object.keys(kPages).length;
    const share = Math.round((each / (kEach + each)) * 1e6) / 1e6;
    assert.deepEqual((await ask({ report: 'script_gap' })).sort(),
                     Object.keys(kPages).map((path) => [path, kEach + each, kEach, share]).sort());
    assert.deepEqual(await ask({ metrics: ['page_views'], filters: [['is', 'confirmed', 0]] }), [[more]]);
    assert.deepEqual(await ask({ metrics: ['page_views'], filters: [['is', 'confirmed', 1]] }), [[500]]);
  });

  await t.test('nothing was lost on either way, and nothing refused', async () => {
    const { sources } = await ballcone.status();
    for (const { name, received, stored, lost_in_kernel } of sources.slice(0, 2))
      assert.deepEqual([stored, lost_in_kernel], [received, 0], name);
  });
});

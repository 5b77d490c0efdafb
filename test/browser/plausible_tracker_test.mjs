// Plausible's own trackers from npm, as a site's bundle has them, in a real Chromium on a page of
// another origin, told to send to Ballcone: what they send is stored, where it belongs.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import * as esbuild from 'esbuild';
import { Ballcone, binary, eventually, root } from '../e2e/harness.mjs';
import { Sites, kUndriven, launch } from '../tracker/sites.mjs';

const skip = existsSync(binary) ? false : 'the program is not built';
// Of the browser and not of its pages: what is sent while a page is left says so too.
const kChrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const kStory = 'https://news.example/story';

let program;
let sites;
let browser;

before(async () => {
  if (skip !== false) return;
  program = await Ballcone.start({ args: ['-p', '0.05'] });
  sites = await Sites.start(program.url.replace('127.0.0.1', 'stats.example'));
  browser = await launch(kUndriven, `--user-agent=${kChrome}`);
});
after(async () => {
  await browser?.close();
  await sites?.stop();
  await program?.stop();
});

// A site's own source, bundled as a site does.
async function bundle(source) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: source, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    legalComments: 'none',
  });
  return outputFiles[0].text.replaceAll('</script', '<\\/script');
}

// A service of its own for each test, on a site of its own name. `source` makes the page's script
// for its host; `act` is given the page that has run it.
async function visit(service, source, act) {
  sites.forget();
  const host = new URL(sites.site).hostname;
  const add = { action: 'add', name: service, hosts: [host] };
  assert.equal((await program.post('/api/v1/registry', add)).status, 200);
  sites.pages['/a'] = {
    head: '',
    body: `<a id="out" href="https://elsewhere.example/page">out</a>
      <a id="file" href="/files/price.pdf" download>file</a>
      <script>${await bundle(source(host))}</script>`,
  };
  const context = await browser.newContext({ viewport: { width: 1283, height: 700 } });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  await page.goto(`${sites.site}/a?utm_source=mail`, { referer: kStory });
  await act(page);
  assert.deepEqual(problems, []);
  await context.close();
}

// [event or pageview, columns …] of the service's hits, once there are so many.
async function storedOf(service, count, columns) {
  const rows = () =>
    program.rows(`SELECT coalesce(event, 'pageview'), ${columns} FROM main.hits
                  WHERE service = '${service}' ORDER BY ALL`);
  await eventually(`${count} hits of ${service}`, async (saw) => {
    const all = await rows();
    saw(all.map(([name]) => name));
    return all.length >= count;
  });
  await program.derived();
  return rows();
}

const kToday = (host) => `import { init, track } from '@plausible-analytics/tracker';
  init({ domain: '${host}', endpoint: '${sites.stats}/api/event', customProperties: { author: 'Ada' },
         outboundLinks: true, fileDownloads: true });
  window.send = (name, options) =>
    new Promise((callback) => track(name, { ...options, callback }));`;

// What somebody does who buys, looks at a second page, loads a file, follows a link and leaves.
async function shop(page) {
  const sold = { props: { plan: 'pro', seats: '3' }, revenue: { amount: 15.99, currency: 'USD' } };
  const answer = await page.evaluate((given) => window.send('Purchase', given), sold);
  assert.deepEqual(answer, { status: 202 }, 'the page may read the answer');
  await page.evaluate(() => history.pushState(null, '', '/b?page=2'));
  await page.evaluate(() => window.send('Started', { interactive: false }));
  await page.click('#file');
  // The page stays: only the click is of interest.
  await page.evaluate(() =>
    document.addEventListener('click', (event) => event.preventDefault()),
  );
  await page.click('#out');
  await page.goto('about:blank');
}

test('the tracker of today: views, events, money, engagement', { skip }, async () => {
  await visit('today', kToday, async (page) => {
    await shop(page);
    const { site } = sites;
    const rows = await storedOf('today', 8, 'path, query, props, referrer, via, status, browser');
    const hit = (name, path, query, props) =>
      [name, path, query, JSON.stringify({ author: 'Ada', ...props }), kStory, 'script', null, 'Chrome'];
    const isEngagement = ([name]) => name === 'engagement';
    assert.deepEqual(rows.filter((row) => !isEngagement(row)), [
      hit('File Download', '/b', 'page=2', { url: `${site}/files/price.pdf` }),
      hit('Outbound Link: Click', '/b', 'page=2', { url: 'https://elsewhere.example/page' }),
      hit('Purchase', '/a', 'utm_source=mail',
          { currency: 'USD', plan: 'pro', revenue: '15.99', seats: '3' }),
      hit('Started', '/b', 'page=2'),
      hit('pageview', '/a', 'utm_source=mail'),
      hit('pageview', '/b', 'page=2'),
    ]);
    const left = rows.filter(isEngagement).map(([, path]) => path);
    assert.deepEqual(left, ['/a', '/b'], 'one for each page that was left');
  });
  assert.deepEqual(
    await program.rows(`SELECT count(engaged), min(engaged) >= 0, max(engaged) < 600,
      count(DISTINCT visitor) FROM main.hits WHERE service = 'today'`),
    [[2, true, true, 1]],
  );
});

test('what it sent is one visit, and its properties are asked by', { skip }, async () => {
  assert.deepEqual(
    await program.rows(`SELECT path, visit, is_confirmed, channel, utm_source
      FROM main.page_views WHERE service = 'today' ORDER BY time`),
    [
      ['/a', 1, true, 'Referral', 'mail'],
      ['/b', 1, true, 'Referral', 'mail'],
    ],
  );
  const ask = async (question) => {
    const asked = { service: 'today', range: 'all', ...question };
    return (await program.post('/api/v1/query', asked)).body.rows;
  };
  const metrics = ['visitors', 'visits', 'page_views', 'events'];
  assert.deepEqual(await ask({ metrics }), [[1, 1, 2, 4]]);
  const bought = [['is', 'event', 'Purchase']];
  for (const [name, value] of Object.entries({ plan: 'pro', revenue: '15.99', currency: 'USD' })) {
    const by = [`event:props:${name}`];
    assert.deepEqual(await ask({ metrics: ['events'], by, filters: bought }), [[value, 1]]);
  }
});

test('fragments are pages where the tracker says so', { skip }, async () => {
  const source = (host) => `import { init } from '@plausible-analytics/tracker';
    init({ domain: '${host}', endpoint: '${sites.stats}/api/event', hashBasedRouting: true });`;
  await visit('fragments', source, async (page) => {
    await page.evaluate(() => (location.hash = '#/cart?step=1'));
    await page.goto('about:blank');
    const rows = await storedOf('fragments', 3, 'path, query');
    assert.deepEqual(rows.filter(([name]) => name === 'pageview'), [
      ['pageview', '/a', 'utm_source=mail'],
      ['pageview', '/a#/cart?step=1', 'utm_source=mail'],
    ]);
  });
});

test('the tracker of before, which plug-ins still have', { skip }, async () => {
  const source = (host) => `import Plausible from 'plausible-tracker';
    const { enableAutoPageviews, trackEvent } =
      Plausible({ domain: '${host}', apiHost: '${sites.stats}' });
    enableAutoPageviews();
    window.send = (name, props) =>
      new Promise((callback) => trackEvent(name, { props, callback }));`;
  await visit('before', source, async (page) => {
    await page.evaluate(() => history.pushState(null, '', '/b'));
    const props = { plan: 'pro', seats: 3, yearly: true };
    await page.evaluate((given) => window.send('Signup', given), props);
    assert.deepEqual(await storedOf('before', 3, 'path, referrer, props, inner_resolution'), [
      ['Signup', '/b', kStory, '{"plan":"pro","seats":"3","yearly":"true"}', '1280'],
      ['pageview', '/a', kStory, null, '1280'],
      ['pageview', '/b', kStory, null, '1280'],
    ]);
  });
});

test('a domain that is none is refused, and the page does not notice', { skip }, async () => {
  const source = () => `import { init, track } from '@plausible-analytics/tracker';
    init({ domain: 'nobody.example', endpoint: '${sites.stats}/api/event' });
    window.send = (name) => new Promise((callback) => track(name, { callback }));`;
  const name =
    'ballcone_lines_dropped_total{source="script and pixel",reason="unknown_service"}';
  const refused = async () => (await program.metrics()).get(name);
  await visit('refused', source, async (page) => {
    await eventually('the page view to be refused', async () => (await refused()) === 1);
    assert.deepEqual(await page.evaluate(() => window.send('Signup')), { status: 202 });
    assert.equal(await refused(), 2);
  });
  const stored = `SELECT count(*) FROM main.hits WHERE service IN ('refused', 'nobody.example')`;
  assert.deepEqual(await program.rows(stored), [[0]]);
});

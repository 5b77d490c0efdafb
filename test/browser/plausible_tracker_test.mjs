// Plausible's own trackers from npm, as a site's bundle has them, in a real Chromium on a page of another origin, told to
// send to Ballcone: what they send is stored, in the columns that it belongs to.
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
    ...{ bundle: true, write: false, minify: true, format: 'iife', legalComments: 'none' },
  });
  return outputFiles[0].text.replaceAll('</script', '<\\/script');
}

// A service of its own for each test, on a site of its own name; `act` is given a page that has run `source`.
async function visit(service, source, act) {
  sites.forget();
  const host = new URL(sites.site).hostname;
  const added = await program.post('/api/v1/registry', { action: 'add', name: service, hosts: [host] });
  assert.equal(added.status, 200);
  const script = await bundle(source(host));
  sites.pages['/a'] = {
    head: '',
    body: `<a id="out" href="https://elsewhere.example/page">out</a>
      <a id="file" href="/files/price.pdf" download>file</a><script>${script}</script>`,
  };
  const context = await browser.newContext({ viewport: { width: 1283, height: 700 } });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()));
  await page.goto(`${sites.site}/a?utm_source=mail`, { referer: 'https://news.example/story' });
  await act(page, host);
  assert.deepEqual(problems, []);
  await context.close();
}

// Once there are so many hits of the service.
async function storedOf(service, count, columns) {
  await eventually(`${count} hits of ${service}`, async (saw) => {
    const names = await program.rows(`SELECT coalesce(event, 'pageview') FROM main.hits WHERE service = '${service}'`);
    saw(names);
    return names.length >= count;
  });
  await program.derived();
  return program.rows(`SELECT coalesce(event, 'pageview'), ${columns} FROM main.hits
                       WHERE service = '${service}' ORDER BY ALL`);
}

test('the tracker of today: page view, navigation, events, money, engagement', { skip }, async () => {
  const source = (host) => `import { init, track } from '@plausible-analytics/tracker';
    init({ domain: '${host}', endpoint: '${sites.stats}/api/event', outboundLinks: true, fileDownloads: true,
           customProperties: { author: 'Ada' } });
    window.send = (name, options) => new Promise((callback) => track(name, { ...options, callback }));`;
  await visit('today', source, async (page) => {
    const { site } = sites;
    const answer = await page.evaluate(() =>
      window.send('Purchase', { props: { plan: 'pro', seats: '3' }, revenue: { amount: 15.99, currency: 'USD' } }));
    assert.deepEqual(answer, { status: 202 }, 'the page may read the answer');
    await page.evaluate(() => history.pushState(null, '', '/b?page=2'));
    assert.deepEqual(await page.evaluate(() => window.send('Started', { interactive: false })), { status: 202 });
    await page.click('#file');
    // The page stays: only the click is of interest.
    await page.evaluate(() => document.addEventListener('click', (event) => event.preventDefault()));
    await page.click('#out');
    await page.goto('about:blank');

    const rows = await storedOf('today', 8, 'path, query, referrer, props, via, status, browser');
    const hit = (name, path, query, props) => [name, path, query, 'https://news.example/story', props, 'script', null, 'Chrome'];
    const engaged = rows.filter(([name]) => name === 'engagement');
    assert.deepEqual(engaged.map(([, path]) => path), ['/a', '/b'], 'one for each page that was left');
    assert.deepEqual(rows.filter(([name]) => name !== 'engagement'), [
      hit('File Download', '/b', 'page=2', `{"author":"Ada","url":"${site}/files/price.pdf"}`),
      hit('Outbound Link: Click', '/b', 'page=2', '{"author":"Ada","url":"https://elsewhere.example/page"}'),
      hit('Purchase', '/a', 'utm_source=mail', '{"author":"Ada","currency":"USD","plan":"pro","revenue":"15.99","seats":"3"}'),
      hit('Started', '/b', 'page=2', '{"author":"Ada"}'),
      hit('pageview', '/a', 'utm_source=mail', '{"author":"Ada"}'),
      hit('pageview', '/b', 'page=2', '{"author":"Ada"}'),
    ]);
    const [times] = await program.rows(`SELECT count(engaged), min(engaged) >= 0, max(engaged) < 60, count(DISTINCT visitor)
      FROM main.hits WHERE service = 'today'`);
    assert.deepEqual(times, [2, true, true, 1]);
    assert.deepEqual(
      await program.rows(`SELECT path, visit, is_confirmed, channel, utm_source FROM main.page_views WHERE service = 'today' ORDER BY time`),
      [['/a', 1, true, 'Referral', 'mail'], ['/b', 1, true, 'Referral', 'mail']],
    );
    const ask = async (question) => (await program.post('/api/v1/query', { service: 'today', range: 'today', ...question })).body.rows;
    assert.deepEqual(await ask({ metrics: ['events'], by: ['event:props:plan'], filters: [['is', 'event', 'Purchase']] }), [['pro', 1]]);
    assert.deepEqual(await ask({ metrics: ['visitors', 'visits', 'page_views', 'events'] }), [[1, 1, 2, 4]]);
  });
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
    const { enableAutoPageviews, trackEvent } = Plausible({ domain: '${host}', apiHost: '${sites.stats}' });
    enableAutoPageviews();
    window.send = (name, props) => new Promise((callback) => trackEvent(name, { props, callback }));`;
  await visit('before', source, async (page) => {
    await page.evaluate(() => history.pushState(null, '', '/b'));
    await page.evaluate(() => window.send('Signup', { plan: 'pro', seats: 3, yearly: true }));
    assert.deepEqual(await storedOf('before', 3, 'path, referrer, props, inner_resolution'), [
      ['Signup', '/b', 'https://news.example/story', '{"plan":"pro","seats":"3","yearly":"true"}', '1280'],
      ['pageview', '/a', 'https://news.example/story', null, '1280'],
      ['pageview', '/b', 'https://news.example/story', null, '1280'],
    ]);
  });
});

test('a domain that is not registered is refused, and the page does not notice', { skip }, async () => {
  const source = () => `import { init, track } from '@plausible-analytics/tracker';
    init({ domain: 'nobody.example', endpoint: '${sites.stats}/api/event' });
    window.send = (name) => new Promise((callback) => track(name, { callback }));`;
  await visit('refused', source, async (page) => {
    const count = async () => (await program.metrics()).get('ballcone_lines_dropped_total{source="script and pixel",reason="unknown_service"}');
    await eventually('the page view to be refused', async () => (await count()) === 1);
    assert.deepEqual(await page.evaluate(() => window.send('Signup')), { status: 202 });
    assert.equal(await count(), 2);
    assert.deepEqual(await program.rows(`SELECT count(*) FROM main.hits WHERE service IN ('refused', 'nobody.example')`), [[0]]);
  });
});

// The scripts in a real Chromium, on a page of another origin than the collector's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Sites, browse, kUndriven, launch } from './sites.mjs';

let sites;
let browser;

before(async () => {
  sites = await Sites.start();
  browser = await launch(kUndriven);
});
after(async () => {
  await browser?.close();
  await sites?.stop();
});

// A page in a profile of its own; what it says on the console fails the test.
async function visit(act, from = browser) {
  sites.forget();
  const context = await from.newContext({
    locale: 'de-DE',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1283, height: 700 },
  });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  try {
    await act(page, context);
  } finally {
    await context.close();
  }
  assert.deepEqual(problems, []);
}

const engagedOf = (hits) => hits.filter(({ n }) => n === 'engagement').map(({ e }) => e);

test('a page view crosses origins without asking, with the Origin a server needs', () =>
  visit(async (page) => {
    sites.pages['/a'] = {
      head: sites.tag('data-service="shop" data-key="K"'),
      headers: { 'Referrer-Policy': 'no-referrer' },
    };
    await page.goto(`${sites.site}/a?utm_source=x#part`, { referer: 'https://news.example/' });
    const [hit] = await sites.hitsOnce(1);
    assert.deepEqual(hit, {
      s: 'shop',
      k: 'K',
      l: 'de-DE',
      z: 'Europe/Berlin',
      n: 'pageview',
      w: 1280,
      e: 0,
      u: `${sites.site}/a?utm_source=x`,
      ...(hit.r && { r: hit.r }),
    });
    const sent = sites.requests.filter(({ url }) => url === '/api/hello');
    assert.deepEqual(sent.map(({ method }) => method), ['POST']);
    assert.equal(sent[0].headers.origin, sites.site);
    assert.equal(sent[0].headers['content-type'], 'text/plain;charset=UTF-8');
  }));

test('the page before is the referrer', () =>
  visit(async (page) => {
    sites.pages['/a'] = { body: '<a href="/b">b</a>' };
    await page.goto(`${sites.site}/a`);
    await page.click('a');
    const hits = await sites.hitsOnce(3);
    assert.deepEqual(sites.story().sort(), ['engagement /a', 'pageview /a', 'pageview /b']);
    assert.equal(hits.find(({ u }) => u.endsWith('/b')).r, `${sites.site}/a`);
  }));

test('an application of one page has many', () =>
  visit(async (page) => {
    await page.goto(`${sites.site}/a`);
    await page.evaluate(() => {
      history.pushState(null, '', '/b');
      history.replaceState(null, '', '/b?sorted');
      history.replaceState(null, '', '/c');
    });
    await page.evaluate(() => history.back());
    const views = await sites.hitsOnce(4, 'pageview');
    // Sent one after another, but they may arrive otherwise.
    const steps = views.map(({ u, r = '' }) => `${r} ${u}`.replaceAll(sites.site, ''));
    assert.deepEqual(steps.sort(), [' /a', '/a /b', '/b /c', '/c /a']);
  }));

for (const [attribute, want] of [
  ['data-hash', ['pageview /#/a', 'pageview /#/b', 'pageview /#/c', 'Done /#/c']],
  ['', ['pageview /', 'Done /']],
]) {
  test(`fragments are ${attribute ? 'pages with' : 'not pages without'} data-hash`, () =>
    visit(async (page) => {
      sites.pages['/'] = { head: sites.tag(attribute), body: '<a href="#/b">b</a>' };
      await page.goto(`${sites.site}/#/a`);
      await page.click('a');
      await page.evaluate(async () => {
        const seen = new Promise((done) => addEventListener('hashchange', done, { once: true }));
        location.hash = '#/c';
        await seen;
        window.ballcone('Done');
      });
      await sites.hitsOnce(1, 'Done');
      await sites.hitsOnce(want.length - 1, 'pageview');
      const lines = sites.story().filter((line) => !line.startsWith('engagement'));
      assert.deepEqual(lines.sort(), want.sort());
    }));
}

test('events are sent, those made before the script has come too', () =>
  visit(async (page) => {
    sites.pages['/a'] = {
      head: `<script>
        window.ballcone = window.ballcone || function(){(ballcone.q=ballcone.q||[]).push(arguments)}
        ballcone('Early', {plan: 'pro'})</script>${sites.tag()}`,
    };
    await page.goto(`${sites.site}/a`);
    await page.evaluate(() => window.ballcone('Signup', { seats: 3, yearly: true }));
    await sites.hitsOnce(3);
    assert.deepEqual(sites.story().sort(), [
      'Early /a {"plan":"pro"}',
      'Signup /a {"seats":3,"yearly":true}',
      'pageview /a',
    ]);
  }));

test('engaged time is sent once when the page is left', () =>
  visit(async (page) => {
    await page.goto(`${sites.site}/a`);
    await sites.hitsOnce(1);
    // 150 ms by the page's clock, whatever ours says.
    await page.evaluate(() => new Promise((done) => setTimeout(done, 150)));
    await page.goto('about:blank');
    const [engaged, ...others] = engagedOf(await sites.hitsOnce(2));
    assert.ok(engaged >= 140 && engaged < 60_000, `${engaged} ms`);
    assert.deepEqual(others, []);
    await page.goto(`${sites.site}/b`);
    await sites.hitsOnce(3);
    assert.deepEqual(sites.story().sort(), ['engagement /a', 'pageview /a', 'pageview /b']);
  }));

test('a driven browser is not counted', async () => {
  const driven = await launch();
  try {
    await visit(async (page) => {
      await page.goto(`${sites.site}/a`);
      assert.equal(await page.evaluate(() => navigator.webdriver), true);
      await page.evaluate(() => window.ballcone('Signup'));
      await page.goto(`${sites.site}/b`);
      assert.ok(sites.requests.some(({ url }) => url === '/hello.js'));
      assert.deepEqual(sites.hits, []);
    }, driven);
  } finally {
    await driven.close();
  }
});

test('nothing is stored and no cookie goes anywhere', () =>
  visit(async (page, context) => {
    sites.pages['/a'] = {
      head: sites.tag('', '/more.js') + sites.tag('data-service="shop"'),
      body: '<a href="#x">x</a>',
    };
    const cookies = [];
    page.on('response', async (response) => {
      if (await response.headerValue('set-cookie').catch(() => null)) cookies.push(response.url());
    });
    await page.goto(`${sites.site}/a`);
    await page.click('a');
    await page.evaluate(() => window.ballcone('Signup', { plan: 'pro' }));
    await sites.hitsOnce(2);
    const stored = await page.evaluate(async () => ({
      cookie: document.cookie,
      local: localStorage.length,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      name: window.name,
    }));
    assert.deepEqual(stored, { cookie: '', local: 0, session: 0, databases: 0, name: '' });
    assert.deepEqual(await context.cookies(), []);
    const state = await context.storageState({ indexedDB: true });
    assert.deepEqual(state, { cookies: [], origins: [] });
    assert.deepEqual(sites.requests.filter(({ headers }) => headers.cookie), []);
    assert.deepEqual(cookies, []);
  }));

test('a cookie of the collector’s own domain is not sent along', () =>
  visit(async (page, context) => {
    await context.addCookies([{ name: 'other', value: '1', url: `${sites.stats}/api/` }]);
    await page.goto(`${sites.site}/a`);
    await sites.hitsOnce(1);
    const sent = sites.requests.filter(({ url }) => url === '/api/hello');
    assert.ok(sent.length > 0 && sent.every(({ headers }) => headers.cookie === undefined));
  }));

test('a page out of the back/forward cache is viewed again', () =>
  visit(async (page) => {
    await page.goto(`${sites.site}/a`);
    await page.evaluate(() => {
      window.isKept = true;
      addEventListener('pageshow', ({ persisted }) => (window.wasRestored = persisted));
    });
    await page.goto(`${sites.site}/b`);
    await sites.hitsOnce(3);
    // goBack() would wait for a load that does not come.
    await page.evaluate(() => history.back()).catch(() => {});
    await page.waitForURL('**/a', { waitUntil: 'commit' });
    const views = await sites.hitsOnce(3, 'pageview');
    assert.deepEqual(views.map(({ u }) => u.slice(sites.site.length)).sort(), ['/a', '/a', '/b']);
    assert.equal(sites.requests.filter(({ url }) => url === '/a').length, 1, 'loaded again');
  }));

test('the second script counts a link out and a download on the way, and the vitals', () =>
  visit(async (page) => {
    sites.pages['/a'] = {
      head: sites.tag() + sites.tag('', '/more.js'),
      body: `<a id="out" href="${sites.stats}/elsewhere">out</a>
        <a id="file" href="/price.pdf" download>file</a>
        <form action="/sent"><button>send</button></form>`,
    };
    await page.goto(`${sites.site}/a`);
    await page.click('#file');
    await page.click('#out');
    await sites.hitsOnce(1, 'Web Vitals');
    await page.goto(`${sites.site}/a`);
    await page.click('button');
    await sites.hitsOnce(2, 'Web Vitals');
    const events = sites.story().filter((line) => !/^(pageview|engagement|Web)/.test(line));
    assert.deepEqual(events.sort(), [
      `File Download /a {"url":"${sites.site}/price.pdf"}`,
      'Form: Submission /a',
      `Outbound Link: Click /a {"url":"${sites.stats}/elsewhere"}`,
    ]);
    for (const { p } of await sites.hitsOnce(2, 'Web Vitals')) {
      assert.ok(p.lcp > 0 && p.lcp < 60_000 && p.cls >= 0 && p.cls < 1, JSON.stringify(p));
      assert.ok(p.inp === undefined || (p.inp >= 16 && p.inp < 60_000), JSON.stringify(p));
    }
  }));

test('excluded paths send nothing, whatever happens on them', () =>
  visit(async (page) => {
    const tags = sites.tag('data-exclude="/admin/*"', '/more.js') + sites.tag();
    sites.pages['/admin/x'] = { head: tags, body: '<a href="/open">open</a>' };
    sites.pages['/open'] = { head: tags };
    await page.goto(`${sites.site}/admin/x`);
    await page.evaluate(() => window.ballcone('Signup'));
    await page.click('a');
    const [hit] = await sites.hitsOnce(1);
    assert.equal(hit.r, undefined);
    assert.deepEqual(sites.story(), ['pageview /open']);
  }));

test('a prerendered page is counted when it is shown', async () => {
  sites.forget();
  // Goes there once it has been prerendered.
  sites.pages['/a'] = {
    body: `<script type="speculationrules">
        {"prerender": [{"urls": ["/b"], "eagerness": "immediate"}]}</script>
      <script>fetch('/wait-for/ran-true').then(() => (location.href = '/b'))</script>`,
  };
  sites.pages['/b'] = {
    head: `<script>
        window.ballcone = (...call) => (ballcone.q = ballcone.q || []).push(call);
        ballcone.skip = (hit) => { hit.p = {prerendering: document.prerendering}; };
        ballcone('Early');
      </script>${sites.tag()}`,
    body: `<script>addEventListener('load', () => fetch('/ran-' + document.prerendering))</script>`,
  };
  const stop = browse(`${sites.site}/a`);
  try {
    await sites.hitsOnce(1, 'Early');
    await sites.hitsOnce(2, 'pageview');
    assert.ok(sites.requests.some(({ url }) => url === '/ran-true'), 'was prerendered');
    assert.deepEqual(sites.story().filter((line) => !line.startsWith('engagement')).sort(), [
      'Early /b {"prerendering":false}',
      'pageview /a',
      'pageview /b {"prerendering":false}',
    ]);
  } finally {
    await stop();
  }
});

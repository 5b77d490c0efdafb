// The script of a running program in a real Chromium, on a page of another origin: what is stored,
// and that nothing is left in the browser. Every request and answer is noted on its way.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { Ballcone, binary, eventually } from '../e2e/harness.mjs';
import { Sites, kUndriven, launch } from '../tracker/sites.mjs';

const skip = existsSync(binary) ? false : 'the program is not built';
// Of the browser and not of its pages: what is sent while a page is left says so too.
const kChrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

let program;
let wire;
let sites;
let browser;

// Between browser and program: passes everything on, and keeps it.
async function startWire(target) {
  const exchanges = [];
  const server = http.createServer((request, response) => {
    const { method, url, headers } = request;
    const passed = http.request(target + url, { method, headers }, (answer) => {
      exchanges.push({ method, url, headers, status: answer.statusCode, answer: answer.headers });
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { exchanges, stop, url: `http://stats.example:${server.address().port}` };
}

before(async () => {
  if (skip !== false) return;
  program = await Ballcone.start({ args: ['-p', '0.05'] });
  wire = await startWire(program.url);
  sites = await Sites.start(wire.url);
  const add = { action: 'add', name: 'shop', hosts: [new URL(sites.site).hostname] };
  assert.equal((await program.post('/api/v1/registry', add)).status, 200);
  // Caches, service workers and the cookie store are there for secure origins alone.
  const secure = `--unsafely-treat-insecure-origin-as-secure=${sites.site},${sites.stats}`;
  browser = await launch(kUndriven, secure, `--user-agent=${kChrome}`);
});
after(async () => {
  await browser?.close();
  await sites?.stop();
  wire?.stop();
  await program?.stop();
});

// Notes whatever a page does with what a browser can keep.
function watchStorage() {
  window.touched = [];
  const note = (what) => window.touched.push(what);
  const wrap = (owner, name, what) => {
    const original = owner[name];
    owner[name] = function (...given) {
      note(`${what}.${name}`);
      return original.apply(this, given);
    };
  };
  for (const name of ['getItem', 'setItem', 'removeItem', 'key'])
    wrap(Storage.prototype, name, 'Storage');
  for (const name of ['open', 'databases', 'deleteDatabase']) wrap(indexedDB, name, 'indexedDB');
  for (const name of ['open', 'match', 'has']) wrap(CacheStorage.prototype, name, 'caches');
  for (const name of ['get', 'set', 'getAll']) wrap(CookieStore.prototype, name, 'cookieStore');
  wrap(ServiceWorkerContainer.prototype, 'register', 'serviceWorker');
  const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(Document.prototype, 'cookie', {
    get() {
      note('document.cookie');
      return get.call(this);
    },
    set(value) {
      note('document.cookie =');
      set.call(this, value);
    },
  });
  for (const name of ['localStorage', 'sessionStorage']) {
    const { get: original } = Object.getOwnPropertyDescriptor(window, name);
    Object.defineProperty(window, name, {
      get() {
        note(name);
        return original.call(window);
      },
    });
  }
}

// What is in the browser for the page's origin, asked after all is done.
const kept = async () => ({
  touched: window.touched.splice(0),
  cookie: document.cookie,
  cookies: (await cookieStore.getAll()).length,
  local: localStorage.length,
  session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  name: window.name,
});
const kNothing = {
  touched: [],
  cookie: '',
  cookies: 0,
  local: 0,
  session: 0,
  databases: 0,
  caches: 0,
  workers: 0,
  name: '',
};

const cookieHeaders = (headers) => Object.keys(headers).filter((name) => /cookie/i.test(name));

// What a visitor leaves behind in the program, as [kind of hit, path, …].
const kHits = `SELECT coalesce(event, 'pageview'), path, referrer, props, engaged IS NOT NULL AND engaged > 0,
  language, timezone, inner_resolution, via, browser FROM main.hits ORDER BY time, path`;

async function newPage(options = {}) {
  const context = await browser.newContext({
    locale: 'de-DE',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1283, height: 700 },
    ...options,
  });
  const page = await context.newPage();
  return { context, page };
}

test('the watch sees what is touched, so that nothing seen is nothing done', { skip }, async () => {
  const { context, page } = await newPage();
  await page.addInitScript(watchStorage);
  sites.pages['/watch'] = { head: '' };
  await page.goto(`${sites.site}/watch`);
  await page.evaluate(async () => {
    localStorage.setItem('a', '1');
    sessionStorage.a = '1';
    document.cookie = 'a=1';
    await new Promise((done) => (indexedDB.open('a').onsuccess = done));
    await caches.open('a');
    await cookieStore.set('b', '2');
  });
  const { touched, ...rest } = await page.evaluate(kept);
  assert.deepEqual(touched, [
    ...['localStorage', 'Storage.setItem', 'sessionStorage', 'document.cookie ='],
    ...['indexedDB.open', 'caches.open', 'cookieStore.set'],
  ]);
  assert.deepEqual(rest, {
    ...{ cookie: 'a=1; b=2', cookies: 2, local: 1, session: 1, databases: 1, caches: 1 },
    ...{ workers: 0, name: '' },
  });
  await context.close();
});

test('page view, navigation, event and leave are stored, without a trace', { skip }, async () => {
  sites.pages['/a'] = {
    head: sites.tag('', '/more.js') + sites.tag('data-service="shop"'),
    body: '<a id="out" href="/left">left</a>',
  };
  sites.pages['/left'] = { head: '' };
  const { context, page } = await newPage();
  await page.addInitScript(watchStorage);
  const seen = [];
  const noted = [];
  context.on('request', (request) => noted.push(request.allHeaders().then((h) => seen.push(h))));
  context.on('response', (answer) => noted.push(answer.allHeaders().then((h) => seen.push(h))));
  await page.goto(`${sites.site}/a?utm_source=mail`);
  await page.evaluate(() => history.pushState(null, '', '/b'));
  await page.evaluate(() => window.ballcone('Signup', { plan: 'pro', seats: 3 }));
  // 100 ms by the page's clock, in which somebody reads it.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  assert.deepEqual(await page.evaluate(kept), kNothing);
  await page.click('#out');
  await page.waitForURL('**/left');
  assert.deepEqual(await page.evaluate(kept), kNothing);

  const rows = await eventually('every hit to be stored', async (saw) => {
    const all = await program.rows(kHits);
    saw(all);
    const count = (wanted) => all.filter(([name]) => name === wanted).length;
    return count('Web Vitals') >= 1 && count('engagement') >= 2 && all;
  });
  const facts = ['de-DE', 'Europe/Berlin', '1280', 'script', 'Chrome'];
  const of = (name) => rows.filter(([one]) => one === name);
  const { site } = sites;
  assert.deepEqual(of('pageview'), [
    ['pageview', '/a', null, null, false, ...facts],
    ['pageview', '/b', `${site}/a`, null, false, ...facts],
  ]);
  assert.deepEqual(of('Signup').map((row) => row.slice(0, 4)), [
    ['Signup', '/b', `${site}/a`, '{"plan":"pro","seats":"3"}'],
  ]);
  const left = of('engagement').filter(([, path]) => path === '/b');
  assert.deepEqual(left.map((row) => row[4]), [true], 'the page was left once, and was looked at');
  assert.match(of('Web Vitals')[0][3], /"lcp":"\d+"/);
  assert.equal(rows.length, 2 + 1 + of('engagement').length + 1);
  await program.derived();
  const views = `SELECT path, visit, is_confirmed, utm_source FROM main.page_views ORDER BY time`;
  assert.deepEqual(await program.rows(views), [
    ['/a', 1, true, 'mail'],
    ['/b', 1, true, 'mail'],
  ]);

  // On the wire, in the browser's own log, and in what it has of both origins.
  await Promise.all(noted);
  assert.ok(wire.exchanges.length >= 7, `${wire.exchanges.length} exchanges`);
  assert.ok(seen.length >= 10, `${seen.length} headers`);
  assert.ok(wire.exchanges.some(({ url }) => url === '/hello.js'));
  assert.ok(wire.exchanges.some(({ url, status }) => url === '/api/hello' && status === 202));
  for (const { url, headers, answer } of wire.exchanges)
    assert.deepEqual([...cookieHeaders(headers), ...cookieHeaders(answer)], [], url);
  for (const headers of seen) assert.deepEqual(cookieHeaders(headers), []);
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual(await context.storageState({ indexedDB: true }), { cookies: [], origins: [] });
  const session = await context.newCDPSession(page);
  for (const origin of [sites.site, sites.stats]) {
    const { usage } = await session.send('Storage.getUsageAndQuota', { origin });
    assert.equal(usage, 0, origin);
  }
  await context.close();
});

test('cookies that are there are not sent along', { skip }, async () => {
  sites.pages['/c'] = { head: sites.tag('data-service="shop"') };
  const { context, page } = await newPage();
  for (const url of [sites.site, sites.stats])
    await context.addCookies([{ name: 'known', value: 'visitor', url }]);
  const before = wire.exchanges.length;
  await page.goto(`${sites.site}/c`);
  const sent = await eventually('the page view', async () => {
    const all = wire.exchanges.slice(before).filter(({ url }) => url === '/api/hello');
    return all.length > 0 && all;
  });
  for (const { headers } of sent) assert.deepEqual(cookieHeaders(headers), []);
  await context.close();
});

test('a wish not to be counted is one that the service may honour', { skip }, async () => {
  const set = (value) =>
    program.post('/api/v1/registry', { action: 'add', name: 'shop', switches: [`gpc=${value}`] });
  sites.pages['/wish'] = { head: sites.tag('data-service="shop"') };
  const answer = async () => {
    const { context, page } = await newPage({ extraHTTPHeaders: { 'Sec-GPC': '1' } });
    const before = wire.exchanges.length;
    await page.goto(`${sites.site}/wish`);
    const [hit] = await eventually('the page view', async () => {
      const all = wire.exchanges.slice(before).filter(({ url }) => url === '/api/hello');
      return all.length > 0 && all;
    });
    await context.close();
    return hit.answer['ballcone-dropped'];
  };
  assert.equal((await set('honour')).status, 200);
  assert.equal(await answer(), 'opted_out');
  assert.equal((await set('ignore')).status, 200);
  assert.equal(await answer(), undefined);
});

test('without JavaScript a pixel counts the page, without a trace', { skip }, async () => {
  // A browser tells another site no more than the origin, unless the picture says that it may.
  const pixels = ['', ' referrerpolicy="no-referrer-when-downgrade"'].map(
    (more, i) => `<img src="${sites.stats}/noscript.gif?${i}"${more} alt="">`,
  );
  sites.pages['/plain'] = { head: '', body: `<noscript>${pixels.join('')}</noscript>` };
  const { context, page } = await newPage({ javaScriptEnabled: false });
  const before = wire.exchanges.length;
  await page.goto(`${sites.site}/plain`, { waitUntil: 'networkidle' });
  const rows = await eventually('both pixels to be stored', async (saw) => {
    const all = await program.rows(`SELECT path FROM main.hits WHERE via = 'pixel' ORDER BY path`);
    saw(all);
    return all.length > 1 && all;
  });
  assert.deepEqual(rows, [['/'], ['/plain']]);
  for (const { url, status, headers, answer } of wire.exchanges.slice(before)) {
    assert.deepEqual([url.slice(0, -1), status], ['/noscript.gif?', 200]);
    assert.deepEqual([...cookieHeaders(headers), ...cookieHeaders(answer)], []);
  }
  assert.deepEqual(await context.cookies(), []);
  await context.close();
});

// hello.js as it is served, in a page of our own making.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakePage, kScript } from './fake_page.mjs';

test('a page view says what the documents say, and nothing else', () => {
  const page = new FakePage({
    url: 'https://shop.example/a?utm_source=x#part',
    referrer: 'https://news.example/',
  });
  page.hello({ service: 'shop', key: 'PUBLIC' });
  assert.deepEqual(page.sent, [
    {
      s: 'shop',
      k: 'PUBLIC',
      l: 'de-DE',
      z: 'Europe/Berlin',
      n: 'pageview',
      w: 1280,
      e: 0,
      r: 'https://news.example/',
      u: 'https://shop.example/a?utm_source=x',
    },
  ]);
  const { body, ...request } = page.requests[0];
  assert.deepEqual(request, {
    url: 'https://stats.example.org/api/hello',
    method: 'POST',
    keepalive: true,
    credentials: 'omit',
  });
});

test('what is absent is left out', () => {
  const page = new FakePage().hello();
  assert.deepEqual(Object.keys(page.sent[0]).sort(), ['e', 'l', 'n', 'u', 'w', 'z']);
});

test('hits go beside the script, or where data-api says', () => {
  for (const [src, api, want] of [
    [kScript, undefined, 'https://stats.example.org/api/hello'],
    ['https://example.org/stats/hello.js', undefined, 'https://example.org/stats/api/hello'],
    ['https://example.org/stats/hello.js?v=2', undefined, 'https://example.org/stats/api/hello'],
    ['https://cdn.example/x', 'https://stats.example.org', 'https://stats.example.org/api/hello'],
    [kScript, 'https://example.org/stats/', 'https://example.org/stats/api/hello'],
  ]) {
    const page = new FakePage().hello(api === undefined ? {} : { api }, src);
    assert.equal(page.requests[0].url, want);
  }
});

test('a developer’s own machine, files and webdriver are not counted', () => {
  for (const [url, want] of [
    ['http://localhost/', 0],
    ['http://localhost:3000/', 0],
    ['http://shop.localhost/', 0],
    ['http://127.0.0.1:8080/', 0],
    ['http://127.1.2.3/', 0],
    ['http://[::1]:8080/', 0],
    ['file:///home/me/index.html', 0],
    ['https://localhost.example/', 1],
    ['https://127.example/', 0], // a name that begins like an address: not worth a byte
    ['https://shop127.example/', 1],
    ['http://192.0.2.1/', 1],
    ['http://[2001:db8::1]/', 1],
  ]) {
    const page = new FakePage({ url }).hello();
    page.window.ballcone('Signup');
    assert.equal(page.sent.length, 2 * want, url);
  }
  const driven = new FakePage({ webdriver: true }).hello();
  driven.window.ballcone('Signup');
  driven.wait(1000).hide().fire('pageshow', { persisted: true });
  assert.deepEqual(driven.sent, []);
});

test('another path is another page, another query or fragment is not', () => {
  const page = new FakePage({ referrer: 'https://news.example/' }).hello();
  page.push('/a?page=2').push('/b?x#y').push('/b#z').push('/b');
  page.window.history.replaceState(null, '', '/c');
  page.url = new URL('https://shop.example/b');
  page.fire('popstate');
  assert.deepEqual(page.story(), ['pageview /a', 'pageview /b?x', 'pageview /c', 'pageview /b']);
  assert.deepEqual(
    page.sent.map(({ r }) => r),
    [
      'https://news.example/',
      'https://shop.example/a',
      'https://shop.example/b?x',
      'https://shop.example/c',
    ],
  );
});

test('with data-hash another fragment is another page', () => {
  const page = new FakePage({ url: 'https://shop.example/?x#/a' }).hello({ hash: '' });
  page.push('#/b').push('?y#/b').push('#/c');
  assert.deepEqual(page.story(), ['pageview /?x#/a', 'pageview /?x#/b', 'pageview /?y#/c']);
});

test('pushState still does what it did', () => {
  const page = new FakePage();
  const seen = [];
  page.window.history.pushState = function (...call) {
    assert.equal(this, page.window.history);
    seen.push(call);
  };
  page.hello();
  page.window.history.pushState({ a: 1 }, 'title', '/b');
  assert.deepEqual(seen, [[{ a: 1 }, 'title', '/b']]);
});

test('a page out of the back/forward cache is viewed again', () => {
  const page = new FakePage().hello();
  page.fire('pageshow', { persisted: false }).wait(500).hide();
  page.document.hidden = false;
  page.fire('pageshow', { persisted: true }).wait(70).hide();
  assert.deepEqual(page.story(), [
    'pageview /a',
    'engagement /a 500',
    'pageview /a',
    'engagement /a 70',
  ]);
  assert.equal(page.sent[2].r, 'https://shop.example/a'); // not what brought the reader here first
});

test('engaged is the time a page is visible and has the focus', () => {
  for (const [act, want] of [
    [(page) => page.wait(1200).hide(), [1200]],
    [(page) => page.wait(1200).hide().hide().fire('blur'), [1200]],
    [(page) => page.wait(100).hide().wait(9999).show().wait(20).hide(), [100, 120]],
    [(page) => page.wait(100).hide().wait(9999).show().hide(), [100]],
    [(page) => page.wait(100).focus(false).wait(9999).focus(true).wait(20).hide(), [120]],
    [(page) => page.focus(false).wait(9999).hide(), []],
    [(page) => page.wait(0).hide(), []],
    [(page) => page.wait(10.6).hide(), [10]],
  ]) {
    const page = new FakePage().hello();
    act(page);
    const sums = page.sent.filter(({ n }) => n === 'engagement').map(({ e }) => e);
    assert.deepEqual(sums, want, String(act));
  }
});

test('a page opened in the background is viewed, and engaged once somebody looks', () => {
  const page = new FakePage({ hidden: true }).hello();
  page.wait(5000).show().wait(300).hide();
  assert.deepEqual(page.story(), ['pageview /a', 'engagement /a 300']);
});

test('each page has its own engaged time, sent before the next page view', () => {
  const page = new FakePage().hello();
  page.wait(100).push('/b').wait(30).push('/b?x').push('/c').hide();
  assert.deepEqual(page.story(), [
    'pageview /a',
    'engagement /a 100',
    'pageview /b',
    'engagement /b 30',
    'pageview /c',
  ]);
});

test('events are sent with their properties, those from before the script too', () => {
  const page = new FakePage();
  page.run(
    'window.ballcone = window.ballcone ||' +
      'function () { (ballcone.q = ballcone.q || []).push(arguments) };' +
      "ballcone('Early'); ballcone('Signup', {plan: 'pro', seats: 3, yearly: true})",
  );
  page.hello();
  page.window.ballcone('Late');
  page.push('/b');
  assert.deepEqual(page.story(), [
    'pageview /a',
    'Early /a',
    'Signup /a {"plan":"pro","seats":3,"yearly":true}',
    'Late /a',
    'pageview /b',
  ]);
});

test('a prerendered page is counted when it is shown, with the events it had', () => {
  const page = new FakePage({ prerendering: true, hidden: true }).hello();
  page.window.ballcone('Early');
  page.push('/b').wait(5000);
  assert.deepEqual(page.sent, []);
  page.document.prerendering = false;
  page.fire('prerenderingchange').show().wait(40).hide();
  assert.deepEqual(page.story(), ['pageview /b', 'Early /b', 'engagement /b 40']);
});

test('skip may drop a hit or take things out of it', () => {
  const page = new FakePage({ url: 'https://shop.example/a?token=1' });
  page.run(
    'ballcone = function(){(ballcone.q=ballcone.q||[]).push(arguments)};' +
      "ballcone.skip = (hit) => { hit.u = hit.u.replace(/token=[^&]*/, '');" +
      "return hit.n == 'Secret'; }",
  );
  page.hello();
  page.window.ballcone('Secret');
  page.window.ballcone('Open');
  assert.deepEqual(page.story(), ['pageview /a', 'Open /a']);
});

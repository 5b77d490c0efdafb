// more.js as it is served, and its rules, in a page of our own making.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakePage } from './fake_page.mjs';

// A click's path as a browser has it: what was hit first, the link above it, the document last.
const clickOn = (href, { button = 0, download = false } = {}) => {
  const url = new URL(href, 'https://shop.example/a');
  const link = {
    href: url.href,
    protocol: url.protocol,
    host: url.host,
    pathname: url.pathname,
    attributes: download ? { href, download } : { href },
  };
  return { button, composedPath: () => [{}, link, {}, {}] };
};

// LCP, CLS and INP from entries handed over by hand.
class Observer {
  static supportedEntryTypes = ['event', 'largest-contentful-paint', 'layout-shift', 'mark'];
  static asked = [];
  constructor(handle) {
    Observer.give = (entries) => handle({ getEntries: () => entries });
  }
  observe(options) {
    Observer.asked.push(options.type);
  }
}

const extrasOf = (page) => page.story().filter((line) => !/^(pageview|engagement)/.test(line));

test('links to other sites and files are counted, by Plausible’s names', () => {
  const out = (url) => `Outbound Link: Click /a {"url":"${url}"}`;
  const file = (url) => `File Download /a {"url":"${url}"}`;
  for (const [href, options, want] of [
    ['https://other.example/x?y#z', {}, out('https://other.example/x?y#z')],
    ['https://other.example/x', { button: 1 }, out('https://other.example/x')],
    ['https://other.example/x', { button: 2 }, undefined],
    ['https://shop.example:8443/', {}, out('https://shop.example:8443/')],
    ['/b', {}, undefined],
    ['mailto:me@shop.example', {}, undefined],
    ['javascript:void(0)', {}, undefined],
    ['/price.pdf', {}, file('https://shop.example/price.pdf')],
    ['/price.PDF?v=2', {}, file('https://shop.example/price.PDF?v=2')],
    ['https://other.example/x.tar.gz', {}, file('https://other.example/x.tar.gz')],
    ['/export', { download: true }, file('https://shop.example/export')],
    ['/pdf', {}, undefined],
    ['/x.pdf.html', {}, undefined],
  ]) {
    const page = new FakePage().hello().load('/more.js');
    page.fire(options.button ? 'auxclick' : 'click', clickOn(href, options));
    assert.deepEqual(extrasOf(page), want ? [want] : [], href);
  }
});

test('each kind of file is a download', () => {
  const kinds =
    'pdf xls xlsx doc docx txt rtf csv exe key pps ppt pptx 7z pkg rar gz zip ' +
    'avi mov mp3 mp4 mpeg wmv mid midi wav wma dmg';
  for (const kind of kinds.split(' ')) {
    const page = new FakePage().hello().load('/more.js');
    page.fire('click', clickOn(`/x.${kind}`));
    assert.equal(extrasOf(page).length, 1, kind);
  }
});

test('forms are counted when they are submitted', () => {
  const page = new FakePage().hello().load('/more.js').fire('submit');
  assert.deepEqual(extrasOf(page), ['Form: Submission /a']);
});

test('a page that is not there is counted by its tag or its meta element', () => {
  const meta = { querySelector: (selector) => (selector === '[name="ballcone:404"]' ? {} : null) };
  const want = ['404 /no/such {"path":"/no/such"}'];
  const url = 'https://shop.example/no/such?x';
  assert.deepEqual(extrasOf(new FakePage({ url }).hello().load('/more.js', { 404: '' })), [
    '404 /no/such?x {"path":"/no/such"}',
  ]);
  const page = new FakePage({ url: 'https://shop.example/no/such', ...meta });
  assert.deepEqual(extrasOf(page.hello().load('/more.js')), want);
  assert.deepEqual(extrasOf(new FakePage({ url }).hello().load('/more.js')), []);
});

test('the order of the two scripts does not matter, but for data-exclude', () => {
  const page = new FakePage().load('/more.js', { 404: '' }).hello();
  page.fire('click', clickOn('https://other.example/'));
  assert.deepEqual(page.story(), [
    'pageview /a',
    '404 /a {"path":"/a"}',
    'Outbound Link: Click /a {"url":"https://other.example/"}',
  ]);
});

test('excluded paths are not counted', () => {
  const rules = '/admin/*, /drafts,/wiki/Foo_(bar),/büro/*, /a.b, /*/edit,/#/secret*';
  for (const [path, isCounted] of [
    ['/', true],
    ['/admin', true],
    ['/admin/', false],
    ['/admin/users/7?x', false],
    ['/site/admin/', true],
    ['/drafts', false],
    ['/drafts?page=2', false],
    ['/drafts/1', true],
    ['/wiki/Foo_(bar)', false],
    ['/wiki/Foo_bar', true],
    ['/büro/x', false],
    ['/a.b', false],
    ['/aXb', true],
    ['/posts/1/edit', false],
    ['/?next=/admin/', true],
  ]) {
    const page = new FakePage({ url: `https://shop.example${path}` });
    page.load('/more.js', { exclude: rules }).hello();
    page.window.ballcone('Signup');
    page.wait(100).hide();
    assert.equal(page.sent.length, isCounted ? 3 : 0, path);
  }
  const hashed = new FakePage({ url: 'https://shop.example/#/secret/1' });
  hashed.load('/more.js', { exclude: rules }).hello({ hash: '' }).push('#/open');
  assert.deepEqual(hashed.story(), ['pageview /#/open']);
});

test('an excluded path is not named as the page before', () => {
  const page = new FakePage({ referrer: 'https://shop.example/admin/users/7' });
  page.load('/more.js', { exclude: '/admin/*' }).hello();
  page.push('/admin/x').push('/b');
  assert.deepEqual(page.story(), ['pageview /a', 'pageview /b']);
  assert.deepEqual(page.sent.map(({ r }) => r), [undefined, undefined]);
  const foreign = new FakePage({ referrer: 'https://other.example/admin/x' });
  foreign.load('/more.js', { exclude: '/admin/*' }).hello();
  assert.equal(foreign.sent[0].r, 'https://other.example/admin/x');
});

test('vitals are sent when the page is hidden, once', () => {
  const paint = (startTime) => ({ size: 9, startTime });
  const shift = (value, startTime, hadRecentInput) => ({ value, startTime, hadRecentInput });
  const act = (interactionId, duration) => ({ interactionId, duration });
  const restless = [0, 1, 2, 3, 4, 5, 6].map((i) => shift(0.1, 50_000 + 900 * i));
  // What was observed, interactions counted by the browser, what is sent.
  for (const [entries, count, want] of [
    [[paint(812.4), paint(1300.6)], 0, '{"lcp":1301,"cls":0}'],
    [[paint(8), shift(0.1, 100), shift(0.05, 900)], 0, '{"lcp":8,"cls":0.15}'],
    // A second later a new session begins; what the reader caused does not count.
    [[paint(8), shift(0.1, 100), shift(0.05, 1100)], 0, '{"lcp":8,"cls":0.1}'],
    [[paint(8), shift(0.1, 100, true)], 0, '{"lcp":8,"cls":0}'],
    // Sessions end after five seconds.
    [[paint(8), ...restless], 0, '{"lcp":8,"cls":0.6}'],
    // An interaction is as slow as its slowest event; one in fifty is forgiven.
    [[paint(8), act(1, 40), act(1, 24), act(0, 999)], 1, '{"lcp":8,"inp":40,"cls":0}'],
    [[paint(8), act(1, 400), act(2, 24)], 50, '{"lcp":8,"inp":24,"cls":0}'],
    [[paint(8), act(1, 400)], 500, '{"lcp":8,"inp":400,"cls":0}'],
    [[], 0, undefined],
  ]) {
    const page = new FakePage();
    page.window.PerformanceObserver = Observer;
    page.window.performance.interactionCount = count;
    page.hello().load('/more.js');
    Observer.give(entries);
    page.hide().show().hide();
    assert.deepEqual(extrasOf(page), want ? [`Web Vitals /a ${want}`] : []);
  }
  assert.deepEqual([...new Set(Observer.asked)], Observer.supportedEntryTypes.slice(0, 3));
});

test('a page nobody looked at when it was loaded has no vitals', () => {
  const page = new FakePage({ hidden: true });
  page.window.PerformanceObserver = Observer;
  page.hello().load('/more.js');
  Observer.give([{ size: 9, startTime: 9000 }]);
  page.show().hide();
  assert.deepEqual(extrasOf(page), []);
});

// The page against a mock: every page in both themes and sizes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shoot } from './browser.mjs';
import { mockedPage } from './mocked.mjs';

// Gzipped: what a person on a slow line waits for, which is any page before its pictures; and all of
// a service's page, with charts and map.
const kFirstLoadMax = 55_000;
const kServicePageMax = 100_000;
const kShiftMax = 0.1; // "good", says web.dev/cls

const page = mockedPage();

const kFilters = encodeURIComponent('[["is","country","DE"],["is_not","browser","Firefox"]]');
const kFunnel = new URLSearchParams({
  range: '30d',
  funnel: '[["path","/blog/*"],["path","/pricing"],["event","Signup"],["goal","Order"]]',
  funnel_name: 'From reading to buying',
});
const kPages = [
  ['overview', '/'],
  ['empty', '/', 'empty'],
  ['service', '/services/example'],
  ['service-today', '/services/example?range=today'],
  ['service-two', '/services/example?range=30d&metrics=visitors,hits&compare=year&tabs=countries'],
  ['service-year', `/services/blog?range=year&filters=${kFilters}`],
  ['service-funnel', `/services/example?${kFunnel}`],
  ['service-funnel-begun', '/services/blog?funnel=[]'],
  ['service-unknown', '/services/nobody'],
  ['sql', '/sql'],
  ['setup', '/setup?service=new-site'],
  ['setup-connected', '/setup?service=example&way=script&with=hash'],
  ['setup-files', '/setup?service=example&way=files'],
  ['setup-trouble', '/nginx?service=new-site', 'trouble'],
  ['health', '/health'],
  ['health-trouble', '/health', 'trouble'],
  ['missing', '/no/such/page'],
];

for (const [name, path, scenario] of kPages) {
  for (const [theme, size] of [
    ['light', 'wide'],
    ['dark', 'wide'],
    ['light', 'narrow'],
    ['dark', 'narrow'],
  ]) {
    test(`${name} is sound, ${theme} and ${size}`, async () => {
      const id = `${name}-${theme}-${size}`;
      await page.visit(path, { theme, size, scenario, name: id }, async (opened) => {
        await shoot(opened, id);
        const shift = await opened.evaluate(() => window.shift);
        // Whether a service is known is found out while its page is being drawn.
        if (name === 'service-unknown') return;
        assert.ok(shift <= kShiftMax, `${id} shifts by ${shift}`);
      });
    });
  }
}

// A file, and what has to be there before it runs.
async function neededBy(name, seen = new Set()) {
  const path = page.files.find((file) => file.path.includes(name))?.path;
  assert.ok(path !== undefined, `${name} is not built`);
  if (seen.has(path)) return seen;
  seen.add(path);
  if (!path.endsWith('.js')) return seen;
  const code = await (await fetch(page.mock.url + path)).text();
  for (const [, file] of code.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) await neededBy(file, seen);
  return seen;
}

test('the first load is small', async () => {
  const sizeOf = (paths) =>
    page.files.filter(({ path }) => paths.has(path)).reduce((sum, { gzip }) => sum + gzip, 0);
  const first = new Set();
  for (const { path } of page.files)
    if (/^\/(index|favicon|assets\/app-)/.test(path)) await neededBy(path, first);
  assert.ok(first.size > 4, 'it is in pieces');
  assert.ok(sizeOf(first) <= kFirstLoadMax, `${sizeOf(first)} bytes`);
  // Other pages, the dialogs and the funnel are loaded when they are wanted.
  for (const late of ['sql_console', 'setup_page', 'live_page', 'health', 'service_funnel', 'share_dialog'])
    assert.ok(![...first].some((path) => path.includes(`/${late}-`)), `${late} is in it`);
  const all = await neededBy('/world_map-', await neededBy('/plot-', first));
  assert.ok(sizeOf(all) <= kServicePageMax, `${sizeOf(all)} bytes`);
});

// The page against a mock: every page in both themes and sizes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shoot } from './browser.mjs';
import { mockedPage } from './mocked.mjs';

// First load, gzipped: what a person on a slow line waits for; and with charts and console.
const kFirstLoadMax = 55_000;
const kEverythingMax = 100_000;
const kShiftMax = 0.1; // "good", says web.dev/cls

const page = mockedPage();

const kFilters = encodeURIComponent('[["is","country","DE"],["is_not","browser","Firefox"]]');
const kPages = [
  ['overview', '/'],
  ['empty', '/', 'empty'],
  ['service', '/services/example'],
  ['service-today', '/services/example?range=today'],
  ['service-year', `/services/blog?range=year&filters=${kFilters}`],
  ['service-unknown', '/services/nobody'],
  ['sql', '/sql'],
  ['nginx', '/nginx?service=new-site'],
  ['nginx-connected', '/nginx?service=example'],
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

test('the first load is small', () => {
  const total = (wanted) =>
    page.files
      .filter(({ path }) => !/\/(hello|more)\.js$/.test(path) && wanted(path))
      .reduce((sum, { gzip }) => sum + gzip, 0);
  // Loaded when they are wanted: charts and map, and what single pages alone need.
  const pages = /\/(sql_console|live_page|health)-/;
  assert.ok(total((path) => !pages.test(path) && !/\/(plot|world_map)-/.test(path)) <= kFirstLoadMax);
  assert.ok(total((path) => !pages.test(path)) <= kEverythingMax);
});

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
const kPages = [
  ['overview', '/'],
  ['empty', '/', 'empty'],
  ['service', '/services/example'],
  ['service-today', '/services/example?range=today'],
  ['service-two', '/services/example?range=30d&metrics=visitors,hits&compare=year&tabs=countries'],
  ['service-year', `/services/blog?range=year&filters=${kFilters}`],
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

test('the first load is small', () => {
  const total = (wanted) =>
    page.files.filter(({ path }) => wanted(path)).reduce((sum, { gzip }) => sum + gzip, 0);
  // Loaded when they are wanted: charts and map, and what single pages alone need.
  const isOfOthers = (path) =>
    /\/(sql_console|setup_page|live_page|health)-|^\/(hello|more)\.js/.test(path);
  assert.ok(total((path) => !isOfOthers(path) && !/plot-|world_map-/.test(path)) <= kFirstLoadMax);
  assert.ok(total((path) => !isOfOthers(path)) <= kServicePageMax);
});

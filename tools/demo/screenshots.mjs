// Pictures of the page with the demo's data, for the README and the documents: Debian's Chromium, driven by playwright-core.
import fs from 'node:fs';
import path from 'node:path';
import { launch } from '../../test/browser/browser.mjs';
import { root } from '../../test/e2e/harness.mjs';

const statement = 'SELECT path, count(*) AS page_views, count(DISTINCT visitor) AS visitors\nFROM page_views GROUP BY path ORDER BY page_views DESC LIMIT 20';
const funnel = new URLSearchParams({ range: '30d', funnel: '[["path","/beans/*"],["event","Add to cart"],["path","/cart"],["path","/checkout"],["goal","Order"]]', funnel_name: 'From beans to an order' });

// `ready`: what a page has when its numbers are there. Pages that stream never fall silent.
const shots = [
  { name: 'overview', target: '/', width: 1280, height: 800, ready: '.card svg' },
  { name: 'service', target: '/services/example', width: 1280, height: 1600, ready: '.map path.some' },
  { name: 'service-dark', target: '/services/example', width: 1280, height: 1600, scheme: 'dark', ready: '.map path.some' },
  { name: 'service-phone', target: '/services/example', width: 360, height: 780, ready: '.map path.some' },
  { name: 'funnel', target: `/services/shop?${funnel}`, width: 1280, height: 1200, ready: '.funnel-result li', part: '.funnel' },
  { name: 'live', target: '/services/example/live', width: 1280, height: 1000, ready: '.live-rows > li:nth-child(8)' },
  { name: 'sql', target: `/sql?${new URLSearchParams({ sql: statement })}`, width: 1280, height: 800, ready: 'table.cells tbody td' },
  { name: 'setup', target: '/setup?service=example', width: 1280, height: 1000, ready: 'text=is connected' },
  { name: 'health', target: '/health', width: 1280, height: 900, ready: '.meter' },
];

export async function take_screenshots(url) {
  const folder = path.join(root, 'docs/screenshots');
  fs.mkdirSync(folder, { recursive: true });
  const browser = await launch();
  try {
    for (const { name, target, width, height, scheme, ready, part } of shots) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme ?? 'light', reducedMotion: 'reduce' });
      await page.goto(url + target);
      await page.locator(ready).first().waitFor();
      await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
      await page.evaluate(() => document.fonts.ready);
      await (part === undefined ? page : page.locator(part)).screenshot({ path: path.join(folder, `${name}.png`) });
      await page.close();
    }
  } finally {
    await browser.close();
  }
  return shots.map(({ name }) => `docs/screenshots/${name}.png`);
}

// Pictures of the page with the demo's data, for the README and the documents: Debian's Chromium, driven by playwright-core.
import fs from 'node:fs';
import path from 'node:path';
import { launch } from '../../test/browser/browser.mjs';
import { root } from '../../test/e2e/harness.mjs';

const shots = [
  { name: 'overview', target: '/', width: 1280, height: 800 },
  { name: 'service', target: '/services/example', width: 1280, height: 1600 },
  { name: 'service-dark', target: '/services/example', width: 1280, height: 1600, scheme: 'dark' },
  { name: 'service-phone', target: '/services/example', width: 360, height: 780 },
  { name: 'sql', target: '/sql', width: 1280, height: 800 },
  { name: 'nginx', target: '/nginx', width: 1280, height: 800 },
  { name: 'health', target: '/health', width: 1280, height: 900 },
];

export async function take_screenshots(url) {
  const folder = path.join(root, 'docs/screenshots');
  fs.mkdirSync(folder, { recursive: true });
  const browser = await launch();
  try {
    for (const { name, target, width, height, scheme } of shots) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme ?? 'light', reducedMotion: 'reduce' });
      await page.goto(url + target);
      await page.waitForLoadState('networkidle');
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: path.join(folder, `${name}.png`) });
      await page.close();
    }
  } finally {
    await browser.close();
  }
  return shots.map(({ name }) => `docs/screenshots/${name}.png`);
}

// The page served by the mock and opened in Chromium, for the test file that calls this.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { build } from '../../ui/build.mjs';
import { startMock } from '../../ui/mock/server.mjs';
import { assertSound, launch, open } from './browser.mjs';

// → {visit, files, mock, browser}; all but visit are there once the tests run.
export function mockedPage() {
  const out = mkdtempSync(join(tmpdir(), 'ballcone-ui-'));
  const self = { visit };
  let browser;

  before(async () => {
    self.files = await build(out);
    self.mock = await startMock({ root: out });
    browser = await launch();
    self.browser = browser;
  });
  after(async () => {
    await browser.close();
    await self.mock.stop();
    rmSync(out, { recursive: true });
  });

  // Opens a page, lets `act` use it, and checks that nothing went wrong.
  async function visit(path, options, act = async () => {}) {
    self.mock.scenario = options.scenario ?? 'normal';
    const one = await open(browser, self.mock.url + path, options);
    try {
      await one.page.locator('h1').first().waitFor();
      await one.page.waitForLoadState('networkidle');
      await act(one.page);
      await assertSound(one, options.name ?? path);
    } finally {
      await one.context.close();
      self.mock.scenario = 'normal';
    }
  }
  return self;
}

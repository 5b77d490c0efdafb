// The setup page of the program, used as a person does: what it says is copied, and then works.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Ballcone, binary } from '../e2e/harness.mjs';
import { kUndriven, launch, Sites } from '../tracker/sites.mjs';
import { assertSound, open } from './browser.mjs';

const skip = existsSync(binary) ? false : 'the program is not built';
let program;
let browser;
let sites;

before(async () => {
  if (skip !== false) return;
  browser = await launch(kUndriven);
  program = await Ballcone.start();
  sites = await Sites.start();
});
after(async () => {
  await browser?.close();
  await sites?.stop();
  await program?.stop();
});

async function visit(path, options, act) {
  const one = await open(browser, program.url + path, options);
  try {
    await act(one.page);
    await assertSound(one, options.name ?? path);
  } finally {
    await one.context.close();
  }
}

test('the script counts a page when its tag is copied from the page', { skip }, async () => {
  let tag = '';
  await visit('/setup?service=shop&way=script', {}, async (page) => {
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByLabel('Hosts of its pages').fill(new URL(sites.site).hostname);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Change', exact: true }).waitFor();
    tag = await page.locator('.guide code').first().textContent();
  });
  assert.match(tag, /^<script defer src="http:\/\/127\.0\.0\.1:\d+\/hello\.js" data-service="shop"><\/script>$/);
  sites.pages['/a'] = { head: tag };
  const context = await browser.newContext();
  try {
    await (await context.newPage()).goto(`${sites.site}/a`);
    await visit('/setup?service=shop', {}, async (page) => {
      await page.getByText('“shop” is connected.').waitFor();
      const seen = page.getByRole('region', { name: 'What came in the last 30 minutes' });
      await seen.getByRole('row').filter({ hasText: '/a' }).getByText('Chrome').waitFor();
    });
  } finally {
    await context.close();
  }
});

// The setup page of the program, used as a person does: what it says is copied, and then works.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Ballcone, binary } from '../e2e/harness.mjs';
import { kUndriven, launch, Sites } from '../tracker/sites.mjs';
import { assertSound, open, shoot } from './browser.mjs';

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

const line = (i) =>
  `192.0.2.${i % 250} - - [23/Nov/2026:12:00:${String(i % 60).padStart(2, '0')} +0000] "GET /page/${i} HTTP/1.1" 200 9 ` +
  '"-" "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"\n';
const log = (count) => Array.from({ length: count }, (_, i) => line(i)).join('');
const countOf = async (service) =>
  (await program.rows(`SELECT count(*) FROM main.hits WHERE service = '${service}'`))[0][0];

test('files are looked at, imported in pieces, and not stored twice', { skip }, async () => {
  const buffer = Buffer.from(`${log(20_000)}nonsense\n`);
  const files = [
    { name: 'access.log', mimeType: 'text/plain', buffer },
    { name: 'access.log.1.gz', mimeType: 'application/gzip', buffer: gzipSync(log(30)) },
    { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1') },
  ];
  const options = { expectErrors: ['422'], size: 'narrow', name: 'upload' };
  await visit('/setup?service=archive&way=files', options, async (page) => {
    const choose = (chosen) => page.locator('input[type=file]').setInputFiles(chosen);
    await choose(files);
    const item = (name) => page.locator('.item').filter({ hasText: name });
    await item('access.log.1.gz').getByText('combined. Of the first 30 lines').waitFor();
    await item('photo.png').getByRole('alert').waitFor();
    await shoot(page, 'real-upload-preview');
    await page.getByRole('button', { name: 'Import 2 files' }).click();
    await page.getByText('20,000 of 20,001 lines stored.').waitFor();
    await page.getByText('malformed, 1 line').waitFor();
    // It begins as the first file does, so it is the same log, of which this part is known.
    await item('access.log.1.gz').getByText('stored before').waitFor();
    await shoot(page, 'real-upload-done');
  });
  assert.equal(await countOf('archive'), 20_000);
});

test('a file dropped anywhere on the page is taken', { skip }, async () => {
  await visit('/setup?service=dropped', {}, async (page) => {
    const data = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], 'dropped.log', { type: 'text/plain' }));
      return transfer;
    }, log(10));
    for (const event of ['dragenter', 'dragover', 'drop'])
      await page.dispatchEvent('h1', event, { dataTransfer: data });
    await page.getByText('combined. Of the first 10 lines').waitFor();
    await page.getByLabel('All lines are of “dropped”').uncheck();
    await page.getByRole('region', { name: 'The first hits of dropped.log' }).waitFor();
    await page.getByRole('button', { name: 'Remove dropped.log' }).click();
    await page.getByText('combined. Of the first').waitFor({ state: 'detached' });
  });
});

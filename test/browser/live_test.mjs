// The live page: against a mock in every state, and against the program while a thousand hits a second arrive.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { Ballcone, binary, pause, syslog } from '../e2e/harness.mjs';
import { assertSound, open, shoot } from './browser.mjs';
import { frameText, frameWork, medianOf } from './frames.mjs';
import { mockedPage } from './mocked.mjs';
import { markup } from './traffic.mjs';

const mocked = mockedPage();
const kFrameMs = 50; // of the page's own work: what is longer is felt, and counted by `bench/run page`
const kRowsPerFrame = 2 * 20; // let in of those that wait, and a piece of news beside them
const rowsOf = (page) => page.locator('.live-rows > li');

// A page that streams never falls silent: waits for its first row instead.
async function visit(path, options, act = async () => {}) {
  mocked.mock.scenario = options.scenario ?? 'normal';
  const one = await open(mocked.browser, mocked.mock.url + path, options);
  try {
    if (options.scenario === undefined) await rowsOf(one.page).first().waitFor();
    else await one.page.getByRole('heading', { name: 'Hits as they arrive' }).waitFor();
    await act(one.page);
    await assertSound(one, options.name ?? path);
  } finally {
    await one.context.close();
    mocked.mock.scenario = 'normal';
  }
}

for (const [theme, size] of [
  ['light', 'wide'],
  ['dark', 'wide'],
  ['light', 'narrow'],
  ['dark', 'narrow'],
]) {
  test(`live is sound, ${theme} and ${size}`, async () => {
    const id = `live-${theme}-${size}`;
    await visit('/services/example/live', { theme, size, name: id }, async (page) => {
      await page.getByRole('heading', { name: 'Pages now' }).waitFor();
      await page.locator('.minutes-picture .people').nth(29).waitFor({ state: 'attached' });
      await page.getByText('GPTBot').first().waitFor();
      await shoot(page, id);
    });
  });
}

test('a service’s page and its live page lead to each other', async () => {
  await visit('/services/example/live', {}, async (page) => {
    await page.getByRole('link', { name: 'The service’s page' }).click();
    await page.waitForURL('**/services/example');
    await page.getByRole('main').getByRole('link', { name: 'Live' }).click();
    await page.waitForURL('**/services/example/live');
    await rowsOf(page).first().waitFor();
  });
});

test('a row says what a hit was taken for and why, and markup in it is text', async () => {
  await visit('/live', {}, async (page) => {
    const rows = rowsOf(page);
    await rows.filter({ hasText: 'GPTBot' }).first().getByText('AI training · User-Agent list').waitFor();
    await rows.filter({ hasText: 'Page' }).first().getByText('A person’s page view').waitFor();
    await rows.filter({ hasText: 'Dropped' }).first().getByText('3 lines: malformed').waitFor();
    const hostile = rows.filter({ hasText: '<img src=x' }).first();
    await hostile.waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await hostile.getByText('More').click();
    await hostile.getByText('User-Agent').waitFor();
    assert.equal(await page.locator('.live-rows img, .live-rows script').count(), 0);
    await shoot(page, 'live-more', false);
  });
});

test('a pause holds what comes, and lets it in again', async () => {
  await visit('/live', {}, async (page) => {
    await page.getByRole('button', { name: 'Pause' }).click();
    const first = await rowsOf(page).first().textContent();
    const resume = page.getByRole('button', { name: /^Resume \(\d+ new\)$/ });
    await resume.waitFor();
    await page.waitForFunction(() => Number(/\d+/.exec(document.querySelector('.hold').textContent)) > 20);
    assert.equal(await rowsOf(page).first().textContent(), first);
    const before = await rowsOf(page).count();
    await resume.click();
    await page.waitForFunction((n) => document.querySelectorAll('.live-rows > li').length >= n, before + 20);
  });
});

// Counts from now on the rows that come in with each frame. → what asks for the counts so far.
async function countRowsByFrame(page) {
  await page.evaluate(() => {
    window.rowsByFrame = [0];
    const list = document.querySelector('.live-rows');
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) window.rowsByFrame[window.rowsByFrame.length - 1] += addedNodes.length;
    }).observe(list, { childList: true });
    const next = () => {
      if (window.rowsByFrame.at(-1) > 0) window.rowsByFrame.push(0);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  return () => page.evaluate(() => window.rowsByFrame.filter((rows) => rows > 0));
}

// Its usual frame: a single one's time is that of a machine that runs another test, too.
function assertAtEase(frames) {
  assert.ok(frames.length >= 3, `${frames.length} frames`);
  assert.ok(medianOf(frames) <= kFrameMs, frameText(frames));
}

test('two hundred rows that were held back come in without a long frame', async () => {
  await visit('/live', { scenario: 'flood', name: 'live-resumed' }, async (page) => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.waitForFunction(() => Number(/\d+/.exec(document.querySelector('.hold').textContent)) >= 200);
    const rowsByFrame = await countRowsByFrame(page);
    const frames = await frameWork(mocked.browser, page, async () => {
      await page.getByRole('button', { name: /^Resume/ }).click();
      await page.waitForFunction(() => document.querySelectorAll('.live-rows > li').length === 200);
    });
    console.log(`200 rows at once: ${frameText(frames)}`);
    assertAtEase(frames);
    const counts = await rowsByFrame();
    assert.ok(Math.max(...counts) <= kRowsPerFrame, `rows by frame: ${counts}`);
  });
});

test('what is asked for lives in the URL', async () => {
  await visit('/live', {}, async (page) => {
    const asked = page.waitForRequest((request) => request.url().includes('/api/v1/live?show=bots'));
    await page.getByRole('group', { name: 'Which hits' }).getByRole('button', { name: 'Bots' }).click();
    await asked;
    assert.equal(new URL(page.url()).search, '?show=bots');
    await rowsOf(page).first().waitFor();
    assert.equal(await page.locator('.verdict.person').count(), 0);
    await page.getByRole('combobox', { name: 'Service' }).selectOption('blog');
    await page.waitForURL('**/services/blog/live?show=bots');
  });
});

test('there are never more rows than a page can bear, and no number is kept back', async () => {
  await visit('/live', { scenario: 'flood', name: 'live-flood' }, async (page) => {
    await page.waitForFunction(() => document.querySelectorAll('.live-rows > li').length === 200);
    await page.getByText('not looked at').waitFor();
    await page.getByText('more fit, not shown').waitFor();
    assert.ok((await rowsOf(page).count()) <= 200);
  });
});

test('a server that turns a watcher away is understood', async () => {
  const options = { scenario: 'crowded', expectErrors: ['503'], name: 'live-crowded' };
  await visit('/live', options, async (page) => {
    await page.getByText('32 watch already').waitFor();
    await shoot(page, 'live-crowded', false);
    mocked.mock.scenario = 'normal';
    await rowsOf(page).first().waitFor();
    await page.getByText('32 watch already').waitFor({ state: 'detached' });
  });
});

const skip = existsSync(binary) ? false : 'the program is not built';
const kPerSecond = 1000;
const kSeconds = 5;

const line = (path, i, more = {}) =>
  syslog(
    JSON.stringify({
      service: 'busy',
      ip: `203.0.113.${i % 250}`,
      host: 'example.com',
      path,
      status: i % 50 === 0 ? '404' : '200',
      referrer: '',
      user_agent: `Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/${i % 40}.0`,
      length: 1000,
      generation_time_milli: 0.005,
      date: new Date().toISOString(),
      ...more,
    }),
  );

async function flood(program) {
  const begin = Date.now();
  for (let sent = 0; sent < kPerSecond * kSeconds; ) {
    const due = Math.min(kPerSecond * kSeconds, Math.floor(((Date.now() - begin) / 1000) * kPerSecond));
    const lines = Array.from({ length: Math.max(0, due - sent) }, (_, i) => line(`/page/${(sent + i) % 90}`, sent + i));
    await program.send(lines);
    sent += lines.length;
    await pause(10);
  }
}

test('a thousand hits a second leave the page at ease', { skip }, async () => {
  const program = await Ballcone.start();
  const one = await open(mocked.browser, `${program.url}/services/busy/live`);
  try {
    await one.page.locator('.live-state.open').waitFor(); // what comes before is not shown
    await program.send([line(markup, 1, { referrer: markup, user_agent: markup })]);
    await rowsOf(one.page).filter({ hasText: '<img src=x' }).first().waitFor();
    const frames = await frameWork(mocked.browser, one.page, () => flood(program));
    const rows = await rowsOf(one.page).count();
    console.log(`live at ${kPerSecond} hits/s for ${kSeconds} s: ${frameText(frames)}`);
    assert.ok(rows > 2 * kSeconds && rows <= 200, `${rows} rows`);
    await one.page.getByText('more fit, not shown').waitFor();
    assertAtEase(frames);
    await shoot(one.page, 'real-live-busy');
    await assertSound(one, 'real-live-busy');
  } finally {
    await one.context.close();
    await program.stop();
  }
});

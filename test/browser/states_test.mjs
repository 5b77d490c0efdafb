// The service page in the states that a person meets: one hit, a million, a filter, a comparison, a server that is slow, gone or
// at fault. The program's own answers throughout, but where they are held back.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Ballcone, binary, hit, run_program, temporary_folder } from '../e2e/harness.mjs';
import { assertSound, launch, open, shoot } from './browser.mjs';

const skip = existsSync(binary) ? false : 'the program is not built';
const kLooks = [
  { theme: 'light', size: 'wide' },
  { theme: 'dark', size: 'wide' },
  { theme: 'light', size: 'narrow' },
  { theme: 'dark', size: 'narrow' },
];
const kHits = 1_000_000;
const kPerDay = kHits / 2;
const kLarge = '/services/large?from=2026-10-01&to=2026-10-02';
const kAtOnceMs = 150; // so long there is nothing, which irritates less than a skeleton that vanishes

let program;
let browser;

// A quarter of the hits are pages, of 5,000 visitors a day; the rest what pages are made of.
function* lines() {
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
  const paths = ['/', '/a', '/b', '/c', '/d'];
  for (let i = 0; i < kHits; i += 1) {
    const second = Math.floor(((i % kPerDay) / kPerDay) * 86_400);
    const clock = [second / 3600, (second / 60) % 60, second % 60]
      .map((part) => String(Math.floor(part)).padStart(2, '0'))
      .join(':');
    const visitor = Math.floor(i / 4) % 5000;
    const what = i % 4 === 0 ? paths[visitor % 5] : `/static/${i % 4}.css`;
    yield `10.1.${visitor % 200}.${Math.floor(visitor / 200)} - - [0${1 + Math.floor(i / kPerDay)}/Oct/2026:${clock} +0000] ` +
      `"GET ${what} HTTP/1.1" ${i % 1604 === 0 ? 404 : 200} 1000 "-" "${agent}"\n`;
  }
}

async function importMillion(database) {
  const run = run_program(binary, ['import', '-d', database, '--service', 'large', '--json', '-'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let block = '';
  for (const line of lines()) {
    block += line;
    if (block.length < 1 << 20) continue;
    if (!run.child.stdin.write(block))
      await new Promise((resolve) => run.child.stdin.once('drain', resolve));
    block = '';
  }
  run.child.stdin.end(block);
  assert.deepEqual(await run.exit, { code: 0, signal: null }, run.stderr);
  assert.equal(JSON.parse(run.stdout).stored, kHits);
}

before(async () => {
  if (skip !== false) return;
  const database = join(temporary_folder('states'), 'ballcone.duckdb');
  await importMillion(database);
  program = await Ballcone.start({ database });
  await program.send_hits([hit({ service: 'small' })]);
  await program.settled();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await program?.stop();
});

// `prepare` comes before the page is there, `act` when its heading is.
async function visit(path, options, act, prepare = async () => {}) {
  const one = await open(browser, 'about:blank', options);
  try {
    await prepare(one.page);
    await one.page.goto(program.url + path);
    await one.page.locator('h1').first().waitFor();
    await act(one.page);
    await assertSound(one, options.name ?? path);
  } finally {
    await one.context.close();
  }
}

// Waits until a figure is what it should be. Around the number stand words for a screen reader, and the change.
function figureIs(page, name, text) {
  return page.waitForFunction(
    ([title, wanted]) => {
      const stats = [...document.querySelectorAll('.figures .stat')];
      const value = stats
        .find((one) => one.querySelector('dt').textContent.startsWith(title))
        ?.querySelector('dd')
        .cloneNode(true);
      value?.querySelectorAll('.unseen, .change').forEach((one) => one.remove());
      return value?.textContent.trim() === wanted;
    },
    [name, text],
  );
}
const shiftIn = (page) => page.evaluate(() => window.shift);

for (const look of kLooks) {
  const id = (state) => `state-${state}-${look.theme}-${look.size}`;

  test(`one hit is one of each, ${look.theme} and ${look.size}`, { skip }, async () => {
    await visit('/services/small?range=today', { ...look, name: id('one') }, async (page) => {
      for (const name of ['Visitors', 'Visits', 'Page views', 'Hits']) await figureIs(page, name, '1');
      await page.waitForLoadState('networkidle');
      assert.equal(await page.locator('.failed').count(), 0);
      await shoot(page, id('one'));
    });
  });

  test(`a million hits fit, ${look.theme} and ${look.size}`, { skip }, async () => {
    await visit(kLarge, { ...look, name: id('million') }, async (page) => {
      await figureIs(page, 'Visitors', '10,000');
      await figureIs(page, 'Hits', '1,000,000');
      await page.waitForLoadState('networkidle');
      assert.ok((await shiftIn(page)) <= 0.1);
      await shoot(page, id('million'));
    });
  });

  test(`filtered and compared, ${look.theme} and ${look.size}`, { skip }, async () => {
    const filters = encodeURIComponent('[["is","path","/a"]]');
    const path = `/services/large?from=2026-10-02&to=2026-10-02&filters=${filters}&compare=previous`;
    await visit(path, { ...look, name: id('filtered') }, async (page) => {
      await figureIs(page, 'Visitors', '1,000');
      await page.getByRole('group', { name: 'Filters' }).getByText('Path is /a').waitFor();
      await page.waitForLoadState('networkidle');
      await shoot(page, id('filtered'));
    });
  });
}

// The page's questions wait until `release` is called.
function holding() {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  return {
    release,
    hold: (page) =>
      page.route('**/api/v1/query', async (route) => {
        await released;
        await route.continue();
      }),
  };
}

test('an answer that takes long has a skeleton, not at once, and nothing moves', { skip }, async () => {
  const { release, hold } = holding();
  await visit(
    kLarge,
    { name: 'slow' },
    async (page) => {
      await page.locator('.panels .skeleton:not(.waiting)').first().waitFor();
      const { begun, shown } = await page.evaluate(() => window.waits);
      assert.ok(shown - begun >= kAtOnceMs, `a skeleton ${shown - begun} ms after its panel`);
      await shoot(page, 'state-slow', false);
      release();
      await figureIs(page, 'Hits', '1,000,000');
      await page.waitForLoadState('networkidle');
      assert.equal(await page.locator('.panels .skeleton:not(.waiting)').count(), 0);
      assert.ok((await shiftIn(page)) <= 0.1);
    },
    async (page) => {
      await hold(page);
      await page.addInitScript(() => {
        window.waits = { begun: Infinity, shown: Infinity };
        const note = (name, what) => {
          if (document.querySelector(what) !== null)
            window.waits[name] = Math.min(window.waits[name], performance.now());
        };
        new MutationObserver(() => {
          note('begun', '.panels .panel');
          note('shown', '.panels .skeleton:not(.waiting)');
        }).observe(document, { childList: true, subtree: true, attributes: true });
      });
    },
  );
});

test('numbers stay, veiled, while those of another question take long', { skip }, async () => {
  await visit(kLarge, { name: 'veiled' }, async (page) => {
    await figureIs(page, 'Hits', '1,000,000');
    await page.waitForLoadState('networkidle');
    const { release, hold } = holding();
    await hold(page);
    await page.getByRole('button', { name: 'Show only Path: /a', exact: true }).first().click();
    await page.locator('.figures.stale').waitFor();
    await figureIs(page, 'Hits', '1,000,000');
    await shoot(page, 'state-veiled', false);
    release();
    await figureIs(page, 'Visitors', '2,000');
  });
});

test('a server that is gone leaves what it said, and is heard again', { skip }, async () => {
  const expectErrors = ['ERR_'];
  await visit(kLarge, { name: 'gone', expectErrors }, async (page) => {
    await figureIs(page, 'Hits', '1,000,000');
    await page.waitForLoadState('networkidle');
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Show only Path: /a', exact: true }).first().click();
    await page.getByText('Ballcone does not answer').first().waitFor();
    await page.locator('.figures.stale').waitFor();
    await shoot(page, 'state-gone', false);
    await page.context().setOffline(false);
    await figureIs(page, 'Visitors', '2,000');
    await page.getByText('Ballcone does not answer').waitFor({ state: 'detached' });
  });
});

test('a report that fails says why in its place, and the others stand', { skip }, async () => {
  await visit(
    kLarge,
    { name: 'fault' },
    async (page) => {
      await page.locator('.failed').getByText('took longer than 30 s').first().waitFor();
      await figureIs(page, 'Hits', '1,000,000');
      await page.waitForLoadState('networkidle');
      await shoot(page, 'state-fault', false);
    },
    (page) =>
      page.route('**/api/v1/query', async (route) => {
        const response = await route.fetch();
        const answers = await response.json();
        const at = route.request().postDataJSON().findIndex(({ by }) => by?.join() === 'path');
        if (at >= 0)
          answers[at] = { error: { message: 'The question took longer than 30 s; ask for fewer days.' } };
        await route.fulfill({ response, json: answers });
      }),
  );
});

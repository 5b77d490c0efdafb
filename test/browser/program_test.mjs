// The page as the program serves it: real lines over UDP, real answers, every page, every example.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Ballcone, binary, hit } from '../e2e/harness.mjs';
import { assertSound, launch, open, settled, shoot } from './browser.mjs';
import { markup, monthOfHits } from './traffic.mjs';

const skip = existsSync(binary) ? false : 'the program is not built';
let program;
let browser;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  program = await Ballcone.start();
});
after(async () => {
  await browser?.close();
  await program?.stop();
});

async function visit(path, options, act = async () => {}) {
  const one = await open(browser, program.url + path, options);
  try {
    await one.page.locator('h1').first().waitFor();
    await one.page.waitForLoadState('networkidle');
    await act(one.page);
    await assertSound(one, options.name ?? path);
  } finally {
    await one.context.close();
  }
}

test('the first hit turns the empty page into the overview by itself', { skip }, async () => {
  await visit('/', {}, async (page) => {
    await page.getByRole('heading', { name: 'Waiting for the first hit' }).waitFor();
    await program.send_hits(monthOfHits(Date.now()));
    await program.settled();
    await page.getByRole('link', { name: 'example', exact: true }).waitFor();
    await page.getByText('last hit').first().waitFor();
  });
});

const kPages = {
  overview: '/',
  service: '/services/example?range=30d',
  'service-today': '/services/example?range=today',
  'service-all': '/services/shop?range=all',
  sql: '/sql',
  setup: '/setup?service=example',
  'setup-haproxy': '/setup?service=newcomer&way=haproxy',
  health: '/health',
};
for (const [name, path] of Object.entries(kPages)) {
  for (const [theme, size] of [
    ['light', 'wide'],
    ['dark', 'narrow'],
  ]) {
    test(`${name} is sound, ${theme} and ${size}`, { skip }, async () => {
      const id = `real-${name}-${theme}-${size}`;
      await visit(path, { theme, size, name: id }, (page) => shoot(page, id));
    });
  }
}

test('every report of the service page has an answer', { skip }, async () => {
  await visit('/services/example?range=30d&bots=1', {}, async (page) => {
    await page.getByRole('heading', { name: 'Pages', exact: true }).waitFor();
    const { reports } = await (await page.request.get(`${program.url}/api/v1/reports`)).json();
    const tabs = page.getByRole('tab');
    assert.ok((await tabs.count()) > 35);
    for (let i = 0; i < (await tabs.count()); i += 1) {
      await tabs.nth(i).click();
      const variants = page.locator(
        `[id="${await tabs.nth(i).getAttribute('aria-controls')}"] .variants`,
      );
      for (let at = 0; at < (await variants.getByRole('button').count()); at += 1) {
        await variants.getByRole('button').nth(at).click();
        await settled(page);
        assert.deepEqual(await page.locator('.failed').allTextContents(), []);
      }
    }
    await settled(page);
    assert.deepEqual(await page.locator('.failed').allTextContents(), []);
    assert.ok(reports.length > 50);
  });
});

// As many as a panel shows, and no more.
const kRows = 8;

test('the numbers of each panel are those of the API', { skip }, async () => {
  await visit('/services/example?range=30d', {}, async (page) => {
    await page.getByRole('tab', { name: 'Top' }).waitFor();
    for (const [tab, report] of [
      ['Top', 'pages'],
      ['Entry', 'entry_pages'],
      ['Channels', 'channels'],
      ['Countries', 'countries'],
      ['Browsers', 'browsers'],
      ['Systems', 'operating_systems'],
      ['Status', 'status_codes'],
      ['Kinds', 'kinds'],
      ['Search', 'search_engines'],
    ]) {
      await page.getByRole('tab', { name: tab, exact: true }).click();
      await settled(page);
      const id = await page.getByRole('tab', { name: tab, exact: true }).getAttribute('aria-controls');
      const { rows } = await (
        await page.request.get(
          `${program.url}/api/v1/query?service=example&range=30d&report=${report}&limit=${kRows}`,
        )
      ).json();
      const wanted = rows.map((row) => row[1]);
      let numbers = [];
      // The panel shows the last tab's answer until this one's is there.
      for (let i = 0; i < 100 && numbers.join() !== wanted.join(); i += 1) {
        const cells = await page.locator(`[id="${id}"] tbody tr td:nth-child(2)`).allTextContents();
        numbers = cells.map((text) => Number(text.replace(/,/g, '')));
        await page.waitForTimeout(50);
      }
      assert.deepEqual(numbers, wanted, report);
    }
  });
});

test('each range and step has an answer', { skip }, async () => {
  await visit('/services/example', {}, async (page) => {
    for (const range of ['Today', '30 days', '7 days', 'Month', 'Year', 'All']) {
      const answered = page.waitForResponse((response) => response.url().endsWith('/api/v1/query'));
      await page
        .getByRole('group', { name: 'Time range' })
        .getByRole('button', { name: range, exact: true })
        .click();
      assert.equal((await answered).status(), 200, range);
      await settled(page);
      assert.deepEqual(await page.locator('.failed').allTextContents(), [], range);
    }
  });
});

for (const [column, value, tab] of [
  ['Browser', 'Firefox', 'Browsers'],
  ['Status', '404 Not Found', 'Status'],
  ['Country', 'Japan', 'Countries'],
  ['Kind', 'Page', 'Kinds'],
]) {
  test(`a click on ${value} narrows the numbers`, { skip }, async () => {
    await visit('/services/example?range=30d', {}, async (page) => {
      const hits = page.locator('.figures dd').nth(7);
      const all = await hits.textContent();
      await page.getByRole('tab', { name: tab, exact: true }).click();
      const row = page.getByRole('button', { name: `Show only ${column}: ${value}` });
      await row.first().click();
      const filters = page.getByRole('group', { name: 'Filters' });
      await filters.getByText(`${column} is ${value}`).waitFor();
      await page.waitForFunction(
        (old) => document.querySelectorAll('.figures dd')[7].textContent !== old,
        all,
      );
      assert.notEqual(await hits.textContent(), '0');
    });
  });
}

test('text of a log is text, whatever it contains', { skip }, async () => {
  const filters = encodeURIComponent(JSON.stringify([['is', 'path', markup]]));
  await visit(`/services/example?range=30d&filters=${filters}`, {}, async (page) => {
    await page.getByRole('button', { name: `Show only Path: ${markup}` }).first().waitFor();
  });
});

test('each question of the console runs', { skip }, async () => {
  await visit('/sql', { name: 'sql' }, async (page) => {
    await page.getByRole('button', { name: 'Questions', exact: true }).click();
    const questions = page.getByRole('complementary').getByRole('navigation').getByRole('button');
    assert.equal(await questions.count(), 11);
    for (let i = 0; i < (await questions.count()); i += 1) {
      const title = await questions.nth(i).textContent();
      const answered = page.waitForResponse((response) => response.url().endsWith('/api/v1/sql'));
      await questions.nth(i).click();
      const response = await answered;
      assert.equal(response.status(), 200, `${title}: ${await response.text()}`);
    }
    await questions.filter({ hasText: 'Which pages are read the most?' }).click();
    await page.locator('.summary').getByText(/^\d+.rows$/).waitFor();
    await shoot(page, 'real-sql-result', false);
  });
});

test('the console completes what the engine has, charts the answer and saves it', { skip }, async () => {
  await visit('/sql', { name: 'sql' }, async (page) => {
    await page.getByText('page_views', { exact: true }).first().waitFor();
    const editor = page.locator('.editor textarea');
    await editor.fill('FROM page_views SELECT entr');
    await page.keyboard.type('y');
    await page.getByRole('option', { name: 'entry_path' }).waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await editor.inputValue(), 'FROM page_views SELECT entry_path');
    await editor.fill('SELECT day, count(*) AS views FROM page_views GROUP BY day');
    await editor.press('Control+Enter');
    await page.getByRole('button', { name: 'Chart' }).click();
    await page.locator('.lines canvas').waitFor();
    await shoot(page, 'real-sql-chart', false);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download Parquet' }).click(),
    ]);
    assert.match(readFileSync(await file.path(), 'latin1'), /^PAR1[^]*PAR1$/);
  });
});

test('Escape ends a statement on the server too', { skip }, async () => {
  await visit('/sql', { name: 'sql' }, async (page) => {
    const editor = page.locator('.editor textarea');
    for (let i = 0; i < 5; i += 1) {
      await editor.fill(`SELECT count(*) + ${i} FROM range(10000000000) a, range(1000000000) b`);
      await editor.press('Control+Enter');
      await page.getByRole('timer').waitFor();
      await editor.press('Escape');
      await page.getByText('Cancelled.').waitFor();
    }
    // Were they still running, no reader would be free for this one.
    await editor.fill('SELECT 41 + 1 AS answer');
    await editor.press('Control+Enter');
    await page.getByRole('gridcell', { name: '42' }).waitFor();
  });
});

test('an error of the engine is marked where it is', { skip }, async () => {
  await visit('/sql', { expectErrors: ['400', '422'], name: 'sql' }, async (page) => {
    const editor = page.getByRole('textbox', { name: 'Question in SQL' });
    await editor.fill("SELECT 'é',\n  visitorss FROM hits");
    await editor.press('Control+Enter');
    await page.getByText('line 2, column 3').waitFor();
    assert.equal(await page.locator('.editor mark').textContent(), 'visitorss');
    await shoot(page, 'real-sql-error', false);
  });
});

test('the setup page sees a line that is dropped, and why; then what the first hits are', { skip }, async () => {
  await visit('/setup?service=newcomer', {}, async (page) => {
    await page.getByText('Waiting for the first line of “newcomer”').waitFor();
    await program.send(['<190>Nov 23 12:00:00 web1 nginx: {"ip": "192.0.2.7", "path": "/", "date": "2026-11-23T12:00:00+00:00"}']);
    await page.getByText('The line names no service').waitFor();
    await page.getByText('no_service, 1 line').waitFor();
    await shoot(page, 'real-setup-dropped');
    const now = { service: 'newcomer', date: new Date().toISOString() };
    const crawler = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
    await program.send_hits([
      hit({ ...now, path: markup }),
      hit({ ...now, path: '/robots.txt', user_agent: crawler }),
    ]);
    await page.getByText('“newcomer” is connected.').waitFor();
    const seen = page.getByRole('region', { name: 'What came in the last 30 minutes' });
    await seen.getByRole('row').filter({ hasText: markup }).getByText('Firefox').waitFor();
    await seen.getByRole('row').filter({ hasText: '/robots.txt' }).getByText('Googlebot').waitFor();
    await shoot(page, 'real-setup-arrived');
  });
});

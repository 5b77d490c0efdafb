// The console against a mock: what a person can do in it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { shoot } from './browser.mjs';
import { mockedPage } from './mocked.mjs';

const { visit } = mockedPage();

const editorOf = (page) => page.locator('.editor textarea');
const options = (page) => page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option');
const firstColumn = (page) => page.locator('tbody td:first-child').allTextContents();

test('SQL runs by Ctrl+Enter, marks the error, and is cancelled by button and by Escape', async () => {
  await visit('/sql', { expectErrors: ['400'], name: 'sql' }, async (page) => {
    const editor = page.getByRole('textbox', { name: 'Question in SQL' });
    await editor.fill("SELECT 'é', visitorss FROM hits");
    await editor.press('Control+Enter');
    await page.getByText('line 1, column 13').waitFor();
    assert.equal(await page.locator('.editor mark').textContent(), 'visitorss');
    await shoot(page, 'sql-error', false);
    await editor.fill('SELECT slow');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('timer').getByText(/^(0\.[1-9]|[1-9])/).waitFor();
    await shoot(page, 'sql-running', false);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled.').waitFor();
    await editor.press('Control+Enter');
    await page.getByRole('timer').waitFor();
    await editor.press('Escape');
    await page.getByText('Cancelled.').waitFor();
  });
});

test('a link holds the statement, which runs when it is opened; back and forward follow', async () => {
  await visit('/sql?sql=SELECT+1+GROUP+BY+path', { name: 'sql' }, async (page) => {
    assert.equal(await editorOf(page).inputValue(), 'SELECT 1 GROUP BY path');
    await page.locator('.summary').getByText('14 rows').waitFor();
    await editorOf(page).fill('SELECT 2 GROUP BY day');
    await editorOf(page).press('Control+Enter');
    await page.locator('.summary').getByText('23 rows').waitFor();
    assert.equal(new URL(page.url()).searchParams.get('sql'), 'SELECT 2 GROUP BY day');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Link copied').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
    await page.goBack();
    await page.locator('.summary').getByText('14 rows').waitFor();
    assert.equal(await editorOf(page).inputValue(), 'SELECT 1 GROUP BY path');
  });
});

test('words are completed as they are typed, by keyboard alone', async () => {
  await visit('/sql', { name: 'sql' }, async (page) => {
    const editor = editorOf(page);
    await editor.focus();
    await page.keyboard.type('SELECT h.ref');
    // There is no alias h yet.
    assert.equal(await options(page).count(), 0);
    await editor.fill(' FROM hits h');
    await editor.press('Home');
    await page.keyboard.type('SELECT h.ref');
    await options(page).first().waitFor();
    assert.deepEqual(await options(page).locator('b').allTextContents(), ['referrer', 'referrer_host']);
    assert.equal(await page.getByRole('combobox', { name: 'Question in SQL' }).getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'referrer_host', selected: true }).waitFor();
    await shoot(page, 'sql-complete', false);
    await page.keyboard.press('Enter');
    assert.equal(await editor.inputValue(), 'SELECT h.referrer_host FROM hits h');
    assert.equal(await options(page).count(), 0);
    // Asked for by Ctrl+Space, closed by Escape, which cancels nothing then.
    await page.keyboard.press('End');
    await page.keyboard.type(' ');
    await page.keyboard.press('Control+Space');
    await options(page).first().waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await options(page).count(), 0);
    // Enter begins a line unless something was chosen; Tab takes the first.
    await page.keyboard.type('WHERE bo');
    await options(page).first().waitFor();
    await page.keyboard.press('Enter');
    assert.match(await editor.inputValue(), /WHERE bo\n$/);
    await page.keyboard.press('Backspace');
    await page.keyboard.type('t IS NULL AND pa');
    await options(page).first().waitFor();
    await page.keyboard.press('Tab');
    assert.match(await editor.inputValue(), /AND path$/);
    // Undo knows of it.
    await page.keyboard.press('Control+z');
    assert.match(await editor.inputValue(), /AND pa$/);
  });
});

test('the schema writes into the statement, and is searched', async () => {
  await visit('/sql', { name: 'sql' }, async (page) => {
    const side = page.getByRole('complementary');
    await editorOf(page).fill('SELECT');
    await side.getByRole('button', { name: /^path varchar/ }).click();
    await side.getByRole('button', { name: /^country varchar/ }).click();
    assert.equal(await editorOf(page).inputValue(), 'SELECT path, country');
    await page.keyboard.type('\nFROM ');
    await side.getByRole('searchbox').fill('shop');
    await side.getByRole('button', { name: '+ shop-api.example.org' }).click();
    assert.equal(
      await editorOf(page).inputValue(),
      'SELECT path, country\nFROM "shop-api.example.org"',
    );
    await side.getByRole('searchbox').fill('no such thing');
    await page.getByText('Nothing has that in its name.').waitFor();
  });
});

test('on a phone the schema is a disclosure below the editor', async () => {
  await visit('/sql', { size: 'narrow', name: 'sql-narrow' }, async (page) => {
    const column = page.getByRole('complementary').getByRole('button', { name: /^path varchar/ });
    assert.equal(await column.isVisible(), false);
    await page.getByText('Schema, questions and history').click();
    await column.click();
    assert.equal(await editorOf(page).inputValue(), 'path');
    await shoot(page, 'sql-schema-narrow', false);
  });
});

test('questions are filled in with the service that is chosen, and run', async () => {
  await visit('/sql', { name: 'sql' }, async (page) => {
    await page.getByRole('combobox', { name: 'Service' }).selectOption('blog');
    await page.getByRole('button', { name: 'Which pages are read the most?' }).click();
    await page.locator('.summary').getByText('14 rows').waitFor();
    assert.match(await editorOf(page).inputValue(), /service = 'blog'/);
    await shoot(page, 'sql-result', false);
  });
});

test('the history is kept in this browser until it is told to forget', async () => {
  await visit('/sql?sql=SELECT+1+GROUP+BY+path', { name: 'sql' }, async (page) => {
    await page.locator('.summary').getByText('14 rows').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'History' }).click();
    const entry = page.getByRole('button', { name: /SELECT 1 GROUP BY path/ });
    await entry.click();
    await shoot(page, 'sql-history', false);
    await page.getByRole('button', { name: 'Forget all' }).click();
    await page.getByText('What you run is listed here').waitFor();
    assert.equal(await page.evaluate(() => localStorage.getItem('ballcone.sql')), null);
  });
});

test('rows are sorted by their columns, and a cell is read and copied as a whole', async () => {
  await visit('/sql?sql=SELECT+1+GROUP+BY+day', { name: 'sql' }, async (page) => {
    await page.locator('tbody td').first().waitFor();
    const before = await firstColumn(page);
    await page.getByRole('button', { name: /^day DATE/ }).click();
    assert.deepEqual(await firstColumn(page), [...before].sort());
    assert.equal(await page.getByRole('columnheader', { name: 'day' }).getAttribute('aria-sort'), 'ascending');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('tbody td').first().click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const chosen = await page.locator('td[aria-selected="true"]').textContent();
    assert.equal(await page.locator('.whole pre').textContent(), chosen);
    await page.keyboard.press('Control+c');
    await page.waitForFunction(
      async (text) => (await navigator.clipboard.readText()) === text,
      chosen,
    );
    await page.keyboard.press('Control+End');
    assert.equal(
      await page.locator('td[aria-selected="true"]').textContent(),
      await page.locator('tbody tr:last-child td:last-child').textContent(),
    );
    await page.getByRole('group', { name: 'Value' }).getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied').waitFor();
  });
});

test('a result over time is drawn as lines, one of names as bars, by the columns chosen', async () => {
  await visit('/sql?sql=SELECT+1+GROUP+BY+hour,+channel', { name: 'sql' }, async (page) => {
    await page.getByRole('button', { name: 'Chart' }).click();
    await page.locator('.lines canvas').waitFor();
    assert.deepEqual(await page.locator('ul.legend li').allTextContents(), [
      'Direct',
      'Organic Search',
      'AI Assistant',
      'Social',
    ]);
    const box = await page.locator('.u-over').boundingBox();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 60);
    await page.locator('.readout').getByText('Organic Search').waitFor();
    await shoot(page, 'sql-chart', false);
    await page.getByRole('combobox', { name: 'Line per' }).selectOption({ label: '(one line)' });
    await page.locator('ul.legend').waitFor({ state: 'detached' });
    await page.getByRole('combobox', { name: 'Across' }).selectOption('channel');
    await page.locator('.bars').waitFor();
    assert.equal(await page.locator('.bars tr').count(), 96);
    await page.getByRole('button', { name: 'Table' }).click();
    await page.locator('tbody td').first().waitFor();
  });
});

test('a result is downloaded as CSV, JSON and Parquet', async () => {
  await visit('/sql?sql=SELECT+1', { name: 'sql' }, async (page) => {
    const saved = async (format) => {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `Download ${format}` }).click(),
      ]);
      assert.equal(file.suggestedFilename(), `ballcone.${format.toLowerCase()}`);
      return readFileSync(await file.path(), 'utf8');
    };
    assert.match(await saved('CSV'), /^day,path,kind,page_views,p95_s,is_page_view\r\n2026-11-01,/);
    assert.equal(JSON.parse(await saved('JSON')).length, 24);
    assert.match(await saved('Parquet'), /^PAR1/);
  });
});

test('a long result is drawn in parts, and one that is cut says where', async () => {
  await visit('/sql?sql=SELECT+1+LIMIT+3000', { name: 'sql' }, async (page) => {
    await page.getByText('200 of 3,000 rows shown').waitFor();
    await page.getByText('Cut after 3,000 rows').waitFor();
    await page.getByText('up to 1,000,000 rows').waitFor();
    await page.getByRole('button', { name: 'Show 1,000 more' }).click();
    await page.getByText('1,200 of 3,000 rows shown').waitFor();
  });
});

test('markup in a result is text, in the table, the chart and the chosen cell', async () => {
  await visit('/sql?sql=SELECT+1+GROUP+BY+path', { name: 'sql' }, async (page) => {
    await page.locator('tbody tr:nth-child(4) td').first().click();
    await page.locator('.whole pre').getByText('<script>').waitFor();
    await page.getByRole('button', { name: 'Chart' }).click();
    await page.locator('.bars th').getByText('<img src=x').waitFor();
  });
});

for (const [name, path] of [
  ['sql-table', '/sql?sql=SELECT+1'],
  ['sql-bars', '/sql?sql=SELECT+1+GROUP+BY+path'],
]) {
  for (const [theme, size] of [
    ['light', 'narrow'],
    ['dark', 'wide'],
    ['dark', 'narrow'],
  ]) {
    test(`${name} is sound, ${theme} and ${size}`, async () => {
      const id = `${name}-${theme}-${size}`;
      await visit(path, { theme, size, name: id }, async (page) => {
        if (name === 'sql-bars') await page.getByRole('button', { name: 'Chart' }).click();
        else await page.locator('tbody td').first().click();
        await shoot(page, id);
      });
    });
  }
}

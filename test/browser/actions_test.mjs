// The page against a mock: what a person can do on it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { settled, shoot } from './browser.mjs';
import { mockedPage } from './mocked.mjs';

const mocked = mockedPage();
const { visit } = mocked;

test('a card leads to its service, and the browser’s back button returns', async () => {
  await visit('/', {}, async (page) => {
    await page.getByRole('link', { name: 'blog', exact: true }).click();
    await page.waitForURL('**/services/blog');
    await page.getByRole('heading', { name: 'Pages', exact: true }).waitFor();
    assert.equal(await page.title(), 'blog · Ballcone');
    await page.goBack();
    await page.getByRole('heading', { name: 'Services', level: 1 }).waitFor();
  });
});

test('a click on a row filters, and the filter lives in the URL until it is removed', async () => {
  await visit('/services/example', {}, async (page) => {
    await page.getByRole('tab', { name: 'Countries' }).click();
    await page.getByRole('button', { name: 'Show only Country: Germany' }).click();
    const chip = page.getByRole('group', { name: 'Filters' });
    await chip.getByText('Country is Germany').waitFor();
    assert.deepEqual(JSON.parse(new URL(page.url()).searchParams.get('filters')), [
      ['is', 'country', 'DE'],
    ]);
    await page.reload();
    await page.getByRole('button', { name: 'Change the filter Country is Germany' }).click();
    await page.getByRole('button', { name: 'Turn around the filter Country is Germany' }).click();
    await page.getByRole('button', { name: 'Remove the filter Country is not Germany' }).click();
    await chip.getByText('Germany').waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).search, '?tabs=countries');
  });
});

test('what is clicked with Shift, or Shift+Enter, is left out', async () => {
  await visit('/services/example?tabs=countries', {}, async (page) => {
    const filters = () => JSON.parse(new URL(page.url()).searchParams.get('filters'));
    const row = (name) => page.getByRole('button', { name: `Show only Country: ${name}` });
    await row('Germany').click({ modifiers: ['Shift'] });
    assert.deepEqual(filters(), [['is_not', 'country', 'DE']]);
    await row('France').focus();
    await page.keyboard.press('Shift+Enter');
    assert.deepEqual(filters(), [['not_in', 'country', ['DE', 'FR']]]);
    await page.getByRole('button', { name: 'Leave out Country: Poland' }).click();
    assert.deepEqual(filters(), [['not_in', 'country', ['DE', 'FR', 'PL']]]);
    await page.goBack();
    await page.goBack();
    assert.deepEqual(filters(), [['is_not', 'country', 'DE']]);
  });
});

test('a filter is made of what there is, and kept as a segment for everybody', async () => {
  await visit('/services/blog', {}, async (page) => {
    await page.getByRole('button', { name: 'Add a filter' }).click();
    await page.getByLabel('What', { exact: true }).selectOption('Browser');
    await page.getByLabel('Find a value').fill('fire');
    await page.getByRole('checkbox', { name: 'Firefox' }).check();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByText('Browser is Firefox').waitFor();
    await page.getByRole('button', { name: 'Segments' }).click();
    await page.getByLabel('Name of these filters').fill('Fire & <b>fox</b>');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Fire & <b>fox</b>', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove the filter Browser is Firefox' }).click();
    await page.getByRole('button', { name: 'Segments' }).click();
    await page.getByRole('button', { name: 'Fire & <b>fox</b>', exact: true }).click();
    await page.getByText('Browser is Firefox').waitFor();
  });
});

test('all rows of a ranking are searched, paged and saved', async () => {
  await visit('/services/example', {}, async (page) => {
    await page.getByRole('button', { name: 'Show all: Pages' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Show only Path: /login' }).waitFor();
    await shoot(page, 'service-all', false);
    await dialog.getByLabel('Search', { exact: true }).fill('docs');
    await dialog.getByRole('button', { name: 'Show only Path: /login' }).waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Pages: more' }).click();
    const [csv] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    assert.equal(csv.suggestedFilename(), 'example-pages.csv');
    assert.match(readFileSync(await csv.path(), 'utf8'), /^path,visitors,page_views\r\n\/docs/);
    await dialog.getByRole('button', { name: 'Show only Path: /docs/sql' }).click();
    await page.getByText('Path is /docs/sql').waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
  });
});

test('an event’s property is opened, and its values filter', async () => {
  await visit('/services/example?tabs=properties', {}, async (page) => {
    const opener = page.getByRole('button', { name: 'Show the values of Property: plan' }).first();
    await opener.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'Events: Signup, plan' }).waitFor();
    await dialog.getByText('Property plan', { exact: true }).waitFor();
    await shoot(page, 'service-property', false);
    await dialog.getByLabel('Search', { exact: true }).fill('tea');
    await dialog.getByRole('button', { name: 'Show only Property plan: pro' }).waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Show only Property plan: team' }).click();
    await page.getByRole('group', { name: 'Filters' }).getByText('Property plan is team').waitFor();
    assert.deepEqual(JSON.parse(new URL(page.url()).searchParams.get('filters')), [
      ['is', 'event:props:plan', 'team'],
    ]);
    assert.equal(await page.getByRole('dialog').count(), 0);
    // Of all of them too, and an event is a value like any other.
    await page.getByRole('button', { name: 'Show all: Properties' }).click();
    await dialog.getByRole('button', { name: 'Show the values of Property: url' }).click();
    await dialog.getByRole('heading', { name: 'Events: Outbound Link: Click, url' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Show only Event: Signup' }).click();
    await page.getByRole('group', { name: 'Filters' }).getByText('Event is Signup').waitFor();
  });
});

test('an empty panel has nothing to show all of', async () => {
  await visit('/services/example?tabs=campaign_sources', {}, async (page) => {
    await page.getByText('Nothing in this range.').waitFor();
    const all = page.getByRole('button', { name: 'Show all: Source', exact: true });
    assert.equal(await all.count(), 0);
    await page.getByRole('button', { name: 'Source: more' }).click();
    await page.getByRole('button', { name: 'Download CSV' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Show all', exact: true }).count(), 0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Campaign', exact: true }).click();
    await page.getByRole('button', { name: 'Show all: Campaign', exact: true }).waitFor();
  });
});

test('a chart and the map are saved as pictures, and a question opens in the console', async () => {
  await visit('/services/example', {}, async (page) => {
    await page.locator('.map path.some').first().waitFor();
    for (const menu of ['Over time: more', 'World map: more']) {
      await page.getByRole('button', { name: menu }).click();
      const [png] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download PNG' }).click(),
      ]);
      const bytes = readFileSync(await png.path());
      assert.equal(bytes.subarray(1, 4).toString(), 'PNG', menu);
      assert.ok(bytes.length > 5000, `${menu}: ${bytes.length} bytes`);
    }
    await page.getByRole('button', { name: 'Pages: more' }).click();
    await page.getByRole('link', { name: 'Open as SQL' }).click();
    await page.waitForURL(/\/sql\?sql=SELECT/);
  });
});

test('a marker stands on the time line as text, and can be added and removed', async () => {
  await visit('/services/example?range=30d', {}, async (page) => {
    await page.locator('.marker').first().waitFor();
    assert.match(await page.locator('.marker').first().getAttribute('title'), /Release 2 <b>now<\/b>/);
    await page.getByRole('button', { name: 'Markers' }).click();
    await page.getByLabel('What happened').fill('Release 3');
    await page.getByRole('button', { name: 'Add a marker' }).click();
    await page.getByRole('button', { name: 'Remove the marker Release 3' }).click();
    await page.getByRole('button', { name: 'Remove the marker Release 3' }).waitFor({ state: 'detached' });
  });
});

test('range, step, bots and service are chosen, asked for and kept in the URL', async () => {
  await visit('/services/example', {}, async (page) => {
    const asked = (wanted) =>
      page.waitForRequest(
        (request) =>
          request.url().endsWith('/api/v1/query') && request.postDataJSON().some(wanted),
      );
    const month = asked((query) => query.range === '30d');
    await page.getByRole('button', { name: '30 days' }).click();
    await month;
    const week = asked((query) => query.grain === 'week');
    await page.getByRole('button', { name: 'Week', exact: true }).click();
    await week;
    const bots = asked((query) => query.include?.includes('bots') === true);
    await page.getByRole('checkbox', { name: 'Include bots' }).check();
    await bots;
    assert.equal(new URL(page.url()).search, '?range=30d&grain=week&bots=1');
    const other = asked((query) => query.service === 'blog' && query.range === '30d');
    await page.getByRole('combobox', { name: 'Service' }).selectOption('blog');
    await other;
  });
});

test('the time line shows the values under the pointer, and has a table behind it', async () => {
  await visit('/services/example?range=30d', {}, async (page) => {
    const panel = page.locator('.time-line');
    await panel.getByRole('combobox', { name: 'Second metric' }).selectOption('Page views');
    await page.waitForURL(/metrics=visitors,page_views/);
    await panel.locator('.swatch.s1').waitFor();
    await panel.locator('.u-over').hover({ position: { x: 400, y: 60 } });
    await panel.locator('.readout').getByText('Page views').first().waitFor();
    await shoot(page, 'service-hover', false);
    await panel.getByText('Show as a table').click();
    assert.equal(await panel.locator('tbody tr').count(), 30);
    assert.equal(await panel.locator('thead th').count(), 5); // the time, and each metric twice
  });
});

test('a tile puts its metric on the time line', async () => {
  await visit('/services/example', {}, async (page) => {
    const tile = page.getByRole('button', { name: 'Show Bounce rate over time' });
    await tile.click();
    await page.waitForURL(/metrics=bounce_rate/);
    assert.equal(await tile.getAttribute('aria-pressed'), 'true');
    await page.goBack();
    assert.equal(new URL(page.url()).search, '');
    assert.equal(await tile.getAttribute('aria-pressed'), 'false');
  });
});

test('a stretch that is dragged over becomes the range, and the back button undoes it', async () => {
  await visit('/services/example?range=30d', {}, async (page) => {
    const box = await page.locator('.time-line .u-over').boundingBox();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=\d{4}-\d\d-\d\d&to=/);
    const params = new URL(page.url()).searchParams;
    const days = (Date.parse(params.get('to')) - Date.parse(params.get('from'))) / 86_400_000 + 1;
    assert.ok(days >= 9 && days <= 11, `${days} days`);
    await page.goBack();
    assert.equal(new URL(page.url()).search, '?range=30d');
  });
});

test('any days can be chosen, and the period before and after them', async () => {
  await visit('/services/example', {}, async (page) => {
    await page.getByRole('button', { name: 'Other time range' }).click();
    await page.getByLabel('From').fill('2026-01-05');
    await page.getByLabel('To', { exact: true }).fill('2026-01-11');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForURL(/from=2026-01-05&to=2026-01-11/);
    await page.getByRole('button', { name: 'The period before' }).click();
    await page.waitForURL(/from=2025-12-29&to=2026-01-04/);
    await page.getByRole('button', { name: 'The period after' }).click();
    await page.waitForURL(/from=2026-01-05&to=2026-01-11/);
    await page.getByRole('button', { name: /Other time range: 5/ }).waitFor();
  });
});

test('tabs are reached by arrows, ask one question and stay in the URL', async () => {
  await visit('/services/example', {}, async (page) => {
    await page.waitForLoadState('networkidle');
    const asked = page.waitForRequest((request) => request.url().endsWith('/api/v1/query'));
    await page.getByRole('tab', { name: 'Top' }).focus();
    await page.keyboard.press('ArrowRight');
    const questions = (await asked).postDataJSON();
    assert.deepEqual(questions.map((question) => question.by), [['entry_path']]);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Entry');
    assert.equal(new URL(page.url()).search, '?tabs=entry_pages');
    await page.reload();
    await page.getByRole('tab', { name: 'Entry', selected: true }).waitFor();
  });
});

test('the page opens with one request for its head and one for its panels', async () => {
  await visit('/', {}, async (page) => {
    const sizes = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/api/v1/query')) sizes.push(request.postDataJSON().length);
    });
    await page.getByRole('link', { name: 'blog', exact: true }).click();
    await page.getByRole('tab', { name: 'Top' }).waitFor();
    await settled(page);
    assert.deepEqual(sizes, [2, 8]);
  });
});

test('a definition is shown on focus and hidden by Escape', async () => {
  await visit('/services/example', {}, async (page) => {
    await page.getByRole('button', { name: 'Visitors' }).first().focus();
    await page.locator('.tip').getByText('Distinct people per day').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.tip').waitFor({ state: 'detached' });
  });
});

test('the setup page writes the lines for the given service and address, and copies them', async () => {
  await visit('/nginx', { expectErrors: ['400'], name: 'setup' }, async (page) => {
    await page.getByLabel('Service name').fill('Blog');
    await page.getByLabel('as your servers reach it').fill('10.0.0.5:5140');
    await page.getByText('access_log syslog:server=10.0.0.5:5140 ballcone_json_blog;').waitFor();
    assert.equal(new URL(page.url()).search, '?service=Blog&ip=10.0.0.5%3A5140');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy' }).nth(1).click();
    await page.getByText('Copied').waitFor();
    assert.match(
      await page.evaluate(() => navigator.clipboard.readText()),
      /^access_log syslog:server=10\.0\.0\.5/,
    );
    await page.getByLabel('Service name').fill('no spaces');
    await page.getByText('expected a service name, got "no spaces"').waitFor();
  });
});

test('ways are tabs that the keyboard moves along, and options change what is copied', async () => {
  await visit('/setup?service=example', { name: 'ways' }, async (page) => {
    const tab = (name) => page.getByRole('tab', { name, exact: true });
    await tab('nginx').focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await tab('Log files').getAttribute('aria-selected'), 'true');
    await page.keyboard.press('End');
    assert.equal(await tab('Script').getAttribute('aria-selected'), 'true');
    assert.ok(await tab('Script').evaluate((element) => element === document.activeElement));
    await page.getByLabel('Fragments are pages').check();
    await page.getByText('data-service="example" data-hash></script>').waitFor();
    await page.getByLabel('as visitors reach it').fill('https://stats.example/x');
    await page.getByText('src="https://stats.example/x/hello.js"').waitFor();
    await page.reload();
    await page.getByText('src="https://stats.example/x/hello.js"').waitFor();
  });
});

test('a service is registered, changed, and removed when that is confirmed', async () => {
  const options = { expectErrors: ['400'], name: 'registration', size: 'narrow' };
  await visit('/setup?service=shop&way=script', options, async (page) => {
    const box = page.getByRole('region', { name: 'Registration' });
    const button = (name) => box.getByRole('button', { name, exact: true });
    await page.getByText('“shop” is not registered: what browsers send').waitFor();
    await button('Register').click();
    await box.getByLabel('Hosts of its pages').fill('shop.example/');
    await button('Save').click();
    await box.getByText('expected hosts such as example.com').waitFor();
    await box.getByLabel('Hosts of its pages').fill('');
    await box.getByLabel('Addresses').selectOption('None');
    await button('Save').click();
    await box.getByText('none: each hit of a page needs the key').waitFor();
    await page.getByText('data-key="91c0de5fd2a64b0e8f7712ab"').waitFor();
    await button('New key').click();
    await button('Yes, do it').click();
    await page.getByText(`data-key="${'a'.repeat(24)}"`).waitFor();
    await button('Remove').click();
    await button('Cancel').click();
    await button('Remove').click();
    await button('Yes, do it').click();
    await box.getByText('“shop” is not registered.').waitFor();
  });
});

test('a server that fails is told kindly, and the page recovers by itself', async () => {
  const options = { scenario: 'broken', expectErrors: ['503'], name: 'broken' };
  await visit('/', options, async (page) => {
    await page.getByText('The database is not open yet.').waitFor();
    await shoot(page, 'broken', false);
    mocked.mock.scenario = 'normal';
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'blog', exact: true }).waitFor();
  });
});

test('a server that is gone is told kindly', async () => {
  await visit('/', { expectErrors: ['ERR_'], name: 'offline' }, async (page) => {
    await page.context().setOffline(true);
    await page.getByText('Ballcone does not answer').waitFor();
    await shoot(page, 'offline', false);
    await page.context().setOffline(false);
    await page.getByText('Ballcone does not answer').waitFor({ state: 'detached' });
  });
});

test('the theme is a choice that is kept', async () => {
  await visit('/', { theme: 'light' }, async (page) => {
    const button = page.getByRole('button', { name: /^Theme/ });
    await button.click();
    await button.click();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    await page.reload();
    await page.locator('h1').waitFor();
    assert.equal(
      await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme),
      'dark',
    );
  });
});

test('everything can be reached by keyboard, and the content in one step', async () => {
  await visit('/', {}, async (page) => {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'MAIN');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'example');
    await shoot(page, 'focus', false);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/services/example');
  });
});

test('text of a log is text, whatever it contains', async () => {
  await visit('/services/example', {}, async (page) => {
    await page.getByRole('button', { name: 'Show all: Pages' }).click();
    await page.getByRole('dialog').getByText('<img src=x onerror=').first().click();
    await page.getByRole('group', { name: 'Filters' }).getByText('<script>').waitFor();
  });
});

// Login, share dialog and shared page against the mock.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kPassword, kSharePath } from '../../ui/mock/shares.mjs';
import { shoot } from './browser.mjs';
import { mockedPage } from './mocked.mjs';

const page = mockedPage();
const kLooks = [
  ['light', 'wide'],
  ['dark', 'wide'],
  ['light', 'narrow'],
  ['dark', 'narrow'],
];
const kRefused = { expectErrors: ['401'] };
const kBoard = 'main:not(.door) .panel'; // of the service's page: the login is a panel too

for (const [theme, size] of kLooks) {
  const look = { theme, size, ...kRefused };
  test(`the login is sound, ${theme} and ${size}`, async () => {
    const name = `login-${theme}-${size}`;
    await page.visit('/services/example', { ...look, name, scenario: 'locked' }, async (opened) => {
      await shoot(opened, name);
      const field = opened.getByLabel('Password');
      assert.equal(await field.evaluate((one) => one === document.activeElement), true);
      await field.fill('wrong');
      await field.press('Enter');
      await opened.getByText('That is not the password.').waitFor();
      await shoot(opened, `${name}-wrong`);
      await field.fill(kPassword);
      await opened.getByRole('button', { name: 'Log in' }).click();
      await opened.locator(kBoard).first().waitFor();
      assert.equal(new URL(opened.url()).pathname, '/services/example');
    });
  });

  test(`the share dialog is sound, ${theme} and ${size}`, async () => {
    const name = `share-${theme}-${size}`;
    await page.visit('/services/example', { ...look, name }, async (opened) => {
      await opened.getByRole('button', { name: 'Share', exact: true }).click();
      const dialog = opened.getByRole('dialog', { name: 'Share example' });
      await dialog.getByText('Press', { exact: true }).waitFor();
      await shoot(opened, `${name}-form`, false);
      await dialog.getByLabel('Name').fill('For the board');
      await dialog.getByLabel('Password').fill('secret');
      await dialog.getByLabel('Ends').selectOption('30d');
      await dialog.getByRole('button', { name: 'Make a link' }).click();
      await dialog.getByText('The link is shown this once').waitFor();
      const link = await dialog.getByLabel('Link', { exact: true }).textContent();
      assert.equal(link, new URL(opened.url()).origin + kSharePath);
      const snippet = await dialog.getByLabel('To embed it in a page').textContent();
      assert.ok(snippet.startsWith(`<iframe src="${link}?embed=1" title="Statistics of example"`));
      await shoot(opened, `${name}-made`, false);
      const removal = dialog.getByRole('button', { name: 'Remove For the board' });
      await removal.click();
      await dialog.getByRole('button', { name: 'Really remove?' }).click();
      await dialog.getByText('For the board').waitFor({ state: 'detached' });
    });
  });

  test(`the shared page is sound, ${theme} and ${size}`, async () => {
    const name = `shared-${theme}-${size}`;
    await page.visit(`${kSharePath}?range=30d`, { ...look, name }, async (opened) => {
      await opened.locator(kBoard).first().waitFor();
      await shoot(opened, name);
      assert.equal(await opened.getByRole('navigation', { name: 'Main' }).count(), 0);
      assert.equal(await opened.getByRole('button', { name: 'Share', exact: true }).count(), 0);
      assert.equal(await opened.getByRole('combobox', { name: 'Service' }).count(), 0);
      assert.deepEqual(await opened.evaluate(() => Object.keys(localStorage)), []);
    });
  });
}

test('a wrong site is told in the dialog, and the form stays', async () => {
  await page.visit('/services/example', { expectErrors: ['400'] }, async (opened) => {
    await opened.getByRole('button', { name: 'Share', exact: true }).click();
    const dialog = opened.getByRole('dialog');
    await dialog.getByLabel('Sites that may embed it').fill('https://a.example/path');
    await dialog.getByRole('button', { name: 'Make a link' }).click();
    await dialog.getByText('expected origins such as https://example.com').waitFor();
    assert.equal(
      await dialog.getByLabel('Sites that may embed it').inputValue(),
      'https://a.example/path',
    );
  });
});

test('a shared page asks for its own password', async () => {
  await page.visit(kSharePath, { ...kRefused, scenario: 'locked' }, async (opened) => {
    await opened.getByRole('heading', { name: 'A shared page' }).waitFor();
    await opened.getByLabel('Password').fill(kPassword);
    await opened.getByRole('button', { name: 'Open' }).click();
    await opened.locator(kBoard).first().waitFor();
  });
});

test('an embedded page has no header, and the theme that it is told', async () => {
  const options = { theme: 'light', name: 'embed' };
  await page.visit(`${kSharePath}?embed=1&theme=dark`, options, async (opened) => {
    await opened.locator(kBoard).first().waitFor();
    assert.equal(await opened.getByRole('banner').filter({ hasText: 'Ballcone' }).count(), 0);
    assert.equal(await opened.getByRole('contentinfo').count(), 0);
    const dark = 'rgb(14, 16, 20)';
    const ground = () => getComputedStyle(document.documentElement).backgroundColor;
    assert.equal(await opened.evaluate(ground), dark);
    await shoot(opened, 'embed-dark');
    // A filter changes the address; the look stays.
    await opened.getByRole('button', { name: /^Show only Path: / }).first().click();
    await opened.getByRole('group', { name: 'Filters' }).waitFor();
    assert.equal(await opened.getByRole('contentinfo').count(), 0);
    assert.equal(await opened.evaluate(ground), dark);
  });
});

test('who has logged in may log out; who came in otherwise sees no button', async () => {
  const button = (opened) => opened.getByRole('button', { name: 'Log out' });
  await page.visit('/', { scenario: 'session', name: 'session' }, async (opened) => {
    await shoot(opened, 'session');
    assert.equal(await button(opened).count(), 1);
  });
  await page.visit('/', {}, async (opened) => assert.equal(await button(opened).count(), 0));
});

// The funnel of a service's page against a mock: what a person can do with it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mockedPage } from './mocked.mjs';

const mocked = mockedPage();
const { visit } = mocked;

const stepsIn = (page) => JSON.parse(new URL(page.url()).searchParams.get('funnel'));
const at = (steps) => `/services/example?${new URLSearchParams({ funnel: JSON.stringify(steps) })}`;
const kThree = [['path', '/cart'], ['event', 'Signup'], ['path', '/thanks']];

test('a funnel is built, named, shared by its address and closed', async () => {
  await visit('/services/example', {}, async (page) => {
    await page.getByRole('button', { name: 'Build a funnel' }).click();
    await page.getByText('Fill in two steps or more').waitFor();
    const asked = page.waitForRequest('**/api/v1/funnel');
    await page.getByLabel('Path: Step 1').fill('blog/*');
    await page.keyboard.press('Tab');
    await page.getByLabel('Kind of step 2').selectOption('Goal');
    await page.getByLabel('Goal: Step 2').selectOption('Order');
    assert.deepEqual((await asked).postDataJSON(), {
      service: 'example',
      range: '7d',
      steps: [{ path: '/blog/*' }, { goal: 'Order' }],
    });
    await page.getByText(/did all 2 steps/).waitFor();
    await page.getByRole('button', { name: 'Add a step' }).click();
    await page.getByLabel('Kind of step 3').selectOption('Event');
    await page.getByLabel('Event: Step 3').fill('Signup');
    await page.keyboard.press('Enter');
    await page.getByText(/did all 3 steps/).waitFor();
    await page.getByLabel('Name of the funnel').fill('Reading & <b>buying</b>');
    await page.keyboard.press('Enter');
    await page.waitForURL(/funnel_name=Reading/);
    assert.deepEqual(stepsIn(page), [['path', '/blog/*'], ['goal', 'Order'], ['event', 'Signup']]);
    await page.reload();
    await page.getByText(/did all 3 steps/).waitFor();
    assert.equal(await page.getByLabel('Name of the funnel').inputValue(), 'Reading & <b>buying</b>');
    await page.getByRole('button', { name: 'Close the funnel' }).click();
    await page.getByRole('button', { name: 'Build a funnel' }).waitFor();
    assert.equal(new URL(page.url()).search, '');
    await page.goBack();
    await page.getByText(/did all 3 steps/).waitFor();
  });
});

test('steps are moved and removed by keyboard, and the focus stays with them', async () => {
  await visit(at(kThree), {}, async (page) => {
    const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'));
    await page.getByText(/did all 3 steps/).waitFor();
    await page.getByRole('button', { name: 'Move step 3 up' }).focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(stepsIn(page), [kThree[0], kThree[2], kThree[1]]);
    assert.equal(await focused(), 'Move step 2 up');
    await page.keyboard.press('Enter');
    assert.deepEqual(stepsIn(page), [kThree[2], kThree[0], kThree[1]]);
    assert.equal(await focused(), 'Move step 1 down'); // there is no further up
    await page.getByRole('button', { name: 'Remove step 1' }).focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(stepsIn(page), [kThree[0], kThree[1]]);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), '+ Add a step');
    assert.ok(await page.getByRole('button', { name: 'Remove step 1' }).isDisabled());
    await page.goBack();
    await page.getByText(/did all 3 steps/).waitFor();
    assert.equal(await page.getByLabel('Path: Step 1').inputValue(), '/thanks');
    for (let i = 4; i <= 8; i += 1) await page.getByRole('button', { name: 'Add a step' }).click();
    assert.ok(await page.getByRole('button', { name: 'Add a step' }).isDisabled());
    await page.getByText('A funnel has at most 8 steps.').waitFor();
  });
});

test('what the service has is offered, range and filters hold, and the numbers are a table too', async () => {
  const filters = JSON.stringify([['is', 'country', 'DE']]);
  await visit(`${at(kThree)}&${new URLSearchParams({ range: '30d', filters })}`, {}, async (page) => {
    const panel = page.locator('.funnel');
    await panel.getByText(/did all 3 steps/).waitFor();
    const field = page.getByLabel('Path: Step 1');
    await field.fill('');
    await panel.locator('option[value="/docs/install"]').waitFor({ state: 'attached' });
    await field.fill('pric');
    await panel.locator('option[value="/docs/install"]').waitFor({ state: 'detached' });
    const asked = page.waitForRequest('**/api/v1/funnel');
    await field.fill('/pricing');
    await field.press('Enter');
    const question = (await asked).postDataJSON();
    assert.deepEqual([question.range, question.filters], ['30d', [['is', 'country', 'DE']]]);
    await panel.getByText('Path /pricing', { exact: true }).waitFor();
    await panel.getByText('Show as a table').click();
    assert.deepEqual(await panel.locator('thead th').allTextContents(), [
      'Step', 'Visitors', 'Of the first step', 'Of the step before', 'Dropped off', 'Share dropped',
    ]);
    assert.equal(await panel.locator('tbody tr').count(), 3);
    assert.equal(await panel.locator('tbody tr').first().locator('td').nth(1).textContent(), '100%');
  });
});

test('nobody, no goals and what cannot be asked are told in words', async () => {
  await visit(at([['path', '/nowhere'], ['path', '/a']]), {}, async (page) => {
    await page.getByText('Nobody did the first step in this range.').waitFor();
  });
  await visit('/services/blog?funnel=[]', { size: 'narrow' }, async (page) => {
    await page.getByLabel('Kind of step 1').selectOption('Goal');
    await page.getByText('This service has no goals yet.').waitFor();
  });
  const filters = JSON.stringify([['is', 'gpc', '1']]);
  const path = `${at(kThree)}&${new URLSearchParams({ filters })}`;
  await visit(path, { expectErrors: ['400'], name: 'gpc' }, async (page) => {
    await page.getByText('expected filters that page views and events both have').waitFor();
    await page.getByRole('button', { name: /^Remove the filter/ }).click();
    await page.getByText(/did all 3 steps/).waitFor();
  });
});

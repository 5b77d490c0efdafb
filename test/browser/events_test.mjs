// What visitors did, on the page as the program serves it: the numbers of the funnel and of events'
// properties are those of the API, and of what was sent.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Ballcone, binary, eventually } from '../e2e/harness.mjs';
import { assertSound, launch, open, shoot } from './browser.mjs';

const skip = existsSync(binary) ? false : 'the program is not built';
const kService = 'deals';
const kOrigin = 'https://deals.example';
let program;
let browser;

// Visitor i of 12 reads the pricing; two thirds of them sign up, a third orders.
function linesOf(i) {
  const at = Date.now() - 3_600_000 + i * 60_000;
  const of = { address: `198.51.${i}.7`, user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' };
  const line = (second, path, more = {}) => ({ ...of, url: kOrigin + path, time: at + second * 1000, ...more });
  const lines = [line(0, '/pricing')];
  const plan = i % 4 === 0 ? 'team' : 'pro';
  if (i % 3 !== 0) lines.push(line(5, '/signup', { event: 'Signup', props: { plan, 'how/found': 'a friend' } }));
  if (i % 3 === 1) lines.push(line(9, '/thanks'), line(9, '/thanks', { event: 'Order', props: { amount: '12' } }));
  return lines;
}

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  // It is about noon there, so that no visitor is of two days.
  const behind = new Date().getUTCHours() - 12;
  program = await Ballcone.start({ args: ['--time-zone', `Etc/GMT${behind < 0 ? '' : '+'}${behind}`] });
  const add = { action: 'add', name: kService, hosts: [kOrigin.slice(8)] };
  const { server_key } = (await program.post('/api/v1/registry', add)).body.service;
  const goal = { action: 'add', service: kService, name: 'Bought', path: '/thanks*' };
  assert.equal((await program.post('/api/v1/goals', goal)).status, 200);
  const lines = Array.from({ length: 12 }, (_, i) => linesOf(i)).flat();
  const sent = await program.post('/api/v1/hits', lines.map((line) => JSON.stringify(line)).join('\n'), {
    authorization: `Bearer ${server_key}`,
  });
  assert.deepEqual(sent.body, { accepted: lines.length, refused: [] });
  await eventually(`${lines.length} hits`, async (saw) => {
    const [[hits]] = await program.rows('SELECT count(*) FROM main.hits');
    saw(hits);
    return hits === lines.length;
  });
  await program.derived();
});
after(async () => {
  await browser?.close();
  await program?.stop();
});

async function visit(path, options, act) {
  const one = await open(browser, program.url + path, options);
  try {
    await one.page.locator('h1').first().waitFor();
    await one.page.waitForLoadState('networkidle');
    await act(one.page);
    await assertSound(one, path);
  } finally {
    await one.context.close();
  }
}

test('the numbers of the funnel are those of the API', { skip }, async () => {
  await visit(`/services/${kService}?range=today`, {}, async (page) => {
    await page.getByRole('button', { name: 'Build a funnel' }).click();
    await page.getByLabel('Path: Step 1').focus();
    await page.locator('datalist option[value="/pricing"]').waitFor({ state: 'attached' });
    await page.getByLabel('Path: Step 1').fill('/pricing');
    await page.keyboard.press('Enter');
    await page.getByLabel('Kind of step 2').selectOption('Event');
    await page.getByLabel('Event: Step 2').focus();
    await page.locator('datalist option[value="Signup"]').waitFor({ state: 'attached' });
    await page.getByLabel('Event: Step 2').fill('Signup');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Add a step' }).click();
    await page.getByLabel('Kind of step 3').selectOption('Goal');
    await page.getByLabel('Goal: Step 3').selectOption('Bought');
    await page.getByText('4 of 12 visitors did all 3 steps (33.3%).').waitFor();
    const asked = { service: kService, range: 'today', steps: [{ path: '/pricing' }, { event: 'Signup' }, { goal: 'Bought' }] };
    const { steps } = (await program.post('/api/v1/funnel', asked)).body;
    await page.locator('.funnel').getByText('Show as a table').click();
    const shown = await page.locator('.funnel tbody tr').evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].map((cell) => Number.parseFloat(cell.textContent))),
    );
    const percent = (share) => Math.round(share * 1000) / 10;
    assert.deepEqual(
      shown,
      steps.map((step) => [
        step.visitors,
        percent(step.share),
        percent(1 - step.dropped_share),
        step.dropped,
        percent(step.dropped_share),
      ]),
    );
    assert.deepEqual(steps.map(({ visitors }) => visitors), [12, 8, 4]);
    await shoot(page, 'real-funnel');
  });
});

test('an event’s properties are listed, and a value of one narrows everything', { skip }, async () => {
  await visit(`/services/${kService}?range=today&tabs=properties`, {}, async (page) => {
    const ask = async (question) =>
      (await program.post('/api/v1/query', { service: kService, range: 'today', ...question })).body.rows;
    const rowsIn = (place) =>
      place.locator('tbody tr').evaluateAll((rows) =>
        rows.map((row) => [...row.children].map((cell) => (cell.querySelector('bdi') ?? cell).textContent)),
      );
    const panel = page.getByRole('region', { name: 'Events' });
    await panel.getByText('how/found').waitFor();
    const listed = await ask({ report: 'properties' });
    assert.deepEqual(await rowsIn(panel), listed.map((row) => row.map(String)));
    assert.deepEqual(listed, [
      ['Signup', 'how/found', 8, 8],
      ['Signup', 'plan', 8, 8],
      ['Order', 'amount', 4, 4],
    ]);
    await panel.getByRole('button', { name: 'Show the values of Property: plan' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Show only Property plan: team' }).waitFor();
    const values = await ask({
      metrics: ['events', 'visitors'],
      by: ['event:props:plan'],
      filters: [['is', 'event', 'Signup']],
    });
    assert.deepEqual(await rowsIn(dialog), values.map((row) => row.map(String)));
    await shoot(page, 'real-property', false);
    await dialog.getByRole('button', { name: 'Show only Property plan: team' }).click();
    await page.getByRole('button', { name: 'Show Visitors over time: 2', exact: true }).waitFor();
    assert.deepEqual(values, [['pro', 6, 6], ['team', 2, 2]]);
  });
});

// Under a path of a real nginx: every page and file, login and logout, a share link, and a frame on
// a page of another site.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { Ballcone, binary } from '../e2e/harness.mjs';
import { start_nginx } from '../nginx/nginx.mjs';
import { assertSound, launch, open, settled, shoot } from './browser.mjs';
import { monthOfHits } from './traffic.mjs';

const skip = existsSync(binary) ? false : 'the program is not built';
const kPassword = 'correct horse';
const kBoard = 'main:not(.door) .panel'; // of the service's page: the login is a panel too
const undo = [];
let program;
let browser;
let base; // the program as visitors of nginx see it
let secureBase; // the same, as if nginx were asked by https
let request; // of the operator, to the program itself

const location = (path, port, proto) => `location ${path} {
            proxy_pass http://127.0.0.1:${port}/;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto ${proto};
        }`;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  const hash = spawnSync(binary, ['password'], { input: `${kPassword}\n`, encoding: 'utf8' });
  const args = ['--web-password-hash', hash.stdout.trim()];
  program = await Ballcone.start({ args });
  const authorization = `Basic ${Buffer.from(`admin:${kPassword}`).toString('base64')}`;
  request = (path, options = {}) =>
    fetch(program.url + path, { ...options, headers: { authorization, ...options.headers } });
  program.fetch = request;
  await program.send_hits(monthOfHits(Date.now()));
  await program.settled();
  const { port } = new URL(program.url);
  const nginx = await start_nginx(
    { after: (work) => undo.push(work) },
    {
      has_no_file: true,
      format: '',
      syslog: 'access_log off;',
      more: location('/stats/', port, 'http') + location('/secure/', port, 'https'),
    },
  );
  base = `http://127.0.0.1:${nginx.port}/stats`;
  secureBase = `http://localhost:${nginx.port}/secure`;
});
after(async () => {
  await browser?.close();
  for (const work of undo) await work();
  await program?.stop();
});

const kRefused = ['401'];

async function makeShare(more = {}) {
  const response = await request('/api/v1/shares', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'add', service: 'example', ...more }),
  });
  return (await response.json()).made;
}

const removeShare = (id) =>
  request('/api/v1/shares', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'remove', id }),
  });

async function logIn(page) {
  await page.getByLabel('Password').fill(kPassword);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('every page works under the path, once logged in', { skip }, async () => {
  const one = await open(browser, `${base}/services/example?range=30d`, {
    expectErrors: kRefused,
  });
  try {
    const { page, context } = one;
    const strays = [];
    page.on('request', (sent) => {
      if (!sent.url().startsWith(`${base}/`)) strays.push(sent.url());
    });
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await logIn(page);
    await page.locator(kBoard).first().waitFor();
    assert.equal(page.url(), `${base}/services/example?range=30d`);
    const [cookie] = await context.cookies();
    assert.deepEqual(
      [cookie.path, cookie.httpOnly, cookie.sameSite, cookie.secure],
      ['/stats', true, 'Lax', false],
    );
    for (const path of ['/', '/services/example', '/services/shop?range=all', '/sql', '/health']) {
      const answer = await page.goto(base + path);
      assert.equal(answer.status(), 200, path);
      await page.locator('h1').first().waitFor();
      await page.waitForLoadState('networkidle');
      await assertSound(one, path);
    }
    await page.goto(`${base}/services`); // redirects
    assert.equal(page.url(), `${base}/`);
    await page.getByRole('link', { name: 'SQL' }).click();
    await page.getByRole('textbox', { name: 'Question in SQL' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/stats/sql');
    await shoot(page, 'prefix-sql');
    assert.deepEqual(strays, []);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    assert.equal(page.url(), `${base}/`);
    assert.deepEqual(await context.cookies(), []);
    assert.deepEqual(one.problems, []);
  } finally {
    await one.context.close();
  }
});

test('a session that ends asks for the password in the place of the page', { skip }, async () => {
  const one = await open(browser, `${base}/services/example`, { expectErrors: kRefused });
  try {
    await logIn(one.page);
    await one.page.locator(kBoard).first().waitFor();
    await one.context.clearCookies();
    await one.page.getByRole('button', { name: '30 days' }).click();
    await one.page.getByRole('heading', { name: 'Log in' }).waitFor();
    await logIn(one.page);
    await one.page.locator(kBoard).first().waitFor();
    assert.equal(new URL(one.page.url()).search, '?range=30d');
  } finally {
    await one.context.close();
  }
});

test('a share made on the page opens without the password, and ends at once', { skip }, async () => {
  const operator = await open(browser, `${base}/services/example`, { expectErrors: kRefused });
  const { page } = operator;
  await logIn(page);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share example' });
  await dialog.getByLabel('Name').fill('Board');
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  const link = await dialog.getByLabel('Link', { exact: true }).textContent();
  assert.ok(link.startsWith(`${base}/share/`), link);

  const guest = await open(browser, `${link}?range=30d`, { expectErrors: ['404'] });
  await guest.page.getByRole('button', { name: /^Show only Path: / }).first().click();
  await guest.page.getByRole('group', { name: 'Filters' }).waitFor();
  await settled(guest.page);
  assert.deepEqual(await guest.page.locator('.failed').allTextContents(), []);
  await shoot(guest.page, 'shared-real');
  await assertSound(guest, 'shared');
  assert.deepEqual(await guest.context.cookies(), []);

  await dialog.getByRole('button', { name: 'Remove Board' }).click();
  await dialog.getByRole('button', { name: 'Really remove?' }).click();
  await dialog.getByText('There are no links yet.').waitFor();
  assert.equal((await guest.page.goto(link)).status(), 404);
  await guest.page.getByRole('heading', { name: 'Nothing here' }).waitFor();
  await guest.context.close();
  await operator.context.close();
});

// A page of another site: another name, and a policy that allows all.
async function foreignPage(frame) {
  const html = `<!doctype html><title>Another site</title><h1>Another site</h1>
    <iframe src="${frame}" style="width: 100%; height: 1200px; border: 0"></iframe>`;
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(html);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  undo.push(() => server.close());
  return `http://127.0.0.1:${server.address().port}/`;
}

test('another site frames a shared page, if it may, and no other', { skip }, async () => {
  const shared = await makeShare();
  const elsewhere = await makeShare({ embed_on: ['https://a.example'] });
  const locked = await makeShare({ password: 'open sesame' });
  const frameOf = async (url) => {
    const one = await open(browser, await foreignPage(url));
    return { ...one, frame: one.page.frameLocator('iframe') };
  };
  const seen = await frameOf(`${secureBase}${shared.path}?embed=1&theme=dark&range=30d`);
  await seen.frame.locator(kBoard).first().waitFor();
  await seen.page.waitForLoadState('networkidle');
  await shoot(seen.page, 'embedded-real');
  assert.deepEqual(await seen.context.cookies(), []);
  await seen.context.close();

  for (const url of [secureBase + elsewhere.path, `${secureBase}/`, `${secureBase}/services/example`]) {
    const refused = await frameOf(url);
    await refused.page.waitForLoadState('networkidle');
    assert.equal(await refused.frame.locator('#app').count(), 0, url);
    assert.ok(refused.problems.some((text) => text.includes('frame-ancestors')), url);
    await refused.context.close();
  }

  const asked = await frameOf(`${secureBase}${locked.path}?embed=1`);
  await asked.frame.getByLabel('Password').fill('open sesame');
  await asked.frame.getByRole('button', { name: 'Open' }).click();
  await asked.frame.locator(kBoard).first().waitFor();
  const [cookie] = await asked.context.cookies();
  assert.deepEqual([cookie.path, cookie.sameSite], [`/secure${locked.path}`, 'None']);
  await asked.context.close();
  for (const { id } of [shared, elsewhere, locked]) await removeShare(id);
});

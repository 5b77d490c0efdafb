// The module for bundlers, and what is built.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { build, buildModule, kLimits } from '../../tracker/build.mjs';
import { FakePage } from './fake_page.mjs';

const kApi = 'https://stats.example.org/';

test('the module sends what the script sends', () => {
  const page = new FakePage({ url: 'https://shop.example/a' });
  const { init, track } = page.module();
  track('Early');
  init({ api: kApi, service: 'shop', key: 'K' });
  track('Signup', { plan: 'pro' });
  page.push('/b');
  assert.deepEqual(page.story(), [
    'pageview /a',
    'Early /a',
    'Signup /a {"plan":"pro"}',
    'pageview /b',
  ]);
  const script = new FakePage().hello({ service: 'shop', key: 'K' });
  assert.deepEqual(page.sent[0], script.sent[0]);
  assert.deepEqual({ ...page.requests[0], body: '' }, { ...script.requests[0], body: '' });
});

test('the module excludes, skips, counts fragments and collects more as it is told', () => {
  const page = new FakePage({ url: 'https://shop.example/#/a' });
  const { init, track } = page.module();
  init({
    api: 'https://example.org/stats/',
    hash: true,
    exclude: ['/#/admin/*'],
    skip: ({ n }) => n === 'Secret',
    more: true,
  });
  page.push('#/admin/x').push('#/b').fire('submit');
  track('Secret');
  assert.deepEqual(page.story(), ['pageview /#/a', 'pageview /#/b', 'Form: Submission /#/b']);
  assert.equal(page.requests[0].url, 'https://example.org/stats/api/hello');
});

test('init counts once, and not at all outside a browser', () => {
  const page = new FakePage();
  const { init } = page.module();
  init({ api: kApi });
  init({ api: kApi });
  page.push('/b');
  assert.equal(page.sent.length, 2);
  const server = new FakePage();
  const onServer = server.module();
  delete server.window.document;
  onServer.init({ api: kApi });
  assert.deepEqual(server.sent, []);
});

function withFolder(act) {
  const folder = mkdtempSync(join(tmpdir(), 'ballcone-tracker-'));
  return Promise.resolve(act(folder)).finally(() => rmSync(folder, { recursive: true }));
}

test('the scripts are small, and their gzip copies are theirs', () =>
  withFolder(async (out) => {
    assert.deepEqual(kLimits, { '/hello.js': 700, '/more.js': 1000 });
    for (const { path, bytes, gzip } of await build(out)) {
      assert.ok(gzip <= kLimits[path], `${path} has ${gzip} bytes`);
      const plain = readFileSync(join(out, path));
      assert.equal(plain.length, bytes);
      assert.deepEqual(gunzipSync(readFileSync(join(out, `${path}.gz`))), plain);
      assert.doesNotMatch(plain.toString(), /cookie|localStorage|sessionStorage|indexedDB|canvas/);
    }
  }));

test('the module has types that hold', () =>
  withFolder(async (out) => {
    await buildModule(out);
    assert.match(readFileSync(join(out, 'index.js'), 'utf8'), /export \{\s+init,\s+track\s+\};/);
    writeFileSync(
      join(out, 'use.ts'),
      `import { init, track } from './index';
       init({ api: '${kApi}', service: 'shop', more: true });
       track('Signup', { plan: 'pro', seats: 3 });
       // @ts-expect-error: properties are flat
       track('Signup', { plan: { name: 'pro' } });
       // @ts-expect-error: where to send is not optional
       init({});\n`,
    );
    const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const options = '--noEmit --strict --target es2020 --module esnext --moduleResolution bundler';
    execFileSync(process.execPath, [compiler, ...options.split(' '), join(out, 'use.ts')]);
  }));

// What `make install` lays down stands alone: it runs from another folder, without the build folder's links.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { binary, root, temporary_folder } from './harness.mjs';

const build = process.env.BALLCONE_BUILD ?? path.dirname(binary);

test('an installed copy runs', () => {
  const prefix = path.join(temporary_folder('install'), 'usr');
  const installed = spawnSync('cmake', ['--install', build, '--prefix', prefix], { encoding: 'utf8' });
  assert.equal(installed.status, 0, installed.stderr);
  for (const file of ['bin/ballcone', 'lib/ballcone/libduckdb.so', 'share/ballcone/regexes.yaml', 'share/ballcone/dbip-country.mmdb',
                      'share/doc/ballcone/NOTICE', 'share/doc/ballcone/LICENSE', 'lib/systemd/system/ballcone.service']) {
    const status = fs.lstatSync(path.join(prefix, file));
    assert.ok(status.isFile() && status.size > 0, `${file} is a file of its own`);
  }
  const unit = fs.readFileSync(path.join(prefix, 'lib/systemd/system/ballcone.service'), 'utf8');
  assert.ok(unit.includes(`ExecStart=${prefix}/bin/ballcone serve `));

  const program = path.join(prefix, 'bin/ballcone');
  const version = spawnSync(program, ['--version'], { encoding: 'utf8', cwd: '/' });
  assert.equal(version.status, 0, version.stderr);
  const libraries = spawnSync('ldd', [program], { encoding: 'utf8' }).stdout;
  assert.match(libraries, new RegExp(`${prefix}/.*lib/ballcone/libduckdb\\.so`));

  // It starts, finds its data and serves: one round of the original format's golden case, through the installed copy.
  const { NODE_TEST_CONTEXT, ...environment } = process.env;  // set, it would make the inner runner do nothing
  const golden = spawnSync(process.execPath, ['--test', '--test-name-pattern', 'original_format', path.join(root, 'test/e2e/golden_test.mjs')],
                           { encoding: 'utf8', env: { ...environment, BALLCONE: program, UPDATE_GOLDEN: '' } });
  assert.equal(golden.status, 0, golden.stdout);
  assert.match(golden.stdout, /^ok \d+ - golden original_format\.txt$/m);
});

test('DESTDIR is heeded', () => {
  const stage = temporary_folder('stage');
  const installed = spawnSync('cmake', ['--install', build, '--prefix', '/opt/ballcone'], { encoding: 'utf8', env: { ...process.env, DESTDIR: stage } });
  assert.equal(installed.status, 0, installed.stderr);
  assert.ok(fs.existsSync(path.join(stage, 'opt/ballcone/bin/ballcone')));
  assert.ok(fs.existsSync(path.join(stage, 'opt/ballcone/share/ballcone/dbip-country.mmdb')));
  const unit = fs.readFileSync(path.join(stage, 'opt/ballcone/lib/systemd/system/ballcone.service'), 'utf8');
  assert.match(unit, /ExecStart=\/opt\/ballcone\/bin\/ballcone/);
});

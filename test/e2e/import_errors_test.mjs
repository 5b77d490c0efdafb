// What cannot be imported is said with file and reason; what could be stays.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import test from 'node:test';
import zlib from 'node:zlib';
import { binary, run_program } from './harness.mjs';
import { Site, line, lines, summary_of, text_of } from './import.mjs';

// Imports `name` beside a good file: the good one is stored, the other one is a problem.
async function beside_good(site, name, expected) {
  const good = site.write('good.log', lines(0, 50));
  const end = await site.run('--json', site.path(name), good);
  const summary = summary_of(end, 3);
  assert.equal(summary.problems.length, 1, end.stdout);
  assert.match(summary.problems[0], new RegExp(name));
  assert.match(summary.problems[0], expected);
  assert.equal(summary.files, 2);
  return summary;
}

const unreadable = {
  'a binary file': ['binary.log', (site) => site.write('binary.log', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) & 255))), /binary|format/],
  'another format': ['prose.log', (site) => site.write('prose.log', 'Once upon a time\nthere was a log.\n'), /format|expected/],
  'a folder': ['folder.log', (site) => fs.mkdirSync(site.path('folder.log')), /directory|folder/],
  'nothing of that name': ['none.log', () => {}, /No such file/],
};
for (const [what, [name, make, expected]] of Object.entries(unreadable)) {
  test(`${what} is a problem, and the other file is stored`, async () => {
    const site = new Site('errors');
    make(site);
    const summary = await beside_good(site, name, expected);
    assert.equal(summary.stored, 50);
    assert.deepEqual(await site.hits(), [50, 50]);
    const alone = await site.run(site.path(name));
    assert.equal(alone.code, 1, alone.stdout);
    assert.match(`${alone.stderr}${alone.stdout}`, expected);
  });
}

test('half a gzip file gives its whole lines and a problem', async () => {
  const site = new Site('errors');
  const whole = zlib.gzipSync(text_of(lines(1000, 21_000)));
  fs.writeFileSync(site.path('half.log.gz'), whole.subarray(0, whole.length / 2));
  const summary = await beside_good(site, 'half.log.gz', /gzip/);
  assert.ok(summary.stored > 5000 && summary.stored < 20_050, `${summary.stored}`);
  const [count, distinct] = await site.hits();
  assert.equal(count, distinct);
  // Whole again, it goes on.
  fs.writeFileSync(site.path('half.log.gz'), whole);
  await site.import(site.path('half.log.gz'));
  assert.deepEqual(await site.hits(), [20_050, 20_050]);
});

test('lines that are no requests are dropped with their reason, and their neighbours stored', async () => {
  const site = new Site('errors');
  const log = site.write('access.log', [
    ...lines(0, 10), 'hello', '', line(10, { path: `/${'x'.repeat(1 << 20)}` }), line(11).replace('GET', 'G\0T'), 'x\0y',
    line(12).replace('2026', '1492'), ...lines(13, 20),
  ]);
  const end = await site.run('--json', log);
  const summary = summary_of(end);
  assert.equal(summary.lines, 23);
  assert.equal(summary.dropped.too_long, 1);
  assert.equal(summary.dropped.empty, 1);
  assert.equal(summary.dropped.bad_time, 1);
  assert.ok(summary.dropped.malformed >= 2, end.stdout);
  assert.ok(summary.stored >= 17, end.stdout);
  for (const examples of Object.values(summary.examples)) {
    for (const example of examples) assert.ok(example.length < 2000, 'an example is short');
  }
  assert.match(summary.examples.too_long[0], /access\.log:13: /);
});

test('a file without permission is a problem', async (t) => {
  if (process.getuid() !== 0) return t.skip('runs as root only: it takes another user');
  const site = new Site('errors');
  fs.chmodSync(site.folder, 0o777);
  const secret = site.write('secret.log', lines(0, 10));
  fs.chmodSync(secret, 0o600);
  const as_nobody = run_program('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', binary, 'import', '-d', site.database, secret]);
  const end = await as_nobody.exit;
  if (/setpriv|failed to execute/.test(as_nobody.stderr) && !/secret\.log/.test(as_nobody.stderr)) return t.skip(`nobody cannot run the program here: ${as_nobody.stderr}`);
  assert.equal(end.code, 1, as_nobody.stderr);
  assert.match(as_nobody.stderr, /secret\.log: Permission denied/);
  assert.ok(!fs.existsSync(site.database), 'no database is made for nothing');
});

test('a full disk ends the import; what was committed stays, and it goes on when there is room', async () => {
  const site = new Site('full');
  const size = 200_000;
  const log = site.write('access.log', lines(0, size));
  const full = (blocks, ...args) => run_program('bash', ['-c', `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" import -d "$1" --period 0.1 --json "\${@:2}"`, binary, site.database, ...args]);
  const program = full(3000, log);
  const end = await program.exit;
  assert.equal(end.code, 1, `${program.stdout}${program.stderr}`);
  assert.match(program.stderr, /ballcone import: /);
  assert.ok(JSON.parse(program.stdout).error.length > 10);
  await site.import(log);
  assert.deepEqual(await site.hits(), [size, size]);
});

test('a format is checked before anything is touched', async () => {
  const site = new Site('errors');
  const log = site.write('access.log', lines(0, 5));
  for (const [args, expected] of [
    [['--format', 'combnied'], /combnied/],
    [['--format', '$remote_addr $nonsense_$'], /./],
    [['--nginx-conf', site.path('none.conf')], /none\.conf/],
  ]) {
    const end = await site.run(...args, log);
    assert.equal(end.code, 2, `${args}: ${end.stdout}${end.stderr}`);
    assert.match(end.stderr, expected);
  }
  assert.deepEqual(fs.readdirSync(site.folder), ['access.log']);
});

test('an nginx.conf says how its lines are read', async () => {
  const site = new Site('conf');
  const conf = site.write('nginx.conf', `http {
  log_format main '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time';
  log_format short '$time_iso8601|$remote_addr|$status|$request';
  server { access_log /var/log/nginx/access.log main; }
}\n`);
  const log = site.write('short.log', lines(0, 20).map((_, i) => `2026-11-01T00:00:${String(i).padStart(2, '0')}+00:00|192.0.2.${i}|200|GET /page/${i} HTTP/1.1`));
  const unnamed = await site.run('--nginx-conf', conf, log);
  assert.equal(unnamed.code, 2);
  assert.match(unnamed.stderr, /main, short/);
  assert.equal((await site.import('--nginx-conf', conf, '--log-format', 'short', log)).stored, 20);
  assert.deepEqual(await site.hits(), [20, 20]);
  assert.equal((await site.run('--nginx-conf', conf, '--log-format', 'long', log)).code, 2);
});

test('--list and --undo want a database that is there', async () => {
  const site = new Site('errors');
  for (const args of [['--list'], ['--undo', '1']]) {
    const end = await site.run(...args);
    assert.equal(end.code, 1);
    assert.match(end.stderr, /does not exist/);
  }
  assert.ok(!fs.existsSync(site.database));
});

test('a database that is none is left as it is', async () => {
  const site = new Site('errors');
  const log = site.write('access.log', lines(0, 5));
  fs.writeFileSync(site.database, 'no database\n'.repeat(1000));
  const end = await site.run(log);
  assert.equal(end.code, 1);
  assert.match(end.stderr, /not a DuckDB database/);
  assert.equal(fs.readFileSync(site.database, 'utf8'), 'no database\n'.repeat(1000));
});

test('the help names every format', async () => {
  const help = execFileSync(binary, ['import', '--help'], { encoding: 'utf8' });
  for (const part of ['combined', 'common', '--source', 'Exit codes', '130']) assert.ok(help.includes(part), part);
});

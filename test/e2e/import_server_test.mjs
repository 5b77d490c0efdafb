// An import while a server has the database: the server does the work, and the command looks the same.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Ballcone, ballcone, binary, eventually, pause, run_program, start } from './harness.mjs';
import { Site, lines, summary_of, text_of } from './import.mjs';

const pipe_in = { stdio: ['pipe', 'pipe', 'pipe'] };

test('the command hands its files to the server, with settings of its own', async (t) => {
  const site = new Site('server');
  const server = await start(t, { database: site.database });
  assert.equal(fs.statSync(`${site.database}.sock`).mode & 0o777, 0o600);
  const log = site.write('access.log', lines(0, 1000));
  const first = await site.import('--service', 'blog', '--addresses', 'full', log);
  assert.deepEqual([first.stored, first.import, first.services.blog.hits], [1000, 1, 1000]);
  assert.deepEqual(await server.rows('SELECT count(*), count(DISTINCT path) FROM hits'), [[1000, 1000]]);
  const [[addresses]] = await server.rows('SELECT count(DISTINCT address) FROM hits');
  assert.ok(addresses > 100, `${addresses} whole addresses: the command's settings hold`);
  assert.equal((await site.import('--service', 'blog', log)).stored, 0);

  const said = await site.run('--service', 'blog', '--again', log);
  assert.equal(said.code, 0);
  assert.ok(said.stdout.includes(`To look at it: ${server.url}/`), said.stdout);
  assert.deepEqual(JSON.parse((await site.run('--list', '--json')).stdout).map((row) => row.stored), [1000, 1000]);
  assert.deepEqual(JSON.parse((await site.run('--undo', '2', '--json')).stdout), { import: 2, removed: 1000 });
  assert.equal((await site.run('--undo', '2')).code, 1);
  assert.deepEqual(await server.rows('SELECT count(*) FROM hits'), [[1000]]);
  assert.deepEqual((await server.status()).services?.length ?? 1, 1);
});

test('standard input and a thousand files go through the server too', async (t) => {
  const site = new Site('server');
  const server = await start(t, { database: site.database });
  for (let i = 0; i < 1200; i++) site.write(`access.log.${i}`, lines(i * 3, i * 3 + 3));
  const all = await site.import(site.path('access.log.*'));
  assert.deepEqual([all.files, all.stored, all.problems], [1200, 3600, []]);
  assert.deepEqual(await server.rows('SELECT count(*), count(DISTINCT path) FROM hits'), [[3600, 3600]]);

  const piped = site.start(['--json', '--service', 'piped', '--period', '0.2', '-'], pipe_in);
  piped.child.stdin.write(text_of(lines(0, 100)));
  const count = () => server.rows("SELECT count(*) FROM hits WHERE service = 'piped'").then(([[n]]) => n);
  await eventually('rows of an open pipe', async (saw) => { const n = await count(); saw(n); return n === 100; });
  piped.child.stdin.end(text_of(lines(100, 150)));
  assert.equal(summary_of({ ...await piped.exit, ...piped }).stored, 150);
});

test('two imports at once, and the server goes on listening', async (t) => {
  const site = new Site('server');
  const server = await start(t, { database: site.database });
  const size = 20_000;
  const logs = [0, 1].map((i) => site.write(`site${i}.log`, lines(i * size, (i + 1) * size)));
  const [first, second] = await Promise.all([site.import(logs[0]), site.import(logs[1]), server.send_hits([{ service: 'live', ip: '192.0.2.1', host: 'example.com', path: '/live', status: '200', date: new Date().toISOString() }])]);
  assert.deepEqual([first.stored, second.stored], [size, size]);
  assert.notEqual(first.import, second.import);
  await server.settled();
  assert.deepEqual(await server.rows('SELECT count(*), count(DISTINCT path) FROM hits'), [[2 * size + 1, 2 * size + 1]]);
});

test('the same file twice at once is stored once', async (t) => {
  const site = new Site('server');
  const server = await start(t, { database: site.database });
  const size = 20_000;
  const log = site.write('access.log', lines(0, size));
  const both = await Promise.all([site.run('--json', log), site.run('--json', log)]);
  // The second one finds it in use, or, if it came late, known.
  for (const end of both.filter(({ code }) => code !== 0)) assert.match(summary_of(end, 1).problems[0], /another import reads it/);
  assert.equal(both.reduce((sum, end) => sum + JSON.parse(end.stdout).stored, 0), size);
  assert.equal((await site.import(log)).known_files, 1);
  assert.deepEqual(await server.rows('SELECT count(*), count(DISTINCT path) FROM hits'), [[size, size]]);
});

test('Ctrl-C and kill -9 of the command stop the import, and the same command goes on', async (t) => {
  const site = new Site('server');
  const server = await start(t, { database: site.database });
  const all = lines(0, 3000);
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 130], ['SIGKILL', null]]) {
    await t.test(signal, async () => {
      const args = ['--json', '--period', '0.2', '--source', signal, '--service', signal.toLowerCase()];
      const piped = site.start([...args, '-'], pipe_in);
      piped.child.stdin.write(text_of(all.slice(0, 1000)));
      const count = () => server.rows(`SELECT count(*) FROM hits WHERE service = '${signal.toLowerCase()}'`).then(([[n]]) => n);
      await eventually('rows', async (saw) => { const n = await count(); saw(n); return n === 1000; });
      const log_before = server.log.length;
      piped.child.kill(signal);
      const end = await piped.exit;
      assert.equal(end.code, code);
      if (code === 130) assert.deepEqual([summary_of({ ...end, ...piped }, 130).stored, JSON.parse(piped.stdout).stopped], [1000, true]);
      await eventually('the import to end', () => /import \d+: .*stopped/.test(server.log.slice(log_before)));
      const rest = await site.import(...args.slice(1), site.write('access.log', all));
      assert.equal(rest.stored, 2000);
      assert.equal(await count(), 3000);
    });
  }
});

test('a server that is stopped stops its imports at a committed position', async () => {
  const site = new Site('server');
  const server = await Ballcone.start({ database: site.database });
  const all = lines(0, 2000);
  const piped = site.start(['--json', '--period', '0.2', '-'], pipe_in);
  piped.child.stdin.write(text_of(all.slice(0, 1000)));
  await eventually('rows', async () => (await server.rows('SELECT count(*) FROM hits'))[0][0] === 1000);
  await server.stop();
  assert.equal(summary_of({ ...await piped.exit, ...piped }, 130).stored, 1000);
  assert.ok(!fs.existsSync(`${site.database}.sock`));
  // Without the server the command works by itself, and goes on where the server was.
  assert.equal((await site.import(site.write('access.log', all))).stored, 1000);
  assert.deepEqual(await site.hits(), [2000, 2000]);
});

test('a server that was killed leaves a socket that nobody minds', async (t) => {
  const site = new Site('server');
  const server = await Ballcone.start({ database: site.database });
  const all = lines(0, 2000);
  const piped = site.start(['--json', '--period', '0.2', '-'], pipe_in);
  piped.child.stdin.write(text_of(all.slice(0, 1000)));
  await eventually('rows', async () => (await server.rows('SELECT count(*) FROM hits'))[0][0] === 1000);
  await server.kill();
  assert.equal((await piped.exit).code, 1);
  assert.match(piped.stderr, /the server ended/);
  assert.ok(fs.existsSync(`${site.database}.sock`));
  assert.equal((await site.import(site.write('access.log', all))).stored, 1000);
  assert.deepEqual(await site.hits(), [2000, 2000]);
  const next = await start(t, { database: site.database });
  assert.equal((await site.import(site.write('more.log', lines(5000, 5100)))).stored, 100);
  assert.deepEqual(await next.rows('SELECT count(*) FROM hits'), [[2100]]);
});

test('a database that another import has is waited for, and then said to be in use', async () => {
  const site = new Site('server');
  const log = site.write('access.log', lines(0, 100));
  const piped = site.start(['--json', '--period', '0.2', '-'], pipe_in);
  piped.child.stdin.write(text_of(lines(1000, 1100)));
  await eventually('the database', () => fs.existsSync(site.database));
  await pause(500);
  const refused = await site.run(log);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /in use by another process.*wait for it/);
  const waiting = site.import(log);
  await pause(500);
  piped.child.stdin.end();
  assert.equal(summary_of({ ...await piped.exit, ...piped }).stored, 100);
  assert.equal((await waiting).stored, 100);
});

test('an import that begins while the server starts finds it', async (t) => {
  const site = new Site('server');
  const log = site.write('access.log', lines(0, 100));
  const server = run_program(binary, ['-sp', '0', '-wp', '0', '-d', site.database]);
  t.after(async () => { server.child.kill(); await server.exit; });
  await eventually('the database', () => fs.existsSync(site.database));
  assert.equal((await site.import(log)).stored, 100);
});

test('a database is found however it is named', async (t) => {
  const site = new Site('server');
  const server = await start(t, { database: site.database });
  const log = site.write('access.log', lines(0, 100));
  const end = await ballcone('import', '-d', `./${path.basename(site.database)}`, '--json', path.basename(log), { cwd: site.folder });
  assert.equal(summary_of(end).stored, 100);
  const long = path.join(site.folder, 'x'.repeat(100), 'y'.repeat(100));
  fs.mkdirSync(long, { recursive: true });
  const deep = await start(t, { database: path.join(long, 'a.duckdb') });
  assert.equal(summary_of(await ballcone('import', '-d', path.join(long, 'a.duckdb'), '--json', log)).stored, 100);
  assert.deepEqual(await deep.rows('SELECT count(*) FROM hits'), [[100]]);
  assert.deepEqual(await server.rows('SELECT count(*) FROM hits'), [[100]]);
});

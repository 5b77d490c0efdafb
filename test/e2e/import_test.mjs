// Files and pipes into the database, each line once, by a command that has the database to itself.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import zlib from 'node:zlib';
import { eventually, pause } from './harness.mjs';
import { Site, line, lines, summary_of, text_of } from './import.mjs';

test('a log is stored once, however often and under whatever name it comes', async () => {
  const site = new Site();
  const log = site.write('access.log', lines(0, 1000));
  const first = await site.import('--service', 'blog', log);
  const { seconds, derive_seconds, lines_per_second: rate, ...rest } = first;
  assert.ok(seconds > 0 && derive_seconds > 0 && rate > 0);
  assert.deepEqual(rest, {
    import: 1, files: 1, files_read: 1, known_files: 0, lines: 1000, stored: 1000, repaired: 0, dropped: {}, examples: {},
    bytes: fs.statSync(log).size, known_bytes: 0, file_bytes: fs.statSync(log).size,
    services: { blog: { hits: 1000, page_views: rest.services.blog.page_views, first: '2026-11-01T00:00:00Z', last: '2026-11-01T00:16:39Z' } },
    problems: [], stopped: false, derived_days: 1,
  });
  assert.deepEqual(await site.hits(), [1000, 1000]);
  assert.deepEqual(await site.rows('SELECT count(*) FILTER (is_page_view) FROM hits'), [[rest.services.blog.page_views]]);

  await test('the same file again', async () => {
    const again = await site.import('--service', 'blog', log, log);
    assert.deepEqual([again.lines, again.stored, again.files, again.known_files, again.import], [0, 0, 1, 1, 0]);
    assert.equal(again.known_bytes, fs.statSync(log).size);
  });
  await test('its compressed and renamed copies', async () => {
    fs.writeFileSync(site.path('access.log.1.gz'), zlib.gzipSync(fs.readFileSync(log)));
    fs.copyFileSync(log, site.path('copy'));
    const again = await site.import('--service', 'blog', site.path('*.gz'), site.path('copy'));
    assert.deepEqual([again.lines, again.stored, again.known_files], [0, 0, 2]);
  });
  await test('what was added to it is new', async () => {
    site.append('access.log', lines(1000, 1100));
    const more = await site.import('--service', 'blog', log);
    assert.deepEqual([more.lines, more.stored, more.known_files, more.import], [100, 100, 0, 2]);
    assert.deepEqual(await site.hits(), [1100, 1100]);
  });
  await test('a label makes it another file', async () => {
    const other = await site.import('--service', 'blog', '--source', 'web2', log);
    assert.equal(other.stored, 1100);
    assert.deepEqual(await site.hits(), [2200, 1100]);
    assert.equal((await site.import('--service', 'blog', '--source', 'web2', log)).stored, 0);
  });
  await test('--again stores it once more', async () => {
    assert.equal((await site.import('--service', 'blog', '--again', log)).stored, 1100);
    assert.deepEqual(await site.hits(), [3300, 1100]);
  });
  await test('--list names the imports, and --undo takes one back', async () => {
    const list = JSON.parse((await site.run('--list', '--json')).stdout);
    assert.deepEqual(list.map((row) => [row.id, row.label, row.stored, row.follow]), [[1, 'blog', 1000, false], [2, 'blog', 100, false], [3, 'web2', 1100, false], [4, 'blog', 1100, false]]);
    assert.ok(list.every((row) => row.started && row.finished && row.what.endsWith('access.log') && row.format === 'combined'));
    assert.match((await site.run('--list')).stdout, /combined .*access\.log/);
    assert.deepEqual(JSON.parse((await site.run('--undo', '3', '--json')).stdout), { import: 3, removed: 1100 });
    assert.deepEqual(await site.hits(), [2200, 1100]);
    const gone = await site.run('--undo', '3');
    assert.equal(gone.code, 1);
    assert.match(gone.stderr, /3/);
    assert.equal((await site.import('--service', 'blog', '--source', 'web2', log)).stored, 1100, 'what was taken back can be imported anew');
  });
});

test('rotations in one glob are read oldest first, whatever they are compressed with', async () => {
  const site = new Site();
  site.write('access.log', lines(300, 400));
  site.write('access.log.1', lines(200, 300));
  fs.writeFileSync(site.path('access.log.2.gz'), zlib.gzipSync(text_of(lines(100, 200))));
  fs.writeFileSync(site.path('access.log.10.gz'), zlib.gzipSync(text_of(lines(0, 100))));
  const all = await site.import(site.path('access.log*'));
  assert.deepEqual([all.files, all.stored, all.services.default?.hits], [4, 400, 400]);
  assert.deepEqual(await site.hits(), [400, 400]);
});

test('time, path and query decide what is kept', async () => {
  const site = new Site();
  const log = site.write('access.log', [...lines(0, 86400 * 3 / 600).map((_, i) => line(i, { time: Date.UTC(2026, 10, 1) + i * 600_000, path: `/page/${i}?utm_source=x` })),
    line(0, { path: '/healthz?x=1' }), line(0, { path: '/static/app.js' }), line(0, { path: '/static/deep/x.css' })]);
  const options = ['--service', 'blog', '--since', '2026-11-02', '--until', '2026-11-03T00:00:00+00:00'];
  const day = await site.import(...options, log);
  assert.deepEqual([day.stored, day.dropped], [144, { out_of_range: 291 }]);
  assert.equal(day.services.blog.first, '2026-11-02T00:00:00Z');
  assert.equal(day.services.blog.last, '2026-11-02T23:50:00Z');
  assert.match(day.examples.out_of_range[0], /access\.log:1: 192\.0\./);
  assert.equal(day.examples.out_of_range.length, 2);

  const other = new Site();
  const rest = await other.import('--exclude', '/healthz', '--exclude', '/static/*', '--drop-query', log);
  assert.deepEqual([rest.stored, rest.dropped], [432, { excluded: 3 }]);
  assert.deepEqual(await other.rows('SELECT count(*) FROM hits WHERE query IS NOT NULL'), [[0]]);
  const whole = new Site();
  await whole.import(log);
  assert.deepEqual(await whole.rows("SELECT count(*) FROM hits WHERE query LIKE '%utm_source=x'"), [[432]]);
});

test('a service comes from the flag, the line, the host or the file', async () => {
  const site = new Site();
  const vhost = (i) => `Example.org ${line(i)}`;
  const log = site.write('shop.example-access.log', lines(0, 10).map((_, i) => vhost(i)));
  const services = async (...args) => Object.keys((await site.import('--again', ...args, log)).services);
  assert.deepEqual(await services(), ['example.org']);
  assert.deepEqual(await services('--service-from', 'host'), ['example.org']);
  assert.deepEqual(await services('--service-from', 'file'), ['shop.example']);
  assert.deepEqual(await services('--service', 'Blog'), ['blog']);
});

test('standard input is read to its end, and while it grows', async () => {
  const site = new Site();
  const all = lines(0, 500);
  const piped = site.start(['--json', '--service', 'blog', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  piped.child.stdin.end(text_of(all.slice(0, 100)) + all[100]);
  assert.equal(summary_of({ ...await piped.exit, ...piped }).stored, 101);

  // As `tail -F` does: it stays open, and what came is committed all the same.
  const tail = site.start(['--service', 'blog', '--period', '0.2', '--source', 'tail', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  tail.child.stdin.write(text_of(all.slice(0, 200)));
  await eventually('the first lines stored', (saw) => { saw(tail.stderr); return /stored 200 /.test(tail.stderr); });
  tail.child.stdin.write(`${text_of(all.slice(200, 400))}half a li`);
  await eventually('the next lines stored', (saw) => { saw(tail.stderr); return /stored 400 /.test(tail.stderr); });
  tail.child.kill('SIGKILL');
  await tail.exit;
  assert.deepEqual(await site.hits(), [501, 400]);
  // The whole log goes on where the pipe was.
  const rest = await site.import('--service', 'blog', '--source', 'tail', site.write('access.log', all));
  assert.deepEqual([rest.stored, rest.lines], [100, 100]);
  assert.deepEqual(await site.hits(), [601, 500]);
});

test('Ctrl-C stops at a committed position, and the same command goes on', async () => {
  const site = new Site();
  const all = lines(0, 3000);
  const pipe = site.start(['--json', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  pipe.child.stdin.write(text_of(all.slice(0, 1000)));
  await eventually('lines read', (saw) => { saw(pipe.stderr); return /lines\/s/.test(pipe.stderr); });
  pipe.child.kill('SIGINT');
  const stopped = summary_of({ ...await pipe.exit, ...pipe }, 130);
  assert.equal(stopped.stopped, true);
  assert.ok(stopped.stored <= 1000);
  const rest = await site.import(site.write('access.log', all));
  assert.equal(stopped.stored + rest.stored, 3000);
  assert.deepEqual(await site.hits(), [3000, 3000]);
});

test('kill -9 at twenty random moments and again: each line is there once', async (t) => {
  const site = new Site('kill');
  const size = 20_000;
  site.write('access.log.1', lines(0, size));
  fs.writeFileSync(site.path('access.log.2.gz'), zlib.gzipSync(text_of(lines(size, 2 * size)), { level: 1 }));
  site.write('access.log', []);
  let written = 2 * size;
  const args = ['--service', 'blog', '--period', '0.1', site.path('access.log*')];

  const other = new Site('kill-time');
  const one = other.write('one.log', lines(0, 1));
  const begin = Date.now();
  await other.import(one);
  const start_ms = Date.now() - begin;

  let state = 20261123;
  const random = () => (state = (state * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
  const positions = [];
  for (let round = 0; round < 20; round++) {
    // Each round has something to do, and is killed somewhere from its start to its end.
    site.append('access.log', lines(written, written + size));
    written += size;
    const victim = site.start(args);
    await Promise.race([pause(start_ms * (0.5 + 0.7 * random())), victim.exit]);
    victim.child.kill('SIGKILL');
    await victim.exit;
    if (round % 4 === 3 && fs.existsSync(site.database)) {
      const [count, distinct] = await site.hits();
      assert.equal(count, distinct, `after round ${round}`);
      positions.push(`${count} of ${written}`);
    }
  }
  t.diagnostic(`an import of one line takes ${start_ms} ms; stored after every fourth kill: ${positions.join(', ')}`);
  const last = await site.import(...args);
  assert.deepEqual(await site.hits(), [written, written]);
  assert.equal(last.problems.length, 0);
});

test('--dry-run shows what would be stored, and changes nothing', async () => {
  const site = new Site();
  const log = site.write('access.log', [...lines(0, 30), 'hello', line(31, { path: '/page/31' }).replace('01/Nov', '41/Nov')]);
  const end = await site.run('--dry-run', '--exclude', '/page/0', log);
  assert.equal(end.code, 0, end.stderr);
  assert.match(end.stdout, /access\.log: combined\. Of the first 32 lines 3 would be dropped/);
  assert.match(end.stdout, /malformed: .*\n\s+line 31: hello/);
  assert.equal(end.stdout.match(/^2026-11-01T00:00:\d\dZ .* GET /gm).length, 10);
  assert.match(end.stdout, /\/page\/1 /);
  assert.deepEqual(fs.readdirSync(site.folder), ['access.log']);
});

test('a person is told what happened, and where the time went', async () => {
  const site = new Site();
  const log = site.write('access.log', [...lines(0, 20), 'hello\x1b[2J', '']);
  const end = await site.run('--profile', log);
  assert.equal(end.code, 0, end.stderr);
  for (const part of [/22 lines of 1 file in/, / 20 {2}stored/, / 2 {2}dropped:/, /1 {2}empty: The line was empty/, /access\.log:21: hello\\x1b\[2J/,
    /default {2}2026-11-01 00:00 to 2026-11-01 00:00 {2}20 hits, \d+ page views/, /--undo 1` takes it back/, /ballcone serve -d/, /stage .*ns\/line/, /decode /]) {
    assert.match(end.stdout, part);
  }
  assert.ok(!end.stdout.includes('\x1b'));
});

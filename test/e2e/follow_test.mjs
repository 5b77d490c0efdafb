// Live log files through every way of rotating them, under load and over restarts: each line once.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import test from 'node:test';
import { Ballcone, eventually, pause, start } from './harness.mjs';
import { Site, line, lines, text_of } from './import.mjs';

// Writes numbered lines as a web server does: keeps the file open until it is told to open it anew.
class Writer {
  constructor(site, name = 'access.log') {
    this.path = site.path(name);
    this.next = 0;
    this.reopen();
  }
  reopen() {
    if (this.file !== undefined) fs.closeSync(this.file);
    this.file = fs.openSync(this.path, 'a');
  }
  write(count) {
    fs.writeSync(this.file, text_of(lines(this.next, this.next + count)));
    this.next += count;
  }
  close() { fs.closeSync(this.file); }
}

// How a log goes out of the way, and what the writer does about it.
const rotations = {
  // logrotate's default: renamed, and then the writer is told.
  rename(writer) {
    for (let age = 8; age >= 1; age--) if (fs.existsSync(`${writer.path}.${age}`)) fs.renameSync(`${writer.path}.${age}`, `${writer.path}.${age + 1}`);
    fs.renameSync(writer.path, `${writer.path}.1`);
    writer.write(7);  // what it still writes into the renamed file
    writer.reopen();
  },
  // Copied and cut to nothing while the writer has it open. What comes between copy and cut is lost to anyone, so nothing does.
  copytruncate(writer) {
    fs.copyFileSync(writer.path, `${writer.path}.1`);
    fs.truncateSync(writer.path);
  },
  // Deleted; the writer makes a new one.
  remove(writer) {
    fs.unlinkSync(writer.path);
    writer.reopen();
  },
  // Renamed and compressed at once, as with `compress` and no `delaycompress`.
  compress(writer) {
    fs.renameSync(writer.path, `${writer.path}.1`);
    writer.reopen();
    execFileSync('gzip', ['-f', `${writer.path}.1`]);
  },
};

const count = (server) => server.rows('SELECT count(*), count(DISTINCT path) FROM hits').then(([row]) => row);
// All of them, and none twice.
const holds = (server, expected) => eventually(`${expected} hits, each once`, async (saw) => {
  const [all, distinct] = await count(server);
  saw({ all, distinct });
  if (all > expected || all !== distinct) throw Object.assign(new Error(`${all} hits of ${distinct} lines, expected ${expected}`), { fatal: true });
  return all === expected;
}, 30_000);

// What is cut or deleted before it was read is lost to anyone, so those rotations wait for the reader. A renamed file is
// heard to its end; one that was compressed, too, but not by the next start: its copy is for `ballcone import`.
const waits = { rename: () => false, copytruncate: () => true, remove: () => true, compress: (restarts) => restarts };

for (const [name, rotate] of Object.entries(rotations)) {
  test(`${name} under load, with restarts in between`, async (t) => {
    const site = new Site('follow');
    const writer = new Writer(site);
    const follow = () => Ballcone.start({ database: site.database, args: ['-p', '0.1', '--follow', writer.path] });
    let server = await follow();
    t.after(async () => { writer.close(); await server.stop(); });
    for (let round = 0; round < 6; round++) {
      for (let i = 0; i < 10; i++) {
        writer.write(50);
        await pause(2);
      }
      const restarts = round % 3 === 1;
      if (waits[name](restarts)) await holds(server, writer.next);
      rotate(writer);
      writer.write(50);
      if (restarts) {
        // What is written while nobody reads is read afterwards.
        if (round === 1) await server.stop();
        else await server.kill();
        writer.write(30);
        server = await follow();
      }
    }
    await holds(server, writer.next);
    // Conservation, per source.
    const source = (await server.status()).sources.find((one) => one.name.includes('access.log'));
    assert.ok(source, 'the followed file is a source');
    assert.equal(source.received, source.stored + Object.values(source.dropped).reduce((a, b) => a + b, 0));
  });
}

test('a rename while nobody reads is found at the next start', async (t) => {
  const site = new Site('follow');
  const writer = new Writer(site);
  const args = ['-p', '0.1', '--follow', writer.path];
  const first = await Ballcone.start({ database: site.database, args });
  writer.write(200);
  await holds(first, 200);
  await first.stop();
  writer.write(100);
  rotations.rename(writer);
  writer.write(100);
  const second = await start(t, { database: site.database, args });
  await holds(second, 407);
  writer.close();
});

test('half a line waits for its other half', async (t) => {
  const site = new Site('follow');
  const log = site.write('access.log', lines(0, 10));
  const server = await start(t, { database: site.database, args: ['-p', '0.1', '--follow', log] });
  await holds(server, 10);
  const next = line(10);
  site.append('access.log', next.slice(0, 60));
  await pause(400);
  await holds(server, 10);
  site.append('access.log', `${next.slice(60)}\n`);
  await holds(server, 11);
});

test('a file that is not there yet is followed when it comes', async (t) => {
  const site = new Site('follow');
  const server = await start(t, { database: site.database, args: ['-p', '0.1', '--follow', site.path('later.log'), site.path('also.log')] });
  site.write('later.log', lines(0, 10));
  site.write('also.log', lines(100, 110));
  await holds(server, 20);
});

test('what was followed is known to an import, compressed too, and the other way round', async (t) => {
  const site = new Site('follow');
  const writer = new Writer(site);
  writer.write(500);
  assert.equal((await site.import(writer.path)).stored, 500);
  const server = await start(t, { database: site.database, args: ['-p', '0.1', '--follow', writer.path] });
  writer.write(100);
  await holds(server, 600);
  rotations.compress(writer);
  writer.write(100);
  await holds(server, 700);
  const again = await site.import(`${writer.path}.1.gz`);
  assert.deepEqual([again.stored, again.known_files], [0, 1]);
  const list = JSON.parse((await site.run('--list', '--json')).stdout);
  assert.deepEqual(list.map((row) => [row.follow, row.stored]), [[false, 500], [true, 200]]);
  await holds(server, 700);
  writer.close();
});

test('the settings file names files to follow', async (t) => {
  const site = new Site('follow');
  const log = site.write('access.log', lines(0, 10));
  const config = site.write('ballcone.toml', `follow = ["blog=${log}"]\n`);
  const server = await start(t, { database: site.database, args: ['-p', '0.1', '-c', config] });
  await holds(server, 10);
  assert.deepEqual(await server.rows('SELECT DISTINCT service FROM hits'), [['blog']]);
});

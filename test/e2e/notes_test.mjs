// Markers and segments through the command, with and without a server, and over HTTP.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { Ballcone, ballcone as run, start, temporary_folder } from './harness.mjs';

const marker = (database, ...args) => run('marker', args[0], '-d', database, ...args.slice(1));

test('markers are added, listed and removed, with a server and without', async (t) => {
  const database = path.join(temporary_folder('markers'), 'ballcone.duckdb');
  const time = '2026-11-23T13:00:00+01:00';
  const first = await marker(database, 'add', 'example', 'Release 2', '--time', time);
  assert.equal(first.stdout, 'example: 2026-11-23T12:00:00Z Release 2\n', first.stderr);
  const ballcone = await Ballcone.start({ database });
  t.after(() => ballcone.stop());
  assert.equal((await marker(database, 'add', 'example', 'Release 2', '--time', time)).stdout, first.stdout);
  const now = await ballcone.post('/api/v1/markers', { action: 'add', service: 'example', text: 'Now' });
  assert.equal(now.status, 200);
  assert.ok(Math.abs(Date.parse(now.body.markers[1].time) - Date.now()) < 60_000);
  const removed = await marker(database, 'remove', 'example', 'Release 2', '--time', time);
  assert.match(removed.stdout, /^example: .* Now\n$/);
  const missing = await marker(database, 'remove', 'example', 'Release 2', '--time', time);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /expected a marker of example/);
});

test('segments keep filters that a question may have', async (t) => {
  const ballcone = await start(t);
  const filters = [['is', 'country', 'DE'], ['in', 'browser', ['Firefox', "it's"]]];
  const added = await ballcone.post('/api/v1/segments', { action: 'add', service: 'example', name: 'Germany', filters });
  assert.deepEqual(added.body, { segments: [{ service: 'example', name: 'Germany', filters }] });
  assert.deepEqual((await ballcone.json('/api/v1/segments?service=example')).body, added.body);
  assert.deepEqual((await ballcone.json('/api/v1/segments?service=other')).body, { segments: [] });
  for (const [target, request, words] of [
    ['/api/v1/segments', { action: 'add', service: 'example', name: 'x', filters: [['is', 'nothing', 'DE']] }, /expected a dimension/],
    ['/api/v1/segments', { action: 'add', service: 'example', name: 'x', filters: [] }, /expected filters/],
    ['/api/v1/segments', { action: 'add', service: 'example', name: '', filters }, /name of 1 to 100 bytes/],
    ['/api/v1/segments', { action: 'remove', service: 'example', name: 'x' }, /expected a segment of example/],
    ['/api/v1/segments', { action: 'ad' }, /"add", "remove" or "list"/],
    ['/api/v1/markers', { action: 'add', service: 'example', text: '' }, /text of 1 to 200 bytes/],
    ['/api/v1/markers', { action: 'add', service: 'example', text: 'x', time: 'noon' }, /expected a time/],
    ['/api/v1/markers', '[', /"add", "remove" or "list"/],
  ]) {
    const answer = await ballcone.post(target, request);
    assert.equal(answer.status, 400, JSON.stringify([request, answer.body]));
    assert.match(answer.body.error.message, words);
  }
  const removed = await ballcone.post('/api/v1/segments', { action: 'remove', service: 'example', name: 'Germany' });
  assert.deepEqual(removed.body, { segments: [] });
});

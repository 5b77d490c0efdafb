// Goals and funnels through the command, with and without a server, and over HTTP.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { Ballcone, ballcone as run, hit, start, temporary_folder } from './harness.mjs';

const goal = (database, ...args) => run('goal', args[0], '-d', database, ...args.slice(1));

test('goals are added, asked and removed, with a server and without', async (t) => {
  const database = path.join(temporary_folder('goals'), 'ballcone.duckdb');
  const first = await goal(database, 'add', 'example', 'Thanks', '--path', '/thanks*');
  assert.equal(first.code, 0, first.stderr);
  assert.equal(first.stdout, 'example: Thanks, path /thanks*\n');

  const ballcone = await Ballcone.start({ database });
  t.after(() => ballcone.stop());
  const added = await goal(database, 'add', 'example', 'Cart', '--path', '/cart');
  assert.equal(added.stdout, 'example: Cart, path /cart\nexample: Thanks, path /thanks*\n', added.stderr);
  const visitors = ['192.0.2.1', '198.51.100.2', '203.0.113.3'];
  await ballcone.send_hits(visitors.map((ip) => hit({ ip, path: '/cart' })));
  await ballcone.settled();
  await ballcone.send_hits(visitors.slice(1).map((ip) => hit({ ip, path: '/thanks/a' })));
  await ballcone.settled();

  const { body } = await ballcone.post('/api/v1/query', { service: 'example', report: 'goals', range: 'all' });
  assert.deepEqual(body.rows, [['Cart', 3, 3, 1], ['Thanks', 2, 2, 0.666667]]);
  const funnel = await ballcone.post('/api/v1/funnel', { service: 'example', range: 'all', steps: [{ goal: 'Cart' }, { goal: 'Thanks' }] });
  assert.equal(funnel.status, 200);
  assert.deepEqual(funnel.body.steps, [
    { goal: 'Cart', visitors: 3, share: 1, dropped: 0, dropped_share: 0 },
    { goal: 'Thanks', visitors: 2, share: 0.666667, dropped: 1, dropped_share: 0.333333 },
  ]);
  assert.equal((await goal(database, 'remove', 'example', 'Cart')).stdout, 'example: Thanks, path /thanks*\n');
  const missing = await goal(database, 'remove', 'example', 'Cart');
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /expected a goal of example, got "Cart"/);
  assert.deepEqual((await ballcone.json('/api/v1/goals?service=example')).body, { goals: [{ service: 'example', name: 'Thanks', path: '/thanks*' }] });
});

test('wrong goals and funnels say what would have been right', async (t) => {
  const ballcone = await start(t);
  await ballcone.send_hits([hit()]);
  await ballcone.settled();
  for (const [target, request, status, words, field] of [
    ['/api/v1/goals', { action: 'add', service: 'example', name: 'A' }, 400, /either an event/],
    ['/api/v1/goals', { action: 'add', service: 'example', name: 'A', event: 'x', path: '/x' }, 400, /either an event/],
    ['/api/v1/goals', { action: 'add', service: 'example', name: '', event: 'x' }, 400, /name of 1 to 100 bytes/],
    ['/api/v1/goals', { action: 'add', service: 'example', name: 'A', path: 'x' }, 400, /begins with \/ or \*/],
    ['/api/v1/goals', { action: 'ad' }, 400, /"add", "remove" or "list"/],
    ['/api/v1/goals', '[', 400, /"add", "remove" or "list"/],
    ['/api/v1/funnel', { service: 'example', steps: [{ path: '/' }] }, 400, /2 to 8 steps/],
    ['/api/v1/funnel', { service: 'none', steps: [{ path: '/' }, { path: '/a' }] }, 404, /service that has hits/],
    ['/api/v1/funnel', { steps: [{ path: '/' }, { path: '/a' }] }, 404, /expected a service/, 'service'],
    ['/api/v1/query', { service: 'example', report: 'goals', by: ['goal', 'path'] }, 400, /goal alone/],
  ]) {
    const answer = await ballcone.post(target, request);
    assert.equal(answer.status, status, JSON.stringify([request, answer.body]));
    assert.match(answer.body.error.message, words);
    if (field) assert.equal(answer.body.error.field, field);
  }
  const foreign = await ballcone.fetch('/api/v1/goals', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' });
  assert.equal(foreign.status, 415);
  for (let i = 0; i < 50; i++) assert.equal((await ballcone.post('/api/v1/goals', { action: 'add', service: 'example', name: `G${i}`, event: 'x' })).status, 200);
  assert.match((await ballcone.post('/api/v1/goals', { action: 'add', service: 'example', name: 'more', event: 'x' })).body.error.message, /at most 50/);
});

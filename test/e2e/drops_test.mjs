// Each reason for which a line is not stored, from the outside, with its counter on both sides.
import assert from 'node:assert/strict';
import test from 'node:test';
import { hit, start, syslog } from './harness.mjs';

const json = (fields) => syslog(JSON.stringify(hit(fields)));
const without = (...names) => {
  const fields = hit();
  for (const name of names) delete fields[name];
  return syslog(JSON.stringify(fields));
};

const reasons = {
  empty: [''],
  no_payload: ['GET / HTTP/1.0', '\n', '<190>Nov 23 12:00:00 web1 nginx: ', Buffer.from([0x3c, 0x31, 0x3e, 0xff, 0xfe, 0x00])],
  truncated: [json({ service: undefined }).slice(0, 60)],
  malformed: [syslog('hello'), syslog('[1, 2]'), syslog('{"service": "example", "date": 12 oops}')],
  no_service: [without('service'), json({ service: '' }), json({ service: '-' })],
  bad_service: [json({ service: 'two words' }), json({ service: 'a/b' }), json({ service: 'x'.repeat(65) }), json({ service: '"; DROP TABLE hits; --' })],
  no_time: [without('date'), json({ date: '' })],
  bad_time: [json({ date: 'yesterday' }), json({ date: '2026-02-30T00:00:00Z' }), json({ date: '1970-01-01T00:00:00Z' }), json({ date: '2026-11-23 12:00:00' })],
};

test('a line that cannot be stored is counted with its reason, and its neighbours are stored', async (t) => {
  const ballcone = await start(t);
  for (const [reason, lines] of Object.entries(reasons)) {
    await t.test(reason, async () => {
      const before = await ballcone.source();
      await ballcone.send([json({}), ...lines, json({})]);
      const after = await ballcone.settled();
      const changed = Object.entries(after.dropped).filter(([name, count]) => count !== before.dropped[name]);
      assert.deepEqual(changed, [[reason, before.dropped[reason] + lines.length]]);
      assert.equal(after.stored, before.stored + 2);
      assert.ok(after.help[reason].length > 10);
    });
  }
  await t.test('metrics show the same', async () => {
    const metrics = await ballcone.metrics();
    for (const [reason, lines] of Object.entries(reasons)) {
      const count = [...metrics].find(([name]) => name.startsWith('ballcone_lines_dropped_total') && name.includes(`reason="${reason}"`))?.[1];
      assert.equal(count, lines.length, reason);
    }
  });
  await t.test('the log says so, a few times and not a hundred', async () => {
    const before = ballcone.log.split('\n').length;
    await ballcone.send(Array.from({ length: 500 }, () => syslog('hello')));
    await ballcone.settled();
    assert.ok(ballcone.log.split('\n').length - before < 20, ballcone.log.slice(-2000));
  });
});

test('a sender cannot create services without end', async (t) => {
  const ballcone = await start(t, { args: ['--services-max', '3'] });
  await ballcone.send(Array.from({ length: 50 }, (_, i) => json({ service: `site${i % 10}` })));
  const { dropped, stored } = await ballcone.settled();
  assert.deepEqual([stored, dropped.too_many_services], [15, 35]);
});

test('--services names those that are stored', async (t) => {
  const ballcone = await start(t, { args: ['--services', 'blog,Shop'] });
  await ballcone.send([json({ service: 'blog' }), json({ service: 'SHOP' }), json({ service: 'other' })]);
  const { dropped, stored } = await ballcone.settled();
  assert.deepEqual([stored, dropped.service_not_allowed], [2, 1]);
});

test('conservation holds for bytes of any kind', async (t) => {
  const ballcone = await start(t);
  let state = 12345;
  const random = () => (state = (state * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
  const lines = Array.from({ length: 2000 }, (_, i) => {
    const line = Buffer.from(json({ path: `/${i}`, user_agent: `агент ${i}` }));
    for (let flips = 0; flips < i % 7; flips++) line[Math.floor(random() * line.length)] = Math.floor(random() * 256);
    return line.subarray(0, i % 11 ? line.length : Math.floor(random() * line.length));
  });
  await ballcone.send(lines);
  const source = await ballcone.settled();
  assert.equal(source.received, 2000);
  assert.ok(source.stored > 200);
  assert.deepEqual(await ballcone.rows('SELECT count(*) FROM main.hits'), [[source.stored]]);
});

// The live tail's rows, and how fast a database grows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { addGap, addNews, kNoRows, kRowsMax, kRowsPerFrame, letIn, pause, rateOf, resume } = await load('live_rows');
const { growthOf } = await load('growth');
const { pageOf, livePath } = await load('path');

const hit = (path) => ({ time: '2026-11-30T12:00:00Z', service: 'blog', path });
const news = (paths, more = {}) => ({
  arrived: paths.length,
  unseen: 0,
  hidden: 0,
  hits: paths.map(hit),
  drops: [],
  ...more,
});
const paths = (rows) => rows.map((row) => row.hit?.path ?? row.what);

test('the newest hit stands first, and there are never too many', () => {
  let rows = addNews(kNoRows, news(['/1', '/2']), 0);
  rows = addNews(rows, news(['/3'], { drops: [{ reason: 'empty' }] }), 0);
  assert.deepEqual(paths(rows.rows), ['/3', 'drop', '/2', '/1']);
  assert.equal(new Set(rows.rows.map(({ id }) => id)).size, 4);
  for (let i = 0; i < 3 * kRowsMax; i += 1) rows = addNews(rows, news([`/${i}`]), 0);
  assert.equal(rows.rows.length, kRowsMax);
  assert.equal(rows.rows[0].hit.path, `/${3 * kRowsMax - 1}`);
  assert.equal(rows.shown, 3 * kRowsMax + 3);
});

test('a pause holds what comes, counts it, and gives it back', () => {
  let rows = pause(addNews(kNoRows, news(['/before']), 0));
  rows = addNews(rows, news(['/1', '/2']), 0);
  rows = pause(addGap(rows, 0)); // a second pause is none
  assert.deepEqual(paths(rows.rows), ['/before']);
  assert.equal(rows.heldCount, 3);
  for (let i = 0; i < kRowsMax; i += 1) rows = addNews(rows, news(['/more']), 0);
  assert.equal(rows.held.length, kRowsMax);
  assert.equal(rows.heldCount, kRowsMax + 3);
  rows = resume(rows);
  assert.equal(rows.held, null);
  assert.equal(rows.entering.length, kRowsMax);
  assert.deepEqual(resume(rows), rows);
});

test('many rows come in a frame at a time, the oldest first, and what comes meanwhile after them', () => {
  let rows = pause(addNews(kNoRows, news(['/before']), 0));
  const held = Array.from({ length: 2 * kRowsPerFrame + 1 }, (_, i) => `/${i}`);
  for (const path of held) rows = addNews(rows, news([path]), 0);
  rows = resume(rows);
  assert.deepEqual(paths(rows.rows), ['/before']);
  rows = letIn(rows);
  assert.equal(rows.rows.length, 1 + kRowsPerFrame);
  assert.equal(rows.rows[0].hit.path, held[kRowsPerFrame - 1]);
  rows = addNews(rows, news(['/after']), 0);
  assert.equal(rows.rows.length, 1 + kRowsPerFrame);
  const paused = pause(rows);
  assert.equal(paused.heldCount, kRowsPerFrame + 2);
  rows = letIn(letIn(resume(paused)));
  assert.deepEqual(paths(rows.rows), ['/after', ...[...held].reverse(), '/before']);
  assert.deepEqual([rows.entering, letIn(rows).rows], [[], rows.rows]);
  assert.equal(new Set(rows.rows.map(({ id }) => id)).size, rows.rows.length);
});

test('what is not shown is counted, and the rate is of all that came', () => {
  let rows = addNews(kNoRows, news(['/1'], { arrived: 500, unseen: 100, hidden: 399 }), 1000);
  rows = addNews(rows, news([], { arrived: 500 }), 4000);
  assert.deepEqual([rows.hidden, rows.unseen, rows.shown], [399, 100, 1]);
  assert.equal(rateOf(rows, 4000), 200);
  assert.equal(rateOf(rows, 6500), 100);
  assert.equal(rateOf(rows, 60_000), 0);
});

test('growth is known an hour after the start', () => {
  const at = Date.parse('2026-11-30T12:00:00Z');
  const database = {
    file_bytes: 5_000_000,
    sizes: [{ time: '2026-11-30T12:00:00Z', file_bytes: 4_000_000, hits: 1 }],
  };
  assert.equal(growthOf(database, at + 60_000), null);
  assert.equal(growthOf(database, at + 6 * 3_600_000), 4_000_000);
  assert.equal(growthOf({ ...database, sizes: [] }, at), null);
});

test('the live page of one service and of all', () => {
  for (const service of ['', 'blog', 'а б'])
    assert.deepEqual(pageOf(livePath(service), ''), { name: 'live', service });
  assert.deepEqual(pageOf('/stats/services/blog/live', '/stats'), { name: 'live', service: 'blog' });
  assert.equal(pageOf('/services/blog/dead', '').name, 'missing');
});

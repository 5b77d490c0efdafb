// However it ends, what was promised is there: told to stop, everything that had arrived; killed, every batch whole.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { Ballcone, eventually, hit, pause, Sender, start, syslog, temporary_folder } from './harness.mjs';

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal} stores what was sent just before`, async (t) => {
    const database = path.join(temporary_folder('stop'), 'ballcone.duckdb');
    const first = await Ballcone.start({ database, args: ['-p', '60'] });
    // One burst that any receive buffer holds, and the signal at once: nothing of it has been committed.
    const sender = new Sender(first.syslog_port);
    await sender.send(Array.from({ length: 100 }, (_, i) => syslog(JSON.stringify(hit({ path: `/${i}` })))));
    sender.close();
    await first.stop(signal);
    assert.match(first.log, /received 100, stored 100, dropped 0, lost in the kernel 0/);

    const second = await start(t, { database });
    assert.deepEqual(await second.rows('SELECT count(*), count(DISTINCT path) FROM hits'), [[100, 100]]);
  });
}

test('visitors are the same before and after a restart on the same day', async (t) => {
  const database = path.join(temporary_folder('salts'), 'ballcone.duckdb');
  for (const path_ of ['/before', '/after']) {
    const ballcone = await Ballcone.start({ database });
    await ballcone.send_hits([hit({ path: path_, date: '2025-03-01T12:00:00+00:00' })]);
    await ballcone.settled();
    await ballcone.stop();
  }
  const ballcone = await start(t, { database });
  assert.deepEqual(await ballcone.rows('SELECT count(*), count(DISTINCT visitor) FROM hits'), [[2, 1]]);
});

test('kill -9 in the middle of a load leaves every committed batch whole', async (t) => {
  const database = path.join(temporary_folder('kill'), 'ballcone.duckdb');
  const rounds = 12;
  let stored_before = 0;
  for (let round = 0; round < rounds; round++) {
    const ballcone = await Ballcone.start({ database, args: ['-p', '0.05'] });
    const { hits } = (await ballcone.status()).database;
    assert.ok(hits >= stored_before, `round ${round}: ${hits} hits after ${stored_before} had been stored`);
    let is_killed = false;
    const sender = new Sender(ballcone.syslog_port);
    const load = (async () => {
      for (let i = 0; !is_killed; i += 100) {
        await sender.send(Array.from({ length: 100 }, (_, k) =>
          syslog(JSON.stringify(hit({ path: `/round${round}/${String(i + k).padStart(9, '0')}`, referrer: `https://r${i + k}.example/` }))))).catch(() => {});
        await pause(1);
      }
    })();
    const seen = await eventually('some commits under load', async () => {
      const state = await ballcone.status();
      return state.commits > round % 4 && state.sources[0].stored > 0 && state;
    });
    await pause(round * 7);  // at a different moment of the commit each time
    await ballcone.kill();
    is_killed = true;
    await load;
    sender.close();
    stored_before = hits + seen.sources[0].stored;
  }

  const ballcone = await start(t, { database });
  const { hits } = (await ballcone.status()).database;
  assert.ok(hits >= stored_before, `${hits} hits after ${stored_before} had been stored`);
  // Of each round there are whole batches, each line once and with every text that belongs to it. Workers commit side by
  // side, so a batch may be there and an older one not.
  const rows = await ballcone.rows(`SELECT split_part(path, '/', 2) AS round, count(*), count(DISTINCT path), max(split_part(path, '/', 3)::BIGINT) + 1 AS length,
    count(*) FILTER (referrer IS NULL OR user_agent IS NULL OR browser IS NULL) FROM hits GROUP BY 1 ORDER BY 1`);
  assert.equal(rows.length, rounds);
  for (const [round, count, distinct, length, incomplete] of rows) {
    assert.deepEqual([distinct, incomplete], [count, 0], round);
    assert.ok(count <= length, `${round}: ${count} of ${length}`);
  }
  assert.equal(rows.reduce((sum, row) => sum + row[1], 0), hits);
});

// Who waits when there is not enough processor: what `top -H` shows of each thread.
import fs from 'node:fs';
import test from 'node:test';
import { eventually, start } from './harness.mjs';

// → thread's name → its nice values.
function ranks_of(pid) {
  const ranks = new Map();
  for (const thread of fs.readdirSync(`/proc/${pid}/task`)) {
    const stat = fs.readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(stat);
    ranks.set(name, (ranks.get(name) ?? new Set()).add(Number(rest.split(' ')[16])));
  }
  return ranks;
}

test('questions, the engine and derivation give way to what comes from outside', async (t) => {
  const ballcone = await start(t);
  const [own] = ranks_of(process.pid).get('node');
  const later = Math.min(19, own + 5);
  const expected = { 'http loop': own, ingest: own, collect: own, reader: later, engine: later, derive: later };
  await eventually('every thread under its name, with its rank', (saw) => {
    const ranks = ranks_of(ballcone.pid);
    saw([...ranks].map(([name, found]) => [name, [...found]]));
    return Object.entries(expected).every(([name, rank]) => [...(ranks.get(name) ?? [])].join() === String(rank));
  });
});

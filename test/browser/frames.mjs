// What a page's own work takes of its frames: the processor time of its main thread, by Chromium's tracing. A busy machine
// makes every frame late, whatever a page does; it adds next to nothing to this.
import assert from 'node:assert/strict';

const kCategories = ['-*', 'disabled-by-default-devtools.timeline', 'devtools.timeline'];

// → the milliseconds of each frame while `act` runs: of all tasks since the last one, with that which draws it.
export async function frameWork(browser, page, act) {
  await browser.startTracing(page, { categories: kCategories });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const threads = new Map(traceEvents.filter(({ name }) => name === 'thread_name').map(({ pid, tid, args }) => [`${pid}/${tid}`, args.name]));
  const ofMain = (name) => traceEvents.filter((event) => event.name === name && event.ph === 'X' && threads.get(`${event.pid}/${event.tid}`) === 'CrRendererMain');
  const drawn = ofMain('Commit').sort((a, b) => a.ts - b.ts);
  assert.equal(new Set(drawn.map(({ pid }) => pid)).size, 1, 'expected one page that draws frames in the trace');
  const tasks = ofMain('RunTask').filter(({ pid }) => pid === drawn[0].pid);
  const clocked = tasks.filter(({ tdur }) => tdur !== undefined);
  assert.ok(clocked.length > 0.9 * tasks.length, `expected tasks with their processor time, got ${clocked.length} of ${tasks.length}`);
  const frames = drawn.map(() => 0);
  for (const { ts, dur, tdur } of tasks) {
    const frame = drawn.findIndex((commit) => ts < commit.ts);
    if (frame >= 0) frames[frame] += (tdur ?? dur) / 1000;
  }
  return frames;
}

function quantileOf(frames, part) {
  const sorted = [...frames].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

export const medianOf = (frames) => quantileOf(frames, 0.5);

export function frameText(frames) {
  const at = (part) => quantileOf(frames, part).toFixed(1);
  return `${frames.length} frames, ms of work: median ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}`;
}

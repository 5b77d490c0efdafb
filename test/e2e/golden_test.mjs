// Text in, text out: each file of cases/ has lines, then requests with the answers they must give.
//
//   # what the case shows
//   --- options                    (optional) more flags, one per line
//   --- lines                      datagrams, one per line; <0xFF> is that byte; @NOW-5@ is 5 seconds ago, ISO 8601
//   --- GET /api/v1/query?…        or POST /path {"json": "body"}
//   {…}                            the answer; @DAY-1@ is yesterday's date, UTC
//
// UPDATE_GOLDEN=1 rewrites the answers; the diff is the review.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { root, start } from './harness.mjs';

const folder = path.join(root, 'test/e2e/cases');
const day_ms = 86_400_000;

function read_case(file) {
  const parts = fs.readFileSync(file, 'utf8').split(/^--- (.*)\n/m);
  const sections = [];
  for (let i = 1; i < parts.length; i += 2) sections.push({ title: parts[i].trim(), body: parts[i + 1] });
  return { intro: parts[0], sections };
}

const fill_in = (text, now) => text
  .replace(/@NOW(?:-(\d+))?@/g, (_, ago) => new Date(now - Number(ago ?? 0) * 1000).toISOString().replace(/\.\d+Z/, '+00:00'))
  .replace(/@DAY(?:-(\d+))?@/g, (_, ago) => new Date(now - Number(ago ?? 0) * day_ms).toISOString().slice(0, 10));

// Dates near today become what fill_in makes them of, but for examples in messages; durations and times of the run become 0.
function as_written(value, now) {
  const today = Date.parse(new Date(now).toISOString().slice(0, 10));
  const relative = (text) => text.replace(/\b20\d\d-\d\d-\d\d\b/g, (date) => {
    const ago = Math.round((today - Date.parse(date)) / day_ms);
    return Math.abs(ago) > 60 ? date : ago === 0 ? '@DAY@' : ago > 0 ? `@DAY-${ago}@` : `@DAY+${-ago}@`;
  });
  return JSON.parse(JSON.stringify(value, (key, inner) => {
    if (key === 'elapsed_ms' || key === 'uptime_s') return 0;
    return typeof inner === 'string' && key !== 'message' ? relative(inner) : inner;
  }));
}

// JSON with what fits on one line on one line.
function pretty(value, indent = '') {
  const short = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || short.length + indent.length <= 110) return short;
  const inner = `${indent}  `;
  const items = Array.isArray(value) ? value.map((item) => inner + pretty(item, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${pretty(item, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${items.join(',\n')}\n${indent}${close}`;
}

function datagrams(body, now) {
  return fill_in(body, now).split('\n').filter(Boolean).map((line) =>
    Buffer.concat(line.split(/(<0x[0-9A-Fa-f]{2}>)/).map((part) =>
      (/^<0x..>$/.test(part) ? Buffer.from([parseInt(part.slice(3, 5), 16)]) : Buffer.from(part)))));
}

async function ask(ballcone, title, now) {
  const [, method, target, body] = /^(GET|POST) (\S+) ?(.*)$/.exec(fill_in(title, now));
  const response = await ballcone.fetch(target, method === 'POST'
    ? { method, body, headers: { 'content-type': 'application/json' } } : { method, redirect: 'manual' });
  const text = await response.text();
  const answer = (response.headers.get('content-type') ?? '').includes('json') ? JSON.parse(text) : text;
  return as_written(response.status === 200 ? answer : { status: response.status, answer }, now);
}

for (const name of fs.readdirSync(folder).filter((file) => file.endsWith('.txt')).sort()) {
  test(`golden ${name}`, async (t) => {
    const file = path.join(folder, name);
    const { intro, sections } = read_case(file);
    const options = sections.find(({ title }) => title === 'options');
    const ballcone = await start(t, { args: options?.body.split('\n').filter(Boolean) });
    let text = intro;
    for (const { title, body } of sections) {
      // Taken anew for each section, so that a run over midnight is wrong for one section at most.
      const now = Date.now();
      text += `--- ${title}\n`;
      if (title === 'lines') {
        await ballcone.send(datagrams(body, now));
        await ballcone.settled();
      }
      if (!/^(GET|POST) /.test(title)) { text += body; continue; }
      const answer = await ask(ballcone, title, now);
      text += `${pretty(answer)}\n\n`;
      if (!process.env.UPDATE_GOLDEN) assert.deepEqual(answer, JSON.parse(body), title);
    }
    if (process.env.UPDATE_GOLDEN) fs.writeFileSync(file, `${text.trimEnd()}\n`);
  });
}

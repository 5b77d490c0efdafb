// Every question of docs/sql.md, asked of a small site: none may fail, each has an answer, with the columns that are shown.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { hit, root, start } from './harness.mjs';

// Heading, statement, and the names over the answer's columns.
function questions() {
  const text = fs.readFileSync(path.join(root, 'docs/sql.md'), 'utf8');
  return [...text.matchAll(/^### (.*)\n+```sql\n([^]*?)```\n+\|(.*)\|\n/gm)].map(([, title, sql, head]) =>
    ({ title, sql, columns: head.split('|').map((name) => name.trim()) }));
}

const minutes = (n) => new Date(Date.now() - n * 60_000).toISOString();
const agents = {
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  gptbot: 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
};

// Six people who read three pages each with their styles and pictures, a broken link, a stolen picture, a crawler.
function site() {
  const hits = [];
  for (let person = 1; person <= 6; person++) {
    const common = { ip: `192.0.2.${person}`, user_agent: agents.firefox };
    const from = person % 2 ? 'https://www.google.com/' : '';
    ['/', '/pricing', '/docs'].forEach((page, i) => {
      const referrer = i === 0 ? from : 'https://example.com/';
      hits.push(hit({ ...common, path: page, referrer, date: minutes(9 - i) }));
      hits.push(hit({ ...common, path: '/style.css', referrer: `https://example.com${page}`, date: minutes(9 - i) }));
    });
    hits.push(hit({ ...common, path: '/helo', status: '404', referrer: 'https://news.example.org/', date: minutes(2) }));
    hits.push(hit({ ...common, path: '/img/cat.jpg', referrer: 'https://forum.example.net/', date: minutes(1) }));
  }
  for (const page of ['/', '/pricing', '/docs']) hits.push(hit({ path: page, user_agent: agents.gptbot, ip: '198.51.100.7' }));
  return hits;
}

test('every question of docs/sql.md has an answer', async (t) => {
  const ballcone = await start(t);
  await ballcone.send_hits(site());
  await ballcone.settled();
  const all = questions();
  assert.equal(all.length, 11);
  const blocks = fs.readFileSync(path.join(root, 'docs/sql.md'), 'utf8').match(/^```sql$/gm).length;
  assert.equal(all.length, blocks, 'each statement has a heading above and an answer below');
  for (const { title, sql, columns } of all) {
    await t.test(title, async () => {
      const { status, body } = await ballcone.sql(sql);
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual(body.columns.map(({ name }) => name), columns);
      assert.ok(body.rows.length > 0, 'no rows');
    });
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachRow, load } from './load.mjs';

const { shareOf } = await load('path');
const { originsOf, snippetOf } = await load('share');

test('a shared page is known by its address, under any prefix', () => {
  eachRow(assert, shareOf, [
    ['/share/1a2b', '', '/share/1a2b'],
    ['/stats/share/1a2b', '/stats', '/share/1a2b'],
    ['/stats/share/1a2b/login', '/stats', '/share/1a2b'],
    ['/share/', '', ''],
    ['/share', '', ''],
    ['/services/share', '', ''],
    ['/', '', ''],
  ]);
});

test('sites are told apart however they are written', () => {
  eachRow(assert, originsOf, [
    ['', []],
    ['https://a.example', ['https://a.example']],
    [' https://a.example/,https://b.example  https://c.example ', ['https://a.example', 'https://b.example', 'https://c.example']],
  ]);
});

test('the code that embeds a page holds no markup but its own', () => {
  const snippet = snippetOf('https://a.example/share/1a2b', 'Statistics of "<b>&');
  assert.match(snippet, /^<iframe src="https:\/\/a\.example\/share\/1a2b\?embed=1" title="/);
  assert.match(snippet, /title="Statistics of &quot;&lt;b>&amp;" loading="lazy"/);
});

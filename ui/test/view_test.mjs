import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachRow, load } from './load.mjs';

const view = await load('view');
const { baseOf, pageOf, servicePath } = await load('path');
const { makeQuestion } = await load('questions');
const kPlain = { range: '7d', grain: null, filters: [], bots: false };
const kGerman = ['is', 'country', 'DE'];

test('a view reads back from its URL as it was written', () => {
  for (const one of [
    kPlain,
    { ...kPlain, range: 'today', bots: true },
    {
      ...kPlain,
      range: '30d',
      grain: 'week',
      filters: [kGerman, ['is_not', 'path', '/a?b=c&d="é"#x']],
    },
    { ...kPlain, filters: [['in', 'status', ['404', '410']]] },
  ]) {
    assert.deepEqual(view.readView(view.writeView(one)), one);
  }
  assert.equal(view.writeView(kPlain), '');
});

test('what a URL says that cannot be understood is left out', () => {
  for (const search of [
    '?range=century',
    '?grain=second',
    '?filters=',
    '?filters={',
    '?filters={"a":1}',
    '?filters=[1,["is"]]',
    '?filters=[["equals","path","/"]]',
    '?filters=[["is","path",7]]',
    '?bots=yes',
  ]) {
    assert.deepEqual(view.readView(search), kPlain, search);
  }
});

test('a filter is added once, turned around and removed', () => {
  const one = view.addFilter(kPlain, kGerman);
  assert.deepEqual(view.addFilter(one, [...kGerman]), one);
  assert.deepEqual(view.flipFilter(one, kGerman).filters, [['is_not', 'country', 'DE']]);
  assert.deepEqual(view.removeFilter(one, kGerman), kPlain);
});

test('the step fits the range, and the choice is kept where the range has it', () => {
  eachRow(assert, (range, grain, days) => view.grainOf({ ...kPlain, range, grain }, days), [
    ['today', null, null, 'hour'],
    ['7d', null, 7, 'day'],
    ['7d', 'hour', 7, 'hour'],
    ['30d', 'hour', 30, 'day'],
    ['year', null, null, 'day'],
    ['year', null, 327, 'week'],
    ['all', null, 90, 'day'],
    ['all', null, 3000, 'month'],
    ['all', 'day', 3000, 'day'],
  ]);
});

test('a question carries the view, beside what the report asks itself', () => {
  const ranking = {
    name: 'not_found',
    title: '',
    kind: 'ranking',
    group: '',
    query: {
      metrics: ['hits'],
      by: ['path'],
      filters: [['is', 'status', '404']],
      include: ['bots'],
      limit: 10,
    },
  };
  const one = { ...kPlain, range: '30d', filters: [kGerman], bots: true };
  assert.deepEqual(makeQuestion(ranking, 'blog', one, 'day', 100), {
    metrics: ['hits'],
    by: ['path'],
    filters: [['is', 'status', '404'], kGerman],
    include: ['bots'],
    limit: 100,
    service: 'blog',
    range: '30d',
  });
  const series = { ...ranking, kind: 'series', query: { metrics: ['hits'], grain: 'day' } };
  assert.deepEqual(makeQuestion(series, 'blog', kPlain, 'hour'), {
    metrics: ['hits'],
    grain: 'hour',
    service: 'blog',
    range: '7d',
  });
});

test('the address says which page it is, under any prefix', () => {
  eachRow(assert, baseOf, [
    ['http://127.0.0.1:8080/assets/app-1A2B.js', ''],
    ['https://example.org/stats/ballcone/assets/app-1A2B.js', '/stats/ballcone'],
    ['data:text/javascript,', ''],
  ]);
  eachRow(assert, pageOf, [
    ['/', '', { name: 'overview' }],
    ['/services', '', { name: 'overview' }],
    ['/sql', '', { name: 'sql' }],
    ['/stats/', '/stats', { name: 'overview' }],
    ['/stats/nginx', '/stats', { name: 'setup' }],
    ['/setup', '', { name: 'setup' }],
    ['/services/a%2Fb', '', { name: 'service', service: 'a/b' }],
    ['/services/%E0', '', { name: 'service', service: '%E0' }],
    ['/services/a/count', '', { name: 'missing' }],
    ['/nothing', '', { name: 'missing' }],
  ]);
  assert.deepEqual(pageOf(servicePath('новости'), ''), { name: 'service', service: 'новости' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachRow, load } from './load.mjs';

const view = await load('view');
const { baseOf, pageOf, servicePath } = await load('path');
const { makeQuestion } = await load('questions');
const filters = await load('filters');
const range = await load('range');
const groups = await load('groups');
const kPlain = {
  range: '7d',
  compare: 'previous',
  grain: null,
  metrics: [],
  tabs: [],
  filters: [],
  bots: false,
  funnel: null,
};
const kGerman = ['is', 'country', 'DE'];
const kToday = '2026-11-23'; // a Monday

test('a view reads back from its URL as it was written', () => {
  for (const one of [
    kPlain,
    { ...kPlain, range: 'today', bots: true },
    { ...kPlain, range: 'last 24 hours', compare: 'none', metrics: ['visits', 'hits'] },
    { ...kPlain, range: { from: '2026-11-01', to: '2026-11-02' }, tabs: ['entry_pages', 'map'] },
    { ...kPlain, range: { from: '2026-11-23T10:00:00+01:00', to: '2026-11-23T12:00:00+01:00' } },
    {
      ...kPlain,
      range: '30d',
      compare: 'year',
      grain: 'week',
      filters: [kGerman, ['is_not', 'path', '/a?b=c&d="é"#x,:%2C']],
    },
    { ...kPlain, filters: [['in', 'status', ['404', '410']]] },
    { ...kPlain, funnel: { name: '', steps: [] } },
    {
      ...kPlain,
      funnel: {
        name: 'Кто & "как"?',
        steps: [
          { kind: 'path', value: '/a?b=*#,:' },
          { kind: 'goal', value: 'Order' },
        ],
      },
    },
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
    '?funnel={',
    '?funnel=7',
    '?funnel_name=Checkout',
    '?compare=century',
    '?metrics=%3Cscript%3E',
    '?tabs=A-B',
    '?from=2026-11-02&to=2026-11-01',
    '?from=2026-11-02',
    '?from=yesterday&to=today',
    '?from=2026-11-02&to=2026-11-03T10:00:00Z',
  ]) {
    assert.deepEqual(view.readView(search), kPlain, search);
  }
});

test('filters are added once, widened, turned around and removed', () => {
  const one = filters.withFilter([], kGerman);
  assert.deepEqual(filters.withFilter(one, [...kGerman]), one);
  assert.deepEqual(filters.flipped(kGerman), ['is_not', 'country', 'DE']);
  assert.deepEqual(filters.withoutFilter(one, kGerman), []);
  eachRow(assert, filters.withFilter, [
    [one, ['is', 'country', 'FR'], [['in', 'country', ['DE', 'FR']]]],
    [[['in', 'country', ['DE', 'FR']]], ['is', 'country', 'FR'], [['in', 'country', ['DE', 'FR']]]],
    [one, ['is_not', 'country', 'DE'], [['is_not', 'country', 'DE']]],
    [one, ['is_not', 'country', 'FR'], [kGerman, ['is_not', 'country', 'FR']]],
    [one, ['is', 'browser', ''], [kGerman, ['is', 'browser', '']]],
    [one, ['contains', 'path', 'a'], [kGerman, ['contains', 'path', 'a']]],
  ]);
});

test('the step fits the range, and the choice is kept where the range has it', () => {
  const grain = (stretch, wanted, first) => {
    const one = { ...kPlain, range: stretch, grain: wanted };
    return view.grainOf(one, view.lengthOfView(one, kToday, first));
  };
  eachRow(assert, grain, [
    ['today', null, null, 'hour'],
    ['today', 'minute', null, 'minute'],
    ['last 30 minutes', null, null, 'minute'],
    ['7d', null, null, 'day'],
    ['7d', 'hour', null, 'hour'],
    ['7d', 'minute', null, 'day'],
    ['90d', 'hour', null, 'day'],
    ['year', null, null, 'week'],
    ['all', null, null, 'month'],
    ['all', null, '2026-09-01', 'day'],
    ['all', null, '2018-09-01', 'month'],
    ['all', 'week', '2018-09-01', 'week'],
    [{ from: '2026-11-23T10:00:00Z', to: '2026-11-23T11:00:00Z' }, null, null, 'minute'],
  ]);
});

test('the period before and after is as long, by the calendar where it is one', () => {
  const days = (from, to) => ({ from, to });
  eachRow(assert, (one, direction) => range.moved(one, direction, kToday), [
    ['today', -1, 'yesterday'],
    ['yesterday', 1, 'today'],
    ['today', 1, null],
    ['7d', -1, days('2026-11-10', '2026-11-16')],
    [days('2026-11-10', '2026-11-16'), 1, '7d'],
    ['month', -1, days('2026-10-01', '2026-10-31')],
    [days('2026-10-01', '2026-10-31'), 1, 'month'],
    [days('2026-03-01', '2026-03-31'), -1, days('2026-02-01', '2026-02-28')],
    ['year', -1, days('2025-01-01', '2025-12-31')],
    [days('2025-01-01', '2025-12-31'), 1, 'year'],
    [days('2026-11-13', '2026-11-20'), 1, days('2026-11-21', '2026-11-23')],
    ['all', -1, null],
    ['last 30 minutes', -1, null],
    [
      days('2026-11-23T10:00:00+01:00', '2026-11-23T12:00:00+01:00'),
      -1,
      days('2026-11-23T07:00:00Z', '2026-11-23T09:00:00Z'),
    ],
  ]);
});

test('steps that are dragged over become a range', () => {
  eachRow(assert, range.stretchOf, [
    [['2026-11-01', '2026-11-02'], 'day', 0, 1, { from: '2026-11-01', to: '2026-11-02' }],
    [['2026-11-02', '2026-11-09'], 'week', 1, 1, { from: '2026-11-09', to: '2026-11-15' }],
    [['2026-01-01', '2026-02-01'], 'month', 1, 1, { from: '2026-02-01', to: '2026-02-28' }],
    [
      ['2026-11-23T22:00:00+01:00', '2026-11-23T23:00:00+01:00'],
      'hour',
      0,
      1,
      { from: '2026-11-23T22:00:00+01:00', to: '2026-11-24T00:00:00+01:00' },
    ],
    [[], 'day', 0, 1, null],
  ]);
});

test('a step is unfinished while it is going on, where the service is', () => {
  const now = Date.parse('2026-11-23T20:30:00Z'); // the 24th in Tokyo
  eachRow(assert, (time, grain, zone) => range.isUnfinished(time, grain, now, zone), [
    ['2026-11-23', 'day', 'UTC', true],
    ['2026-11-23', 'day', 'Asia/Tokyo', false],
    ['2026-11-24', 'day', 'Asia/Tokyo', true],
    ['2026-11-16', 'week', 'UTC', false],
    ['2026-11-23', 'week', 'UTC', true],
    ['2026-11-01', 'month', 'UTC', true],
    ['2026-11-23T20:00:00Z', 'hour', 'UTC', true],
    ['2026-11-23T19:00:00Z', 'hour', 'UTC', false],
    ['2026-11-23', 'day', 'No/Where', true],
  ]);
});

test('reports become panels with tabs, and the first of each is open unless the URL says more', () => {
  const report = (name, kind, group, tab) => ({ name, title: name, kind, group, tab, query: {} });
  const all = [
    report('overview', 'numbers', 'Head', 'a'),
    report('line', 'series', 'Head', 'b'),
    report('pages', 'ranking', 'Pages', 'Top'),
    report('gone', 'ranking', 'Pages', 'Not found'),
    report('links', 'table', 'Pages', 'Not found'),
  ];
  const plan = groups.planBoard(all);
  assert.deepEqual([plan.numbers?.name, plan.series?.name], ['overview', 'line']);
  const [pages] = plan.groups;
  assert.deepEqual(pages.tabs.map((tab) => [tab.name, tab.reports.length]), [
    ['Top', 1],
    ['Not found', 2],
  ]);
  const opened = groups.openedTabs(pages, ['map', 'gone'], all[4]);
  assert.deepEqual(opened, ['map', 'links']);
  assert.equal(groups.openReport(pages, opened)?.name, 'links');
  assert.deepEqual(groups.openedTabs(pages, opened, all[2]), ['map']);
  assert.equal(groups.openReport(pages, [])?.name, 'pages');
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
  assert.deepEqual(makeQuestion(ranking, 'blog', one, 'day'), {
    metrics: ['hits'],
    by: ['path'],
    filters: [['is', 'status', '404'], kGerman],
    include: ['bots', 'sql'],
    limit: 10,
    service: 'blog',
    range: '30d',
  });
  const series = { ...ranking, kind: 'series', query: { metrics: ['hits'], grain: 'day' } };
  assert.deepEqual(makeQuestion(series, 'blog', kPlain, 'hour'), {
    metrics: ['hits'],
    grain: 'hour',
    include: ['sql'],
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

const funnel = await load('funnel');

test('of a funnel in a URL the steps that are none are left out, and those past the eighth', () => {
  const steps = (json) => funnel.readFunnel(json, null)?.steps.map(({ kind, value }) => `${kind} ${value}`);
  eachRow(assert, steps, [
    [null, undefined],
    ['"path"', undefined],
    ['[]', []],
    ['[["path","/a"],["query","b"],["event",""],["goal",7],["goal"],"path",null,["event","b"]]', ['path /a', 'event b']],
    [JSON.stringify(Array.from({ length: 10 }, (_, i) => ['event', String(i)])), Array.from({ length: 8 }, (_, i) => `event ${i}`)],
  ]);
});

test('a path begins with a slash or a pattern; other steps are as they are typed', () => {
  eachRow(assert, funnel.tidied, [
    ['path', ' cart ', '/cart'],
    ['path', '/cart', '/cart'],
    ['path', '*.pdf', '*.pdf'],
    ['path', '  ', ''],
    ['event', ' Sign up ', 'Sign up'],
  ]);
});

test('steps change places with their neighbours, and not past the ends', () => {
  eachRow(assert, funnel.swapped, [
    [['a', 'b', 'c'], 1, -1, ['b', 'a', 'c']],
    [['a', 'b', 'c'], 1, 1, ['a', 'c', 'b']],
    [['a', 'b'], 0, -1, ['a', 'b']],
    [['a', 'b'], 1, 1, ['a', 'b']],
  ]);
});

test('a step is told as a share of the one before, where there was somebody', () => {
  const step = (text, visitors, share, dropped, dropped_share) => ({ path: text, visitors, share, dropped, dropped_share });
  const rows = funnel.rowsOf({
    steps: [step('/a', 8, 1, 0, 0), step('/b', 2, 0.25, 6, 0.75), step('/c', 0, 0, 2, 1), step('/d', 0, 0, 0, 0)],
  });
  assert.deepEqual(rows.map(({ shareBefore }) => shareBefore), [1, 0.25, 0, null]);
  assert.deepEqual(rows[1], {
    kind: 'path', value: '/b', visitors: 2, share: 0.25, shareBefore: 0.25, dropped: 6, droppedShare: 0.75,
  });
});

// From datagrams to answers: what was sent, what the two APIs say of it, and what plain SQL does.
import assert from 'node:assert/strict';
import test from 'node:test';
import { hit, start } from './harness.mjs';

const bot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const browsers = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
];
const day_ms = 86_400_000;

// Yesterday from ten o'clock on. Each visitor is [page, minute …] of their hits, with a style beside every page.
const visitors = [
  [['/', 0], ['/docs', 4], ['/pricing', 9]], // one visit of 9 minutes
  [['/', 1]], // a bounce
  [['/docs', 2], ['/docs', 33]], // 31 minutes of silence: two visits, both bounces
  [['/blog?utm_source=newsletter&utm_campaign=autumn', 5], ['/', 34]], // 29 minutes: one visit
];

function site(yesterday) {
  const at = (minute) => new Date(yesterday + 10 * 3_600_000 + minute * 60_000).toISOString();
  const hits = visitors.flatMap((views, i) => views.flatMap(([page, minute], view) => {
    const referrer = view > 0 ? 'https://example.com/' : i === 0 ? 'https://www.google.com/search' : '';
    const common = { ip: `192.0.2.${i + 1}`, user_agent: browsers[i % 2] };
    return [hit({ ...common, path: page, referrer, date: at(minute) }),
            hit({ ...common, path: '/style.css', referrer: 'https://example.com/', date: at(minute) })];
  }));
  return [...hits, hit({ path: '/', user_agent: bot, ip: '198.51.100.9', date: at(3) })];
}

test('hits, visits, and both APIs agree', async (t) => {
  const ballcone = await start(t);
  const yesterday = Math.floor(Date.now() / day_ms) * day_ms - day_ms;
  const date = new Date(yesterday).toISOString().slice(0, 10);
  await ballcone.send_hits(site(yesterday));
  const { stored } = await ballcone.settled();
  assert.equal(stored, 17);

  const range = { site_id: 'example', date_range: [date, date] };
  const v2 = async (question) => {
    const { status, body } = await ballcone.post('/api/v2/query', { ...range, ...question });
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const v1 = async (question) => {
    const { status, body } = await ballcone.post('/api/v1/query', { service: 'example', range: { from: date, to: date }, ...question });
    assert.equal(status, 200, JSON.stringify(body));
    return body.rows;
  };
  const figures = ['visitors', 'visits', 'pageviews', 'views_per_visit', 'bounce_rate', 'visit_duration'];
  const own = ['visitors', 'visits', 'page_views', 'views_per_visit', 'bounce_rate', 'visit_duration'];

  await t.test('the figures of the day are those that were sent', async () => {
    // 8 page views in 5 visits; 3 bounces; 9 and 29 minutes.
    assert.deepEqual((await v2({ metrics: figures })).results, [{ dimensions: [], metrics: [4, 5, 8, 1.6, 60, 456] }]);
    assert.deepEqual(await v1({ metrics: own }), [[4, 5, 8, 1.6, 0.6, 456]]);
    assert.deepEqual(await ballcone.rows('SELECT count(DISTINCT visitor), count(*), sum(views)::INTEGER, sum(is_bounce::INTEGER)::INTEGER, sum(duration)::INTEGER FROM visits'),
                     [[4, 5, 8, 3, 38 * 60]]);
    assert.deepEqual(await ballcone.rows('SELECT count(*) FROM page_views'), [[8]]);
    assert.deepEqual(await ballcone.rows('SELECT count(*), count(*) FILTER (is_page_view), count(bot) FROM hits'), [[17, 8, 1]]);
  });
  await t.test('so are those of each dimension', async () => {
    const pairs = { 'event:page': 'path', 'event:hostname': 'host', 'visit:entry_page': 'entry_path', 'visit:exit_page': 'exit_path',
                    'visit:source': 'referrer_host', 'visit:channel': 'channel', 'visit:utm_source': 'utm_source', 'visit:browser': 'browser',
                    'visit:browser_version': 'browser_version', 'visit:os': 'os', 'visit:country': 'country' };
    const absent = { '(not set)': null, 'Direct / None': null, '': null };
    const key = (row) => JSON.stringify(row);
    for (const [theirs, ours] of Object.entries(pairs)) {
      const answer = await v2({ metrics: figures, dimensions: [theirs] });
      const rows = answer.results.map(({ dimensions: [name], metrics: [a, b, c, d, e, f] }) => [name in absent ? null : name, a, b, c, d, Math.round(e * 100) / 1e4, f]);
      const wanted = (await v1({ metrics: own, by: [ours] })).map(([name, a, b, c, d, e, f]) =>
        [name, a, b, c, Math.round((d ?? 0) * 100) / 100, Math.round((e ?? 0) * 1e4) / 1e4, Math.round(f ?? 0)]);
      assert.deepEqual(rows.map(key).sort(), wanted.map(key).sort(), theirs);
    }
    const pages = await v2({ metrics: ['pageviews', 'percentage'], dimensions: ['event:page'], order_by: [['event:page', 'asc']] });
    assert.deepEqual(pages.results.map(({ dimensions, metrics }) => [...dimensions, ...metrics]),
                     [['/', 3, 75], ['/blog', 1, 25], ['/docs', 3, 50], ['/pricing', 1, 25]]);
  });
  await t.test('filters hold for the visits that include a page', async () => {
    const filtered = await v2({ metrics: ['visitors', 'visits', 'pageviews'], filters: [['is', 'event:page', ['/docs']]] });
    assert.deepEqual(filtered.results[0].metrics, [2, 3, 3]);
    const tagged = await v2({ metrics: ['visits'], filters: [['is', 'visit:utm_campaign', ['autumn']], ['matches', 'event:page', ['^/bl.*']]] });
    assert.deepEqual(tagged.results[0].metrics, [1]);
    const others = await v2({ metrics: ['visitors'], filters: [['not', ['contains', 'visit:source', ['google']]]] });
    assert.deepEqual(others.results[0].metrics, [3]);
  });
  await t.test('time', async () => {
    const hours = await v2({ metrics: ['pageviews'], dimensions: ['time:hour'], include: { time_labels: true } });
    assert.deepEqual(hours.results, [{ dimensions: [`${date} 10:00:00`], metrics: [8] }]);
    assert.equal(hours.meta.time_labels.length, 24);
    const days = await v2({ metrics: ['visits'], dimensions: ['time:day', 'visit:entry_page'], include: { total_rows: true },
                            order_by: [['visits', 'desc'], ['visit:entry_page', 'asc']], pagination: { limit: 2, offset: 1 } });
    assert.deepEqual(days.results.map(({ dimensions }) => dimensions), [[date, '/docs'], [date, '/blog']]);
    assert.equal(days.meta.total_rows, 3);
    assert.deepEqual(days.query.date_range, [`${date}T00:00:00+00:00`, `${date}T23:59:59+00:00`]);
  });
  await t.test('what is wrong is said in a text', async () => {
    const wrong = await ballcone.post('/api/v2/query', { ...range, metrics: ['conversion_rate'] });
    assert.deepEqual([wrong.status, typeof wrong.body.error], [400, 'string']);
    const unknown = await ballcone.post('/api/v2/query', { ...range, site_id: 'nobody', metrics: ['visitors'] }, { authorization: 'Bearer x' });
    assert.deepEqual([unknown.status, typeof unknown.body.error], [404, 'string']);
  });
  await t.test('what arrives later is added', async () => {
    const before = await v2({ metrics: ['visitors', 'visits', 'pageviews'] });
    await ballcone.send_hits([hit({ ip: '192.0.2.2', user_agent: browsers[1], path: '/late', date: new Date(yesterday + 36_300_000).toISOString() }),
                              hit({ ip: '192.0.2.77', path: '/late', date: new Date(yesterday + 40_000_000).toISOString() })]);
    await ballcone.settled();
    const after = await v2({ metrics: ['visitors', 'visits', 'pageviews'] });
    assert.deepEqual(after.results[0].metrics.map((n, i) => n - before.results[0].metrics[i]), [1, 1, 2]);
  });
});

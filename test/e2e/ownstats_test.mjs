// ownstats' way to count: its pixel lies on a CDN, and the CDN's log is all there is. test/samples/w3c/ownstats.log is one
// of CloudFront: page views around 2019-07-01, an event, and lines that are none.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { eventually, free_port, root, start } from './harness.mjs';
import { Site } from './import.mjs';

const sample = path.join(root, 'test/samples/w3c/ownstats.log');
const views = 10;  // of people, in the sample; the page that log and script have both seen is one

const imported = async (name, ...args) => {
  const site = new Site(name);
  return { site, summary: await site.import(...args, sample) };
};

test('a CloudFront log with requests for hello.gif gives page views with the edge’s city', async (t) => {
  const { site, summary } = await imported('ownstats', '--service', 'blog');
  assert.deepEqual([summary.lines, summary.stored, summary.repaired, summary.dropped], [19, 17, 1, { comment: 2 }]);
  assert.deepEqual(Object.keys(summary.services), ['blog']);

  await t.test('by the day of the event, UTC', async () => {
    assert.deepEqual(await site.rows('SELECT count(*) FROM page_views'), [[views]]);
    assert.deepEqual(await site.rows("select count(*) from page_views where event_date = '2019-07-01'"), [[views - 2]]);
    assert.deepEqual(await site.rows("SELECT count(*) FROM page_views WHERE event_date BETWEEN '2019-07-01' AND '2019-07-31'"), [[views - 1]]);
    assert.deepEqual(await site.rows('SELECT event_date::VARCHAR, event_hour, count(*) FROM page_views GROUP BY ALL ORDER BY ALL'), [
      ['2019-06-30', 23, 1], ['2019-07-01', 0, 2], ['2019-07-01', 12, 1], ['2019-07-01', 13, 1], ['2019-07-01', 14, 1], ['2019-07-01', 15, 2],
      ['2019-07-01', 16, 1], ['2019-07-02', 0, 1]]);
  });
  await t.test('with the place of the edge, where the table knows it', async () => {
    assert.deepEqual(await site.rows('SELECT event_timestamp::VARCHAR, edge_location, edge_city, edge_state, edge_country, url FROM page_views ORDER BY 1'), [
      ['2019-06-30 23:59:58', 'LHR52-C1', 'London', null, 'United Kingdom', 'https://blog.example/'],
      ['2019-07-01 00:00:01', 'FRA2-C1', 'Frankfurt am Main', 'Hesse', 'Germany',
       'https://blog.example/?utm_source=news&utm_medium=email&utm_campaign=june&utm_content=top&utm_term=stats'],
      ['2019-07-01 00:00:41', 'FRA53-C1', 'Frankfurt am Main', 'Hesse', 'Germany', 'https://blog.example/pricing'],
      ['2019-07-01 12:30:00', 'IAD79-C3', 'Washington', 'District of Columbia', 'United States', 'https://blog.example/about us'],
      ['2019-07-01 13:00:00', 'NRT12-C4', 'Tokyo', null, 'Japan', 'https://blog.example/'],
      ['2019-07-01 14:00:00', 'QQQ50-C1', null, null, null, 'https://blog.example/'],
      ['2019-07-01 15:00:00', 'SYD1-C2', 'Sydney', 'New South Wales', 'Australia', 'https://blog.example/old?a=b'],
      ['2019-07-01 15:00:30', 'SYD1-C2', 'Sydney', 'New South Wales', 'Australia', 'https://blog.example/newsletter/17'],
      ['2019-07-01 16:00:00', 'GRU1-C1', 'Sao Paulo', 'Sao Paulo', 'Brazil', 'https://blog.example/docs'],
      ['2019-07-02 00:00:00', 'CDG50-C1', 'Paris', null, 'France', 'https://blog.example/']]);
    assert.deepEqual(await site.rows("SELECT round(edge_latitude), round(edge_longitude) FROM page_views WHERE edge_location = 'NRT12-C4'"), [[36, 140]]);
  });
  await t.test('with what the browser said, in ownstats’ words', async () => {
    const of = (columns, where) => site.rows(`SELECT ${columns} FROM page_views WHERE ${where}`);
    assert.deepEqual(await of(`path, referrer, timezone, device_outer_resolution, device_inner_resolution, device_color_depth, device_platform, device_memory,
      device_cores, browser_language, source, utm_source, utm_campaign, utm_medium, utm_content, utm_term, domain_name`, "edge_location = 'FRA2-C1'"), [
      ['/', 'https://news.example/', 'Europe/Berlin', '1920x1080', '1280x720', 24, 'Linux x86_64', 8, 4, 'de-DE', 'news', 'news', 'june', 'email', 'top', 'stats',
       'blog.example']]);
    assert.deepEqual(await of('device_memory, device_cores, user_agent', "edge_location = 'NRT12-C4'"), [
      [0.5, null, 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3770.100 Safari/537.36']]);
    assert.deepEqual(await of('cloudfront_cache_type, cloudfront_time_taken_ms, cloudfront_http_version', "edge_location IN ('FRA53-C1', 'IAD79-C3', 'QQQ50-C1') ORDER BY time"), [
      ['Miss', 121, 'HTTP/2.0'], ['RefreshHit', 2, 'HTTP/2.0'], ['Hit', 2, 'HTTP/1.1']]);
  });
  await t.test('what log and script have seen is one page view, and the script is believed', async () => {
    assert.deepEqual(await site.rows("SELECT is_confirmed, via, cloudfront_time_taken_ms, browser_language, channel FROM page_views WHERE path = '/docs'"), [
      [true, null, 350, 'de-DE', 'Organic Search']]);
    assert.deepEqual(await site.rows("SELECT via, is_confirmed, count(*) FROM page_views WHERE path <> '/docs' GROUP BY ALL ORDER BY ALL"), [['pixel', false, 2], ['script', true, 7]]);
  });
  await t.test('events too', async () => {
    assert.deepEqual(await site.rows('SELECT kind, path, event, props, edge_location FROM hits WHERE event IS NOT NULL'), [
      ['event', '/pricing', 'Signup', '{"plan":"pro"}', 'FRA53-C1']]);
  });
  await t.test('what tells of no page is the request that it is, in access_logs', async () => {
    assert.deepEqual(await site.rows('SELECT date::VARCHAR, time::VARCHAR, location, method, uri, querystring, status, result_type, content_type FROM access_logs ORDER BY ALL'), [
      ['2019-07-01', '16:00:00', 'GRU1-C1', 'GET', '/docs', null, 200, 'Miss', 'text/html'],
      ['2019-07-01', '17:00:00', 'ZRH50-C1', 'GET', '/hello.gif', 'v=3', 200, 'Hit', 'image/gif'],
      ['2019-07-01', '17:00:01', 'ZRH50-C1', 'GET', '/hello.gif', 't=id&u=https%253A%252F%252Fblog.example%252F', 200, 'Hit', 'image/gif'],
      ['2019-07-01', '17:00:03', 'ZRH50-C1', 'HEAD', '/hello.gif', 'u=https%253A%252F%252Fblog.example%252F', 200, 'Hit', 'image/gif'],
      ['2019-07-01', '17:00:04', 'ZRH50-C1', 'GET', '/film.mp4', null, 206, 'Hit', 'video/mp4']]);
    assert.deepEqual(await site.rows("SELECT bytes, host, host_header, request_protocol, time_taken, http_version, range_start, range_end, cookie, port FROM access_logs WHERE uri = '/film.mp4'"), [
      [1300, 'blog.example', 'blog.example', 'https', 0.002, 'HTTP/2.0', 1000, null, null, null]]);
    assert.deepEqual(await site.rows("SELECT kind, bot, count(*) FROM hits WHERE path LIKE '%hello.gif' OR bot IS NOT NULL GROUP BY ALL ORDER BY ALL"), [
      ['asset', null, 3], ['page', 'Googlebot', 1]]);
  });
  await t.test('once, however often it is imported', async () => {
    assert.equal((await site.import('--service', 'blog', sample)).stored, 0);
    assert.deepEqual(await site.rows('SELECT count(*) FROM page_views'), [[views]]);
  });
});

test('its views have all of ownstats’ columns', async () => {
  const { site } = await imported('ownstats-columns');
  const names = async (view) => (await site.rows(`SELECT column_name, column_type FROM (DESCRIBE ${view})`)).map(([name]) => name);
  const page_views = await names('page_views');
  for (const name of `event_timestamp edge_location edge_city edge_state edge_country edge_latitude edge_longitude url path referrer user_agent timezone
      device_outer_resolution device_inner_resolution device_color_depth device_platform device_memory device_cores browser_language source utm_source
      utm_campaign utm_medium utm_content utm_term cloudfront_cache_type cloudfront_time_taken_ms cloudfront_http_version event_date event_hour domain_name`.split(/\s+/))
    assert.ok(page_views.includes(name), name);
  assert.equal(new Set(page_views).size, page_views.length);
  assert.deepEqual(await names('access_logs'), `date time location bytes request_ip method host uri status referrer useragent querystring cookie result_type request_id
      host_header request_protocol request_bytes time_taken forwarded_for ssl_protocol ssl_cipher response_result_type http_version file_status encrypted_fields port
      time_to_first_byte detailed_result_type content_type content_length range_start range_end service`.split(/\s+/));
  assert.deepEqual(await names('edge_locations'), ['prefix', 'city', 'state', 'country', 'latitude', 'longitude']);
  const [[rows, prefixes, wrong]] = await site.rows(`SELECT count(*), count(DISTINCT prefix),
      count(*) FILTER (NOT regexp_full_match(prefix, '[A-Z]{3}') OR abs(latitude) > 90 OR abs(longitude) > 180 OR city = '' OR country = '' OR state = '') FROM edge_locations`);
  assert.ok(rows >= 107 && rows === prefixes && wrong === 0, `${rows} ${prefixes} ${wrong}`);
});

// The facts are looked up in the list that this one is made after, where that is at hand.
test('edge_locations knows the edges of aws-edge-locations, where they are', async (t) => {
  const file = path.join(root, '../shared/data/edge/aws-edge-locations.json');
  if (!fs.existsSync(file)) return t.skip(`no ${file}`);
  const { site } = await imported('ownstats-edges');
  const known = new Map((await site.rows('SELECT prefix, latitude, longitude FROM edge_locations')).map(([prefix, ...place]) => [prefix, place]));
  for (const [prefix, { latitude, longitude }] of Object.entries(JSON.parse(fs.readFileSync(file, 'utf8')))) {
    assert.ok(known.has(prefix), prefix);
    const [north, east] = known.get(prefix);
    const is_near = Math.abs(north - latitude) < 0.01 && Math.abs(east - longitude) < 0.01;
    assert.equal(is_near, prefix !== 'BLA', prefix);  // Barcelona's is in Venezuela there
  }
});

test('whose the page views are', async () => {
  const services = async (name, ...args) => (await imported(name, ...args)).site.rows('SELECT service, count(*) FROM page_views GROUP BY ALL ORDER BY ALL');
  assert.deepEqual(await services('ownstats-host'), [['blog.example', views]]);
  assert.deepEqual(await services('ownstats-file', '--service-from', 'file'), [['ownstats', views]]);
});

test('--log-pixels and --exclude say which requests are page views', async () => {
  const off = (await imported('ownstats-off', '--log-pixels', 'off')).site;
  assert.deepEqual(await off.rows("SELECT count(*) FROM page_views UNION ALL SELECT count(*) FROM hits WHERE path LIKE '%.gif' AND kind = 'asset'"), [[1], [15]]);

  const { summary } = await imported('ownstats-exclude', '--exclude', '/noscript.gif', '--exclude', '/pricing');
  assert.deepEqual(summary.dropped, { comment: 2, excluded: 3 });
  const short = (await imported('ownstats-query', '--drop-query')).site;
  assert.deepEqual(await short.rows('SELECT count(*), count(query), count(page_query) FROM page_views'), [[views, 0, 0]]);

  // Another server's log: whoever answers its pixel may be Ballcone itself.
  const line = '192.0.2.1 - - [01/Jul/2019:12:00:00 +0000] "GET /hello.gif?u=https%3A%2F%2Fblog.example%2Fa HTTP/1.1" 200 43 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:67.0) Gecko/20100101 Firefox/67.0"';
  const counted = async (...args) => {
    const site = new Site('ownstats-combined');
    await site.import(...args, site.write('access.log', [line]));
    return site.rows('SELECT service, path FROM page_views');
  };
  assert.deepEqual(await counted(), []);
  assert.deepEqual(await counted('--log-pixels', 'all'), [['blog.example', '/a']]);
});

test('a followed CDN log is counted as it grows', async (t) => {
  const site = new Site('ownstats-follow');
  const lines = fs.readFileSync(sample, 'utf8').split('\n');
  const log = site.write('cdn.log', `${lines.slice(0, 4).join('\n')}\n`);
  const ballcone = await start(t, { args: ['--follow', `blog=${log}`] });
  const count = (wanted) => eventually(`${wanted} page views`, async (saw) => {
    const [[n]] = await ballcone.rows('SELECT count(*) FROM page_views WHERE edge_city IS NOT NULL');
    saw(n);
    return n === wanted;
  });
  await count(2);
  site.append('cdn.log', lines.slice(4).join('\n'));
  await count(views - 1);
});

// Every route answers what it should to a browser, a script and a stranger; those of the original among them.
import assert from 'node:assert/strict';
import http from 'node:http';
import test from 'node:test';
import { hit, start } from './harness.mjs';

// fetch() does not let us choose the Host header.
function raw(ballcone, target, headers = {}, method = 'GET') {
  return new Promise((resolve, reject) => {
    http.request(ballcone.url + target, { method, headers }, (response) => {
      let body = '';
      response.on('data', (data) => { body += data; }).on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    }).once('error', reject).end();
  });
}

test('routes', async (t) => {
  const ballcone = await start(t);
  await ballcone.send_hits([hit(), hit({ path: '/b', service: 'order' }), hit({ path: '/<script>alert(1)</script>', service: 'hits' })]);
  await ballcone.settled();

  await t.test('pages are the page, whatever their path', async () => {
    for (const target of ['/', '/services/example', '/sql', '/nginx', '/setup', '/health']) {
      const { status, headers, body } = await raw(ballcone, target);
      assert.equal(status, 200, target);
      assert.match(headers['content-type'], /^text\/html/);
      assert.match(body, /<!doctype html>/i);
      assert.match(headers['content-security-policy'], /default-src 'none'|default-src 'self'/);
      assert.doesNotMatch(headers['content-security-policy'], /unsafe-eval|script-src[^;]*unsafe-inline/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
    }
  });

  await t.test('/services goes to the list of services', async () => {
    const { status, headers } = await raw(ballcone, '/services');
    assert.equal(status, 302);
    assert.equal(headers.location, './');
  });

  await t.test('JSON routes have the documented shapes', async () => {
    const services = (await ballcone.json('/api/v1/services')).body;
    assert.deepEqual(services.services.map(({ name }) => name).sort(), ['example', 'hits', 'order']);
    assert.equal(services.services[0].days.length, 30);
    assert.deepEqual(Object.keys(services.services[0].today).sort(), ['hits', 'page_views', 'visitors']);

    const reports = (await ballcone.json('/api/v1/reports')).body;
    assert.ok(reports.reports.length > 5 && reports.metrics.length > 5 && reports.dimensions.length > 10);
    for (const report of reports.reports) {
      const query = { ...report.query, service: 'example', range: '7d' };
      const { status, body } = await ballcone.post('/api/v1/query', query);
      assert.equal(status, 200, `${report.name}: ${JSON.stringify(body)}`);
    }
    for (const metric of reports.metrics) {
      const filters = metric.name.includes('conversion') ? '&filters=[["is_not","event",""]]' : '';
      const { status, body } = await ballcone.json(`/api/v1/query?service=example&range=today&metrics=${metric.name}${filters}`);
      assert.equal(status, 200, `${metric.name}: ${JSON.stringify(body)}`);
    }
    for (const dimension of reports.dimensions) {
      const metric = /^((entry|exit)_path|confirmed)$/.test(dimension.name) ? 'visits' : 'hits';
      const { status, body } = await ballcone.json(`/api/v1/query?service=example&range=today&metrics=${metric}&by=${dimension.name}`);
      assert.equal(status, 200, `${dimension.name}: ${JSON.stringify(body)}`);
    }
    const state = await ballcone.status();
    assert.equal(state.database.hits, 3);
    assert.ok(state.steps.length >= 5);
  });

  await t.test('the original\'s routes answer for every one of its columns', async () => {
    for (const field of ['datetime', 'host', 'path', 'status', 'length', 'generation_time', 'referer', 'ip', 'country_iso_code', 'platform_name',
                         'platform_version', 'browser_name', 'browser_version', 'is_robot']) {
      const count = await ballcone.json(`/services/example/count/${field}`);
      assert.equal(count.status, 200, `count/${field}: ${JSON.stringify(count.body)}`);
      assert.deepEqual(Object.keys(count.body), ['table', 'field', 'distinct', 'ascending', 'group', 'elements']);
      const group = await ballcone.json(`/services/example/count_group/${field}?distinct=ip&ascending=1&limit=3`);
      assert.equal(group.status, 200, `count_group/${field}: ${JSON.stringify(group.body)}`);
      assert.equal(group.body.ascending, true);
    }
    for (const field of ['status', 'length', 'generation_time']) {
      const { status, body } = await ballcone.json(`/services/example/average/${field}`);
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(body), ['table', 'field', 'elements']);
      assert.deepEqual(Object.keys(body.elements[0]), ['date', 'avg', 'sum', 'count']);
    }
    assert.equal((await ballcone.json('/services/nobody/count/ip')).status, 404);
    assert.equal((await ballcone.json('/services/example/count/shoe_size')).status, 400);
  });

  await t.test('a service may be called hits or order', async () => {
    assert.deepEqual(await ballcone.rows('SELECT path FROM "order"'), [['/b']]);
    assert.deepEqual(await ballcone.rows('SELECT path FROM hits'), [['/<script>alert(1)</script>']]);
  });

  await t.test('metrics and health are for machines', async () => {
    assert.equal((await raw(ballcone, '/healthz')).body, 'ok\n');
    const metrics = await ballcone.metrics();
    const stored = [...metrics].filter(([name]) => name.startsWith('ballcone_lines_stored_total'));
    assert.equal(stored.reduce((sum, [, value]) => sum + value, 0), 3);
    assert.equal([...metrics.keys()].filter((name) => name.startsWith('ballcone_lines_dropped_total')).length, 2 * 25);
    assert.ok(metrics.get('process_resident_memory_bytes') > 1e6);
  });

  await t.test('a foreign Host is refused (DNS rebinding), unknown paths and methods too', async () => {
    assert.equal((await raw(ballcone, '/', { host: 'evil.example' })).status, 421);
    assert.equal((await raw(ballcone, '/api/v1/services', { host: 'evil.example:80' })).status, 421);
    assert.equal((await raw(ballcone, '/', { host: `localhost:${new URL(ballcone.url).port}` })).status, 200);
    assert.equal((await raw(ballcone, '/api/v1/nothing')).status, 404);
    assert.equal((await raw(ballcone, '/../../etc/passwd')).status, 404);
    assert.equal((await raw(ballcone, '/api/v1/services', {}, 'DELETE')).status, 405);
  });

  await t.test('what comes from a log is never markup', async () => {
    const { body } = await raw(ballcone, '/services/hits');
    assert.doesNotMatch(body, /alert\(1\)/);
    const answer = await raw(ballcone, '/api/v1/query?service=hits&range=today&metrics=hits&by=path');
    assert.match(answer.headers['content-type'], /^application\/json/);
  });
});

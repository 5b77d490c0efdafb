// Hits as they arrive: what was sent by syslog comes back as server-sent events, with its verdict.
import assert from 'node:assert/strict';
import http from 'node:http';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { binary, eventually, hit, Sender, start, syslog, temporary_folder } from './harness.mjs';

const googlebot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

// Reads a stream; `events` grows as they come. Not by fetch: what is asked here is when bytes come, and what ends them.
async function watch(ballcone, target = '/api/v1/live', headers = {}) {
  const self = { events: [], text: '', ended: false };
  await new Promise((resolve, reject) => {
    self.request = http.get(ballcone.url + target, { headers, agent: false }, (response) => {
      self.status = response.statusCode;
      self.headers = response.headers;
      response.setEncoding('utf8');
      response.on('data', (data) => { self.text += data; take(self); });
      response.on('close', () => { self.ended = true; });
      resolve();
    });
    self.request.on('error', (error) => { self.ended = true; reject(error); });
  });
  self.hits = () => self.events.flatMap(({ name, data }) => (name === 'hits' ? data.hits : []));
  self.drops = () => self.events.flatMap(({ name, data }) => (name === 'hits' ? data.drops : []));
  self.sum = (field) => self.events.reduce((sum, { data }) => sum + (data[field] ?? 0), 0);
  self.close = () => self.request.destroy();
  return self;
}

function take(self) {
  for (let end; (end = self.text.indexOf('\n\n')) >= 0;) {
    const fields = Object.fromEntries(self.text.slice(0, end).split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }));
    self.text = self.text.slice(end + 2);
    if (fields.event) self.events.push({ id: fields.id, name: fields.event, data: JSON.parse(fields.data) });
  }
}

test('a hit is shown with its verdict and the reason, as it will be stored', async (t) => {
  const ballcone = await start(t, { args: ['-p', '3600'] }); // long before it is committed
  const all = await watch(ballcone);
  assert.equal(all.status, 200);
  assert.equal(all.headers['content-type'], 'text/event-stream; charset=utf-8');
  assert.equal(all.headers['x-accel-buffering'], 'no');
  assert.match(all.headers['cache-control'], /no-store/);
  assert.equal(all.headers['content-encoding'], undefined);
  assert.equal(all.headers['content-length'], undefined);
  const bots = await watch(ballcone, '/api/v1/live?service=example&show=bots');
  const errors = await watch(ballcone, '/api/v1/live?show=errors');
  t.after(() => { all.close(); bots.close(); errors.close(); });

  const markup = '/<img src=x onerror="alert(1)">';
  await ballcone.send_hits([
    hit({ path: `${markup}?token=secret&a=1`, ip: '203.0.113.77', referrer: 'https://news.ycombinator.com/item?id=1' }),
    hit({ user_agent: googlebot }), hit({ service: 'other', path: '/gone', status: '404' }),
  ]);
  await ballcone.send(['<190>Nov 23 12:00:00 web1 nginx: {not json from 203.0.113.77}']);

  const person = await eventually('all that was sent to be shown', (saw) => {
    saw(all.events);
    return all.hits().length === 3 && all.drops().length === 1 && errors.drops().length === 1 && all.hits()[0];
  });
  assert.equal(person.path, markup);
  assert.equal(person.query, 'token=***&a=1');
  assert.equal(person.address, '203.0.113.0', 'masked as it is stored');
  assert.deepEqual([person.kind, person.bot, person.browser, person.status], ['page', undefined, 'Firefox', 200]);
  const bot = all.hits()[1];
  assert.deepEqual([bot.bot, bot.bot_kind], ['Googlebot', 'search']);
  assert.ok(bot.bot_reason.length > 0);
  assert.deepEqual(all.drops().map(({ reason, lines }) => [reason, lines]), [['malformed', 1]]);
  assert.ok(!JSON.stringify(all.events).includes('203.0.113.77'));

  await eventually('the bot', () => bots.hits().length === 1);
  assert.equal(bots.hits()[0].bot, 'Googlebot');
  assert.equal(bots.drops().length, 0, 'a line that was dropped is of no service');
  assert.equal(bots.sum('arrived'), 2, 'those of the other service are not counted');
  assert.deepEqual(errors.hits().map(({ service }) => service), ['other']);
  const { body } = await ballcone.json('/api/v1/status');
  assert.deepEqual(body.live, { watchers: 3, watchers_max: 32 });
  assert.equal(body.sources[0].stored, 0, 'nothing has been committed');
  assert.match(body.sources[0].examples.malformed, /203\.0\.113\.0/, 'an example has no whole address');
});

test('of more than twenty a second a sample is shown, and the rest is counted', async (t) => {
  const ballcone = await start(t);
  const one = await watch(ballcone, '/api/v1/live?service=example');
  t.after(() => one.close());
  const sent = 3000;
  await ballcone.send_hits(Array.from({ length: sent }, (_, i) => hit({ path: `/${i}` })));
  await eventually('every hit to be shown or counted', (saw) => {
    const numbers = [one.hits().length, one.sum('hidden'), one.sum('unseen')];
    saw(numbers);
    assert.ok(one.events.every(({ data }) => data.hits.length <= 20));
    return numbers[0] + numbers[1] + numbers[2] === sent && one.sum('arrived') === sent;
  });
  assert.ok(one.hits().length < 500, `${one.hits().length} shown`);
});

test('who comes back goes on where it was, or is told that something is missing', async (t) => {
  const ballcone = await start(t);
  const first = await watch(ballcone, '/api/v1/live?service=example');
  await ballcone.send_hits([hit({ path: '/before' })]);
  await eventually('a hit', () => first.hits().length === 1);
  const { id } = first.events.at(-1);
  first.close();
  await ballcone.send_hits([hit({ path: '/between' })]);
  await ballcone.settled();
  const back = await watch(ballcone, '/api/v1/live?service=example', { 'Last-Event-ID': id });
  await eventually('what came between', () => back.hits().length === 1);
  assert.equal(back.hits()[0].path, '/between');
  const by_url = await watch(ballcone, `/api/v1/live?service=example&after=${id}`);
  await eventually('the same', () => by_url.hits().length === 1);
  const lost = await watch(ballcone, '/api/v1/live', { 'Last-Event-ID': '1-2-3' });
  await eventually('word of a gap', () => lost.events[0]?.name === 'gap');
  assert.deepEqual(lost.events[0].data, { arrived: null });
  for (const one of [back, by_url, lost]) one.close();
});

test('there are so many who may watch; one who goes makes room', async (t) => {
  const ballcone = await start(t);
  const all = await Promise.all(Array.from({ length: 32 }, () => watch(ballcone)));
  const refused = await ballcone.fetch('/api/v1/live');
  assert.equal(refused.status, 503);
  assert.ok(refused.headers.get('retry-after'));
  assert.match((await refused.json()).error.message, /32 watch already/);
  assert.equal((await ballcone.fetch('/api/v1/services')).status, 200, 'others are answered');
  all[0].request.destroy();
  const next = await eventually('room for one more', async () => {
    const one = await watch(ballcone);
    if (one.status === 200) return one;
    one.close();
    return false;
  });
  for (const one of [...all, next]) one.close();
  await eventually('nobody watches', async () => (await ballcone.json('/api/v1/status')).body.live.watchers === 0);
});

test('wrong questions, HEAD, and a stop while somebody watches', async (t) => {
  const ballcone = await start(t);
  for (const search of ['service=a%20b', 'show=everything']) {
    const { status, body } = await ballcone.json(`/api/v1/live?${search}`);
    assert.equal(status, 400);
    assert.equal(body.error.field, search.split('=')[0]);
  }
  const head = await ballcone.fetch('/api/v1/live', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.match(head.headers.get('content-type'), /^text\/event-stream/);
  const one = await watch(ballcone);
  const begin = Date.now();
  await ballcone.stop();
  assert.ok(one.ended);
  assert.ok(Date.now() - begin < 15_000, `${Date.now() - begin} ms`);
});

async function locked(t) {
  const hash = spawnSync(binary, ['password'], { input: 'correct horse\n', encoding: 'utf8' }).stdout.trim();
  const database = path.join(temporary_folder('live'), 'ballcone.duckdb');
  return start(t, { database, args: ['--web-password-hash', hash] });
}
const basic = { authorization: `Basic ${Buffer.from('admin:correct horse').toString('base64')}` };

test('a password guards it', async (t) => {
  const ballcone = await locked(t);
  assert.equal((await ballcone.fetch('/api/v1/live')).status, 401);
  const one = await watch(ballcone, '/api/v1/live', basic);
  assert.equal(one.status, 200);
  one.close();
});

test('a logout ends what is watched under its session, and nothing else', async (t) => {
  const ballcone = await locked(t);
  const json = (body, headers = {}) => ({ method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const log_in = async () => (await ballcone.fetch('/login', json({ password: 'correct horse' }))).headers.get('set-cookie').split(';')[0];
  const [leaving, staying] = [await log_in(), await log_in()];
  const streams = await Promise.all([{ cookie: leaving }, { cookie: staying }, basic].map((headers) => watch(ballcone, '/api/v1/live', headers)));
  t.after(() => streams.forEach((stream) => stream.close()));
  assert.deepEqual(streams.map(({ status }) => status), [200, 200, 200]);

  assert.equal((await ballcone.fetch('/logout', json({}, { cookie: leaving }))).status, 204);
  await eventually('the end of the stream', () => streams[0].ended);
  const again = await watch(ballcone, '/api/v1/live', { cookie: leaving });
  assert.equal(again.status, 401);

  const sender = new Sender(ballcone.syslog_port);
  t.after(() => sender.close());
  await sender.send([syslog(JSON.stringify(hit({ path: '/after' })))]);
  await eventually('a hit to be seen by the others', () => streams.slice(1).every((stream) => stream.hits().length === 1));
  assert.deepEqual(streams.map(({ ended }) => ended), [true, false, false]);
  assert.equal(streams[0].hits().length, 0);
});

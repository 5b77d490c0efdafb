// Serves the built page as the program does, with invented data, to work on the page alone:
// node ui/mock/server.mjs [PORT] [SCENARIO]. Scenarios: normal, empty, trouble, broken, and of the live
// page flood, crowded.
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../build.mjs';
import { queryAnswer, reportsAnswer, servicesAnswer } from './data.mjs';
import { liveAnswer, streamLive } from './live.mjs';
import { notesAnswer } from './notes.mjs';
import { schemaAnswer, sqlAnswer, sqlFile } from './sql.mjs';
import { nginxAnswer, statusAnswer } from './status.mjs';

const here = dirname(fileURLToPath(import.meta.url));
// What the program sends with every page.
const kPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";
const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const kSlowSql = /\bslow\b/; // answered late, so that it can be cancelled

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text === '' ? '{}' : text);
}

const answerTo = (query, now) =>
  query.range === 'last 30 minutes' ? liveAnswer(query, now) : queryAnswer(query, now);

const answers = {
  '/api/v1/services': ({ now, scenario }) =>
    scenario === 'empty'
      ? { today: new Date(now).toISOString().slice(0, 10), services: [] }
      : servicesAnswer(now),
  '/api/v1/reports': () => reportsAnswer(),
  '/api/v1/query': ({ body, now }) =>
    Array.isArray(body) ? body.map((query) => answerTo(query, now)) : answerTo(body, now),
  '/api/v1/markers': (context) => notesAnswer('markers', context),
  '/api/v1/segments': (context) => notesAnswer('segments', context),
  '/api/v1/sql': ({ body }) => sqlAnswer(body.sql),
  '/api/v1/schema': ({ scenario }) => schemaAnswer(scenario === 'empty'),
  '/api/v1/status': ({ now, startedMs, scenario }) =>
    statusAnswer({
      now,
      startedMs,
      isTroubled: scenario === 'trouble',
      isEmpty: scenario === 'empty',
    }),
  '/api/v1/nginx': ({ url }) => nginxAnswer(url.searchParams),
};

function sendJson(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function sendFile(response, { type, bytes }) {
  response.writeHead(200, { 'content-type': type });
  response.end(bytes);
}

async function answerApi(request, response, context) {
  if (context.url.pathname === '/api/v1/live') return answerLive(request, response, context);
  const make = answers[context.url.pathname];
  if (make === undefined) return sendJson(response, 404, { error: { message: 'no such route' } });
  if (context.scenario === 'broken') {
    return sendJson(response, 503, {
      error: { message: 'The database is not open yet.', field: null, position: null },
    });
  }
  const body = request.method === 'POST' ? await bodyOf(request) : null;
  if (kSlowSql.test(body?.sql ?? '')) return undefined; // until the client goes away
  const value = make({ ...context, body });
  const format = context.url.searchParams.get('format') ?? 'json';
  if (format !== 'json') return sendFile(response, sqlFile(value, format));
  return sendJson(response, value.error === undefined ? 200 : 400, value);
}

function answerLive(request, response, context) {
  if (context.scenario === 'crowded') {
    return sendJson(response, 503, { error: { message: '32 watch already, which is as many as can.' } });
  }
  const perSecond = { flood: 4000, empty: 0 }[context.scenario] ?? 24;
  return streamLive(request, response, { ...context, perSecond });
}

function answerFile(response, root, pathname) {
  const wanted = join(root, pathname);
  const isFile = extname(pathname) in kTypes && wanted.startsWith(root) && existsSync(wanted);
  const path = isFile ? wanted : join(root, 'index.html');
  response.writeHead(200, {
    'content-type': kTypes[extname(path)],
    'content-security-policy': kPolicy,
    'x-content-type-options': 'nosniff',
  });
  response.end(readFileSync(path));
}

// → {url, scenario (may be set), stop()}
export async function startMock({ root, port = 0, scenario = 'normal' }) {
  const mock = { scenario };
  const startedMs = Date.now();
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://mock');
    const context = { url, now: Date.now(), startedMs, scenario: mock.scenario };
    if (url.pathname.startsWith('/api/')) void answerApi(request, response, context);
    else answerFile(response, root, url.pathname);
  });
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  mock.url = `http://127.0.0.1:${server.address().port}`;
  mock.stop = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return mock;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = resolve(here, '../../build/ui');
  await build(root);
  const mock = await startMock({
    root,
    port: Number(process.argv[2] ?? 8081),
    scenario: process.argv[3],
  });
  console.log(`mock of Ballcone on ${mock.url}`);
}

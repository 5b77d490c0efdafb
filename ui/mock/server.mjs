// Serves the built page as the program does, with invented data, to work on the page alone:
// node ui/mock/server.mjs [PORT] [SCENARIO]. Scenarios: normal, empty, trouble, broken, locked,
// session, and of the live page flood, crowded.
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../build.mjs';
import { queryAnswer, reportsAnswer, servicesAnswer } from './data.mjs';
import { funnelAnswer, goalsAnswer } from './funnel.mjs';
import { liveAnswer, streamLive } from './live.mjs';
import { notesAnswer } from './notes.mjs';
import { makeRegistry } from './setup.mjs';
import { schemaAnswer, sqlAnswer, sqlFile } from './sql.mjs';
import {
  kPassword,
  kSharedService,
  kSharePath,
  sharedServices,
  sharesAnswer,
} from './shares.mjs';
import { statusAnswer } from './status.mjs';

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
  '/api/v1/goals': (context) => goalsAnswer(context),
  '/api/v1/funnel': (context) => funnelAnswer(context),
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
  '/api/v1/setup': ({ url, registry }) => registry.setupAnswer(url.searchParams),
  '/api/v1/registry': ({ body, registry }) => registry.registryAnswer(body),
  '/api/v1/shares': (context) => sharesAnswer(context),
  '/api/v1/share': () => ({ is_locked: false, service: kSharedService, name: '' }),
};

function sendJson(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

// A password opens the mock until the scenario changes.
async function answerLogin(request, response, mock) {
  const { password } = await bodyOf(request);
  if (password === kPassword) mock.scenario = 'normal';
  response.writeHead(password === kPassword ? 204 : 401).end();
}

function sendFile(response, { type, bytes }) {
  response.writeHead(200, { 'content-type': type });
  response.end(bytes);
}

async function answerApi(request, response, context) {
  if (context.scenario === 'locked') return sendJson(response, 401, { error: { message: '' } });
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
  const all = make({ ...context, body });
  const isList = context.isShared && context.url.pathname === '/api/v1/services';
  const value = isList ? sharedServices(all) : all;
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

function answerFile(response, root, { pathname, scenario }) {
  const wanted = join(root, pathname);
  const isFile = extname(pathname) in kTypes && wanted.startsWith(root) && existsSync(wanted);
  const path = isFile ? wanted : join(root, 'index.html');
  response.writeHead(200, {
    'content-type': kTypes[extname(path)],
    'content-security-policy': kPolicy,
    'x-content-type-options': 'nosniff',
  });
  if (extname(path) !== '.html') return response.end(readFileSync(path));
  const door = { locked: ' data-door="locked"', session: ' data-door="session"' }[scenario] ?? '';
  return response.end(readFileSync(path, 'utf8').replace('<html', `<html${door}`));
}

// → {url, scenario (may be set), stop()}
export async function startMock({ root, port = 0, scenario = 'normal' }) {
  const mock = { scenario };
  const startedMs = Date.now();
  const registry = makeRegistry();
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://mock');
    const context = { url, now: Date.now(), startedMs, registry, scenario: mock.scenario };
    context.isShared = url.pathname.startsWith(`${kSharePath}/`);
    if (context.isShared) url.pathname = url.pathname.slice(kSharePath.length);
    if (url.pathname === '/login') void answerLogin(request, response, mock);
    else if (url.pathname.startsWith('/api/')) void answerApi(request, response, context);
    else answerFile(response, root, { ...context, pathname: url.pathname });
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

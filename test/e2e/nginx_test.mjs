// A real nginx serves thousands of odd requests and logs each twice: to Ballcone, and to a file in the same format.
// What is stored must be what the file says, row by row.
import assert from 'node:assert/strict';
import test from 'node:test';
import { browsers, bots } from '../../tools/demo/agents.mjs';
import { send_raw, start_nginx } from '../nginx/nginx.mjs';
import { start } from './harness.mjs';

const request_count = 2500;

// A small generator of its own: the same requests in every run.
let state = 20261123;
const random = () => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) / 0x80000000;
const any = (list) => list[Math.floor(random() * list.length)];

const paths = ['/', '/index.html', '/style.css', '/large.html', '/missing', '/moved', '/denied', '/broken', '/teapot', '/slow',
  '/?utm_source=x&utm_campaign=%D0%BE%D1%81%D0%B5%D0%BD%D1%8C', '/caf%C3%A9', '/café', '/%2e%2e/%2e%2e/etc/passwd', '/a%00b', '/a//b/./c',
  '/q?a=1&a=2&=&&%', '/quote"back\\slash', '/tab\tin', '/emoji/🎈?x=🎈', '/\xff\xfe-as-latin1', '/%', '/%zz', '/<script>', "/'; DROP TABLE hits; --"];
const referrers = ['', '-', 'https://www.google.com/', 'https://пример.рф/путь?q=я', 'android-app://com.google.android.gm/', 'not a url',
  'https://a.example/"quoted"', 'https://user:secret@A.Example:8443/Path#f', `https://long.example/${'r'.repeat(3000)}`];
const addresses = ['73.20.125.70', '91.5.6.7', '2003:6:1::1', '2a01:cb00:1:2:3:4:5:6', '66.249.64.7', '192.0.2.9', 'nonsense', '10.0.0.1'];
const methods = ['GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'PROPFIND'];
const dests = ['document', 'image', 'script', 'empty', 'iframe', ''];

function request(i) {
  const long = i % 100 === 7 ? `?long=${'x'.repeat(5000)}` : `${i % 3 ? '' : `?i=${i}`}`;
  const agent = i % 10 === 0 ? '' : i % 10 === 1 ? any(bots)[0] : i % 50 === 2 ? `\xc3\x28 raw \xff ${i}` : any(browsers)[0];
  const referrer = any(referrers);
  const headers = [
    'Host: site.example', 'Connection: close', `X-Forwarded-For: ${any(addresses)}`,
    ...(i % 20 === 3 ? [] : [`User-Agent: ${agent}`]),
    ...(referrer ? [`Referer: ${referrer}`] : []),
    ...(i % 4 === 0 ? [`Range: bytes=${any(['0-99', '100-', '-50', '0-', '9999999-', 'x'])}`] : []),
    ...(i % 2 === 0 ? [`Sec-Fetch-Dest: ${any(dests)}`, 'Sec-GPC: 1'] : []),
    ...(i % 9 === 0 ? ['Sec-Purpose: prefetch;prerender', 'Purpose: prefetch'] : []),
    'Content-Length: 0',
  ];
  // Latin-1 in, so that \xff above is that byte; text of other scripts goes as UTF-8.
  const line = `${any(methods)} ${any(paths)}${long} HTTP/1.${i % 40 === 5 ? 0 : 1}`;
  return Buffer.concat([line, ...headers, '', ''].map((text, k, all) => Buffer.concat([
    Buffer.from(text, [...text].every((letter) => letter.codePointAt(0) < 256) && !text.includes('é') ? 'latin1' : 'utf8'),
    Buffer.from(k < all.length - 1 ? '\r\n' : '')])));
}

// As the log says it: a text or null.
const text = (value) => (value === undefined || value === '' || value === '-' ? null : value);
const number = (value) => (text(value) === null ? null : Number(value));
const masked = (address) => (address.includes(':') ? null : address.replace(/\.\d+$/, '.0'));

// What is kept of a text, written a second time and plainly. Ill-formed bytes are U+FFFD, as the decoder of the platform has it.
const utf8 = new TextDecoder('utf-8');
const bytes = (value) => Buffer.from(value, 'utf8');
function cut(value, bytes_max) {
  const whole = bytes(value);
  let end = Math.min(whole.length, bytes_max);
  while (end < whole.length && (whole[end] & 0xc0) === 0x80) end--;
  return whole.subarray(0, end).toString('utf8');
}
function percent_decoded(value) {
  const parts = value.split(/(%[0-9a-fA-F]{2})/).map((part) => (/^%..$/.test(part) ? Buffer.from([parseInt(part.slice(1), 16)]) : bytes(part)));
  return utf8.decode(Buffer.concat(parts)).replaceAll('\0', '\ufffd');
}
// No query and no credentials of the page that led here; its host in lower case.
function kept_referrer(value) {
  if (text(value) === null) return null;
  const [, scheme, authority, rest] = /^([a-z-]+:\/\/)?([^/?#]*)([^?#]*)/i.exec(value);
  return cut(scheme ? scheme.toLowerCase() + authority.replace(/^.*@/, '').toLowerCase() + rest : authority + rest, 2048);
}
// nginx has no URI for a request it could not read; that counts as the root.
const path_of = (uri) => (text(uri) === null ? '/' : cut(percent_decoded(uri.split(/[?#]/)[0]) || '/', 2048));
const query_of = (uri) => (text(uri)?.includes('?') ? text(cut(uri.slice(uri.indexOf('?') + 1).split('#')[0], 2048)) : null);

// The rows of the file, in the order and shape of `select` below.
function expected_rows(log) {
  const rows = [];
  for (let at = 0; at < log.length;) {
    const end = log.indexOf(10, at);
    const fields = JSON.parse(utf8.decode(log.subarray(at, end)));
    rows.push([Date.parse(fields.date) / 1000, text(fields.host), number(fields.status), number(fields.length),
               Math.round(Number(fields.generation_time_milli) * 1000), kept_referrer(fields.referrer), text(fields.user_agent),
               text(fields.ip) && masked(fields.ip), path_of(fields.path), query_of(fields.path), text(fields.method),
               text(fields.fetch_dest), text(fields.protocol), number(fields.gpc)]);
    at = end + 1;
  }
  return rows;
}
const select = `SELECT epoch(time)::BIGINT, host, status, bytes, round(generation_time * 1000)::BIGINT, referrer, user_agent,
  CASE WHEN address NOT LIKE '%:%' THEN address END, path, query, method, fetch_dest, protocol, gpc FROM main.hits`;

const sorted = (rows) => rows.map((row) => JSON.stringify(row)).sort();

for (const kind of ['original', 'extended']) {
  test(`what nginx served is what is stored, ${kind} format`, async (t) => {
    const ballcone = await start(t);
    const offered = (await ballcone.json(`/api/v1/nginx?service=example&server=127.0.0.1:${ballcone.syslog_port}`)).body;
    const nginx = await start_nginx(t, { service: 'example', format: offered[kind], syslog: offered.access_log });
    await send_raw(nginx, Array.from({ length: request_count }, (_, i) => request(i)));
    await nginx.stop();

    const expected = expected_rows(nginx.logged());
    assert.ok(expected.length > request_count * 0.9, `nginx logged ${expected.length}`);
    const source = await ballcone.settled(expected.length);
    assert.deepEqual([source.received, source.stored, source.lost_in_kernel], [expected.length, expected.length, 0]);
    assert.ok(source.repaired > 0, 'raw bytes were sent');

    const stored = await ballcone.sql(select);
    assert.equal(stored.status, 200, JSON.stringify(stored.body));
    const [want, got] = [sorted(expected), sorted(stored.body.rows)];
    const [kept, served] = [new Set(got), new Set(want)];
    const [missing, extra] = [want.filter((row) => !kept.has(row)), got.filter((row) => !served.has(row))];
    assert.ok(missing.length + extra.length === 0,
              `${missing.length} rows differ; first, as served:\n${missing.slice(0, 5).join('\n')}\nas stored:\n${extra.slice(0, 5).join('\n')}`);
    assert.deepEqual(got, want);
  });
}

test('with nohostname, another facility, severity and tag, and over IPv6', async (t) => {
  const ballcone = await start(t, { host: '::1' });
  const offered = (await ballcone.json(`/api/v1/nginx?service=example&server=[::1]:${ballcone.syslog_port}`)).body;
  const base = `access_log syslog:server=[::1]:${ballcone.syslog_port}`;
  const nginx = await start_nginx(t, {
    service: 'example', host: '::1', format: offered.original,
    syslog: [`${base},nohostname ballcone_json_example;`, `${base},facility=user,severity=debug,tag=front_1 ballcone_json_example;`,
             `${base},nohostname,facility=kern,severity=emerg,tag=x ballcone_json_example;`].join('\n        '),
  });
  await send_raw(nginx, Array.from({ length: 30 }, () => Buffer.from('GET / HTTP/1.0\r\nHost: a\r\nUser-Agent: test\r\n\r\n')));
  const { stored, dropped } = await ballcone.settled(90);
  assert.equal(stored, 90, JSON.stringify(dropped));
});

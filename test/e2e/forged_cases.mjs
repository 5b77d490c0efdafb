// What nobody should send, and some of it is sent all day: each with its answer and its counters.
//
// A case is [what it is, the request, the answer, the row that is stored of it, if that is worth a look].
// Requests are bytes, so that they need not be HTTP.
const blog = 'https://blog.example';
const x = (count) => 'x'.repeat(count);

// ---- requests ----

// `headers` are [name, value] where a name comes twice, else {name: value}. Body and targets are text of single bytes.
export function request(method, target, headers = {}, body = '') {
  const given = Array.isArray(headers) ? headers : Object.entries(headers);
  const has = (name) => given.some(([one]) => one.toLowerCase().trim() === name);
  const lines = [`${method} ${target} HTTP/1.1`, ...given.map(([name, value]) => `${name}: ${value}`)];
  if (!has('host')) lines.push('Host: stats.example');
  if (!has('connection')) lines.push('Connection: close');
  if (!has('content-length') && !has('transfer-encoding') && body) lines.push(`Content-Length: ${body.length}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
const get = (target, headers = { Referer: `${blog}/` }) => request('GET', target, headers);
const post = (target, body, headers = { Origin: blog }) => request('POST', target, headers, typeof body === 'string' ? body : JSON.stringify(body));
const hello = (fields = {}, headers) => post('/api/hello', { n: 'pageview', u: `${blog}/a`, s: 'blog', ...fields }, headers);
const event = (fields = {}, headers) => post('/api/event', { name: 'Order', url: `${blog}/a`, domain: 'blog.example', ...fields }, headers);
const bearer = (key, more = {}) => ({ Authorization: `Bearer ${key}`, ...more });
const of_key = (key, lines) => post('/api/v1/hits', lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'), bearer(key));
const sale = (fields = {}) => ({ url: `${blog}/sale`, event: 'Sale', address: '198.51.100.7', ...fields });
const chunked = (...chunks) => `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;
const times = (count, thing) => Array.from({ length: count }, (_, i) => thing(i));

// ---- answers ----

// A pixel is answered with its GIF whatever came; a script is told.
const gif = { status: 200, type: 'image/gif' };
const ok = { status: 202, type: 'text/plain; charset=utf-8' };
const taken = { ...ok, counts: { stored: 1 } };
const seen = { ...gif, counts: { stored: 1 } };
const refused = (reason) => ({ ...ok, reason, counts: { [reason]: 1 } });
const unseen = (reason) => ({ ...gif, reason, counts: { [reason]: 1 } });
const malformed = { status: 400, reason: 'bad_request', counts: { bad_request: 1 } };
const oversized = { status: 413, reason: 'too_large', counts: { too_large: 1 } };
const dropped_later = (reason) => ({ ...ok, counts: { [reason]: 1 } });
// Not one of these routes, or no request at all: nothing was received.
const no_hit = (status) => ({ status, counts: {} });
const no_answer = { status: 0, counts: {} };
const denied = { status: 403, reason: 'wrong_key', counts: { wrong_key: 1 } };
// Of a batch: how many are accepted, and why the others are not.
function batch(accepted, ...reasons) {
  const counts = accepted > 0 ? { stored: accepted } : {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return { status: 200, accepted, reasons, counts };
}

const kProps = (count) => Object.fromEntries(times(count, (i) => [`p${i}`, 1]));
const kMarkup = '<img src=x onerror="alert(1)">';
const kSql = "'; DROP TABLE hits; --";

// `blog` and `shop` are services with key and server_key; shop honours Sec-GPC and DNT.
export const cases = (keys) => [
  // Whose it is.
  ['no service, no origin', hello({ s: undefined }, {}), refused('unknown_service')],
  ['a service that is none', hello({ s: 'nobody' }), refused('unknown_service')],
  ['a service whose name is markup', hello({ s: kMarkup }), refused('unknown_service')],
  ['a service whose name is SQL', hello({ s: kSql }), refused('unknown_service')],
  ['a service whose name is a path', hello({ s: '../../etc/passwd' }), refused('unknown_service')],
  ['an origin that is none of ours', hello({ s: undefined }, { Origin: 'https://evil.example' }), refused('unknown_service')],
  ['another origin', hello({}, { Origin: 'https://evil.example' }), refused('wrong_origin')],
  ['no origin', hello({}, {}), refused('wrong_origin')],
  ['an origin of no site', hello({}, { Origin: 'null' }), refused('wrong_origin')],
  ['an origin that ends as ours', hello({}, { Origin: 'https://notblog.example' }), refused('wrong_origin')],
  ['an origin that begins as ours', hello({}, { Origin: `${blog}.evil.example` }), refused('wrong_origin')],
  ['an origin that names ours as its user', hello({}, { Origin: `${blog}@evil.example` }), refused('wrong_origin')],
  ['an origin that has ours in its query', hello({}, { Origin: `https://evil.example/?${blog}` }), refused('wrong_origin')],
  ['an origin that is no web page’s', hello({}, { Origin: 'chrome-extension://blog.example' }), refused('wrong_origin')],
  ['another origin with a referer of ours', hello({}, { Origin: 'https://evil.example', Referer: `${blog}/` }), refused('wrong_origin')],
  ['two origins, ours second', hello({}, [['Origin', 'https://evil.example'], ['Origin', blog]]), refused('wrong_origin')],
  ['our origin in capitals, with a port', hello({ u: `${blog}/capitals` }, { Origin: 'HTTPS://BLOG.EXAMPLE:8443' }), taken],
  ['an origin below ours, by the star', hello({ u: `${blog}/below` }, { Origin: 'https://a.b.blog.example' }), taken],
  ['a key that is none', hello({ k: 'guess' }), refused('wrong_key')],
  ['a key cut by one letter', hello({ k: keys.blog.key.slice(0, -1) }), refused('wrong_key')],
  ['another service’s key', hello({ k: keys.shop.key }), refused('wrong_key')],
  ['the server’s key in a page', hello({ k: keys.blog.server_key }), refused('wrong_key')],
  ['a key that is a list', hello({ k: [keys.blog.key] }, {}), refused('wrong_origin')],
  ['the key without an origin', hello({ k: keys.blog.key, u: `${blog}/keyed` }, {}), taken],
  ['a pixel of nobody', get('/hello.gif?pa=/x', {}), unseen('unknown_service')],
  ['a pixel with a key that is none', get('/hello.gif?pa=/x&dk=guess', {}), unseen('unknown_service')],
  ['a pixel with another service’s key', get(`/hello.gif?hn=blog.example&pa=/x&dk=${keys.shop.key}`), unseen('wrong_key')],
  ['a pixel on another site', get('/hello.gif?hn=blog.example&pa=/x', { Referer: 'https://evil.example/' }), unseen('wrong_origin')],
  ['a picture’s page on another site', get('/noscript.gif', { Referer: 'https://evil.example/' }), unseen('unknown_service')],
  ['a domain of Plausible’s that is none', event({ domain: 'evil.example' }), refused('unknown_service')],
  ['a domain of ours from another site', event({}, { Origin: 'https://evil.example' }), refused('wrong_origin')],
  ['a domain of ours and one that is none', event({ domain: 'blog.example,evil.example' }),
   { ...ok, reason: 'unknown_service', counts: { stored: 1, unknown_service: 1 } }],
  ['twenty domains, of which ten count', event({ domain: times(20, (i) => `d${i}.example`).join(',') }),
   { ...ok, reason: 'unknown_service', counts: { unknown_service: 10 } }],
  ['a wish not to be counted', post('/api/hello', { n: 'pageview', u: 'https://shop.example/' }, { Origin: 'https://shop.example', 'Sec-GPC': '1' }), refused('opted_out')],
  ['the older wish', get('/hello.gif?u=https://shop.example/', { Referer: 'https://shop.example/', DNT: '1' }), unseen('opted_out')],

  // Who sends it.
  ['an address that the client made up', hello({ u: `${blog}/forwarded` }, { Origin: blog, 'X-Forwarded-For': '192.0.2.66, 203.0.113.5' }), taken,
   { path: '/forwarded', address: '203.0.113.0' }],
  ['an address on a line before the proxy’s', hello({ u: `${blog}/two-lines` }, [['Origin', blog], ['X-Forwarded-For', '192.0.2.66'], ['X-Forwarded-For', '203.0.113.7']]), taken,
   { path: '/two-lines', address: '203.0.113.0' }],
  ['an address behind a proxy that is trusted', hello({ u: `${blog}/hops` }, { Origin: blog, 'X-Forwarded-For': '192.0.2.66, 203.0.113.8, 10.1.2.3' }), taken,
   { path: '/hops', address: '203.0.113.0' }],
  ['an address that is none', hello({ u: `${blog}/unknown` }, { Origin: blog, 'X-Forwarded-For': "203.0.113.5, <b>'--" }), taken,
   { path: '/unknown', address: '127.0.0.0' }],
  ['Cloudflare’s header from who is not Cloudflare', hello({ u: `${blog}/cf` }, { Origin: blog, 'CF-Connecting-IP': '203.0.113.5' }), taken,
   { path: '/cf', address: '127.0.0.0' }],
  ['other headers that name an address', hello({ u: `${blog}/others` }, { Origin: blog, 'X-Forwarded-For': '203.0.113.6', 'X-Real-IP': '192.0.2.66', Forwarded: 'for=192.0.2.66', 'True-Client-IP': '192.0.2.66' }), taken,
   { path: '/others', address: '203.0.113.0' }],
  ['cookies', hello({ u: `${blog}/cookie` }, { Origin: blog, Cookie: 'session=SECRET; id=1' }), taken, { path: '/cookie', props: null }],
  ['a password', hello({ u: `${blog}/basic` }, { Origin: blog, Authorization: 'Basic U0VDUkVU' }), taken, { path: '/basic', props: null }],
  ['no User-Agent', hello({ u: `${blog}/no-agent` }), taken, { path: '/no-agent', user_agent: null }],
  ['a User-Agent of markup', hello({ u: `${blog}/agent` }, { Origin: blog, 'User-Agent': kMarkup }), taken, { path: '/agent', user_agent: kMarkup }],
  ['a User-Agent of 4,000 bytes', hello({ u: `${blog}/long-agent` }, { Origin: blog, 'User-Agent': x(4000) }), taken, { path: '/long-agent', user_agent: x(2048) }],
  ['a User-Agent that is no UTF-8', hello({ u: `${blog}/raw-agent` }, { Origin: blog, 'User-Agent': 'a\xff\xc0\xafb' }), taken, { path: '/raw-agent', user_agent: 'a\ufffd\ufffd\ufffdb' }],
  ['a User-Agent in the query, where there is one', get('/hello.gif?pa=/query-agent&ua=forged', { Referer: `${blog}/`, 'User-Agent': 'real' }), seen,
   { path: '/query-agent', user_agent: 'real' }],

  // No hit of that kind.
  ['a body of nothing', post('/api/hello', '', { Origin: blog, 'Content-Length': 0 }), malformed],
  ['half an object', post('/api/hello', '{"n":"pageview"'), malformed],
  ['a list', post('/api/hello', '[]'), malformed],
  ['a number', post('/api/event', '1'), malformed],
  ['a form', post('/api/event', 'name=pageview&url=https%3A%2F%2Fblog.example%2F', { Origin: blog, 'Content-Type': 'application/x-www-form-urlencoded' }), malformed],
  ['XML', post('/api/event', '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'), malformed],
  ['zeros', post('/api/hello', '\0'.repeat(100)), malformed],
  ['ten thousand lists, one in another', post('/api/hello', '['.repeat(30_000)), malformed],
  ['an object as deep as the body lets it be', hello({ u: `${blog}/deep`, p: { a: 'b', deep: JSON.parse('{"x":'.repeat(2000) + '1' + '}'.repeat(2000)) } }), taken,
   { path: '/deep', props: '{"a":"b"}' }],
  ['a body in gzip', post('/api/hello', '\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\x56\xca\x53\xb2\x52\x02\0', { Origin: blog, 'Content-Encoding': 'gzip' }), malformed],
  ['UTF-8 that is too long for its letter', post('/api/hello', `{"n":"pageview","s":"blog","u":"${blog}/\xc0\xaf"}`), malformed],
  ['half a surrogate', post('/api/hello', `{"n":"\\ud800","s":"blog","u":"${blog}/"}`), malformed],
  ['a number beyond all', post('/api/hello', `{"n":"pageview","s":"blog","u":"${blog}/","p":{"a":1e999}}`), malformed],
  ['no URL', hello({ u: undefined }), malformed],
  ['a URL that is a number', hello({ u: 42 }), malformed],
  ['a URL without a host', hello({ u: 'https:///a' }), malformed],
  ['a URL of a script', hello({ u: 'javascript:alert(1)' }), malformed],
  ['a URL of a file', hello({ u: 'file:///etc/passwd' }), malformed],
  ['a URL with a zero in it', hello({ u: `${blog}/\0` }), malformed],
  ['a URL with a line’s end in it', hello({ u: `${blog}/\r\nX-Header: 1` }), malformed],
  ['no name', hello({ n: undefined }), malformed],
  ['a name of blanks', hello({ n: '  ' }), malformed],
  ['a name with a line’s end in it', hello({ n: 'a\nb' }), malformed],
  ['properties that are no object', event({ props: 'plan=pro' }), malformed],
  ['properties that are a list', event({ props: ['pro'] }), malformed],
  ['money that is a word', event({ revenue: { amount: 'free', currency: 'EUR' } }), malformed],
  ['a currency that is none', event({ revenue: { amount: 1, currency: '<b>' } }), malformed],
  ['no domain', event({ domain: undefined }), malformed],
  ['a time before the page was there', hello({ n: 'engagement', e: -1 }), malformed],
  ['a time of years', hello({ n: 'engagement', e: 1e12 }), malformed],
  ['a time that is a text', hello({ n: 'engagement', e: '100' }), malformed],
  ['a pixel that says nothing', get('/hello.gif', {}), unseen('bad_request')],
  ['a pixel of a visitor’s name', get('/hello.gif?t=id&pa=/x&uid=jane'), unseen('bad_request')],
  ['a pixel’s event without a name', get('/hello.gif?t=tr&pa=/x'), unseen('bad_request')],
  ['a pixel’s properties that are none', get('/hello.gif?t=tr&pa=/x&en=a&pr={'), unseen('bad_request')],
  ['a pixel of no time', get('/hello.gif?pa=/x&ts=soon'), unseen('bad_request')],
  ['a pixel of a time before time', get('/hello.gif?pa=/x&ts=-1'), unseen('bad_request')],

  // Too much.
  ['a body of 40 KB', hello({ p: { a: x(40_000) } }), oversized],
  ['a body of more than 1 MiB', post('/api/hello', x((1 << 20) + 1)), no_hit(413)],
  ['a body said to be of 8 EiB', request('POST', '/api/hello', { Origin: blog, 'Content-Length': '9223372036854775807' }, '{}'), no_hit(413)],
  ['a header of 20 KB', get('/hello.gif?pa=/x', { Referer: `${blog}/${x(20_000)}` }), no_hit(431)],
  ['a target of 20 KB', get(`/hello.gif?pa=/${x(20_000)}`), no_hit(431)],
  ['a URL of 9,000 bytes', hello({ u: `${blog}/${x(9000)}` }), oversized],
  ['a pixel’s URL of 9,000 bytes', get(`/hello.gif?u=${blog}/${x(9000)}`), unseen('too_large')],
  ['a name of 121 bytes', hello({ n: x(121) }), oversized],
  ['31 properties', event({ props: kProps(31) }), oversized],
  ['30 properties', event({ url: `${blog}/thirty`, props: kProps(30) }), taken, { path: '/thirty', props: JSON.stringify(Object.fromEntries(Object.keys(kProps(30)).sort().map((name) => [name, '1']))) }],
  ['a property’s name of 301 bytes', event({ props: { [x(301)]: 1 } }), oversized],
  ['a property’s value of 2,001 bytes', event({ props: { a: x(2001) } }), oversized],
  ['properties of quotes alone, which take twice their room twice', event({ url: `${blog}/quotes`, props: Object.fromEntries(times(7, (i) => [`q${i}`, '"'.repeat(2000)])) }), taken,
   { path: '/quotes', props: JSON.stringify(Object.fromEntries(times(7, (i) => [`q${i}`, '"'.repeat(2000)]))) }],
  ['numbers at the end of what there is', event({ url: `${blog}/numbers`, props: { a: 1e308, b: -9007199254740993, c: 18446744073709551615n.toString() } }), taken,
   { path: '/numbers', props: '{"a":"1e+308","b":"-9007199254740992","c":"18446744073709551615"}' }],
  ['a window of a kilometre', hello({ u: `${blog}/window`, w: 1e9, l: x(100), z: 'a;b' }), taken, { path: '/window', inner_resolution: null, language: null, timezone: null }],
  ['an address that sends more than two a minute', times(3, (i) => hello({ u: `${blog}/often` }, { Origin: blog, 'X-Forwarded-For': `2001:db8:1:1::${i + 1}` })),
   { status: 429, reason: 'rate_limited', counts: { stored: 2, rate_limited: 1 } }],
  ['the same for pixels', times(4, () => get('/hello.gif?pa=/often', { Referer: `${blog}/`, 'X-Forwarded-For': '203.0.113.99' })),
   { ...gif, reason: 'rate_limited', counts: { stored: 2, rate_limited: 2 } }],

  // Old, or from the future.
  ['a pixel of last week', get(`/hello.gif?pa=/x&ts=${Date.now() - 7 * 86_400_000}`), unseen('stale')],
  ['a pixel of next week', get(`/hello.gif?pa=/x&ts=${Date.now() + 7 * 86_400_000}`), unseen('stale')],
  ['a pixel of the end of time', get('/hello.gif?pa=/x&ts=9223372036854775807'), unseen('stale')],

  // What is data and looks like something else.
  ['SQL for a name', hello({ u: `${blog}/sql`, n: kSql, p: { [kSql]: kSql } }), taken, { path: '/sql', event: kSql, props: JSON.stringify({ [kSql]: kSql }) }],
  ['markup for a name', hello({ u: `${blog}/markup`, n: kMarkup, p: { [kMarkup]: kMarkup } }), taken, { path: '/markup', event: kMarkup, props: JSON.stringify({ [kMarkup]: kMarkup }) }],
  ['SQL for a path', hello({ u: `${blog}/path${kSql}` }), taken, { path: `/path${kSql}`, query: null }],
  ['markup for a referrer', hello({ u: `${blog}/referrer`, r: `https://evil.example/${kMarkup}` }), taken, { path: '/referrer', referrer: `https://evil.example/${kMarkup}` }],
  ['a referrer that is a script', hello({ u: `${blog}/script`, r: 'javascript:alert(1)' }), taken, { path: '/script', referrer: null }],
  ['a path out of the root', hello({ u: `${blog}/../../etc/passwd` }), taken, { path: '/../../etc/passwd' }],
  ['a name that is ours twice', post('/api/hello', `{"n":"pageview","n":"Twice","s":"nobody","s":"blog","u":"${blog}/twice"}`), taken, { path: '/twice', event: 'Twice' }],
  ['a parameter given twice', get('/hello.gif?pa=/first&pa=/second'), seen, { path: '/first' }],
  ['parameters that are no UTF-8', get('/hello.gif?pa=/%C0%AF%00%FFbytes'), seen, { path: '/\ufffd\ufffd\ufffd\ufffdbytes' }],
  ['fields of other names', hello({ u: `${blog}/fields`, service: 'shop', time: 0, address: '203.0.113.5', visitor: 1, __proto__: null, time_us: 1, via: 'log' }), taken,
   { path: '/fields', via: 'script' }],
  ['a service that --services does not name', hello({ s: 'closed', u: 'https://closed.example/' }, { Origin: 'https://closed.example' }), dropped_later('service_not_allowed')],

  // Servers.
  ['a batch without a key', post('/api/v1/hits', '{}', {}), denied],
  ['a batch with the key of pages', of_key(keys.blog.key, [sale()]), denied],
  ['a batch with a key as Basic', post('/api/v1/hits', '{}', { Authorization: `Basic ${keys.blog.server_key}` }), denied],
  ['a batch with nothing for a key', post('/api/v1/hits', '{}', { Authorization: 'Bearer ' }), denied],
  ['a batch with the key in its target', post(`/api/v1/hits?key=${keys.blog.server_key}`, '{}', {}), denied],
  ['a batch of nothing', of_key(keys.blog.server_key, []), batch(0)],
  ['a batch of 1,001 lines', of_key(keys.blog.server_key, times(1001, () => 'x')), oversized],
  ['a batch of 1,000 lines', of_key(keys.blog.server_key, times(1000, () => sale())), batch(1000)],
  ['a batch of more than 1 MiB', of_key(keys.blog.server_key, [x((1 << 20) + 1)]), no_hit(413)],
  ['a line of more than 32 KiB, and one behind it', of_key(keys.blog.server_key, [sale({ props: { a: x(33_000) } }), sale()]), batch(1, 'too_large')],
  ['lines that are none', of_key(keys.blog.server_key, ['{', 'null', '[]', '"a"', '\0', '']), batch(0, ...times(5, () => 'bad_request'))],
  ['a line for another service', of_key(keys.blog.server_key, [sale({ service: 'shop' })]), batch(0, 'wrong_key')],
  ['times that are none', of_key(keys.blog.server_key, [sale({ time: 'yesterday' }), sale({ time: {} }), sale({ time: 1e300 }), sale({ time: true })]),
   batch(0, ...times(4, () => 'bad_request'))],
  ['times that cannot be', of_key(keys.blog.server_key, [sale({ time: -1 }), sale({ time: 0 }), sale({ time: '2100-01-01T00:00:00Z' }), sale({ time: Date.now() + 3_600_000 })]),
   batch(0, ...times(4, () => 'stale'))],
  ['an id twice in a batch', of_key(keys.blog.server_key, [sale({ id: 'one' }), sale({ id: 'one' })]), batch(1, 'replayed')],
  ['the same id in the next', of_key(keys.blog.server_key, [sale({ id: 'one' }), sale({ id: 'two' })]), batch(1, 'replayed')],
  ['the same id of another service', of_key(keys.shop.server_key, [{ ...sale({ id: 'one' }), url: 'https://shop.example/' }]), batch(1)],
  ['an id whose first line was refused', of_key(keys.blog.server_key, [sale({ id: 'three', url: '/a' }), sale({ id: 'three' })]), batch(1, 'bad_request')],
  ['an id of 201 bytes', of_key(keys.blog.server_key, [sale({ id: x(201) })]), batch(0, 'too_large')],
  ['a line’s end written as \\r\\n', post('/api/v1/hits', `${JSON.stringify(sale())}\r\n${JSON.stringify(sale())}\r\n`, bearer(keys.blog.server_key)), batch(2)],
  ['an address and a status that are none', of_key(keys.blog.server_key, [{ url: `${blog}/odd`, address: '999.1.1.1; --', status: -7, method: x(100) }]), batch(1),
   { path: '/odd', address: null, status: null }],
  ['a batch in gzip', post('/api/v1/hits', '\x1f\x8b\x08\n\x03\xab', bearer(keys.blog.server_key, { 'Content-Encoding': 'gzip' })), malformed],

  // Not one of the routes.
  ['a GET of what is posted', get('/api/hello'), no_hit(405)],
  ['a POST to the pixel', post('/hello.gif', '{}'), no_hit(405)],
  ['PUT', request('PUT', '/api/event', { Origin: blog }, '{}'), no_hit(405)],
  ['DELETE', request('DELETE', '/api/v1/hits', bearer(keys.blog.server_key)), no_hit(405)],
  ['TRACE', request('TRACE', '/api/hello'), no_hit(405)],
  ['a method that is none', request('HELLO', '/api/hello', { Origin: blog }, '{}'), no_hit(405)],
  ['a slash too much', post('/api/hello/', '{}', { Host: '127.0.0.1' }), no_hit(404)],
  ['another case', get('/HELLO.GIF', { Host: '127.0.0.1' }), no_hit(404)],
  ['a zero behind the name', get('/hello.gif%00', { Host: '127.0.0.1' }), no_hit(404)],
  ['what is not for everybody, under a name that is not ours', get('/api/v1/registry'), no_hit(421)],
  ['what is not for everybody, for a page of another site', post('/api/v1/registry', '{}', { Host: '127.0.0.1', Origin: blog, 'Content-Type': 'application/json' }), no_hit(403)],
  ['a browser’s question before', request('OPTIONS', '/api/event', { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' }),
   { ...no_hit(204), headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'Content-Type', 'access-control-allow-credentials': undefined } }],
  ['a question before a batch', request('OPTIONS', '/api/v1/hits', { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' }),
   { ...no_hit(204), headers: { 'access-control-allow-headers': 'Content-Type' } }],
  ['a name that is written otherwise', post('/api/%68ello', { n: 'pageview', u: `${blog}/percent`, s: 'blog' }), taken, { path: '/percent' }],
  ['a target with a host of its own', post('http://evil.example/api/hello', { n: 'pageview', u: `${blog}/absolute`, s: 'blog' }), taken, { path: '/absolute' }],
  ['a HEAD of the pixel, which is a look at it', request('HEAD', '/hello.gif?pa=/head', { Referer: `${blog}/` }), { ...seen, is_empty: true }, { path: '/head' }],

  // Hardly HTTP.
  ['two Hosts', request('GET', '/hello.gif?pa=/x', [['Host', 'a'], ['Host', 'b']]), no_hit(400)],
  ['no Host', 'GET /hello.gif?pa=/x HTTP/1.1\r\n\r\n', no_hit(400)],
  ['HTTP/2 without more', 'GET /hello.gif?pa=/x HTTP/2.0\r\nHost: a\r\n\r\n', no_hit(505)],
  ['a blank before the colon', 'POST /api/hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n', no_hit(400)],
  ['a header that goes on in the next line', hello({ u: `${blog}/folded` }, [['Origin', `\r\n ${blog}`]]), taken],
  ['a zero in a header', get('/hello.gif?pa=/x', { Referer: `${blog}/\0` }), no_hit(400)],
  ['a line’s end in a header, and one more behind it', get('/hello.gif?pa=/x', { Referer: `${blog}/\nX: 1` }), no_hit(400)],
  ['two lengths', request('POST', '/api/hello', [['Content-Length', '2'], ['Content-Length', '3']], '{} '), no_hit(400)],
  ['a length and chunks', request('POST', '/api/hello', { Origin: blog, 'Content-Length': '4', 'Transfer-Encoding': 'chunked' }, chunked('{}')), no_hit(400)],
  ['a length that is no number', request('POST', '/api/hello', { 'Content-Length': '-2' }, '{}'), no_hit(400)],
  ['a length that is too short, and the next request behind it', request('POST', '/api/hello', { Origin: blog, 'Content-Length': '5' }, `{"n":}GET /hello.gif?pa=/smuggled HTTP/1.1\r\nHost: a\r\nReferer: ${blog}/\r\n\r\n`), malformed],
  ['a length that is too long', { ...{ bytes: request('POST', '/api/hello', { Origin: blog, 'Content-Length': '100' }, '{}'), ends: true } }, no_answer],
  ['chunks', request('POST', '/api/hello', { Origin: blog, 'Transfer-Encoding': 'chunked' }, chunked('{"n":"pageview",', `"s":"blog","u":"${blog}/chunks"}`)), taken, { path: '/chunks' }],
  ['chunks of more than 1 MiB', request('POST', '/api/hello', { Origin: blog, 'Transfer-Encoding': 'chunked' }, chunked(...times(17, () => x(65_536)))), no_hit(413)],
  ['a chunk whose length is none', request('POST', '/api/hello', { Origin: blog, 'Transfer-Encoding': 'chunked' }, 'zz\r\n{}\r\n0\r\n\r\n'), no_hit(400)],
  ['TLS', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03', no_hit(400)],
];

// The same again, once the server has been stopped and started.
export const cases_after_restart = (keys) => [
  ['ids of before the restart', of_key(keys.blog.server_key, ['one', 'two', 'three'].map((id) => sale({ id }))), batch(0, 'replayed', 'replayed', 'replayed')],
  ['another service’s', of_key(keys.shop.server_key, [{ ...sale({ id: 'one' }), url: 'https://shop.example/' }]), batch(0, 'replayed')],
  ['one that is new', of_key(keys.blog.server_key, [sale({ id: 'four' })]), batch(1)],
  ['the keys of before', hello({ k: keys.blog.key, u: `${blog}/again` }, {}), taken, { path: '/again' }],
  ['a key that was another’s', hello({ k: keys.shop.key }), refused('wrong_key')],
];

// GET /api/v1/live of the mock: invented hits, as server-sent events, with everything in them that
// a page must bear.
import { kMarkup } from './values.mjs';

const kPeriodMs = 250;
const kShownMax = 5; // of a period: 20 a second

const kind = (service, path, more) => ({
  service,
  host: 'example.com',
  method: 'GET',
  path,
  status: 200,
  bytes: 4120,
  generation_time: 0.0123,
  address: '203.0.113.0',
  country: 'DE',
  channel: 'Direct',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  browser: 'Firefox',
  os: 'Linux',
  device: 'desktop',
  kind: 'page',
  ...more,
});
const hits = [
  kind('example', '/', {}),
  kind('example', '/static/app.css', { kind: 'asset', bytes: 812 }),
  kind('blog', '/blog/why-we-count', { referrer: 'https://news.ycombinator.com/item?id=1', country: 'JP' }),
  kind('example', '/docs/install', {
    bot: 'GPTBot',
    bot_kind: 'ai-training',
    bot_reason: 'User-Agent list',
    browser: undefined,
    os: undefined,
  }),
  kind('example', '/old-page', { status: 404, kind: 'error', query: 'utm_source=newsletter' }),
  kind('example', `/${kMarkup}`, { user_agent: kMarkup, browser: kMarkup, referrer: kMarkup }),
  kind('example', '/wp-login.php', {
    method: 'POST',
    status: 502,
    kind: 'probe',
    bot: 'Scanner',
    bot_kind: 'scanner',
    bot_reason: 'Asked for paths that only scanners ask for',
  }),
  kind('blog', '/next', { purpose: 'prefetch;prerender' }),
  kind('example', '/cart', { kind: 'event', event: 'Signup', via: 'script', status: undefined }),
];
const drop = {
  source: 'syslog 127.0.0.1:65140',
  reason: 'malformed',
  help: 'The line is not in the log format; compare your log_format with the one on the /nginx page.',
  lines: 3,
};

const fits = {
  all: () => true,
  people: (hit) => hit.bot === undefined && hit.purpose === undefined,
  bots: (hit) => hit.bot !== undefined,
  errors: (hit) => hit.status >= 400,
};

const kRankings = {
  path: ['/', '/blog/why-we-count', '/docs/install', `/${kMarkup}`, '/about', '/новости'],
  country: ['DE', 'US', 'JP', 'BR', null],
  referrer_name: [null, 'Google', 'Hacker News', 'ChatGPT'],
};

// The questions of the live page: of the last thirty minutes.
export function liveAnswer(query, now) {
  const minute = Math.floor(now / 60_000);
  const wave = (i) => Math.round(6 + 5 * Math.sin(i / 4) + ((i * 7919) % 5));
  const metrics = query.metrics.map((name) => ({ name, kind: 'metric', unit: 'count' }));
  const common = { query, time_zone: 'UTC', truncated: false, elapsed_ms: 1 };
  if (query.grain === 'minute') {
    const rows = Array.from({ length: 30 }, (_, i) => {
      const time = new Date((minute - 29 + i) * 60_000).toISOString().replace('.000', '');
      return [time, wave(minute - 29 + i), wave(minute - 29 + i) * 2];
    });
    return { ...common, columns: [{ name: 'time', kind: 'time', unit: null }, ...metrics], rows };
  }
  if (query.by === undefined) return { ...common, columns: metrics, rows: [[17, 143, 391]] };
  const rows = kRankings[query.by[0]].map((value, i) => [value, 60 >> i, 140 >> i]);
  return {
    ...common,
    columns: [{ name: query.by[0], kind: 'dimension', unit: null }, ...metrics],
    rows,
  };
}

// `perSecond` hits arrive; what is shown of them is what the program would show.
export function streamLive(request, response, { url, perSecond }) {
  const show = url.searchParams.get('show') ?? 'all';
  const service = url.searchParams.get('service') ?? '';
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 200\n\n');
  if (url.searchParams.get('after') === 'elsewhere')
    response.write('id: 1-0-0\nevent: gap\ndata: {"arrived":null}\n\n');
  let number = 0;
  let count = 0;
  const send = () => {
    const time = new Date().toISOString();
    const arrived = Math.round((perSecond * kPeriodMs) / 1000);
    const come = Array.from({ length: arrived }, (_, i) => hits[(number + i) % hits.length]);
    const wanted = come.filter((hit) => (service === '' || hit.service === service) && fits[show](hit));
    number += arrived;
    count += 1;
    const isDropped = service === '' && (show === 'all' || show === 'errors') && count % 8 === 1;
    const data = {
      arrived,
      unseen: arrived > 250 ? arrived - 250 : 0,
      hidden: Math.max(0, wanted.length - kShownMax),
      hits: wanted.slice(0, kShownMax).map((hit) => ({ time, ...hit })),
      drops: isDropped ? [{ time, ...drop }] : [],
    };
    response.write(`id: 1-${number}-${number}\nevent: hits\ndata: ${JSON.stringify(data)}\n\n`);
  };
  send();
  const timer = setInterval(send, kPeriodMs);
  request.on('close', () => clearInterval(timer));
}

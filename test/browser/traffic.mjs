// A month of a small site's hits, the same every time but for the date.
const kDayMs = 86_400_000;

const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
];
const bots = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
];
const pages = ['/', '/blog/', '/blog/why-we-count', '/docs/install', '/about', '/новости'];
const assets = ['/static/app.css', '/static/app.js', '/logo.svg'];
const referrers = [
  '',
  '',
  'https://www.google.com/',
  'https://news.ycombinator.com/item?id=1',
  'https://chatgpt.com/',
];
// Addresses of networks that are known to be in different countries.
const addresses = ['8.8.8.', '193.0.6.', '133.11.93.', '200.160.2.', '41.0.0.', '185.70.40.'];

export const markup = '/<img src=x onerror="window.isOwned=true">';

// A small generator with a fixed seed (Park and Miller, 1988).
function randomNumbers(seed) {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function visit(random, service, at) {
  const isBot = random(4) === 0;
  const common = {
    service,
    ip: `${addresses[random(addresses.length)]}${1 + random(250)}`,
    host: 'example.com',
    user_agent: isBot ? bots[random(bots.length)] : browsers[random(browsers.length)],
    referrer: referrers[random(referrers.length)],
  };
  const hit = (path, after, more = {}) => ({
    ...common,
    path,
    status: '200',
    length: 500 + random(40_000),
    generation_time_milli: (1 + random(200) ** 2) / 10_000,
    date: new Date(at + after).toISOString(),
    ...more,
  });
  const page = random(40) === 0 ? hit(markup, 0) : hit(pages[random(pages.length)], 0);
  if (isBot) return [page];
  const missing = random(8) === 0 ? [hit('/old-page', 2000, { status: '404', length: 162 })] : [];
  const broken = random(60) === 0 ? [hit('/search?q=a', 3000, { status: '502', length: 157 })] : [];
  return [page, ...assets.map((path) => hit(path, 500)), ...missing, ...broken];
}

export function monthOfHits(now) {
  const random = randomNumbers(20_261_123);
  const hits = [];
  for (let back = 29; back >= 0; back -= 1) {
    const room = back === 0 ? (now % kDayMs) - 5000 : kDayMs;
    const midnight = now - (now % kDayMs) - back * kDayMs;
    const visits = 12 + random(20);
    for (let i = 0; i < visits; i += 1) {
      const service = random(5) === 0 ? 'shop' : 'example';
      hits.push(...visit(random, service, midnight + random(Math.max(1, Math.floor(room)))));
    }
  }
  return hits.concat(visit(randomNumbers(7), 'example', now - 1000));
}

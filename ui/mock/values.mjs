// Values of each dimension as logs have them, the commonest first.
export const kMarkup = '/<img src=x onerror="window.isOwned=true">/"\'&amp;<script>window.isOwned=true</script>';

const kBots = [
  ['Googlebot', 'search'], ['GPTBot', 'ai-training'], ['Bingbot', 'search'], ['AhrefsBot', 'seo'],
  ['ClaudeBot', 'ai-training'], ['UptimeRobot', 'monitor'], ['PerplexityBot', 'ai-search'],
  ['Mastodon', 'social'], ['curl', 'tool'], ['zgrab', 'scanner'], ['Feedly', 'feed'],
];

export const values = {
  path: [
    '/', '/blog/', '/blog/2026/11/why-we-count-visitors-without-cookies', '/docs/install', '/about',
    '/docs/nginx/log-format', '/pricing', '/blog/2026/10/thirty-days-of-logs-in-twenty-five-bytes-a-hit',
    '/static/app.3f2a91.js', '/новости/сегодня', '/feed.xml', '/wp-login.php', '/docs/sql', '/contact',
    kMarkup, '/docs/faq', '/download/ballcone-0.1.0.tar.gz', '/blog/2026/09/hello', '/search', '/login',
  ],
  channel: ['Direct', 'Organic Search', 'Referral', 'Organic Social', 'AI Assistant', 'Email', 'Paid Search', null],
  referrer_name: ['Google', 'Hacker News', 'Mastodon', 'GitHub', 'DuckDuckGo', 'ChatGPT', 'Bing', 'Reddit', 'Perplexity', 'news.example.com', 'Yandex'],
  utm_campaign: ['autumn-release', 'newsletter-46'],
  country: ['DE', 'US', 'FR', 'GB', null, 'NL', 'IN', 'PL', 'BR', 'JP', 'UA', 'CA'],
  browser: ['Chrome', 'Firefox', 'Safari', 'Mobile Safari', 'Edge', 'Chrome Mobile', 'Samsung Internet', null, 'Opera'],
  os: ['Windows', 'Android', 'iOS', 'Mac OS X', 'Linux', 'Ubuntu', null],
  device: ['desktop', 'mobile', 'tablet', null],
  status: [200, 304, 404, 301, 206, 403, 499, 500, 502],
  kind: ['asset', 'page', 'api', 'redirect', 'error', 'feed', 'download', 'probe'],
  host: ['example.com', 'www.example.com', 'static.example.com'],
  method: ['GET', 'HEAD', 'POST', 'OPTIONS'],
  protocol: ['HTTP/2.0', 'HTTP/1.1', 'HTTP/3.0', 'HTTP/1.0'],
  cache_status: ['HIT', 'MISS', 'EXPIRED', 'BYPASS'],
  'browser browser_version': [
    ['Chrome', '142.0.0'], ['Firefox', '145.0'], ['Mobile Safari', '26.1'], ['Chrome', '141.0.0'],
    ['Edge', '142.0.0'], ['Safari', '26.0'], ['Samsung Internet', '28.0'], ['Firefox', '140.0'],
    ['Opera', '123.0.0'], [null, null], ['Chrome', '140.0.0'],
  ],
  'bot bot_kind': kBots,
};

// Who visits the demo's site: browsers as they name themselves, and programs.
const chrome = [131, 134, 137, 138, 139, 140, 141, 142];
const firefox = [115, 128, 140, 141, 142, 143, 144, 145];
const windows = 'Windows NT 10.0; Win64; x64';
const mac = 'Macintosh; Intel Mac OS X 10_15_7';
const linux = 'X11; Linux x86_64';
const webkit = (system, rest) => `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) ${rest} Safari/537.36`;
const ios = (version, rest) =>
  `Mozilla/5.0 (iPhone; CPU iPhone OS ${version.replaceAll('.', '_')} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ${rest}`;
const phones = ['Linux; Android 10; K', 'Linux; Android 14; Pixel 8', 'Linux; Android 15; SM-S921B', 'Linux; Android 13; SM-A536B',
                'Linux; Android 14; 2312DRA50G', 'Linux; Android 12; moto g(60)', 'Linux; Android 15; CPH2609'];

// [User-Agent, weight]: newer versions are more common than older ones.
export const browsers = [
  ...chrome.flatMap((version, i) => [
    [webkit(windows, `Chrome/${version}.0.0.0`), 10 * (i + 1)],
    [webkit(mac, `Chrome/${version}.0.0.0`), 5 * (i + 1)],
    [webkit(linux, `Chrome/${version}.0.0.0`), 2 * (i + 1)],
    [webkit(windows, `Chrome/${version}.0.0.0`).replace(' Safari/537.36', ` Safari/537.36 Edg/${version}.0.0.0`), 3 * (i + 1)],
    ...phones.map((phone, j) => [webkit(phone, `Chrome/${version}.0.0.0 Mobile`), (j === 0 ? 8 : 1) * (i + 1)]),
  ]),
  ...firefox.flatMap((version, i) => [windows, mac.replace('_15_7', '.15'), linux].map((system, j) =>
    [`Mozilla/5.0 (${system}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`, (3 - j) * (i + 1)])),
  ...firefox.slice(5).map((version) => [`Mozilla/5.0 (Android 14; Mobile; rv:${version}.0) Gecko/${version}.0 Firefox/${version}.0`, 4]),
  ...['16.6', '17.4', '17.6', '18.1', '18.3', '18.5', '18.6', '26.0', '26.1'].flatMap((version, i) => [
    [ios(version, `Version/${version} Mobile/15E148 Safari/604.1`), 12 * (i + 1)],
    [`Mozilla/5.0 (${mac}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version} Safari/605.1.15`, 5 * (i + 1)],
    [`Mozilla/5.0 (iPad; CPU OS ${version.replaceAll('.', '_')} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version} Mobile/15E148 Safari/604.1`, i + 1],
    [ios(version, `CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1`), i + 1],
  ]),
  ...[24, 25, 26, 27, 28].map((version) => [webkit('Linux; Android 14; SAMSUNG SM-S911B', `SamsungBrowser/${version}.0 Chrome/130.0.0.0 Mobile`), 6]),
  ...[112, 115, 120].map((version) => [webkit(windows, 'Chrome/138.0.0.0').concat(` OPR/${version}.0.0.0`), 5]),
  [webkit(mac, 'Chrome/138.0.0.0').concat(' Vivaldi/7.5.3735.54'), 2],
  [webkit(phones[0], 'Chrome/141.0.0.0 Mobile').concat(' DuckDuckGo/5'), 3],
  [ios('18.5', 'Mobile/15E148 Instagram 390.0.0.28.85 (iPhone15,3; iOS 18_5; en_US; en; scale=3.00; 1290x2796; IABMV/1; 762374918)'), 5],
  [ios('18.5', 'Mobile/15E148 [FBAN/FBIOS;FBAV/520.0.0.38.101;FBBV/756351453;FBDV/iPhone15,3;FBMD/iPhone;FBSN/iOS;FBSV/18.5;FBSS/3;FBID/phone;FBLC/en_US;FBOP/5]'), 4],
  ['Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko', 2],
  ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', 6],
  ['Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/4.0 Chrome/108.0.5359.1 TV Safari/537.36', 1],
];

// User-Agent, visits out of a thousand, pages per visit, networks, what it asks for.
export const bots = [
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 130, 6, ['66.249.64.0/20'], 'pages'],
  ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 90, 5, ['157.55.39.0/24', '40.77.167.0/24'], 'pages'],
  ['Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)', 80, 12, ['20.171.206.0/23'], 'pages'],
  ['Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; OAI-SearchBot/1.0; +https://openai.com/searchbot)', 35, 3, ['20.171.206.0/23'], 'pages'],
  ['Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; +https://openai.com/bot)', 40, 1, ['172.182.200.0/21'], 'pages'],
  ['Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)', 75, 10, ['216.73.216.0/22'], 'pages'],
  ['Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)', 30, 4, ['18.97.9.0/24'], 'pages'],
  ['CCBot/2.0 (https://commoncrawl.org/faq/)', 20, 15, ['18.97.9.0/24'], 'pages'],
  ['Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)', 60, 9, ['47.128.0.0/17'], 'pages'],
  ['Mozilla/5.0 (compatible; Amazonbot/0.1; +https://developer.amazon.com/support/amazonbot) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.6045.214 Safari/537.36', 45, 6, ['52.70.240.0/22'], 'pages'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)', 35, 4, ['17.241.0.0/16'], 'pages'],
  ['meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)', 40, 8, ['173.252.64.0/19'], 'pages'],
  ['Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)', 30, 5, ['95.108.128.0/18'], 'pages'],
  ['Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)', 20, 3, ['220.181.108.0/24'], 'pages'],
  ['DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)', 10, 2, ['40.77.167.0/24'], 'pages'],
  ['Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)', 60, 10, ['54.36.148.0/23'], 'pages'],
  ['Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)', 50, 8, ['54.36.148.0/23'], 'pages'],
  ['Mozilla/5.0 (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)', 20, 5, ['78.46.0.0/16'], 'pages'],
  ['Mozilla/5.0 (compatible; DotBot/1.2; +https://opensiteexplorer.org/dotbot; help@moz.com)', 15, 4, ['52.70.240.0/22'], 'pages'],
  ['Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)', 30, 5, ['116.86.0.0/15'], 'pages'],
  ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 25, 1, ['173.252.64.0/19'], 'pages'],
  ['Twitterbot/1.0', 12, 1, ['98.192.0.0/10'], 'pages'],
  ['LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)', 10, 1, ['108.0.0.0/11'], 'pages'],
  ['Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', 12, 1, ['52.70.240.0/22'], 'pages'],
  ['Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)', 12, 1, ['98.192.0.0/10'], 'pages'],
  ['TelegramBot (like TwitterBot)', 8, 1, ['84.24.0.0/13'], 'pages'],
  ['Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)', 250, 1, ['52.70.240.0/22'], 'home'],
  ['Feedly/1.0 (+http://www.feedly.com/fetcher.html; 412 subscribers; like FeedFetcher-Google)', 60, 1, ['52.70.240.0/22'], 'feed'],
  ['NetNewsWire (RSS Reader; https://netnewswire.com/)', 60, 1, ['73.0.0.0/8', '91.0.0.0/10'], 'feed'],
  ['Mozilla/5.0 (compatible; Miniflux/2.2.8; +https://miniflux.app)', 40, 1, ['78.46.0.0/16'], 'feed'],
  ['curl/8.5.0', 15, 1, ['73.0.0.0/8', '78.46.0.0/16'], 'home'],
  ['python-requests/2.32.3', 20, 2, ['52.70.240.0/22', '183.0.0.0/10'], 'pages'],
  ['Go-http-client/1.1', 25, 1, ['78.46.0.0/16', '95.24.0.0/13'], 'probes'],
  ['Mozilla/5.0 zgrab/0.x', 25, 1, ['18.97.9.0/24'], 'probes'],
  ['Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)', 20, 1, ['73.0.0.0/8'], 'home'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.108 Safari/537.36', 40, 14, ['183.0.0.0/10', '95.24.0.0/13', '36.64.0.0/11'], 'probes'],
  ['', 20, 3, ['113.160.0.0/11', '41.32.0.0/12'], 'probes'],
];

export const probes = ['/wp-login.php', '/xmlrpc.php', '/.env', '/.git/config', '/wp-admin/setup-config.php', '/phpmyadmin/index.php',
  '/admin.php', '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', '/cgi-bin/luci/;stok=/locale', '/boaform/admin/formLogin', '/HNAP1/',
  '/actuator/health', '/server-status', '/config.json', '/backup.zip', '/wp-content/plugins/hellopress/wp_filemanager.php', '/.aws/credentials',
  '/owa/auth/logon.aspx', '/solr/admin/info/system?wt=json', '/?author=1', '/index.php?lang=../../../../../../etc/passwd', '/shell?cd+/tmp;rm+-rf+*'];

// Referrer, weight. A search engine tells no more than its name nowadays.
export const referrers = [
  ['', 380], ['https://www.google.com/', 190], ['https://www.google.de/', 25], ['https://www.google.co.uk/', 15],
  ['https://www.bing.com/', 35], ['https://duckduckgo.com/', 40], ['https://search.brave.com/', 12], ['https://kagi.com/', 8],
  ['https://yandex.ru/', 12], ['https://www.baidu.com/link?url=nQx', 6], ['https://www.ecosia.org/', 6], ['https://www.startpage.com/', 5],
  ['https://chatgpt.com/', 45], ['https://www.perplexity.ai/', 16], ['https://claude.ai/', 18], ['https://gemini.google.com/', 12],
  ['https://copilot.microsoft.com/', 8], ['https://news.ycombinator.com/', 40], ['https://lobste.rs/', 12], ['https://www.reddit.com/', 30],
  ['https://old.reddit.com/r/selfhosted/', 8], ['https://github.com/', 35], ['https://t.co/4xYq0Zb1Ck', 14], ['https://bsky.app/', 12],
  ['https://mastodon.social/', 10], ['https://www.linkedin.com/', 14], ['https://l.facebook.com/', 12], ['https://www.youtube.com/', 9],
  ['https://stackoverflow.com/', 16], ['https://en.wikipedia.org/', 8], ['https://dev.to/', 6], ['https://www.heise.de/', 9],
  ['https://habr.com/ru/articles/', 6], ['https://mail.google.com/', 5], ['android-app://com.google.android.gm/', 4], ['https://planet.example.net/', 7],
];

// Query string, referrer that goes with it, weight.
export const campaigns = [
  ['utm_source=newsletter&utm_medium=email&utm_campaign=november', '', 30],
  ['utm_source=google&utm_medium=cpc&utm_campaign=brand&utm_term=light+roast&gclid=EAIaIQob', 'https://www.google.com/', 25],
  ['utm_source=twitter&utm_medium=social&utm_campaign=launch', 'https://t.co/kd82Hs', 15],
  ['utm_source=linkedin&utm_medium=paid_social&utm_campaign=roasters&utm_content=video_a', 'https://www.linkedin.com/', 12],
  ['utm_source=bing&utm_medium=cpc&utm_campaign=generic&msclkid=7b0f', 'https://www.bing.com/', 10],
  ['utm_source=podcast&utm_medium=audio&utm_campaign=episode_41', '', 8],
  ['fbclid=IwAR2', 'https://l.facebook.com/', 12],
  ['utm_source=chatgpt.com', 'https://chatgpt.com/', 14],
  ['ref=producthunt', 'https://www.producthunt.com/', 8],
];

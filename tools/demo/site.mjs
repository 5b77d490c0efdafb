// The demo's three sites: a roaster's magazine, its shop and its handbook. Writes their files, and the nginx
// configuration that serves them and logs to Ballcone with the lines of the README.
import fs from 'node:fs';
import path from 'node:path';

const slug = (title) => title.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
// Earlier titles are read more: the weight falls with the place in the list, as popularity does.
const ranked = (folder, titles) => titles.map((title, i) => ({ path: `${folder}${slug(title)}`, title, weight: 100 / (i + 2) }));

const posts = ranked('/blog/', ['Light roast, explained', 'How to descale an espresso machine', 'Why we count visits without cookies',
  'Grinder settings for every brew', 'A balcony in November', 'Water: the other ingredient', 'Our first year of direct trade',
  'Cold brew in twelve hours', 'What a Q grader does', 'Decaf without regret', 'Moka pot myths', 'The price of green coffee',
  'Storing beans at home', 'Milk, foam and physics', 'Cupping at the kitchen table', 'Roast profiles as open data', 'A week in Huila',
  'Filter papers compared', 'Coffee and sleep', 'Notes from the roastery floor', 'Espresso on a budget', 'Reading a coffee label']);
const beans = ranked('/beans/', ['Yirgacheffe Aricha', 'Huila Washed', 'Balcony Blend', 'Santos Natural', 'Sidamo Honey', 'Nyeri Peaberry',
  'Antigua Bourbon', 'Sumatra Mandheling', 'Decaf Cauca', 'Gesha Lot 12', 'Monsooned Malabar', 'Night Shift Espresso']);
const chapters = ranked('/', ['Getting started', 'Brewing ratios', 'Espresso basics', 'Cleaning', 'Grinders', 'Troubleshooting', 'Pour over',
  'French press', 'Glossary', 'Water recipes', 'API reference', 'Milk drinks', 'Machine maintenance', 'Training plan']);

const assets = ['/css/site.css', '/js/site.js', '/img/logo.svg', '/favicon.ico'];
const page = (where, title, weight) => ({ path: where, title, weight });

export const sites = [
  { service: 'example', host: 'example.com', weight: 60, assets: [...assets, '/img/hero.jpg', '/fonts/text.woff2'],
    pages: [page('/', 'Home', 60), page('/blog/', 'Blog', 25), page('/about', 'About us', 10), page('/contact', 'Contact', 5),
            page('/newsletter', 'Newsletter', 4), page('/caf%C3%A9/', 'Café', 4), ...posts],
    feed: '/feed.xml', slow: ['/search?q=decaf', '/search?q=grinder', '/search?q=caf%C3%A9'],
    files: ['/img/roastery.jpg', '/video/roasting.mp4', '/press/kit.zip'] },
  { service: 'shop', host: 'shop.example.com', weight: 25, assets: [...assets, '/img/beans.jpg', '/js/cart.js'],
    pages: [page('/', 'Shop', 50), ...beans, page('/cart', 'Cart', 12), page('/checkout', 'Checkout', 6)],
    feed: '/products.xml', slow: ['/api/stock', '/api/cart', '/api/shipping?country=DE'], files: ['/price-list.pdf'] },
  { service: 'handbook', host: 'handbook.example.com', weight: 15, assets: [...assets, '/js/search-index.json'],
    pages: [page('/', 'Handbook', 40), ...chapters], feed: '/changes.atom', slow: ['/api/search?q=ratio'], files: ['/handbook.pdf'] },
];
export const missing = ['/old-menu', '/blog/light-roast', '/img/missing.png', '/sitemap.xml.gz', '/apple-touch-icon.png', '/blog/espresson-on-a-budget'];
export const moved = ['/home', '/blog/feed', '/jobs'];

// As large as such files are: [suffix, bytes].
const sizes = [['.css', 18_400], ['.js', 41_200], ['.svg', 2_100], ['.ico', 1_150], ['.woff2', 28_600], ['.jpg', 86_000], ['.json', 64_000],
               ['.xml', 21_000], ['.atom', 9_800], ['.mp4', 1_400_000], ['.zip', 420_000], ['.pdf', 310_000]];
export function bytes_of(target) {
  const known = sizes.find(([suffix]) => target.endsWith(suffix));
  if (known) return known[1];
  let hash = 0;
  for (const letter of target) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return 4_000 + hash % 14_000;
}

function html(site, { title }) {
  const links = site.pages.slice(0, 12).map((other) => `<li><a href="${other.path}">${other.title}</a></li>`).join('\n');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} · ${site.host}</title><link rel="stylesheet" href="/css/site.css"><script src="/js/site.js" defer></script>
<h1>${title}</h1><p>A page of Ballcone's demo: each request for it is in the dashboard a few seconds later.</p>
<ul>${links}</ul></html>\n`;
}

function write_file(file, text, bytes) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text.padEnd(bytes, ' '));
}

export function write_sites(folder) {
  for (const site of sites) {
    const root = path.join(folder, site.service);
    for (const entry of site.pages) {
      const name = decodeURIComponent(entry.path);
      write_file(path.join(root, name.endsWith('/') ? `${name}index.html` : `${name}.html`), html(site, entry), bytes_of(entry.path));
    }
    for (const file of [...site.assets, ...site.files, site.feed]) write_file(path.join(root, file), '', bytes_of(file));
    write_file(path.join(root, 'robots.txt'), 'User-agent: *\nDisallow: /cart\n', 0);
  }
}

// The README's lines, one format per service.
const log_format = (service) => `    log_format ballcone_json_${service} escape=json
        '{'
        '"service": "${service}", '
        '"ip": "$remote_addr", '
        '"host": "$host", '
        '"path": "$request_uri", '
        '"status": "$status", '
        '"referrer": "$http_referer", '
        '"user_agent": "$http_user_agent", '
        '"length": $bytes_sent, '
        '"generation_time_milli": $request_time, '
        '"date": "$time_iso8601"'
        '}';
`;

const server = (site, { port, syslog, backend, folder }, is_default) => `    server {
        listen 127.0.0.1:${port}${is_default ? ' default_server' : ''};
        server_name ${site.host};
        root ${folder}/sites/${site.service};
        access_log syslog:server=${syslog} ballcone_json_${site.service};

        location / { try_files $uri $uri.html $uri/index.html =404; }
        location = /home { return 301 /; }
        location = /blog/feed { return 301 /feed.xml; }
        location = /jobs { return 302 /about; }
        location /internal/ { return 403; }
        location /video/ { limit_rate 4m; }
        location /press/ { limit_rate 2m; }
        location = /search { proxy_pass http://127.0.0.1:${backend}; }
        location /api/ { proxy_pass http://127.0.0.1:${backend}; }
    }
`;

export function nginx_conf(settings) {
  return `# Written by the demo. The log_format and access_log lines are those of the README.
daemon off;
${process.getuid() === 0 ? 'user root;\n' : ''}worker_processes 1;
pid ${settings.folder}/nginx.pid;
error_log ${settings.folder}/nginx-error.log;
events { worker_connections 2048; }
http {
    types { text/html html; text/css css; text/javascript js; image/svg+xml svg; image/jpeg jpg; image/x-icon ico; font/woff2 woff2;
            application/json json; application/rss+xml xml; application/atom+xml atom; video/mp4 mp4; application/zip zip; application/pdf pdf; }
    default_type application/octet-stream;
    client_body_temp_path ${settings.folder}/temp/body;
    proxy_temp_path ${settings.folder}/temp/proxy;
    fastcgi_temp_path ${settings.folder}/temp/fastcgi;
    uwsgi_temp_path ${settings.folder}/temp/uwsgi;
    scgi_temp_path ${settings.folder}/temp/scgi;
    absolute_redirect off;

    # The traffic's senders are all on this machine; whom they play stands in X-Forwarded-For.
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Forwarded-For;

${sites.map((site) => log_format(site.service)).join('\n')}
${sites.map((site, i) => server(site, settings, i === 0)).join('\n')}}
`;
}

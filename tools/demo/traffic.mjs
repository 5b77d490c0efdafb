// Visits that look like a site's: who comes, when, from where, and what they ask for. Pure: the same seed and
// time give the same visits.
import { bots, browsers, campaigns, probes, referrers } from './agents.mjs';
import { events_on, leads_to } from './events.mjs';
import { address_of, countries } from './networks.mjs';
import { bytes_of, missing, moved, sites } from './site.mjs';

const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;
// How many are awake and online, by the local hour, in per cent of the evening's peak.
const rhythm = [22, 14, 9, 7, 7, 10, 20, 38, 58, 72, 80, 82, 78, 80, 84, 84, 82, 80, 82, 90, 100, 96, 76, 44];
const weekdays = [0.72, 1, 1.06, 1.08, 1.04, 0.95, 0.7];  // Sunday first

// mulberry32: 32 bits of state, well spread, the same everywhere.
export function make_random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Picks rows by weight; `weight_of` is asked once per row.
function weighted(rows, weight_of) {
  let sum = 0;
  const ends = rows.map((row) => (sum += weight_of(row)));
  return (random) => {
    const at = random() * sum;
    let low = 0, high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] <= at) low = middle + 1; else high = middle;
    }
    return rows[low];
  };
}

const any = (rows, random) => rows[Math.floor(random() * rows.length)];
const pick_site = weighted(sites, (site) => site.weight);
const pick_browser = weighted(browsers, (row) => row[1]);
const pick_bot = weighted(bots, (row) => row[1]);
const pick_referrer = weighted(referrers, (row) => row[1]);
const pick_campaign = weighted(campaigns, (row) => row[2]);
const pick_page = new Map(sites.map((site) => [site, weighted(site.pages, (page) => page.weight)]));
const pick_country = weighted(countries, (row) => row[2]);
// By the hour in UTC: those whose evening it is.
const pick_country_at = rhythm.map((_, hour) =>
  weighted(countries, ([, offset, weight]) => weight * rhythm[Math.floor(hour + offset + 24) % 24]));
const pick_hour = weighted(rhythm.map((weight, hour) => [hour, weight]), (row) => row[1]);

// A visit is its requests and events in one list; an event (events.mjs) has the field `event`.
// A request: {at, host, service, path, method, referrer, agent, address, status, bytes, seconds}. status, bytes and
// seconds are what nginx would answer; live traffic asks nginx instead.
function request(visit, at, path, referrer, random, more = {}) {
  const seconds = path.includes('/api/') || path.startsWith('/search') ? 0.04 + random() ** 3 * 1.6 : random() ** 6 * 0.09;
  return { at, host: visit.site.host, service: visit.site.service, path, method: 'GET', referrer, agent: visit.agent, address: visit.address,
           status: 200, bytes: bytes_of(path.split('?')[0]) + 248, seconds: Math.round(seconds * 1000) / 1000, ...more };
}

function page_with_assets(visit, at, target, referrer, is_first, random) {
  const requests = [request(visit, at, target, referrer, random)];
  const here = `https://${visit.site.host}${target}`;
  visit.site.assets.forEach((asset, i) => {
    // Later pages find most in the browser's cache.
    if (!is_first && random() < 0.85) return;
    const is_known = random() < (is_first ? 0.12 : 0.6);
    requests.push(request(visit, at + 60 + i * 35, asset, here, random, is_known ? { status: 304, bytes: 180 } : {}));
  });
  return requests;
}

// Mistakes of people and machines, a few in a hundred pages.
function mishap(visit, at, referrer, random) {
  const dice = random();
  if (dice < 0.030) return [request(visit, at, any(missing, random), referrer, random, { status: 404, bytes: 404 })];
  if (dice < 0.045) return [request(visit, at, any(moved, random), referrer, random, { status: 301, bytes: 396 })];
  if (dice < 0.050) return [request(visit, at, '/internal/report', referrer, random, { status: 403, bytes: 403 })];
  if (dice < 0.140) {
    const is_broken = random() < 0.04;
    return [request(visit, at, any(visit.site.slow, random), referrer, random,
                    is_broken ? { status: random() < 0.5 ? 500 : 502, bytes: 552 } : { bytes: 900 + Math.floor(random() * 4000) })];
  }
  if (dice < 0.155) return [request(visit, at, any(visit.site.files, random), referrer, random)];
  if (dice < 0.160) return [request(visit, at, any(visit.site.files, random), referrer, random, { status: 499, bytes: 0, seconds: 12.5 })];
  return [];
}

function arrival(random) {
  if (random() < 0.13) {
    const [query, referrer] = pick_campaign(random);
    return { query: `?${query}`, referrer };
  }
  return { query: '', referrer: pick_referrer(random)[0] };
}

function human_visit(visit, at, random) {
  const { site } = visit;
  const { query, referrer } = arrival(random);
  const requests = [];
  let here = referrer;
  let next;
  // Most see one page; each further one is as likely as the last.
  for (let pages = 0; pages === 0 || next !== undefined || (random() < 0.52 && pages < 25); pages++) {
    const target = (next ?? pick_page.get(site)(random).path) + (pages === 0 ? query : '');
    requests.push(...page_with_assets(visit, at, target, here, pages === 0, random));
    const events = events_on(visit, at, target, pages, random);
    requests.push(...events);
    next = leads_to(target, events, random);
    here = `https://${site.host}${target}`;
    requests.push(...mishap(visit, at + 2_000, here, random));
    at += 6_000 + Math.floor(random() ** 2 * 140_000);
  }
  return requests;
}

// Somebody comes, and now and then once more some hours later.
function visitor(at, network, random) {
  const visit = { site: pick_site(random), agent: pick_browser(random)[0], address: address_of(network, random) };
  const requests = human_visit(visit, at, random);
  if (random() < 0.15) requests.push(...human_visit(visit, at + Math.floor((1 + 5 * random()) * hour_ms), random));
  return requests;
}

function bot_visit(at, random) {
  const [agent, , pages, networks, target] = pick_bot(random);
  const site = pick_site(random);
  const visit = { site, agent, address: address_of(any(networks, random), random) };
  const requests = [];
  const count = pages === 1 ? 1 : 1 + Math.floor(random() * pages * 2);
  for (let i = 0; i < count; i++, at += 400 + Math.floor(random() * 4_000)) {
    if (target === 'home') requests.push(request(visit, at, '/', '', random));
    else if (target === 'feed') requests.push(request(visit, at, site.feed, '', random, random() < 0.7 ? { status: 304, bytes: 180 } : {}));
    else if (target === 'probes') requests.push(request(visit, at, any(probes, random), '', random, { status: 404, bytes: 404 }));
    else if (i === 0 && random() < 0.3) requests.push(request(visit, at, '/robots.txt', '', random, { bytes: 290 }));
    else requests.push(request(visit, at, pick_page.get(site)(random).path, '', random));
  }
  return requests;
}

export const is_event = ({ event }) => event !== undefined;

// What happens on one UTC day that begins at `day` (ms), in no order; about `visits` people come, some of
// whom may come back on the next.
export function day_of_traffic(day, visits, random) {
  const count = Math.round(visits * weekdays[new Date(day).getUTCDay()] * (0.9 + random() * 0.2));
  const requests = [];
  for (let i = 0; i < count; i++) {
    const [, offset, , networks] = pick_country(random);
    const hour = (pick_hour(random)[0] - offset + 24 + random()) % 24;
    requests.push(...visitor(day + Math.floor(hour * hour_ms), any(networks, random), random));
  }
  for (let i = 0; i < count / 3; i++) requests.push(...bot_visit(day + Math.floor(random() * day_ms), random));
  return requests;
}

// One visit that begins now: three in four by people.
export function visit_now(now, random) {
  if (random() < 0.25) return bot_visit(now, random);
  const [, , , networks] = pick_country_at[new Date(now).getUTCHours()](random);
  return visitor(now, any(networks, random), random);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// The datagram that nginx would have sent: <190> is local7.info.
export function datagram(request) {
  const date = new Date(request.at);
  const iso = date.toISOString();
  const line = `{"service": "${request.service}", "ip": "${request.address}", "host": "${request.host}", "path": ${JSON.stringify(request.path)}, ` +
    `"status": "${request.status}", "referrer": ${JSON.stringify(request.referrer)}, "user_agent": ${JSON.stringify(request.agent)}, ` +
    `"length": ${request.bytes}, "generation_time_milli": ${request.seconds.toFixed(3)}, "date": "${iso.slice(0, 19)}+00:00"}`;
  return `<190>${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${iso.slice(11, 19)} web1 nginx: ${line}`;
}

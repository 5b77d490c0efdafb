// GET /api/v1/reports as the server gives it; the mock answers queries from the same table.
const row = (name, title, kind, group, query) => ({ name, title, kind, group, query });
const rank = (by, metrics, more = {}) => ({ metrics, by: [by], limit: 10, ...more });
const kPeople = ['visitors', 'page_views'];
const withBots = { include: ['bots'] };

export const reports = [
  row('overview', 'Overview', 'numbers', 'Overview', {
    metrics: [
      'visitors',
      'visits',
      'page_views',
      'views_per_visit',
      'bounce_rate',
      'visit_duration',
      'hits',
      'bytes',
      'error_rate',
      'generation_time_p50',
      'bot_share',
    ],
  }),
  row('visitors', 'Visitors and page views', 'series', 'Overview', {
    grain: 'day',
    metrics: kPeople,
  }),
  row('hits', 'Hits', 'series', 'Overview', { grain: 'day', metrics: ['hits'] }),
  row('generation_time', 'Generation time', 'series', 'Overview', {
    grain: 'day',
    metrics: [
      'generation_time_avg',
      'generation_time_p50',
      'generation_time_p95',
      'generation_time_p99',
    ],
  }),
  row('hour_of_week', 'Hour of week', 'heatmap', 'Visitors', {
    metrics: ['visitors'],
    by: ['weekday', 'hour'],
    limit: 168,
  }),
  row('pages', 'Top pages', 'ranking', 'Pages', rank('path', kPeople)),
  row(
    'slow_pages',
    'Slow pages',
    'ranking',
    'Pages',
    rank('path', ['generation_time_p95', 'generation_time_avg', 'hits']),
  ),
  row('heaviest', 'Heaviest paths', 'ranking', 'Pages', rank('path', ['bytes', 'hits'])),
  row(
    'not_found',
    'Not found',
    'ranking',
    'Pages',
    rank('path', ['hits'], { filters: [['is', 'status', '404']] }),
  ),
  row('channels', 'Channels', 'ranking', 'Sources', rank('channel', kPeople)),
  row('referrers', 'Referrers', 'ranking', 'Sources', rank('referrer_name', kPeople)),
  row('campaigns', 'Campaigns', 'ranking', 'Sources', rank('utm_campaign', kPeople)),
  row('countries', 'Countries', 'ranking', 'Visitors', rank('country', kPeople)),
  row('browsers', 'Browsers', 'ranking', 'Visitors', rank('browser', kPeople)),
  row('browser_versions', 'Browser versions', 'table', 'Visitors', {
    metrics: kPeople,
    by: ['browser', 'browser_version'],
    limit: 10,
  }),
  row('operating_systems', 'Operating systems', 'ranking', 'Visitors', rank('os', kPeople)),
  row('devices', 'Devices', 'ranking', 'Visitors', rank('device', kPeople)),
  row(
    'status_codes',
    'Status codes',
    'ranking',
    'Server',
    rank('status', ['hits'], { ...withBots, limit: 20 }),
  ),
  row('kinds', 'Kinds of request', 'ranking', 'Server', rank('kind', ['hits', 'bytes'], withBots)),
  row('hosts', 'Hosts', 'ranking', 'Server', rank('host', ['hits', 'bytes'], withBots)),
  row('methods', 'Methods', 'ranking', 'Server', rank('method', ['hits'], withBots)),
  row('protocols', 'Protocols', 'ranking', 'Server', rank('protocol', ['hits'], withBots)),
  row(
    'cache_status',
    'Cache',
    'ranking',
    'Server',
    rank('cache_status', ['hits', 'bytes'], withBots),
  ),
  row('bots', 'Bots', 'table', 'Bots', {
    metrics: ['hits', 'bytes'],
    by: ['bot', 'bot_kind'],
    limit: 10,
    ...withBots,
  }),
  row('ai_crawlers', 'AI crawlers', 'table', 'Bots', {
    metrics: ['hits', 'bytes'],
    by: ['bot', 'bot_kind'],
    limit: 10,
    ...withBots,
  }),
];

const metric = (name, title, unit, definition) => ({ name, title, unit, definition });

export const metrics = [
  metric(
    'visitors',
    'Visitors',
    'count',
    'Distinct people per day who saw a page; days add up, because a visitor is not known again the next day',
  ),
  metric(
    'page_views',
    'Page views',
    'count',
    'Pages that people asked for: no assets, no bots, nothing prefetched',
  ),
  metric(
    'visits',
    'Visits',
    'count',
    'Page views of a visitor with less than 30 minutes between them',
  ),
  metric('views_per_visit', 'Views per visit', 'ratio', 'Page views, divided by visits'),
  metric('bounce_rate', 'Bounce rate', 'share', 'Visits of one page view, of all visits'),
  metric(
    'visit_duration',
    'Visit duration',
    'seconds',
    'Mean time from a visit’s first page view to its last; a bounce lasts 0 seconds',
  ),
  metric('hits', 'Hits', 'count', 'Requests of every kind'),
  metric('bytes', 'Traffic', 'bytes', 'Bytes sent to clients'),
  metric(
    'generation_time_avg',
    'Generation time, average',
    'seconds',
    'Mean time from a request’s first byte to the answer’s last',
  ),
  metric(
    'generation_time_p50',
    'Generation time, median',
    'seconds',
    'Half of the requests were faster; three significant digits',
  ),
  metric(
    'generation_time_p95',
    'Generation time, p95',
    'seconds',
    '95 % of the requests were faster; three significant digits',
  ),
  metric(
    'generation_time_p99',
    'Generation time, p99',
    'seconds',
    '99 % of the requests were faster; three significant digits',
  ),
  metric('error_rate', 'Errors', 'share', 'Hits answered 4xx or 5xx, of all hits'),
  metric('bot_share', 'Bots', 'share', 'Hits of bots, of everybody’s'),
];

const dimension = (name, title, doc) => ({ name, title, doc });

export const dimensions = [
  dimension('weekday', 'Weekday', '1 (Monday) to 7, in the service’s time zone'),
  dimension('hour', 'Hour', 'Hour of the day, 0 to 23, in the service’s time zone'),
  dimension('path', 'Path', 'Path of the URL, percent-decoded, without the query'),
  dimension('channel', 'Channel', 'How the visitor came: Direct, Organic Search, AI Assistant, …'),
  dimension('referrer_name', 'Referrer name', 'Name of the referring site: Google, Mastodon, …'),
  dimension('utm_campaign', 'UTM campaign', 'Campaign name of the URL'),
  dimension('country', 'Country', 'ISO 3166-1 code of the address’s country'),
  dimension('browser', 'Browser', 'Browser’s name'),
  dimension('browser_version', 'Browser version', 'Browser’s version'),
  dimension('os', 'OS', 'Operating system’s name'),
  dimension('device', 'Device', 'desktop, mobile, tablet, tv, console, wearable or other'),
  dimension('status', 'Status', 'HTTP status of the answer'),
  dimension('kind', 'Kind', 'page, asset, api, redirect, error, feed, download or probe'),
  dimension('host', 'Host', 'Host that was asked for, lower-case, without port'),
  dimension('method', 'Method', 'HTTP method'),
  dimension('protocol', 'Protocol', 'HTTP version'),
  dimension('cache_status', 'Cache status', 'What the server’s cache said: HIT, MISS, …'),
  dimension('bot', 'Bot', 'Name of the bot; absent for people'),
  dimension('bot_kind', 'Bot kind', 'search, ai-training, ai-search, ai-user, seo, …'),
];

// GET /api/v1/status of the mock.
import { kMarkup } from './values.mjs';

const steps = [
  ['decode', 402],
  ['url', 96],
  ['user_agent', 31],
  ['geoip', 22],
  ['referrer', 18],
  ['bot', 12],
  ['visitor', 118],
  ['append', 141],
  ['commit', 9],
];

// One every five seconds, now and then a slow one.
const recentCommits = (at) =>
  Array.from({ length: 120 }, (_, i) => [
    at((119 - i) * 5000 + 2100),
    i % 37 === 20 ? 41 : 5 + ((i * 7919) % 97) / 10,
    600 + ((i * 31) % 400),
  ]);

const sizes = (at) =>
  Array.from({ length: 4 }, (_, i) => ({
    time: at((3 - i) * 86_400_000 + 14_000_000),
    file_bytes: 380_000_000 + i * 9_000_000,
    hits: 17_000_000 + i * 400_000,
  }));

export function statusAnswer({ now, startedMs, isTroubled, isEmpty }) {
  const at = (ago) => new Date(now - ago).toISOString();
  const source = {
    name: 'syslog 127.0.0.1:65140',
    received: isEmpty ? 0 : 18_423_977,
    received_bytes: isEmpty ? 0 : 7_922_310_110,
    stored: isEmpty ? 0 : 18_423_809,
    repaired: isEmpty ? 0 : 211,
    dropped: { empty: 0, no_payload: 0, malformed: 0, no_service: 0, bad_time: 0 },
    examples: {},
    lost_in_kernel: 0,
    buffer_bytes: 425_984,
    buffer_wanted_bytes: 0,
    last_received: isEmpty ? null : at(900),
    trouble: '',
    help: {
      malformed:
        'The line is not in the log format; compare your log_format with the one on the /nginx page.',
      no_service: 'The line names no service; add "service": "…" to the log_format.',
    },
  };
  if (isTroubled) {
    source.dropped.malformed = 132;
    source.dropped.no_service = 1;
    source.stored -= 133;
    source.examples = {
      malformed: `<190>Nov 23 13:04:11 web1 nginx: {"service":"blog","path":"${kMarkup}`,
      no_service: '<190>Nov 23 13:04:12 web1 nginx: {"ip":"192.0.2.7","path":"/"}',
    };
    source.lost_in_kernel = 20_518;
    source.buffer_wanted_bytes = 33_554_432;
  }
  const followed = {
    ...source,
    name: 'follow /var/log/nginx/access.log',
    received: 0,
    received_bytes: 0,
    stored: 0,
    repaired: 0,
    dropped: {},
    examples: {},
    lost_in_kernel: 0,
    buffer_bytes: 0,
    buffer_wanted_bytes: 0,
    last_received: null,
    trouble: isTroubled
      ? '/var/log/nginx/access.log cannot be followed: Permission denied; it is tried again every second'
      : '',
  };
  return {
    version: '0.1.0',
    uptime_s: (now - startedMs) / 1000 + 273_000,
    sources: [source, followed],
    steps: isEmpty ? [] : steps.map(([name, ns]) => ({ name, rows: 18_423_809, ns_per_row: ns })),
    queue_bytes: isTroubled ? 61_000_000 : 0,
    queue_bytes_max: 67_108_864,
    batch_rows: isEmpty ? 0 : 168,
    batch_rows_max: 204_800,
    commits: isEmpty ? 0 : 54_190,
    failed_commits: 0,
    last_commit: isEmpty ? null : at(2100),
    last_commit_ms: isEmpty ? null : 6.4,
    recent_commits: isEmpty
      ? { p50_ms: 0, p95_ms: 0, max_ms: 0, list: [] }
      : { p50_ms: 6.9, p95_ms: 14.2, max_ms: 41, list: recentCommits(at) },
    derive: {
      pending_days: isTroubled ? 3 : 0,
      lag_s: isTroubled ? 412 : 0,
      derived_days: isEmpty ? 0 : 93,
      increments: isEmpty ? 0 : 16_310,
      failures: isTroubled ? 2 : 0,
      last: isEmpty ? null : at(4200),
      last_ms: isEmpty ? null : 74.2,
      trouble: isTroubled ? 'disk full' : '',
    },
    database: {
      hits: isEmpty ? 0 : 18_423_809,
      file_bytes: isEmpty ? 274_432 : 412_876_800,
      memory_bytes: 143_654_912,
      schema_version: 1,
      sizes: isEmpty ? [] : sizes(at),
    },
    memory: { resident_bytes: 214_958_080, engine_bytes_max: 536_870_912 },
    live: { watchers: isEmpty ? 0 : 2, watchers_max: 32 },
    attribution: 'IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0',
  };
}

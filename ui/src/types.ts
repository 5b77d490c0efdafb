// What the server answers, as the page reads it. One interface per answer of /api/v1.

export type Cell = string | number | boolean | null;
export type Kind = 'numbers' | 'series' | 'ranking' | 'table' | 'heatmap' | 'map';
export type Unit = 'count' | 'bytes' | 'seconds' | 'share' | 'ratio';
export type Grain = 'none' | 'minute' | 'hour' | 'day' | 'week' | 'month';

export type Operator =
  'is' | 'is_not' | 'contains' | 'contains_not' | 'matches' | 'matches_not' | 'in' | 'not_in';
// ["is", "path", "/blog"]; "" as the value means absent.
export type Condition = [Operator, string, string | string[]];

// GET /api/v1/services
export interface Totals {
  hits: number;
  page_views: number;
  visitors: number;
}
export interface ServiceDay extends Totals {
  date: string; // "2026-11-23", local
}
export interface Service {
  name: string;
  last_hit: string | null; // ISO 8601, UTC
  live_visitors: number; // of the last 5 minutes
  visitors_yesterday: number; // up to this time of that day
  visitors: number; // of the 30 full days before today
  visitors_before: number; // and of the 30 before those
  error_rate: number | null; // of today
  generation_time_p95: number | null; // seconds
  today: Totals;
  days: ServiceDay[]; // oldest first, the last one is today
}
export interface Services {
  today: string;
  services: Service[];
}

// POST /api/v1/query: the question, and its answer
export interface Question {
  service?: string;
  range?: string | { from: string; to: string };
  grain?: Grain;
  metrics: string[];
  by?: string[];
  filters?: unknown[];
  include?: string[];
  compare?: 'none' | 'previous' | 'year';
  order?: string | [string, string];
  limit?: number;
  offset?: number;
}
export interface AnswerColumn {
  name: string;
  kind: 'time' | 'dimension' | 'metric';
  unit?: Unit | null;
}
export interface Answer {
  query: Question;
  columns: AnswerColumn[];
  rows: Cell[][];
  truncated: boolean;
  elapsed_ms: number;
  time_zone?: string; // "Europe/Berlin": whose days and hours they are
  approximate?: boolean; // its percentiles are
  compare?: { rows: Cell[][] } | null; // the same columns, of the time before
  sql?: string; // the question as a statement for the console, where it was asked for
}
export interface ErrorBody {
  error: { message: string; field?: string | null; position?: number | null };
}

// GET /api/v1/reports
export interface Report {
  name: string;
  title: string;
  kind: Kind;
  group: string;
  tab?: string;
  query: Question;
  opens?: string; // what names of dimensions begin with that values of its last one end
}
export interface Metric {
  name: string;
  title: string;
  unit: Unit;
  better?: 'more' | 'less' | 'neither'; // which change is good news
  is_over_time?: boolean; // whether it can be asked with a grain
  definition: string;
}
export interface Dimension {
  name: string;
  title: string;
  doc: string;
}
export interface Reports {
  reports: Report[];
  metrics: Metric[];
  dimensions: Dimension[];
}

// GET /api/v1/markers, /api/v1/segments
export interface Marker {
  service: string;
  time: string; // ISO 8601, UTC
  text: string;
}
export interface MarkerList {
  markers: Marker[];
}
export interface SavedSegment {
  service: string;
  name: string;
  filters: unknown[];
}
export interface SegmentList {
  segments: SavedSegment[];
}

// GET /api/v1/goals
export interface GoalList {
  goals: { service: string; name: string; event?: string; path?: string }[];
}

// POST /api/v1/sql
export interface SqlAnswer {
  columns: { name: string; type: string }[];
  rows: Cell[][];
  elapsed_ms: number;
  truncated: boolean;
}

// GET /api/v1/schema
export interface SchemaColumn {
  name: string;
  type: string;
  doc: string;
}
export interface SqlSchema {
  views: { name: string; doc: string; columns: SchemaColumn[] }[];
  services: string[]; // each a view, with these columns:
  service_columns: SchemaColumn[];
  functions: string[];
  limits: { seconds: number; rows: number; file_rows: number; bytes: number };
}

// GET /api/v1/status
export interface SourceStatus {
  name: string;
  received: number;
  received_bytes: number;
  stored: number;
  repaired: number;
  dropped: Record<string, number>;
  examples: Record<string, string>;
  help: Record<string, string>;
  lost_in_kernel: number;
  buffer_bytes: number;
  buffer_wanted_bytes: number;
  last_received: string | null;
  trouble: string;
}
export interface Step {
  name: string;
  rows: number;
  ns_per_row: number;
}
export interface SizeSample {
  time: string;
  file_bytes: number;
  hits: number;
}
export interface Status {
  version: string;
  uptime_s: number;
  sources: SourceStatus[];
  steps: Step[];
  queue_bytes: number;
  queue_bytes_max: number;
  batch_rows: number;
  batch_rows_max: number;
  commits: number;
  failed_commits: number;
  last_commit: string | null;
  last_commit_ms: number | null;
  recent_commits: {
    p50_ms: number;
    p95_ms: number;
    max_ms: number;
    list: [string, number, number][]; // when, ms, rows; oldest first
  };
  derive: {
    pending_days: number;
    lag_s: number;
    derived_days: number;
    increments: number;
    failures: number;
    last: string | null;
    last_ms: number | null;
    trouble: string;
  };
  database: {
    hits: number;
    file_bytes: number;
    memory_bytes: number;
    schema_version: number;
    sizes: SizeSample[]; // of the days since the start, oldest first
  };
  memory: { resident_bytes: number; engine_bytes_max: number };
  live: { watchers: number; watchers_max: number };
  attribution: string;
}

// GET /api/v1/setup
export interface SetupOption {
  name: string;
  title: string;
  is_on: boolean;
}
export interface SetupWay {
  name: string;
  title: string;
  text: string;
  is_log: boolean; // else browsers or programs send hits
  options: SetupOption[];
  steps: { text: string; code: string }[];
}
export interface Setup {
  service: string; // as the server writes its name
  server: string; // where syslog is heard
  url: string; // of the server, as visitors reach it
  is_registered: boolean;
  has_hosts: boolean;
  ways: SetupWay[];
}

// GET and POST /api/v1/registry
export interface Registered {
  name: string;
  hosts: string[];
  time_zone: string;
  key: string;
  server_key: string;
  switches: string; // "ip=none,query=drop": those that are not as they were at first
}
export interface Registry {
  services: Registered[];
}

// POST /api/v1/import/preview
export interface Preview {
  format: string;
  lines: number; // that were looked at
  columns: string[];
  rows: string[][]; // the first hits
  dropped: { reason: string; lines: number; help: string; example: string }[];
}

// POST and GET /api/v1/import/{id}
export interface ImportState {
  id: string;
  name: string;
  state: 'receiving' | 'waiting' | 'importing' | 'done' | 'failed' | 'stopped';
  bytes: number;
  received: number;
  figures: ImportFigures | null;
  error: string | null;
}
export interface ImportFigures {
  import: number;
  lines: number;
  stored: number;
  known_files: number;
  known_bytes: number;
  file_bytes: number;
  dropped: Record<string, number>;
  examples: Record<string, string[]>;
  services: Record<string, { hits: number; first: string; last: string }>;
}

// GET /api/v1/live: the data of its event "hits". What a hit has not is not there.
export interface LiveHit {
  time: string;
  service: string;
  host?: string;
  method?: string;
  path?: string;
  query?: string;
  referrer?: string;
  channel?: string;
  user_agent?: string;
  browser?: string;
  os?: string;
  device?: string;
  address?: string;
  country?: string;
  kind?: string;
  purpose?: string;
  bot?: string;
  bot_kind?: string;
  bot_reason?: string;
  via?: string;
  event?: string;
  status?: number;
  bytes?: number;
  generation_time?: number;
}
export interface LiveDrop {
  time: string;
  source: string;
  reason: string;
  help: string;
  lines: number;
}
export interface LiveNews {
  arrived: number; // hits since the last event, of every kind
  unseen: number; // of those: too many to be looked at
  hidden: number; // fit the filter, and are not among `hits`
  hits: LiveHit[]; // oldest first
  drops: LiveDrop[];
}

// Every text of the SQL console.
import { count, plural } from '../format';
import { texts } from './index';

export const sqlTexts = {
  ...texts.sql,
  label: 'Question in SQL',
  run: 'Run',
  running: 'Running…',
  keys: 'Ctrl+Enter',
  cancel: 'Cancel',
  cancelKey: 'Esc',
  cancelled: 'Cancelled.',
  waited: (ms: number) => `${(Math.floor(ms / 100) / 10).toFixed(1)}\u00a0s`,
  waitsAtMost: (s: number) => `stops after ${s} s`,
  copyLink: 'Copy link',
  linkCopied: 'Link copied',
  linkTooLong: 'This statement is too long for a link',
  copyFailed: 'Copy it from the address bar',
  hint: 'Ctrl+Space completes.',
  side: {
    label: 'Schema, questions and history',
    tabs: { schema: 'Schema', questions: 'Questions', history: 'History' },
  },
  schema: {
    find: 'Find a view or column',
    none: 'Nothing has that in its name.',
    services: 'Services',
    servicesDoc: 'Each has a view of its own, with the columns of the Python original',
    insert: (name: string) => `Insert ${name}`,
    loading: 'The schema is being read…',
    failed: 'The schema could not be read.',
  },
  examples: 'Questions to start from',
  forService: 'Service',
  history: {
    none: 'What you run is listed here. It stays in this browser.',
    clear: 'Forget all',
    notDone: 'no result',
  },
  suggestions: 'Suggestions',
  suggested: (n: number, first: string) =>
    `${plural(n, 'suggestion', 'suggestions')}, first ${first}`,
  suggestKeys: '↑ ↓ choose · Tab inserts · Esc closes',
  kinds: { column: 'column', view: 'view', alias: 'alias', function: 'function', word: '' },
  columns: (n: number) => plural(n, 'column', 'columns'),
  truncated: (rows: number, limit: number | undefined, size: string) =>
    rows === limit
      ? `Cut after ${count(rows)} rows, as many as the page shows: the answer has more.`
      : `Cut after ${count(rows)} rows: the answer is larger than ${size}.`,
  truncatedHelp: (rows: number) =>
    `Narrow the question or add LIMIT; a file of CSV or Parquet holds up to ${count(rows)} rows.`,
  moreRows: (n: number) => `Show ${count(n)} more`,
  shown: (shown: number, all: number) => `${count(shown)} of ${plural(all, 'row', 'rows')} shown`,
  as: 'Show the result as',
  views: { table: 'Table', chart: 'Chart' },
  download: 'Download',
  downloadAs: (format: string) => `Download ${format}`,
  downloading: (format: string) => `Writing ${format}…`,
  fileCut: (format: string) =>
    `The ${format} file is cut: the answer is larger than a file may be.`,
  result: 'Result',
  none: 'The result will be here.',
  noRows: 'The answer has no rows.',
  nullCell: 'NULL',
  sort: (name: string) => `Sort by ${name}`,
  cell: 'Value',
  copyCell: 'Copy',
  copied: 'Copied',
  at: (line: number, column: number) => `line ${line}, column ${column}`,
  chart: {
    x: 'Across',
    y: 'Values',
    by: 'Line per',
    none: '(one line)',
    nothing: 'Nothing to draw: a chart needs a column of numbers beside another one.',
    label: (what: string, by: string) => `${what} by ${by}`,
    left: (n: number) => `${count(n)} more values with smaller totals are not drawn.`,
    bars: (n: number, all: number) => `The first ${count(n)} of ${count(all)} rows.`,
  },
};

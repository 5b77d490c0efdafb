// The rows of the live tail: what has arrived, newest first, never more than a screen can hold.
// Pure.
import type { LiveDrop, LiveHit, LiveNews } from './types';

export const kRowsMax = 200;
// Drawn in one frame. All of them at once, as after a pause, took 80 ms of a frame.
export const kRowsPerFrame = 20;
const kRateMs = 5000; // over which hits per second are counted

export type LiveRow = { id: number } & (
  { what: 'hit'; hit: LiveHit } | { what: 'drop'; drop: LiveDrop } | { what: 'gap'; at: number }
);

export interface LiveRows {
  rows: LiveRow[]; // newest first
  entering: LiveRow[]; // what waits for its frame, newest first: newer than all rows
  held: LiveRow[] | null; // what came while it is paused; null: it is not
  heldCount: number; // of those and of the ones that have fallen off
  next: number; // id of the next row
  shown: number; // hits since the page was opened: shown, or held
  hidden: number; // fitted the filter, and were too many to be sent
  unseen: number; // were too many to be looked at
  arrivals: { at: number; hits: number }[]; // of the last seconds, for the rate
}

export const kNoRows: LiveRows = {
  rows: [],
  entering: [],
  held: null,
  heldCount: 0,
  next: 1,
  shown: 0,
  hidden: 0,
  unseen: 0,
  arrivals: [],
};

const newest = (rows: LiveRow[]) => rows.slice(0, kRowsMax);

function add(state: LiveRows, fresh: LiveRow[]): LiveRows {
  const next = state.next + fresh.length;
  if (state.held === null) {
    const entering = [...fresh, ...state.entering];
    if (entering.length > kRowsPerFrame) return { ...state, next, entering: newest(entering) };
    return { ...state, next, rows: newest([...entering, ...state.rows]), entering: [] };
  }
  const held = newest([...fresh, ...state.held]);
  return { ...state, next, held, heldCount: state.heldCount + fresh.length };
}

// Of one piece of news the last is the newest.
export function addNews(state: LiveRows, news: LiveNews, nowMs: number): LiveRows {
  const fresh: LiveRow[] = [
    ...news.drops.map((drop, i) => ({ id: state.next + i, what: 'drop' as const, drop })),
    ...news.hits.map((hit, i) => ({
      id: state.next + news.drops.length + i,
      what: 'hit' as const,
      hit,
    })),
  ].reverse();
  const arrivals = [...state.arrivals, { at: nowMs, hits: news.arrived }];
  return {
    ...add(state, fresh),
    shown: state.shown + news.hits.length,
    hidden: state.hidden + news.hidden,
    unseen: state.unseen + news.unseen,
    arrivals: arrivals.filter(({ at }) => at > nowMs - kRateMs),
  };
}

// The connection was away for so long that nobody knows what came meanwhile.
export const addGap = (state: LiveRows, nowMs: number): LiveRows =>
  add(state, [{ id: state.next, what: 'gap', at: nowMs }]);

// What has not had its frame is held too.
export const pause = (state: LiveRows): LiveRows =>
  state.held === null
    ? { ...state, entering: [], held: state.entering, heldCount: state.entering.length }
    : state;

export const resume = (state: LiveRows): LiveRows =>
  state.held === null ? state : { ...state, entering: state.held, held: null, heldCount: 0 };

// A frame's share of those that wait, the oldest of them.
export function letIn(state: LiveRows): LiveRows {
  const rest = Math.max(0, state.entering.length - kRowsPerFrame);
  return {
    ...state,
    rows: newest([...state.entering.slice(rest), ...state.rows]),
    entering: state.entering.slice(0, rest),
  };
}

// Hits a second, of all that came, shown or not.
export function rateOf(state: LiveRows, nowMs: number): number {
  const recent = state.arrivals.filter(({ at }) => at > nowMs - kRateMs);
  return recent.reduce((sum, { hits }) => sum + hits, 0) / (kRateMs / 1000);
}

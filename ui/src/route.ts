// Where the page is, kept in step with the browser's address bar.
import { signal } from '@preact/signals';
import { baseOf, pageOf, shareOf, type Page } from './path';

const base = baseOf(import.meta.url);

export interface Place {
  page: Page;
  search: string;
}

const read = (): Place => ({ page: pageOf(location.pathname, base), search: location.search });

export const place = signal<Place>(read());

addEventListener('popstate', () => {
  place.value = read();
});

// "/sql" → "/stats/sql" where the server is mounted under /stats.
export const href = (path: string): string => base + path;

// A shared page shows one service to people without the password. It asks under its own link, where
// the server answers of that service alone.
const share = shareOf(location.pathname, base);
export const isShared = share !== '';
export const apiHref = (path: string): string => base + share + path;

// `path` is one of ours, without the base. Going to another page scrolls up, as a load would.
export function go(path: string, how: 'push' | 'replace' = 'push'): void {
  const before = location.pathname;
  if (how === 'push') history.pushState(null, '', href(path));
  else history.replaceState(null, '', href(path));
  place.value = read();
  if (location.pathname !== before) scrollTo(0, 0);
}

export const setSearch = (search: string, how: 'push' | 'replace'): void =>
  go(location.pathname.slice(base.length) + search, how);

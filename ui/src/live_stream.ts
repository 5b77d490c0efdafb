// Hits as they arrive: GET /api/v1/live, opened again by itself, and closed while nobody looks.
import { ApiError, getJson } from './api';
import { href } from './route';
import type { LiveNews } from './types';

export type LiveShow = 'all' | 'people' | 'bots' | 'errors';

export interface LiveListener {
  onState(state: 'connecting' | 'open' | 'lost'): void;
  onNews(news: LiveNews): void;
  onGap(): void; // something was missed
  onFailure(error: ApiError): void; // tried again by itself
}

const kAgainMs = 5000;

function pathOf(service: string, show: LiveShow, after: string): string {
  const parameters = new URLSearchParams();
  if (service !== '') parameters.set('service', service);
  if (show !== 'all') parameters.set('show', show);
  if (after !== '') parameters.set('after', after);
  const search = parameters.toString();
  return `/api/v1/live${search === '' ? '' : `?${search}`}`;
}

// Returns what ends it.
export function listen(service: string, show: LiveShow, listener: LiveListener): () => void {
  let source: EventSource | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;
  let lastId = '';

  // An event source does not say why it was refused, and does not try again: so we ask, and do.
  const explain = async (path: string) => {
    const abort = new AbortController();
    asking = abort;
    try {
      await getJson(path, abort.signal);
    } catch (error) {
      // A stream has no JSON: then there was no refusal, only a moment without a connection.
      const isRefused = error instanceof ApiError && error.status >= 400;
      if (!abort.signal.aborted && isRefused) listener.onFailure(error);
    }
  };

  const open = () => {
    asking?.abort();
    const path = pathOf(service, show, lastId);
    listener.onState('connecting');
    source = new EventSource(href(path));
    source.addEventListener('open', () => listener.onState('open'));
    source.addEventListener('hits', (event) => {
      lastId = event.lastEventId;
      listener.onNews(JSON.parse(event.data as string) as LiveNews);
    });
    source.addEventListener('gap', (event) => {
      lastId = event.lastEventId;
      listener.onGap();
    });
    source.addEventListener('error', () => {
      listener.onState('lost');
      if (source?.readyState !== EventSource.CLOSED) return;
      void explain(path);
      again = setTimeout(open, kAgainMs);
    });
  };
  const close = () => {
    clearTimeout(again);
    asking?.abort();
    source?.close();
    source = null;
  };
  // A browser has six connections to a server: a tab that nobody looks at gives its one back.
  const onVisibility = () => {
    close();
    if (document.visibilityState === 'visible') open();
  };

  document.addEventListener('visibilitychange', onVisibility);
  onVisibility();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}

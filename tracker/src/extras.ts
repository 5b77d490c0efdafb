// What not everybody needs, by the names that Plausible has for it. One function: 1,000 bytes.
import type { Track } from './wire';

// The files that Plausible's script counts as downloads, so that numbers stay comparable.
const downloads = /\.(pdf|(xls|doc|pp[st])x?|txt|rtf|csv|exe|key|7z|pkg|rar|gz|zip|avi|mov|mp(3|4|eg)|wmv|midi?|wav|wma|dmg)$/i;

// https://web.dev/articles/lcp, /inp, /cls. TypeScript's DOM does not know all of it.
interface Entry extends PerformanceEntry {
  readonly size?: number; // of a contentful paint
  readonly value?: number; // of a layout shift
  readonly hadRecentInput?: boolean;
  readonly interactionId?: number; // of an event
}

/**
 * Counts pages that are not there, links to other sites, downloads and forms; measures LCP and INP
 * in ms, and CLS. `isMissing`: this page is the site's "not found".
 */
export const collect = (track: Track, isMissing: boolean): void => {
  if (isMissing || document.querySelector('[name="ballcone:404"]')) {
    track('404', { path: location.pathname });
  }

  const onClick = (event: Event): void => {
    // The path, since a link may sit in a shadow tree, where target and closest() do not reach.
    // Only links of HTML have a protocol.
    const link = event
      .composedPath()
      .find((node) => /^http/.test((node as HTMLAnchorElement).protocol)) as HTMLAnchorElement;
    // Not the right button: 2, and an auxclick as the middle one is, which opens a tab.
    if (!link || (event as MouseEvent).button > 1) return;
    const isFile = 'download' in link.attributes || downloads.test(link.pathname);
    if (isFile || link.host != location.host) {
      track(isFile ? 'File Download' : 'Outbound Link: Click', { url: link.href });
    }
  };
  // Captured, so that a page which stops the event is counted too. Nothing waits: a hit outlives
  // the page.
  addEventListener('click', onClick, true);
  addEventListener('auxclick', onClick, true);
  addEventListener('submit', () => track('Form: Submission'), true);

  let lcp: number | undefined;
  let cls: number | undefined;
  const slowest: Record<number, number> = {}; // event of each interaction, ms
  let session = 0; // of layout shifts
  let first = 0;
  let last = 0;

  const observer = new PerformanceObserver((list) =>
    list.getEntries().map((entry: Entry) => {
      const now = entry.startTime;
      const id = entry.interactionId;
      if (entry.size) lcp = Math.round(now);
      if (id && !(slowest[id]! > entry.duration)) slowest[id] = entry.duration;
      if (entry.value && !entry.hadRecentInput) {
        // Shifts less than 1 s apart form a session of at most 5 s; the worst session counts.
        if (now - last >= 1000 || now - first >= 5000) {
          session = 0;
          first = now;
        }
        last = now;
        session += entry.value;
        cls = Math.max(cls!, +session.toFixed(4));
      }
    }),
  );

  const report = (): void => {
    const ranked = Object.values(slowest).sort((a, b) => b - a);
    // One outlier in 50 interactions is forgiven; a browser that does not count them forgives none.
    const forgiven = ((performance as { interactionCount?: number }).interactionCount! / 50) | 0;
    // Nothing was painted, or the browser cannot tell.
    if (lcp) track('Web Vitals', { lcp, inp: ranked[forgiven] || ranked.pop(), cls });
  };

  // If nobody looks at it yet, in a background tab or prerendered, it paints when somebody does,
  // which says nothing about the page.
  if (!document.hidden) {
    // It is visible, so the first change is that it no longer is.
    addEventListener('visibilitychange', report, { once: true });
    // Asked first, since Firefox warns of types it does not know. Last of all, since browsers
    // before 2019 do not say which they know.
    PerformanceObserver.supportedEntryTypes.map((type) => {
      if (type == 'layout-shift') cls = 0;
      // event, largest-contentful-paint, layout-shift. 16 ms is the least the standard allows.
      if (/^(event|la.*t)$/.test(type)) {
        observer.observe({
          type,
          buffered: true,
          durationThreshold: 16,
        } as PerformanceObserverInit);
      }
    });
  }
};

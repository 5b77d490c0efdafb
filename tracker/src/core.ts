// Counts page views, engaged time and events. Everybody loads it, so it is written for 700 bytes.
import type { Call, Early, Hit, Props, Tag, Track } from './wire';

/**
 * Counts the page and whatever follows; the answer sends events. `early` is what `ballcone` was
 * until now: calls that wait, and who may drop hits. The settings are a script tag's.
 */
export const start = (
  { q: calls = [], skip }: Early,
  { dataset: { service, key, api, hash }, src }: Tag,
): Track => {
  // One object for all: it has what stays, and what was true of the last.
  const hit = {
    s: service,
    k: key,
    l: navigator.language,
    z: Intl.DateTimeFormat().resolvedOptions().timeZone,
  } as Hit;
  let path: string | undefined; // of the page hit.u; none before the first page view
  let sent: number; // the hit.e that was sent
  let since: number | false | undefined; // when it became visible and focused, if it is

  const track = (name: string, props?: Props): void => {
    hit.n = name;
    hit.p = props;
    hit.w = innerWidth - (innerWidth % 10);
    if (!path) calls.push([name, props]);
    else if (!(skip && skip(hit))) {
      // Outlives the page as sendBeacon does, but leaves out the site's cookies, and tells its
      // origin whatever its Referrer-Policy. A text body asks no permission first. Refused,
      // blocked, offline: nothing a page should hear about.
      fetch(new URL('api/hello', api || src), {
        method: 'POST',
        body: JSON.stringify(hit),
        keepalive: true,
        credentials: 'omit',
      }).catch(() => {});
    }
    sent = hit.e;
  };

  // After anything that may mean another page, or that the reader came or went.
  const look = (event: { persisted?: boolean }): void => {
    const now = performance.now();
    const url = location.href.replace(hash == null ? /#.*/ : '', '');
    const isNew =
      !(
        navigator.webdriver ||
        document.prerendering ||
        // A developer's own machine; files have no host.
        /^$|^127\.|localhost$|^\[::1/.test(location.hostname)
      ) &&
      // persisted: out of the back/forward cache, where no script is loaded again.
      (path !== (path = url.replace(/\?[^#]*/, '')) || event.persisted);

    if (since) hit.e += (now - since) | 0;
    since = document.hasFocus() && !document.hidden && now;
    if (hit.e > sent && (isNew || document.hidden)) track('engagement');

    if (isNew) {
      hit.e = 0;
      hit.r = hit.u || document.referrer || undefined;
      hit.u = url;
      track('pageview');
      calls.map((call) => track(...(call as Call)));
      calls = [];
    }
  };

  (['pushState', 'replaceState'] as const).map((name) => {
    const original = history[name];
    history[name] = (...state) => {
      original.apply(history, state);
      look(0 as {});
    };
  });
  // Captured, since prerenderingchange does not bubble up to the window. Leaving a page ends in
  // visibilitychange everywhere, so pagehide would only send the same again.
  ['popstate', 'pageshow', 'prerenderingchange', 'focus', 'blur', 'visibilitychange'].map((name) =>
    addEventListener(name, look as (event: Event) => void, true),
  );
  look(0 as {});
  return track;
};

// Paths of the page's own URLs. Pure.

// "https://host/stats/assets/app-1A2B.js" → "/stats": where the server is mounted is where the
// script came from, so nothing has to be configured.
export function baseOf(scriptUrl: string): string {
  const match = /^[a-z]+:\/\/[^/]*(.*)\/assets\/[^/]*$/.exec(scriptUrl);
  return match?.[1] ?? '';
}

// "/stats/share/1a2b" → "/share/1a2b": the link by which a page is shared; "" on every other page.
export function shareOf(pathname: string, base: string): string {
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname;
  return /^\/share\/[^/]+/.exec(path)?.[0] ?? '';
}

export type Page =
  | { name: 'overview' | 'sql' | 'setup' | 'health' | 'missing' }
  | { name: 'service'; service: string }
  | { name: 'live'; service: string }; // "": all of them

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function pageOf(pathname: string, base: string): Page {
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname;
  const [first = '', second = '', ...rest] = path.replace(/^\/|\/$/g, '').split('/');
  if (first === 'services' && rest.join() === 'live')
    return { name: 'live', service: decoded(second) };
  if (rest.length > 0) return { name: 'missing' };
  if (first === 'services' && second !== '') return { name: 'service', service: decoded(second) };
  if (second !== '') return { name: 'missing' };
  if (first === '' || first === 'services' || first === 'index.html') return { name: 'overview' };
  if (first === 'live') return { name: 'live', service: '' };
  if (first === 'nginx') return { name: 'setup' }; // the original's address
  if (first === 'sql' || first === 'setup' || first === 'health') return { name: first };
  return { name: 'missing' };
}

export const servicePath = (name: string): string => `/services/${encodeURIComponent(name)}`;

export const livePath = (service: string): string =>
  service === '' ? '/live' : `${servicePath(service)}/live`;

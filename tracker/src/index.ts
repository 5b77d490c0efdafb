import { start } from './core';
import { makeSkip } from './exclude';
import { collect } from './extras';
import type { Call, Props, Skip, Track } from './wire';

export type { Hit, Props, Skip, Track } from './wire';

export interface Options {
  /** Where Ballcone is: `https://stats.example.org/`, with a slash at the end if it has a path. */
  api: string;
  /** Name of the service; without one the server goes by the Origin. */
  service?: string;
  /** The service's public key. */
  key?: string;
  /** Whether another fragment (`#/about`) is another page. */
  hash?: boolean;
  /** Paths that are not counted, as `/admin/*`. */
  exclude?: string[];
  /** Looks at each hit before it is sent, may change it, and says true to drop it. */
  skip?: Skip;
  /** Also links to other sites, downloads, forms, web vitals, and pages that say they are 404. */
  more?: boolean;
}

const early: Call[] = [];
let sendCall: Track | undefined;

/** Sends an event. Called before `init`, it waits for it. */
export const track = (name: string, props?: Props): void => {
  if (sendCall) sendCall(name, props);
  else early.push([name, props]);
};

/** Counts this page and those that follow. Once per page; does nothing outside a browser. */
export const init = ({ api, service, key, hash, exclude, skip, more }: Options): void => {
  if (sendCall || typeof document === 'undefined') return;
  const isExcluded = exclude && exclude.length ? makeSkip(exclude.join()) : () => false;
  const dataset = {
    ...(service && { service }),
    ...(key && { key }),
    ...(hash && { hash: '' }),
  };
  sendCall = start(
    { q: early, skip: (hit) => isExcluded(hit) || (skip && skip(hit)) },
    { dataset, src: api },
  );
  if (more) collect(track, false);
};

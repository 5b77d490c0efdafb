// What is sent: POST <api>/api/hello, Content-Type text/plain;charset=UTF-8, one of these as JSON.
//
//   {"s":"shop","l":"de-DE","z":"Europe/Berlin","n":"pageview","w":1280,"e":0,
//    "r":"https://news.example/","u":"https://shop.example/a"}
//   {"s":"shop","l":"de-DE","z":"Europe/Berlin","n":"Signup","p":{"plan":"pro"},"w":1280,"e":2100,
//    "r":"https://news.example/","u":"https://shop.example/a"}
//
// What is absent is left out. Nothing in it tells two readers of one page apart.

/** Values of an event's properties. */
export type Props = Record<string, string | number | boolean | undefined>;

export interface Hit {
  /** Service, if the tag names it: else the server goes by Origin or Referer. */
  s?: string | undefined;
  /** The service's public key. */
  k?: string | undefined;
  /** `pageview`, `engagement`, or the name of an event. */
  n: string;
  /** URL of the page; with its fragment only if fragments are pages. */
  u: string;
  /** URL the page view came from: another site, or the page before. */
  r?: string | undefined;
  /** Properties of an event. */
  p?: Props | undefined;
  /** Milliseconds the page has been visible with the focus, when that changed last. */
  e: number;
  /** Width of the viewport in CSS pixels, rounded down to tens. */
  w: number;
  /** Language of the browser. */
  l: string;
  /** Time zone by its IANA name. */
  z: string;
}

/** Looks at a hit before it is sent, may take things out of it, and says true to drop it. */
export type Skip = (hit: Hit) => unknown;

/** `ballcone('Signup', {plan: 'pro'})` */
export type Track = (name: string, props?: Props) => void;
export type Call = Parameters<Track>;

/** What `window.ballcone` may carry before hello.js runs, which is when it is read. */
export interface Early {
  /** Calls made until then, as arrays or `arguments`. */
  q?: ArrayLike<unknown>[];
  skip?: Skip;
}

/** The settings: a script element, or what looks like one. */
export interface Tag {
  dataset: { service?: string; key?: string; api?: string; hash?: string };
  src: string;
}

declare global {
  interface Window {
    ballcone?: Track & Early;
  }
  interface Document {
    /** Chromium: loaded ahead of a click that may never come. */
    readonly prerendering?: boolean;
  }
}

// As much of a browser as the scripts use, with a clock in hand: what was sent is in `sent`.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import * as esbuild from 'esbuild';
import { makeFiles } from '../../tracker/build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const files = await makeFiles();
const codeOf = (path) => files.find((file) => file.path === path).bytes.toString();

// The module as a bundler would take it, its exports in `tracker`.
const built = await esbuild.build({
  entryPoints: [join(root, 'tracker/src/index.ts')],
  bundle: true,
  write: false,
  format: 'iife',
  globalName: 'tracker',
});
const moduleCode = built.outputFiles[0].text;

export const kScript = 'https://stats.example.org/hello.js';

export class FakePage {
  sent = [];
  requests = [];
  now = 1000;
  listeners = {};

  constructor(options = {}) {
    const page = this;
    const {
      url = 'https://shop.example/a',
      referrer = '',
      webdriver = false,
      ...document
    } = options;
    this.url = new URL(url);
    this.focused = true;
    this.document = {
      referrer,
      hidden: false,
      prerendering: false,
      hasFocus: () => this.focused,
      querySelector: () => null,
      ...document,
    };
    const goTo = (state, title, to) => {
      if (to !== undefined) this.url = new URL(to, this.url);
    };
    this.window = {
      document: this.document,
      get location() {
        return page.url;
      },
      history: { pushState: goTo, replaceState: goTo },
      navigator: { webdriver, language: 'de-DE' },
      performance: { now: () => this.now },
      innerWidth: 1283,
      Intl: { DateTimeFormat: () => ({ resolvedOptions: () => ({ timeZone: 'Europe/Berlin' }) }) },
      URL,
      console,
      PerformanceObserver: Object.assign(class {}, { supportedEntryTypes: [] }),
      addEventListener: (type, listen, { once = false } = {}) =>
        (this.listeners[type] ??= []).push({ listen, once }),
      fetch: async (url, request) => {
        this.requests.push({ url: String(url), ...request });
        this.sent.push(JSON.parse(request.body));
        throw new Error('offline');
      },
    };
    this.window.window = this.window;
    vm.createContext(this.window);
  }

  run(code) {
    return vm.runInContext(code, this.window);
  }
  load(path, dataset = {}, src = kScript) {
    this.document.currentScript = { dataset, src };
    this.run(codeOf(path));
    this.document.currentScript = null;
    return this;
  }
  hello(dataset, src) {
    return this.load('/hello.js', dataset, src);
  }
  module() {
    this.run(moduleCode);
    return this.run('tracker');
  }

  fire(type, event = {}) {
    const told = this.listeners[type] ?? [];
    this.listeners[type] = told.filter(({ once }) => !once);
    for (const { listen } of told) listen(event);
    return this;
  }
  wait(ms) {
    this.now += ms;
    return this;
  }
  hide() {
    this.document.hidden = true;
    return this.fire('visibilitychange');
  }
  show() {
    this.document.hidden = false;
    return this.fire('visibilitychange');
  }
  focus(focused) {
    this.focused = focused;
    return this.fire(focused ? 'focus' : 'blur');
  }
  push(to) {
    this.window.history.pushState(null, '', to);
    return this;
  }

  // "pageview /a", "engagement /a 1200", "Signup /a {"plan":"pro"}": one line per hit.
  story() {
    return this.sent.map(({ n, u, e, p }) => {
      const { pathname, search, hash } = new URL(u);
      const rest = n === 'engagement' ? ` ${e}` : p ? ` ${JSON.stringify(p)}` : '';
      return `${n} ${pathname}${search}${hash}${rest}`;
    });
  }
}

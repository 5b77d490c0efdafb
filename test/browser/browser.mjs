// Chromium for the browser tests, and what every page must satisfy.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const shots = join(root, 'build/screenshots');
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

export const kSizes = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 740 } };

// A fresh profile every time: playwright makes one in the temporary folder and removes it.
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

const unanswered = new WeakMap(); // page → its requests that are under way

// Until what was clicked has been asked and answered: a few frames without a request under way. Playwright's own
// `networkidle` is over once for a document, whatever is asked afterwards.
export async function settled(page) {
  for (let still = 0; still < 4; still = unanswered.get(page).size === 0 ? still + 1 : 0)
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
}

// A page that notes everything that went wrong on it. Axe is injected past the policy of the page,
// which would refuse it as it should.
export async function open(
  browser,
  url,
  { size = 'wide', theme = 'light', expectErrors = [] } = {},
) {
  const context = await browser.newContext({
    viewport: kSizes[size],
    colorScheme: theme,
    reducedMotion: 'reduce',
    timezoneId: 'America/New_York',
  });
  const page = await context.newPage();
  const asked = new Set();
  page.on('request', (request) => {
    if (['fetch', 'script'].includes(request.resourceType())) asked.add(request);
  });
  for (const end of ['requestfinished', 'requestfailed'])
    page.on(end, (request) => asked.delete(request));
  unanswered.set(page, asked);
  const problems = [];
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    if (expectErrors.some((known) => message.text().includes(known))) return;
    problems.push(`${message.type()}: ${message.text()}`);
  });
  await page.addInitScript(() => {
    window.violations = [];
    // Cumulative Layout Shift as web.dev/cls defines it, of one session: what moved by itself.
    window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!entry.hadRecentInput) window.shift += entry.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
    document.addEventListener('securitypolicyviolation', (event) =>
      window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`),
    );
  });
  await page.goto(url);
  return { page, context, problems };
}

export async function shoot(page, name, fullPage = true) {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage });
}

// Nothing wider than the window: what must be wide scrolls in a box of its own.
async function widestOf(page) {
  return page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    window: innerWidth,
    culprits: [...document.querySelectorAll('body *')]
      .filter(
        (element) =>
          element.getBoundingClientRect().right > innerWidth + 1 &&
          element.closest('.scroll, .copy, .chip, .sparkline, .chart, .ranking') === null,
      )
      .slice(0, 5)
      .map((element) => `${element.tagName}.${element.className}`),
  }));
}

async function seriousViolations(page) {
  // Evaluated by the debugger, which the policy does not bind.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
    }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 4)
          .map((node) => `${node.target} ${node.any[0]?.message ?? ''}`)
          .join(' | ')}`,
    );
}

export async function assertSound({ page, problems }, name) {
  // Numbers of the question before are veiled, pale on purpose, and lose their veil by and by.
  await page.waitForFunction(
    () =>
      document.querySelector('[aria-busy="true"]') === null &&
      !document
        .getAnimations()
        .some((one) => one instanceof CSSTransition && one.playState === 'running'),
  );
  const { width, window: inner, culprits } = await widestOf(page);
  assert.ok(width <= inner, `${name} is ${width} px wide in ${inner}: ${culprits.join(', ')}`);
  assert.deepEqual(await seriousViolations(page), [], `${name}: axe`);
  assert.deepEqual(await page.evaluate(() => window.violations), [], `${name}: policy`);
  assert.equal(
    await page.evaluate(() => window.isOwned),
    undefined,
    `${name}: markup was executed`,
  );
  assert.deepEqual(problems, [], `${name}: console`);
}

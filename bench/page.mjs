// The page in Chromium over a large database: until the first figures stand, until a click on a row has narrowed them, and how
// long the browser is kept busy at once while hits arrive.
import { Ballcone, eventually, pause } from '../test/e2e/harness.mjs';
import { launch, open } from '../test/browser/browser.mjs';
import { make_database, percentile, send_hits } from './dashboard.mjs';

const grouped = (number) => Math.round(number).toLocaleString('en');
const address = '/services/shop?from=2026-10-01&to=2026-10-30';
const loads = 20;
const clicks = 10; // on each row
const hits_per_second = 1000;

// In the page, before its own script: when figures change, and which stretches of work are long.
function watch() {
  const number = (one) => [...one.querySelectorAll('*'), one].flatMap(({ childNodes, className }) =>
    className === 'unseen' ? [] : [...childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data));
  const numbers = () => [...document.querySelectorAll('.figures dd')].flatMap(number).join(' ');
  window.figures = { text: '', at: 0, clicked: 0 };
  window.long_tasks = [];
  const look = () => {
    const text = numbers();
    if (!/\d/.test(text) || text === window.figures.text) return;
    Object.assign(window.figures, { text, at: performance.now() });
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
  document.addEventListener('click', () => (window.figures.clicked = performance.now()), true);
  new PerformanceObserver((list) => window.long_tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask', buffered: true });
}

async function open_page(browser, url) {
  const one = await open(browser, 'about:blank');
  await one.page.addInitScript(watch);
  await one.page.goto(url);
  return one;
}

// → milliseconds from the start of the page's navigation, once all is at rest.
async function first_figures(page) {
  await page.waitForFunction(() => window.figures.at > 0);
  const at = await page.evaluate(() => window.figures.at);
  await page.waitForLoadState('networkidle');
  return at;
}

// The program's files are in the browser's cache, as on every visit but the first.
async function time_loads(page) {
  const took = [];
  for (let i = 0; i < loads; i++) {
    await page.reload();
    took.push(await first_figures(page));
  }
  return took;
}

async function time_clicks(page, url, tab, label) {
  const took = [];
  for (let i = 0; i < clicks; i++) {
    await page.goto(url);
    await page.waitForLoadState('networkidle');
    await page.getByRole('tab', { name: tab, exact: true }).click();
    const row = page.getByRole('button', { name: label, exact: true }).first();
    await row.waitFor();
    await page.waitForLoadState('networkidle');
    await row.click();
    await page.waitForFunction(() => window.figures.at > window.figures.clicked);
    took.push(await page.evaluate(() => window.figures.at - window.figures.clicked));
  }
  return took;
}

function say_times(label, took, say) {
  say(`| ${label} | ${percentile(took, 0.5).toFixed(0)} | ${percentile(took, 0.95).toFixed(0)} |`);
}

async function time_live(page, url, seconds) {
  await page.goto(url);
  await page.getByRole('heading', { name: 'Hits as they arrive' }).waitFor();
  await page.waitForLoadState('load');
  await page.evaluate(() => (window.long_tasks.length = 0));
  await pause(seconds * 1000);
  return page.evaluate(() => window.long_tasks);
}

const say_tasks = (label, tasks, say) =>
  say(`| ${label} | ${tasks.length} | ${Math.max(0, ...tasks).toFixed(0)} |`);

export async function bench_page(tools, scratch, hits, seconds, say) {
  const browser = await launch();
  const empty = await Ballcone.start();
  const ballcone = await Ballcone.start({ database: await make_database(tools, scratch, hits, say), args: ['-p', '5'] });
  try {
    await eventually('everything derived', async () => (await ballcone.status()).derive.pending_days === 0, 3_600_000);
    const one = await open_page(browser, ballcone.url + address);
    say(`| ${grouped(hits)} hits, 30 of their days | p50, ms | p95, ms |\n|---|---|---|`);
    say_times('navigation to first figures, the first since the program’s start', [await first_figures(one.page)], say);
    say_times('navigation to first figures', await time_loads(one.page), say);
    for (const [tab, label] of [['Countries', 'Show only Country: Germany'], ['Browsers', 'Show only Browser: Chrome'], ['Status', 'Show only Status: 404 Not Found']])
      say_times(`click on a row to new figures: ${label}`, await time_clicks(one.page, ballcone.url + address, tab, label), say);
    say(`\n| live page, ${seconds} s | tasks over 50 ms | longest, ms |\n|---|---|---|`);
    say_tasks('nothing arrives (reference)', await time_live(one.page, `${empty.url}/live`, seconds), say);
    const sender = send_hits(ballcone.syslog_port, hits_per_second);
    say_tasks(`${grouped(hits_per_second)} hits/s`, await time_live(one.page, `${ballcone.url}/live`, seconds), say);
    sender.stop();
    await one.context.close();
  } finally {
    await browser.close();
    await ballcone.stop();
    await empty.stop();
  }
}

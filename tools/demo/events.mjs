// What people do on the demo's sites that no log knows of, the goals that count it, and how it is told to Ballcone.

// [service, goal's name, what reaches it].
export const goals = [
  ['example', 'Newsletter', { event: 'Signup' }],
  ['example', 'Read the blog', { path: '/blog/*' }],
  ['shop', 'Order', { event: 'Order' }],
  ['shop', 'Checkout', { path: '/checkout' }],
  ['handbook', 'Found helpful', { event: 'Helpful' }],
];

const plans = ['Espresso', 'Filter', 'Both'];
const out = ['https://www.openstreetmap.org/', 'https://github.com/ballcone', 'https://sca.coffee/', 'https://mastodon.social/@roastery'];
const any = (rows, random) => rows[Math.floor(random() * rows.length)];

// What somebody does on a page, `pages` before it: [name, properties, revenue] each.
const by_service = {
  example: (target, pages, random) => {
    const events = [];
    if (target === '/newsletter' ? random() < 0.4 : pages > 0 && random() < 0.03)
      events.push(['Signup', { form: target === '/newsletter' ? 'page' : 'footer', plan: any(plans, random) }]);
    if (random() < 0.05) events.push(['Outbound Link: Click', { url: any(out, random) }]);
    if (target === '/about' && random() < 0.12) events.push(['File Download', { url: 'https://example.com/press/kit.zip' }]);
    return events;
  },
  shop: (target, pages, random) => {
    if (target.startsWith('/beans/') && random() < 0.28) return [['Add to cart', { beans: target.slice('/beans/'.length), grams: any([250, 500, 1000], random) }]];
    if (target !== '/checkout' || random() > 0.35 + 0.1 * pages) return [];
    const bags = 1 + Math.floor(random() ** 2 * 4);
    return [['Order', { bags, payment: any(['card', 'invoice', 'card', 'transfer'], random) }, { amount: 12.5 * bags, currency: 'EUR' }]];
  },
  handbook: (target, pages, random) => (random() < 0.06 ? [['Helpful', { answer: random() < 0.8 ? 'yes' : 'no' }]] : []),
};

export const events_on = ({ site, agent, address }, at, target, pages, random) =>
  by_service[site.service](target.split('?')[0], pages, random).map(([event, props, revenue], i) => ({
    at: at + 1_500 + i * 900 + Math.floor(random() * 3_000), service: site.service, url: `https://${site.host}${target}`, agent, address, event, props, revenue,
  }));

// Where they go from there, beans in the cart; undefined: anywhere, or away.
export function leads_to(target, events, random) {
  if (events.some(({ event }) => event === 'Add to cart')) return random() < 0.45 ? '/cart' : undefined;
  return target.startsWith('/cart') && random() < 0.6 ? '/checkout' : undefined;
}

// A line of POST /api/v1/hits.
export const line_of = ({ at, url, agent, address, event, props, revenue }) =>
  JSON.stringify({ time: new Date(at).toISOString(), url, user_agent: agent, address, event, props, revenue });

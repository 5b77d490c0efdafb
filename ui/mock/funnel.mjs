// POST /api/v1/funnel and GET /api/v1/goals of the mock: of those who did a step, fewer did the next.
import { noise, queryAnswer } from './data.mjs';

const kGoals = [
  { name: 'Newsletter', event: 'Signup' },
  { name: 'Order', path: '/thanks*' },
];

export const goalsAnswer = ({ url }) => {
  const service = url.searchParams.get('service');
  return { goals: service === 'example' ? kGoals.map((goal) => ({ service, ...goal })) : [] };
};

const wrong = (message) => ({ error: { message, field: 'steps', position: null } });

export function funnelAnswer({ body, now }) {
  const { service, range, filters = [], steps } = body;
  if (!(steps?.length >= 2 && steps.length <= 8)) return wrong('expected a list of 2 to 8 steps');
  if (filters.some(([, column]) => column === 'gpc'))
    return wrong('expected filters that page views and events both have, as country');
  const asked = queryAnswer({ service, range, filters, metrics: ['visitors'] }, now);
  if (asked.error !== undefined) return asked;
  let before = Math.round(asked.rows[0][0] * 0.4);
  const first = before;
  const counted = steps.map((step, i) => {
    const text = Object.values(step)[0];
    const kept = text === '/nowhere' ? 0 : i === 0 ? 1 : 0.25 + 0.6 * noise(text);
    const visitors = Math.round(before * kept);
    const dropped = before - visitors;
    const part = (n, whole) => (whole === 0 ? 0 : Math.round((1e6 * n) / whole) / 1e6);
    const row = { ...step, visitors, share: part(visitors, first), dropped };
    row.dropped_share = part(dropped, before);
    before = visitors;
    return row;
  });
  return { query: { service, range, filters }, steps: counted, elapsed_ms: 1.4 };
}

// Share links of the mock, and the door before it.
let shares = [
  {
    id: 1,
    service: 'example',
    name: 'Press',
    has_password: true,
    embed_on: ['https://press.example.com'],
    created: '2026-11-20T09:00:00Z',
    until: '2027-02-20T09:00:00Z',
    has_ended: false,
  },
  {
    id: 2,
    service: 'example',
    name: '',
    has_password: false,
    embed_on: ['*'],
    created: '2026-06-01T09:00:00Z',
    until: '2026-07-01T00:00:00Z',
    has_ended: true,
  },
];
let nextId = 3;

export const kPassword = 'correct horse';
export const kSharedService = 'example';
const kToken = '0123456789abcdef0123456789abcdef';
export const kSharePath = `/share/${kToken}`;

const listed = (service) => ({ shares: shares.filter((share) => share.service === service) });

export function sharesAnswer({ url, body, now }) {
  if (body === null) return listed(url.searchParams.get('service'));
  if (body.action === 'remove') {
    const removed = shares.find(({ id }) => id === body.id);
    shares = shares.filter((share) => share !== removed);
    return listed(removed.service);
  }
  const { service, name = '', until, embed_on: sites = [] } = body;
  const wrong = sites.find((site) => !/^https?:\/\/[^/]+$/.test(site));
  if (wrong !== undefined)
    return { error: { message: `expected origins such as https://example.com, got "${wrong}"` } };
  const days = Number.parseInt(until, 10);
  shares.push({
    id: nextId,
    service,
    name,
    has_password: Boolean(body.password),
    embed_on: sites.length === 0 ? ['*'] : sites,
    created: new Date(now).toISOString(),
    until: Number.isNaN(days) ? null : new Date(now + days * 86_400_000).toISOString(),
    has_ended: false,
  });
  nextId += 1;
  return { made: { id: nextId - 1, path: kSharePath }, ...listed(service) };
}

// What is behind a share link has one service.
export const sharedServices = (answer) => ({
  ...answer,
  services: answer.services.filter(({ name }) => name === kSharedService),
});

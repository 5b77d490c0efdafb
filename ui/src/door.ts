// Whether whoever looks at the page has come in, and how to.
import { signal } from '@preact/signals';
import { apiHref, href, isShared } from './route';

// The server says how the page was asked for: see send_page() of pages.cc.
const door = document.documentElement.dataset['door'];

// True until the password is given; becomes true again when the server no longer knows us.
export const locked = signal(door === 'locked');
export const hasSession = signal(door === 'session');

export type LoginFault = 'wrong' | 'tooMany' | 'noCookie' | { message: string };

const post = (url: string, body: unknown) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  });

// Null if it worked. A shared page has a password of its own, under its own link.
export async function logIn(password: string): Promise<LoginFault | null> {
  try {
    const { status } = await post(apiHref('/login'), { password });
    if (status === 401) return 'wrong';
    if (status === 429) return 'tooMany';
    if (status !== 204) return { message: String(status) };
    const probe = await fetch(apiHref('/api/v1/reports'), {
      headers: { accept: 'application/json' },
    });
    if (probe.status === 401) return 'noCookie';
  } catch {
    return { message: '' };
  }
  hasSession.value = !isShared;
  locked.value = false;
  return null;
}

// The page is loaded anew, so that nothing of it stays in this tab.
export async function logOut(): Promise<void> {
  await post(href('/logout'), {});
  location.assign(href('/'));
}

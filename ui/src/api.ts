// Talks to the server. Every failure is an ApiError whose message can be shown as it is.
import { texts } from './texts';
import type { ErrorBody } from './types';
import { locked } from './door';
import { apiHref } from './route';

export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number, // 0: the server could not be reached
    readonly position: number | null = null, // where in the SQL, in bytes of UTF-8
  ) {
    super(message);
  }
}

export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';

async function failure(response: Response): Promise<ApiError> {
  try {
    const { error } = (await response.json()) as ErrorBody;
    return new ApiError(error.message, response.status, error.position ?? null);
  } catch {
    return new ApiError(texts.errors.status(response.status), response.status);
  }
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(apiHref(path), {
      ...init,
      headers: { accept: 'application/json', ...init.headers },
    });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(texts.errors.offline, 0);
  }
  if (response.status === 401) locked.value = true;
  if (!response.ok) throw await failure(response);
  return response;
}

async function send<T>(path: string, init: RequestInit): Promise<T> {
  const response = await ask(path, init);
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(texts.errors.notJson, response.status);
  }
}

export function getJson<T>(path: string, signal: AbortSignal): Promise<T> {
  return send<T>(path, { signal });
}

const posted = (body: unknown, signal: AbortSignal): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
  signal,
});

export const postJson = <T>(path: string, body: unknown, signal: AbortSignal): Promise<T> =>
  send<T>(path, posted(body, signal));

// For answers that are not JSON.
export const postForFile = (path: string, body: unknown, signal: AbortSignal): Promise<Response> =>
  ask(path, posted(body, signal));

export function postBytes<T>(path: string, body: Blob, signal: AbortSignal): Promise<T> {
  const headers = { 'content-type': 'application/octet-stream' };
  return send<T>(path, { method: 'POST', headers, body, signal });
}

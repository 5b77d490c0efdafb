// Runs one statement at a time: its state, how to cancel it, and what is remembered of it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, isAbort, postJson } from './api';
import { nowMs } from './clock';
import { remember } from './sql_history';
import { texts } from './texts';
import type { SqlAnswer } from './types';

export type State =
  | { is: 'idle' | 'cancelled' }
  | { is: 'running'; sinceMs: number }
  | { is: 'answered'; answer: SqlAnswer; sql: string }
  | { is: 'failed'; error: ApiError; sql: string };

export interface Runner {
  state: State;
  run(sql: string): Promise<void>;
  cancel(): void;
}

const asError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError(texts.errors.page(error), 0);

// Closing the connection is what stops the statement on the server.
export function useRunner(): Runner {
  const [state, setState] = useState<State>({ is: 'idle' });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const run = async (sql: string) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    setState({ is: 'running', sinceMs: performance.now() });
    let rows: number | null = null;
    try {
      const answer = await postJson<SqlAnswer>('/api/v1/sql', { sql }, mine.signal);
      if (abort.current !== mine) return;
      rows = answer.rows.length;
      setState({ is: 'answered', answer, sql });
    } catch (error) {
      if (abort.current !== mine) return;
      if (isAbort(error)) setState({ is: 'cancelled' });
      else setState({ is: 'failed', error: asError(error), sql });
    }
    remember({ sql, atMs: nowMs.peek(), rows });
  };
  return { state, run, cancel: () => abort.current?.abort() };
}

// The console: ask in SQL, look at the answer, take it along.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, getJson, isAbort, postJson } from '../api';
import { Editor } from '../parts/editor';
import { useResource } from '../resource';
import { place, setSearch } from '../route';
import { examplesFor } from '../sql_examples';
import { characterAt } from '../sql_position';
import { texts } from '../texts';
import type { Services, SqlAnswer } from '../types';
import { Result, SqlFailure } from './sql_result';

const t = texts.sql;

type State =
  | { is: 'idle' | 'running' | 'cancelled' }
  | { is: 'answered'; answer: SqlAnswer }
  | { is: 'failed'; error: ApiError; sql: string };

const urlOf = (sql: string) => (sql === '' ? '' : `?${new URLSearchParams({ sql }).toString()}`);

export function SqlPage() {
  const fromUrl = new URLSearchParams(place.value.search).get('sql') ?? '';
  const [sql, setSql] = useState(fromUrl);
  const [state, setState] = useState<State>({ is: 'idle' });
  const abort = useRef<AbortController | null>(null);
  const services = useResource<Services>('services', (signal) =>
    getJson('/api/v1/services', signal),
  );
  useEffect(() => () => abort.current?.abort(), []);
  useEffect(() => setSql(fromUrl), [fromUrl]);

  const run = async (question: string) => {
    if (question.trim() === '') return;
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    setState({ is: 'running' });
    if (question !== fromUrl) setSearch(urlOf(question), 'push');
    try {
      const answer = await postJson<SqlAnswer>('/api/v1/sql', { sql: question }, mine.signal);
      if (abort.current === mine) setState({ is: 'answered', answer });
    } catch (error) {
      if (abort.current !== mine) return;
      if (isAbort(error)) setState({ is: 'cancelled' });
      else
        setState({
          is: 'failed',
          error: error instanceof ApiError ? error : new ApiError(texts.errors.page(error), 0),
          sql: question,
        });
    }
  };
  const isRunning = state.is === 'running';
  const byte = state.is === 'failed' && state.sql === sql ? state.error.position : null;
  const mark = byte === null ? null : characterAt(sql, byte);
  const first = services.data?.services[0]?.name ?? 'example';
  return (
    <>
      <header class="title">
        <h1>{t.title}</h1>
      </header>
      <div class="console">
        <form
          class="ask"
          onSubmit={(event) => {
            event.preventDefault();
            void run(sql);
          }}
        >
          <Editor
            label={t.label}
            value={sql}
            mark={mark}
            onChange={setSql}
            onRun={() => void run(sql)}
          />
          <div class="actions">
            <button type="submit" class="primary" disabled={isRunning || sql.trim() === ''}>
              {isRunning ? t.running : t.run} <kbd>{t.keys}</kbd>
            </button>
            {isRunning && (
              <button type="button" onClick={() => abort.current?.abort()}>
                {t.cancel}
              </button>
            )}
            <small>{t.hint}</small>
          </div>
        </form>
        <nav class="examples" aria-label={t.examples}>
          <h2>{t.examples}</h2>
          <ul>
            {examplesFor(first).map((example) => (
              <li key={example.title}>
                <button
                  type="button"
                  class="quiet"
                  onClick={() => {
                    setSql(example.sql);
                    void run(example.sql);
                  }}
                >
                  {example.title}
                </button>
              </li>
            ))}
          </ul>
        </nav>
      </div>
      <section class="result" aria-label={t.result} aria-busy={isRunning} aria-live="polite">
        {state.is === 'idle' && <p class="nothing">{t.none}</p>}
        {state.is === 'cancelled' && <p class="nothing">{t.cancelled}</p>}
        {state.is === 'running' && <p class="pulse">{t.running}</p>}
        {state.is === 'failed' && <SqlFailure error={state.error} sql={state.sql} />}
        {state.is === 'answered' && <Result answer={state.answer} />}
      </section>
    </>
  );
}

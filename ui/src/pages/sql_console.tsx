// The console: ask in SQL, look at the answer, take it along.
import { useEffect, useRef, useState } from 'preact/hooks';
import { getJson } from '../api';
import { copyText } from '../parts/copy';
import { Editor, type EditorHandle } from '../parts/editor';
import { useResource } from '../resource';
import { place, setSearch } from '../route';
import { characterAt } from '../sql_position';
import { useRunner, type Runner } from '../sql_run';
import { sqlTexts } from '../texts/sql';
import type { SqlSchema } from '../types';
import { Questions } from './sql_questions';
import { Result, SqlFailure } from './sql_result';
import { Side } from './sql_side';

const t = sqlTexts;
const kUrlMax = 8000; // of characters; the server takes 16 KiB of headers in all

const searchOf = (sql: string) => (sql === '' ? '' : `?${new URLSearchParams({ sql }).toString()}`);
const isLinkable = (sql: string) => searchOf(sql).length <= kUrlMax;

export function SqlConsole() {
  const fromUrl = new URLSearchParams(place.value.search).get('sql') ?? '';
  const [sql, setSql] = useState(fromUrl);
  const runner = useRunner();
  const { state } = runner;
  const editor = useRef<EditorHandle>(null);
  const ran = useRef(''); // what the URL says because we ran it
  const schema = useResource<SqlSchema>('schema', (signal) => getJson('/api/v1/schema', signal));

  const run = (question: string) => {
    if (question.trim() === '') return;
    ran.current = question;
    if (question !== fromUrl && isLinkable(question)) setSearch(searchOf(question), 'push');
    void runner.run(question);
  };
  // A link to a question, and the browser's way back to one: that is what was asked for.
  useEffect(() => {
    if (fromUrl === ran.current) return;
    setSql(fromUrl);
    run(fromUrl);
  }, [fromUrl]);

  const pick = (question: string) => {
    setSql(question);
    run(question);
  };
  const isRunning = state.is === 'running';
  const byte = state.is === 'failed' && state.sql === sql ? state.error.position : null;
  const cancelByKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isRunning) runner.cancel();
  };
  return (
    <>
      <header class="title">
        <h1>{t.title}</h1>
      </header>
      <div class="console" onKeyDown={cancelByKey}>
        <Side schema={schema} onInsert={(text) => editor.current?.insert(text)} onPick={pick} />
        <div class="work">
          <form
            class="ask"
            onSubmit={(event) => {
              event.preventDefault();
              run(sql);
            }}
          >
            <Editor
              label={t.label}
              value={sql}
              mark={byte === null ? null : characterAt(sql, byte)}
              schema={schema.data}
              handle={editor}
              onChange={setSql}
              onRun={() => run(sql)}
            />
            <Actions sql={sql} runner={runner} limits={schema.data?.limits} />
          </form>
          <Outcome {...{ runner, schema: schema.data, onPick: pick }} />
        </div>
      </div>
    </>
  );
}

function Actions({
  sql,
  runner,
  limits,
}: {
  sql: string;
  runner: Runner;
  limits: SqlSchema['limits'] | undefined;
}) {
  const { state } = runner;
  return (
    <div class="actions">
      <button type="submit" class="primary" disabled={sql.trim() === ''}>
        {t.run} <kbd>{t.keys}</kbd>
      </button>
      {state.is === 'running' ? (
        <>
          <button type="button" onClick={runner.cancel}>
            {t.cancel} <kbd>{t.cancelKey}</kbd>
          </button>
          <Waited sinceMs={state.sinceMs} />
          {limits !== undefined && <small>{t.waitsAtMost(limits.seconds)}</small>}
        </>
      ) : (
        <small>{t.hint}</small>
      )}
      <span class="spring" />
      <LinkButton sql={sql} />
    </div>
  );
}

const kTickMs = 100;

function Waited({ sinceMs }: { sinceMs: number }) {
  const [now, setNow] = useState(performance.now());
  useEffect(() => {
    const ticks = setInterval(() => setNow(performance.now()), kTickMs);
    return () => clearInterval(ticks);
  }, []);
  return (
    <span class="waited" role="timer">
      {t.waited(Math.max(now - sinceMs, 0))}
    </span>
  );
}

const kSaidMs = 2000;

function LinkButton({ sql }: { sql: string }) {
  const [said, say] = useState<string | null>(null);
  const copy = async () => {
    const link = location.origin + location.pathname + searchOf(sql);
    say((await copyText(link)) ? t.linkCopied : t.copyFailed);
    setTimeout(() => say(null), kSaidMs);
  };
  const isShort = isLinkable(sql);
  return (
    <button
      type="button"
      disabled={sql.trim() === '' || !isShort}
      title={isShort ? undefined : t.linkTooLong}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{said ?? t.copyLink}</span>
    </button>
  );
}

function Outcome({
  runner: { state },
  schema,
  onPick,
}: {
  runner: Runner;
  schema: SqlSchema | undefined;
  onPick: (sql: string) => void;
}) {
  return (
    <section class="result" aria-label={t.result} aria-busy={state.is === 'running'}>
      {state.is === 'idle' && <Questions schema={schema} onPick={onPick} isWide />}
      <p class="unseen" role="status">
        {state.is === 'running' && t.running}
        {state.is === 'answered' && t.rows(state.answer.rows.length)}
      </p>
      {state.is === 'cancelled' && (
        <p class="nothing" role="status">
          {t.cancelled}
        </p>
      )}
      {state.is === 'running' && <p class="pulse">{t.running}</p>}
      {state.is === 'failed' && <SqlFailure error={state.error} sql={state.sql} />}
      {state.is === 'answered' && (
        <Result answer={state.answer} sql={state.sql} limits={schema?.limits} key={state.sql} />
      )}
    </section>
  );
}

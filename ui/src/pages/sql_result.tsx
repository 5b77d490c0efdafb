// The answer of the console as a table or a chart, with files to take along; or what the engine had
// against the question.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ApiError, isAbort, postForFile } from '../api';
import { download, toJson } from '../csv';
import { bytes } from '../format';
import { Segments } from '../parts/segments';
import { firstChoice } from '../sql_chart';
import { characterAt, lineAndColumn } from '../sql_position';
import { sqlTexts } from '../texts/sql';
import { texts } from '../texts';
import type { SqlAnswer, SqlSchema } from '../types';
import { AnswerChart } from './sql_chart';
import { AnswerTable } from './sql_table';

const t = sqlTexts;
const kViews = ['table', 'chart'] as const;

interface Props {
  answer: SqlAnswer;
  sql: string; // that it answers
  limits: SqlSchema['limits'] | undefined;
}

export function Result({ answer, sql, limits }: Props) {
  const [view, setView] = useState<(typeof kViews)[number]>('table');
  const choice = useMemo(() => firstChoice(answer), [answer]);
  const { columns, rows } = answer;
  return (
    <>
      <div class="summary">
        {choice !== null && (
          <Segments label={t.as} options={kViews} names={t.views} value={view} onChange={setView} />
        )}
        <span>{t.rows(rows.length)}</span>
        <span>{t.columns(columns.length)}</span>
        <span>{t.elapsed(answer.elapsed_ms)}</span>
        <span class="spring" />
        <Downloads answer={answer} sql={sql} />
      </div>
      {answer.truncated && (
        <p class="notice warn">
          {t.truncated(rows.length, limits?.rows, bytes(limits?.bytes ?? 0))}{' '}
          {limits !== undefined && t.truncatedHelp(limits.file_rows)}
        </p>
      )}
      {view === 'chart' && choice !== null ? (
        <AnswerChart answer={answer} first={choice} />
      ) : (
        <AnswerTable answer={answer} />
      )}
    </>
  );
}

const kFormats = ['CSV', 'JSON', 'Parquet'] as const;
type Format = (typeof kFormats)[number];

// JSON is what is shown; CSV and Parquet are asked for, since they may hold more.
function Downloads({ answer, sql }: { answer: SqlAnswer; sql: string }) {
  const [busy, setBusy] = useState<Format | null>(null);
  const [said, say] = useState<string | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const fetchFile = async (format: Format) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    setBusy(format);
    say(null);
    try {
      const name = format.toLowerCase();
      const response = await postForFile(`/api/v1/sql?format=${name}`, { sql }, mine.signal);
      download(`ballcone.${name}`, 'application/octet-stream', await response.blob());
      if (response.headers.has('ballcone-truncated')) say(t.fileCut(format));
    } catch (error) {
      if (!isAbort(error)) say(error instanceof ApiError ? error.message : String(error));
    }
    if (abort.current === mine) setBusy(null);
  };
  const take = (format: Format) => {
    if (format !== 'JSON') return void fetchFile(format);
    const names = answer.columns.map(({ name }) => name);
    download('ballcone.json', 'application/json', toJson(names, answer.rows));
  };
  return (
    <div class="downloads" role="group" aria-label={t.download}>
      <span role="status">{busy === null ? said : t.downloading(busy)}</span>
      {kFormats.map((format) => (
        <button
          type="button"
          key={format}
          disabled={busy !== null}
          aria-label={t.downloadAs(format)}
          onClick={() => take(format)}
        >
          {format}
        </button>
      ))}
    </div>
  );
}

export function SqlFailure({ error, sql }: { error: ApiError; sql: string }) {
  const at = error.position === null ? null : lineAndColumn(sql, characterAt(sql, error.position));
  return (
    <div class="notice bad" role="alert">
      <div>
        <strong>
          {texts.errors.title}
          {at !== null && `: ${t.at(at.line, at.column)}`}
        </strong>
        <pre>{error.message}</pre>
      </div>
    </div>
  );
}

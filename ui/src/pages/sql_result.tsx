// The answer of the console as a table, or what the engine had against the question.
import { useState } from 'preact/hooks';
import type { ApiError } from '../api';
import { download, toCsv, toJson } from '../csv';
import { characterAt, lineAndColumn } from '../sql_position';
import { texts } from '../texts';
import type { Cell, SqlAnswer } from '../types';

const t = texts.sql;
const kRowsAtFirst = 200; // a browser is slow with ten thousand table rows, and nobody reads them
const kRowsMore = 1000;
const kNumeric = /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL|DOUBLE|FLOAT|REAL|NUMERIC)/;

export function Result({ answer }: { answer: SqlAnswer }) {
  const [shown, setShown] = useState(kRowsAtFirst);
  const { columns, rows } = answer;
  const names = columns.map((column) => column.name);
  const more = Math.min(kRowsMore, rows.length - shown);
  return (
    <>
      <div class="summary">
        <span>{t.rows(rows.length)}</span>
        <span>{t.columns(columns.length)}</span>
        <span>{t.elapsed(answer.elapsed_ms)}</span>
        <span class="spring" />
        <button
          type="button"
          onClick={() => download('ballcone.csv', 'text/csv', toCsv(names, rows))}
        >
          {t.csv}
        </button>
        <button
          type="button"
          onClick={() => download('ballcone.json', 'application/json', toJson(names, rows))}
        >
          {t.json}
        </button>
      </div>
      {answer.truncated && <p class="notice warn">{t.truncated}</p>}
      <div class="scroll tall" role="region" tabIndex={0} aria-label={t.result}>
        <table class="plain cells">
          <thead>
            <tr>
              {columns.map((column, i) => (
                <th scope="col" class={kNumeric.test(column.type) ? 'number' : ''} key={i}>
                  {column.name} <small>{column.type}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, i) => (
              <tr key={i}>
                {row.map((cell, at) => (
                  <td class={kNumeric.test(columns[at]?.type ?? '') ? 'number' : ''} key={at}>
                    <CellText cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p class="nothing">{t.noRows}</p>}
      </div>
      {more > 0 && (
        <p class="summary">
          <span>{t.shown(shown, rows.length)}</span>
          <button type="button" onClick={() => setShown(shown + kRowsMore)}>
            {t.moreRows(more)}
          </button>
        </p>
      )}
    </>
  );
}

// Lists and structs come as JSON values; a text is only cut by the style sheet, never here.
function CellText({ cell }: { cell: Cell }) {
  if (cell === null) return <i class="null">{t.nullCell}</i>;
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  return <span title={text.length > 40 ? text : undefined}>{text}</span>;
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

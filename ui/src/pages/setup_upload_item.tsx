// One file of an upload.
import { bytes } from '../format';
import { setupTexts } from '../texts/setup';
import type { ImportFigures, ImportState, Preview } from '../types';
import { remove, type Item } from '../uploads';

const t = setupTexts.upload;

export function UploadItem({ item }: { item: Item }) {
  const { file, preview, state, error } = item;
  const problem = error ?? state?.error ?? undefined;
  return (
    <li class="item">
      <div class="head">
        <strong>
          <bdi>{file.name}</bdi>
        </strong>
        <span class="hint">{bytes(file.size)}</span>
        {state === undefined && (
          <button
            type="button"
            class="quiet"
            aria-label={t.remove(file.name)}
            onClick={() => remove(file)}
          >
            ×
          </button>
        )}
      </div>
      {problem !== undefined && (
        <p class="failed" role="alert">
          {problem}
        </p>
      )}
      {preview === undefined && problem === undefined && <p class="hint">{t.looking}</p>}
      {preview !== undefined && state === undefined && (
        <FirstLines preview={preview} name={file.name} />
      )}
      {item.isStopped === true && <p role="status">{t.stopped}</p>}
      {state !== undefined && item.isStopped !== true && problem === undefined && (
        <Progress state={state} size={file.size} />
      )}
    </li>
  );
}

function FirstLines({ preview, name }: { preview: Preview; name: string }) {
  const lost = preview.dropped.reduce((sum, { lines }) => sum + lines, 0);
  return (
    <>
      <p>{t.preview(preview.format, preview.lines, lost)}</p>
      {preview.dropped.map(({ reason, lines, help, example }) => (
        <div class="drop" key={reason}>
          <p>
            <strong>{t.dropped(reason, lines)}</strong> {help}
          </p>
          <pre>{example}</pre>
        </div>
      ))}
      {preview.rows.length > 0 && (
        <div class="scroll" role="region" tabIndex={0} aria-label={t.hits(name)}>
          <table class="plain">
            <thead>
              <tr>
                {preview.columns.map((column) => (
                  <th scope="col" key={column}>
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {preview.rows.slice(0, 3).map((row, i) => (
                <tr key={i}>
                  {row.map((cell, at) => (
                    <td key={at} title={cell}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Progress({ state, size }: { state: ImportState; size: number }) {
  const { figures } = state;
  const isSending = state.state === 'receiving';
  const done = isSending ? state.received : (figures?.file_bytes ?? 0);
  const isOver = state.state === 'done' || state.state === 'stopped';
  return (
    <>
      {!isOver && <progress max={size} value={done} aria-label={state.name} />}
      <p role="status">{wordsOf(state, size, figures)}</p>
      {isOver && figures !== null && <Outcome figures={figures} />}
    </>
  );
}

function wordsOf(state: ImportState, size: number, figures: ImportFigures | null): string {
  if (state.state === 'receiving') return t.sending(state.received, size);
  if (figures === null) return t.waiting;
  if (state.state === 'importing') return t.importing(figures.lines);
  if (state.state === 'stopped') return t.stopped;
  return figures.known_files > 0 ? t.known : t.done(figures.stored, figures.lines);
}

function Outcome({ figures }: { figures: ImportFigures }) {
  const isPartlyKnown = figures.known_files === 0 && figures.known_bytes > 0;
  return (
    <>
      {isPartlyKnown && <p>{t.partlyKnown(figures.known_bytes)}</p>}
      {Object.entries(figures.dropped).map(([reason, lines]) => (
        <div class="drop" key={reason}>
          <p>
            <strong>{t.dropped(reason, lines)}</strong>
          </p>
          {(figures.examples[reason] ?? []).slice(0, 1).map((example) => (
            <pre key={example}>{example}</pre>
          ))}
        </div>
      ))}
    </>
  );
}

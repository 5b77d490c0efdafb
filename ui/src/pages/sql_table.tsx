// Rows as a grid: sorted by a click on a column, gone through by arrow keys; the chosen cell is
// shown as a whole below, and copied from there or by Ctrl+C.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { copyText } from '../parts/copy';
import { cellText, columnKind, nextOrder, sortedRows, type Order } from '../sql_sort';
import { sqlTexts } from '../texts/sql';
import type { Cell, SqlAnswer } from '../types';

const t = sqlTexts;
const kRowsAtFirst = 200; // a browser is slow with ten thousand table rows, and nobody reads them
const kRowsMore = 1000;
const kTitleFrom = 40; // characters; shorter ones are not cut

interface Place {
  row: number;
  column: number;
}

const classOf = (type: string) => (columnKind(type) === 'number' ? 'number' : '');

const placeOf = (element: Element | null): Place | null => {
  const cell = element?.closest('td');
  const row = cell?.parentElement;
  if (!(cell instanceof HTMLTableCellElement) || !(row instanceof HTMLTableRowElement)) return null;
  return { row: row.sectionRowIndex, column: cell.cellIndex };
};

export function AnswerTable({ answer: { columns, rows } }: { answer: SqlAnswer }) {
  const [shown, setShown] = useState(kRowsAtFirst);
  const [order, setOrder] = useState<Order | null>(null);
  const [chosen, choose] = useState<Place | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const types = columns.map(({ type }) => type);
  const sorted = useMemo(() => sortedRows(rows, types, order), [rows, order]);
  const drawn = Math.min(shown, sorted.length);
  const more = Math.min(kRowsMore, sorted.length - drawn);
  const cell = chosen === null ? undefined : sorted[chosen.row]?.[chosen.column];

  const go = (row: number, column: number) => {
    const at = {
      row: Math.min(Math.max(row, 0), drawn - 1),
      column: Math.min(Math.max(column, 0), columns.length - 1),
    };
    choose(at);
    const element = body.current?.rows[at.row]?.cells[at.column];
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const onKey = (event: KeyboardEvent) => {
    if (chosen === null) return;
    const { row, column } = chosen;
    const isFar = event.ctrlKey || event.metaKey;
    const to: Record<string, Place> = {
      ArrowDown: { row: row + 1, column },
      ArrowUp: { row: row - 1, column },
      ArrowRight: { row, column: column + 1 },
      ArrowLeft: { row, column: column - 1 },
      PageDown: { row: row + 20, column },
      PageUp: { row: row - 20, column },
      Home: { row: isFar ? 0 : row, column: 0 },
      End: { row: isFar ? drawn - 1 : row, column: columns.length - 1 },
    };
    const place = to[event.key];
    if (place !== undefined) {
      event.preventDefault();
      go(place.row, place.column);
    } else if (event.key.toLowerCase() === 'c' && isFar && getSelection()?.isCollapsed !== false) {
      event.preventDefault();
      void copyText(cell === null || cell === undefined ? '' : cellText(cell));
    }
  };
  return (
    <>
      <div class="scroll tall" role="region" tabIndex={-1} aria-label={t.result}>
        <table class="plain cells" role="grid" aria-rowcount={sorted.length + 1}>
          <thead>
            <tr>
              {columns.map(({ name, type }, i) => (
                <Head
                  name={name}
                  type={type}
                  order={order?.column === i ? order : null}
                  onSort={() => setOrder(nextOrder(order, i, type))}
                  key={i}
                />
              ))}
            </tr>
          </thead>
          <tbody
            ref={body}
            onKeyDown={onKey}
            onFocusIn={(event) => choose(placeOf(event.target as Element))}
          >
            {sorted.slice(0, drawn).map((row, i) => (
              <tr key={i}>
                {row.map((value, at) => (
                  <td
                    class={classOf(types[at] ?? '')}
                    key={at}
                    tabIndex={isAt(chosen ?? { row: 0, column: 0 }, i, at) ? 0 : -1}
                    aria-selected={chosen !== null && isAt(chosen, i, at)}
                  >
                    <CellText cell={value} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p class="nothing">{t.noRows}</p>}
      </div>
      {chosen !== null && cell !== undefined && (
        <Whole name={columns[chosen.column]?.name ?? ''} cell={cell} />
      )}
      {more > 0 && (
        <p class="summary">
          <span>{t.shown(drawn, sorted.length)}</span>
          <button type="button" onClick={() => setShown(shown + kRowsMore)}>
            {t.moreRows(more)}
          </button>
        </p>
      )}
    </>
  );
}

const isAt = ({ row, column }: Place, i: number, at: number) => row === i && column === at;

function Head({
  name,
  type,
  order,
  onSort,
}: {
  name: string;
  type: string;
  order: Order | null;
  onSort: () => void;
}) {
  const sort = order === null ? 'none' : order.isDown ? 'descending' : 'ascending';
  return (
    <th scope="col" class={classOf(type)} aria-sort={sort}>
      <button type="button" title={t.sort(name)} onClick={onSort}>
        {name} <small>{type}</small>
        <span aria-hidden="true">{order === null ? '' : order.isDown ? '↓' : '↑'}</span>
      </button>
    </th>
  );
}

// Cut by the style sheet, never here.
function CellText({ cell }: { cell: Cell }) {
  if (cell === null) return <i class="null">{t.nullCell}</i>;
  const text = cellText(cell);
  return <span title={text.length > kTitleFrom ? text : undefined}>{text}</span>;
}

const kSaidMs = 2000;

function Whole({ name, cell }: { name: string; cell: Cell }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => setCopied(false), [cell]);
  const copy = async () => {
    setCopied(await copyText(cell === null ? '' : cellText(cell)));
    setTimeout(() => setCopied(false), kSaidMs);
  };
  return (
    <div class="whole" role="group" aria-label={t.cell}>
      <small>{name}</small>
      <pre tabIndex={0}>{cell === null ? <i class="null">{t.nullCell}</i> : cellText(cell)}</pre>
      <button type="button" onClick={() => void copy()}>
        <span aria-live="polite">{isCopied ? t.copied : t.copyCell}</span>
      </button>
    </div>
  );
}

// A row of bars, each with a word on it, and a table behind.
import { useState } from 'preact/hooks';
import { texts } from '../texts';

export interface Bar {
  value: number;
  title: string; // of the bar
  cells: string[]; // of the table's row
}
interface Props {
  label: string;
  bars: Bar[];
  slots: number; // how many there is room for; fewer stand on the left
  columns: string[];
}

const kStep = 10;
const kHeight = 60;

export function Bars({ label, bars, slots, columns }: Props) {
  const most = Math.max(...bars.map(({ value }) => value), 1e-9);
  const heightOf = (value: number) => Math.max(1, (value / most) * kHeight);
  return (
    <>
      <svg
        class="bar-chart"
        viewBox={`0 0 ${Math.max(slots, bars.length) * kStep} ${kHeight}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {bars.map(({ value, title }, i) => (
          <g key={i}>
            <title>{title}</title>
            <rect class="reach" x={i * kStep} y={0} width={kStep} height={kHeight} />
            <rect
              class="bar"
              x={i * kStep + 1}
              y={kHeight - heightOf(value)}
              width={kStep - 2}
              height={heightOf(value)}
            />
          </g>
        ))}
      </svg>
      <Behind {...{ label, columns }} rows={bars.map(({ cells }) => cells)} />
    </>
  );
}

interface BehindProps {
  label: string;
  columns: string[];
  rows: string[][]; // the first cell is what the row is of
}

// The numbers of a picture as a table, made when it is opened.
export function Behind(props: BehindProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="behind" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{texts.picture.asTable}</summary>
      {isOpen && <Table {...props} />}
    </details>
  );
}

function Table({ label, columns, rows }: BehindProps) {
  return (
    <div class="scroll" role="region" tabIndex={0} aria-label={label}>
      <table class="plain">
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th scope="col" class={i === 0 ? '' : 'number'} key={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, i) =>
                i === 0 ? (
                  <th scope="row" key={i}>
                    {cell}
                  </th>
                ) : (
                  <td class="number" key={i}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// The answer as lines over time or as bars, with the columns to draw chosen by hand.
import { useMemo, useState } from 'preact/hooks';
import {
  barsOf,
  columnsOf,
  isOverTime,
  kLinesMax,
  linesOf,
  valueText,
  type Bar,
  type Choice,
} from '../sql_chart';
import { sqlTexts } from '../texts/sql';
import type { SqlAnswer } from '../types';
import { TimeLines } from './sql_lines';

const t = sqlTexts.chart;

export function AnswerChart({ answer, first }: { answer: SqlAnswer; first: Choice }) {
  const [choice, choose] = useState(first);
  const isTime = isOverTime(answer.columns, choice);
  const title = (column: number) => answer.columns[column]?.name ?? '';
  const label = t.label(choice.ys.map(title).join(', '), title(choice.x));
  return (
    <div class="panel">
      <Choosers columns={answer.columns} choice={choice} isTime={isTime} onChoose={choose} />
      {isTime ? (
        <Over answer={answer} choice={choice} label={label} />
      ) : (
        <Bars answer={answer} choice={choice} label={label} />
      )}
    </div>
  );
}

interface ChoosersProps {
  columns: SqlAnswer['columns'];
  choice: Choice;
  isTime: boolean;
  onChoose: (choice: Choice) => void;
}

function Choosers({ columns, choice, isTime, onChoose }: ChoosersProps) {
  const options = (indexes: number[]) =>
    indexes.map((i) => (
      <option value={i} key={i}>
        {columns[i]?.name}
      </option>
    ));
  const numbers = columnsOf(columns, 'number').filter((column) => column !== choice.x);
  const isOne = !isTime || choice.by !== null;
  const setX = (x: number) => {
    const ys = choice.ys.filter((column) => column !== x);
    const other = columnsOf(columns, 'number').filter((column) => column !== x);
    onChoose({ ...choice, x, by: null, ys: ys.length > 0 ? ys : other.slice(0, 1) });
  };
  const toggle = (y: number) => {
    const has = choice.ys.includes(y);
    const ys = has ? choice.ys.filter((column) => column !== y) : [...choice.ys, y];
    if (ys.length > 0 && ys.length <= kLinesMax) onChoose({ ...choice, ys });
  };
  return (
    <div class="choosers">
      <label class="chooser">
        {t.x}
        <select value={choice.x} onChange={(event) => setX(Number(event.currentTarget.value))}>
          {options(columnsOf(columns, 'time', 'text', 'number'))}
        </select>
      </label>
      {isOne ? (
        <label class="chooser">
          {t.y}
          <select
            value={choice.ys[0] ?? 0}
            onChange={(event) => onChoose({ ...choice, ys: [Number(event.currentTarget.value)] })}
          >
            {options(numbers)}
          </select>
        </label>
      ) : (
        <div class="legend" role="group" aria-label={t.y}>
          {numbers.map((y) => (
            <label class={`swatch s${Math.max(choice.ys.indexOf(y), 0)}`} key={y}>
              <input
                type="checkbox"
                checked={choice.ys.includes(y)}
                onChange={() => toggle(y)}
              />
              {columns[y]?.name}
            </label>
          ))}
        </div>
      )}
      {isTime && columnsOf(columns, 'text').length > 0 && (
        <label class="chooser">
          {t.by}
          <select
            value={choice.by ?? -1}
            onChange={(event) => {
              const by = Number(event.currentTarget.value);
              onChoose({ ...choice, by: by < 0 ? null : by });
            }}
          >
            <option value={-1}>{t.none}</option>
            {options(columnsOf(columns, 'text'))}
          </select>
        </label>
      )}
    </div>
  );
}

interface DrawnProps {
  answer: SqlAnswer;
  choice: Choice;
  label: string;
}

function Over({ answer, choice, label }: DrawnProps) {
  const data = useMemo(() => linesOf(answer, choice), [answer, choice]);
  if (data.times.length === 0) return <p class="nothing">{t.nothing}</p>;
  return (
    <>
      {choice.by !== null && (
        <ul class="legend">
          {data.lines.map((line, i) => (
            <li class={`swatch s${i} plain-key`} key={line.title}>
              {line.title}
            </li>
          ))}
        </ul>
      )}
      <TimeLines data={data} label={label} />
      {data.left > 0 && <p class="hint">{t.left(data.left)}</p>}
    </>
  );
}

function Bars({ answer, choice, label }: DrawnProps) {
  const bars = barsOf(answer.rows, choice);
  const most = bars.reduce((max, { value }) => Math.max(max, Math.abs(value ?? 0)), 0);
  return (
    <>
      <table class="bars" aria-label={label}>
        <tbody>
          {bars.map((bar, i) => (
            <BarRow bar={bar} share={most === 0 ? 0 : Math.abs(bar.value ?? 0) / most} key={i} />
          ))}
        </tbody>
      </table>
      {bars.length < answer.rows.length && (
        <p class="hint">{t.bars(bars.length, answer.rows.length)}</p>
      )}
    </>
  );
}

function BarRow({ bar: { title, value }, share }: { bar: Bar; share: number }) {
  return (
    <tr>
      <th scope="row" title={title ?? undefined}>
        {title ?? <i class="null">{sqlTexts.nullCell}</i>}
      </th>
      <td class="track">
        <span
          class={value !== null && value < 0 ? 'bar below' : 'bar'}
          style={{ width: `${share * 100}%` }}
        />
      </td>
      <td class="number">{valueText(value)}</td>
    </tr>
  );
}

// Any answer, column by column.
import { inUnit, timeTitle } from '../format';
import { Term } from '../parts/term';
import { texts } from '../texts';
import type { AnswerColumn, Cell, Unit } from '../types';
import { approximately, conditionsOf, type PictureProps } from './picture';
import { ValueButton } from './value_cell';

const kColumnsOnPhone = 3; // the others are hidden there

export function DataTable({ report, answer, catalog, grain, onFilter }: PictureProps) {
  if (answer.rows.length === 0) return <p class="nothing">{texts.picture.empty}</p>;
  const unitOf = (column: AnswerColumn): Unit => column.unit ?? catalog.metric(column.name).unit;

  const classOf = (column: AnswerColumn, at: number) =>
    `${column.kind === 'metric' ? 'number' : ''} ${at < kColumnsOnPhone ? '' : 'extra'}`;
  const head = (column: AnswerColumn) => {
    if (column.kind === 'time') return texts.picture.time;
    if (column.kind === 'dimension') return catalog.dimension(column.name).title;
    const metric = catalog.metric(column.name);
    return <Term definition={metric.definition}>{metric.title}</Term>;
  };
  const body = (column: AnswerColumn, cell: Cell | undefined, row: Cell[]) => {
    if (column.kind === 'time') return timeTitle(String(cell), grain);
    if (column.kind === 'metric')
      return approximately(answer, column.name, cell) + inUnit(cell, unitOf(column));
    return (
      <ValueButton
        dimension={column.name}
        value={cell ?? null}
        row={conditionsOf(answer, row)}
        {...{ report, catalog, onFilter }}
      />
    );
  };
  return (
    <div class="scroll" role="region" tabIndex={0} aria-label={report.title}>
      <table class="plain">
        <thead>
          <tr>
            {answer.columns.map((column, at) => (
              <th scope="col" class={classOf(column, at)} key={column.name}>
                {head(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.rows.map((row, i) => (
            <tr key={i}>
              {answer.columns.map((column, at) => (
                <td class={classOf(column, at)} key={column.name}>
                  {body(column, row[at], row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// A dimension and its metrics, largest first: a bar behind each name, as long as its first metric.
import { inUnit } from '../format';
import { Term } from '../parts/term';
import { texts } from '../texts';
import type { Cell } from '../types';
import { approximately, conditionsOf, type PictureProps } from './picture';
import { ValueButton } from './value_cell';

const classOf = (metric: number) => (metric < 2 ? 'number' : 'number extra');
const numberOf = (cell: Cell | undefined) => (typeof cell === 'number' ? cell : 0);

export function Ranking({ report, answer, catalog, onFilter }: PictureProps) {
  const dimensionAt = answer.columns.findIndex((column) => column.kind === 'dimension');
  const dimension = answer.columns[dimensionAt]?.name ?? '';
  const metrics = answer.columns.flatMap((column, at) =>
    column.kind === 'metric' ? [{ at, ...catalog.metric(column.name) }] : [],
  );
  const first = metrics[0];
  if (answer.rows.length === 0 || first === undefined) {
    return <p class="nothing">{texts.picture.empty}</p>;
  }
  const most = Math.max(...answer.rows.map((row) => numberOf(row[first.at])), 0);
  return (
    <table class="ranking">
      <thead>
        <tr>
          <th scope="col">{catalog.dimension(dimension).title}</th>
          {metrics.map((metric, i) => (
            <th scope="col" class={classOf(i)} key={metric.name}>
              <Term definition={metric.definition}>{metric.title}</Term>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {answer.rows.map((row) => {
          const value = row[dimensionAt] ?? null;
          const width = most > 0 ? (numberOf(row[first.at]) / most) * 100 : 0;
          return (
            <tr key={String(value)}>
              <th scope="row">
                <span class="bar" style={{ width: `${width}%` }} />
                <ValueButton
                  {...{ dimension, value, report, catalog, onFilter }}
                  row={conditionsOf(answer, row)}
                />
              </th>
              {metrics.map((metric, i) => (
                <td class={classOf(i)} key={metric.name}>
                  {approximately(answer, metric.name, row[metric.at]) +
                    inUnit(row[metric.at], metric.unit)}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

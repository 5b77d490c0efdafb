// Two dimensions and a metric → a grid, the darker the more: hours of the week.
import { compact, inUnit } from '../format';
import { texts } from '../texts';
import type { Cell } from '../types';
import { valueTitle } from '../values';
import type { PictureProps } from './picture';

// All that a clock and a calendar have, whether something happened then or not.
const kWhole: Record<string, number[]> = {
  hour: Array.from({ length: 24 }, (_, hour) => hour),
  weekday: [1, 2, 3, 4, 5, 6, 7],
};

const keyOf = (row: Cell | undefined, column: Cell | undefined) => JSON.stringify([row, column]);

export function Heatmap({ report, answer, catalog }: PictureProps) {
  const [rowName = '', columnName = ''] = answer.columns
    .filter((column) => column.kind === 'dimension')
    .map((column) => column.name);
  const metricAt = answer.columns.findIndex((column) => column.kind === 'metric');
  const metric = catalog.metric(answer.columns[metricAt]?.name ?? '');
  const unit = answer.columns[metricAt]?.unit ?? metric.unit;
  const valuesOf = (at: number, name: string): Cell[] =>
    kWhole[name] ?? [...new Set(answer.rows.map((row) => row[at] ?? null))];
  const rows = valuesOf(0, rowName);
  const columns = valuesOf(1, columnName);
  const cells = new Map(answer.rows.map((row) => [keyOf(row[0], row[1]), row[metricAt]]));
  const most = Math.max(0, ...answer.rows.map((row) => Number(row[metricAt] ?? 0)));
  if (most === 0) return <p class="nothing">{texts.picture.empty}</p>;
  return (
    <table class="heatmap" aria-label={report.title}>
      <thead>
        <tr>
          <td />
          {columns.map((column) => (
            <th scope="col" key={String(column)}>
              {valueTitle(columnName, column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={String(row)}>
            <th scope="row">{valueTitle(rowName, row)}</th>
            {columns.map((column) => {
              const value = cells.get(keyOf(row, column)) ?? 0;
              const title = texts.picture.cell(
                valueTitle(rowName, row),
                valueTitle(columnName, column),
                inUnit(value, unit),
              );
              const heat = Number(value) / most;
              return (
                <td key={String(column)} title={title} style={{ '--heat': `${heat * 100}%` }}>
                  <span>{unit === 'count' ? compact(Number(value)) : inUnit(value, unit)}</span>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

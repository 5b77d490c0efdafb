// The table behind a chart: every step, and what it is compared with.
import { inUnit, timeTitle } from '../format';
import type { SeriesData } from '../series_data';
import { texts } from '../texts';
import type { Grain } from '../types';

interface Props {
  title: string;
  data: SeriesData;
  grain: Grain;
  zone: string;
}

export function SeriesTable({ title, data, grain, zone }: Props) {
  const columns = data.lines.flatMap((line) => [
    { title: line.title, values: line.values, unit: line.unit },
    ...(line.before === undefined
      ? []
      : [{ title: texts.picture.columnBefore(line.title), values: line.before, unit: line.unit }]),
  ]);
  return (
    <details class="behind">
      <summary>{texts.picture.asTable}</summary>
      <div class="scroll" role="region" tabIndex={0} aria-label={title}>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">
                {texts.picture.time} ({zone})
              </th>
              {columns.map((column) => (
                <th scope="col" class="number" key={column.title}>
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.times.map((time, step) => (
              <tr key={time}>
                <th scope="row">{timeTitle(time, grain)}</th>
                {columns.map((column) => (
                  <td class="number" key={column.title}>
                    {inUnit(column.values[step], column.unit)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

// Metrics over time → lines, with a legend that switches them and a table behind them.
import { useMemo, useState } from 'preact/hooks';
import { inUnit, timeTitle } from '../format';
import { nowMs } from '../clock';
import { Chart } from '../parts/chart';
import { Term } from '../parts/term';
import { texts } from '../texts';
import { hiddenAtFirst, seriesData, type SeriesData } from '../series_data';
import type { Grain } from '../types';
import type { PictureProps } from './picture';

export function Series({ report, answer, catalog, grain, zone }: PictureProps) {
  // The clock only matters when an answer comes, not every second.
  const data = useMemo(() => seriesData(answer, catalog, nowMs.peek()), [answer, catalog]);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const hidden = hiddenAtFirst(data.lines);
  const isShown = (name: string) => hidden.has(name) === toggled.has(name);
  const toggle = (name: string) => {
    const next = new Set(toggled);
    if (!next.delete(name)) next.add(name);
    setToggled(next);
  };
  const drawnGrain = answer.query?.grain ?? grain;
  const isEmpty = data.lines.every((line) => line.values.every((value) => value === null));
  return (
    <div class="series">
      {data.lines.length > 1 && <Legend {...{ data, isShown, toggle }} />}
      <Chart
        data={data}
        grain={drawnGrain}
        shown={data.lines.filter((line) => isShown(line.name)).map((line) => line.name)}
        label={labelOf(report.title, data, drawnGrain)}
        nothing={isEmpty ? texts.picture.empty : null}
      />
      <details class="behind">
        <summary>{texts.picture.asTable}</summary>
        <SeriesTable title={report.title} data={data} grain={drawnGrain} zone={zone} />
      </details>
    </div>
  );
}

function Legend({
  data,
  isShown,
  toggle,
}: {
  data: SeriesData;
  isShown: (name: string) => boolean;
  toggle: (name: string) => void;
}) {
  return (
    <ul class="legend">
      {data.lines.map((line, i) => (
        <li class={`swatch s${i}`} key={line.name}>
          <input
            type="checkbox"
            checked={isShown(line.name)}
            aria-label={texts.picture.show(line.title)}
            onChange={() => toggle(line.name)}
          />
          <Term definition={line.definition}>{line.title}</Term>
        </li>
      ))}
    </ul>
  );
}

function labelOf(title: string, data: SeriesData, grain: Grain): string {
  const first = data.times[0];
  const last = data.times[data.times.length - 1];
  if (first === undefined || last === undefined) return title;
  return texts.picture.chart(title, timeTitle(first, grain), timeTitle(last, grain));
}

function SeriesTable({
  title,
  data,
  grain,
  zone,
}: {
  title: string;
  data: SeriesData;
  grain: Grain;
  zone: string;
}) {
  return (
    <div class="scroll" role="region" tabIndex={0} aria-label={title}>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">
              {texts.picture.time} ({zone})
            </th>
            {data.lines.map((line) => (
              <th scope="col" class="number" key={line.name}>
                {line.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.times.map((time, step) => (
            <tr key={time}>
              <th scope="row">{timeTitle(time, grain)}</th>
              {data.lines.map((line) => (
                <td class="number" key={line.name}>
                  {inUnit(line.values[step], line.unit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

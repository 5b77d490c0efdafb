// Metrics over time → lines, with a legend that switches them and a table behind them.
import { useMemo, useState } from 'preact/hooks';
import { nowMs } from '../clock';
import { timeTitle } from '../format';
import { Chart } from '../parts/chart';
import { SeriesTable } from '../parts/series_table';
import { Term } from '../parts/term';
import { isUnfinished } from '../range';
import { hiddenAtFirst, seriesData, type SeriesData } from '../series_data';
import { texts } from '../texts';
import type { Answer, Grain } from '../types';
import type { PictureProps } from './picture';

export function labelOf(title: string, data: SeriesData, grain: Grain): string {
  const first = data.times[0];
  const last = data.times[data.times.length - 1];
  if (first === undefined || last === undefined) return title;
  return texts.picture.chart(title, timeTitle(first, grain), timeTitle(last, grain));
}

export function isLastUnfinished(data: SeriesData, grain: Grain, answer: Answer): boolean {
  const last = data.times[data.times.length - 1];
  return (
    last !== undefined && isUnfinished(last, grain, nowMs.peek(), answer.time_zone ?? 'UTC')
  );
}

export const isWithoutValues = (data: SeriesData): boolean =>
  data.lines.every((line) => line.values.every((value) => value === null));

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
  const look = {
    data,
    shown: data.lines.filter((line) => isShown(line.name)).map((line) => line.name),
    grain: drawnGrain,
    hasOwnAxes: false,
    isUnfinished: isLastUnfinished(data, drawnGrain, answer),
  };
  return (
    <div class="series">
      {data.lines.length > 1 && <Legend {...{ data, isShown, toggle }} />}
      <Chart
        look={look}
        label={labelOf(report.title, data, drawnGrain)}
        nothing={isWithoutValues(data) ? texts.picture.empty : null}
      />
      <SeriesTable title={report.title} data={data} grain={drawnGrain} zone={zone} />
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

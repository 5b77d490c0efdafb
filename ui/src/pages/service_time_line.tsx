// The big time line: a metric or two over the range, beside the time before; a stretch of it that
// is dragged over becomes the range.
import { useMemo } from 'preact/hooks';
import type { Loaded } from '../answers';
import type { Catalog } from '../catalog';
import { nowMs } from '../clock';
import { isLastUnfinished, isWithoutValues, labelOf } from '../kinds/series';
import { Chart } from '../parts/chart';
import { MarkerLines, MarkerMenu, type Markers } from '../parts/markers';
import { PanelMenu } from '../parts/panel_menu';
import { Segments } from '../parts/segments';
import { SeriesTable } from '../parts/series_table';
import { Skeleton } from '../parts/skeleton';
import { grainsOf, stretchOf } from '../range';
import { isShared } from '../route';
import { seriesData } from '../series_data';
import { texts } from '../texts';
import type { Answer, Grain, Report } from '../types';
import type { View } from '../view';

const t = texts.service;
const kChartRows = 9; // of a skeleton: as high as a chart with its table

interface Props {
  report: Report;
  loaded: Loaded;
  catalog: Catalog;
  metrics: string[]; // of all that can be shown over time
  view: View;
  grain: Grain;
  days: number | null;
  zone: string;
  today: string;
  markers: Markers;
  onView: (view: View) => void;
}

export function TimeLine(props: Props) {
  const { report, loaded, view, grain, days, onView } = props;
  const { reply } = loaded;
  const isAnswer = reply !== undefined && !('error' in reply);
  const grains = grainsOf(days);
  return (
    <section
      class={loaded.isStale && loaded.isSlow ? 'panel time-line stale' : 'panel time-line'}
      aria-labelledby="time-line"
      aria-busy={loaded.isStale}
    >
      <header class="panel-head">
        <h2 id="time-line" class="unseen">
          {report.title}
        </h2>
        <Picker {...props} />
        <span class="spring" />
        {grains.length > 1 && (
          <Segments
            label={t.grains.label}
            options={grains}
            names={t.grains}
            value={grain}
            onChange={(next) => onView({ ...view, grain: next })}
          />
        )}
        {!isShared && (
          <MarkerMenu markers={props.markers} zone={props.zone} today={props.today} />
        )}
        <PanelMenu report={report} loaded={loaded} />
      </header>
      <div class="body">
        {reply === undefined && <Skeleton rows={kChartRows} isVisible={loaded.isSlow} />}
        {reply !== undefined && 'error' in reply && <p class="failed">{reply.error.message}</p>}
        {isAnswer && <Lines {...props} answer={reply} />}
      </div>
    </section>
  );
}

// Which metrics: the first always, the second if wanted.
function Picker({ report, view, catalog, metrics, onView }: Props) {
  const shown = view.metrics.length > 0 ? view.metrics : report.query.metrics;
  const [first = '', second = ''] = shown;
  const show = (one: string, other: string) => {
    const next = [one, other].filter((name, at, all) => name !== '' && all.indexOf(name) === at);
    onView({ ...view, metrics: next.join() === report.query.metrics.join() ? [] : next });
  };
  const options = (without: string) =>
    metrics
      .filter((name) => name !== without)
      .map((name) => (
        <option key={name} value={name}>
          {catalog.metric(name).title}
        </option>
      ));
  return (
    <div class="picker">
      <span class="swatch s0">
        <select
          aria-label={t.metric}
          value={first}
          onChange={(event) => show(event.currentTarget.value, second)}
        >
          {options(second)}
        </select>
      </span>
      <span class={second === '' ? 'swatch none' : 'swatch s1'}>
        <select
          aria-label={t.second}
          value={second}
          onChange={(event) => show(first, event.currentTarget.value)}
        >
          <option value="">{t.noSecond}</option>
          {options(first)}
        </select>
      </span>
    </div>
  );
}

function Lines({ report, answer, catalog, zone, view, grain, markers, onView }: Props & { answer: Answer }) {
  const data = useMemo(() => seriesData(answer, catalog, nowMs.peek()), [answer, catalog]);
  const drawn = answer.query.grain ?? grain;
  const title = data.lines.map((line) => line.title).join(', ');
  const look = {
    data,
    shown: data.lines.map((line) => line.name),
    grain: drawn,
    hasOwnAxes: true,
    isUnfinished: isLastUnfinished(data, drawn, answer),
  };
  const zoom = (first: number, last: number) => {
    const range = stretchOf(data.times, drawn, first, last);
    if (range !== null) onView({ ...view, range, grain: null });
  };
  return (
    <div class="series">
      <Chart
        look={look}
        label={labelOf(title, data, drawn)}
        nothing={isWithoutValues(data) ? texts.picture.empty : null}
        onBrush={zoom}
      >
        <MarkerLines markers={markers.list} times={data.times} zone={zone} />
      </Chart>
      <SeriesTable title={report.title} data={data} grain={drawn} zone={zone} />
    </div>
  );
}

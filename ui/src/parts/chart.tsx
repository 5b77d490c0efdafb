// A line chart of fixed height that follows the width it is given, with the values under the
// pointer beside it.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { inUnit, timeTitle } from '../format';
import type { SeriesData } from '../series_data';
import { isDark } from '../theme';
import type { Grain } from '../types';
import { chartData, chartOptions, type Colours } from './chart_options';

type Plot = typeof uPlot;
let plot: Promise<Plot> | undefined;

// Called early too, so that it is under way while the numbers are asked for.
export const loadPlot = (): Promise<Plot> =>
  (plot ??= import('./plot').then((file) => file.default));

function usePlot(): Plot | undefined {
  const [loaded, setLoaded] = useState<{ plot: Plot } | undefined>(undefined);
  useEffect(() => {
    let isWanted = true;
    const keep = (plot: Plot) => {
      if (isWanted) setLoaded({ plot });
    };
    // The table behind the chart stays; a reload of the page tries again.
    loadPlot().then(keep, () => undefined);
    return () => {
      isWanted = false;
    };
  }, []);
  return loaded?.plot;
}

const kHeight = 220; // as in pictures.css
const kColours = 8;

// The tokens say light-dark(…, …), which only an element resolves.
function colourOf(element: HTMLElement, token: string): string {
  element.style.color = `var(${token})`;
  const colour = getComputedStyle(element).color;
  element.style.color = '';
  return colour;
}

const coloursOf = (element: HTMLElement): Colours => ({
  lines: Array.from({ length: kColours }, (_, i) => colourOf(element, `--s${i}`)),
  text: colourOf(element, '--muted'),
  grid: colourOf(element, '--line'),
  fill: colourOf(element, '--s0-fill'),
});

interface Props {
  data: SeriesData;
  shown: string[];
  grain: Grain;
  label: string;
  nothing: string | null;
}

export function Chart({ data, shown, grain, label, nothing }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<{ step: number; left: number } | null>(null);
  const dark = isDark.value;
  const Plot = usePlot();

  // Drawn anew whenever anything changes: it takes about a millisecond.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || Plot === undefined || nothing !== null) return undefined;
    const onStep = (step: number | null, left: number) =>
      setHover(step === null || left < 0 ? null : { step, left });
    const size = { width: Math.max(element.clientWidth, 100), height: kHeight };
    const options = chartOptions(data, shown, grain, coloursOf(element), size, onStep);
    const plot = new Plot(options, chartData(data), element);
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(element.clientWidth, 100), height: kHeight }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [data, shown.join(), grain, dark, nothing, Plot]);

  return (
    <div class="chart" role="img" aria-label={label}>
      <div class="canvas" ref={box} />
      {nothing !== null && <p class="nothing">{nothing}</p>}
      {nothing === null && hover !== null && <Readout {...{ data, shown, grain }} {...hover} />}
    </div>
  );
}

const kAxisPx = 54;
const kGapPx = 14;

// The values of the step under the pointer; on its right until that would leave the chart.
function Readout({
  data,
  shown,
  grain,
  step,
  left,
}: {
  data: SeriesData;
  shown: string[];
  grain: Grain;
  step: number;
  left: number;
}) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    const chart = element?.parentElement;
    if (element === null || chart === null || chart === undefined) return;
    const width = element.offsetWidth;
    const right = kAxisPx + left + kGapPx;
    const x = right + width > chart.clientWidth ? right - width - 2 * kGapPx : right;
    element.style.transform = `translateX(${Math.max(0, x)}px)`;
  });
  const time = data.times[step];
  if (time === undefined) return null;
  return (
    <div class="readout" ref={box}>
      <strong>{timeTitle(time, grain)}</strong>
      {data.lines.map((line, i) =>
        shown.includes(line.name) ? (
          <div class={`swatch s${i}`} key={line.name}>
            <span>{line.title}</span>
            <b>{inUnit(line.values[step], line.unit)}</b>
          </div>
        ) : null,
      )}
    </div>
  );
}

// Lines over true time: the steps of a person's question may be of any length.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { compact, exact, timeTick } from '../format';
import { valueText, type Lines } from '../sql_chart';
import { isDark } from '../theme';

const kHeight = 300; // as in sql.css
const kFont = '11px system-ui, sans-serif';
const kColours = 8;
// 1, 2, 5, 10, … of any size: nothing that has to be rounded under the axis.
const kSteps = Array.from({ length: 25 }, (_, e) => [1, 2, 5].map((n) => n * 10 ** (e - 9))).flat();

type Plot = typeof uPlot;

function usePlot(): Plot | null {
  const [loaded, setLoaded] = useState<{ plot: Plot } | null>(null);
  useEffect(() => {
    let isWanted = true;
    // The table stays; a reload of the page tries again.
    import('../parts/plot').then(
      (file) => isWanted && setLoaded({ plot: file.default }),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, []);
  return loaded?.plot ?? null;
}

// The tokens say light-dark(…, …), which only an element resolves.
function colourOf(element: HTMLElement, token: string): string {
  element.style.color = `var(${token})`;
  const colour = getComputedStyle(element).color;
  element.style.color = '';
  return colour;
}

// From zero, unless something is below: a chart that starts elsewhere makes every wobble a cliff.
const withZero = (_: uPlot, min: number | null, max: number | null): [number, number] => {
  const top = Math.max(max ?? 0, 0);
  const bottom = Math.min(min ?? 0, 0);
  return top === bottom ? [bottom, bottom + 1] : [bottom * 1.08, top * 1.08];
};

// "14:00", "23 Nov", and a new year by its number.
function tickText(seconds: number): string {
  const at = new Date(seconds * 1000).toISOString();
  if (at.slice(5, 16) === '01-01T00:00') return at.slice(0, 4);
  return timeTick(at, at.slice(11, 16) === '00:00' ? 'day' : 'hour');
}

function optionsFor(
  Plot: Plot,
  data: Lines,
  element: HTMLElement,
  onStep: (step: number | null) => void,
): uPlot.Options {
  const text = colourOf(element, '--muted');
  const grid = colourOf(element, '--line');
  return {
    width: Math.max(element.clientWidth, 100),
    height: kHeight,
    padding: [8, 22, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 } },
    // What times are is said by the statement: as they are written, which is UTC.
    tzDate: (at) => Plot.tzDate(new Date(at * 1000), 'Etc/UTC'),
    scales: { y: { range: withZero } },
    axes: [
      {
        stroke: text,
        font: kFont,
        size: 28,
        gap: 6,
        space: 62,
        grid: { show: false },
        ticks: { stroke: grid, size: 4 },
        values: (_, splits) => splits.map(tickText),
      },
      {
        stroke: text,
        font: kFont,
        size: 58,
        gap: 6,
        incrs: kSteps,
        grid: { stroke: grid, width: 1 },
        ticks: { show: false },
        values: (_, splits) => splits.map(compact),
      },
    ],
    series: [
      {},
      ...data.lines.map(({ title }, i) => {
        const stroke = colourOf(element, `--s${i % kColours}`);
        const points = { show: data.times.length < 60, size: 5, fill: stroke };
        return { label: title, stroke, width: 2, points, spanGaps: true };
      }),
    ],
    hooks: {
      setCursor: [(plot) => onStep((plot.cursor.left ?? -1) < 0 ? null : (plot.cursor.idx ?? null))],
    },
  };
}

export function TimeLines({ data, label }: { data: Lines; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const [step, setStep] = useState<number | null>(null);
  const dark = isDark.value;
  const Plot = usePlot();

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || Plot === null) return undefined;
    const values = [data.times, ...data.lines.map((line) => line.values)] as uPlot.AlignedData;
    const plot = new Plot(optionsFor(Plot, data, element, setStep), values, element);
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(element.clientWidth, 100), height: kHeight }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      setStep(null);
    };
  }, [data, dark, Plot]);

  return (
    <div class="lines" role="img" aria-label={label}>
      <div class="canvas" ref={box} />
      {step !== null && <Readout data={data} step={step} />}
    </div>
  );
}

// On the side where the pointer is not.
function Readout({ data, step }: { data: Lines; step: number }) {
  const time = data.times[step];
  if (time === undefined) return null;
  const isLeft = step > data.times.length / 2;
  const at = new Date(time * 1000).toISOString();
  return (
    <div class={isLeft ? 'readout at-left' : 'readout at-right'}>
      <strong>{data.hasClock ? exact(at) : at.slice(0, 10)}</strong>
      {data.lines.map(({ title, values }, i) => (
        <div class={`swatch s${i}`} key={i}>
          <span>{title}</span>
          <b>{valueText(values[step])}</b>
        </div>
      ))}
    </div>
  );
}

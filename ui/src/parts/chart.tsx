// A line chart of fixed height that follows the width it is given, with the values under the
// pointer beside it.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { isDark } from '../theme';
import {
  axesOf,
  chartData,
  chartOptions,
  kAxisPx,
  kRightPx,
  type ChartLook,
  type Colours,
} from './chart_options';
import { Readout } from './readout';

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
function colourOf(element: HTMLElement, colour: string): string {
  element.style.color = colour;
  const resolved = getComputedStyle(element).color;
  element.style.color = '';
  return resolved;
}

// Asked once per theme: each of them makes the browser work out the style of the whole page.
const known = new Map<boolean, Colours>();
function coloursOf(element: HTMLElement, dark: boolean): Colours {
  const colours = known.get(dark) ?? readColours(element);
  known.set(dark, colours);
  return colours;
}

function readColours(element: HTMLElement): Colours {
  const all = Array.from({ length: kColours }, (_, i) => `var(--s${i})`);
  const faint = (colour: string) => `color-mix(in srgb, ${colour} 42%, var(--surface))`;
  return {
    lines: all.map((colour) => colourOf(element, colour)),
    faint: all.map((colour) => colourOf(element, faint(colour))),
    text: colourOf(element, 'var(--muted)'),
    grid: colourOf(element, 'var(--line)'),
    fill: colourOf(element, 'var(--s0-fill)'),
  };
}

interface Props {
  look: ChartLook;
  label: string;
  nothing: string | null;
  onBrush?: (first: number, last: number) => void;
  children?: ComponentChildren; // lies over the plot: marks of moments
}

export function Chart({ look, label, nothing, onBrush, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<{ step: number; left: number } | null>(null);
  const latest = useRef(onBrush);
  latest.current = onBrush;
  const dark = isDark.value;
  const Plot = usePlot();
  const { data, shown, grain, hasOwnAxes, isUnfinished } = look;
  const canBrush = onBrush !== undefined;

  // Drawn anew whenever anything changes: it takes about a millisecond.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || Plot === undefined || nothing !== null) return undefined;
    const events = {
      onStep: (step: number | null, left: number) =>
        setHover(step === null || left < 0 ? null : { step, left }),
      onBrush: canBrush
        ? (first: number, last: number) => latest.current?.(first, last)
        : undefined,
    };
    const size = { width: Math.max(element.clientWidth, 100), height: kHeight };
    const drawn = new Plot(
      chartOptions(look, coloursOf(element, dark), size, events),
      chartData(look),
      element,
    );
    const observer = new ResizeObserver(() =>
      drawn.setSize({ width: Math.max(element.clientWidth, 100), height: kHeight }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.destroy();
    };
  }, [data, shown.join(), grain, hasOwnAxes, isUnfinished, dark, nothing, Plot, canBrush]);

  const right = axesOf(look).length > 1 ? kAxisPx : kRightPx;
  return (
    <div class={canBrush ? 'chart brush' : 'chart'}>
      <div class="canvas" ref={box} role="img" aria-label={label} />
      {nothing === null && children !== undefined && (
        <div class="over" style={{ left: `${kAxisPx}px`, right: `${right}px` }}>
          {children}
        </div>
      )}
      {nothing !== null && <p class="nothing">{nothing}</p>}
      {nothing === null && hover !== null && <Readout look={look} {...hover} />}
    </div>
  );
}

// The values of the step under the pointer; on its right until that would leave the chart.
import { useEffect, useRef } from 'preact/hooks';
import { inUnit, timeTitle } from '../format';
import { texts } from '../texts';
import { kAxisPx, type ChartLook } from './chart_options';

const kGapPx = 14;

interface Props {
  look: ChartLook;
  step: number;
  left: number;
}

export function Readout({ look, step, left }: Props) {
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
  const { data, grain, shown, isUnfinished } = look;
  const time = data.times[step];
  if (time === undefined) return null;
  const beforeTime = data.beforeTimes?.[step];
  const isNow = isUnfinished && step === data.times.length - 1;
  const lines = data.lines.map((line, at) => ({ line, at }));
  const visible = lines.filter(({ line }) => shown.includes(line.name));
  return (
    <div class="readout" ref={box}>
      <strong>
        {timeTitle(time, grain)}
        {isNow && <small> {texts.picture.unfinished}</small>}
      </strong>
      {visible.map(({ line, at }) => (
        <div class={`swatch s${at}`} key={line.name}>
          <span>{line.title}</span>
          <b>{inUnit(line.values[step], line.unit)}</b>
        </div>
      ))}
      {beforeTime !== undefined && (
        <>
          <strong class="earlier">{timeTitle(beforeTime, grain)}</strong>
          {visible.map(({ line, at }) => (
            <div class={`swatch faint s${at}`} key={line.name}>
              <span>{line.title}</span>
              <b>{inUnit(line.before?.[step], line.unit)}</b>
            </div>
          ))}
        </>
      )}
    </div>
  );
}

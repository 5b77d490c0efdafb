// Thirty minutes as thirty pairs of bars: page views behind, visitors before them.
import { timeTick } from '../format';
import { texts } from '../texts';
import type { Answer, ErrorBody } from '../types';

const kStep = 20; // of the drawing's own units
const kHeight = 96;
const t = texts.live;

interface Minute {
  time: string;
  visitors: number;
  pageViews: number;
}

function minutesOf(answer: Answer | ErrorBody | undefined): Minute[] {
  if (answer === undefined || 'error' in answer) return [];
  const at = (name: string) => answer.columns.findIndex((column) => column.name === name);
  const timeAt = answer.columns.findIndex((column) => column.kind === 'time');
  const [visitorsAt, pageViewsAt] = [at('visitors'), at('page_views')];
  return answer.rows.map((row) => ({
    time: String(row[timeAt]),
    visitors: Number(row[visitorsAt] ?? 0),
    pageViews: Number(row[pageViewsAt] ?? 0),
  }));
}

export function Minutes({
  answer,
  zone,
}: {
  answer: Answer | ErrorBody | undefined;
  zone: string;
}) {
  const minutes = minutesOf(answer);
  const most = Math.max(1, ...minutes.map(({ visitors, pageViews }) => Math.max(visitors, pageViews)));
  return (
    <section class="panel live-minutes" aria-label={t.minutes}>
      <h3>{t.minutes}</h3>
      <ul class="legend">
        <li class="swatch s0">{t.visitors}</li>
        <li class="swatch pale">{t.pageViews}</li>
      </ul>
      {answer !== undefined && 'error' in answer && <p class="failed">{answer.error.message}</p>}
      <div class="minutes-picture">
        <span class="most" aria-hidden="true">
          {most}
        </span>
        <Bars minutes={minutes} most={most} />
        <p class="axis" aria-hidden="true">
          <span>{minutes[0] === undefined ? '' : timeTick(minutes[0].time, 'minute')}</span>
          <span>{t.thisMinute}</span>
        </p>
      </div>
      {minutes.length > 0 && <Table minutes={minutes} zone={zone} />}
    </section>
  );
}

function Bars({ minutes, most }: { minutes: Minute[]; most: number }) {
  const heightOf = (value: number) => (value === 0 ? 0 : Math.max(2, (value / most) * kHeight));
  const width = Math.max(1, minutes.length) * kStep;
  return (
    <svg
      viewBox={`0 0 ${width} ${kHeight}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t.minutes}
    >
      {minutes.map((minute, i) => {
        const bar = (kind: string, value: number, inset: number) => (
          <rect
            class={kind}
            x={i * kStep + inset}
            y={kHeight - heightOf(value)}
            width={kStep - 2 * inset}
            height={heightOf(value)}
          />
        );
        return (
          <g class={i === minutes.length - 1 ? 'open' : ''} key={minute.time}>
            <title>{t.minute(timeTick(minute.time, 'minute'), minute.visitors, minute.pageViews)}</title>
            <rect class="reach" x={i * kStep} y={0} width={kStep} height={kHeight} />
            {bar('views', minute.pageViews, 2)}
            {bar('people', minute.visitors, 5)}
          </g>
        );
      })}
    </svg>
  );
}

function Table({ minutes, zone }: { minutes: Minute[]; zone: string }) {
  return (
    <details class="behind">
      <summary>{texts.picture.asTable}</summary>
      <div class="scroll" role="region" tabIndex={0} aria-label={t.minutes}>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">
                {texts.picture.time} ({zone})
              </th>
              <th scope="col" class="number">
                {t.visitors}
              </th>
              <th scope="col" class="number">
                {t.pageViews}
              </th>
            </tr>
          </thead>
          <tbody>
            {minutes.map(({ time, visitors, pageViews }) => (
              <tr key={time}>
                <th scope="row">{timeTick(time, 'minute')}</th>
                <td class="number">{visitors}</td>
                <td class="number">{pageViews}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

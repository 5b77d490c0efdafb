// Thirty days as thirty bars, the last one today. Drawn as SVG: a chart library per card would be
// heavier than the picture.
import { timeTitle } from '../format';
import { texts } from '../texts';
import type { ServiceDay } from '../types';

const kBar = 7;
const kGap = 3;
const kHeight = 44;

export function Sparkline({ days }: { days: ServiceDay[] }) {
  const most = Math.max(1, ...days.map((day) => day.visitors));
  const total = days.reduce((sum, day) => sum + day.visitors, 0);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${days.length * (kBar + kGap) - kGap} ${kHeight}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={texts.overview.spark(total, most)}
    >
      {days.map((day, i) => {
        // A day with one visitor among thousands must not look like a day with none.
        const height = day.visitors === 0 ? 1 : Math.max(2.5, (day.visitors / most) * kHeight);
        const kind = day.visitors === 0 ? 'none' : i === days.length - 1 ? 'today' : 'day';
        return (
          <g key={day.date}>
            <title>{texts.overview.bar(timeTitle(day.date, 'day'), day.visitors)}</title>
            <rect class="reach" x={i * (kBar + kGap)} y={0} width={kBar + kGap} height={kHeight} />
            <rect
              class={kind}
              x={i * (kBar + kGap)}
              y={kHeight - height}
              width={kBar}
              height={height}
              rx={1}
            />
          </g>
        );
      })}
    </svg>
  );
}

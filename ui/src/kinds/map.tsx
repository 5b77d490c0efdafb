// Countries and a metric → a map of the world, the darker the more, with the ranking behind it.
import { useEffect, useState } from 'preact/hooks';
import { inUnit } from '../format';
import { texts } from '../texts';
import type { Answer, Cell } from '../types';
import { valueTitle } from '../values';
import { DataTable } from './table';
import type { PictureProps } from './picture';

type World = typeof import('../parts/world_map');
let world: Promise<World> | undefined;

function useWorld(): World | undefined {
  const [loaded, setLoaded] = useState<World | undefined>(undefined);
  useEffect(() => {
    let isWanted = true;
    world ??= import('../parts/world_map');
    // The table behind the map stays; a reload of the page tries again.
    world.then((file) => isWanted && setLoaded(file)).catch(() => undefined);
    return () => {
      isWanted = false;
    };
  }, []);
  return loaded;
}

// By the square root: one country with most of the visitors must not leave the others white.
const heatOf = (value: number, most: number) => (most > 0 ? Math.sqrt(value / most) * 100 : 0);

interface Tip {
  code: string;
  left: number;
  top: number;
}

const numberOf = (cell: Cell | undefined) => (typeof cell === 'number' ? cell : 0);

// The first dimension is the country.
function countriesOf(answer: Answer): Map<string, Cell[]> {
  return new Map(
    answer.rows.flatMap((row) => (typeof row[0] === 'string' ? [[row[0], row] as const] : [])),
  );
}

export function WorldMap(props: PictureProps) {
  const { report, answer, catalog, onFilter } = props;
  const world = useWorld();
  const [tip, setTip] = useState<Tip | null>(null);
  const dimension = answer.columns[0]?.name ?? '';
  const metrics = answer.columns.flatMap((column, at) =>
    column.kind === 'metric' ? [{ at, ...catalog.metric(column.name) }] : [],
  );
  const first = metrics[0]?.at ?? 1;
  const countries = countriesOf(answer);
  const most = Math.max(0, ...[...countries.values()].map((row) => numberOf(row[first])));
  const point = (event: MouseEvent, code: string) => {
    const box = (event.currentTarget as Element).closest('.map')?.getBoundingClientRect();
    if (box !== undefined)
      setTip({ code, left: event.clientX - box.left, top: event.clientY - box.top });
  };
  return (
    <div class="world">
      <div class="map" onMouseLeave={() => setTip(null)}>
        {world !== undefined && (
          <svg
            viewBox={`0 0 ${world.width} ${world.height}`}
            role="img"
            aria-label={texts.picture.map(report.title, countries.size)}
          >
            {Object.entries(world.shapes).map(([code, path]) => {
              const value = numberOf(countries.get(code)?.[first]);
              return (
                <path
                  key={code}
                  d={path}
                  class={value > 0 ? 'some' : undefined}
                  style={{ '--heat': `${heatOf(value, most)}%` }}
                  onMouseMove={(event) => point(event, code)}
                  onClick={(event) => onFilter(dimension, code, event.shiftKey)}
                />
              );
            })}
          </svg>
        )}
        {tip !== null && (
          <div class="readout" style={placeOf(tip)}>
            <strong>{valueTitle(dimension, tip.code)}</strong>
            {metrics.map((metric) => (
              <div key={metric.name} class="pair">
                <span>{metric.title}</span>
                <b>{inUnit(countries.get(tip.code)?.[metric.at] ?? 0, metric.unit)}</b>
              </div>
            ))}
          </div>
        )}
      </div>
      {answer.rows.length === 0 ? (
        <p class="nothing">{texts.picture.empty}</p>
      ) : (
        <details class="behind">
          <summary>{texts.picture.asTable}</summary>
          <div class="tall">
            <DataTable {...props} />
          </div>
        </details>
      )}
    </div>
  );
}

// Beside the pointer, on the side where there is room.
const placeOf = ({ left, top }: Tip) => ({
  left: `${left}px`,
  top: `${top}px`,
  translate: `${left > 260 ? 'calc(-100% - 12px)' : '12px'} -50%`,
});

// One row of metrics → tiles.
import { bigCount, change, count, inUnit } from '../format';
import { Stat } from '../parts/stat';
import { texts } from '../texts';
import { approximately, type PictureProps } from './picture';

export function Numbers({ answer, catalog }: PictureProps) {
  const row = answer.rows[0] ?? [];
  const before = answer.compare?.rows[0];
  return (
    <dl class="stats">
      {answer.columns.map((column, i) => {
        if (column.kind !== 'metric') return null;
        const metric = catalog.metric(column.name);
        const unit = column.unit ?? metric.unit;
        const value = row[i];
        const isCount = unit === 'count' && typeof value === 'number';
        return (
          <Stat
            key={column.name}
            title={metric.title}
            definition={metric.definition}
            value={approximately(answer, column.name) + (isCount ? bigCount(value) : inUnit(value, unit))}
            change={change(value, before?.[i], unit)}
            before={texts.picture.before(inUnit(before?.[i], unit))}
            full={isCount ? count(value) : undefined}
          />
        );
      })}
    </dl>
  );
}

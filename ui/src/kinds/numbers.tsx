// One row of metrics → tiles, each with its change; a tile puts its metric on the time line.
import type { Catalog } from '../catalog';
import { bigCount, change, count, inUnit } from '../format';
import { Stat, type StatProps } from '../parts/stat';
import { texts } from '../texts';
import type { Answer, AnswerColumn, Metric } from '../types';
import { approximately, type PictureProps } from './picture';

// A change that is good news is green, whichever way it goes.
function toneOf(metric: Metric, text: string): 'good' | 'bad' | undefined {
  const isUp = /^[+×]/.test(text);
  const isDown = text.startsWith('\u2212');
  if ((!isUp && !isDown) || metric.better === undefined || metric.better === 'neither')
    return undefined;
  return isUp === (metric.better === 'more') ? 'good' : 'bad';
}

function tileOf(answer: Answer, catalog: Catalog, column: AnswerColumn, at: number): StatProps {
  const metric = catalog.metric(column.name);
  const unit = column.unit ?? metric.unit;
  const value = answer.rows[0]?.[at];
  const before = answer.compare?.rows[0]?.[at];
  const isCount = unit === 'count' && typeof value === 'number';
  const by = metric.is_over_time === false ? '' : change(value, before, unit);
  return {
    title: metric.title,
    definition: metric.definition,
    value: approximately(answer, column.name, value) + (isCount ? bigCount(value) : inUnit(value, unit)),
    full: isCount ? count(value) : undefined,
    change: by,
    changeTone: toneOf(metric, by),
    before: before === undefined ? '' : texts.picture.before(inUnit(before, unit)),
  };
}

export function Numbers({ answer, catalog, picked = [], onPick }: PictureProps) {
  return (
    <dl class="stats">
      {answer.columns.map((column, at) => {
        if (column.kind !== 'metric') return null;
        const { name } = column;
        const canPick = onPick !== undefined && catalog.metric(name).is_over_time !== false;
        const tile = tileOf(answer, catalog, column, at);
        const pick = canPick
          ? { isPicked: picked.includes(name), onPick: () => onPick(name) }
          : {};
        return <Stat key={name} {...tile} {...pick} />;
      })}
    </dl>
  );
}

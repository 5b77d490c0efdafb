// A value of a dimension in a table: a button that filters by it.
import type { Catalog } from '../catalog';
import { texts } from '../texts';
import type { Cell } from '../types';
import { valueMark, valueTitle } from '../values';

export function ValueButton({
  dimension,
  value,
  catalog,
  onFilter,
}: {
  dimension: string;
  value: Cell;
  catalog: Catalog;
  onFilter: (dimension: string, value: Cell) => void;
}) {
  const title = valueTitle(dimension, value);
  const mark = valueMark(dimension, value);
  const what = catalog.dimension(dimension).title;
  const isAbsent = value === null || value === '';
  return (
    <button
      type="button"
      class={isAbsent ? 'value absent' : 'value'}
      title={title}
      onClick={() => onFilter(dimension, value)}
    >
      <span class="unseen">{texts.picture.filterBy(what)}</span>
      {mark !== null && (
        <span class="mark" aria-hidden="true">
          {mark}
        </span>
      )}
      <bdi>{title}</bdi>
    </button>
  );
}

// A value of a dimension in a table: a button that filters by it, and one that leaves it out; or,
// where it is the name of a dimension, one that shows the values of that.
import type { Catalog } from '../catalog';
import { texts } from '../texts';
import { isOpening } from '../questions';
import type { Cell, Condition, Report } from '../types';
import { valueMark, valueTitle } from '../values';
import type { OnFilter } from './picture';

interface Props {
  dimension: string;
  value: Cell;
  row: Condition[];
  report: Report;
  catalog: Catalog;
  onFilter: OnFilter;
}

export function ValueButton({ dimension, value, row, report, catalog, onFilter }: Props) {
  const title = valueTitle(dimension, value);
  const mark = valueMark(dimension, value);
  const what = catalog.dimension(dimension).title;
  const opens = isOpening(report, dimension);
  const filter = (isExcluded: boolean) => onFilter(dimension, value, isExcluded, row);
  const isAbsent = value === null || value === '';
  return (
    <span class="cell">
      <button
        type="button"
        class={isAbsent ? 'value absent' : 'value'}
        title={title}
        onClick={(event) => filter(event.shiftKey)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !event.shiftKey) return;
          event.preventDefault();
          filter(true);
        }}
      >
        <span class="unseen">{opens ? texts.picture.open(what) : texts.picture.filterBy(what)}</span>
        {mark !== null && (
          <span class="mark" aria-hidden="true">
            {mark}
          </span>
        )}
        <bdi>{title}</bdi>
      </button>
      {!opens && (
        <button
          type="button"
          class="exclude"
          tabIndex={-1}
          title={texts.picture.exclude(what, title)}
          aria-label={texts.picture.exclude(what, title)}
          onClick={() => filter(true)}
        >
          <svg viewBox="0 0 16 16" width="14" height="14" class="line" aria-hidden="true">
            <circle cx="8" cy="8" r="6" />
            <path d="M5 8h6" />
          </svg>
        </button>
      )}
    </span>
  );
}

// The filters in force, each of which can be turned around or removed.
import type { Catalog } from '../catalog';
import { texts } from '../texts';
import type { Condition } from '../types';
import { valueTitle } from '../values';

interface Props {
  filters: Condition[];
  catalog: Catalog;
  onFlip: (filter: Condition) => void;
  onRemove: (filter: Condition) => void;
  onClear: () => void;
}

export function Chips({ filters, catalog, onFlip, onRemove, onClear }: Props) {
  if (filters.length === 0) return null;
  return (
    <div class="chips" role="group" aria-label={texts.service.filters}>
      {filters.map((filter) => {
        const [operator, column, operand] = filter;
        const what = catalog.dimension(column).title;
        const how = texts.operators[operator];
        const values = Array.isArray(operand) ? operand : [operand];
        const value = values.map((item) => valueTitle(column, item)).join(', ');
        const whole = `${what} ${how} ${value}`;
        return (
          <span class="chip" key={whole}>
            <button
              type="button"
              aria-label={texts.service.flip(whole)}
              onClick={() => onFlip(filter)}
            >
              {what} <em>{how}</em> <bdi>{value}</bdi>
            </button>
            <button
              type="button"
              class="remove"
              aria-label={texts.service.remove(whole)}
              onClick={() => onRemove(filter)}
            >
              ×
            </button>
          </span>
        );
      })}
      {filters.length > 1 && (
        <button type="button" class="quiet" onClick={onClear}>
          {texts.service.clear}
        </button>
      )}
    </div>
  );
}

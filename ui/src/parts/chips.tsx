// The filters in force, each of which can be changed, turned around or removed; a new one; and
// those that are kept under a name.
import type { ComponentChildren } from 'preact';
import type { Catalog } from '../catalog';
import { flipped, replacedFilter, valuesOf, withFilter, withoutFilter } from '../filters';
import { texts } from '../texts';
import type { Condition, Question } from '../types';
import { valueTitle } from '../values';
import { FilterEditor } from './filter_editor';
import { Popup } from './popup';

const t = texts.service;

interface Props {
  filters: Condition[];
  dimensions: string[];
  catalog: Catalog;
  suggest: (dimension: string, typed: string) => Question;
  onFilters: (filters: Condition[]) => void;
  children?: ComponentChildren;
}

export function Chips(props: Props) {
  const { filters, onFilters, children } = props;
  return (
    <div class="chips" role="group" aria-label={t.filters}>
      {filters.map((filter) => (
        <Chip {...props} filter={filter} key={JSON.stringify(filter)} />
      ))}
      <Popup label={t.addFilter} button={`+ ${t.addFilter}`} buttonClass="quiet">
        {(close) => (
          <FilterEditor
            {...props}
            filter={null}
            onDone={(filter) => {
              close();
              onFilters(withFilter(filters, filter));
            }}
          />
        )}
      </Popup>
      {filters.length > 1 && (
        <button type="button" class="quiet" onClick={() => onFilters([])}>
          {t.clear}
        </button>
      )}
      {children}
    </div>
  );
}

export function wordsOf(filter: Condition, catalog: Catalog): [string, string, string] {
  const [operator, column] = filter;
  const values = valuesOf(filter).map((item) => valueTitle(column, item));
  return [catalog.dimension(column).title, texts.operators[operator], values.join(', ')];
}

function Chip({ filter, filters, catalog, onFilters, ...rest }: Props & { filter: Condition }) {
  const [what, how, value] = wordsOf(filter, catalog);
  const whole = `${what} ${how} ${value}`;
  return (
    <span class="chip">
      <Popup
        label={t.edit(whole)}
        button={
          <span>
            {what} <em>{how}</em> <bdi>{value}</bdi>
          </span>
        }
      >
        {(close) => (
          <>
            <FilterEditor
              {...rest}
              {...{ filter, catalog }}
              onDone={(next) => {
                close();
                onFilters(replacedFilter(filters, filter, next));
              }}
            />
            <button
              type="button"
              class="quiet"
              onClick={() => {
                close();
                onFilters(replacedFilter(filters, filter, flipped(filter)));
              }}
            >
              {t.flip(whole)}
            </button>
          </>
        )}
      </Popup>
      <button
        type="button"
        class="remove"
        aria-label={t.remove(whole)}
        onClick={() => onFilters(withoutFilter(filters, filter))}
      >
        ×
      </button>
    </span>
  );
}

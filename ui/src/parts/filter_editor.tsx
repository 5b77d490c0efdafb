// One filter being made or changed: of which dimension, by which verb, with which values. The
// server is asked for the values that there are.
import { useState } from 'preact/hooks';
import { isFailed, useAnswer } from '../answers';
import type { Catalog } from '../catalog';
import { makeFilter, valuesOf } from '../filters';
import { texts } from '../texts';
import type { Condition, Operator, Question } from '../types';
import { valueTitle } from '../values';

const t = texts.filter;
const kVerbs = ['is', 'is_not', 'contains', 'contains_not', 'matches', 'matches_not'] as const;
type Verb = (typeof kVerbs)[number];
const kSuggested = 8;

const verbOf = (operator: Operator): Verb =>
  operator === 'in' ? 'is' : operator === 'not_in' ? 'is_not' : operator;
const isOfValues = (verb: Verb): verb is 'is' | 'is_not' => verb === 'is' || verb === 'is_not';

interface Props {
  filter: Condition | null; // null: a new one
  dimensions: string[];
  catalog: Catalog;
  suggest: (dimension: string, typed: string) => Question;
  onDone: (filter: Condition) => void;
}

export function FilterEditor({ filter, dimensions, catalog, suggest, onDone }: Props) {
  const [dimension, setDimension] = useState(filter?.[1] ?? '');
  const [verb, setVerb] = useState<Verb>(filter === null ? 'is' : verbOf(filter[0]));
  const [chosen, setChosen] = useState<string[]>(filter === null ? [] : valuesOf(filter));
  const [typed, setTyped] = useState(isOfValues(verb) ? '' : (chosen[0] ?? ''));
  // What is typed and not chosen is meant too.
  const values = chosen.length > 0 || typed === '' ? chosen : [typed];
  const made: Condition | null = isOfValues(verb)
    ? values.length > 0
      ? makeFilter(verb, dimension, values)
      : null
    : typed === ''
      ? null
      : [verb, dimension, typed];
  return (
    <form
      class="filter-editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (made !== null && dimension !== '') onDone(made);
      }}
    >
      <select
        aria-label={t.dimension}
        value={dimension}
        onChange={(event) => {
          setDimension(event.currentTarget.value);
          setChosen([]);
        }}
      >
        {dimension === '' && <option value="">{t.choose}</option>}
        {(dimensions.includes(dimension) || dimension === ''
          ? dimensions
          : [dimension, ...dimensions]
        ).map((name) => (
          <option key={name} value={name}>
            {catalog.dimension(name).title}
          </option>
        ))}
      </select>
      <select
        aria-label={t.verb}
        value={verb}
        onChange={(event) => {
          const wanted = event.currentTarget.value;
          setVerb(kVerbs.find((one) => one === wanted) ?? 'is');
        }}
      >
        {kVerbs.map((one) => (
          <option key={one} value={one}>
            {texts.operators[one]}
          </option>
        ))}
      </select>
      <input
        type="text"
        aria-label={isOfValues(verb) ? t.find : t.text}
        placeholder={isOfValues(verb) ? t.find : verb.startsWith('matches') ? t.pattern : t.text}
        value={typed}
        disabled={dimension === ''}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      {isOfValues(verb) && dimension !== '' && (
        <Values
          {...{ dimension, chosen, typed, suggest }}
          onToggle={(value) =>
            setChosen(
              chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value],
            )
          }
        />
      )}
      <button type="submit" class="primary" disabled={made === null || dimension === ''}>
        {t.apply}
      </button>
    </form>
  );
}

// Those chosen, then the commonest that have the typed text in them.
function Values({
  dimension,
  chosen,
  typed,
  suggest,
  onToggle,
}: {
  dimension: string;
  chosen: string[];
  typed: string;
  suggest: (dimension: string, typed: string) => Question;
  onToggle: (value: string) => void;
}) {
  const loaded = useAnswer('panels', suggest(dimension, typed), 0);
  const found = isFailed(loaded.reply)
    ? []
    : loaded.reply.rows.map((row) => (row[0] === null ? '' : String(row[0])));
  const all = [...new Set([...chosen, ...found])].slice(0, chosen.length + kSuggested);
  return (
    <ul class="values" aria-label={t.values}>
      {all.map((value) => (
        <li key={value}>
          <label>
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={() => onToggle(value)}
            />
            <bdi>{valueTitle(dimension, value)}</bdi>
          </label>
        </li>
      ))}
      {all.length === 0 && !loaded.isSlow && <li class="hint">{t.noValues}</li>}
    </ul>
  );
}

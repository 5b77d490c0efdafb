// Views and columns; a click writes the name into the editor.
import { useState } from 'preact/hooks';
import type { Resource } from '../resource';
import { viewWritten } from '../sql_complete';
import { written } from '../sql_tokens';
import { sqlTexts } from '../texts/sql';
import type { SchemaColumn, SqlSchema } from '../types';

const t = sqlTexts.schema;
const kServicesMax = 200; // names drawn at once; the field above finds the others

interface Group {
  name: string;
  doc: string;
  columns: SchemaColumn[];
  views: string[]; // that have these columns
}

// A service of the name of a common view stands before it: that one is then main.hits.
function groupsOf(schema: SqlSchema): Group[] {
  const hidden = new Set(schema.services.map((name) => name.toLowerCase()));
  const views = schema.views.map(({ name, doc, columns }) => {
    const inSql = hidden.has(name) ? `main.${name}` : name;
    return { name: inSql, doc, columns, views: [inSql] };
  });
  if (schema.services.length === 0) return views;
  const services = {
    name: t.services,
    doc: t.servicesDoc,
    columns: schema.service_columns,
    views: schema.services,
  };
  return [...views, services];
}

function narrowed(groups: Group[], wanted: string): Group[] {
  const word = wanted.trim().toLowerCase();
  const has = (text: string) => text.toLowerCase().includes(word);
  return groups
    .map((group) =>
      has(group.name)
        ? group
        : {
            ...group,
            views: group.views.filter(has),
            columns: group.columns.filter(({ name, doc }) => has(name) || has(doc)),
          },
    )
    .filter(({ views, columns }) => views.length + columns.length > 0);
}

export function SchemaTree({
  schema,
  onInsert,
}: {
  schema: Resource<SqlSchema>;
  onInsert: (text: string) => void;
}) {
  const [wanted, setWanted] = useState('');
  const { data, error } = schema;
  if (data === undefined)
    return <p class="hint">{error === undefined ? t.loading : `${t.failed} ${error.message}`}</p>;
  const groups = narrowed(groupsOf(data), wanted);
  return (
    <div class="schema">
      <input
        type="search"
        placeholder={t.find}
        aria-label={t.find}
        value={wanted}
        onInput={(event) => setWanted(event.currentTarget.value)}
      />
      {groups.map((group, i) => (
        <View
          group={group}
          isFirst={i === 0}
          isFound={wanted !== ''}
          onInsert={onInsert}
          key={group.name}
        />
      ))}
      {groups.length === 0 && <p class="hint">{t.none}</p>}
    </div>
  );
}

interface ViewProps {
  group: Group;
  isFirst: boolean;
  isFound: boolean;
  onInsert: (text: string) => void;
}

function View({ group, isFirst, isFound, onInsert }: ViewProps) {
  const { name, doc, columns, views } = group;
  const insert = (text: string) => ({ onClick: () => onInsert(text), title: t.insert(text) });
  return (
    <details class="view" open={isFirst || isFound}>
      <summary>
        <b>{name}</b>
        <small>{doc}</small>
      </summary>
      <ul class="names">
        {views.slice(0, kServicesMax).map((view) => (
          <li key={view}>
            <button type="button" class="quiet" {...insert(viewWritten(view))}>
              + {view}
            </button>
          </li>
        ))}
      </ul>
      <ul class="columns">
        {columns.map((column) => (
          <li key={column.name}>
            <button type="button" {...insert(written(column.name))}>
              <b>{column.name}</b> <i>{column.type.toLowerCase()}</i>
              <small>{column.doc}</small>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

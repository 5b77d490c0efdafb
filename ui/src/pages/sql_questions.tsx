// The worked questions, for one of the services.
import { useState } from 'preact/hooks';
import { examplesFor } from '../sql_examples';
import { sqlTexts } from '../texts/sql';
import type { SqlSchema } from '../types';

const t = sqlTexts;

interface Props {
  schema: SqlSchema | undefined;
  onPick: (sql: string) => void;
  isWide?: boolean; // there is room for several side by side
}

export function Questions({ schema, onPick, isWide }: Props) {
  const [chosen, choose] = useState<string | null>(null);
  const services = schema?.services ?? [];
  const service = chosen ?? services[0] ?? 'example';
  return (
    <nav class={isWide === true ? 'examples wide' : 'examples'} aria-label={t.examples}>
      {isWide === true && <h2>{t.examples}</h2>}
      {services.length > 1 && (
        <label class="chooser">
          {t.forService}
          <select value={service} onChange={(event) => choose(event.currentTarget.value)}>
            {services.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <ul>
        {examplesFor(service).map(({ title, sql }) => (
          <li key={title}>
            <button type="button" class="quiet" onClick={() => onPick(sql)}>
              {title}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

// Beside the editor: what can be asked for, what others ask, what was asked before.
import { useEffect, useState } from 'preact/hooks';
import { nowMs } from '../clock';
import { Segments } from '../parts/segments';
import type { Resource } from '../resource';
import { forgetAll, runs } from '../sql_history';
import { sqlTexts } from '../texts/sql';
import { texts } from '../texts';
import type { SqlSchema } from '../types';
import { Questions } from './sql_questions';
import { SchemaTree } from './sql_schema';

const t = sqlTexts;
const kTabs = ['schema', 'questions', 'history'] as const;
type Tab = (typeof kTabs)[number];
const narrow = matchMedia('(max-width: 860px)'); // as in sql.css

interface Props {
  schema: Resource<SqlSchema>;
  onInsert: (text: string) => void;
  onPick: (sql: string) => void;
}

// On a phone it starts closed; the editor comes first there.
export function Side({ schema, onInsert, onPick }: Props) {
  const [tab, setTab] = useState<Tab>('schema');
  const [isOpen, setOpen] = useState(!narrow.matches);
  useEffect(() => {
    const follow = () => setOpen(!narrow.matches);
    narrow.addEventListener('change', follow);
    return () => narrow.removeEventListener('change', follow);
  }, []);
  return (
    <aside class="side" aria-label={t.side.label}>
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t.side.label}</summary>
        <Segments
          label={t.side.label}
          options={kTabs}
          names={t.side.tabs}
          value={tab}
          onChange={setTab}
        />
        {tab === 'schema' && <SchemaTree schema={schema} onInsert={onInsert} />}
        {tab === 'questions' && <Questions schema={schema.data} onPick={onPick} />}
        {tab === 'history' && <History onPick={onPick} />}
      </details>
    </aside>
  );
}

function History({ onPick }: { onPick: (sql: string) => void }) {
  if (runs.value.length === 0) return <p class="hint">{t.history.none}</p>;
  return (
    <div class="history">
      <ol>
        {runs.value.map(({ sql, atMs, rows }) => (
          <li key={sql}>
            <button type="button" title={sql} onClick={() => onPick(sql)}>
              <code>{sql.replace(/\s+/g, ' ').slice(0, 200)}</code>
              <small>
                {texts.ago(nowMs.value - atMs)} · {rows === null ? t.history.notDone : t.rows(rows)}
              </small>
            </button>
          </li>
        ))}
      </ol>
      <button type="button" class="quiet" onClick={forgetAll}>
        {t.history.clear}
      </button>
    </div>
  );
}

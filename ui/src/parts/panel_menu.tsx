// What can be done with a panel: all its rows, its numbers and its picture to take along.
import { isFailed, type Loaded } from '../answers';
import { postJson } from '../api';
import { download, toCsv, toJson } from '../csv';
import { Popup } from './popup';
import { texts } from '../texts';
import type { Answer, Report } from '../types';

const kRowsMax = 10_000; // of one answer

interface Props {
  report: Report;
  loaded: Loaded;
  onAll?: (() => void) | undefined;
}

const fileName = (report: Report, answer: Answer, ending: string) =>
  `${answer.query.service ?? texts.product}-${report.name}.${ending}`;

// All rows, not only those that are shown.
async function save(report: Report, loaded: Loaded, ending: 'csv' | 'json'): Promise<void> {
  if (loaded.question === undefined || isFailed(loaded.reply)) return;
  const isList = report.kind === 'ranking' || report.kind === 'table';
  const question = isList ? { ...loaded.question, limit: kRowsMax, offset: 0 } : loaded.question;
  const answer = await postJson<Answer>('/api/v1/query', question, new AbortController().signal);
  const names = answer.columns.map((column) => column.name);
  const text = ending === 'csv' ? toCsv(names, answer.rows) : toJson(names, answer.rows);
  download(fileName(report, answer, ending), ending === 'csv' ? 'text/csv' : 'application/json', text);
}

export function PanelMenu({ report, loaded, onAll }: Props) {
  const t = texts.menu;
  return (
    <Popup label={t.label(report.title)} button={<Dots />} buttonClass="icon small">
      {(close) => {
        const entry = (title: string, act: () => void) => (
          <button
            type="button"
            onClick={() => {
              close();
              act();
            }}
          >
            {title}
          </button>
        );
        return (
          <div class="menu">
            {onAll !== undefined && entry(texts.picture.all, onAll)}
            {entry(t.csv, () => void save(report, loaded, 'csv'))}
            {entry(t.json, () => void save(report, loaded, 'json'))}
          </div>
        );
      }}
    </Popup>
  );
}

const Dots = () => (
  <svg viewBox="0 0 16 16" width="16" height="16" fill="currentColor" aria-hidden="true">
    <circle cx="3" cy="8" r="1.4" />
    <circle cx="8" cy="8" r="1.4" />
    <circle cx="13" cy="8" r="1.4" />
  </svg>
);

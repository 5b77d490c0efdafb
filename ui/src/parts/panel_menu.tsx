// What can be done with a panel: all its rows, its numbers and its picture to take along, its
// question in SQL.
import { useRef } from 'preact/hooks';
import { isFailed, type Loaded } from '../answers';
import { postJson } from '../api';
import { download, toCsv, toJson } from '../csv';
import { hasPicture, pictureOfPanel } from '../picture_file';
import { isShared } from '../route';
import { texts } from '../texts';
import type { Answer, Report } from '../types';
import { Link } from './link';
import { Popup } from './popup';

const t = texts.menu;
const kRowsMax = 10_000; // of one answer

interface Props {
  report: Report;
  loaded: Loaded;
  onAll?: (() => void) | undefined;
}

const fileName = (report: Report, service: string | undefined, ending: string) =>
  `${service ?? texts.product}-${report.name}.${ending}`;

// All rows, not only those that are shown.
async function save(report: Report, loaded: Loaded, ending: 'csv' | 'json'): Promise<void> {
  if (loaded.question === undefined || isFailed(loaded.reply)) return;
  const isList = report.kind === 'ranking' || report.kind === 'table';
  const question = isList ? { ...loaded.question, limit: kRowsMax, offset: 0 } : loaded.question;
  const answer = await postJson<Answer>('/api/v1/query', question, new AbortController().signal);
  const names = answer.columns.map((column) => column.name);
  const text = ending === 'csv' ? toCsv(names, answer.rows) : toJson(names, answer.rows);
  const type = ending === 'csv' ? 'text/csv' : 'application/json';
  download(fileName(report, question.service, ending), type, text);
}

async function savePicture(report: Report, loaded: Loaded, panel: Element): Promise<void> {
  const { service } = loaded.question ?? {};
  const blob = await pictureOfPanel(panel, `${service ?? ''}: ${report.title}`);
  if (blob !== null) download(fileName(report, service, 'png'), 'image/png', blob);
}

export function PanelMenu({ report, loaded, onAll }: Props) {
  const whole = useRef<HTMLSpanElement>(null);
  const sql = isFailed(loaded.reply) ? undefined : loaded.reply.sql;
  return (
    <span class="menu-place" ref={whole}>
      <Popup label={t.label(report.title)} button={<Dots />} buttonClass="icon small">
        {(close) => {
          const panel = whole.current?.closest('.panel, dialog') ?? null;
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
              {panel !== null &&
                hasPicture(panel) &&
                entry(t.png, () => void savePicture(report, loaded, panel))}
              {!isShared && typeof sql === 'string' && (
                <Link to={`/sql?${new URLSearchParams({ sql }).toString()}`}>{t.sql}</Link>
              )}
            </div>
          );
        }}
      </Popup>
    </span>
  );
}

const Dots = () => (
  <svg viewBox="0 0 16 16" width="16" height="16" fill="currentColor" aria-hidden="true">
    <circle cx="3" cy="8" r="1.4" />
    <circle cx="8" cy="8" r="1.4" />
    <circle cx="13" cy="8" r="1.4" />
  </svg>
);

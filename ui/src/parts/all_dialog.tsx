// All rows of a ranking: found by a part of their name, in the order of any metric, page by page.
import { useEffect, useRef, useState } from 'preact/hooks';
import { isFailed, useAnswer } from '../answers';
import type { Catalog } from '../catalog';
import { count } from '../format';
import { pictureOf } from '../kinds';
import type { OnFilter } from '../kinds/picture';
import { texts } from '../texts';
import type { Grain, Question, Report } from '../types';
import { PanelMenu } from './panel_menu';
import { Skeleton } from './skeleton';

const t = texts.all;
const kPage = 50; // rows
const kUnsearched = ['goal', 'property']; // they are no texts of hits

interface Props {
  report: Report;
  question: Question;
  catalog: Catalog;
  grain: Grain;
  zone: string;
  onFilter: OnFilter;
  onClose: () => void;
}

// Any of the dimensions may have what is typed in it.
function searched(question: Question, typed: string): unknown[] {
  const filters = question.filters ?? [];
  if (typed === '') return filters;
  const parts = (question.by ?? []).map((name) => ['contains', name, typed]);
  return [...filters, parts.length === 1 ? parts[0] : ['or', parts]];
}

export function AllDialog(props: Props) {
  const { report, question, catalog, grain, zone, onFilter, onClose } = props;
  const box = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [order, setOrder] = useState(question.metrics[0] ?? '');
  const [page, setPage] = useState(0);
  const canSearch = question.by?.some((name) => kUnsearched.includes(name)) !== true;
  const asked: Question = {
    ...question,
    filters: searched(question, typed),
    order: [order, 'desc'],
    limit: kPage,
    offset: page * kPage,
  };
  const loaded = useAnswer('panels', asked, 0);
  useEffect(() => {
    box.current?.showModal();
  }, []);
  const { reply } = loaded;
  const Picture = pictureOf(report.kind);
  const rows = isFailed(reply) ? 0 : reply.rows.length;
  return (
    <dialog
      class="all"
      ref={box}
      aria-labelledby="all-title"
      onClose={onClose}
      onClick={(event) => event.target === box.current && box.current?.close()}
    >
      <header class="panel-head">
        <h2 id="all-title">
          {report.group === report.title ? report.title : `${report.group}: ${report.title}`}
        </h2>
        <PanelMenu report={report} loaded={loaded} />
        <button
          type="button"
          class="icon small"
          aria-label={t.close}
          title={t.close}
          onClick={() => box.current?.close()}
        >
          ×
        </button>
      </header>
      <div class="all-tools">
        {canSearch && (
          <input
            type="search"
            placeholder={t.search}
            aria-label={t.search}
            value={typed}
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              setPage(0);
            }}
          />
        )}
        <label>
          {t.order}{' '}
          <select
            value={order}
            onChange={(event) => {
              setOrder(event.currentTarget.value);
              setPage(0);
            }}
          >
            {question.metrics.map((name) => (
              <option key={name} value={name}>
                {catalog.metric(name).title}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="all-rows" aria-busy={loaded.isStale}>
        {reply === undefined && <Skeleton rows={12} isVisible={loaded.isSlow} />}
        {reply !== undefined && 'error' in reply && <p class="failed">{reply.error.message}</p>}
        {!isFailed(reply) && (
          <Picture {...{ report, answer: reply, catalog, grain, zone, onFilter }} />
        )}
      </div>
      <footer class="all-foot">
        <button type="button" disabled={page === 0} onClick={() => setPage(page - 1)}>
          {t.before}
        </button>
        <span>{rows === 0 ? '' : t.rows(count(page * kPage + 1), count(page * kPage + rows))}</span>
        <button
          type="button"
          disabled={isFailed(reply) || !reply.truncated}
          onClick={() => setPage(page + 1)}
        >
          {t.after}
        </button>
      </footer>
    </dialog>
  );
}

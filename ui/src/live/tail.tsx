// Hits as they arrive, each with what it was taken for and why.
import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api';
import { nowMs } from '../clock';
import { count } from '../format';
import { addGap, addNews, kNoRows, letIn, pause, rateOf, resume, type LiveRows } from '../live_rows';
import { listen, type LiveShow } from '../live_stream';
import { Notice } from '../parts/notice';
import { Segments } from '../parts/segments';
import { place, setSearch } from '../route';
import { texts } from '../texts';
import { Row } from './row';

const kShows = ['all', 'people', 'bots', 'errors'] as const;
const t = texts.live;

const readShow = (search: string): LiveShow =>
  kShows.find((show) => show === new URLSearchParams(search).get('show')) ?? 'all';

function useTail(service: string, show: LiveShow) {
  const [rows, setRows] = useState<LiveRows>(kNoRows);
  const [state, setState] = useState<'connecting' | 'open' | 'lost'>('connecting');
  const [failure, setFailure] = useState<ApiError | undefined>(undefined);
  useEffect(() => {
    // Another filter begins with an empty list; what is paused stays so.
    setRows((now) => (now.held === null ? kNoRows : pause(kNoRows)));
    return listen(service, show, {
      onState: (next) => {
        setState(next);
        if (next === 'open') setFailure(undefined);
      },
      onNews: (news) => setRows((now) => addNews(now, news, Date.now())),
      onGap: () => setRows((now) => addGap(now, Date.now())),
      onFailure: setFailure,
    });
  }, [service, show]);
  const waits = rows.entering.length > 0;
  useEffect(() => {
    if (!waits) return undefined;
    const frame = requestAnimationFrame(() => setRows(letIn));
    return () => cancelAnimationFrame(frame);
  }, [waits, rows.entering]);
  return { rows, setRows, state, failure };
}

export function LiveTail({ service, zone }: { service: string; zone: string }) {
  const show = readShow(place.value.search);
  const { rows, setRows, state, failure } = useTail(service, show);
  const isPaused = rows.held !== null;
  return (
    <section class="panel live-tail" aria-label={t.tail}>
      <header>
        <h3>{t.tail}</h3>
        <p class={`live-state ${isPaused ? 'paused' : state}`} role="status">
          {isPaused ? t.states.paused : t.states[state]}
        </p>
        <span class="spring" />
        <Segments
          label={t.show}
          options={kShows}
          names={t.shows}
          titles={t.showTitles}
          value={show}
          onChange={(next) => setSearch(next === 'all' ? '' : `?show=${next}`, 'replace')}
        />
        <button type="button" class="hold" onClick={() => setRows(isPaused ? resume : pause)}>
          {isPaused ? t.resume(rows.heldCount) : t.pause}
        </button>
      </header>
      {failure !== undefined && <Notice tone="warn">{failure.message}</Notice>}
      <Counts rows={rows} />
      {rows.rows.length === 0 && <p class="nothing">{t.waiting}</p>}
      <ol
        class="live-rows"
        tabIndex={0}
        aria-label={t.tail}
        hidden={rows.rows.length === 0}
      >
        {rows.rows.map((row) => (
          <Row row={row} zone={zone} isOfAll={service === ''} key={row.id} />
        ))}
      </ol>
    </section>
  );
}

// What is not there is said: nobody shall take a sample for everything.
function Counts({ rows }: { rows: LiveRows }) {
  const rate = rateOf(rows, Math.max(nowMs.value, Date.now()));
  return (
    <p class="hint live-counts">
      <b>{t.rate(rate)}</b> <span>{t.shown(rows.shown)}</span>
      {rows.hidden > 0 && <span title={t.hiddenHelp}> · {t.hidden(count(rows.hidden))}</span>}
      {rows.unseen > 0 && <span title={t.unseenHelp}> · {t.unseen(count(rows.unseen))}</span>}
      <span class="later">{t.beforeStored}</span>
    </p>
  );
}

// A report in its frame: title, picture, and what stands in while it is not there.
import type { Catalog } from '../catalog';
import { pictureOf } from '../kinds';
import { texts } from '../texts';
import type { Answer, Cell, ErrorBody, Grain, Report } from '../types';
import { Skeleton } from './skeleton';

const kDefaultRows = 10;
const kMoreRows = 100;

// As high as a chart with its legend and table.
const kChartRows = 9;

// The tiles stand from the start, with dashes for what is not known yet.
function unanswered(report: Report): Answer {
  const columns = report.query.metrics.map((name) => ({ name, kind: 'metric' as const }));
  return { query: report.query, columns, rows: [], truncated: false, elapsed_ms: 0 };
}

interface Props {
  report: Report;
  answer: Answer | ErrorBody | undefined;
  catalog: Catalog;
  grain: Grain;
  zone: string;
  span: number; // of twelve columns
  limit: number | undefined; // other than the report's own
  isSlow: boolean;
  onFilter: (dimension: string, value: Cell) => void;
  onLimit: (limit: number | undefined) => void;
}

export function Panel({
  report,
  answer,
  catalog,
  grain,
  zone,
  span,
  limit,
  isSlow,
  onFilter,
  onLimit,
}: Props) {
  const Picture = pictureOf(report.kind);
  const id = `report-${report.name}`;
  const ownRows = report.query.limit ?? kDefaultRows;
  const isNumbers = report.kind === 'numbers';
  const isList = report.kind === 'ranking' || report.kind === 'table';
  const isAnswer = answer !== undefined && !('error' in answer);
  const hasMore = isList && isAnswer && limit === undefined && answer.rows.length >= ownRows;
  const isCut = isAnswer && answer.truncated && (!isList || limit !== undefined);
  return (
    <section class={`panel ${report.kind} span${span}`} aria-labelledby={id}>
      <h3 id={id} class={isNumbers ? 'unseen' : ''}>
        {report.title}
        {isAnswer && answer.approximate === true && !isNumbers && (
          <small title={texts.picture.approximate}> ≈</small>
        )}
      </h3>
      <div class="body">
        {answer === undefined && isNumbers && (
          <Picture {...{ report, answer: unanswered(report), catalog, grain, zone, onFilter }} />
        )}
        {answer === undefined && !isNumbers && (
          <Skeleton rows={isList ? ownRows : kChartRows} isVisible={isSlow} />
        )}
        {answer !== undefined && 'error' in answer && <p class="failed">{answer.error.message}</p>}
        {isAnswer && <Picture {...{ report, answer, catalog, grain, zone, onFilter }} />}
        {isCut && <p class="hint">{texts.picture.truncated}</p>}
      </div>
      {(hasMore || limit !== undefined) && (
        <button
          type="button"
          class="quiet more"
          onClick={() => onLimit(limit === undefined ? kMoreRows : undefined)}
        >
          {limit === undefined ? texts.picture.more : texts.picture.less}
        </button>
      )}
    </section>
  );
}

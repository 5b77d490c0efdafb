// Who did the steps of a funnel: a bar per step, as long as its share of the first, and a table
// behind them.
import { count, kNone, share } from '../format';
import { rowsOf, type FunnelAnswer, type FunnelRow } from '../funnel';
import { Behind } from '../parts/bars';
import { Skeleton } from '../parts/skeleton';
import type { Resource } from '../resource';
import { texts } from '../texts';
import { funnelTexts as t } from '../texts/funnel';

interface Props {
  answer: Resource<FunnelAnswer>;
  isAsked: boolean; // fewer than two steps are no question
}

export function FunnelResult({ answer, isAsked }: Props) {
  const { data, error, isSlow, isStale } = answer;
  return (
    <div class="funnel-result" aria-busy={isAsked && (isStale || (data ?? error) === undefined)}>
      {!isAsked && <p class="nothing">{t.tooFew}</p>}
      {isAsked && error !== undefined && (
        <p class="failed" role="alert">
          {error.message}
        </p>
      )}
      {isAsked && error === undefined && data === undefined && (
        <Skeleton rows={6} isVisible={isSlow} />
      )}
      {isAsked && error === undefined && data !== undefined && <Counted rows={rowsOf(data)} />}
    </div>
  );
}

const part = (x: number | null): string => (x === null ? kNone : share(x));

function Counted({ rows }: { rows: FunnelRow[] }) {
  const all = rows[0]?.visitors ?? 0;
  const last = rows[rows.length - 1]?.visitors ?? 0;
  return (
    <>
      <p class="sum" role="status">
        {all === 0 ? t.nobody : t.whole(all, last, rows.length)}
      </p>
      <ol>
        {rows.map((row, i) => (
          <li key={i}>
            {i > 0 && (
              <p class="between">
                {t.wentOn(part(row.shareBefore))}
                <span>{t.dropped(row.dropped, share(row.droppedShare))}</span>
              </p>
            )}
            <div class="did">
              <span class="bar" style={{ width: `${row.share * 100}%` }} />
              <span class="nth">{i + 1}</span>
              <span class="step" title={row.value}>
                <small>{t.kinds[row.kind]}</small> <bdi>{row.value}</bdi>
              </span>
              <b title={t.visitors(row.visitors)}>
                {count(row.visitors)}
                <span class="unseen"> {texts.overview.card.visitors(row.visitors)}</span>
              </b>
              <span class="part">{share(row.share)}</span>
            </div>
          </li>
        ))}
      </ol>
      <Behind
        label={texts.funnel.title}
        columns={Object.values(t.columns)}
        rows={rows.map((row, i) => [
          `${i + 1}. ${t.kinds[row.kind]} ${row.value}`,
          count(row.visitors),
          share(row.share),
          part(row.shareBefore),
          count(row.dropped),
          share(row.droppedShare),
        ])}
      />
    </>
  );
}

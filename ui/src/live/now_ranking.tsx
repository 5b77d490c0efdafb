// The most of the last half hour: a value, its visitors and page views.
import { bigCount } from '../format';
import { Link } from '../parts/link';
import { texts } from '../texts';
import type { Answer, Cell, ErrorBody } from '../types';
import { valueMark, valueTitle } from '../values';

export type LiveDimension = 'path' | 'country' | 'referrer_name';

const t = texts.live;
const numberOf = (cell: Cell | undefined) => (typeof cell === 'number' ? cell : 0);

interface Props {
  title: string;
  dimension: LiveDimension;
  answer: Answer | ErrorBody | undefined;
  linkOf: (value: Cell) => string | null;
}

export function NowRanking({ title, dimension, answer, linkOf }: Props) {
  const rows = answer === undefined || 'error' in answer ? [] : answer.rows;
  const most = Math.max(1, ...rows.map((row) => numberOf(row[1])));
  return (
    <section class="panel live-ranking" aria-label={title}>
      <h3>{title}</h3>
      {answer !== undefined && 'error' in answer && <p class="failed">{answer.error.message}</p>}
      {answer !== undefined && !('error' in answer) && rows.length === 0 && (
        <p class="nothing">{t.nobody}</p>
      )}
      {rows.length > 0 && (
        <table class="ranking">
          <thead>
            <tr>
              <th scope="col">{t.columns[dimension]}</th>
              <th scope="col" class="number">
                {t.visitors}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row
                key={String(row[0])}
                {...{ dimension, linkOf }}
                value={row[0] ?? null}
                visitors={numberOf(row[1])}
                width={(numberOf(row[1]) / most) * 100}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface RowProps {
  dimension: string;
  value: Cell;
  visitors: number;
  width: number;
  linkOf: (value: Cell) => string | null;
}

function Row({ dimension, value, visitors, width, linkOf }: RowProps) {
  const title = valueTitle(dimension, value);
  const mark = valueMark(dimension, value);
  const link = linkOf(value);
  const inside = (
    <>
      {mark !== null && (
        <span class="mark" aria-hidden="true">
          {mark}
        </span>
      )}
      <bdi>{title}</bdi>
    </>
  );
  return (
    <tr>
      <th scope="row">
        <span class="bar" style={{ width: `${width}%` }} />
        {link === null ? (
          <span class="value" title={title}>
            {inside}
          </span>
        ) : (
          <Link class="value" title={title} to={link}>
            {inside}
          </Link>
        )}
      </th>
      <td class="number">{bigCount(visitors)}</td>
    </tr>
  );
}

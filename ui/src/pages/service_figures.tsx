// The key figures at the head of the page: they stand from the start, with dashes for what is not
// known yet.
import { isFailed, type Loaded } from '../answers';
import { pictureOf } from '../kinds';
import type { PictureProps } from '../kinds/picture';
import type { Answer, Report } from '../types';

type Props = Omit<PictureProps, 'answer' | 'onFilter'> & { loaded: Loaded };

function unanswered(report: Report): Answer {
  const columns = report.query.metrics.map((name) => ({ name, kind: 'metric' as const }));
  return { query: report.query, columns, rows: [], truncated: false, elapsed_ms: 0 };
}

export function KeyFigures({ loaded, ...rest }: Props) {
  const { report } = rest;
  const { reply } = loaded;
  const Picture = pictureOf(report.kind);
  const isVeiled = loaded.isStale && loaded.isSlow;
  return (
    <section
      class={`panel figures ${isVeiled ? 'stale' : ''}`}
      aria-labelledby="key-figures"
      aria-busy={loaded.isStale}
    >
      <h2 id="key-figures" class="unseen">
        {report.title}
      </h2>
      {reply !== undefined && 'error' in reply ? (
        <p class="failed">{reply.error.message}</p>
      ) : (
        <Picture
          {...rest}
          answer={isFailed(reply) ? unanswered(report) : reply}
          onFilter={() => undefined}
        />
      )}
    </section>
  );
}

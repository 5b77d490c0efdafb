// What the last hits of a service were taken for: path by path, browsers and bots.
import { count } from '../format';
import { setupTexts } from '../texts/setup';
import type { Answer, Cell, ErrorBody, Question } from '../types';
import { valueTitle } from '../values';

const kPaths = 8;
const t = setupTexts.check;

// A question may have two dimensions: the path, and what else is shown beside it.
const kBeside = ['kind', 'browser', 'bot'];

export const kSeenQuestions = (service: string): Question[] =>
  kBeside.map((dimension) => ({
    service,
    range: 'last 30 minutes',
    metrics: ['hits'],
    by: ['path', dimension],
    include: ['bots'],
    limit: 50,
  }));

interface SeenPath {
  path: string;
  hits: number;
  beside: Record<string, Cell[]>; // kind, browser, bot: the values that occur
}

function pathsOf(answers: (Answer | ErrorBody)[]): SeenPath[] {
  const paths = new Map<string, SeenPath>();
  answers.forEach((answer, i) => {
    const dimension = kBeside[i];
    if ('error' in answer || dimension === undefined) return;
    for (const [path, value, hits] of answer.rows) {
      const key = String(path);
      const seen = paths.get(key) ?? { path: key, hits: 0, beside: {} };
      if (i === 0) seen.hits += Number(hits);
      (seen.beside[dimension] ??= []).push(value ?? null);
      paths.set(key, seen);
    }
  });
  return [...paths.values()].filter(({ hits }) => hits > 0).slice(0, kPaths);
}

const titles = (dimension: string, values: Cell[] = []) =>
  values.map((value) => valueTitle(dimension, value)).join(', ');

// "Firefox" of a person; "Googlebot" of a bot; both where both came.
function whoOf({ beside }: SeenPath): string {
  const bots = (beside.bot ?? []).filter((bot) => bot !== null);
  const hasPeople = (beside.bot ?? []).some((bot) => bot === null);
  return [...(hasPeople ? [titles('browser', beside.browser)] : []), ...bots.map(String)].join(
    ', ',
  );
}

export function Seen({ answers }: { answers: (Answer | ErrorBody)[] }) {
  const paths = pathsOf(answers);
  if (paths.length === 0) return null;
  return (
    <>
      <h3>{t.seen}</h3>
      <div class="scroll" role="region" tabIndex={0} aria-label={t.seen}>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{t.path}</th>
              <th scope="col">{t.what}</th>
              <th scope="col">{t.who}</th>
              <th scope="col" class="number">
                {t.hits}
              </th>
            </tr>
          </thead>
          <tbody>
            {paths.map((seen) => (
              <tr key={seen.path}>
                <td class="path">
                  <bdi>{seen.path}</bdi>
                </td>
                <td>{titles('kind', seen.beside.kind)}</td>
                <td>{whoOf(seen)}</td>
                <td class="number">{count(seen.hits)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

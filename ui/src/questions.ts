// Reports + view → the questions of a page. Pure.
import type { Answer, Cell, Condition, ErrorBody, Grain, Question, Report } from './types';
import type { View } from './view';

// The page shows at least so many rows of a ranking.
export const kRows = 8;

const isList = (report: Report) => report.kind === 'ranking' || report.kind === 'table';

export function makeQuestion(report: Report, service: string, view: View, grain: Grain): Question {
  const question: Question = { ...report.query, service, range: view.range };
  if (report.kind === 'series') question.grain = grain;
  if (isList(report)) question.limit = Math.max(report.query.limit ?? kRows, kRows);
  // Before everything there was nothing to compare with.
  const isCompared = view.compare !== 'none' && view.range !== 'all';
  if (report.kind === 'numbers' && isCompared) question.compare = view.compare;
  if (view.filters.length > 0)
    question.filters = [...(report.query.filters ?? []), ...view.filters];
  const include = new Set(report.query.include);
  if (view.bots) include.add('bots');
  if (report.kind !== 'numbers') include.add('sql');
  if (include.size > 0) question.include = [...include];
  return question;
}

// The time line shows what was picked, and the time before.
export function timeLineQuestion(report: Report, service: string, view: View, grain: Grain): Question {
  const question = makeQuestion(report, service, view, grain);
  if (view.metrics.length > 0) question.metrics = view.metrics;
  if (view.compare !== 'none' && view.range !== 'all') question.compare = view.compare;
  return question;
}

// Whether values of a dimension are names of others in this report.
export const isOpening = (report: Report, dimension: string): boolean =>
  report.opens !== undefined && report.query.by?.at(-1) === dimension;

// The values of the dimension that such a one names, of what else its row says:
// "plan" of "Signup" → event:props:plan, where the event is Signup.
export function openedBy(report: Report, dimension: string, value: Cell, row: Condition[]): Report {
  const others = row.filter(([, column]) => column !== dimension);
  const name = String(value);
  const title = [...others.map(([, , operand]) => operand), name].join(', ');
  const by = [(report.opens ?? '') + name];
  const filters = [...(report.query.filters ?? []), ...others, ['is_not', ...by, '']];
  const { opens: _, ...rest } = report;
  return { ...rest, name: `${report.name}-${name}`, title, kind: 'ranking', query: { ...report.query, by, filters } };
}

// The commonest values of a dimension that have a text in them. Where a report ranks the dimension,
// its metric is the one that the dimension has.
export function suggestion(
  reports: Report[],
  service: string,
  view: View,
  dimension: string,
  typed: string,
): Question {
  const report = reports.find((one) => one.query.by?.join() === dimension);
  const question: Question = {
    service,
    range: view.range,
    metrics: report?.query.metrics.slice(0, 1) ?? ['hits'],
    by: [dimension],
    limit: 12,
  };
  if (report?.query.metrics[0] === 'hits' || report === undefined) question.include = ['bots'];
  if (typed !== '' && dimension !== 'goal') question.filters = [['contains', dimension, typed]];
  return question;
}

// The day of the first hit, which the series of everything begins with.
export function firstDayOf(answer: Answer | ErrorBody | undefined): string | null {
  if (answer === undefined || 'error' in answer) return null;
  const first = answer.rows[0]?.[0];
  return typeof first === 'string' ? first.slice(0, 10) : null;
}

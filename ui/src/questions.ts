// Reports + view → the questions of a page. Pure.
import type { Answer, ErrorBody, Grain, Question, Report } from './types';
import type { View } from './view';

export function makeQuestion(
  report: Report,
  service: string,
  view: View,
  grain: Grain,
  limit: number | undefined,
): Question {
  const question: Question = { ...report.query, service, range: view.range };
  if (report.kind === 'series') {
    question.grain = grain;
  } else if (limit !== undefined) {
    question.limit = limit;
  }
  // Before everything there was nothing to compare with.
  if (report.kind === 'numbers') question.compare = view.range === 'all' ? 'none' : 'previous';
  if (view.filters.length > 0)
    question.filters = [...(report.query.filters ?? []), ...view.filters];
  if (view.bots) question.include = [...new Set([...(report.query.include ?? []), 'bots'])];
  return question;
}

// How many days an answer's range covers; null where the server did not spell it out.
export function daysCovered(answer: Answer | ErrorBody | undefined): number | null {
  if (answer === undefined || 'error' in answer) return null;
  const range = answer.query?.range;
  if (typeof range !== 'object') return null;
  const days = (Date.parse(range.to) - Date.parse(range.from)) / 86_400_000;
  return Number.isFinite(days) ? days : null;
}

// Sends the questions of a page, as few requests as the server allows.
import { postJson } from './api';
import type { Answer, ErrorBody, Question } from './types';

const kBatch = 32; // questions per request, the server's limit

// The answers in the order of the questions; a failed one has an error in its place.
export async function ask(
  questions: Question[],
  signal: AbortSignal,
): Promise<(Answer | ErrorBody)[]> {
  const batches: Question[][] = [];
  for (let i = 0; i < questions.length; i += kBatch) batches.push(questions.slice(i, i + kBatch));
  const answers = await Promise.all(
    batches.map((batch) => postJson<(Answer | ErrorBody)[]>('/api/v1/query', batch, signal)),
  );
  return answers.flat();
}

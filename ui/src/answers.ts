// The answers that the parts of a page show. Each part asks for its own question; those asked in
// one moment go together, so a page that opens is one request per lane, and a tab is one question.
import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, isAbort } from './api';
import { ask } from './ask';
import { texts } from './texts';
import type { Answer, ErrorBody, Question } from './types';

// The head is asked apart: its figures need not wait for the panels.
export type Lane = 'head' | 'panels';
type Reply = Answer | ErrorBody;

interface Job {
  question: Question;
  isWanted: boolean;
  done(reply: Reply): void;
  failed(): void;
}

// What the last request failed with; undefined once one succeeds.
export const trouble = signal<ApiError | undefined>(undefined);
const pending = signal(0);
export const isAsking = (): boolean => pending.peek() > 0;

const queues: Record<Lane, Job[]> = { head: [], panels: [] };

function enqueue(lane: Lane, job: Job): void {
  const start = () => void flush(lane);
  if (queues[lane].length === 0) {
    if (lane === 'head') queueMicrotask(start);
    else setTimeout(start); // panels are drawn, and ask, before the head
  }
  queues[lane].push(job);
}

interface Batch {
  jobs: Job[];
  abort: AbortController;
}
const running = new Set<Batch>();

async function flush(lane: Lane): Promise<void> {
  const jobs = queues[lane].filter((job) => job.isWanted);
  queues[lane] = [];
  if (jobs.length === 0) return;
  const batch = { jobs, abort: new AbortController() };
  running.add(batch);
  pending.value = running.size;
  try {
    const replies = await ask(
      jobs.map((job) => job.question),
      batch.abort.signal,
    );
    trouble.value = undefined;
    jobs.forEach((job, i) => replies[i] !== undefined && job.isWanted && job.done(replies[i]));
  } catch (error) {
    if (isAbort(error)) return;
    trouble.value = error instanceof ApiError ? error : new ApiError(texts.errors.page(error), 0);
    jobs.forEach((job) => job.isWanted && job.failed());
  } finally {
    running.delete(batch);
    pending.value = running.size;
  }
}

// A request that nobody waits for any more is given up, and the server stops too.
function leave(job: Job): void {
  job.isWanted = false;
  for (const batch of running)
    if (batch.jobs.every((one) => !one.isWanted)) batch.abort.abort();
}

export interface Loaded {
  reply: Reply | undefined; // of the question before, while a new one is under way
  question: Question | undefined; // that it is the reply to
  isStale: boolean;
  isSlow: boolean; // long enough under way for a skeleton or a veil to be less irritating than none
}

const kSlowMs = 150;

// `pulse`: a number that changes when the same question is to be asked again.
export function useAnswer(lane: Lane, question: Question | null, pulse: number): Loaded {
  const key = question === null ? null : JSON.stringify(question);
  const [state, setState] = useState<{ key: string; question: Question; reply: Reply } | null>(null);
  const [isSlow, setSlow] = useState(false);
  const latest = useRef(question);
  latest.current = question;
  useEffect(() => {
    const asked = latest.current;
    if (key === null || asked === null) return undefined;
    const slow = setTimeout(() => setSlow(true), kSlowMs);
    const rest = (is = false) => {
      clearTimeout(slow);
      setSlow(is);
    };
    const job: Job = {
      question: asked,
      isWanted: true,
      done: (reply) => {
        rest();
        setState({ key, question: asked, reply });
      },
      failed: () => rest(true), // what is shown is not what was asked for, until it is asked again
    };
    enqueue(lane, job);
    return () => {
      rest();
      leave(job);
    };
  }, [lane, key, pulse]);
  return {
    reply: state?.reply,
    question: state?.question,
    isStale: state !== null && state.key !== key,
    isSlow,
  };
}

// Counts up every so often while somebody looks and nothing is under way; `again` at once.
export function usePulse(everyMs: number): { pulse: number; again: () => void } {
  const [pulse, setPulse] = useState(0);
  useEffect(() => {
    let next: ReturnType<typeof setTimeout>;
    const run = () => {
      if (document.visibilityState === 'hidden') {
        document.addEventListener('visibilitychange', run, { once: true });
        return;
      }
      if (!isAsking()) setPulse((n) => n + 1);
      next = setTimeout(run, everyMs);
    };
    next = setTimeout(run, everyMs);
    return () => {
      clearTimeout(next);
      document.removeEventListener('visibilitychange', run);
    };
  }, [everyMs]);
  return { pulse, again: () => setPulse((n) => n + 1) };
}

// No answer, or that the question was wrong.
export const isFailed = (reply: Reply | undefined): reply is ErrorBody | undefined =>
  reply === undefined || 'error' in reply;

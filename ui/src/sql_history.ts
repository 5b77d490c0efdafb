// The statements that were run last, kept in this browser for the one who runs them.
import { signal } from '@preact/signals';

export interface Run {
  sql: string;
  atMs: number;
  rows: number | null; // null: it failed or was cancelled
}

const kKey = 'ballcone.sql';
export const kRunsMax = 50;
const kBytesMax = 20_000; // of one statement; a longer one is not kept

const isRun = (value: unknown): value is Run => {
  const run = value as Run | null;
  return typeof run?.sql === 'string' && typeof run.atMs === 'number';
};

// What somebody else may have written there is no reason to fail.
export function parsedRuns(text: string | null): Run[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isRun).slice(0, kRunsMax) : [];
  } catch {
    return [];
  }
}

// The newest first, each statement once.
export function withRun(runs: Run[], run: Run): Run[] {
  if (run.sql.length > kBytesMax) return runs;
  const others = runs.filter(({ sql }) => sql.trim() !== run.sql.trim());
  return [run, ...others].slice(0, kRunsMax);
}

// Storage may be switched off; then they last until the page is closed.
function stored(): Run[] {
  try {
    return parsedRuns(localStorage.getItem(kKey));
  } catch {
    return [];
  }
}

export const runs = signal<Run[]>(typeof localStorage === 'undefined' ? [] : stored());

function keep(next: Run[]): void {
  runs.value = next;
  try {
    if (next.length === 0) localStorage.removeItem(kKey);
    else localStorage.setItem(kKey, JSON.stringify(next));
  } catch {
    // see stored()
  }
}

export const remember = (run: Run): void => keep(withRun(runs.value, run));
export const forgetAll = (): void => keep([]);

// Data of the server for a component: loaded, loaded again when its key changes, and refreshed
// while someone looks at the page.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, isAbort } from './api';
import { texts } from './texts';

export interface Resource<T> {
  data: T | undefined; // of the key before, while a new one is under way
  error: ApiError | undefined; // of the last attempt
  isSlow: boolean; // long enough under way for a skeleton or a veil to be less irritating than none
  isStale: boolean; // data belong to the key before
  reload(): void;
}

const kSlowMs = 150;

interface State<T> {
  data: T | undefined;
  dataKey: string | undefined;
  error: ApiError | undefined;
}

// `key` names what `load` loads; null loads nothing yet. `everyMs` 0: no refresh.
export function useResource<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  everyMs = 0,
): Resource<T> {
  const [state, setState] = useState<State<T>>({
    data: undefined,
    dataKey: undefined,
    error: undefined,
  });
  const [isSlow, setSlow] = useState(false);
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    if (key === null) return undefined;
    const abort = new AbortController();
    const slow = setTimeout(() => setSlow(true), kSlowMs);
    let next: ReturnType<typeof setTimeout> | undefined;

    const again = () => {
      if (everyMs > 0) next = setTimeout(run, everyMs);
    };
    // Nobody looks: wait for the tab to come back instead of asking.
    const run = () => {
      if (document.visibilityState === 'visible') void attempt();
      else document.addEventListener('visibilitychange', run, { once: true });
    };
    const attempt = async () => {
      try {
        const data = await latest.current(abort.signal);
        if (!abort.signal.aborted) setState({ data, dataKey: key, error: undefined });
      } catch (error) {
        if (abort.signal.aborted || isAbort(error)) return;
        const known = error instanceof ApiError ? error : new ApiError(texts.errors.page(error), 0);
        setState((before) => ({ ...before, error: known }));
      }
      if (abort.signal.aborted) return;
      clearTimeout(slow);
      setSlow(false);
      again();
    };
    void attempt();
    return () => {
      abort.abort();
      clearTimeout(slow);
      clearTimeout(next);
      setSlow(false);
      document.removeEventListener('visibilitychange', run);
    };
  }, [key, everyMs, round]);

  return {
    data: state.data,
    error: state.error,
    isSlow,
    isStale: state.data !== undefined && state.dataKey !== key,
    reload: () => setRound((n) => n + 1),
  };
}

// The console is loaded when it is wanted: nobody else waits for its editor.
import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { Failure } from '../parts/notice';
import { texts } from '../texts';

let loaded: FunctionComponent | undefined;
const load = () => import('./sql_console').then((file) => (loaded = file.SqlConsole));

export function SqlPage() {
  const [isThere, setThere] = useState(loaded !== undefined);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (!isThere) load().then(() => setThere(true), setError);
  }, []);
  const Console = loaded;
  return (
    <>
      {Console === undefined && (
        <header class="title">
          <h1>{texts.sql.title}</h1>
        </header>
      )}
      {isThere && Console !== undefined && <Console />}
      {error !== null && (
        <Failure
          error={new ApiError(texts.errors.offline, 0)}
          retry={() => location.reload()}
        />
      )}
    </>
  );
}

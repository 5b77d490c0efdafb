// A page that is loaded when it is wanted: nobody else waits for its parts.
import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { texts } from '../texts';
import { Failure } from './notice';

export function late(title: string, load: () => Promise<FunctionComponent>): FunctionComponent {
  let loaded: FunctionComponent | undefined;
  return function Late() {
    const [isThere, setThere] = useState(loaded !== undefined);
    const [hasFailed, setFailed] = useState(false);
    useEffect(() => {
      if (isThere) return;
      load().then(
        (page) => {
          loaded = page;
          setThere(true);
        },
        () => setFailed(true),
      );
    }, []);
    const Page = loaded;
    if (Page !== undefined) return <Page />;
    return (
      <>
        <header class="title">
          <h1>{title}</h1>
        </header>
        {hasFailed && (
          <Failure
            error={new ApiError(texts.errors.offline, 0)}
            retry={() => location.reload()}
          />
        )}
      </>
    );
  };
}

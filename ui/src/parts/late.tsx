// A part that is loaded when it is wanted. Until then, and around the reason where it cannot be,
// stands `Waiting`.
import type { ComponentChildren, FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { texts } from '../texts';
import { Failure } from './notice';

type Frame = FunctionComponent<{ children: ComponentChildren }>;

// For what has no place of its own until it is there.
export const Bare: Frame = ({ children }) => <>{children}</>;

export function late<Props extends object>(
  load: () => Promise<FunctionComponent<Props>>,
  Waiting: Frame,
): FunctionComponent<Props> {
  let loaded: FunctionComponent<Props> | undefined;
  return function Late(props: Props) {
    const [isThere, setThere] = useState(loaded !== undefined);
    const [error, setError] = useState<unknown>(null);
    useEffect(() => {
      if (isThere) return;
      load().then((page) => {
        loaded = page;
        setThere(true);
      }, setError);
    }, []);
    const Page = loaded;
    if (isThere && Page !== undefined) return <Page {...props} />;
    return (
      <Waiting>
        {error !== null && (
          <Failure error={new ApiError(texts.errors.offline, 0)} retry={() => location.reload()} />
        )}
      </Waiting>
    );
  };
}
